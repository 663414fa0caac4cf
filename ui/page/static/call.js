// A call from browser to browser (WebRTC). Who speaks to whom is the server's affair: `send` carries each end's
// description there, `hear` takes the other's. No camera or microphone is opened before offer() or answer().
//
// Events (detail): "local" {stream} · "remote" {stream} · "connected" · "ended" {why, seen: whether it had connected}

const GATHER_MS_MAX = 2500;
const ANSWER_MS_MAX = 12000;
const OFFERS_MAX = 4;
const CONNECT_MS_MAX = 15000; // browsers that have no way at all to each other may never say so themselves

export class Call extends EventTarget {
  #pc = null;
  #local = null;

  constructor({ ice = [], send }) {
    super();
    this.ice = ice;
    this.send = send;
    this.kind = null;
    this.seen = false; // connected at least once
  }

  get open() {
    return this.#pc !== null;
  }

  /** Open camera (for "video") and microphone and offer a call. Rejects when the person or the system says no. */
  async offer(kind) {
    await this.#begin(kind, false);
    await this.#pc.setLocalDescription(await this.#pc.createOffer());
    await this.#gathered();
    const pc = this.#pc;
    for (let tries = 0; tries < OFFERS_MAX && pc === this.#pc && pc.signalingState === "have-local-offer"; tries += 1) {
      await this.send({ type: "offer", sdp: pc.localDescription.sdp });
      await new Promise((resolve) => setTimeout(resolve, ANSWER_MS_MAX)); // whoever was just reconnecting did not hear it
    }
    if (pc === this.#pc && pc.signalingState === "have-local-offer") this.end("unanswered");
  }

  /** What came from the other end. An offer is answered at once; without a camera of one's own by looking on. */
  async hear({ type, sdp }) {
    if (type === "bye") {
      this.end("bye", { tell: false });
    } else if (type === "offer") {
      this.end("again", { tell: false });
      await this.#begin(/m=video/.test(sdp) ? "video" : "voice", true);
      await this.#pc.setRemoteDescription({ type, sdp });
      await this.#pc.setLocalDescription(await this.#pc.createAnswer());
      await this.#gathered();
      await this.send({ type: "answer", sdp: this.#pc.localDescription.sdp });
      this.#connects();
    } else if (this.#pc?.signalingState === "have-local-offer") {
      await this.#pc.setRemoteDescription({ type, sdp });
      this.#connects();
    }
  }

  /** Both ends know of each other: they are connected soon, or there is no way. */
  #connects() {
    const pc = this.#pc;
    setTimeout(() => pc === this.#pc && !this.seen && this.#lost(), CONNECT_MS_MAX);
  }

  /** Each end finds out by itself that nothing came about: a "bye" would read as a wish. */
  #lost() {
    this.end("lost", { tell: this.seen });
  }

  /** Hang up; camera and microphone are off afterwards. */
  end(why = "bye", { tell = true } = {}) {
    if (this.#pc === null) return;
    const pc = this.#pc, { seen } = this;
    this.#pc = null;
    this.seen = false;
    for (const track of this.#local?.getTracks() ?? []) track.stop();
    this.#local = null;
    pc.close();
    if (tell) this.send({ type: "bye", sdp: "" }).catch(() => {});
    this.#tell("ended", { why, seen });
  }

  async #begin(kind, lookOn) {
    this.kind = kind;
    const wanted = { audio: true, video: kind === "video" ? { width: 640, height: 480 } : false };
    try {
      this.#local = await navigator.mediaDevices.getUserMedia(wanted);
    } catch (error) {
      if (!lookOn) throw error;
      this.#local = null;
    }
    const pc = new RTCPeerConnection({ iceServers: this.ice });
    this.#pc = pc;
    for (const track of this.#local?.getTracks() ?? []) pc.addTrack(track, this.#local);
    if (this.#local) this.#tell("local", { stream: this.#local });
    const stream = new MediaStream();
    pc.addEventListener("track", (event) => {
      stream.addTrack(event.track);
      this.#tell("remote", { stream });
    });
    pc.addEventListener("connectionstatechange", () => {
      if (pc !== this.#pc) return;
      if (pc.connectionState === "connected" && !this.seen) {
        this.seen = true;
        this.#tell("connected", {});
      }
      if (pc.connectionState === "failed" || pc.connectionState === "closed") this.#lost();
    });
  }

  #gathered() {
    const pc = this.#pc;
    if (pc.iceGatheringState === "complete") return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => pc.iceGatheringState === "complete" && resolve();
      pc.addEventListener("icegatheringstatechange", done);
      setTimeout(resolve, GATHER_MS_MAX);
    });
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** Resolves once a video element really shows pictures (`frames` of them). */
export function frames(video, count = 3) {
  return new Promise((resolve) => {
    let left = count;
    const step = () => {
      left -= 1;
      if (left <= 0) resolve();
      else video.requestVideoFrameCallback(step);
    };
    video.requestVideoFrameCallback(step);
  });
}
