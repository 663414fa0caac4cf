// <skyteller-chat>: the counter. Attributes: channel (web, embed), locale, mode, customer, device, base (of the API),
// theme (light, dark; the system's without it), sandbox, hold (begins with begin(), not by itself), closable.
// Says what happens as bubbling events: skyteller:opened, skyteller:turn, skyteller:panel, skyteller:close.

import { Presence } from "../../embed/static/presence.js";
import { Api } from "./api.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { DeskSide } from "./desk.js";
import { drawing, h, styled } from "./dom.js";
import { CLOSE, PERSON } from "./icons.js";
import { Log } from "./log.js";
import { showSteps } from "./steps.js";
import { words } from "./strings.js";
import { asked } from "./told.js";

const DROPPED = { 0: "droppedUrgent", 409: "dropped409", 413: "dropped413", 422: "dropped422" };
const VOICE_CSS = new URL("../../embed/static/voice.css", import.meta.url);
const UNFINISHED = new Set(["collect", "identity", "risk", "educate", "confirm", "execute"]);

export class SkytellerChat extends HTMLElement {
  #built = false;

  connectedCallback() {
    if (this.#built) return;
    this.#built = true;
    this.api = new Api(this.getAttribute("base") ?? "");
    this.conversation = new Conversation(this.api);
    this.#build();
    this.#listen();
    this.side.begin();
    if (this.hasAttribute("hold")) this.#translate();
    else if (!this.resume()) this.begin(null);
    this.presence.giveVoice();
  }

  /** Come back to this tab's conversation, if its request is `fit`; false where there is none. */
  resume(fit = () => true) {
    const kept = this.conversation.kept();
    if (!kept || !fit(kept.request)) return false;
    this.#adopt(kept.request);
    this.#translate();
    this.conversation.start(this.wanted());
    return true;
  }

  /** Begin a conversation; `token` is the host app's signed one, where there is a host app. */
  begin(token) {
    this.conversation.bearer = token;
    this.#translate();
    this.log.clear();
    return this.conversation.restart(this.wanted());
  }

  /** Another language for the words of the page at once, for the conversation with the next one. */
  setLocale(locale) {
    this.setAttribute("locale", locale);
    this.#translate();
  }

  /** The widget is closed: nobody is listened to and nothing is said any more; the conversation can be come back to. */
  leave() {
    this.presence.quiet();
  }

  get locale() {
    return this.getAttribute("locale") === "en" ? "en" : "zh-CN";
  }

  /** The SessionRequest that the attributes describe. */
  wanted() {
    const mode = this.getAttribute("mode") === "elder" ? "elder" : "standard";
    const device = this.getAttribute("device") === "new" ? "new" : "known";
    return {
      customer: this.getAttribute("customer") || null, channel: this.getAttribute("channel") || "web",
      locale: this.locale, mode, device,
    };
  }

  /** Whether leaving now would break a service off. */
  get unfinished() {
    const last = this.conversation.turns.at(-1);
    return this.conversation.phase !== "ended" && UNFINISHED.has(last?.stage) && Boolean(last.service);
  }

  /** Change attributes and begin anew with them; asks first where a service would be broken off. Resolves to whether. */
  async switchTo(request) {
    const t = words(this.locale);
    if (this.unfinished && !(await asked(t("switching"), t("switchYes"), t("switchNo"), this.shadowRoot))) return false;
    this.#adopt(request);
    this.#translate();
    this.log.clear();
    showSteps(this.steps, { stage: "idle" }, this.t, this.locale);
    await this.conversation.restart(this.wanted());
    return true;
  }

  /** Begin anew after the end; a host app's widget asks the app for a token instead. */
  renew() {
    return this.switchTo(this.wanted());
  }

  /** Elder mode for the eye at once; for the ear with the next conversation, unless nothing was said yet. */
  async setMode(mode) {
    this.setAttribute("mode", mode);
    if (this.conversation.turns.length <= 1) await this.switchTo(this.wanted());
    else if (mode === "elder") this.word(this.t("elderNote"));
  }

  /** Say something as the customer (starters, deep links). */
  say(text, options) {
    return this.conversation.send({ text }, text, options);
  }

  /** Put a code where one is asked for; false when none is. */
  fillCode(code) {
    const card = this.log.active.find((made) => made.fill && !("closed" in made.dataset));
    card?.fill(code);
    return Boolean(card);
  }

  #adopt(request) {
    for (const name of ["customer", "locale", "mode", "device"]) this.setAttribute(name, request[name] ?? "");
  }

