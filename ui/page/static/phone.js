// <skyteller-phone>: the sandbox customer's phone. Attributes: customer, locale, base. Asks for messages every two
// seconds, only while it can be seen. Its button says skyteller:code {code} to whoever asks for one.

import { Api } from "./api.js";
import { clockTime, h, styled } from "./dom.js";
import { words } from "./strings.js";

const EVERY_MS = 2000;
const SHOWN_MAX = 20;

class SkytellerPhone extends HTMLElement {
  static observedAttributes = ["customer", "locale"];
  #timer = 0;
  #visible = false;
  #known = null; // what is shown, so that an unchanged answer changes nothing

  connectedCallback() {
    if (!this.shadowRoot) this.#build();
    this.watch = new IntersectionObserver(([entry]) => this.#look(entry.isIntersecting));
    this.watch.observe(this);
    this.shown = () => this.#look(this.#visible);
    document.addEventListener("visibilitychange", this.shown);
  }

  disconnectedCallback() {
    this.watch.disconnect();
    document.removeEventListener("visibilitychange", this.shown);
    clearTimeout(this.#timer);
  }

  attributeChangedCallback(_, before, now) {
    if (!this.shadowRoot || before === now) return;
    this.#known = null;
    this.#words();
    this.list.replaceChildren();
    this.#look(this.#visible);
  }

  #build() {
    const root = this.attachShadow({ mode: "open" });
    this.api = new Api(this.getAttribute("base") ?? "");
    this.head = h("h2");
    this.note = h("p", { class: "phone-note" });
    this.news = h("p", { class: "hidden", role: "status" });
    this.list = h("ul", { class: "messages", tabindex: "0" });
    const box = h("section", { class: "phone", hidden: true }, this.head, this.note, this.list, this.news);
    root.append(box);
    styled(root, "tokens.css", "panels.css").then(() => (box.hidden = false));
    this.#words();
  }

  #words() {
    this.t = words(this.getAttribute("locale"));
    this.head.textContent = this.t("phone");
    this.list.setAttribute("aria-label", this.t("phone"));
    this.note.textContent = this.getAttribute("customer") ? this.t("phoneEmpty") : this.t("phoneNone");
  }

  #look(visible) {
    this.#visible = visible;
    clearTimeout(this.#timer);
    if (visible && !document.hidden && this.getAttribute("customer")) this.#poll();
  }

  async #poll() {
    const customer = this.getAttribute("customer");
    try {
      const messages = await this.api.phone(customer);
      if (customer !== this.getAttribute("customer")) return;
      this.#show(messages.slice(0, SHOWN_MAX));
    } catch {
      this.note.textContent = this.t("phoneLost");
      this.note.hidden = false;
    }
    clearTimeout(this.#timer);
    if (this.isConnected && this.#visible && !document.hidden) this.#timer = setTimeout(() => this.#poll(), EVERY_MS);
  }

  #show(messages) {
    const now = JSON.stringify(messages);
    this.note.hidden = messages.length > 0;
    if (!messages.length) this.note.textContent = this.t("phoneEmpty");
    if (now === this.#known) return;
    const before = this.#known === null ? messages.length : this.list.children.length;
    this.#known = now;
    this.list.replaceChildren(...messages.map((message) => this.#message(message)));
    const fresh = messages.length - before;
    if (fresh > 0) this.news.textContent = this.t("phoneNew", { n: fresh });
  }

  #message(message) {
    const { t } = this;
    const kind = message.kind === "otp" ? t("smsOtp") : t("smsNotice");
    return h(
      "li", { class: `message ${message.kind}` },
      h("div", { class: "message-head" }, h("b", {}, kind), h("time", { datetime: message.at }, clockTime(message.at, this.getAttribute("locale")))),
      h("p", {}, message.text),
      message.code
        ? h("button", { type: "button", class: "button small plain", onclick: (event) => this.#fill(message.code, event.currentTarget) }, t("phoneFill"))
        : null,
    );
  }

  #fill(code, pressed) {
    this.dispatchEvent(new CustomEvent("skyteller:code", { detail: { code }, bubbles: true, composed: true }));
    pressed.textContent = this.t("phoneFilled");
    setTimeout(() => (pressed.textContent = this.t("phoneFill")), 1500);
  }
}

customElements.define("skyteller-phone", SkytellerPhone);
