// The HTTP contract (v1), spoken with fetch alone. Nothing in here knows about the page.

const SILENCE_S_MAX = 90; // a stream that says nothing for so long is given up and asked for again

/** The server answered, and the answer is a problem document. */
export class Problem extends Error {
  constructor(status, document = {}, retryAfter = null) {
    super(`problem ${status}`);
    this.status = status;
    this.detail = document.detail;
    this.type = typeof document.type === "string" ? document.type : "about:blank";
    this.retryAfterS = retryAfter;
  }

  /** From a response that is not ok; the body need not be a problem document. */
  static async from(response) {
    const document = await response.json().catch(() => ({}));
    const wait = Number.parseInt(response.headers.get("retry-after") ?? "", 10);
    return new Problem(response.status, document ?? {}, Number.isFinite(wait) ? wait : null);
  }
}

/** No answer, or half of one: whether the turn was done is not known, the same key finds out. */
export class Unreachable extends Error {}

export class Api {
  constructor(base = "") {
    this.base = base.replace(/\/$/, "");
  }

  /** POST /sessions → {session_id, token, turn}. `bearer` is the host app's signed token, where there is one. */
  async open(request, { bearer = null, signal } = {}) {
    const response = await this.#fetch("/sessions", {
      method: "POST", signal, body: JSON.stringify(request),
      headers: { "Content-Type": "application/json", ...(bearer ? { Authorization: `Bearer ${bearer}` } : {}) },
    });
    return this.#json(response);
  }

  /** GET /sessions/{id} → the transcript. */
  async transcript(session, { signal } = {}) {
    const response = await this.#fetch(`/sessions/${encodeURIComponent(session.session_id)}`, {
      headers: { Authorization: `Bearer ${session.token}` }, signal, cache: "no-store",
    });
    return this.#json(response);
  }

  /** One turn, streamed: `onSentence` hears each sentence, the Turn is returned. */
  async turn(session, body, key, { onSentence, signal } = {}) {
    const watch = new AbortController();
    const stop = () => watch.abort();
    signal?.addEventListener("abort", stop);
    let timer = setTimeout(stop, SILENCE_S_MAX * 1000);
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(stop, SILENCE_S_MAX * 1000);
    };
    try {
      const response = await this.#fetch(`/sessions/${encodeURIComponent(session.session_id)}/turns`, {
        method: "POST", body: JSON.stringify(body), signal: watch.signal,
        headers: {
          "Content-Type": "application/json", Accept: "text/event-stream", "Idempotency-Key": key,
          Authorization: `Bearer ${session.token}`,
        },
      });
      if (!response.ok) throw await Problem.from(response);
      if (!(response.headers.get("content-type") ?? "").startsWith("text/event-stream")) return await this.#json(response);
      return await this.#stream(response, onSentence, alive);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  }

  /** GET /sandbox/customers/{id}/phone → messages, newest first. */
  async phone(customer, { signal } = {}) {
    const response = await this.#fetch(`/sandbox/customers/${encodeURIComponent(customer)}/phone`, {
      signal, cache: "no-store",
    });
    const found = await this.#json(response);
    return Array.isArray(found) ? found : (found.messages ?? []);
  }

  /** One's own face on the sandbox's specimen: POST {picture} → {front}, DELETE → null. */
  async ownFace(session, method, body, locale) {
    const response = await this.#fetch(`/sandbox/sessions/${encodeURIComponent(session.session_id)}/face`, {
      method, body: body && JSON.stringify(body),
      headers: { Authorization: `Bearer ${session.token}`, "Accept-Language": locale, ...(body ? { "Content-Type": "application/json" } : {}) },
    });
    return response.status === 204 ? null : this.#json(response);
  }

  async #stream(response, onSentence, alive) {
    for await (const event of events(response.body, alive)) {
      if (event.name === "sentence") onSentence?.(JSON.parse(event.data));
      else if (event.name === "turn") return JSON.parse(event.data);
      else if (event.name === "problem") {
        const document = JSON.parse(event.data);
        throw new Problem(document.status ?? 500, document);
      }
    }
    throw new Unreachable("the stream ended before the turn did");
  }

  async #fetch(path, options) {
    try {
      return await fetch(`${this.base}/api/v1${path}`, { credentials: "omit", ...options });
    } catch (error) {
      throw new Unreachable(error.message);
    }
  }

  async #json(response) {
    if (!response.ok) throw await Problem.from(response);
    try {
      return await response.json();
    } catch (error) {
      throw new Unreachable(error.message);
    }
  }
}

/** Server-sent events of a response body: {name, data} one after the other. */
export async function* events(body, alive = () => {}) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  try {
    for (;;) {
      const { value, done } = await reader.read().catch((error) => {
        throw new Unreachable(error.message);
      });
      if (done) return;
      alive();
      text = (text + value).replace(/\r\n/g, "\n");
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        const event = parse(text.slice(0, end));
        text = text.slice(end + 2);
        if (event) yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function parse(block) {
  let name = "message";
  const data = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("event:")) name = line.slice(6).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
  }
  return data.length ? { name, data: data.join("\n") } : null;
}
