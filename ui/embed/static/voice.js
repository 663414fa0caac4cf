// A conversation by voice: microphone, socket and loudspeaker around the same conversation that text has. No DOM in here.
//
// Events (detail): "change" (one of its properties is another) · "caption" {who: "teller" | "customer", text, repairs,
// provisional, cut} · "word" {code | text} (something the customer should read) · "level" (0 to 1) ·
// "lips" {mouths, start} · "hush" (her lips rest)

import { Unreachable } from "../../page/static/api.js";
import { Line } from "./line.js";
import { Microphone } from "./microphone.js";
import { Player } from "./player.js";

const PLAYED_MS = 250;
const AGAIN_MS = 4000; // after coming back: what was sent and not answered by then is sent again
const MICROPHONE = { open: "open", muted: "muted", none: "none", refused: "refused", lost: "lost", in_use: "none", failed: "none" };

export class Voice extends EventTarget {
  #line = null;
  #clauses = new Map(); // id → its message
  #told = 0; // when `played` was last sent
  #pending = null; // what was typed or tapped and is not answered: {item, resolve, reject}
  #session = null;

  constructor(conversation, { base = "", player = new Player(), microphone = new Microphone() } = {}) {
    super();
    Object.assign(this, { conversation, base, player, microphone });
    this.status = "off"; // starting, queued, on, lost (coming back), paused (needs a tap), off
    this.hearing = "off"; // the microphone: open, muted, none, refused, in_use, insecure, failed, lost, off
    this.teller = "waiting"; // listening, thinking, speaking, waiting
    this.mode = "hands_free"; // or push_to_talk
    this.down = false; // the key, in push-to-talk
    this.#hearThePlayer();
    microphone.addEventListener("frame", ({ detail }) => this.#sends && this.#line?.sound(detail));
    microphone.addEventListener("level", ({ detail }) => this.#tell("level", this.#sends ? detail : 0));
    microphone.addEventListener("lost", () => this.#ear("lost"));
    conversation.addEventListener("opened", () => this.#another());
    conversation.addEventListener("phase", ({ detail }) => detail.phase === "ended" && this.stop());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#hidden() : this.wake()));
  }

  get active() {
    return this.status !== "off";
  }

  /** Whether what is typed and tapped goes through the voice socket, so that it is answered aloud. */
  get ready() {
    return this.status === "on" || this.status === "lost" || this.status === "queued" || this.status === "paused";
  }

  get #sends() {
    return this.status === "on" && this.hearing === "open" && (this.mode === "hands_free" || this.down);
  }

  /** Begin; from a gesture. Without a microphone she still speaks, and takes what is typed. */
  async start() {
    if (this.active) return;
    this.#change({ status: "starting" });
    const unlocked = this.player.unlock(); // at once: the gesture counts only for a moment
    await this.#listen();
    if (!(await unlocked) && this.hearing === "insecure") {
      this.#change({ status: "off" });
      return;
    }
    if (this.status !== "starting") return;
    this.conversation.line = this;
    this.#open();
  }

  /** Over; the conversation goes on in text. */
  stop(why = "bye") {
    if (!this.active) return;
    const line = this.#line;
    this.#line = null; // first: what it says in closing is no news
    line?.close(why);
    this.microphone.stop();
    this.player.flush();
    this.conversation.line = null;
    this.#change({ status: "off", hearing: "off", teller: "waiting", down: false });
    this.#tell("hush");
    this.#clauses.clear();
    this.#giveBack();
  }

  /** What was typed and is not answered goes on over HTTP. */
  #giveBack() {
    const pending = this.#pending;
    this.#pending = null;
    pending?.reject(new Unreachable("the voice line is closed"));
  }

  /** From a gesture, or when the page is seen again: sound and microphone go on. */
  async wake() {
    if (!this.active) return;
    const running = await this.player.unlock();
    if (!(await this.microphone.resume()) && !["refused", "none", "insecure"].includes(this.hearing)) await this.#listen();
    else if (this.microphone.open) this.#ear("open");
    if (!running) this.#change({ status: this.#line?.ready ? "paused" : this.status });
    else if (this.status === "paused") this.#change({ status: this.#line?.ready ? "on" : "lost" });
  }

  setMode(mode) {
    this.#change({ mode, down: false });
    this.#line?.send({ type: "mode", mode });
  }

  /** The key of push-to-talk. */
  press(down) {
    if (down === this.down || this.mode !== "push_to_talk") return;
    this.#change({ down });
    this.#line?.send({ type: "push_to_talk", down });
  }

  /** The customer's answer: whether what is said may be kept. */
  keep(agreed) {
    this.#line?.send({ type: "keep", agreed });
  }

  /** Stop her; nothing else. */
  hush() {
    this.#line?.send({ type: "stop" });
  }

  /** One typed or tapped item of the conversation → its Turn. The conversation calls it in place of HTTP. */
  take(item) {
    return new Promise((resolve, reject) => {
      this.#pending = { item, resolve, reject };
      this.#ask();
    });
  }

  #ask() {
    const { item } = this.#pending;
    if (item.body.input) this.#line?.send({ type: "tap", input: item.body.input, key: item.key });
    else this.#line?.send({ type: "text", text: item.body.text });
  }

  #open() {
    this.#session = this.conversation.session;
    const url = new URL(`${this.base}/api/v1/voice`, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const line = new Line(url.href, () => ({
      session_id: this.#session.session_id, token: this.#session.token, mode: this.mode, say: "last",
      audio: { rate: 16000, format: "pcm_s16le" }, microphone: MICROPHONE[this.hearing] ?? "none",
    }));
    this.#line = line;
    const on = (name, hear) => line.addEventListener(name, ({ detail }) => line === this.#line && hear(detail));
    on("line", ({ state, why }) => this.#linked(state, why));
    on("ready", ({ resumed, keeping }) => {
      this.#tell("keeping", keeping ?? null);
      this.#greeted(resumed);
    });
    on("keeping", (keeping) => this.#tell("keeping", keeping));
    on("queued", ({ message }) => {
      this.#change({ status: "queued" });
      this.#tell("word", { text: message });
    });
    on("state", ({ state }) => this.#change({ teller: state }));
    on("heard", (heard) => this.#heard(heard));
    on("turn", (message) => this.#turn(message));
    on("clause", (clause) => this.#clause(clause));
    on("sound", ({ clause, place, samples, last }) => this.#clauses.has(clause) && this.player.add(clause, place, samples, last));
    on("hold", () => {
      this.player.hold();
      this.#tell("hush");
    });
    on("go_on", () => this.player.goOn());
    on("interrupted", ({ clause }) => this.#interrupted(clause));
    on("notice", ({ text }) => this.#tell("word", { text }));
    on("problem", ({ fatal }) => fatal && this.#tell("word", { code: "problem" }));
    line.open();
  }

  #linked(state, why) {
    if (state === "lost") {
      this.player.flush();
      this.#tell("hush");
      this.#change({ status: "lost", teller: "waiting" });
    } else if (state === "closed" && this.active) {
      if (why !== "bye") this.#tell("word", { code: why });
      this.stop(why);
    }
  }

  #greeted(resumed) {
    this.#clauses.clear();
    this.#change({ status: this.player.running ? "on" : "paused" });
    this.#tell("word", {});
    if (this.#pending === null) return;
    if (!resumed) this.#ask();
    else setTimeout(() => this.#pending && this.#ask(), AGAIN_MS);
  }

  #heard({ utterance, final, text, repairs, ignored }) {
    if (ignored) {
      this.#tell("caption", { who: "customer", text: "" });
      return;
    }
    this.#tell("caption", { who: "customer", text, repairs: repairs ?? [], provisional: !final });
    if (final && text) this.conversation.hears({ key: `heard-${utterance}`, label: text, repairs: repairs ?? [], type: "voice", body: {} });
  }

  #turn({ turn, by, utterance }) {
    const pending = this.#pending;
    const known = this.conversation.turns.at(-1)?.turn_id ?? -1;
    if (turn.turn_id <= known) return; // sent again after a lost network
    if (pending !== null && (by === "text" || by === "tap")) {
      this.#pending = null;
      pending.resolve(turn);
      return;
    }
    this.conversation.answered(turn, utterance === null ? null : `heard-${utterance}`);
  }

  #clause(clause) {
    this.#clauses.set(clause.id, clause);
    if (!clause.seconds) this.player.add(clause.id, 0, new Float32Array(0), true); // no sound could be made: its caption is shown
  }

  #interrupted(id) {
    this.player.flush();
    this.#tell("hush");
    const clause = this.#clauses.get(id);
    if (clause) this.#tell("caption", { who: "teller", text: clause.text, cut: true });
    this.#clauses.clear();
  }

  #hearThePlayer() {
    const on = (name, hear) => this.player.addEventListener(name, ({ detail }) => this.active && hear(detail));
    on("begin", ({ clause: id, start }) => {
      const clause = this.#clauses.get(id);
      if (!clause) return;
      this.#tell("caption", { who: "teller", text: clause.text });
      this.#tell("lips", { mouths: clause.visemes, start });
    });
    on("progress", ({ clause, seconds, why }) => this.#played(clause, seconds, why !== "playing"));
    on("end", ({ clause, seconds }) => {
      this.#played(clause, this.#clauses.get(clause)?.seconds ?? seconds, true);
      this.#clauses.delete(clause);
    });
    on("blocked", () => !document.hidden && this.#change({ status: "paused" }));
  }

  #played(clause, seconds, now) {
    if (!now && performance.now() - this.#told < PLAYED_MS - 20) return;
    this.#told = performance.now();
    this.#line?.send({ type: "played", clause, seconds: Math.round(seconds * 1000) / 1000 });
  }

  async #listen() {
    try {
      await this.microphone.start();
      this.#ear("open");
    } catch (error) {
      this.#ear(error.why ?? "failed");
    }
  }

  #ear(hearing) {
    const before = this.hearing;
    if (hearing === before) return;
    this.#change({ hearing });
    this.#line?.send({ type: "microphone", state: MICROPHONE[hearing] ?? "none" });
    if (!["open", "muted"].includes(hearing)) this.#tell("word", { code: `microphone_${hearing}` });
    else if (hearing === "open" && before !== "off") this.#tell("word", {});
  }

  /** Nobody looks: nobody is listened to. */
  #hidden() {
    if (this.active && this.hearing === "open") this.#ear("muted");
  }

  /** The conversation began anew while she was talking. */
  #another() {
    if (!this.active || this.#session?.session_id === this.conversation.session?.session_id) return;
    this.#line?.close();
    this.#line = null;
    this.player.flush();
    this.#tell("hush");
    this.#giveBack();
    this.#open();
  }

  #change(now) {
    Object.assign(this, now);
    this.#tell("change", now);
  }

  #tell(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
