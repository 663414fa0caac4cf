// The desk's HTTP interface. The sign-in is in a cookie that no script can read; every change carries the page's secret.

import { locale } from "./words.js";

const BASE = "/api/v1/desk";

/** What the server said no to, in its own words. */
export class Refused extends Error {
  constructor(status, document) {
    super(document.detail ?? "");
    this.status = status;
    this.title = document.title ?? "";
    this.type = document.type ?? "";
  }
}

export class DeskApi {
  #csrf = "";

  async signIn(staff, password) {
    return this.#signed(await this.#ask("POST", "/session", { staff, password }));
  }

  async who() {
    return this.#signed(await this.#ask("GET", "/session"));
  }

  async signOut() {
    await this.#ask("DELETE", "/session");
    this.#csrf = "";
  }

  queue = () => this.#ask("GET", "/queue");
  take = (id = null) => this.#ask("POST", "/take", id === null ? {} : { case: id });
  read = (id) => this.#ask("GET", `/cases/${id}`);
  act = (id, verb, body = {}) => this.#ask("POST", `/cases/${id}/${verb}`, body);
  decide = (action, approve, reason = null) =>
    this.#ask("POST", `/actions/${action}/decision`, reason === null ? { approve } : { approve, reason });

  /** The voice by way of the server, for a case. */
  line = (id) => [`${BASE}/cases/${id}/line`, { csrf: this.#csrf }];

  async services() {
    return (await fetch("/api/v1/services")).json();
  }

  /** News as they come; `hear(kind, data)`, and `state(open)` as the connection comes and goes. */
  listen(hear, state) {
    const source = new EventSource(`${BASE}/events`);
    for (const kind of ["changed", "signal"]) {
      source.addEventListener(kind, (event) => hear(kind, JSON.parse(event.data)));
    }
    source.addEventListener("open", () => state(true));
    source.addEventListener("error", () => state(false));
    return source;
  }

  #signed(found) {
    this.#csrf = found.csrf;
    return found;
  }

  async #ask(method, path, body) {
    const headers = { "Accept-Language": locale() };
    if (method !== "GET") headers["X-CSRF-Token"] = this.#csrf;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const response = await fetch(BASE + path, {
      method, headers, cache: "no-store", credentials: "same-origin", body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok) throw new Refused(response.status, await response.json().catch(() => ({})));
    return response.status === 204 ? null : response.json();
  }
}
