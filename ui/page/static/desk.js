// A person at the customer's side: the place in the queue, who joined, what they say, the call, the form that is filled
// in together and the field that is pointed at. Everything comes over the desk's own stream; what the customer writes
// goes as an ordinary turn.

import { clockTime, h } from "./dom.js";
import { events, Problem } from "./api.js";
import { deskWords } from "./desk_words.js";

const RETRY_MS = [1000, 2000, 5000, 10000];
const POINT_MS = 6000;
const OVER = new Set(["none", "done", "left", "reset"]);

export class DeskSide {
  #session = null; // whose stream runs
  #abort = null;
  #seq = 0;
  #waits = null;
  #fading = null;
  #making = null;

  /** `chat` is the component that this stands in. */
  constructor(chat) {
    this.chat = chat;
    this.state = { status: "none" };
    this.told = []; // messages, to be put back after the log was built anew
    this.line = h("p", { class: "side-line", role: "status" });
    this.tools = h("div", { class: "actions wrap" });
    this.form = h("div", { class: "side-form", hidden: true, "aria-live": "polite" });
    this.far = h("video", { class: "far", autoplay: true, playsinline: true });
    this.near = h("video", { class: "near", autoplay: true, playsinline: true, muted: true });
    this.near.muted = true;
    this.stage = h("div", { class: "side-call", hidden: true }, this.far, this.near);
    this.element = h("section", { class: "side", hidden: true }, this.line, this.stage, this.form, this.tools);
  }

  /** Listen, after whoever builds the log. */
  begin() {
    const on = (name, hear) => this.chat.conversation.addEventListener(name, (event) => hear(event.detail));
    on("opened", ({ turns }) => this.#opened(turns));
    on("turn", ({ turn }) => turn.stage === "handoff" && this.#watch());
    on("phase", ({ phase }) => phase === "ended" && this.#stop());
  }

  /** Say everything anew in the chat's language. */
  translate() {
    this.t = deskWords(this.chat.locale);
    this.element.setAttribute("aria-label", this.t("side"));
    this.#show();
  }

  #opened(turns) {
    if (this.chat.conversation.session?.session_id !== this.#session) this.#stop();
    this.told.forEach((event) => this.#message(event, { again: true }));
    if (turns.some((turn) => turn.stage === "handoff")) this.#watch();
  }

  #stop() {
    this.#abort?.abort();
    this.#abort = null;
    this.call?.end("bye", { tell: false });
    Object.assign(this, { state: { status: "none" }, told: [] });
    this.#session = null;
    this.#seq = 0;
    this.#show();
  }

  /** Listen as long as the session lasts; a lost network is tried again. */
  async #watch() {
    const { session } = this.chat.conversation;
    if (this.#abort !== null || session === null) return;
    const abort = new AbortController();
    this.#abort = abort;
    this.#session = session.session_id;
    for (let tries = 0; !abort.signal.aborted; tries += 1) {
      try {
        const response = await this.#fetch(`/events?after=${this.#seq}`, { headers: { Accept: "text/event-stream" }, signal: abort.signal });
        for await (const { name, data } of events(response.body)) {
          tries = 0;
          this.#heard(name, JSON.parse(data));
        }
      } catch (error) {
        if (abort.signal.aborted || (error instanceof Problem && error.status < 500)) return;
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]));
    }
  }

  #heard(name, data) {
    if (name === "state") this.#news(data);
    else if (name === "signal") this.#signal(data);
    else if (name === "draft") this.#draft(data);
    else if (name === "point") this.#point(data.field);
  }

