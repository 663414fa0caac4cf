// Taking pictures for the document and face cards: by the camera in the page or a file; and, in the sandbox, one's own
// face on the specimen. Pictures are drawn anew before they leave: upright, of a bounded size, with nothing of what a
// camera writes beside them.

import { aloud, camera, redrawn, still } from "./camera.js";
import { h } from "./dom.js";

const SIDE_MAX = 1600, FRAME_SIDE = 640;
// A step of a challenge: time to read it, pictures while it is done, pictures while one looks back. 28 in all.
const PACE = {
  standard: { read: 1100, between: 320, back: 600 },
  elder: { read: 2600, between: 520, back: 1400 },
};
const FIRST = 3, DOING = 4, BACK = 2;

const WORDS = {
  "zh-CN": {
    front: "拍有照片的一面", back: "拍另一面", file: "选一张照片", sendDocument: "提交证件", documentSaid: "证件照片已提交",
    unreadable: "这张照片打不开，请换一张，或者直接拍。", empty: "这个文件是空的，请换一张，或者直接拍。",
    pdf: "这是一个 PDF 文件，不是照片。请直接拍，或者选一张照片。",
    heic: "HEIC 格式这里打不开。请换成 JPEG 或 PNG，或者直接拍。", begin: "打开摄像头，开始", faceSaid: "面部画面已提交",
    ready: "请看镜头，按提示慢慢做，不着急。", look: "好，看镜头", done: "好了，正在核对",
    refused: "没有打开摄像头。请在浏览器里允许使用摄像头再试，也可以改由人工核验。",
    noCamera: "没有打开摄像头。请允许使用摄像头再试，或者选一张照片。",
    shoot: "拍照", cancel: "先不拍", dark: "有点暗，请到亮一点的地方", glare: "有反光，请稍微换个角度", soft: "请拿稳，让证件占满方框",
    good: "四个角都放进方框，清楚了就按拍照", softFace: "请拿稳，靠近一点", goodFace: "脸放进圈里，清楚了就按拍照",
    own: "用我自己的脸试试", ownWhy: "拍一张您的脸，印到这位客户的样本证件上，接下来刷您自己的脸。只留在内存里，会话结束就删，不写进任何文件。",
    ownDone: "这是印上您的脸的样本证件，会话结束就删。", useIt: "用这张证件", dropIt: "现在就删",
    ownFailed: "没有办成，请再试一次。",
  },
  en: {
    front: "Take the side with the photo", back: "Take the other side", file: "Choose a picture", sendDocument: "Send the document",
    documentSaid: "Pictures of the document sent", unreadable: "That picture cannot be opened. Please choose or take another.",
    empty: "That file is empty. Please choose or take another.", pdf: "That is a PDF file, not a picture. Please take a photo or choose a picture.",
    heic: "The HEIC format cannot be opened here. Please choose a JPEG or PNG, or take the picture.",
    begin: "Open the camera and begin", faceSaid: "Pictures of the face sent",
    ready: "Please look at the camera and follow the steps. There is no hurry.", look: "Good, now look at the camera",
    done: "Done, checking now", refused: "The camera did not open. Please allow it in the browser and try again, or have a person check.",
    noCamera: "The camera did not open. Please allow it and try again, or choose a picture.",
    shoot: "Take the picture", cancel: "Not now", dark: "A little dark: please find a brighter place", glare: "There is glare: please tilt it a little",
    soft: "Please hold still and fill the frame with the document", good: "All four corners in the frame; press when it is clear",
    softFace: "Please hold still and come closer", goodFace: "Your face in the circle; press when it is clear",
    own: "Try it with my own face", ownWhy: "Take a picture of your face: it is put on this customer's specimen, and your own face is checked next. It stays in memory only, is deleted when the session ends and is written to no file.",
    ownDone: "This is the specimen with your face. It is deleted when the session ends.", useIt: "Use this document", dropIt: "Delete it now",
    ownFailed: "That did not work. Please try again.",
  },
};

const said = (on, key) => (WORDS[on.locale] ?? WORDS["zh-CN"])[key];
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const isElder = (on) => on.mode === "elder" || document.body.classList.contains("sky-elder");
const button = (words, kind, press) => h("button", { type: "button", class: `button ${kind}`, onclick: press }, words);

/** The words of the finder, for a document or a face. */
function finder(on, face) {
  const words = { soft: said(on, face ? "softFace" : "soft"), good: said(on, face ? "goodFace" : "good") };
  for (const name of ["shoot", "cancel", "dark", "glare"]) words[name] = said(on, name);
  return { words, speak: isElder(on) ? (line) => aloud(line, on.locale) : undefined };
}

/** A picture from a file, in base64; null when none was chosen. Rejects with the word for why it cannot be opened. */
async function chosen(field) {
  const [file] = field.files;
  field.value = ""; // the same file may be chosen again
  if (!file) return null;
  try {
    return await redrawn(await createImageBitmap(file), SIDE_MAX);
  } catch {
    throw await kindOf(file);
  }
}

