// One case: who it is, what was said, the call, and what can be done about it.

import { Call, frames } from "../../page/static/call.js";
import { DeskLine } from "../../page/static/desk_line.js";
import { clockTime, h } from "../../page/static/dom.js";
import { FormPart } from "./form.js";
import { locale, of, t } from "./words.js";

export class Case {
  #asking = false;
  #again = false;

  constructor(desk) {
    this.desk = desk;
    this.id = null;
    this.found = null;
    this.element = h("div", { class: "case" });
    this.call = new Call({ ice: desk.me.ice, send: (data) => desk.api.act(this.id, "signal", data) });
    this.far = h("video", { class: "far", autoplay: true, playsinline: true });
    this.near = h("video", { class: "near", autoplay: true, playsinline: true });
    this.near.muted = true;
    this.#hearCall();
  }

  get mine() {
    return this.found?.status === "taken" && this.found.staff === this.desk.me.staff;
  }

  async open(id) {
    this.close();
    this.id = id;
    await this.refresh();
  }

  close() {
    this.call.end();
    this.plain?.end();
    Object.assign(this, { id: null, found: null });
    this.show();
  }

  async refresh() {
    if (this.id === null) return;
    if (this.#asking) {
      this.#again = true;
      return;
    }
    this.#asking = true;
    const id = this.id;
    const found = await this.desk.attempt(() => this.desk.api.read(id));
    this.#asking = false;
    if (this.id === id) {
      const first = this.found === null;
      if (found === null) this.close();
      else this.#news(found, first);
    }
    if (this.#again) {
      this.#again = false;
      this.refresh();
    }
  }

  /** The other end of the call. */
  signal(data) {
    if (this.mine) this.call.hear(data).catch(() => this.call.end("lost"));
  }

  async act(verb, body) {
    const done = await this.desk.attempt(() => this.desk.api.act(this.id, verb, body));
    if (done !== null) this.refresh();
    return done;
  }

