// <skyteller-brand>: the bank's bar above everything. Attributes: locale, sandbox.

import { drawing, h, styled } from "./dom.js";
import { LOGO, PANEL } from "./icons.js";
import { words } from "./strings.js";

class SkytellerBrand extends HTMLElement {
  static observedAttributes = ["locale"];

  connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    this.bar = h("header", { class: "brand", hidden: true });
    root.append(this.bar);
    styled(root, "tokens.css", "panels.css").then(() => (this.bar.hidden = false));
    this.#show();
  }

  attributeChangedCallback(_, before, now) {
    if (this.bar && before !== now) this.#show();
  }

  #show() {
    const t = words(this.getAttribute("locale"));
    this.bar.replaceChildren(
      h("span", { class: "logo" }, drawing(LOGO)),
      h("span", { class: "bank" }, h("b", {}, t("bank")), h("span", {}, t("product"))),
      ...(this.hasAttribute("sandbox") ? [h("span", { class: "mark", title: t("sandboxHint") }, t("sandbox"))] : []),
      h("button", {
        type: "button", class: "panel-button", "aria-label": t("panelOpen"), "aria-haspopup": "dialog",
        onclick: () => this.dispatchEvent(new CustomEvent("skyteller:panel", { bubbles: true, composed: true })),
      }, drawing(PANEL), h("span", {}, t("panel"))),
    );
  }
}

customElements.define("skyteller-brand", SkytellerBrand);
