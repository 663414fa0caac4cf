// The customer's microphone: asked for, listened to, and what is wrong with it in one word.

const WANTED = {
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
  video: false,
};

/** Why there is no microphone: "insecure" (the page is not on https), "refused", "none", "in_use" or "failed". */
export class NoMicrophone extends Error {
  constructor(why) {
    super(why);
    this.why = why;
  }
}

const WHY = {
  NotAllowedError: "refused", SecurityError: "refused", PermissionDeniedError: "refused",
  NotFoundError: "none", OverconstrainedError: "none", DevicesNotFoundError: "none",
  NotReadableError: "in_use", TrackStartError: "in_use", AbortError: "in_use",
};

/** Events: "frame" (an ArrayBuffer of 16 kHz samples), "level" (0 to 1), "lost" (it was taken away). */
export class Microphone extends EventTarget {
  #context = null;
  #stream = null;
  #node = null;

  get open() {
    return this.#stream !== null;
  }

  /** Whether this page may have a microphone and an audio thread at all. */
  static get possible() {
    return globalThis.isSecureContext && Boolean(navigator.mediaDevices?.getUserMedia) && "AudioWorkletNode" in globalThis;
  }

  /** Ask for it and begin. Raises NoMicrophone. */
  async start() {
    if (this.open) return;
    if (!Microphone.possible) throw new NoMicrophone("insecure");
    let stream = null;
    try {
      stream = await navigator.mediaDevices.getUserMedia(WANTED);
    } catch (error) {
      throw new NoMicrophone(WHY[error.name] ?? "failed");
    }
    const context = new AudioContext({ latencyHint: "interactive" });
    try {
      await context.audioWorklet.addModule(new URL("capture-worklet.js", import.meta.url).href);
    } catch {
      for (const track of stream.getTracks()) track.stop();
      context.close();
      throw new NoMicrophone("failed");
    }
    [this.#stream, this.#context] = [stream, context];
    this.#node = new AudioWorkletNode(context, "skyteller-capture", { numberOfOutputs: 1, channelCount: 1, channelCountMode: "explicit" });
    this.#node.port.onmessage = ({ data: { frame, level } }) => {
      this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
      this.dispatchEvent(new CustomEvent("level", { detail: level }));
    };
    const quiet = context.createGain(); // some browsers run only what leads to the speakers
    quiet.gain.value = 0;
    context.createMediaStreamSource(stream).connect(this.#node).connect(quiet).connect(context.destination);
    const [track] = stream.getAudioTracks();
    track.addEventListener("ended", () => this.open && this.#lost());
    if (context.state !== "running") context.resume().catch(() => {});
  }

  /** The page came back: whether it still hears. */
  async resume() {
    if (!this.open) return false;
    if (this.#stream.getAudioTracks()[0].readyState !== "live") {
      this.stop();
      return false;
    }
    await this.#context.resume().catch(() => {});
    return this.#context.state === "running";
  }

  stop() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#node?.disconnect();
    this.#context?.close().catch(() => {});
    [this.#stream, this.#context, this.#node] = [null, null, null];
  }

  #lost() {
    this.stop();
    this.dispatchEvent(new CustomEvent("lost"));
  }
}
