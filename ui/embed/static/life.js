// How she behaves: from her state and the time to a pose. No DOM in here, no timer: whoever shows her asks for a pose
// and for how long it may stay.

import { PONDER, SHAPES, SMILE } from "./mouth.js";

const EASE_S = 0.28; // how fast head, gaze and hand follow
const BLINK_S = 0.19;
const BREATH_S = 4.2;
const BREATH_STEP_S = 0.2; // at rest: a small movement five times a second looks alive and costs next to nothing
const DROWSY_S = 30; // nobody does anything: she only blinks

/** What each state looks like when nothing else moves. Angles and shifts as in figure.js. */
const BEARING = {
  listening: { mouth: SMILE, gaze: { x: 0, y: 0 }, brow: 0.18, smile: 0.45, head: { turn: 0, nod: 0.05, tilt: 0.3 } },
  thinking: { mouth: PONDER, gaze: { x: 0.62, y: -0.62 }, brow: 0.3, smile: 0.15, head: { turn: 0.42, nod: -0.32, tilt: -0.3 } },
  speaking: { mouth: SHAPES.rest, gaze: { x: 0, y: 0.02 }, brow: 0.12, smile: 0.4, head: { turn: 0, nod: 0, tilt: 0 } },
  waiting: { mouth: SMILE, gaze: { x: 0, y: 0 }, brow: 0.26, smile: 0.6, head: { turn: 0, nod: 0.1, tilt: -0.22 } },
};
export const STATES = Object.keys(BEARING);

const clamp = (value) => Math.max(-1, Math.min(1, value));

export class Life {
  #now = null; // the eased part of the pose
  #last = 0;
  #since = 0;
  #blinkAt = 0;
  #nodAt = -10;
  #glance = { until: 0, x: 0, y: 0, next: 0 };
  #target = null;

  /** `random` in [0, 1); `still`: reduced motion. */
  constructor({ random = Math.random, still = false } = {}) {
    this.random = random;
    this.still = still;
    this.state = "listening";
  }

  /** A new state at `t` (seconds). */
  become(state, t) {
    if (state === this.state) return;
    this.state = state;
    this.#since = t;
    this.#blinkAt = Math.min(this.#blinkAt, t + 0.12); // people blink when they turn to something else
  }

  /** Nod once. */
  nod(t) {
    this.#nodAt = t;
    this.#since = t;
  }

  /** Look and point where `direction` says ({x, y}, -1 to 1, as seen by the reader), or nowhere (null). */
  turnTo(direction, t) {
    this.#target = direction;
    this.#since = t;
  }

  /** Something happened: she is awake. */
  wake(t) {
    this.#since = t;
  }

