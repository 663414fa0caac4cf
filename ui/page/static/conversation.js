// A conversation as this browser tab has it: its session, what was sent and not answered yet, and how it comes back
// after a refresh or a lost network. No DOM in here; whoever shows it listens to the events.
//
// Events (detail): "opened" {turns, fresh} · "sent" {item} · "sentence" {item, sentence} · "turn" {item, turn} ·
// "dropped" {item, status} · "phase" {phase, status}
// Phases: opening · ready · busy · offline (trying again by itself) · waiting (server busy, trying again by itself) ·
// stuck (retry() tries again) · ended (restart() begins anew)

import { Problem, Unreachable } from "./api.js";

const STORE = "skyteller.conversation";
const OUTBOX_MAX = 2; // the turn that runs, and one that waits
const TRIES_MAX = 5; // of a server that says it is busy
const PAUSE_MS_MAX = 15000;
const GONE = new Set([401, 403, 404, 410]);
const BUSY = new Set([425, 429, 502, 503, 504]);

export class Conversation extends EventTarget {
  #epoch = 0; // whatever belongs to an older one is thrown away
  #pumping = false;
  #missed = false;
  #abort = new AbortController();
  #wake = () => {};

  constructor(api, { store = tabStore(), bearer = null } = {}) {
    super();
    this.api = api;
    this.store = store;
    this.bearer = bearer;
    this.phase = "opening";
    this.session = null;
    this.request = null;
    this.outbox = [];
    this.line = null; // while voice is on: {ready, take(item) → Turn}, in place of HTTP
    this.overheard = null; // what was heard by voice and is being answered: an item that is not sent from here
    this.said = {}; // turn_id → {label, type}: what the customer did, in the words of the button
    this.seenAt = {}; // turn_id → ms since epoch, for countdowns
    this.turns = [];
    globalThis.addEventListener?.("online", () => this.#wake());
    globalThis.addEventListener?.("offline", () => this.phase === "busy" && this.#phase("offline"));
  }

  /** Come back to this tab's conversation, or begin one with `request` (a SessionRequest). */
  async start(request) {
    const kept = this.kept();
    if (kept && (await claim(kept.session.session_id))) {
      Object.assign(this, kept);
      await this.#attempt(() => this.#resume());
      return;
    }
    await this.restart(request);
  }

  /** Begin anew; what runs is given up. */
  async restart(request) {
    this.#epoch += 1;
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#wake();
    Object.assign(this, { session: null, request, outbox: [], overheard: null, said: {}, seenAt: {}, turns: [] });
    this.store.removeItem(STORE);
    await this.#attempt(() => this.#open());
  }

  /** Whether one more can be sent now. */
  get room() {
    return this.outbox.length < OUTBOX_MAX && this.session !== null && !["opening", "ended"].includes(this.phase);
  }

  /** Send `body` ({text} or {input}); `label` is shown as what the customer said. False when there is no room.
   * `urgent` takes the place of what waits: a person asked for never stands behind something else. */
  send(body, label, { urgent = false } = {}) {
    if (this.phase === "stuck" && this.session !== null) this.#drop(0, this.outbox.length); // going on without it
    if (urgent && this.outbox.length >= OUTBOX_MAX) this.#drop(1, 1);
    if (!this.room) return false;
    const type = body.input?.type ?? "text";
    const item = { key: newKey(), body, label, type };
    this.outbox.push(item);
    this.#keep();
    this.#tell("sent", { item });
    this.#pump();
    return true;
  }

  /** The item that is being answered now. */
  get running() {
    return this.overheard ?? this.outbox[0] ?? null;
  }

  /** By voice: `item` was heard and is being answered. */
  hears(item) {
    if (this.overheard !== null) this.#tell("dropped", { item: this.overheard, status: 0 });
    this.overheard = item;
    this.#tell("sent", { item });
    this.#phase("busy");
  }

  /** By voice: a turn that was not sent from here; `key` of the item that was heard, or null. */
  answered(turn, key) {
    const item = this.overheard?.key === key ? this.overheard : { key: `turn-${turn.turn_id}`, label: "", type: "voice", body: {} };
    this.overheard = null;
    if (item.label) this.said[turn.turn_id] = { label: item.label, type: item.type };
    this.#arrived(turn);
    this.#phase(this.outbox.length ? "busy" : "ready");
    this.#tell("turn", { item, turn });
  }

  /** Take in turns that somebody else caused (a colleague at the desk); told as if they had been asked for. */
  async catchUp() {
    const epoch = this.#epoch;
    const found = await this.api.transcript(this.session, { signal: this.#abort.signal }).catch(() => null);
    if (found === null || epoch !== this.#epoch) return;
    if (this.#pumping) {
      this.#missed = true; // what runs now may be among them
      return;
    }
    const known = new Set(this.turns.map((turn) => turn.turn_id));
    for (const turn of found.turns.filter((one) => !known.has(one.turn_id))) {
      this.turns = [...this.turns, turn].sort((a, b) => a.turn_id - b.turn_id);
      this.seenAt = { [turn.turn_id]: Date.now() };
      this.#keep();
      this.#tell("turn", { item: { key: newKey(), body: {}, label: "", type: "desk" }, turn });
    }
  }

  /** Try again what is stuck, with the same keys. */
  retry() {
    if (this.phase !== "stuck") return;
    if (this.session === null) this.#attempt(() => this.#open());
    else if (this.turns.length === 0) this.#attempt(() => this.#resume());
    else this.#pump();
  }

  async #open() {
    const epoch = this.#epoch;
    const opened = await this.api.open(this.request, { bearer: this.bearer, signal: this.#abort.signal });
    if (epoch !== this.#epoch) return;
    this.session = { session_id: opened.session_id, token: opened.token };
    await claim(opened.session_id);
    this.#arrived(opened.turn);
    this.#phase("ready");
    this.#tell("opened", { turns: this.turns, fresh: true });
  }

  async #resume() {
    const epoch = this.#epoch;
    const found = await this.api.transcript(this.session, { signal: this.#abort.signal });
    if (epoch !== this.#epoch) return;
    this.turns = found.turns;
    this.#phase(found.ended ? "ended" : "ready", 410);
    this.#tell("opened", { turns: this.turns, fresh: false });
    if (found.ended) return;
    for (const item of this.outbox) this.#tell("sent", { item });
    this.#pump();
  }

  /** Opening and coming back: again and again while the network is away. */
  async #attempt(step) {
    const epoch = this.#epoch;
    this.#phase("opening");
    for (let tries = 0; epoch === this.#epoch; tries += 1) {
      try {
        await step();
        return;
      } catch (error) {
        if (epoch !== this.#epoch || !(await this.#goOn(error, tries))) return;
      }
    }
  }

  async #pump() {
    if (this.#pumping || this.session === null) return;
    this.#pumping = true;
    const epoch = this.#epoch;
    try {
      for (let tries = 0; this.outbox.length && epoch === this.#epoch; tries += 1) {
        const item = this.outbox[0];
        this.#phase("busy");
        try {
          const turn = this.line?.ready ? await this.line.take(item) : await this.api.turn(this.session, item.body, item.key, {
            signal: this.#abort.signal,
            onSentence: (sentence) => {
              if (epoch !== this.#epoch) return;
              if (this.phase !== "busy") this.#phase("busy");
              this.#tell("sentence", { item, sentence });
            },
          });
          if (epoch !== this.#epoch) return;
          tries = -1;
          this.outbox.shift();
          this.said[turn.turn_id] = { label: item.label, type: item.type };
          this.#arrived(turn);
          this.#phase(this.outbox.length ? "busy" : "ready");
          this.#tell("turn", { item, turn });
        } catch (error) {
          if (epoch !== this.#epoch) return;
          if (!(await this.#goOn(error, tries))) return;
        }
      }
    } finally {
      this.#pumping = false;
      if (epoch !== this.#epoch && this.outbox.length) this.#pump();
      if (this.#missed) {
        this.#missed = false;
        this.catchUp();
      }
    }
  }

  /** What an error means for the loop that met it: true = try again (after a pause), false = leave it. */
  async #goOn(error, tries) {
    if (error instanceof Unreachable) {
      this.#phase("offline");
      await this.#pause(Math.min(500 * 2 ** tries, PAUSE_MS_MAX));
      return true;
    }
    if (!(error instanceof Problem)) {
      this.#phase("stuck", 0);
      throw error;
    }
    if (BUSY.has(error.status) && tries < TRIES_MAX) {
      this.#phase("waiting", error.status);
      const asked = (error.retryAfterS ?? 0) * 1000;
      await this.#pause(Math.min(Math.max(asked, 700 * 2 ** tries), PAUSE_MS_MAX));
      return true;
    }
    if (this.session !== null && GONE.has(error.status)) {
      this.#phase("ended", error.status);
      return false;
    }
    if (this.outbox.length && error.status < 500 && !BUSY.has(error.status)) {
      const item = this.outbox.shift();
      this.#keep();
      this.#phase("ready", error.status);
      this.#tell("dropped", { item, status: error.status });
      return true;
    }
    this.#phase("stuck", error.status);
    return false;
  }

  #drop(from, count) {
    for (const item of this.outbox.splice(from, count)) this.#tell("dropped", { item, status: 0 });
  }

  #pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #arrived(turn) {
    const last = this.turns.at(-1);
    if (last && last.turn_id >= turn.turn_id) {
      // a repeated key brings a turn that the transcript had already
      this.turns = this.turns.filter((known) => known.turn_id < turn.turn_id);
    }
    this.turns.push(turn);
    this.seenAt = { [turn.turn_id]: Date.now() };
    this.#keep();
  }

  #phase(phase, status = null) {
    this.phase = phase;
    this.#tell("phase", { phase, status });
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #keep() {
    if (this.session === null) return;
    const { session, request, outbox, said, seenAt } = this;
    try {
      this.store.setItem(STORE, JSON.stringify({ session, request, outbox, said, seenAt }));
    } catch {
      // no room for it (a large photograph): the conversation itself must still be found again
      this.store.setItem(STORE, JSON.stringify({ session, request, outbox: [], said: {}, seenAt }));
    }
  }

  /** What this tab has of an earlier load: {session, request, outbox, said, seenAt}, or null. */
  kept() {
    try {
      const kept = JSON.parse(this.store.getItem(STORE) ?? "null");
      return kept?.session?.session_id && kept.session.token ? kept : null;
    } catch {
      return null;
    }
  }
}

/** What a tab keeps over a refresh; where the browser forbids it (a frame of another site), nothing outlives the page. */
function tabStore() {
  try {
    globalThis.sessionStorage.getItem(STORE);
    return globalThis.sessionStorage;
  } catch {
    const kept = new Map();
    return { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value), removeItem: (name) => kept.delete(name) };
  }
}

/** Hold a session for this tab. A duplicated tab gets a copy of sessionStorage; it must not share the conversation. */
async function claim(id) {
  const locks = globalThis.navigator?.locks;
  if (!locks) return true;
  for (let tries = 0; tries < 4; tries += 1) {
    const got = await new Promise((resolve) => {
      locks.request(`skyteller.${id}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock === null ? undefined : new Promise(() => {}); // held until the tab goes
      }).catch(() => resolve(true));
    });
    if (got) return true;
    await new Promise((resolve) => setTimeout(resolve, 120)); // a page being left lets go a moment later
  }
  return false;
}

function newKey() {
  if (globalThis.crypto?.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // outside a secure context there is no randomUUID
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
