// Her mouth: what each shape looks like, how a timed list of shapes becomes movement, and the lines that draw it.
// Pure functions: the same time gives the same mouth, whatever frames were left out before.

/** One mouth: `w` half width, `o` opening, `lift` of the corners, `lip` thickness, `round` (pushed forward, 0 to 1),
 * `teeth` and `tongue` seen (0 to 1). Lengths in units of the drawing. */
const shape = (w, o, lift, lip, round, teeth, tongue) => ({ w, o, lift, lip, round, teeth, tongue });

/** The eight shapes of the contract (POST /api/v1/tts, WS /api/v1/voice). */
export const SHAPES = {
  rest: shape(22, 0, 4.2, 0.94, 0, 0, 0),
  closed: shape(20.5, 0, 2.4, 0.74, 0, 0, 0),
  open: shape(20.5, 15.5, 2.4, 0.92, 0, 0.66, 0.55),
  wide: shape(24, 8, 4.2, 0.86, 0, 0.95, 0.3),
  round: shape(15, 11.5, 0.4, 0.98, 0.7, 0.2, 0.35),
  narrow: shape(12, 4.6, 0, 1, 1, 0, 0),
  teeth: shape(21.5, 4.4, 2.8, 0.8, 0, 1, 0),
  tongue: shape(21, 9, 3, 0.88, 0, 0.72, 1),
};

/** Her smile when nobody speaks, and how she looks while she thinks. */
export const SMILE = shape(25, 0, 6.8, 0.9, 0, 0, 0);
export const PONDER = shape(20, 0, 2.8, 0.9, 0.1, 0, 0);

const BLEND_S = 0.065; // half the time in which one shape becomes the next
const FIRM = { closed: 2.6, teeth: 1.5, narrow: 1.2 }; // what must be seen even where it is short: lips meet at an m

/** The mixture of several mouths: `parts` is [[mouth, weight], …]. */
export function mixed(parts) {
  const sum = { w: 0, o: 0, lift: 0, lip: 0, round: 0, teeth: 0, tongue: 0 };
  const all = parts.reduce((total, [, weight]) => total + weight, 0) || 1;
  for (const [mouth, weight] of parts) for (const name in sum) sum[name] += (mouth[name] * weight) / all;
  return sum;
}

// the share of a raised cosine of half width 1 that lies before x
const before = (x) => (x <= -1 ? 0 : x >= 1 ? 1 : 0.5 + x / 2 + Math.sin(Math.PI * x) / (2 * Math.PI));

/** A timed list of shapes that grows while she speaks and can be asked for any moment. */
export class Track {
  #keys = [];

  /** Add shapes ([{at_s, shape}]) that count from `start` (seconds of the audio clock). Late parts replace nothing. */
  add(mouths, start) {
    for (const { at_s: at, shape: name } of mouths) this.#keys.push({ at: start + at, name: name in SHAPES ? name : "rest" });
    this.#keys.sort((a, b) => a.at - b.at);
  }

  clear() {
    this.#keys = [];
  }

  /** Whether there is still something to say at `t`. */
  runs(t) {
    return this.#keys.length > 0 && t < this.#keys.at(-1).at + BLEND_S;
  }

  /** Seconds until something begins; 0 when it has. Infinity: nothing does. */
  until(t) {
    return this.#keys.length ? Math.max(0, this.#keys[0].at - BLEND_S - t) : Infinity;
  }

