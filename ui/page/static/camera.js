// The camera in the page: opened for one thing, closed after it, and a word about the light while it is open.

import { h } from "./dom.js";

const LOOK = { width: 240, height: 150 }; // what is looked at for the hint; enough to tell light from dark
const DARK_MAX = 60, GLARE_SHARE_MAX = 0.05, BURNT = 250, SOFT_MAX = 25;
const HINT_MS = 700, SAME_HINT_MS = 6000;

/** Open a camera ("user" or "environment"); rejects when the person or the system says no. */
export function camera(facing, width) {
  return navigator.mediaDevices.getUserMedia({ video: { facingMode: facing, width: { ideal: width } }, audio: false });
}

/** A picture drawn anew as JPEG, in base64; rejects when the browser cannot open it. */
export async function redrawn(source, side, quality = 0.88) {
  const width = source.videoWidth || source.width, height = source.videoHeight || source.height;
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = h("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", quality).split(",")[1];
}

/** Say it aloud where somebody asked for that (elder mode); nothing where the browser has no voice. */
export function aloud(words, locale) {
  if (!("speechSynthesis" in window)) return;
  const spoken = new SpeechSynthesisUtterance(words);
  spoken.lang = locale === "en" ? "en-GB" : "zh-CN";
  speechSynthesis.speak(spoken);
}

/** What most likely keeps the picture from being read: "dark", "glare", "soft"; "good" where nothing does. */
export function seen(video, brush) {
  const { width, height } = LOOK;
  brush.drawImage(video, 0, 0, width, height);
  const { data } = brush.getImageData(0, 0, width, height);
  const grey = new Float32Array(width * height);
  let sum = 0, burnt = 0;
  for (let i = 0; i < grey.length; i += 1) {
    grey[i] = 0.3 * data[4 * i] + 0.59 * data[4 * i + 1] + 0.11 * data[4 * i + 2];
    sum += grey[i];
    burnt += grey[i] >= BURNT;
  }
  if (sum / grey.length < DARK_MAX) return "dark";
  if (burnt / grey.length > GLARE_SHARE_MAX) return "glare";
  let square = 0;
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const i = y * width + x;
      square += (4 * grey[i] - grey[i - 1] - grey[i + 1] - grey[i - width] - grey[i + width]) ** 2;
    }
  }
  return square / grey.length < SOFT_MAX ? "soft" : "good";
}

/**
 * One still picture by the camera in the page: a view with a frame to fit in, hints, a button. Resolves with the picture
 * in base64, or null when it was left; rejects when no camera opens.
 * `words`: {shoot, cancel, dark, glare, soft, good}; `shape` is "card" or "face"; `speak` hears each new hint.
 */
export async function still(place, { facing, side, shape, words, speak = () => {} }) {
  const stream = await camera(facing, side);
  const video = h("video", { class: facing === "user" ? "mirror" : "plain", muted: true, playsinline: true });
  const hint = h("p", { class: "hint", role: "status" }, words.good);
  const look = h("canvas");
  look.width = LOOK.width;
  look.height = LOOK.height;
  const brush = look.getContext("2d", { willReadFrequently: true });
  video.muted = true;
  video.srcObject = stream;
  let said = null, saidAt = 0;
  const watch = setInterval(() => {
    const now = seen(video, brush);
    hint.textContent = words[now];
    if (now !== "good" && (now !== said || Date.now() - saidAt > SAME_HINT_MS)) {
      [said, saidAt] = [now, Date.now()];
      speak(words[now]);
    }
  }, HINT_MS);
  try {
    return await new Promise((resolve, reject) => {
      const shoot = h("button", { type: "button", class: "button primary", onclick: () => redrawn(video, side).then(resolve, reject) }, words.shoot);
      const leave = h("button", { type: "button", class: "button link", onclick: () => resolve(null) }, words.cancel);
      place.replaceChildren(h("div", { class: `finder of-${shape}` }, video), hint, h("div", { class: "actions" }, shoot, leave));
      place.hidden = false;
      video.play().then(() => {
        place.scrollIntoView({ block: "center" });
        shoot.focus({ preventScroll: true });
      }, reject);
    });
  } finally {
    clearInterval(watch);
    stream.getTracks().forEach((track) => track.stop());
    place.replaceChildren();
    place.hidden = true;
  }
}
