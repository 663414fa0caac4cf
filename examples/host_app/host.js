// What an app does to hold the widget: listens, checks who speaks, answers a wish for a token.

const { counter } = await (await fetch("/config")).json();
const frame = document.querySelector("#teller");
const told = document.querySelector("#told");
let ready = false;
let wish = null;

const tell = (type, values = {}) => frame.contentWindow.postMessage({ skyteller: 1, type, ...values }, counter);

async function giveToken() {
  const { token } = await (await fetch("/token")).json();
  tell("token", { token });
}

addEventListener("message", ({ origin, source, data }) => {
  if (origin !== counter || source !== frame.contentWindow || data?.skyteller !== 1) return;
  const line = document.createElement("li");
  line.textContent = JSON.stringify(data);
  told.append(line);
  if (data.type === "ready") ready = true;
  if (data.type === "token_needed") giveToken();
  if (data.type === "close") frame.hidden = true;
  if (data.type === "opened" && wish) {
    tell("service", { service: wish });
    wish = null;
  }
});

function show(service = null) {
  frame.hidden = false;
  wish = service;
  if (!frame.src) frame.src = `${counter}/embed`;
  else if (service && ready) tell("service", { service });
}

document.querySelector("#open").addEventListener("click", () => show());
document.querySelector("#replace").addEventListener("click", () => show("card.replace"));
document.querySelector("#english").addEventListener("click", () => tell("language", { locale: "en" }));
document.querySelector("#dark").addEventListener("click", () => tell("theme", { theme: "dark" }));
for (const button of document.querySelectorAll("button")) button.disabled = false;
