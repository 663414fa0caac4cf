// <skyteller-face>: 小岚 to look at. The page knows only what stands here, so that another figure (a 3D avatar) can take
// the drawing's place: an element with the same attributes, properties and methods.
//
// Attributes: state, view ("bust" or "portrait"), locale, label ("off": whoever holds her shows "AI 数字人" right beside).
// Properties: state ("listening", "thinking", "speaking", "waiting") · speaking (whether her lips move now) ·
//   frames (how many were drawn), mouthShape (the shape that is due), for measurements.
// Methods: speak(mouths, startTime, clock) · stop() · point(element or null) · nod()

import { h, styled } from "../../page/static/dom.js";
import { words } from "../../page/static/strings.js";
import { Figure } from "./figure.js";
import { Life, STATES } from "./life.js";
import { Track } from "./mouth.js";

const FRAME_MS = 31; // about 30 frames a second: lips need no more, and the rest of the machine is for the voice
const LEAD_S = 0.06; // lips may come a little before the sound, as they do in life; after it they look wrong
const seconds = () => performance.now() / 1000;
const REDUCED = matchMedia("(prefers-reduced-motion: reduce)");

export class SkytellerFace extends HTMLElement {
  static observedAttributes = ["state", "view", "locale"];
  #track = new Track();
  #clock = seconds;
  #timer = 0;
  #frame = 0;
  #drawnAt = 0;
  #visible = true;
  #target = null;

  constructor() {
    super();
    this.frames = 0;
    this.life = new Life({ still: REDUCED.matches });
    this.reduced = () => {
      this.life.still = REDUCED.matches;
      this.#awake();
    };
    this.shown = () => this.#awake();
  }

  connectedCallback() {
    if (!this.shadowRoot) this.#build();
    this.watch = new IntersectionObserver((entries) => {
      this.#visible = entries.at(-1).isIntersecting;
      this.#awake();
    });
    this.watch.observe(this);
    REDUCED.addEventListener("change", this.reduced);
    document.addEventListener("visibilitychange", this.shown);
    this.#awake();
  }

  disconnectedCallback() {
    this.watch.disconnect();
    REDUCED.removeEventListener("change", this.reduced);
    document.removeEventListener("visibilitychange", this.shown);
    this.#sleep();
  }

  attributeChangedCallback(name, before, now) {
    if (before === now) return;
    if (name === "state" && STATES.includes(now)) {
      this.life.become(now, seconds());
      if (now !== "waiting") this.#target = null;
      this.#look();
    }
    if (name === "view" && this.figure) this.figure.view = now;
    if (this.shadowRoot) this.#words();
    this.#awake();
  }

  get state() {
    return this.life.state;
  }

  /** One of the four states; another word is ignored. */
  set state(state) {
    if (STATES.includes(state)) this.setAttribute("state", state);
  }

  get speaking() {
    return this.#track.runs(this.#clock());
  }

  get mouthShape() {
    return this.#track.name(this.#clock());
  }

  /** Move the lips: `mouths` [{at_s, shape}] count from `startTime`, in seconds of `clock` (a function; without it the
   * page's own clock). Called again for each further clause; what is being said goes on. */
  speak(mouths, startTime, clock = seconds) {
    this.#clock = clock;
    this.#track.add(mouths, startTime);
    this.life.wake(seconds());
    this.#awake();
  }

  /** Stop speaking at once. */
  stop() {
    this.#track.clear();
    this.#awake();
  }

  /** Look and point at what needs a tap; null: look at the customer again. */
  point(element) {
    this.#target = element;
    this.#look();
    this.#awake();
  }

  /** Nod once: she understood. */
  nod() {
    this.life.nod(seconds());
    this.#awake();
  }

  #build() {
    const root = this.attachShadow({ mode: "open" });
    this.figure = new Figure();
    this.figure.view = this.getAttribute("view") ?? "bust";
    this.tag = h("span", { class: "tag" });
    this.stage = h("div", { class: "stage", role: "img", hidden: true }, this.figure.element, this.tag);
    root.append(this.stage);
    styled(root, new URL("face.css", import.meta.url)).then(() => {
      this.stage.hidden = false;
    });
    this.#words();
    this.#draw();
  }

  #words() {
    const t = words(this.getAttribute("locale"));
    this.tag.textContent = t("aiLabel");
    this.stage.setAttribute("aria-label", `${t("teller")}, ${t("aiLabel")}: ${t(`face.${this.state}`)}`);
  }

  /** Where the element to point at lies, seen from her. */
  #look() {
    const target = this.#target?.isConnected ? this.#target : null;
    if (target === null) {
      this.life.turnTo(null, seconds());
      return;
    }
    const [there, here] = [target.getBoundingClientRect(), this.getBoundingClientRect()];
    const x = there.left + there.width / 2 - (here.left + here.width / 2);
    const y = there.top + Math.min(there.height / 2, 120) - (here.top + here.height * 0.4);
    const far = Math.hypot(x, y) || 1;
    this.life.turnTo({ x: x / far, y: y / far }, seconds());
  }

  #awake() {
    this.#sleep();
    if (this.isConnected && this.#visible && !document.hidden && this.figure) this.#soon();
  }

  #sleep() {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
  }

  #soon() {
    this.#frame = requestAnimationFrame((now) => {
      if (now - this.#drawnAt < FRAME_MS - 4) {
        this.#soon();
        return;
      }
      this.#drawnAt = now;
      const moving = this.#draw();
      const rest = this.life.rest(seconds(), moving);
      if (rest === 0) this.#soon();
      else if (rest !== Infinity) this.#timer = setTimeout(() => this.#soon(), rest * 1000);
    });
  }

  /** Draw one frame; whether her lips move. */
  #draw() {
    const t = this.#clock();
    const moving = this.#track.runs(t) && this.#track.until(t + LEAD_S) === 0;
    this.figure.show(this.life.pose(seconds(), moving ? this.#track.at(t + LEAD_S) : null));
    this.frames += 1;
    this.toggleAttribute("talking", moving);
    return this.#track.runs(t);
  }
}

customElements.define("skyteller-face", SkytellerFace);
