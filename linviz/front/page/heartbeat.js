// Asks the kernel every few seconds whether it is there, and says so in the page when it is not.

import { startAgain } from "./again.js";
import { ask } from "./ask.js";
import { part } from "./part.js";
import { WORDS } from "./words.js";

const EVERY = 4000;
const PATIENCE = 10000;
const ENDED = ["restarting", "autorestarting", "dead"]; // as JupyterLab says it
const FIRST = 2500; // ms in which a kernel that is there answers

/**
 * The kernel answers in order: what was sent before a ping that is answered was answered too, or is
 * lost (a message too long, a connection cut); either way nobody should wait for it.
 *
 * A page whose kernel never answered comes from a notebook that was saved: it is a snapshot, until
 * an answer comes. One whose kernel no longer answers is lost.
 * @param {any} model
 * @param {HTMLElement} root
 * @param {{ sent: number, answer: (request: number) => void }} edits
 * @param {{ snapshot: (on: boolean) => void, keep: () => void }} page `keep`s what it is asked for, for the
 *   one that it will be when it is asked for anew
 */
export function watchKernel(model, root, edits, { snapshot, keep }) {
  const served = document.body.dataset.voila === "voila";
  const own = document.querySelector('meta[name="linviz-alone"]') !== null; // the server of the command
  let heard = Date.now();
  let asked = Date.now();
  let answered = served; // a page that is served was computed for it
  const end = watchEnd(model);
  const listen = (/** @type {{ type: string, request: number }} */ message) => {
    end.watch(); // whatever the first word is: it may end before it has answered a ping
    if (message.type !== "pong") return;
    heard = Date.now();
    answered = true;
    snapshot(false);
    edits.answer(message.request);
  };
  const look = (/** @type {number} */ patience) => {
    // a computer that slept has not asked, a kernel at work does not answer: silence proves nothing
    const busy = kernelOf(model) === "busy";
    if (Date.now() - asked > 3 * EVERY || (busy && !served)) heard = Date.now();
    const gone = served && end.came(); // another may have come in its place, which knows nothing of the page
    const silent = gone || Date.now() - heard > (busy ? 3 * patience : patience);
    if (answered) tell(root, silent, served ? keep : null);
    const again = (/** @type {number} */ ms) => startAgain(root, ms, keep, () => tell(root, true, keep));
    if (answered && silent && served) again(gone ? Infinity : Date.now() - heard);
    else if (silent) snapshot(true);
    else if (own && model.isLive?.() === false) again(0); // its kernel may have ended before it came
  };
  model.on("msg:custom", listen);
  const ping = () => {
    asked = Date.now();
    ask(model, { type: "ping", request: edits.sent });
  };
  const timer = setInterval(() => {
    look(PATIENCE);
    ping();
  }, EVERY);
  const first = setTimeout(() => answered || look(FIRST - 100), FIRST); // a snapshot is told soon, a loss is not
  ping();
  if (!answered && kernelOf(model) === "none") snapshot(true);
  return () => {
    clearInterval(timer);
    clearTimeout(first);
    model.off("msg:custom", listen);
  };
}

/**
 * Whether the kernel was told to have ended. A Jupyter server, as on Binder, starts another in its place.
 * @param {any} model
 */
function watchEnd(model) {
  /** @type {any} */
  let watched = null;
  let ended = false;
  const watch = () => {
    const kernel = model.widget_manager?.kernel;
    if (!kernel || kernel === watched) return;
    watched = kernel;
    kernel.statusChanged?.connect((/** @type {any} */ _, /** @type {string} */ status) => {
      ended ||= ENDED.includes(status);
    });
  };
  const came = () => {
    watch();
    return ended || ENDED.includes(watched?.status);
  };
  return { watch, came };
}

/**
 * What JupyterLab says of the kernel: its status, "none" where there is none, "" where it says nothing.
 * @param {any} model
 * @returns {string}
 */
function kernelOf({ widget_manager: manager }) {
  if (!manager || !("kernel" in manager)) return "";
  return manager.kernel ? (manager.kernel.status ?? "") : "none";
}

/**
 * @param {HTMLElement} root
 * @param {boolean} lost
 * @param {(() => void) | null} keep  in JupyterLab it would not help to load the page again
 */
function tell(root, lost, keep) {
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
  if (keep) offerReload(element, keep);
  part(root, ".told").append(element);
  root.dataset.lost = "true";
}

/** @param {HTMLElement} element @param {() => void} keep */
function offerReload(element, keep) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = WORDS.page.reload;
  button.addEventListener("click", () => {
    keep();
    location.reload();
  });
  part(element, "span").remove();
  element.append(button);
}
