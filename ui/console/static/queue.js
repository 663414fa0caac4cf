// Who waits and how long, whom this colleague serves, who is to be called back; for supervisors all desks.

import { clockTime, h } from "../../page/static/dom.js";
import { lasting, locale, t } from "./words.js";

export class Queue {
  #asking = false;
  #again = false;

  constructor(desk) {
    this.desk = desk;
    this.lists = h("div", { class: "lists" });
    this.element = h("aside", { class: "queue", "aria-label": t("waiting") });
    this.at = Date.now();
  }

  async refresh() {
    if (this.#asking) {
      this.#again = true;
      return;
    }
    this.#asking = true;
    const found = await this.desk.attempt(() => this.desk.api.queue());
    this.#asking = false;
    if (found !== null) {
      this.found = found;
      this.at = Date.now();
      this.#show();
    }
    if (this.#again) {
      this.#again = false;
      this.refresh();
    }
  }

  /** Waiting times go on between two answers of the server. */
  tick() {
    const since = (Date.now() - this.at) / 1000;
    for (const time of this.element.querySelectorAll("[data-waits]")) {
      time.textContent = t("waits", { time: lasting(Number(time.dataset.waits) + since) });
    }
  }

  #show() {
    const { found, desk } = this;
    const focused = document.activeElement?.dataset?.key;
    const parts = [
      h("button", { type: "button", class: "button primary next", "data-key": "next", onclick: () => desk.take() }, t("next")),
      this.#list("waiting", found.waiting, (one) => h("button", {
        type: "button", class: "button small plain", "data-key": `take-${one.id}`, onclick: () => desk.take(one.id),
      }, t("take"))),
      this.#list("mine", found.mine, null),
      found.callbacks.length ? this.#list("callbacks", found.callbacks, (one) => h("button", {
        type: "button", class: "button small plain", "data-key": `take-${one.id}`, onclick: () => desk.take(one.id),
      }, t("take"))) : null,
    ];
    if (found.held) {
      parts.push(
        h("h2", {}, t("held")),
        h("p", { class: "quiet" }, `${t("atDesk")} ${found.at_desk.length} · ${t("longest")} ${lasting(found.longest_s)}`),
        h("ul", {}, found.held.map((one) => this.#line(one, null))),
      );
    }
    this.element.replaceChildren(...parts.filter(Boolean));
    if (focused) this.element.querySelector(`[data-key="${focused}"]`)?.focus();
    this.tick();
  }

  #list(name, lines, button) {
    return h(
      "section", { "data-list": name }, h("h2", {}, t(name), h("span", { class: "count" }, lines.length)),
      lines.length ? h("ul", {}, lines.map((one) => this.#line(one, button))) : h("p", { class: "quiet" }, name === "waiting" ? t("nobody") : "—"),
    );
  }

  #line(one, button) {
    const name = one.customer?.name ?? t("visitor");
    const when = one.callback
      ? h("span", { class: "quiet" }, t("callAt", { at: `${one.callback.slice(5, 10)} ${clockTime(one.callback, locale())}` }))
      : h("span", { class: "quiet", "data-waits": one.waits_s });
    return h(
      "li", { class: `line ${one.id === this.desk.case.id ? "open" : ""}`, "data-case": one.id },
      h("button", {
        type: "button", class: "line-name", "data-key": one.id, disabled: button !== null, onclick: () => this.desk.case.open(one.id),
      }, h("b", {}, name), one.urgent ? h("span", { class: "badge urgent" }, t("urgent")) : null, when,
      one.staff && this.desk.me.role === "supervisor" ? h("span", { class: "quiet" }, one.staff) : null),
      button?.(one) ?? null,
    );
  }
}
