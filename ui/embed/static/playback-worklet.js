// In the audio thread: plays clauses in order out of a small store, so that a slow network is not heard.
//
// In: {clause, place, samples, last} · {order: "hold" | "go on" | "flush"}
// Out: {begin: clause, place, time} when its sound is about to start · {progress: clause, place, why} · {end: clause}

const STORE_S = 0.12; // so much is there before the first sound
const WAIT_S = 0.3; // … or so long was waited for it
const LEAD_S = 0.06; // the mouth is told so long before the sound
const FADE_S = 0.025;
const REPORT_S = 0.1;

class Playback extends AudioWorkletProcessor {
  constructor({ processorOptions: { rate } }) {
    super();
    this.step = rate / sampleRate;
    this.rate = rate;
    this.#empty();
    this.port.onmessage = ({ data }) => {
      if (data.order) this.#order(data.order);
      else (this.after === "flush" ? this.following : this.queue).push(data);
    };
  }

  #empty() {
    this.queue = [];
    this.at = 0; // in the first chunk, in its own samples
    this.state = "empty"; // then filling, playing, held
    this.gain = 1;
    this.goal = 1;
    this.wait = 0;
    this.lead = 0;
    this.told = null; // the clause whose beginning was announced last: a little before it sounds
    this.sounding = null; // the clause that is heard
    this.due = 0;
    this.after = null; // what the fade leads to
    this.following = []; // what came while the fade before a flush went on: it is not thrown away with the rest
  }

  #order(order) {
    if (order === "go on") {
      if (this.after === "hold") [this.goal, this.after] = [1, null];
      else if (this.state === "held") this.#begin();
      return;
    }
    if (this.state === "playing" && this.lead <= 0) {
      this.goal = 0;
      if (this.after !== "flush") this.after = order;
      return;
    }
    this.#obey(order);
  }

  #obey(order) {
    this.#report(order);
    if (order === "flush") {
      const { following } = this;
      this.#empty();
      this.queue = following;
    } else if (this.state !== "empty") {
      this.state = "held";
      this.goal = 1;
      this.after = null;
    }
  }

  #report(why) {
    const head = this.queue[0];
    if (head && this.sounding === head.clause) this.port.postMessage({ progress: head.clause, place: head.place + this.at, why });
  }

  #begin() {
    const head = this.queue[0];
    if (!head) {
      this.state = "empty";
      return;
    }
    this.state = "playing";
    this.lead = LEAD_S * sampleRate;
    this.gain = 0;
    this.goal = 1;
    this.told = head.clause;
    this.sounding = head.clause;
    this.port.postMessage({ begin: head.clause, place: head.place + this.at, time: currentTime + LEAD_S });
  }

  #fill(frames) {
    if (this.queue.length === 0) return;
    this.state = "filling";
    this.wait += frames;
    let stored = 0;
    for (const chunk of this.queue) {
      stored += chunk.samples.length;
      if (chunk.last) stored = Infinity;
    }
    if (stored - this.at >= STORE_S * this.rate || this.wait >= WAIT_S * sampleRate) {
      this.wait = 0;
      this.#begin();
    }
  }

  process(_, [output]) {
    const out = output[0];
    if (this.state === "empty" || this.state === "filling") this.#fill(out.length);
    if (this.state === "playing") this.#play(out);
    for (let channel = 1; channel < output.length; channel += 1) output[channel].set(out);
    return true;
  }

  #play(out) {
    const fade = 1 / (FADE_S * sampleRate);
    for (let i = 0; i < out.length; i += 1) {
      if (this.lead > 0) {
        this.lead -= 1;
        continue;
      }
      this.gain += Math.max(-fade, Math.min(fade, this.goal - this.gain));
      if (this.after !== null && this.gain <= 0) {
        this.#obey(this.after);
        return;
      }
      while (this.queue.length && this.at >= this.queue[0].samples.length) this.#next();
      if (!this.queue.length) {
        if (this.after === null) this.state = "empty"; // dry: filled again before it goes on
        else this.#obey(this.after);
        return;
      }
      const { samples } = this.queue[0];
      const whole = Math.floor(this.at);
      const following = whole + 1 < samples.length ? samples[whole + 1] : samples[whole];
      out[i] = (samples[whole] + (following - samples[whole]) * (this.at - whole)) * this.gain;
      this.at += this.step;
    }
    this.due -= out.length;
    if (this.due <= 0) {
      this.due = REPORT_S * sampleRate;
      this.#report("playing");
    }
    this.#announce();
  }

  /** The first chunk is played. */
  #next() {
    const done = this.queue.shift();
    this.at = done.last ? 0 : this.at - done.samples.length;
    if (done.last) this.port.postMessage({ end: done.clause });
    const head = this.queue[0];
    if (head && this.sounding !== head.clause) {
      this.sounding = head.clause;
      if (this.told !== head.clause) this.port.postMessage({ begin: head.clause, place: head.place, time: currentTime });
      this.told = head.clause;
    }
  }

  /** The next clause is told a little before it begins. */
  #announce() {
    let left = -this.at;
    for (const chunk of this.queue) {
      if (chunk.clause !== this.queue[0].clause) {
        if (this.told !== chunk.clause && left / this.rate <= LEAD_S + 0.04) {
          this.told = chunk.clause;
          this.port.postMessage({ begin: chunk.clause, place: chunk.place, time: currentTime + left / this.rate });
        }
        return;
      }
      left += chunk.samples.length;
      if (left / this.rate > LEAD_S + 0.2) return;
    }
  }
}

registerProcessor("skyteller-playback", Playback);