  #news(found, first) {
    this.found = found;
    if (found.status !== "taken" || !this.mine) this.call.end();
    this.#plainly();
    if (first || !this.built) this.show();
    else this.#update();
  }

  /** The customer's browser found no way to ours and talks by way of the server: so do we, until one of us hangs up. */
  async #plainly() {
    const last = this.found.events.findLast((one) => one.kind === "call");
    if (!this.mine || !["line", "connected"].includes(last?.state)) this.plain?.end();
    if (!this.mine || last?.state !== "line" || this.plain?.open) return;
    this.call.end("lost", { tell: false });
    this.plain = new DeskLine(...this.desk.api.line(this.id));
    this.plain.addEventListener("connected", () => this.act("call", { kind: "voice", state: "connected" }), { once: true });
    this.plain.addEventListener("ended", () => this.built && this.tools.replaceChildren(...this.#calls()));
    await this.plain.start().catch(() => this.act("call", { kind: "voice", state: "ended" }));
    if (this.built) this.tools.replaceChildren(...this.#calls());
  }

  show() {
    this.built = false;
    if (this.found === null) {
      this.element.replaceChildren(h("p", { class: "empty" }, t("choose")));
      return;
    }
    this.built = true;
    this.form = new FormPart(this);
    this.log = h("div", { class: "talk", role: "log", tabindex: "0", "aria-label": t("talk"), "aria-live": "polite" });
    this.field = h("input", { name: "message", maxlength: "2000", autocomplete: "off", placeholder: t("message"), "aria-label": t("message") });
    this.composer = h("form", {
      class: "composer",
      onsubmit: async (event) => {
        event.preventDefault();
        const text = this.field.value.trim();
        if (text && (await this.act("messages", { text })) !== null) this.field.value = "";
      },
    }, this.field, h("button", { class: "button primary", type: "submit" }, t("send")));
    this.stage = h("div", { class: "call", hidden: !this.call.open }, this.far, this.near);
    this.tools = h("div", { class: "actions" });
    this.head = h("div", { class: "who" });
    this.parts = h("div", { class: "parts" });
    this.note = h("textarea", { name: "note", rows: "2", maxlength: "2000", "aria-label": t("notes") });
    this.compared = h("input", { type: "checkbox", name: "compared" });
    this.paper = h("select", { "aria-label": t("papers") }, ["id_card", "passport"].map((kind) => h("option", { value: kind }, t(kind))));
    this.paper.value = this.found.customer?.document ?? "id_card";
    this.outcome = h("select", { "aria-label": t("outcome") }, this.desk.me.outcomes.map((one) => h("option", { value: one.code }, of(one.label))));
    this.element.replaceChildren(
      h("section", { class: "middle" }, this.head, this.tools, this.stage, this.log, this.composer),
      h("section", { class: "right" }, this.parts, this.form.element, this.#own()),
    );
    this.#update();
  }

  #update() {
    const { found } = this;
    this.composer.hidden = !this.mine;
    this.own.hidden = !this.mine;
    const known = found.customer;
    this.head.replaceChildren(
      h("h1", {}, known?.name ?? t("visitor"), known ? h("small", {}, known.id) : null),
      h("span", { class: `badge ${found.verified ? "good" : "warn"}` }, t(found.verified ? "verified" : "unverified"), " · ", t("level", { n: found.level })),
      found.session.ended ? h("span", { class: "badge bad" }, t("left")) : null,
      known ? h("span", { class: "quiet" }, `${t("phone")} ${known.phone} · ${t("papers")} ${t(known.document)} · ${t("device")} ${t(found.session.device)}`) : null,
    );
    this.tools.replaceChildren(...this.#calls());
    this.#talk();
    const risks = found.actions.flatMap((one) => (one.open || one.status === "in_review" ? one.why : []));
    this.parts.replaceChildren(
      part(t("summary"), h("p", { class: "prose" }, found.summary)),
      risks.length ? part(t("risk"), h("ul", { class: "risks" }, risks.map((why) => h("li", {}, of(why.text), why.points ? ` (+${why.points})` : "")))) : "",
      ...found.actions.filter((one) => one.status === "in_review" || one.approved_by).map((one) => this.#review(one)),
    );
    this.form.update();
  }

  #calls() {
    if (!this.mine || this.found.session.ended) return [];
    const press = (word, act, name) => h("button", { type: "button", class: "button small plain", "data-call": name, onclick: act }, t(word));
    if (this.call.open || this.plain?.open) return [press("hangUp", () => this.#hangUp(), "end")];
    return [
      press("video", () => this.act("call", { kind: "video", state: "asked" }), "video"),
      press("voice", () => this.act("call", { kind: "voice", state: "asked" }), "voice"),
    ];
  }

  #hangUp() {
    const { kind } = this.plain?.open ? this.plain : this.call;
    this.plain?.end();
    this.call.end();
    this.act("call", { kind, state: "ended" });
  }

  #hearCall() {
    this.call.addEventListener("local", ({ detail }) => {
      this.near.srcObject = detail.stream;
    });
    this.call.addEventListener("remote", ({ detail }) => {
      this.far.srcObject = detail.stream;
      this.stage.hidden = this.call.kind !== "video";
      this.tools.replaceChildren(...this.#calls());
    });
    this.call.addEventListener("connected", () => {
      const { kind } = this.call;
      const tell = () => this.act("call", { kind, state: "connected" });
      if (kind === "video") frames(this.far).then(tell);
      else tell();
    });
    this.call.addEventListener("ended", () => {
      this.far.srcObject = null;
      this.near.srcObject = null;
      if (this.stage) this.stage.hidden = true;
      if (this.built) this.tools.replaceChildren(...this.#calls());
    });
  }

  /** Transcript and messages in one line of time. */
  #talk() {
    const { found, log } = this;
    const far = log.scrollHeight - log.scrollTop - log.clientHeight > 80;
    const said = new Set(found.events.filter((one) => one.kind === "message" && one.by === "customer").map((one) => one.turn));
    const lines = found.transcript.flatMap((turn) => [
      turn.heard && !said.has(turn.turn) ? { turn: turn.turn, order: 0, made: line("customer", t("customer"), turn.heard) } : null,
      turn.reply ? { turn: turn.turn, order: 1, made: line("bot", t("bot"), turn.reply) } : null,
    ]);
    lines.push(...found.events.map((event) => ({ turn: event.turn, order: 2, made: happened(event) })));
    log.replaceChildren(...lines.filter((one) => one?.made).sort((a, b) => a.turn - b.turn || a.order - b.order).map((one) => one.made));
    if (!far || !log.dataset.seen) log.scrollTop = log.scrollHeight;
    log.dataset.seen = "1";
  }

  #review(one) {
    const reason = h("select", { "aria-label": t("reason") }, this.desk.me.refusals.map((why) => h("option", { value: why.code }, of(why.label))));
    const decide = (approve) => async () => {
      const done = await this.desk.attempt(() => this.desk.api.decide(one.id, approve, approve ? null : reason.value));
      if (done !== null) this.refresh();
    };
    const rows = h("dl", {}, one.params.filter((param) => param.value !== null).map((param) =>
      h("div", { class: "row" }, h("dt", {}, of(param.label)), h("dd", {}, shown(param)))));
    if (!one.decidable) {
      const word = one.approved_by ? t("approvedBy", { who: one.approved_by }) : one.supervisor ? t("supervisorOnly") : t("in_review");
      return part(`${t("review")} · ${of(one.name)}`, rows, h("p", { class: "quiet" }, word));
    }
    return part(
      `${t("review")} · ${of(one.name)}`, rows,
      h("div", { class: "actions" }, h("button", { type: "button", class: "button primary", "data-decide": "approve", onclick: decide(true) }, t("approve"))),
      h("div", { class: "actions" }, reason, h("button", { type: "button", class: "button plain", "data-decide": "refuse", onclick: decide(false) }, t("refuse"))),
    );
  }

  #own() {
    const check = (same) => async () => {
      if (!this.compared.checked && same) return this.compared.focus();
      await this.act("identity", { document: this.paper.value, same });
      this.compared.checked = false;
      return undefined;
    };
    const press = (word, kind, act, name) => h("button", { type: "button", class: `button ${kind}`, "data-do": name, onclick: act }, t(word));
    this.own = h(
      "div", { class: "parts" },
      part(t("identity"), h("p", { class: "quiet" }, t("identityHint")), this.paper, h("label", { class: "check" }, this.compared, t("compared")),
        h("div", { class: "actions" }, press("same", "primary", check(true), "same"), press("notSame", "plain", check(false), "not-same"))),
      part(t("notes"), this.note, h("div", { class: "actions" }, press("addNote", "plain", async () => {
        const text = this.note.value.trim();
        if (text && (await this.act("notes", { text })) !== null) this.note.value = "";
      }, "note"))),
      part(t("back"), this.outcome, h("div", { class: "actions" },
        press("back", "primary", () => this.#back(), "back"),
        press("giveBack", "plain", () => this.act("return", {}), "return"))),
    );
    return this.own;
  }

  async #back() {
    this.call.end();
    const done = await this.desk.attempt(() => this.desk.api.act(this.id, "back", { outcome: this.outcome.value, note: this.note.value }));
    if (done !== null) this.close();
  }
}

/** A parameter as people read it: the label of what was chosen. */
export function shown(param) {
  return param.options.find((option) => option.value === param.value)?.label ?? param.value;
}

function part(title, ...body) {
  return h("section", { class: "part" }, h("h2", {}, title), ...body);
}

function line(kind, who, text, at = null) {
  return h("p", { class: `said ${kind}` }, h("small", {}, who, at ? ` · ${clockTime(at, locale())}` : ""), text);
}

function happened(event) {
  switch (event.kind) {
    case "message":
      return line(event.by === "customer" ? "customer" : "colleague", event.by === "customer" ? t("customer") : event.by, event.text, event.at);
    case "note":
      return line("note-line", `${t("notes")} · ${event.by}`, event.text, event.at);
    case "call":
      return line("event", event.by, t(event.state), event.at);
    case "joined":
      return line("event", "", t("joined", { who: `${event.by} ${locale() === "en" ? event.name_en : event.name}` }), event.at);
    case "verified":
      return line("event", event.by, t("isVerified"), event.at);
    case "not_verified":
      return line("event", event.by, t("notVerified"), event.at);
    case "decided":
      return line("event", event.by, t(event.approve ? "approved" : "wasRefused"), event.at);
    case "form":
      return line("event", event.by, t("formSent", { what: Object.values(event.params).join(" · ") }), event.at);
    case "returned":
    case "handed_back":
      return line("event", event.by, t(event.kind), event.at);
    default:
      return null;
  }
}