  #news(state) {
    const before = this.state.status;
    this.state = state;
    for (const event of state.events ?? []) {
      this.#seq = Math.max(this.#seq, event.seq);
      if (event.kind === "message") this.#message(event);
      if (event.kind === "call" && event.state === "ended") this.plain?.end();
      if (event.kind === "call" && event.by !== "customer") this.asking = event.state === "asked" ? event.call : null;
      if (event.kind === "form" || event.kind === "turn") this.chat.conversation.catchUp();
    }
    if (before === "taken" && state.status !== "taken") {
      this.call?.end("bye", { tell: false });
      this.plain?.end();
      this.#draft({ params: {} });
      this.asking = null;
    }
    this.#show();
  }

  /** A colleague's words, in their place among the turns; the customer's own are there already. */
  #message(event, { again = false } = {}) {
    if (!again) this.told.push(event);
    if (event.by === "customer") return;
    const log = this.chat.log.element;
    const entry = h(
      "div", { class: "entry theirs colleague", "data-seq": event.seq },
      h("small", { class: "quiet" }, `${this.#name()} · ${clockTime(event.at, this.chat.locale)}`), h("div", { class: "bubble" }, event.text),
    );
    const later = [...log.children].find((other) => Number(other.dataset.turn ?? -1) > event.turn);
    log.insertBefore(entry, again ? (later?.previousElementSibling?.matches(".mine") ? later.previousElementSibling : (later ?? null)) : null);
    if (!again) log.scrollTo({ top: log.scrollHeight });
  }

  #name() {
    const staff = this.state.staff ?? this.staff;
    if (staff) this.staff = staff;
    if (!staff) return this.t("colleague");
    return this.chat.locale === "en" ? staff.name_en : staff.name;
  }

  #show() {
    const { t, state } = this;
    if (!t) return;
    this.element.hidden = OVER.has(state.status);
    this.element.dataset.status = state.status;
    clearInterval(this.#waits);
    if (state.status === "waiting") this.line.textContent = t(state.staffed ? "waiting" : "nobody", { n: state.place ?? 1 });
    if (state.status === "callback") this.line.textContent = t("callback", { at: moment(state.callback, this.chat.locale) });
    if (state.status === "taken") this.line.textContent = t(this.plain?.open ? "onLine" : this.call?.open ? "inCall" : "joined", { name: this.#name() });
    this.tools.replaceChildren(...this.#buttons());
  }

  #buttons() {
    const { t, state } = this;
    const press = (word, kind, act, props = {}) => h("button", { type: "button", class: `button small ${kind}`, onclick: act, ...props }, t(word));
    if (state.status === "waiting") {
      const customer = this.chat.getAttribute("customer");
      return [customer ? press("callMe", "plain", () => this.#askWhen()) : null, press("leave", "link", () => this.#leave())].filter(Boolean);
    }
    if (state.status !== "taken") return [];
    if (this.call?.open || this.plain?.open) return [press("hangUp", "plain", () => this.#hangUp())];
    if (this.asking) {
      return [
        h("p", { class: "quiet" }, t("consent")), press("yesVideo", "plain", () => this.#start("video"), { "data-call": "video" }),
        press("yesVoice", "plain", () => this.#start("voice")), press("noCall", "plain", () => this.#refuse()),
      ];
    }
    return [press("video", "plain", () => this.#ask("video"), { "data-call": "ask" }), press("voice", "plain", () => this.#start("voice"))];
  }

  /** The customer's own wish for a call: asked like a colleague's, so that no camera opens by a slip. */
  #ask(kind) {
    this.asking = kind;
    this.#show();
  }

  /** The call; its code is fetched by the first wish for one, and again by the next where that failed. */
  #made() {
    this.#making ??= this.#make().catch((lost) => {
      this.#making = null;
      throw lost;
    });
    return this.#making;
  }

  async #make() {
    const { Call, frames } = await import("./call.js");
    this.call = new Call({ ice: this.state.ice ?? [], send: (data) => this.#post("/signal", data) });
    this.call.addEventListener("local", ({ detail }) => {
      this.near.srcObject = detail.stream;
      this.near.hidden = this.call.kind !== "video";
      this.#show();
    });
    this.call.addEventListener("remote", ({ detail }) => {
      this.far.srcObject = detail.stream;
    });
    this.call.addEventListener("connected", () => {
      const { kind } = this.call;
      const tell = () => this.#post("/call", { kind, state: "connected" }).catch(() => {});
      if (kind === "video") frames(this.far).then(tell);
      else tell();
    });
    this.call.addEventListener("ended", ({ detail }) => {
      this.stage.hidden = true;
      this.far.srcObject = null;
      this.near.srcObject = null;
      this.#show();
      if (!detail.seen && ["lost", "unanswered"].includes(detail.why)) this.#plainly();
    });
    return this.call;
  }

  async #start(kind) {
    this.asking = null;
    this.stage.hidden = kind !== "video";
    try {
      const ringing = (await this.#made()).offer(kind);
      this.#show();
      await ringing;
    } catch {
      this.call?.end("refused");
      this.#post("/call", { kind, state: "refused" }).catch(() => {});
      this.line.textContent = this.t("noCamera");
    }
  }

  /** No way from browser to browser: the voice goes by way of the server; the customer has agreed to a call already. */
  async #plainly() {
    if (this.state.status !== "taken" || this.plain?.open) return;
    try {
      const { DeskLine } = await import("./desk_line.js");
      const { session } = this.chat.conversation;
      this.plain = new DeskLine(`${this.chat.api.base}/api/v1/sessions/${session.session_id}/desk/line`, { token: session.token });
      this.plain.addEventListener("ended", () => this.#show());
      await this.plain.start();
      await this.#post("/call", { kind: "voice", state: "line" });
    } catch {
      this.plain?.end();
    }
    this.#show();
  }

  #refuse() {
    this.#post("/call", { kind: this.asking, state: "refused" }).catch(() => {});
    this.asking = null;
    this.#show();
  }

  #hangUp() {
    const { kind } = this.plain?.open ? this.plain : this.call;
    this.plain?.end();
    this.call?.end();
    this.#post("/call", { kind, state: "ended" }).catch(() => {});
  }

  #signal(data) {
    if (data.type === "offer") return; // a camera opens by the customer's own press alone
    this.call?.hear(data).catch(() => this.call.end("lost"));
  }

  /** The form as the colleague fills it in; nothing of it is sent until it is put before the customer as a question. */
  #draft({ title = "", params = {}, labels = {} }) {
    const filled = Object.entries(params).filter(([, value]) => value !== "");
    this.form.hidden = filled.length === 0;
    this.form.replaceChildren(
      h("h3", {}, this.t("filling", { name: this.#name() }), title ? ` · ${title}` : ""),
      h("dl", { class: "rows" }, filled.map(([name, value]) =>
        h("div", { class: "row", "data-name": name }, h("dt", {}, labels[name] ?? name), h("dd", {}, value)))),
    );
  }

  #point(field) {
    clearTimeout(this.#fading);
    const root = this.chat.shadowRoot;
    root.querySelectorAll(".pointed").forEach((one) => one.classList.remove("pointed"));
    const rows = [...this.form.querySelectorAll("[data-name]"), ...this.chat.log.active.flatMap((card) => [...card.querySelectorAll("[data-name]")])];
    const found = rows.filter((one) => one.dataset.name === field);
    for (const one of found) (one.closest(".row") ?? one).classList.add("pointed");
    found[0]?.scrollIntoView({ block: "nearest" });
    this.#fading = setTimeout(() => this.#point(null), field === null ? 2 ** 30 : POINT_MS);
  }

  #askWhen() {
    const hours = h("select", { class: "otp-field when", "aria-label": this.t("when") }, slots(this.state.now).map((at) =>
      h("option", { value: at.toISOString() }, moment(at, this.chat.locale))));
    const leave = h("button", {
      type: "button", class: "button small primary",
      onclick: async () => {
        leave.disabled = true;
        await this.#post("/callback", { at: hours.value }).catch(() => this.#show());
      },
    }, this.t("leaveTime"));
    this.tools.replaceChildren(hours, leave, h("button", { type: "button", class: "button small link", onclick: () => this.#show() }, this.t("stay")));
    hours.focus();
  }

  async #leave() {
    await this.#fetch("", { method: "DELETE" }).catch(() => {});
  }

  #post(path, body) {
    return this.#fetch(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
  }

  async #fetch(path, options) {
    const { session } = this.chat.conversation;
    const url = `${this.chat.api.base}/api/v1/sessions/${encodeURIComponent(session.session_id)}/desk${path}`;
    const response = await fetch(url, {
      credentials: "omit", cache: "no-store", ...options, headers: { ...options.headers, Authorization: `Bearer ${session.token}` },
    });
    if (!response.ok) throw await Problem.from(response);
    return response;
  }
}

/** Full hours in which we call back: two days of them, from half an hour on, 8:00 to 20:00 in the bank's time. */
function slots(now) {
  const found = [];
  for (let at = Math.ceil((Date.parse(now) + 18e5) / 36e5) * 36e5; found.length < 16; at += 36e5) {
    const hour = (new Date(at).getUTCHours() + 8) % 24;
    if (hour >= 8 && hour < 20) found.push(new Date(at));
  }
  return found;
}

function moment(at, locale) {
  return new Intl.DateTimeFormat(locale === "en" ? "en-GB" : "zh-CN", {
    month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai",
  }).format(new Date(at));
}
