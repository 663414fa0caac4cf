// The text box: Enter sends, Shift+Enter breaks the line, an input method's Enter does neither.

import { drawing, h } from "./dom.js";
import { SEND } from "./icons.js";

export const TEXT_CHARS_MAX = 2000;
const WARN_FROM = 1800;

export class Composer {
  /** `send(text)` returns false when it could not be taken: the text then stays. `beside`: a button left of it. */
  constructor(send, beside = null) {
    this.send = send;
    this.t = null;
    this.enabled = true;
    this.room = true;
    this.field = h("textarea", {
      class: "field", rows: "1", enterkeyhint: "send", autocomplete: "off",
      oninput: () => this.refresh(),
      onkeydown: (event) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
        event.preventDefault();
        this.submit();
      },
    });
    this.button = h("button", { type: "submit", class: "send" }, drawing(SEND));
    this.note = h("p", { class: "composer-note", role: "status" });
    this.element = h("form", {
      class: "composer",
      onsubmit: (event) => {
        event.preventDefault();
        this.submit();
      },
    }, h("div", { class: "composer-box" }, this.field, beside, this.button), this.note);
  }

  /** Words of another language. */
  translate(t) {
    this.t = t;
    this.field.placeholder = t("placeholder");
    this.field.setAttribute("aria-label", t("inputLabel"));
    this.button.setAttribute("aria-label", t("send"));
    this.button.title = t("hint");
    this.refresh();
  }

  /** `enabled`: a conversation is there; `room`: one more can be taken. */
  allow({ enabled, room }) {
    this.enabled = enabled;
    this.room = room;
    this.field.disabled = !enabled;
    this.refresh();
  }

  submit() {
    const text = this.field.value.trim();
    if (this.button.disabled || !text) return;
    if (this.send(text) === false) return;
    this.field.value = "";
    this.refresh();
  }

  refresh() {
    const now = [...this.field.value].length;
    const long = now > TEXT_CHARS_MAX;
    this.button.disabled = !this.enabled || !this.room || long || !this.field.value.trim();
    this.field.setAttribute("aria-invalid", String(long));
    let word = "";
    if (long) word = this.t("tooLong", { max: TEXT_CHARS_MAX, now });
    else if (!this.room && this.enabled && now) word = this.t("wait");
    else if (now >= WARN_FROM) word = this.t("left", { left: TEXT_CHARS_MAX - now });
    if (this.note.textContent !== word) this.note.textContent = word;
    this.note.classList.toggle("bad", long);
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 140)}px`;
  }
}
