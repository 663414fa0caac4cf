// The app that holds the widget: a page around its frame, or the native side of a web view. One message is one object
// {skyteller: 1, type, …} (docs/embed.md). No DOM in here but what carries messages.
//
// Events: one for each type of message from the host (detail: the message).

const VERSION = 1;
const TYPES = new Set(["token", "customer", "theme", "language", "mode", "service", "close"]);

export class Host extends EventTarget {
  /** `origins`: the pages that may hold the widget; its own origin always may. */
  constructor(origins, scope = globalThis) {
    super();
    this.scope = scope;
    this.allowed = new Set([scope.location.origin, ...origins]);
    this.framed = scope.parent !== scope;
    this.origin = this.framed ? this.#parent() : null;
    scope.addEventListener("message", (event) => this.#message(event));
  }

  /** Whether anybody holds it: a page, or an app's web view. */
  get there() {
    return this.framed || Boolean(this.scope.webkit?.messageHandlers?.skyteller || this.scope.SkytellerHost);
  }

  /** Tell the host. What is told holds nothing of what the customer said. */
  tell(type, values = {}) {
    const message = { skyteller: VERSION, type, ...values };
    if (this.origin !== null) this.scope.parent.postMessage(message, this.origin);
    this.scope.webkit?.messageHandlers?.skyteller?.postMessage(message);
    this.scope.SkytellerHost?.postMessage(JSON.stringify(message));
  }

  /** The page around the frame, if it is one that may hold it (the browser has refused all others already). */
  #parent() {
    const { ancestorOrigins } = this.scope.location;
    let origin = ancestorOrigins?.[0] ?? null;
    try {
      origin ??= new URL(this.scope.document.referrer).origin;
    } catch {
      return null; // known with its first message
    }
    return this.allowed.has(origin) ? origin : null;
  }

  #message(event) {
    const [holder, origins] = this.framed ? [this.scope.parent, this.allowed] : [this.scope, new Set([this.scope.location.origin])];
    const known = event.source === holder && origins.has(event.origin);
    let { data } = event;
    if (!known) return;
    if (typeof data === "string") {
      try {
        data = JSON.parse(data); // as an Android web view hands it on
      } catch {
        return;
      }
    }
    if (data?.skyteller !== VERSION || !TYPES.has(data.type)) return;
    if (this.framed) this.origin ??= event.origin;
    this.dispatchEvent(new CustomEvent(data.type, { detail: data }));
  }
}