  #build() {
    const root = this.attachShadow({ mode: "open" });
    this.statusLine = h("span", { class: "status" });
    this.nameLine = h("h1", { class: "teller-name" });
    this.badge = h("span", { class: "ai" });
    this.roleLine = h("span", { class: "teller-role" });
    this.person = h("button", { type: "button", class: "person", onclick: () => this.#person() }, drawing(PERSON), h("span"));
    this.presence = new Presence(this);
    this.close = h("button", { type: "button", class: "round close", onclick: () => this.#tell("skyteller:close", {}) }, drawing(CLOSE));
    this.steps = h("nav", { class: "steps", hidden: true });
    this.bannerText = h("span");
    this.bannerButton = h("button", { type: "button", class: "button small primary", onclick: () => this.#bannerPressed() });
    this.banner = h("div", { class: "banner", role: "status", hidden: true }, this.bannerText, this.bannerButton);
    this.log = new Log(h("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0" }));
    this.side = new DeskSide(this);
    this.chips = h("div", { class: "chips", role: "group" });
    this.composer = new Composer((text) => this.say(text), this.presence.microphone);
    this.footer = h("p", { class: "footer" });
    const desk = h(
      "div", { class: "desk" },
      h("header", { class: "teller" }, this.presence.avatar,
        h("div", { class: "who" }, h("div", { class: "who-line" }, this.nameLine, this.badge), h("div", { class: "who-line" }, this.roleLine, this.statusLine)),
        this.presence.aloudButton, this.person, this.close),
      this.steps, this.banner, this.side.element, this.log.element, this.chips, this.composer.element, this.footer,
    );
    const counter = h("section", { class: "counter", hidden: true }, this.presence.stage, desk);
    root.append(counter);
    styled(root, "tokens.css", "chat.css", "cards.css", "desk.css", VOICE_CSS).then(() => {
      counter.hidden = false;
      this.composer.refresh();
      this.log.element.scrollTo({ top: this.log.element.scrollHeight });
    });
  }

  #listen() {
    const on = (name, hear) => this.conversation.addEventListener(name, (event) => hear(event.detail));
    on("opened", ({ turns }) => {
      this.log.rebuild(turns, this.conversation.said, this.#on());
      if (this.conversation.phase === "ended") this.log.closeAll();
      this.#stands(turns.at(-1));
      this.#tell("skyteller:opened", { turns, request: this.wanted() });
    });
    on("sent", ({ item }) => {
      const first = this.conversation.running === item;
      this.presence.face.nod();
      this.log.sent(item, this.#on(), { waiting: !first });
      if (!["text", "voice"].includes(item.type)) this.log.closeAll();
      this.#rooms();
    });
    on("sentence", ({ item, sentence }) => {
      this.log.sentence(item, sentence, this.#on());
      this.presence.aloud?.sentence(item, sentence, this.wanted());
    });
    on("turn", ({ item, turn }) => {
      const focused = this.shadowRoot.activeElement;
      const cards = this.log.turn(item, turn, this.#on());
      this.#stands(turn);
      this.#focus(focused, cards);
      this.presence.aloud?.turn(item, turn, this.wanted());
      this.#tell("skyteller:turn", { turn });
    });
    on("dropped", ({ item, status }) => {
      this.log.dropped(item);
      if (item.type === "voice") return;
      if (item.type === "text" && status && !this.composer.field.value) {
        this.composer.field.value = item.body.text;
        this.composer.refresh();
      }
      this.word(this.t(DROPPED[status] ?? "dropped"));
    });
    on("phase", ({ phase, status }) => this.#phase(phase, status));
  }

  #on() {
    const turn = this.conversation.turns.at(-1);
    return {
      t: this.t, locale: this.locale, sandbox: this.hasAttribute("sandbox"), root: this.shadowRoot,
      seenAt: this.conversation.seenAt[turn?.turn_id] ?? Date.now(),
      send: (body, label) => this.conversation.send(body, label),
      ask: (text) => this.say(text),
      phone: () => this.#tell("skyteller:panel", {}),
      own: (method, body) => this.api.ownFace(this.conversation.session, method, body, this.locale),
    };
  }

  #translate() {
    const t = words(this.locale);
    this.t = t;
    this.lang = this.locale;
    this.nameLine.textContent = t("teller");
    this.badge.textContent = t("aiLabel");
    this.presence.translate(t, this.locale);
    this.roleLine.textContent = t("tellerRole");
    this.person.lastChild.textContent = t("handoff");
    this.person.title = t("handoffHint");
    this.close.setAttribute("aria-label", t("close"));
    this.close.hidden = !this.hasAttribute("closable");
    this.log.element.setAttribute("aria-label", t("log"));
    this.chips.setAttribute("aria-label", t("starters"));
    this.chips.replaceChildren(...t("chips").map(([label, text]) =>
      h("button", { type: "button", class: "chip", onclick: () => this.say(text) }, label)));
    this.footer.textContent = t("footer");
    this.composer.translate(t);
    this.side.translate();
    this.#phase(this.conversation.phase, null);
  }

  #phase(phase, status) {
    const { t } = this;
    this.dataset.phase = phase;
    const shown = { offline: t("offline"), waiting: t("busy"), stuck: t("offline"), ended: "" }[phase] ?? t(phase);
    this.statusLine.textContent = phase === "stuck" ? "" : shown;
    if (phase === "busy") this.log.running(this.conversation.running ?? {}, this.#on());
    if (phase === "ended") this.log.closeAll();
    const banner = {
      offline: `${t("offline")} ${t("offlineDetail")}`, waiting: t(status === 429 ? "tooFast" : "waiting"), stuck: t("stuck"), ended: t("ended"),
    }[phase] ?? "";
    const press = { stuck: t("retry"), ended: t("restart") }[phase] ?? "";
    this.#banner(banner, press, phase);
    this.#rooms();
    this.presence.bearing();
  }

  #banner(text, press, kind) {
    this.banner.hidden = !text;
    this.banner.dataset.kind = kind;
    if (this.bannerText.textContent !== text) this.bannerText.textContent = text;
    this.bannerButton.hidden = !press;
    this.bannerButton.textContent = press;
  }

  /** A word to the customer that stays until the next change of phase. */
  word(text) {
    this.#banner(text, "", "word");
  }

  #bannerPressed() {
    if (this.conversation.phase === "ended") this.renew();
    else this.conversation.retry();
  }

  #rooms() {
    const { phase, room } = this.conversation;
    this.composer.allow({ enabled: !["opening", "ended"].includes(phase), room });
    for (const chip of this.chips.children) chip.disabled = !room;
    this.person.disabled = ["opening", "ended"].includes(phase);
  }

  #person() {
    this.say(this.t("handoffSay"), { urgent: true });
  }

  #stands(turn) {
    const idle = !turn || turn.stage === "idle" || turn.stage === "follow_up";
    this.chips.hidden = !idle;
    this.presence.bearing();
    showSteps(this.steps, turn ?? { stage: "idle" }, this.t, this.locale);
  }

  /** Keyboard and screen reader go where the next answer is given, never onto a button that acts. */
  #focus(before, cards) {
    if (!before) return;
    const card = cards.find((made) => made.querySelector("button:not([data-keep]), input"));
    const field = card?.querySelector(".otp-field");
    if (field) field.focus({ preventScroll: true });
    else if (before === this.composer.field) return;
    else if (card) card.focus({ preventScroll: true });
    else this.composer.field.focus({ preventScroll: true });
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

customElements.define("skyteller-chat", SkytellerChat);