/** What a file is that the browser cannot draw: a key of WORDS. */
async function kindOf(file) {
  if (file.size === 0) return "empty";
  const head = String.fromCharCode(...new Uint8Array(await file.slice(0, 12).arrayBuffer()));
  if (head.startsWith("%PDF")) return "pdf";
  return /^....ftyp(hei|hev|mif|msf)/s.test(head) ? "heic" : "unreadable";
}

/** Front and back of a document by the camera in the page or a file; a passport needs the first only. */
export function documentCapture(on, finish) {
  const taken = {}, note = h("p", { class: "note", role: "alert", hidden: true });
  const tell = (words) => Object.assign(note, { textContent: words, hidden: !words });
  const view = h("div", { class: "view", hidden: true });
  const send = button(said(on, "sendDocument"), "primary", () =>
    finish({ front: taken.front, back: taken.back ?? null }, said(on, "documentSaid")));
  send.disabled = true;
  const side = (name) => {
    const shown = h("img", { class: "taken", alt: "", hidden: true });
    const keep = (picture) => {
      if (picture === null) return;
      taken[name] = picture;
      shown.src = `data:image/jpeg;base64,${picture}`;
      shown.hidden = false;
      tell("");
      send.disabled = !taken.front;
    };
    const field = h("input", { type: "file", accept: "image/*", class: "unseen", tabindex: "-1", "aria-hidden": "true" });
    field.addEventListener("change", () => chosen(field).then(keep, (why) => tell(said(on, why))));
    const shoot = () =>
      still(view, { facing: "environment", side: SIDE_MAX, shape: "card", ...finder(on, false) }).then(keep, () => tell(said(on, "noCamera")));
    return h("div", { class: "shot" },
      button(said(on, name), "plain", shoot), button(said(on, "file"), "link small", () => field.click()), field, shown);
  };
  return h("div", { class: "capture" }, h("div", { class: "shots" }, side("front"), side("back")), view, note, send,
    on.sandbox ? ownFace(on, finish) : null);
}

/** The sandbox's way to go through the real thing: one's own face on the specimen, for this session alone. */
function ownFace(on, finish) {
  const view = h("div", { class: "view", hidden: true }), note = h("p", { class: "note", role: "alert", hidden: true });
  const field = h("input", { type: "file", accept: "image/*", class: "unseen own", tabindex: "-1", "aria-hidden": "true" });
  const body = h("div", { class: "own-face" });
  const tell = (words) => Object.assign(note, { textContent: words, hidden: !words });
  const begin = () => {
    const press = button(said(on, "own"), "link", () => shoot());
    body.replaceChildren(press, button(said(on, "file"), "link small", () => field.click()), field, h("p", { class: "quiet small" }, said(on, "ownWhy")), view, note);
  };
  const enrol = async (picture) => {
    if (picture === null) return;
    tell("");
    try {
      const { front } = await on.own("POST", { picture });
      body.replaceChildren(
        h("img", { class: "taken own", alt: "", src: `data:image/jpeg;base64,${front}` }), h("p", { class: "quiet small" }, said(on, "ownDone")),
        h("div", { class: "actions" }, button(said(on, "useIt"), "primary", () => finish("specimen", on.t("documentSaid"))),
          button(said(on, "dropIt"), "link", () => on.own("DELETE").then(begin, begin))));
    } catch (error) {
      tell(error.detail ?? said(on, "ownFailed"));
    }
  };
  const shoot = () => still(view, { facing: "user", side: FRAME_SIDE * 2, shape: "face", ...finder(on, true) }).then(enrol, () => tell(said(on, "noCamera")));
  field.addEventListener("change", () => chosen(field).then(enrol, (why) => tell(said(on, why))));
  begin();
  return body;
}

/** The steps of a face card before the page's camera, one after the other; a large line says what to do. */
export function faceCapture(card, on, finish) {
  const video = h("video", { class: "mirror", muted: true, playsinline: true, hidden: true });
  const line = h("p", { class: "step", role: "status", "aria-live": "assertive" });
  const elder = isElder(on);
  const begin = button(said(on, "begin"), "primary", async () => {
    begin.disabled = true;
    let stream;
    try {
      stream = await camera("user", FRAME_SIDE);
      video.srcObject = stream;
      whole.classList.add("filming"); // the face and what to do, and nothing else to press
      video.hidden = false;
      await video.play();
      whole.scrollIntoView({ block: "center" });
      const frames = await filmed(video, line, card.steps, on, elder ? PACE.elder : PACE.standard, elder);
      finish({ challenge: card.challenge, frames }, said(on, "faceSaid"));
    } catch {
      line.textContent = said(on, "refused");
      begin.disabled = false;
    } finally {
      stream?.getTracks().forEach((track) => track.stop());
      whole.classList.remove("filming");
      video.hidden = true;
    }
  });
  const whole = h("div", { class: "capture" }, line, video, begin);
  return whole;
}

async function filmed(video, line, steps, on, pace, speak) {
  const frames = [];
  const tell = (words) => {
    line.textContent = words;
    if (speak) aloud(words, on.locale);
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
