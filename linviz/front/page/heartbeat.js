// Asks the kernel every few seconds whether it is there, and says so in the page when it is not.

import { ask } from "./ask.js";
import { part } from "./part.js";
import { WORDS } from "./words.js";

const EVERY = 4000;
const PATIENCE = 10000;

/**
 * The kernel answers in order: what was sent before a ping that is answered was answered too, or is
 * lost (a message too long, a connection cut); either way nobody should wait for it.
 * @param {any} model
 * @param {HTMLElement} root
 * @param {{ sent: number, answer: (request: number) => void }} edits
 */
export function watchKernel(model, root, edits) {
  let heard = Date.now();
  let asked = Date.now();
  const listen = (/** @type {{ type: string, request: number }} */ message) => {
    if (message.type !== "pong") return;
    heard = Date.now();
    edits.answer(message.request);
  };
  model.on("msg:custom", listen);
  const timer = setInterval(() => {
    // a computer that slept has not asked: its silence proves nothing
    if (Date.now() - asked > 3 * EVERY) heard = Date.now();
    asked = Date.now();
    ask(model, { type: "ping", request: edits.sent });
    tell(root, Date.now() - heard > PATIENCE);
  }, EVERY);
  return () => {
    clearInterval(timer);
    model.off("msg:custom", listen);
  };
}

/**
 * @param {HTMLElement} root
 * @param {boolean} lost
 */
function tell(root, lost) {
  const banner = root.querySelector(".lost");
  if (!lost) {
    delete root.dataset.lost;
    return banner?.remove();
  }
  if (banner) return;
  const element = document.createElement("div");
  element.className = "lost";
  element.setAttribute("role", "alert");
  element.innerHTML = `<p>${WORDS.page.lost}<span> ${WORDS.page.runAgain}</span></p>`;
  if (document.body.dataset.voila === "voila") offerReload(element); // in JupyterLab it would not help
  part(root, ".told").append(element);
  root.dataset.lost = "true";
}

/** @param {HTMLElement} element */
function offerReload(element) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = WORDS.page.reload;
  button.addEventListener("click", () => location.reload());
  part(element, "span").remove();
  element.append(button);
}
