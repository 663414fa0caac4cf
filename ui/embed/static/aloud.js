// Reading her answers aloud, with lips, where the conversation itself is in text: sentence by sentence through
// POST /api/v1/tts, the next one fetched while one is heard.
//
// Events: "lips" {mouths, start} · "hush" · "change" (on, speaking) · "missing" (no speech can be had now)

import { Player } from "./player.js";
import { fetchSpeech } from "./speech.js";

export class Aloud extends EventTarget {
  #queue = Promise.resolve();
  #epoch = 0; // whatever was asked for before is thrown away
  #clauses = new Map();
  #next = 1;
  #read = new Set(); // items whose sentences are being read as they come

  constructor(conversation, { player = new Player(), speech = fetchSpeech } = {}) {
    super();
    Object.assign(this, { conversation, player, speech, on: false });
    player.addEventListener("begin", ({ detail: { clause, start } }) => {
      const mouths = this.#clauses.get(clause);
      if (mouths) this.#tell("lips", { mouths, start });
      this.#tell("change");
    });
    player.addEventListener("end", ({ detail: { clause } }) => this.#clauses.delete(clause));
    player.addEventListener("quiet", () => this.#tell("change"));
    player.addEventListener("blocked", () => this.player.flush());
  }

  get speaking() {
    return this.on && this.player.busy;
  }

  /** From a gesture. Reads `turn` at once, so that one hears what one has switched on. */
  async turnOn(turn, wanted) {
    this.on = true;
    this.#tell("change");
    if (!(await this.player.unlock())) {
      this.off();
      this.#tell("missing");
      return;
    }
    if (this.on && turn) this.#say(turn.reply.speech, wanted);
  }

  off() {
    this.on = false;
    this.hush();
  }

  /** Silence now; what comes later is read. */
  hush() {
    this.#epoch += 1;
    this.#clauses.clear();
    this.player.flush();
    this.#tell("hush");
    this.#tell("change");
  }

  /** A sentence of an answer that is arriving. */
  sentence(item, sentence, wanted) {
    if (!this.on || item.type === "voice") return;
    if (!this.#read.has(item.key)) this.hush(); // a new answer: the old one is no longer of interest
    this.#read.add(item.key);
    this.#say(sentence.speech, wanted);
  }

  /** A whole answer; read here only if it did not come in sentences. */
  turn(item, turn, wanted) {
    if (this.#read.delete(item.key) || !this.on || item.type === "voice") return;
    this.hush();
    this.#say(turn.reply.speech, wanted);
  }

  #say(text, { locale, mode }) {
    if (!text?.trim()) return;
    const epoch = this.#epoch;
    const coming = this.speech(this.conversation.api.base, this.conversation.session, { text, locale, elder: mode === "elder" });
    coming.catch(() => {}); // looked at below, in its turn
    this.#queue = this.#queue.then(async () => {
      try {
        const { samples, mouths } = await coming;
        if (epoch !== this.#epoch || !this.on) return;
        const clause = this.#next++;
        this.#clauses.set(clause, mouths);
        this.player.add(clause, 0, samples, true);
        this.#tell("change");
      } catch {
        if (epoch !== this.#epoch) return;
        this.off();
        this.#tell("missing");
      }
    });
  }

  #tell(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

