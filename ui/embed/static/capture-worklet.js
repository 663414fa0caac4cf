// In the audio thread: the microphone's sound as 16 bit samples at 16 kHz, 32 ms a frame. Posts {frame, level}.

const RATE = 16000;
const FRAME = 512;
const TAPS = 16; // on each side; what lies above 7 kHz would come back as noise

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.step = sampleRate / RATE;
    this.cut = Math.min(1, 7000 / (sampleRate / 2));
    this.reach = this.step > 1 ? Math.ceil(TAPS * this.step) : TAPS;
    this.kept = new Float32Array(0);
    this.at = this.reach; // where the next sample is taken, in `kept`
    this.frame = new Int16Array(FRAME);
    this.filled = 0;
    this.peak = 0;
    this.weights = new Map();
  }

  process([input]) {
    const sound = input[0];
    if (!sound) return true;
    const all = new Float32Array(this.kept.length + sound.length);
    all.set(this.kept);
    all.set(sound, this.kept.length);
    while (this.at + this.reach < all.length) {
      this.#put(this.#sample(all, this.at));
      this.at += this.step;
    }
    const gone = Math.max(0, Math.floor(this.at) - this.reach);
    this.kept = all.slice(gone);
    this.at -= gone;
    return true;
  }

  #sample(all, at) {
    if (this.step === 1) return all[at];
    const first = Math.floor(at) - this.reach + 1;
    const weights = this.#windowed(at - Math.floor(at));
    let sum = 0;
    for (let i = 0; i < weights.length; i += 1) sum += all[first + i] * weights[i];
    return sum;
  }

  /** A windowed sinc for samples taken `share` after one; there are few different shares (three for 48 kHz). */
  #windowed(share) {
    const key = Math.round(share * 1024);
    const known = this.weights.get(key);
    if (known) return known;
    const weights = new Float32Array(this.reach * 2);
    let sum = 0;
    for (let i = 0; i < weights.length; i += 1) {
      const x = i - this.reach + 1 - key / 1024;
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * this.cut * x) / (Math.PI * this.cut * x);
      weights[i] = sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / (this.reach + 1)));
      sum += weights[i];
    }
    for (let i = 0; i < weights.length; i += 1) weights[i] /= sum;
    this.weights.set(key, weights);
    return weights;
  }

  #put(value) {
    const sample = Math.max(-1, Math.min(1, value));
    this.peak = Math.max(this.peak, Math.abs(sample));
    this.frame[this.filled] = Math.round(sample * 32767);
    this.filled += 1;
    if (this.filled < FRAME) return;
    const { buffer } = this.frame;
    this.port.postMessage({ frame: buffer, level: this.peak }, [buffer]);
    this.frame = new Int16Array(FRAME);
    this.filled = 0;
    this.peak = 0;
  }
}

registerProcessor("skyteller-capture", Capture);
