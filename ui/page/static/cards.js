// Cards that ask for something. Each gets `on`: {t, locale, sandbox, seenAt, send(body, label), ask(text), phone()}.
// A card answers once: whatever is pressed, the whole card is closed until the server has answered.

import { countdown, drawing, h, styled } from "./dom.js";
import { CARD, FACE, KEY, PENCIL, PERSON, SHIELD } from "./icons.js";
import { serviceName } from "./strings.js";

let cards = 0;

/** The frame all cards share. */
export function frame(kind, icon, title, ...body) {
  const id = `card-${(cards += 1)}`;
  return h(
    "section", { class: `card ${kind}`, "aria-labelledby": id, tabindex: "-1", "data-card": kind },
    h("h2", { id, class: "card-title" }, icon ? drawing(icon) : null, h("span", {}, title)), ...body,
  );
}

/** Close a card: nothing in it can be pressed any more, except what only shows something. */
export function close(card) {
  card.dataset.closed = "";
  if (card.contains(card.getRootNode().activeElement)) card.focus({ preventScroll: true }); // a disabled control loses it
  for (const control of card.querySelectorAll("button, input")) {
    if (!("keep" in control.dataset)) control.disabled = true;
  }
}

/** Open it again (its answer was not taken). */
export function reopen(card) {
  delete card.dataset.closed;
  for (const control of card.querySelectorAll("button, input")) {
    control.disabled = "spent" in control.dataset;
    control.removeAttribute("aria-pressed");
  }
}

function button(label, kind, press, props = {}) {
  return h("button", {
    type: "button", class: `button ${kind}`, ...props,
    onclick: (event) => {
      const pressed = event.currentTarget;
      const card = pressed.closest(".card");
      if ("closed" in card.dataset) return;
      if (press() === false) return;
      pressed.setAttribute("aria-pressed", "true");
      close(card);
    },
  }, label);
}

const input = (type, value) => ({ input: value === undefined ? { type } : { type, value } });

function options(card, on, type, title, icon) {
  return frame(
    card.type, icon, card.question || title,
    h("div", { class: "options", role: "group" }, card.options.map((option) =>
      button(option.label, "option", () => on.send(input(type, option.id), option.label)))),
  );
}

function consent(card, on) {
  const answer = (given, word) => () => on.send(input("consent", { id: card.id, given }), on.t(word));
  return frame(
    "consent", SHIELD, card.title || on.t("consentTitle"),
    h("p", { class: "prose" }, card.text),
    card.alternative ? h("p", { class: "quiet" }, card.alternative) : null,
    h("p", { class: "quiet small" }, on.t("version", { version: card.version })),
    h("div", { class: "actions equal" },
      button(on.t("consentYes"), "plain", answer(true, "consentYes")),
      button(on.t("consentNo"), "plain", answer(false, "consentNo"))),
  );
}

const MONEY = new Set(["amount", "per_day", "per_year"]);

/** Rows of label and value; an exact amount ("30000.00") is written the way people read it. */
const REFERENCE = /^[a-z]+_\w{12}/;

export function rows(values) {
  return h("dl", { class: "rows" }, values.map((row) =>
    h("div", { class: "row" }, h("dt", {}, row.label), h("dd", { "data-name": row.name, class: REFERENCE.test(row.value) && "quiet" }, readable(row)))));
}

function readable({ name, value }) {
  if (!MONEY.has(name) || !/^\d+\.\d{2}$/.test(value)) return value;
  return `¥${value.replace(/\d(?=(?:\d{3})+\.)/g, "$&,")}`;
}

function confirm(card, on) {
  const service = serviceName(card.service, on.locale);
  return frame(
    "confirm", SHIELD, on.t("confirmTitle", { service }),
    rows(card.params),
    card.lines?.length ? h("ul", { class: "lines" }, card.lines.map((line) => h("li", {}, line))) : null,
    h("div", { class: "actions" },
      button(on.t("confirmYes"), "primary", () => on.send(input("confirm", card.id), on.t("confirmYes"))),
      button(on.t("confirmNo"), "plain", () => on.send(input("deny"), on.t("confirmNo")))),
    h("p", { class: "quiet small hint" }, on.t("confirmHint")),
  );
}

