// The conversation as it is read: bubbles, cards, sources. Knows turns and items, nothing of the network.

import { cardsOf, citations } from "./told.js";
import { close, reopen } from "./cards.js";
import { marked } from "../../embed/static/captions.js";
import { h } from "./dom.js";

const NEAR_PX = 120; // a reader who scrolled further up is not pulled down

export class Log {
  #pending = new Map(); // key of an item → {mine, theirs, text}
  #active = []; // the cards that can be answered now

  constructor(element) {
    this.element = element;
  }

  clear() {
    this.element.replaceChildren();
    this.#pending.clear();
    this.#active = [];
  }

  /** A whole transcript; only the last turn's cards stay open. */
  rebuild(turns, said, on) {
    this.clear();
    const asking = turns.findLastIndex((turn) => !passedOn(turn));
    turns.forEach((turn, index) => {
      const known = said[turn.turn_id];
      const heard = known?.label || masked(turn.heard, turns[index - 1]);
      if (heard) this.element.append(this.#mine(heard, on.t));
      this.#answer(this.#theirs(on.t), turn, on, { rate: known?.type !== "rating", last: index === asking });
    });
    this.#down(true);
  }

  /** What the customer just sent; `waiting` while another turn runs. */
  sent(item, on, { waiting }) {
    const mine = this.#mine(item.label, on.t, item.repairs);
    if (waiting) mine.append(h("small", { class: "queued" }, on.t("queued")));
    this.#pending.set(item.key, { mine, theirs: null });
    this.element.append(mine);
    this.#down(true);
  }

  /** Show that an item's turn runs now. */
  running(item, on) {
    const entry = this.#pending.get(item.key);
    if (!entry || entry.theirs) return;
    entry.mine.querySelector(".queued")?.remove();
    entry.theirs = this.#theirs(on.t);
    entry.theirs.classList.add("typing");
    entry.theirs.setAttribute("aria-label", on.t("typing"));
    entry.theirs.querySelector(".bubble").append(h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")));
    entry.mine.after(entry.theirs);
    this.#down(false);
  }

  sentence(item, sentence, on) {
    this.running(item, on);
    const entry = this.#pending.get(item.key);
    if (!entry) return;
    const bubble = entry.theirs.querySelector(".bubble");
    if (entry.theirs.classList.contains("typing")) {
      entry.theirs.classList.remove("typing");
      entry.theirs.removeAttribute("aria-label");
      bubble.replaceChildren();
      entry.next = 0;
    }
    if (sentence.i < entry.next) return; // the same turn again after a lost network
    entry.next = sentence.i + 1;
    bubble.append(h("span", { class: "sentence" }, sentence.text));
    this.#down(false);
  }

  /** The whole turn of an item. Returns its open cards. */
  turn(item, turn, on) {
    this.running(item, on);
    const entry = this.#pending.get(item.key);
    this.#pending.delete(item.key);
    const heard = passedOn(turn);
    if (!heard) {
      this.#active.forEach(close);
      this.#active = [];
    }
    const theirs = entry?.theirs ?? this.#theirs(on.t);
    theirs.classList.remove("typing");
    theirs.removeAttribute("aria-label");
    this.#answer(theirs, turn, on, { rate: item.type !== "rating", last: !heard });
    this.#down(false);
    return this.#active;
  }

  /** Nothing came of an item: take its words away again and open what was asked before. */
  dropped(item) {
    const entry = this.#pending.get(item.key);
    this.#pending.delete(item.key);
    entry?.mine.remove();
    entry?.theirs?.remove();
    this.#active.forEach(reopen);
  }

  get active() {
    return this.#active;
  }

  closeAll() {
    this.#active.forEach(close);
  }

  #mine(text, t, repairs = []) {
    return h("div", { class: "entry mine" }, h("span", { class: "hidden" }, t("you")), h("div", { class: "bubble" }, marked(text, repairs, t)));
  }

  #theirs(t) {
    const entry = h("div", { class: "entry theirs" }, h("span", { class: "hidden" }, t("teller_said")), h("div", { class: "bubble" }));
    this.element.append(entry);
    return entry;
  }

  #answer(theirs, turn, on, { rate, last }) {
    const bubble = theirs.querySelector(".bubble");
    if (bubble.textContent !== turn.reply.text) bubble.replaceChildren(document.createTextNode(turn.reply.text));
    bubble.hidden = !turn.reply.text;
    theirs.dataset.turn = turn.turn_id;
    const sources = citations(turn, on);
    if (sources) theirs.append(sources);
    const cards = cardsOf(turn, on, { rate: rate && last });
    theirs.append(...cards);
    if (last) this.#active = cards;
    else cards.forEach(close);
  }

  #down(always) {
    const box = this.element;
    const newest = box.lastElementChild;
    if (!newest) return;
    const far = box.scrollHeight - box.scrollTop - box.clientHeight;
    if (!always && far > NEAR_PX + newest.offsetHeight) return;
    requestAnimationFrame(() => {
      // measured once all is in place; an answer taller than the window is read from its beginning
      const tall = newest.offsetHeight > box.clientHeight;
      box.scrollTo({ top: tall ? newest.offsetTop - 12 : box.scrollHeight });
    });
  }
}

/** Words that went to a person of the bank: 小岚 says nothing to them, and what she asked before stays open. */
function passedOn(turn) {
  return !turn.reply.text && (turn.reply.cards ?? []).length === 0;
}

/** What was heard, for the eye: a code that was typed is not shown again. */
function masked(heard, before) {
  const asked = before?.reply.cards?.some((card) => card.type === "otp");
  return asked ? heard.replace(/\d{6}/g, "••••••") : heard;
}
