// 小岚 in a conversation: where her face is, how she looks, her voice and the buttons for it.

import "./face.js";
import { drawing, h } from "../../page/static/dom.js";
import { ALOUD, MICROPHONE } from "./icons.js";

const WIDE_PX = 860; // from here on she stands beside the conversation, below it her portrait is in its header

export class Presence {
  /** `chat`: the conversation's element (with api, conversation, log, composer, chips, wanted(), word(text)). */
  constructor(chat) {
    this.chat = chat;
    this.face = h("skyteller-face", { label: "off", view: "portrait", state: "waiting" });
    this.avatar = h("div", { class: "avatar" }, this.face);
    this.stage = h("div", { class: "stage" });
    this.microphone = h("button", { type: "button", class: "microphone", disabled: true, onclick: () => this.#talk() }, drawing(MICROPHONE));
    this.aloudButton = h("button", { type: "button", class: "round", disabled: true, "aria-pressed": "false", onclick: () => this.#aloud() }, drawing(ALOUD));
    new ResizeObserver((entries) => this.#place(entries.at(-1).contentRect.width)).observe(chat);
    chat.addEventListener("input", () => this.bearing());
  }

  /** Hearing and speaking come when she is there to be seen: nobody waits for them. Resolves when they are. */
  async giveVoice() {
    const [{ Voice }, { VoiceBar }, { Aloud }] = await Promise.all([import("./voice.js"), import("./voicebar.js"), import("./aloud.js")]);
    const { api, conversation } = this.chat;
    this.voice = new Voice(conversation, { base: api.base });
    this.bar = new VoiceBar(this.voice);
    this.aloud = new Aloud(conversation);
    for (const source of [this.voice, this.aloud]) {
      source.addEventListener("lips", ({ detail }) => this.face.speak(detail.mouths, detail.start, source.player.clock));
      source.addEventListener("hush", () => this.face.stop());
      source.addEventListener("change", () => {
        this.#buttons();
        this.bearing();
      });
    }
    this.aloud.addEventListener("missing", () => this.chat.word(this.t("voice.aloudMissing")));
    this.bar.translate(this.t);
    this.#place(this.chat.getBoundingClientRect().width);
    [this.microphone.disabled, this.aloudButton.disabled] = [false, false];
    this.#buttons();
  }

  /** Nobody is listened to, and nothing is said any more. */
  quiet() {
    this.voice?.stop();
    this.aloud?.off();
  }

  translate(t, locale) {
    this.t = t;
    this.face.setAttribute("locale", locale);
    this.bar?.translate(t);
    this.#buttons();
  }

  /** How she looks: what she does, and the card that waits for a tap. */
  bearing() {
    const { conversation, log, composer } = this.chat;
    const busy = conversation.phase === "busy" || conversation.phase === "waiting";
    const typing = composer.field.value !== "";
    const talking = this.voice?.status === "on" ? this.voice.teller : this.aloud?.speaking ? "speaking" : null;
    this.face.state = talking ?? (busy ? "thinking" : typing ? "listening" : "waiting");
    const card = log.active.find((made) => !("closed" in made.dataset) && made.querySelector("button:not([data-keep], :disabled)"));
    this.face.point(this.face.state === "waiting" && !typing ? (card ?? null) : null);
  }

  /** One face and one voice bar, each in one of two places. */
  #place(width) {
    const wide = width >= WIDE_PX;
    const place = wide ? this.stage : this.avatar;
    if (this.face.parentNode !== place) {
      place.prepend(this.face);
      this.face.setAttribute("view", wide ? "bust" : "portrait");
      this.face.setAttribute("label", wide ? "on" : "off"); // the header has it beside the portrait
    }
    const bar = this.bar?.element;
    if (!bar || (bar.parentNode && wide === (bar.parentNode === this.stage))) return;
    if (wide) this.stage.append(bar);
    else this.chat.chips.before(bar);
  }

  #talk() {
    if (this.voice.active) {
      this.voice.stop();
      return;
    }
    this.aloud.off();
    this.voice.start();
  }

  #aloud() {
    if (this.aloud.on) this.aloud.off();
    else this.aloud.turnOn(this.chat.conversation.turns.at(-1), this.chat.wanted());
  }

  /** The buttons of voice, as it stands. */
  #buttons() {
    const talking = Boolean(this.voice?.active);
    const reading = Boolean(this.aloud?.on);
    const name = this.t(talking ? "voice.end" : "voice.start");
    this.microphone.setAttribute("aria-pressed", String(talking));
    this.microphone.setAttribute("aria-label", name);
    this.microphone.title = name;
    this.aloudButton.hidden = talking;
    this.aloudButton.setAttribute("aria-pressed", String(reading));
    this.aloudButton.setAttribute("aria-label", this.t("voice.aloud"));
    this.aloudButton.title = this.t(reading ? "voice.aloudOff" : "voice.aloud");
  }
}
