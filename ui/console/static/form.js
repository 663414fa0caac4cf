// The form that colleague and customer fill in together. What is typed is shown to the customer at once; what counts is
// only what is put before them, and their own yes.

import { h } from "../../page/static/dom.js";
import { locale, of, t } from "./words.js";

const SHOW_MS = 200;

export class FormPart {
  #timer = null;
  #shape = "";

  constructor(owner) {
    this.case = owner;
    this.element = h("section", { class: "part form", hidden: true });
    this.inputs = new Map();
  }

  /** The action that the form is about: an open one, else what the customer was doing last. */
  get action() {
    const { actions } = this.case.found;
    return actions.find((one) => one.open) ?? actions.at(-1) ?? null;
  }

  update() {
    const { action } = this;
    this.element.hidden = !this.case.mine || this.case.found.customer === null || action === null;
    if (this.element.hidden) return;
    const shape = JSON.stringify([action.id, action.open, action.status, locale(), action.params.map((param) => [param.name, param.value, param.options.length])]);
    if (shape === this.#shape) return; // what is being typed is not thrown away by other news
    this.#shape = shape;
    this.#build(action);
  }

  #build(action) {
    const focused = document.activeElement?.name;
    this.inputs.clear();
    const rows = action.params.map((param) => {
      const input = param.options.length
        ? h("select", { name: param.name }, h("option", { value: "" }, "—"), param.options.map((option) => h("option", { value: option.value }, option.label)))
        : h("input", { name: param.name, maxlength: "500", autocomplete: "off" });
      input.value = param.value ?? "";
      input.addEventListener("input", () => this.#draft(action));
      input.addEventListener("focus", () => this.#point(param.name));
      this.inputs.set(param.name, { input, was: param.value ?? "", label: of(param.label) });
      return h("label", {}, h("span", {}, of(param.label),
        h("button", { type: "button", class: "button link", "data-point": param.name, onclick: () => this.#point(param.name) }, t("point"))), input);
    });
    const state = action.open ? "open" : action.status === "failed" ? "status_failed" : action.status;
    this.element.replaceChildren(
      h("h2", {}, t("form"), " · ", of(action.name), h("span", { class: "badge" }, t(state))),
      h("p", { class: "quiet" }, t("formHint")), ...rows,
      h("div", { class: "actions" }, h("button", { type: "button", class: "button primary", "data-do": "form", onclick: () => this.#put(action) }, t("put"))),
    );
    if (focused && this.inputs.has(focused)) this.inputs.get(focused).input.focus();
  }

  #values() {
    return Object.fromEntries([...this.inputs].map(([name, { input }]) => [name, input.value.trim()]));
  }

  #draft(action) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const english = this.case.found.session.locale === "en";
      const labels = Object.fromEntries(action.params.map((param) => [param.name, param.label[english ? "en" : "zh-CN"]]));
      const shown = Object.fromEntries([...this.inputs].map(([name, { input }]) =>
        [name, input.tagName === "SELECT" && input.value ? input.selectedOptions[0].textContent : input.value.trim()]));
      this.#show({ kind: "draft", title: action.name[english ? "en" : "zh-CN"], params: shown, labels });
    }, SHOW_MS);
  }

  #point(field) {
    this.#show({ kind: "point", field });
  }

  #show(body) {
    const { api } = this.case.desk;
    this.case.desk.attempt(() => api.act(this.case.id, "show", body));
  }

  async #put(action) {
    clearTimeout(this.#timer);
    const values = this.#values();
    // masked values stay what they are: only what was changed goes, unless the whole has to be begun anew
    const params = Object.fromEntries(Object.entries(values).filter(([name, value]) =>
      value !== "" && !value.includes("*") && (!action.open || value !== this.inputs.get(name).was)));
    this.#shape = "";
    await this.case.act("form", { service: action.service, params, ...(action.open ? { action: action.id } : {}) });
    this.#show({ kind: "draft", params: {} });
  }
}
