// Her voice in the loudspeaker: clauses of sound in order, with the moment each begins, so that lips and captions fit.
//
// Events (detail): "begin" {clause, start} (start: when its first sample is heard, on this player's clock) ·
// "progress" {clause, seconds, why} · "end" {clause} · "quiet" (nothing is left) · "blocked" (the browser wants a gesture)

export const RATE = 24000;

export class Player extends EventTarget {
  #context = null;
  #node = null;
  #waiting = new Set(); // clauses that were added and have not ended
  #lengths = new Map(); // samples of a clause so far

  /** Make sound possible. Must be called from a gesture (a tap, a key) the first time. Resolves to whether it is. */
  async unlock() {
    if (!("AudioWorkletNode" in globalThis)) return false;
    if (this.#context === null) {
      this.#context = new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
      this.#context.addEventListener("statechange", () => this.#state());
      this.loading = this.#load();
    }
    // where the browser wants a gesture, resume() never answers: it is not waited for
    const resumed = this.#context.state === "running" || (await Promise.race([this.#context.resume().then(() => true), pause(800)]));
    await this.loading;
    return Boolean(resumed) && this.#context.state === "running";
  }

  async #load() {
    await this.#context.audioWorklet.addModule(new URL("playback-worklet.js", import.meta.url).href);
    this.#node = new AudioWorkletNode(this.#context, "skyteller-playback", {
      numberOfInputs: 0, outputChannelCount: [1], processorOptions: { rate: RATE },
    });
    this.#node.port.onmessage = ({ data }) => this.#told(data);
    this.#node.connect(this.#context.destination);
  }

  /** Where the sound comes out, for measurements. */
  get output() {
    return this.#node;
  }

  get running() {
    return this.#context?.state === "running";
  }

  /** Whether something is still to be played. */
  get busy() {
    return this.#waiting.size > 0;
  }

  /** Seconds on the clock of what is heard (not of what is computed): the loudspeaker is some milliseconds behind. */
  clock = () => (this.#context ? this.#context.currentTime - this.#late : 0);

  get #late() {
    return this.#context.outputLatency || this.#context.baseLatency || 0;
  }

  /** Add samples (Float32Array) of a clause from `place` on; `last`: no more of it come. */
  add(clause, place, samples, last) {
    this.#waiting.add(clause);
    this.#lengths.set(clause, place + samples.length);
    this.#node?.port.postMessage({ clause, place, samples, last }, [samples.buffer]);
  }

  /** Fade out and keep what is not played. */
  hold() {
    this.#node?.port.postMessage({ order: "hold" });
  }

  /** Play on from where it stopped. */
  goOn() {
    this.#node?.port.postMessage({ order: "go on" });
  }

  /** Silence: what is not played is thrown away. */
  flush() {
    this.#waiting.clear();
    this.#node?.port.postMessage({ order: "flush" });
  }

  close() {
    this.#node?.disconnect();
    this.#context?.close().catch(() => {});
    [this.#context, this.#node] = [null, null];
    this.#waiting.clear();
  }

  #state() {
    if (this.#context && this.#context.state !== "running") this.dispatchEvent(new CustomEvent("blocked"));
  }

  #told({ begin, place, time, progress, why, end }) {
    if (begin !== undefined) {
      this.#tell("begin", { clause: begin, start: time - place / RATE });
    } else if (progress !== undefined) {
      const heard = why === "playing" ? place : place - this.#late * RATE;
      this.#tell("progress", { clause: progress, seconds: Math.max(0, heard) / RATE, why });
    } else {
      this.#waiting.delete(end);
      this.#tell("end", { clause: end, seconds: (this.#lengths.get(end) ?? 0) / RATE });
      this.#lengths.delete(end);
      if (!this.busy) this.#tell("quiet", {});
    }
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(() => resolve(false), ms));

/** 16 bit samples as the audio thread wants them. */
export function floats(samples) {
  const made = new Float32Array(samples.length);
  for (let i = 0; i < samples.length; i += 1) made[i] = samples[i] / 32768;
  return made;
}
