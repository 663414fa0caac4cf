// 小岚's drawing that takes poses. A 3D avatar takes this file's place: the same constructor, `element` and show(pose).

import { drawing } from "../../page/static/dom.js";
import { VIEW, XIAOLAN, jaw } from "./drawing.js";
import { lids } from "./eyes.js";
import { lines } from "./mouth.js";

const MOUTH = ["hole", "upper", "lower", "parting", "teeth", "tongue", "shine", "shade", "corners"];
const LIDS = ["opening", "lash", "crease", "under"];

/**
 * A pose (all parts are numbers; what is left out stays as it was):
 * `mouth` {w, o, lift, lip, round, teeth, tongue} · `shut` lids 0 to 1 · `gaze` {x, y} -1 to 1, right and down ·
 * `brow` raised -1 to 1 · `smile` in the eyes 0 to 1 · `head` {turn, nod, tilt} -1 to 1 · `breath` 0 to 1 ·
 * `hand` {up 0 to 1, angle in degrees, 0 to the right, 90 down}
 */
export class Figure {
  #drawn = new Map(); // what each attribute is: an unchanged one is not written, and nothing is painted for it

  constructor() {
    this.element = drawing(XIAOLAN);
    const all = (name) => [...this.element.querySelectorAll(`.${name}`)];
    this.parts = Object.fromEntries(MOUTH.map((name) => [name, all(`m-${name}`)]));
    this.eyes = ["left", "right"].map((side) => ({
      ball: all(`${side}.ball`)[0], glint: all(`${side}.glint`)[0], mirror: side === "left" ? -1 : 1,
      ...Object.fromEntries(LIDS.map((name) => [name, all(`${side}.${name}`)])),
    }));
    this.groups = Object.fromEntries(
      ["sway", "hair-back", "body", "head", "features", "fringe", "fringe-shade", "jaw", "hand", "hand-turn"].map((name) => [name, all(name)[0]]));
    this.ears = all("ear");
    this.brows = [all("left-brow")[0], all("right-brow")[0]];
    this.mouthPlace = all("mouth")[0];
  }

  /** "bust" (to the chest) or "portrait" (her face, for small places). */
  set view(name) {
    this.element.setAttribute("viewBox", VIEW[name] ?? VIEW.bust);
  }

  show({ mouth, shut, gaze, brow, smile, head, breath, hand }) {
    const { groups } = this;
    for (const [name, d] of Object.entries(lines(mouth))) for (const path of this.parts[name]) this.#set(path, "d", d);
    this.#set(groups.jaw, "d", jaw(mouth.o * 0.34));
    const lid = lids(shut, smile, gaze.y);
    for (const eye of this.eyes) {
      for (const name of LIDS) for (const path of eye[name]) this.#set(path, "d", lid[name]);
      const x = gaze.x * 5.2 * eye.mirror;
      const y = gaze.y * 3.4 - 0.9;
      this.#move(eye.ball, x, y);
      this.#move(eye.glint, x * 0.7, y * 0.7);
    }
    this.#move(this.brows[0], 0, -brow * 4 + shut * 0.8);
    this.#move(this.brows[1], 0, -brow * 4 + shut * 0.8);
    const { turn, nod, tilt } = head;
    const lift = -breath * 1.7;
    const place = `translate(${r(turn * 3)} ${r(lift * 0.7 + nod * 3.5)}) rotate(${r(tilt * 5)} 200 268)`;
    this.#set(groups.head, "transform", place);
    this.#set(groups["hair-back"], "transform", `translate(${r(turn * -1.5)} ${r(lift * 0.7 + nod * 1.5)}) rotate(${r(tilt * 5)} 200 268)`);
    this.#move(groups.features, turn * 6, nod * 4.5);
    this.#move(groups.fringe, turn * 2.2, nod * 1.4);
    for (const ear of this.ears) this.#move(ear, turn * -3, nod * -1.5);
    this.#set(groups.body, "transform", `translate(0 ${r(lift * 0.5)}) translate(200 460) scale(${r(1 + breath * 0.004, 4)} ${r(1 + breath * 0.005, 4)}) translate(-200 -460)`);
    this.#hand(hand);
  }

  #hand({ up, angle }) {
    const { hand } = this.groups;
    this.#set(hand, "visibility", up > 0.01 ? "visible" : "hidden");
    if (up <= 0.01) return;
    const left = Math.cos((angle * Math.PI) / 180) < 0; // she shows to the left with the other hand
    const slope = left ? 180 - angle : angle;
    const bent = Math.max(-34, Math.min(42, (slope > 180 ? slope - 360 : slope) + 8));
    this.#set(hand, "transform", `translate(${left ? 116 : 284} ${r(390 + (1 - up) * 130)}) scale(${left ? -1 : 1} 1)`);
    this.#set(this.groups["hand-turn"], "transform", `rotate(${r(bent * up)})`);
  }

  #move(element, x, y) {
    this.#set(element, "transform", `translate(${r(x)} ${r(y)})`);
  }

  #set(element, name, value) {
    const kept = this.#drawn.get(element) ?? {};
    if (kept[name] === value) return;
    kept[name] = value;
    this.#drawn.set(element, kept);
    element.setAttribute(name, value);
  }
}

const r = (value, places = 2) => Number(value.toFixed(places));
