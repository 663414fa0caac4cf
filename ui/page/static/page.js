// The page's own glue: Gradio's widgets on one side, the components on the other.

import "./brand.js";
import "./chat.js";
import "./phone.js";
import "./trace.js";
import { words } from "./strings.js";

const VISITOR = "visitor";
const HOME = { C1002: { mode: "elder" }, C1007: { locale: "en" } }; // how these two like to be served
const NARROW = matchMedia("(max-width: 900px)");

const chat = document.querySelector("skyteller-chat");
const brand = document.querySelector("skyteller-brand");

/** Widget values [customer, locale, device, elder] as the conversation has them. */
function values() {
  const wanted = chat.wanted();
  return [wanted.customer ?? VISITOR, wanted.locale, wanted.device, wanted.mode === "elder"];
}

function dress() {
  const { locale, mode, customer } = chat.wanted();
  document.documentElement.lang = locale;
  document.body.classList.toggle("sky-elder", mode === "elder");
  brand.setAttribute("locale", locale);
  shut.textContent = `✕ ${words(locale)("panelClose")}`;
  document.title = `${words(locale)("product")} · ${words(locale)("bank")}`;
  for (const phone of document.querySelectorAll("skyteller-phone")) {
    phone.setAttribute("locale", locale);
    phone.setAttribute("customer", customer ?? "");
  }
  for (const trace of document.querySelectorAll("skyteller-trace")) {
    trace.setAttribute("locale", locale);
    trace.turns = chat.conversation.turns;
  }
}

window.skyteller = {
  /** Gradio is there: its widgets show what the conversation already is. */
  ready() {
    dress();
    return values();
  },

  /** A widget was changed by the customer. Returns what the widgets show in the end. */
  async chosen(widget, [customer, locale, device, elder]) {
    const request = { customer: customer === VISITOR ? null : customer, locale, device, mode: elder ? "elder" : "standard" };
    if (widget === "sky-elder") {
      await chat.setMode(request.mode);
    } else {
      if (widget === "sky-customer") Object.assign(request, { mode: "standard" }, HOME[customer]);
      await chat.switchTo(request);
    }
    dress();
    return values();
  },
};

document.addEventListener("skyteller:opened", dress);
document.addEventListener("skyteller:turn", dress);
document.addEventListener("skyteller:code", (event) => {
  drawer(false); // first: what is behind it cannot take the focus
  chat.fillCode(event.detail.code);
});
document.addEventListener("skyteller:panel", () => drawer(true));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") drawer(false);
});

// --- the drawer of the narrow page -----------------------------------------------------------------------------------

const side = document.querySelector("gradio-app");
const veil = control("sky-veil");
const shut = control("sky-close");
let opener = null;

function control(id) {
  const made = document.createElement("button");
  made.id = id;
  made.type = "button";
  made.addEventListener("click", () => drawer(false));
  document.body.append(made);
  return made;
}

function drawer(open) {
  if (open === document.body.classList.contains("sky-open") || (open && !NARROW.matches)) return;
  if (open) opener = chat.shadowRoot.activeElement ?? brand.shadowRoot.activeElement;
  document.body.classList.toggle("sky-open", open);
  for (const behind of [chat, brand]) behind.inert = open;
  veil.tabIndex = -1;
  if (open) shut.focus({ preventScroll: true });
  else opener?.focus({ preventScroll: true });
}
NARROW.addEventListener("change", () => drawer(false));

// Gradio takes its theme from the address (?__theme=dark) or from the system; the components do the same.
const asked = new URLSearchParams(location.search).get("__theme");
if (asked === "dark" || asked === "light") {
  for (const element of [chat, brand]) element.setAttribute("theme", asked);
  document.documentElement.dataset.skyTheme = asked;
}
// Gradio draws phone and trace when it likes (an accordion: when it is opened): they are dressed as they come.
new MutationObserver((changes) => {
  const came = changes.some((change) => [...change.addedNodes].some((node) =>
    node.nodeType === 1 && (node.matches("skyteller-phone, skyteller-trace") || node.querySelector("skyteller-phone, skyteller-trace"))));
  if (!came) return;
  dress();
  for (const element of document.querySelectorAll("skyteller-phone, skyteller-trace")) {
    if (asked) element.setAttribute("theme", asked);
  }
}).observe(side, { childList: true, subtree: true });
dress();
