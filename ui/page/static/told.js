// Cards that tell something: lessons, receipts, handoffs, and where an answer comes from.

import { ASKING, close, frame, rating, rows } from "./cards.js";
import { drawing, h } from "./dom.js";
import { BOOK, CHECK, CLOSE, PERSON } from "./icons.js";

function education(card, on) {
  const entries = card.entries.map((entry, index) =>
    h("li", { class: "lesson" }, h("span", { class: "lesson-number", "aria-hidden": "true" }, index + 1),
      h("div", {}, h("b", {}, entry.title), h("p", { class: "prose" }, entry.text))));
  const made = frame("education", BOOK, on.t("educationTitle"), h("ol", { class: "lessons" }, entries));
  if (card.mode === "acknowledge") {
    const ok = h("button", {
      type: "button", class: "button primary",
      onclick: () => {
        if ("closed" in made.dataset || on.send({ input: { type: "acknowledge" } }, on.t("educationOk")) === false) return;
        ok.setAttribute("aria-pressed", "true");
        close(made);
      },
    }, on.t("educationOk"));
    made.append(h("div", { class: "actions" }, ok));
  }
  return made;
}

function receipt(card, on) {
  const made = frame("receipt", CHECK, card.title, rows(card.rows));
  made.dataset.status = card.status;
  made.querySelector(".card-title").append(
    h("span", { class: `badge ${card.status}` }, on.t(`status.${card.status}`) ?? card.status));
  if (card.undo) made.append(h("p", { class: "note undo" }, h("b", {}, on.t("receiptUndo")), " ", card.undo));
  if (card.tip) made.append(h("p", { class: "note tip" }, h("b", {}, on.t("receiptTip")), " ", card.tip));
  return made;
}

function handoff(card, on) {
  return frame(
    "handoff", PERSON, on.t("handoffTitle"),
    h("p", { class: "queue" }, card.staffed === false ? on.t("handoffPlace", { n: card.queue }) : card.queue > 1 ? on.t("handoffQueue", { n: card.queue - 1 }) : on.t("handoffNext")),
    h("p", { class: "quiet" }, on.t("handoffSummary")), h("p", { class: "prose quoted" }, card.summary),
  );
}

const DONE = new Set(["done", "delayed"]);
const TELLING = { education, receipt, handoff };

/** The elements of a turn's cards, in order; citations apart (see `citations`). */
export function cardsOf(turn, on, { rate }) {
  const made = [];
  for (const card of turn.reply.cards ?? []) {
    const make = ASKING[card.type] ?? TELLING[card.type];
    if (make) made.push(make(card, on));
  }
  if (rate && asksForRating(turn)) made.push(rating(on));
  return made;
}

/** Something was done and nothing else is asked: what could not be done, or ends with another question, is not rated. */
function asksForRating(turn) {
  const asked = (turn.reply.cards ?? []).some((card) => card.type in ASKING);
  return turn.stage === "follow_up" && !asked && turn.actions.some((action) => DONE.has(action.status));
}

/** Chips that open what an answer rests on. */
export function citations(turn, on) {
  const found = new Map();
  const carded = (turn.reply.cards ?? []).filter((card) => card.type === "citations").flatMap((card) => card.citations);
  for (const citation of [...(turn.citations ?? []), ...carded]) found.set(citation.id, citation);
  if (found.size === 0) return null;
  return h("div", { class: "citations" }, [...found.values()].map((citation) =>
    h("button", {
      type: "button", class: "chip citation", "data-keep": "", "aria-haspopup": "dialog",
      onclick: (event) => quote(citation, on, event.currentTarget),
    }, drawing(BOOK), h("span", {}, `${on.t("cited")} · ${citation.title}`))));
}

function quote(citation, on, opener) {
  const dialog = h(
    "dialog", { class: "dialog", "aria-label": on.t("citedTitle") },
    h("header", {}, h("h2", {}, citation.title),
      h("button", { type: "button", class: "icon", "aria-label": on.t("close"), onclick: () => dialog.close() }, drawing(CLOSE))),
    h("blockquote", {}, citation.quote),
    h("p", { class: "quiet" }, h("b", {}, on.t("source")), " ", citation.source),
  );
  show(dialog, on.root, opener);
}

/** A question in a dialog of the page itself; resolves to whether the first button was pressed. */
export function asked(question, yes, no, root) {
  return new Promise((resolve) => {
    const answer = (value) => () => {
      resolve(value);
      dialog.close();
    };
    const dialog = h(
      "dialog", { class: "dialog", "aria-label": question }, h("p", {}, question),
      h("div", { class: "actions" }, h("button", { type: "button", class: "button primary", onclick: answer(true) }, yes),
        h("button", { type: "button", class: "button plain", onclick: answer(false) }, no)),
    );
    dialog.addEventListener("close", () => resolve(false));
    show(dialog, root, null);
  });
}

function show(dialog, root, opener) {
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // the backdrop
  dialog.addEventListener("close", () => {
    dialog.remove();
    opener?.focus();
  });
  root.append(dialog);
  dialog.showModal();
}
