// <skyteller-counter>: chat, voice and face for the frame or web view of a bank's app; it keeps the contract with that
// app (docs/embed.md). Attribute: sandbox (a customer may be chosen without a token).

import "../../page/static/chat.js";
import { h } from "../../page/static/dom.js";
import { serviceName, words } from "../../page/static/strings.js";
import { Host } from "./host.js";

const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const CUSTOMER = /^C\d{4}$/;

class SkytellerCounter extends HTMLElement {
  #wish = null; // a service that was asked for before there was a conversation
  #customer = null; // named in the address of a sandbox

  connectedCallback() {
    if (this.chat) return;
    const origins = document.querySelector("meta[name=skyteller-origins]")?.content.split(" ").filter(Boolean) ?? [];
    this.host = new Host(origins);
    this.chat = h("skyteller-chat", { channel: "embed", hold: "", ...(this.hasAttribute("sandbox") ? { sandbox: "" } : {}) });
    if (this.host.there) this.chat.setAttribute("closable", "");
    this.#asked(new URLSearchParams(location.search));
    this.chat.renew = () => this.#renew("session_ended");
    this.append(this.chat);
    this.#listen();
    this.#dress();
    this.host.tell("ready", { version: 1 });
    if (this.chat.resume((request) => !this.#customer || request.customer === this.#customer)) return;
    if (!this.#needsToken) this.chat.begin(null);
    else this.#renew("start");
  }

  /** In the sandbox a frame without a host, or one that named a customer in its address, needs no token. */
  get #needsToken() {
    return !this.hasAttribute("sandbox");
  }

  /** What the address says. */
  #asked(query) {
    this.#language(query.get("locale"));
    this.#theme(query.get("theme"));
    this.#mode(query.get("mode"));
    this.#wish = query.get("service");
    if (this.#needsToken) return;
    if (CUSTOMER.test(query.get("customer") ?? "")) this.#customer = query.get("customer");
    this.chat.setAttribute("customer", this.#customer ?? "C1001");
  }

  #listen() {
    const on = (name, hear) => this.host.addEventListener(name, ({ detail }) => hear(detail));
    on("token", ({ token }) => TOKEN.test(token ?? "") && this.chat.begin(token));
    on("customer", ({ customer }) => {
      if (this.#needsToken || !CUSTOMER.test(customer ?? "")) return;
      this.chat.switchTo({ ...this.chat.wanted(), customer });
    });
    on("theme", ({ theme }) => this.#theme(theme));
    on("mode", ({ mode }) => ["elder", "standard"].includes(mode) && this.chat.setMode(mode));
    on("language", ({ locale }) => {
      if (!["zh-CN", "en"].includes(locale) || locale === this.chat.locale) return;
      if (this.#needsToken) this.chat.setLocale(locale);
      else this.chat.switchTo({ ...this.chat.wanted(), locale });
    });
    on("service", ({ service }) => this.#service(service));
    on("close", () => this.chat.leave());
    this.chat.conversation.addEventListener("phase", ({ detail: { status } }) => {
      if (status === 401 && this.chat.conversation.session === null) this.#renew("refused");
    });
    this.chat.addEventListener("skyteller:opened", ({ detail: { request, turns } }) => {
      document.documentElement.lang = request.locale;
      this.host.tell("opened", { locale: request.locale, mode: request.mode, resumed: turns.length > 1 });
      const wish = this.#wish;
      this.#wish = null;
      if (wish) this.#service(wish);
      this.#dress();
    });
    this.chat.addEventListener("skyteller:turn", ({ detail: { turn } }) => {
      const actions = turn.actions.map(({ service, status }) => ({ service, status }));
      this.host.tell("event", { name: "turn", stage: turn.stage, service: turn.service, actions });
    });
    this.chat.addEventListener("skyteller:close", () => {
      this.chat.leave();
      this.host.tell("close");
    });
    this.chat.addEventListener("skyteller:panel", () => this.#phone());
  }

  /** The host app is asked for a fresh token: it alone knows who the customer is. */
  #renew(why) {
    if (this.#needsToken) this.host.tell("token_needed", { why });
    else this.chat.switchTo(this.chat.wanted());
  }

  #service(service) {
    const name = serviceName(service, this.chat.locale);
    if (!name) return;
    if (!this.chat.conversation.room) this.#wish = service;
    else this.chat.say(words(this.chat.locale)("wish", { service: name }));
  }

  #language(locale) {
    if (["zh-CN", "en"].includes(locale)) this.chat.setAttribute("locale", locale);
  }

  #mode(mode) {
    if (["elder", "standard"].includes(mode)) this.chat.setAttribute("mode", mode);
  }

  #theme(theme) {
    if (theme === "light" || theme === "dark") {
      this.chat.setAttribute("theme", theme);
      document.documentElement.dataset.theme = theme;
    } else if (theme === "auto") {
      this.chat.removeAttribute("theme");
      delete document.documentElement.dataset.theme;
    }
  }

  #dress() {
    const t = words(this.chat.locale);
    document.title = `${t("teller")} · ${t("bank")}${t("product")}`;
  }

  /** The sandbox customer's phone, which in the bank is the customer's own. */
  async #phone() {
    if (!this.hasAttribute("sandbox")) return;
    await import("../../page/static/phone.js");
    const t = words(this.chat.locale);
    const { customer, locale } = this.chat.wanted();
    const phone = h("skyteller-phone", { customer: customer ?? "", locale });
    const dialog = h("dialog", { class: "sandbox-phone", "aria-label": t("phone") }, phone,
      h("button", { type: "button", class: "sandbox-close", onclick: () => dialog.close() }, t("close")));
    phone.addEventListener("skyteller:code", ({ detail: { code } }) => {
      dialog.close();
      this.chat.fillCode(code);
    });
    dialog.addEventListener("close", () => dialog.remove());
    this.append(dialog);
    dialog.showModal();
  }
}

customElements.define("skyteller-counter", SkytellerCounter);
