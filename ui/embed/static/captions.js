// What is said, to read along: her words as they sound, the customer's as they are understood.

import { h } from "../../page/static/dom.js";

/** A text as nodes, with the words that were put right marked and what was heard instead as their title. */
export function marked(text, repairs, t) {
  const nodes = [];
  let rest = text;
  for (const { heard, meant } of repairs) {
    const at = meant ? rest.indexOf(meant) : -1;
    if (at < 0) continue;
    nodes.push(rest.slice(0, at), h("mark", { class: "repaired", title: t("voice.repaired", { heard }) }, meant));
    rest = rest.slice(at + meant.length);
  }
  return [...nodes, rest];
}

export class Captions {
  constructor() {
    // the log is read out by screen readers already: captions are for the eyes
    this.element = h("div", { class: "captions", "aria-hidden": "true", hidden: true });
    this.lines = { teller: h("p", { class: "caption teller-caption" }), customer: h("p", { class: "caption customer-caption" }) };
    this.element.append(this.lines.customer, this.lines.teller);
  }

  /** As Voice tells it. */
  show({ who, text, repairs = [], provisional = false, cut = false }, t) {
    const line = this.lines[who];
    line.replaceChildren(...marked(text, repairs, t), cut ? "…" : "");
    line.classList.toggle("provisional", provisional);
    line.classList.toggle("cut", cut);
    if (who === "customer" && text) this.lines.teller.replaceChildren();
    this.element.hidden = Object.values(this.lines).every((one) => !one.textContent);
  }

  clear() {
    for (const line of Object.values(this.lines)) line.replaceChildren();
    this.element.hidden = true;
  }
}
