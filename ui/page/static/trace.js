// <skyteller-trace>: what was understood in each turn and what came of it. Property `turns`; attribute locale.

import { h, styled } from "./dom.js";
import { words } from "./strings.js";

const SHOWN_MAX = 12;

class SkytellerTrace extends HTMLElement {
  static observedAttributes = ["locale"];
  #turns = [];

  connectedCallback() {
    if (!this.shadowRoot) {
      const root = this.attachShadow({ mode: "open" });
      this.box = h("div", { class: "trace", hidden: true });
      root.append(this.box);
      styled(root, "tokens.css", "panels.css").then(() => (this.box.hidden = false));
    }
    this.#show();
  }

  attributeChangedCallback(_, before, now) {
    if (before !== now) this.#show();
  }

  set turns(turns) {
    this.#turns = turns;
    this.#show();
  }

  #show() {
    if (!this.box) return;
    const t = words(this.getAttribute("locale"));
    const newest = this.#turns.slice(-SHOWN_MAX).reverse();
    this.box.replaceChildren(...newest.map((turn) => this.#turn(turn, t)));
    if (!newest.length) this.box.append(h("p", { class: "phone-note" }, t("traceEmpty")));
  }

  #turn(turn, t) {
    const timings = Object.entries(turn.timings_ms ?? {}).filter(([, ms]) => ms > 0);
    return h(
      "article", { class: "traced" },
      h("h4", {}, t("traceTurn", { n: turn.turn_id })),
      h("dl", {},
        field(t("understood"), (turn.understood ?? []).map((command) => this.#command(command, t))),
        field(t("stageLabel"), t(`stage.${turn.stage}`) ?? turn.stage),
        turn.service ? field(t("serviceLabel"), h("code", {}, turn.service)) : null,
        turn.actions?.length
          ? field(t("actions"), turn.actions.map((action) => h("div", {}, h("code", {}, action.service), ` ${t(`status.${action.status}`) ?? action.status} `,
            action.reason?.length ? h("small", {}, action.reason.join(", ")) : null)))
          : null,
        field(t("timings"), timings.map(([name, ms]) => h("span", { class: "timing" }, `${t(`timing.${name}`) ?? name} ${t("took", { ms: Math.round(ms * 10) / 10 })}`)))),
    );
  }

  #command(command, t) {
    const { command: name, by, confidence, ...rest } = command;
    const sure = Math.round((confidence ?? 0) * 100);
    const bar = h("span", { class: "sure-bar" });
    bar.style.width = `${sure}%`;
    const what = Object.entries(rest).filter(([, value]) => value !== null && value !== "");
    return h(
      "div", { class: "command" }, h("code", {}, name),
      ...what.map(([key, value]) => h("small", {}, `${key}: ${typeof value === "object" ? JSON.stringify(value) : value}`)),
      h("span", { class: "sure" }, h("span", { class: "sure-track", "aria-hidden": "true" }, bar), `${t(`by.${by}`) ?? by} · ${sure}%`),
    );
  }
}

function field(name, value) {
  const shown = Array.isArray(value) && value.length === 0 ? "—" : value;
  return h("div", { class: "traced-field" }, h("dt", {}, name), h("dd", {}, shown));
}

customElements.define("skyteller-trace", SkytellerTrace);
