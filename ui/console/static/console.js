// The desk: signing in, the frame around queue and case, and the news that keep both up to date.

import { h } from "../../page/static/dom.js";
import { DeskApi, Refused } from "./api.js";
import { Case } from "./case.js";
import { Queue } from "./queue.js";
import { locale, otherLanguage, t } from "./words.js";

const api = new DeskApi();
const root = document.getElementById("desk");

class Desk {
  constructor(me) {
    this.me = me;
    this.note = h("p", { class: "note", role: "status", "aria-live": "polite" });
    this.queue = new Queue(this);
    this.case = new Case(this);
    this.source = api.listen((kind, data) => this.#heard(kind, data), (open) => this.say(open ? "" : t("lost")));
    this.timer = setInterval(() => this.queue.tick(), 1000);
    this.build();
  }

  get api() {
    return api;
  }

  build() {
    document.documentElement.lang = locale();
    document.title = `${t("bank")} · ${t("desk")}`;
    root.replaceChildren(
      bar(() => this.translate(), h("span", { class: "me" }, `${locale() === "en" ? this.me.name_en : this.me.name} · ${t(this.me.role)}`),
        h("button", { type: "button", class: "bar-button", onclick: () => this.leave() }, t("signOut"))),
      this.note,
      h("div", { class: "frame" }, this.queue.element, this.case.element),
    );
    this.queue.refresh();
    this.case.show();
  }

  translate() {
    otherLanguage();
    this.build();
  }

  say(text, bad = false) {
    this.note.textContent = text;
    this.note.classList.toggle("bad", bad);
  }

  /** Do something at the server; a refusal is said in its own words. Resolves to the answer, or null. */
  async attempt(work) {
    try {
      const found = await work();
      this.say("");
      return found ?? {};
    } catch (error) {
      if (error instanceof Refused && error.type.endsWith("desk-signed-out")) this.over();
      else this.say(error instanceof Refused ? `${error.title}：${error.message}` : t("failed"), true);
      return null;
    }
  }

  async take(id = null) {
    const taken = await this.attempt(() => api.take(id));
    if (taken === null) return;
    if (taken.case) await this.case.open(taken.case);
    else this.say(t("nobody"));
    this.queue.refresh();
  }

  async leave() {
    if ((await this.attempt(() => api.signOut())) !== null) this.over();
  }

  over() {
    this.source.close();
    clearInterval(this.timer);
    this.case.close();
    signIn();
  }

  #heard(kind, data) {
    if (kind === "changed") {
      this.queue.refresh();
      if (data.case === null || data.case === this.case.id) this.case.refresh();
    } else if (data.case === this.case.id) {
      this.case.signal(data);
    }
  }
}

function bar(translate, ...more) {
  return h(
    "header", { class: "bar" }, h("b", {}, t("bank")), h("span", { class: "bar-desk" }, t("desk")), h("span", { class: "space" }), ...more,
    h("button", { type: "button", class: "bar-button", "data-language": "", onclick: translate }, t("other")),
  );
}

function signIn() {
  document.documentElement.lang = locale();
  const staff = h("input", { name: "staff", autocomplete: "username", required: true, maxlength: "40" });
  const password = h("input", { name: "password", type: "password", autocomplete: "current-password", required: true, maxlength: "200" });
  const note = h("p", { class: "note", role: "alert" });
  const press = h("button", { class: "button primary", type: "submit" }, t("signIn"));
  const form = h(
    "form", {
      class: "sign-in",
      onsubmit: async (event) => {
        event.preventDefault();
        press.disabled = true;
        try {
          new Desk(await api.signIn(staff.value.trim(), password.value));
        } catch (error) {
          note.textContent = error instanceof Refused ? `${error.title}：${error.message}` : t("failed");
          password.value = "";
          password.focus();
        }
        press.disabled = false;
      },
    },
    h("h1", {}, t("desk")), h("label", {}, t("staff"), staff), h("label", {}, t("password"), password), note, press,
  );
  root.replaceChildren(bar(() => {
    otherLanguage();
    signIn();
  }), form);
  staff.focus();
}

api.who().then((me) => new Desk(me)).catch(signIn);