  /** The name of the shape that is due at `t`. */
  name(t) {
    let name = "rest";
    for (const key of this.#keys) if (key.at <= t) name = key.name;
    return name;
  }

  /** The mouth at `t`: each shape weighed by its share of the moment around it. */
  at(t) {
    const keys = this.#keys;
    while (keys.length > 2 && keys[1].at < t - 1) keys.shift(); // long since said
    const parts = [];
    for (let i = -1; i < keys.length; i += 1) {
      const from = i < 0 ? -Infinity : keys[i].at;
      const to = i + 1 < keys.length ? keys[i + 1].at : Infinity;
      if (to < t - BLEND_S || from > t + BLEND_S) continue;
      const name = i < 0 ? "rest" : keys[i].name;
      parts.push([SHAPES[name], (before((to - t) / BLEND_S) - before((from - t) / BLEND_S)) * (FIRM[name] ?? 1)]);
    }
    return mixed(parts.length ? parts : [[SHAPES.rest, 1]]);
  }
}

const n = (value) => Math.round(value * 100) / 100;

/** The lines of a mouth around (0, 0): attributes `d` by part of the drawing. */
export function lines({ w, o, lift, lip, round, teeth, tongue }) {
  const corner = -lift + o * 0.12;
  const top = -o * 0.36;
  const low = o * 0.64 + 1.2;
  const upper = 5.6 * lip * (1 - 0.18 * Math.min(1, o / 16));
  const lower = 8.2 * lip * (1 - 0.12 * Math.min(1, o / 16));
  const peak = w * (0.3 + 0.08 * round); // of the upper lip's bow
  const flat = 0.55 + 0.1 * round; // how far the curves reach from the corners
  const inUp = `${n(-w * flat)} ${n(top + 0.8)} ${n(-w * 0.3)} ${n(top)} 0 ${n(top + 0.9)}C${n(w * 0.3)} ${n(top)} ${n(w * flat)} ${n(top + 0.8)} ${n(w)} ${n(corner)}`;
  const inLow = `${n(w * flat)} ${n(low)} ${n(w * 0.3)} ${n(low + 0.6)} 0 ${n(low + 0.6)}C${n(-w * 0.3)} ${n(low + 0.6)} ${n(-w * flat)} ${n(low)} ${n(-w)} ${n(corner)}`;
  const edge = w + 1.6;
  const outUp =
    `M${n(-edge)} ${n(corner - 0.2)}C${n(-w * 0.72)} ${n(top - upper * 0.52)} ${n(-peak - 3.2)} ${n(top - upper)} ${n(-peak)} ${n(top - upper)}` +
    `C${n(-peak * 0.55)} ${n(top - upper)} ${n(-2)} ${n(top - upper + 2)} 0 ${n(top - upper + 2)}` +
    `C2 ${n(top - upper + 2)} ${n(peak * 0.55)} ${n(top - upper)} ${n(peak)} ${n(top - upper)}` +
    `C${n(peak + 3.2)} ${n(top - upper)} ${n(w * 0.72)} ${n(top - upper * 0.52)} ${n(edge)} ${n(corner - 0.2)}`;
  const deep = low + lower;
  const fold = (1 - round) * (1 - Math.min(1, o / 7)); // the folds beside a mouth at rest
  const outLow =
    `M${n(edge)} ${n(corner - 0.2)}C${n(w * 0.74)} ${n(low + lower * 0.72)} ${n(w * 0.46)} ${n(deep)} 0 ${n(deep)}` +
    `C${n(-w * 0.46)} ${n(deep)} ${n(-w * 0.74)} ${n(low + lower * 0.72)} ${n(-edge)} ${n(corner - 0.2)}`;
  const back = `C${n(w * flat)} ${n(top + 0.8)} ${n(w * 0.3)} ${n(top)} 0 ${n(top + 0.9)}C${n(-w * 0.3)} ${n(top)} ${n(-w * flat)} ${n(top + 0.8)} ${n(-w)} ${n(corner)}`;
  const teethLow = top + Math.min(o, 7.4) * teeth;
  const wide = w * 0.8;
  return {
    hole: `M${n(-w)} ${n(corner)}C${inUp}C${inLow}Z`,
    upper: `${outUp}L${n(w)} ${n(corner)}${back}Z`,
    lower: `${outLow}L${n(-w)} ${n(corner)}C${n(-w * flat)} ${n(low)} ${n(-w * 0.3)} ${n(low + 0.6)} 0 ${n(low + 0.6)}C${n(w * 0.3)} ${n(low + 0.6)} ${n(w * flat)} ${n(low)} ${n(w)} ${n(corner)}Z`,
    parting: `M${n(-w - 0.6)} ${n(corner)}C${inUp}`,
    teeth: `M${n(-wide)} ${n(top - 4)}L${n(wide)} ${n(top - 4)}L${n(wide)} ${n(teethLow - 1)}Q0 ${n(teethLow + 1.4)} ${n(-wide)} ${n(teethLow - 1)}Z`,
    tongue: `M${n(-w * 0.7)} ${n(low + 3)}Q0 ${n(low + 3 - (o + 3) * 0.95 * tongue)} ${n(w * 0.7)} ${n(low + 3)}Z`,
    shine: `M${n(-w * 0.26)} ${n(low + lower * 0.42)}Q0 ${n(low + lower * 0.6)} ${n(w * 0.26)} ${n(low + lower * 0.42)}`,
    shade: `M${n(-w * 0.42)} ${n(deep + 3.6)}Q0 ${n(deep + 7)} ${n(w * 0.42)} ${n(deep + 3.6)}`,
    corners: fold < 0.05 ? "" : `M${n(-edge - 1.4 * fold)} ${n(corner - 2.6 * fold)}Q${n(-edge - 2 * fold)} ${n(corner)} ${n(-edge)} ${n(corner + 0.6)}M${n(edge + 1.4 * fold)} ${n(corner - 2.6 * fold)}Q${n(edge + 2 * fold)} ${n(corner)} ${n(edge)} ${n(corner + 0.6)}`,
  };
}