function otp(card, on) {
  const left = h("span", { class: "otp-left" });
  const note = h("p", { class: "quiet small", role: "status" });
  const field = h("input", {
    class: "otp-field", name: "otp", inputmode: "numeric", autocomplete: "one-time-code", maxlength: "6", pattern: "[0-9]{6}",
    "aria-label": on.t("otpLabel"), placeholder: "••••••",
    oninput: () => {
      field.value = field.value.replace(/[０-９]/g, (d) => String.fromCharCode(d.charCodeAt(0) - 0xfee0)).replace(/\D/g, "").slice(0, 6);
      note.textContent = "";
    },
    onkeydown: (event) => {
      if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        submit.click();
      }
    },
  });
  const submit = button(on.t("otpSubmit"), "primary", () => {
    if (/^\d{6}$/.test(field.value)) return on.send(input("otp", field.value), on.t("otpSaid"));
    note.textContent = on.t("otpBad");
    field.focus();
    return false;
  });
  const card_ = frame(
    "otp", KEY, on.t("otpTitle"),
    h("p", { class: "quiet" }, on.t("otpSent", { to: card.sent_to }), " · ", left),
    h("div", { class: "otp-entry" }, field, submit), note,
    h("div", { class: "actions wrap" },
      button(on.t("otpResend"), "link", () => on.ask(on.t("otpResendSay"))),
      on.sandbox ? h("button", { type: "button", class: "button link phone-only", onclick: () => on.phone() }, on.t("otpPhone")) : null),
    h("p", { class: "quiet small" }, on.t("otpNever")),
  );
  card_.fill = (code) => {
    field.value = code;
    note.textContent = "";
    submit.focus();
  };
  tick(card_, left, submit, card.expires_in_s, on);
  return card_;
}

/** The countdown of a code; stops by itself when the card is closed or gone. */
function tick(card, left, submit, seconds, on) {
  const step = () => {
    if ("closed" in card.dataset) return;
    const rest = seconds - (Date.now() - on.seenAt) / 1000;
    left.textContent = rest > 0 ? on.t("otpLeft", { left: countdown(rest) }) : on.t("otpGone");
    left.classList.toggle("gone", rest <= 0);
    submit.disabled = rest <= 0;
    if (rest > 0) {
      setTimeout(() => card.isConnected && step(), 1000);
    } else {
      submit.dataset.spent = "";
    }
  };
  step();
}

/** What takes pictures, and how it looks, is fetched when somebody is asked for one: most customers never are. */
function loaded(place, then, on, tried = 0) {
  import(`./capture.js${tried ? `?${tried}` : ""}`).then(async (capture) => {
    const root = place.getRootNode();
    if (place.isConnected && !root.querySelector("[href$='/capture.css']")) await styled(root, "capture.css");
    then(capture);
  }, () => {
    const again = h("button", { type: "button", class: "button plain", onclick: () => loaded(place, then, on, tried + 1) }, on.t("retry"));
    place.replaceChildren(h("p", { class: "note", role: "alert" }, on.t("cameraMissing")), again);
  });
}

function pictures(card, on, type, icon) {
  const finish = (value, label) => {
    on.send(input(type, value), label);
    close(asking);
  };
  const camera = h("div", { class: "capture" });
  const asking = frame(
    type, icon, on.t(`${type}Title`),
    h("ol", { class: "lines" }, card.steps.map((step) => h("li", {}, step))),
    camera,
    on.sandbox ? h("p", { class: "quiet small" }, on.t("specimenHint")) : null,
    h("div", { class: "actions" },
      on.sandbox
        ? button(on.t("specimen"), "primary", () => on.send(input(type, "specimen"), on.t(`${type}Said`)))
        : null,
      button(on.t("byPerson"), "plain", () => on.ask(on.t("handoffSay")))),
  );
  loaded(camera, ({ documentCapture, faceCapture }) => {
    if ("closed" in asking.dataset) return;
    camera.replaceWith(type === "document" ? documentCapture(on, finish) : faceCapture(card, on, finish));
    asking.scrollIntoView({ block: "nearest" }); // it has grown since the log was scrolled to its end
  }, on);
  return asking;
}

/** Stars by another name: five equal buttons with words, never the colour alone. */
export function rating(on) {
  const names = on.t("rating");
  return frame(
    "rating", null, on.t("ratingTitle"),
    h("div", { class: "scores", role: "group" }, names.map((word, index) =>
      button(h("span", {}, h("b", {}, index + 1), h("small", {}, word)), "score",
        () => on.send(input("rating", index + 1), on.t("ratingSaid", { n: index + 1, word })),
        { "aria-label": `${index + 1} ${word}` }))),
  );
}

/** 小岚's own question: a person, an errand, going on where it stood. */
function offer(card, on) {
  return frame(
    "offer", PERSON, card.question,
    h("div", { class: "actions" },
      button(card.yes, "primary", () => on.send(input("acknowledge"), card.yes)),
      button(card.no, "plain", () => on.send(input("deny"), card.no))),
  );
}

export const ASKING = {
  consent, confirm, otp, offer,
  choices: (card, on) => options(card, on, "choice", on.t("choose"), CARD),
  quiz: (card, on) => options(card, on, "quiz", on.t("quizTitle"), PENCIL),
  document: (card, on) => pictures(card, on, "document", CARD),
  face: (card, on) => pictures(card, on, "face", FACE),
};
