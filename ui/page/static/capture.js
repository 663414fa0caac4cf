// Taking pictures for the document and face cards: by the phone's camera, a file, or the camera in the page.
// Pictures are drawn anew before they leave: upright, of a bounded size, with nothing of what a camera writes beside them.

import { h } from "./dom.js";

const SIDE_MAX = 1600, FRAME_SIDE = 640, QUALITY = 0.88;
// A step of a challenge: time to read it, pictures while it is done, pictures while one looks back. 28 in all.
const PACE = {
  standard: { read: 1100, between: 320, back: 600 },
  elder: { read: 2600, between: 520, back: 1400 },
};
const FIRST = 3, DOING = 4, BACK = 2;

const WORDS = {
  "zh-CN": {
    front: "拍有照片的一面", back: "拍另一面", sendDocument: "提交证件", documentSaid: "证件照片已提交",
    unreadable: "这张照片打不开，请换一张，或者直接拍。", begin: "打开摄像头，开始", faceSaid: "面部画面已提交",
    ready: "请看镜头，按提示慢慢做，不着急。", look: "好，看镜头", done: "好了，正在核对",
    refused: "没有打开摄像头。请在浏览器里允许使用摄像头再试，也可以改由人工核验。",
  },
  en: {
    front: "Take the side with the photo", back: "Take the other side", sendDocument: "Send the document",
    documentSaid: "Pictures of the document sent", unreadable: "That picture cannot be opened. Please choose or take another.",
    begin: "Open the camera and begin", faceSaid: "Pictures of the face sent",
    ready: "Please look at the camera and follow the steps. There is no hurry.", look: "Good, now look at the camera",
    done: "Done, checking now", refused: "The camera did not open. Please allow it in the browser and try again, or have a person check.",
  },
};

const said = (on, key) => (WORDS[on.locale] ?? WORDS["zh-CN"])[key];
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A picture drawn anew as JPEG, in base64; rejects when the browser cannot open it. */
async function redrawn(source, side) {
  const width = source.videoWidth || source.width, height = source.videoHeight || source.height;
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = h("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", QUALITY).split(",")[1];
}

/** Front and back of a document by the phone's camera or a file; a passport needs the first only. */
export function documentCapture(on, finish) {
  const taken = {}, note = h("p", { class: "note", role: "alert" });
  const send = h("button", { type: "button", class: "button primary" }, said(on, "sendDocument"));
  send.disabled = true;
  send.addEventListener("click", () => finish({ front: taken.front, back: taken.back ?? null }, said(on, "documentSaid")));
  const side = (name) => {
    const shown = h("img", { class: "taken", alt: "", hidden: true });
    const field = h("input", { type: "file", accept: "image/*", capture: "environment", class: "unseen", tabindex: "-1", "aria-hidden": "true" });
    const press = h("button", { type: "button", class: "button plain", onclick: () => field.click() }, said(on, name));
    field.addEventListener("change", async () => {
      const [file] = field.files;
      if (!file) return;
      try {
        taken[name] = await redrawn(await createImageBitmap(file), SIDE_MAX);
        shown.src = `data:image/jpeg;base64,${taken[name]}`;
        shown.hidden = false;
        note.textContent = "";
      } catch {
        note.textContent = said(on, "unreadable");
      }
      send.disabled = !taken.front;
    });
    return h("div", { class: "side" }, press, field, shown);
  };
  return h("div", { class: "capture" }, h("div", { class: "sides" }, side("front"), side("back")), note, send);
}

/** The steps of a face card before the page's camera, one after the other; a large line says what to do. */
export function faceCapture(card, on, finish) {
  const video = h("video", { class: "mirror", muted: true, playsinline: true, hidden: true });
  const line = h("p", { class: "step", role: "status", "aria-live": "assertive" });
  const begin = h("button", { type: "button", class: "button primary" }, said(on, "begin"));
  const elder = on.mode === "elder" || document.body.classList.contains("sky-elder");
  begin.addEventListener("click", async () => {
    begin.disabled = true;
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user", width: { ideal: 640 } }, audio: false });
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
      const frames = await filmed(video, line, card.steps, on, elder ? PACE.elder : PACE.standard, elder);
      finish({ challenge: card.challenge, frames }, said(on, "faceSaid"));
    } catch {
      line.textContent = said(on, "refused");
      begin.disabled = false;
    } finally {
      stream?.getTracks().forEach((track) => track.stop());
      video.hidden = true;
    }
  });
  return h("div", { class: "capture" }, video, line, begin);
}

async function filmed(video, line, steps, on, pace, aloud) {
  const frames = [];
  const tell = (words) => {
    line.textContent = words;
    if (aloud && "speechSynthesis" in window) {
      const spoken = new SpeechSynthesisUtterance(words);
      spoken.lang = on.locale === "en" ? "en-GB" : "zh-CN";
      speechSynthesis.speak(spoken);
    }
  };
  const take = async (count) => {
    for (let i = 0; i < count; i += 1) {
      frames.push(await redrawn(video, FRAME_SIDE));
      await sleep(pace.between);
    }
  };
  tell(said(on, "ready"));
  await sleep(pace.read);
  await take(FIRST);
  for (const step of steps) {
    tell(step);
    await sleep(pace.read);
    await take(DOING);
    tell(said(on, "look"));
    await sleep(pace.back);
    await take(BACK);
  }
  tell(said(on, "done"));
  return frames;
}