  /** The pose at `t`; `mouth` is what is being said at this moment, or null. */
  pose(t, mouth) {
    const wanted = this.#wanted(t, mouth !== null);
    if (this.#now === null || this.still) this.#now = wanted;
    else {
      const passed = Math.min(Math.max(0, t - this.#last), 0.1); // after a pause she does not jump
      const share = 1 - Math.exp(-passed / (EASE_S / 2.2));
      this.#now = eased(this.#now, wanted, share);
    }
    this.#last = t;
    const now = this.#now;
    return {
      ...now,
      mouth: mouth === null ? now.mouth : this.still ? SHAPES.rest : mouth,
      head: { ...now.head, nod: now.head.nod + this.#nodding(t) },
      shut: this.#lids(t),
      breath: this.still ? 0 : 0.5 - 0.5 * Math.cos((2 * Math.PI * t) / BREATH_S),
    };
  }

  /** How many seconds this pose may stay: 0 while something moves, Infinity when nothing will. */
  rest(t, speaking) {
    if (this.still) return speaking ? 0.25 : Infinity;
    if (speaking || t - this.#nodAt < 0.9 || (t >= this.#blinkAt && t < this.#blinkAt + BLINK_S)) return 0;
    if (!settled(this.#now, this.#wanted(t, false))) return 0;
    const blink = Math.max(0.02, this.#blinkAt - t);
    if (t - this.#since > DROWSY_S) return blink;
    return Math.min(blink, BREATH_STEP_S);
  }

  #wanted(t, speaking) {
    const bearing = BEARING[speaking ? "speaking" : this.state];
    const at = this.#target;
    const gaze = { ...bearing.gaze };
    const head = this.still ? { turn: 0, nod: 0, tilt: 0 } : { ...bearing.head };
    if (at !== null && this.state !== "thinking") {
      Object.assign(gaze, { x: at.x * 0.9, y: clamp(at.y * 0.9) });
      if (!this.still) Object.assign(head, { turn: at.x * 0.62, nod: at.y * 0.42, tilt: head.tilt + at.x * 0.24 });
    }
    const calm = this.still || at !== null || this.state === "thinking" || (!speaking && t - this.#since > DROWSY_S);
    if (!calm) this.#wander(t, speaking, gaze, head);
    if (speaking && !this.still) {
      head.nod += 0.2 * Math.sin(t * 2.3) + 0.12 * Math.sin(t * 3.7 + 1);
      head.tilt += 0.22 * Math.sin(t * 1.1) + 0.1 * Math.sin(t * 1.9 + 2);
      head.turn += 0.18 * Math.sin(t * 0.8 + 0.5);
    }
    const brow = bearing.brow + (speaking && !this.still ? 0.22 * Math.max(0, Math.sin(t * 1.7)) : 0);
    const pointing = at !== null && this.state === "waiting";
    const angle = at === null ? (this.#now?.hand.angle ?? 0) : (Math.atan2(at.y, at.x) * 180) / Math.PI;
    return { mouth: bearing.mouth, gaze, brow, smile: bearing.smile, head, hand: { up: pointing ? 1 : 0, angle } };
  }

  /** Small glances aside: eyes that never move are a photograph's. */
  #wander(t, speaking, gaze, head) {
    const glance = this.#glance;
    if (t >= glance.next) {
      Object.assign(glance, {
        until: t + 0.5 + this.random() * 0.7, next: t + 3.5 + this.random() * 4.5,
        x: (this.random() - 0.5) * (speaking ? 0.5 : 0.7), y: (this.random() - 0.35) * 0.35,
      });
    }
    if (t >= glance.until || glance.until === 0) return;
    gaze.x += glance.x;
    gaze.y += glance.y;
    head.turn += glance.x * 0.25;
  }

  #nodding(t) {
    const x = (t - this.#nodAt) / 0.9;
    return this.still || x < 0 || x > 1 ? 0 : 1.25 * Math.sin(Math.PI * x) * Math.sin(Math.PI * Math.min(1, x * 1.6));
  }

  #lids(t) {
    if (this.still) return 0;
    if (t > this.#blinkAt + BLINK_S) {
      const twice = this.#blinkAt > 0 && this.random() < 0.14;
      this.#blinkAt = t + (twice ? 0.12 : 2.2 + this.random() * 3.6);
    }
    const x = (t - this.#blinkAt) / BLINK_S;
    if (x < 0 || x > 1) return 0;
    return x < 0.36 ? smooth(x / 0.36) : 1 - smooth((x - 0.36) / 0.64); // lids fall faster than they rise
  }
}

const smooth = (x) => x * x * (3 - 2 * x);

/** Each number of `from` moved by `share` of its way to `to`. */
function eased(from, to, share) {
  if (typeof to === "number") return from + (to - from) * share;
  return Object.fromEntries(Object.keys(to).map((name) => [name, eased(from[name], to[name], share)]));
}

function settled(from, to) {
  if (from === null) return false;
  if (typeof to === "number") return Math.abs(from - to) < Math.max(0.02, Math.abs(to) * 0.01);
  return Object.keys(to).every((name) => name === "angle" || settled(from[name], to[name]));
}
