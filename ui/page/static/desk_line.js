// A voice by way of the server, for where no call from browser to browser comes about (docs/desk.md): one WebSocket,
// sound of the microphone in, the other's out. Nothing of it is kept.
//
// Events: "connected" (the other end talks too) · "ended" {why}

import { Microphone } from "../../embed/static/microphone.js";
import { floats, Player, RATE } from "../../embed/static/player.js";

const HEARD_RATE = 16000;
const FULL_BYTES = 65536; // what a slow line cannot carry is not sent late

export class DeskLine extends EventTarget {
  #socket = null;
  #mic = new Microphone();
  #player = new Player();
  #place = 0;

  /** `path` below the page's own host; `hello` proves who it is. */
  constructor(path, hello) {
    super();
    [this.path, this.hello] = [path, hello];
    this.kind = "voice";
    this.#mic.addEventListener("frame", ({ detail }) => {
      if (this.#socket?.readyState === WebSocket.OPEN && this.#socket.bufferedAmount < FULL_BYTES) this.#socket.send(detail);
    });
    this.#mic.addEventListener("lost", () => this.end("lost"));
  }

  get open() {
    return this.#socket !== null;
  }

  /** Open microphone, loudspeaker and line. Rejects when there is no microphone. */
  async start() {
    await this.#mic.start();
    await this.#player.unlock();
    const socket = new WebSocket(new URL(this.path, location.href.replace(/^http/, "ws")));
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => socket.send(JSON.stringify(this.hello)));
    socket.addEventListener("message", ({ data }) => (typeof data === "string" ? this.#told(JSON.parse(data)) : this.#sound(data)));
    socket.addEventListener("close", () => socket === this.#socket && this.end("lost"));
  }

  /** Hang up; the microphone is off afterwards. */
  end(why = "bye") {
    if (this.#socket === null) return;
    const socket = this.#socket;
    this.#socket = null;
    socket.close();
    this.#mic.stop();
    this.#player.close();
    this.dispatchEvent(new CustomEvent("ended", { detail: { why } }));
  }

  #told(message) {
    if (message.type === "ready") this.#socket.send(JSON.stringify({ talk: true }));
    if (message.type === "talk" && message.on) {
      this.#socket.send(JSON.stringify({ talk: true })); // whoever came later has not heard it
      this.dispatchEvent(new CustomEvent("connected"));
    }
    if (message.type === "talk" && !message.on) this.end("bye");
  }

  #sound(data) {
    const heard = floats(new Int16Array(data));
    const made = new Float32Array(Math.floor((heard.length * RATE) / HEARD_RATE));
    for (let i = 0; i < made.length; i += 1) {
      const at = (i * HEARD_RATE) / RATE, low = Math.floor(at);
      made[i] = heard[low] + (at - low) * ((heard[low + 1] ?? heard[low]) - heard[low]);
    }
    this.#player.add("desk", this.#place, made, false);
    this.#place += made.length;
  }
}
