// The voice as the customer handles it: begin, hold to talk or hands free, stop her, end; captions and what is wrong.

import { drawing, h } from "../../page/static/dom.js";
import { Captions } from "./captions.js";
import { HANG_UP, MICROPHONE, STOP } from "./icons.js";

const MODE = "skyteller.voice-mode";
const EDITABLE = "input, textarea, select, button, a, [contenteditable]";

export class VoiceBar {
  #level = 0;

  constructor(voice) {
    this.voice = voice;
    this.captions = new Captions();
    this.word = h("p", { class: "voice-word", role: "status", hidden: true });
    this.state = h("span", { class: "voice-state" });
    this.talk = h("button", { type: "button", class: "talk", onclick: () => this.#pressed() }, drawing(MICROPHONE), h("span"));
    this.mode = h("button", { type: "button", class: "button small plain", onclick: () => this.#otherMode() });
    this.stop = h("button", { type: "button", class: "voice-icon", onclick: () => voice.hush() }, drawing(STOP));
    this.end = h("button", { type: "button", class: "voice-icon", onclick: () => voice.stop() }, drawing(HANG_UP));
    this.controls = h("div", { class: "voice-controls", role: "group" }, this.talk, this.state, this.mode, this.stop, this.end);
    this.keeping = h("div", { class: "voice-keeping", role: "group", hidden: true });
    this.element = h("section", { class: "voicebar" }, this.captions.element, this.word, this.keeping, this.controls);
    this.#holdable();
    voice.setMode(kept() ?? "hands_free");
    voice.addEventListener("change", () => this.#show());
    voice.addEventListener("caption", ({ detail }) => this.captions.show(detail, this.t));
    voice.addEventListener("word", ({ detail }) => this.say(detail.text ?? (detail.code ? this.t(`voice.wrong.${detail.code}`) : "")));
    voice.addEventListener("keeping", ({ detail }) => this.#keeping(detail));
    voice.addEventListener("level", ({ detail }) => this.#ring(detail));
  }

  translate(t) {
    this.t = t;
    this.element.setAttribute("aria-label", t("voice.name"));
    this.controls.setAttribute("aria-label", t("voice.name"));
    this.stop.setAttribute("aria-label", t("voice.hush"));
    this.stop.title = t("voice.hush");
    this.end.setAttribute("aria-label", t("voice.end"));
    this.end.title = t("voice.end");
    this.#show();
  }

  /** A word that stays until it is no longer true. */
  say(text) {
    this.word.hidden = !text;
    this.word.textContent = text ?? "";
  }

  /** Whether what is said may be kept: asked apart from everything else, answered by a button, and changed at any time. */
  #keeping(asked) {
    const { voice, t } = this;
    this.keeping.hidden = !asked;
    if (!asked) return;
    const { days, agreed } = asked;
    const button = (name, answer) => h("button", { type: "button", class: "button small plain", onclick: () => voice.keep(answer) }, t(`voice.keeping.${name}`));
    const said = { true: "kept", false: "notKept" }[agreed] ?? "question";
    const buttons = { true: [button("withdraw", false)], false: [button("agree", true)] }[agreed] ?? [button("agree", true), button("refuse", false)];
    this.keeping.setAttribute("aria-label", t("voice.keeping.name"));
    this.keeping.replaceChildren(h("p", { role: "status" }, t(`voice.keeping.${said}`, { days })), ...buttons);
  }

  #show() {
    const { voice, t } = this;
    if (!t) return;
    const { status, mode } = voice;
    Object.assign(this.element.dataset, { status, mode, teller: voice.teller, hearing: voice.hearing });
    if (status === "starting") this.say("");
    if (status === "off") this.captions.clear();
    const held = mode === "push_to_talk" && status === "on" && voice.hearing === "open";
    const label = { off: t("voice.start"), paused: t("voice.goOn") }[status] ?? (held ? t("voice.hold") : t("voice.end"));
    this.talk.lastChild.textContent = label;
    const ends = label === t("voice.end");
    if (ends !== this.talk.hasAttribute("data-ends")) {
      this.talk.toggleAttribute("data-ends", ends);
      this.talk.firstChild.replaceWith(drawing(ends ? HANG_UP : MICROPHONE));
    }
    if (held) this.talk.setAttribute("aria-pressed", String(voice.down));
    else this.talk.removeAttribute("aria-pressed");
    this.talk.disabled = status === "starting";
    this.state.textContent = this.#standing();
    this.state.hidden = status === "off";
    this.mode.hidden = !["on", "queued"].includes(status) || voice.hearing !== "open";
    this.mode.textContent = t(mode === "hands_free" ? "voice.toPush" : "voice.toFree");
    this.stop.hidden = !(status === "on" && voice.teller === "speaking");
    this.end.hidden = !held && status !== "paused"; // elsewhere the large button ends it
  }

  #standing() {
    const { voice, t } = this;
    if (voice.status !== "on") return t(`voice.status.${voice.status}`) ?? "";
    if (voice.hearing !== "open") return t(voice.hearing === "muted" ? "voice.muted" : "voice.deaf");
    if (voice.mode === "push_to_talk" && voice.teller === "waiting") return t(voice.down ? "voice.teller.listening" : "voice.pushHint");
    return t(`voice.teller.${voice.teller}`);
  }

  #pressed() {
    const { voice } = this;
    if (voice.status === "off") voice.start();
    else if (voice.status === "paused") voice.wake();
    else if (!(voice.mode === "push_to_talk" && voice.status === "on" && voice.hearing === "open")) voice.stop();
  }

  #otherMode() {
    const mode = this.voice.mode === "hands_free" ? "push_to_talk" : "hands_free";
    try {
      localStorage.setItem(MODE, mode);
    } catch {
      // a browser that keeps nothing: the choice holds for this page
    }
    this.voice.setMode(mode);
  }

  /** Press and hold: pointer and space bar. Letting go anywhere ends it. */
  #holdable() {
    const { voice, talk } = this;
    const held = () => voice.mode === "push_to_talk" && voice.status === "on" && voice.hearing === "open";
    talk.addEventListener("pointerdown", (event) => {
      if (!held() || event.button !== 0) return;
      talk.setPointerCapture(event.pointerId);
      voice.press(true);
    });
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) talk.addEventListener(name, () => voice.press(false));
    talk.addEventListener("contextmenu", (event) => held() && event.preventDefault()); // a long press is not a menu here
    addEventListener("keydown", (event) => {
      if (event.code !== "Space" || !held() || event.repeat) return;
      const [target] = event.composedPath();
      if (target !== talk && target.closest?.(EDITABLE)) return;
      event.preventDefault();
      voice.press(true);
    });
    addEventListener("keyup", (event) => {
      if (event.code !== "Space" || !voice.down) return;
      event.preventDefault();
      voice.press(false);
    });
    addEventListener("blur", () => voice.press(false));
  }

  #ring(level) {
    const shown = Math.round(Math.min(1, level * 2.5) * 10) / 10;
    if (shown === this.#level) return;
    this.#level = shown;
    this.talk.style.setProperty("--level", String(shown));
  }
}

function kept() {
  try {
    return localStorage.getItem(MODE);
  } catch {
    return null;
  }
}
