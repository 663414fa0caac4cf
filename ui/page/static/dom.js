// Small helpers around the DOM. Whatever comes from a server is only ever set as text, never as markup.

/** Make an element: `h("p", {class: "x", onclick: f, "aria-label": "…"}, "text", child, null)`. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name in element && typeof value === "boolean") element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

/** Append nodes and strings; null and false are left out. */
export function append(parent, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** A drawing of our own (never a server's) as an element. */
export function drawing(markup) {
  const parsed = new DOMParser().parseFromString(markup, "image/svg+xml");
  const svg = document.importNode(parsed.documentElement, true);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  return svg;
}

/** Styles of this folder in a shadow root; resolves when they apply, so that nothing unstyled is shown. */
export function styled(root, ...names) {
  const loaded = names.map((name) => {
    const link = h("link", { rel: "stylesheet", href: new URL(name, import.meta.url).href });
    const done = new Promise((resolve) => {
      link.addEventListener("load", resolve);
      link.addEventListener("error", resolve);
    });
    root.append(link);
    return done;
  });
  return Promise.all(loaded);
}

/** "14:05" of a moment, in the bank's time zone. */
export function clockTime(moment, locale) {
  const at = new Date(moment);
  if (Number.isNaN(at.getTime())) return "";
  return new Intl.DateTimeFormat(locale === "en" ? "en-GB" : "zh-CN", {
    hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai",
  }).format(at);
}

/** "3:05" of a number of seconds. */
export function countdown(seconds) {
  const left = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}
