// The voice socket (docs/voice-protocol.md): says hello, hands messages on, and comes back by itself after a lost network.
//
// Events: one for each type of message ("ready", "state", "heard", "turn", "clause", …; detail: the message) ·
// "sound" {clause, place, last, samples} · "line" {state, why}: connecting, open, lost (coming back by itself),
// closed (why: unavailable, full, session, replaced, protocol, bye)

import { floats } from "./player.js";

const HEADER_BYTES = 12;
const PING_MS = 5000;
const SILENT_MS_MAX = 20000; // a line that says nothing for so long is dead
const PAUSE_MS_MAX = 8000;
const OPENING_MS_MAX = 8000;
const TRIES_MAX = 3; // of a line that never was open
const AWAY_MS_MAX = 120000; // as long as the server keeps the conversation
const FINAL = { 1000: "bye", 4400: "protocol", 4401: "session", 4410: "session", 4429: "full" };

export class Line extends EventTarget {
  #socket = null;
  #tries = 0;
  #timer = 0;
  #watch = 0;
  #heardAt = 0;
  #wasReady = false;
  #lostAt = 0;
  #ended = null;

  /** `hello()` gives the first message whenever the line is opened. */
  constructor(url, hello) {
    super();
    [this.url, this.hello] = [url, hello];
    this.state = "closed";
    this.back = () => this.state === "lost" && this.#connect();
    this.gone = () => this.#socket && this.#drop();
  }

  open() {
    addEventListener("online", this.back);
    addEventListener("offline", this.gone);
    [this.#tries, this.#wasReady, this.#ended] = [0, false, null];
    this.#connect();
  }

  /** Over: nothing comes any more. */
  close(why = "bye") {
    if (why === "bye") this.send({ type: "bye" });
    this.#finish(why);
  }

  get ready() {
    return this.state === "open";
  }

  send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** One frame of the microphone; what cannot be sent at once is not kept. */
  sound(frame) {
    if (this.ready && this.#socket.bufferedAmount < 65536) this.#socket.send(frame);
  }

  #connect() {
    clearTimeout(this.#timer);
    this.#state(this.#wasReady ? "lost" : "connecting");
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    const mine = (act) => (event) => socket === this.#socket && act(event);
    socket.addEventListener("open", mine(() => socket.send(JSON.stringify({ type: "hello", version: 1, ...this.hello() }))));
    socket.addEventListener("message", mine(({ data }) => this.#message(data)));
    socket.addEventListener("close", mine(({ code }) => this.#closed(code)));
    this.#heardAt = Date.now();
    this.#timer = setTimeout(() => socket === this.#socket && socket.readyState !== WebSocket.OPEN && this.#drop(), OPENING_MS_MAX);
    clearInterval(this.#watch);
    this.#watch = setInterval(() => this.#alive(), PING_MS);
  }

  #alive() {
    if (this.#socket === null) return;
    if (Date.now() - this.#heardAt > SILENT_MS_MAX) this.#drop();
    else this.send({ type: "ping", t: Math.round(performance.now()) });
  }

  #message(data) {
    this.#heardAt = Date.now();
    if (typeof data !== "string") {
      const view = new DataView(data);
      if (data.byteLength < HEADER_BYTES || view.getUint8(0) !== 1) return;
      const samples = floats(new Int16Array(data, HEADER_BYTES));
      const detail = { last: (view.getUint8(1) & 1) === 1, clause: view.getUint32(4, true), place: view.getUint32(8, true), samples };
      this.dispatchEvent(new CustomEvent("sound", { detail }));
      return;
    }
    const message = JSON.parse(data);
    if (message.type === "ping") {
      this.send({ type: "pong", t: message.t });
      return;
    }
    if (message.type === "ready" || message.type === "queued") {
      [this.#tries, this.#wasReady] = [0, true];
      this.#state("open");
    }
    if (message.type === "ended") this.#ended = { session_ended: "session", shutdown: "shutdown" }[message.why] ?? message.why;
    this.dispatchEvent(new CustomEvent(message.type, { detail: message }));
  }

  #closed(code) {
    this.#socket = null;
    const why = code in FINAL ? (this.#ended ?? FINAL[code]) : null;
    if (why !== null && why !== "shutdown") {
      this.#finish(why);
      return;
    }
    if (this.#wasReady && this.state === "open") this.#lostAt = Date.now();
    const patient = this.#wasReady ? Date.now() - this.#lostAt < AWAY_MS_MAX : this.#tries < TRIES_MAX - 1;
    if (!patient) {
      this.#finish("unavailable");
      return;
    }
    this.#state(this.#wasReady ? "lost" : "connecting");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), Math.min(500 * 2 ** this.#tries, PAUSE_MS_MAX) * (0.8 + Math.random() * 0.4));
    this.#tries += 1;
  }

  /** Give this socket up and try another. */
  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#closed(1006);
  }

  #finish(why) {
    const socket = this.#socket;
    this.#socket = null;
    clearTimeout(this.#timer);
    clearInterval(this.#watch);
    removeEventListener("online", this.back);
    removeEventListener("offline", this.gone);
    socket?.close(1000);
    this.#state("closed", why);
  }

  #state(state, why = null) {
    if (state === this.state && why === null) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent("line", { detail: { state, why } }));
  }
}
