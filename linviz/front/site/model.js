// Stands for the kernel: what is stored is answered at once, the rest by Python, which comes for it.
// The page owns the state: a Python that is begun anew is handed what is shown and the files, and goes
// on from there.

import { WORDS } from "../page/words.js";
import { createFiles } from "./files.js";
import { createPython } from "./python.js";

const BESIDE = ["rest", "spectra", "moment"]; // the page asks for it by itself: Python is not fetched for that
const ANSWERED = ["edit", "upload", "split", "open"]; // by a status

/**
 * @param {any} site
 * @param {any} screen
 * @param {() => string} query the link to what is shown
 */
export function createModel(site, screen, query) {
  const files = createFiles();
  /** @type {[any, ArrayBuffer[] | undefined][]} */
  const queue = [];
  let last = 0; // number of the latest message
  const python = createPython(site, {
    state: () => stateOf(screen, files, query()),
    message: (content, buffers) => hear(screen, files, content, buffers),
    progress: (done, total) => queue.length > 0 && screen.setStatus({ words: WORDS.site.progress(done, total) }),
    begun() {
      const waits = queue.some(([{ type }]) => ANSWERED.includes(type));
      screen.setStatus(waits ? { words: "" } : { state: "ready", words: "" });
      for (const [message, buffers] of queue.splice(0)) python.send(message, buffers);
    },
    failed(words) {
      python.end();
      queue.length = 0;
      screen.setStatus({ state: "error", words: WORDS.site.failed(words), request: last, opened: true });
    },
  });

  // A run that does not hear is ended with its Python; another one goes on at the last good picture.
  function again() {
    python.end();
    python.begin();
    screen.back();
    if (!screen.stored) queue.push([{ type: "rest" }, []], [{ type: "spectra" }, []]); // they may be lost
    screen.setStatus({ state: "error", words: WORDS.site.stopped, request: last });
  }

  function stop(message) {
    const heard = () => screen.get("status").state === "running" && screen.setStatus({ words: WORDS.site.heard });
    if (python.ready) return python.stop(message, heard, again);
    queue.length = 0; // nobody waits for it any more
    screen.setStatus({ state: "ready", words: "", request: last });
  }

  function send(message, _callbacks, buffers) {
    last = Math.max(last, message.type === "ping" ? 0 : (message.request ?? 0));
    if (message.type === "upload") files.keep(message.name, buffers[0]);
    if (message.type === "stop") return stop(message);
    if (message.type === "ping") screen.answers.ping({ request: 0 });
    if (python.ready) return live(screen, python, message, buffers);
    if (message.type === "ping") return;
    const stored = storedOf(message, site);
    if (stored) return screen.open(`stored/${stored}.gz?${site.stored[stored]}`, message.request ?? 0);
    if (isStored(screen, message)) return screen.answers[message.type](message);
    if (BESIDE.includes(message.type) && !python.begun) return;
    queue.push([message, buffers]);
    if (BESIDE.includes(message.type)) return;
    if (!python.begun) python.begin();
    screen.setStatus({ state: "running", words: WORDS.site.fetching });
  }

  return {
    get: screen.get,
    on: screen.on,
    off: screen.off,
    send,
    begin: () => python.begun || python.begin(),
  };
}

// What is stored is answered here, also while Python is there; how it is shown is told Python too.
function live(screen, python, message, buffers) {
  const here = isStored(screen, message);
  if (here) screen.answers[message.type](message);
  if (!here || message.type === "view") python.send(message, buffers);
}

function stateOf(screen, files, query) {
  const run = screen.get("run");
  const { state, buffers } = files.handover();
  return { state: { ...state, search: `?${query || run.query}`, numbers: [run.id, run.view.id] }, buffers };
}

function hear(screen, files, content, buffers) {
  if (content.type === "run") {
    files.note(content.run);
    screen.showRun(content.run);
  } else if (content.type === "moved") screen.showMoved(content.moved);
  else if (content.type === "status") screen.setStatus(content);
  else screen.tell("msg:custom", content, buffers);
}

const isStored = (screen, message) =>
  screen.stored &&
  message.type !== "ping" &&
  message.type in screen.answers &&
  (message.type !== "download" || message.what === "json");

// The stored screen that a message asks for as it stands, a lecture scenario's or a lecture's, or "".
function storedOf(message, { presets, lectures }) {
  if (message.type === "open") {
    const lecture = lectures[message.search.slice(1)];
    if (lecture) return lecture;
    const asked = new URLSearchParams(message.search);
    const name = asked.get("preset") ?? "";
    return [...asked.keys()].every((key) => ["preset", "t"].includes(key)) && presets.includes(name) ? name : "";
  }
  const [edit, ...others] = message.type === "edit" ? message.edits : [];
  return edit?.field === "preset" && others.length === 0 && presets.includes(edit.value) ? edit.value : "";
}
