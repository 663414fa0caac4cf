// Where a service stands, in the customer's words.

import { h } from "./dom.js";
import { serviceName } from "./strings.js";

const STEPS = ["collect", "identity", "risk", "educate", "confirm", "execute", "follow_up"];

/** Show `stage` of `service` in `nav`; hidden while no service is in progress. */
export function showSteps(nav, { stage, service }, t, locale) {
  nav.replaceChildren();
  const now = STEPS.indexOf(stage);
  nav.hidden = now < 0 || !service;
  if (nav.hidden) return;
  nav.setAttribute("aria-label", t("steps"));
  nav.append(
    h("span", { class: "steps-service" }, serviceName(service, locale)),
    h("ol", {}, STEPS.map((step, index) => h(
      "li", { class: index < now ? "past" : index === now ? "now" : "", "aria-current": index === now ? "step" : null },
      h("span", { class: "step-dot", "aria-hidden": "true" }), h("span", { class: "step-name" }, t(`stage.${step}`))))),
    h("span", { class: "steps-count" }, t("stepOf", { name: t(`stage.${stage}`), now: now + 1, all: STEPS.length })),
  );
}
