// Stands for the kernel: what is stored is answered at once, the rest by Python, which comes for it.
// The page owns the state: a Python that is begun anew is handed what is shown and the files, and goes
// on from there.

import { decoded, unpacked } from "../page/stored.js";
import { WORDS } from "../page/words.js";
import { createFiles } from "./files.js";
import { createHere } from "./here.js";
import { createEngine } from "./python.js";

const BESIDE = ["rest", "spectra", "moment"]; // the page asks for it by itself: Python is not fetched for that
const AXES = ["log_loss", "log_time"];
const HERE = ["view", "rest", "spectra"]; // of what the browser has answered by itself
const ANSWERED = ["edit", "upload", "split", "open"]; // by a status

/**
 * @param {any} site
 * @param {any} first what is stored of the first screen
 * @param {any} screen
 * @param {() => string} query the link to what is shown
 * @param {ReturnType<typeof createEngine>} engine  the Python of the document
 * @param {() => any} page
 */
export function createModel(site, first, screen, query, engine = createEngine(site), page = () => null) {
  const [here, files] = [createHere(screen, page, wait), createFiles()];
  /** @type {[any, ArrayBuffer[] | undefined][]} */
  const queue = [];
  let last = 0; // number of the latest message
  const python = engine.join({
    state: () => stateOf(screen, files, query()),
    fetched: () => screen.tell("change:python"),
    message: (content, buffers) => hear(screen, files, content, buffers),
    progress: (done, total) => queue.length > 0 && screen.setStatus({ words: WORDS.site.progress(done, total) }),
    begun() {
      screen.setStatus(queue.some(isAnswered) ? { words: "" } : { state: "ready", words: "" });
      python.send({ type: "view", ...axesOf(query()) }); // they may be others than those of the picture
      for (const [message, buffers] of queue.splice(0)) python.send(message, buffers);
    },
    lost: resume,
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
    resume();
  }

  function resume() {
    screen.back();
    if (!screen.stored) queue.push([{ type: "rest" }, []], [{ type: "spectra" }, []]); // they may be lost
    screen.setStatus({ state: "error", words: WORDS.site.stopped, request: last });
  }

  function stop(message) {
    const heard = () => screen.get("status").state === "running" && screen.setStatus({ words: WORDS.site.heard });
    if (python.ready) return python.stop(message, heard, again);
    drop(queue);
    screen.setStatus({ state: "ready", words: "", request: last });
  }

  // What a link asks for may be another run of that scenario: then it is Python's.
  async function openStored(name, message) {
    const { request = 0, search = null } = message; // an edit has no search
    if (search !== null && screen.open(first, request, search)) return drop(queue);
    if (search === null && screen.get("run").kept) return wait(message, []); // it is kept beside that too
    const stored = name && (await fetched(`${site.base ?? ""}stored/${name}.gz?${site.stored[name]}`));
    if (python.ready || !stored || !screen.open(stored, request, search, site.rooms[name])) wait(message, []);
    else drop(queue); // it is in place of what was asked for before
  }

  function send(message, _callbacks, buffers) {
    last = Math.max(last, message.type === "ping" ? 0 : (message.request ?? 0));
    if (message.type === "upload") files.keep(message.name, buffers[0]);
    if (message.type === "stop") return stop(message);
    if (message.type === "view") screen.note(message);
    if (message.type === "ping") screen.answers.ping({ request: 0 });
    if (python.ready) return live(screen, python, message, buffers);
    if (message.type === "ping") return;
    const name = storedOf(message, site);
    if (name !== null) return openStored(name, message);
    if (isStored(screen, message)) return screen.answers[message.type](message);
    if (!python.begun && (here.can(message) || (here.isOn() && HERE.includes(message.type))))
      return here.answer(message);
    if (BESIDE.includes(message.type) && !python.begun) return;
    wait(message, buffers);
  }

  // Python does it, once it is there.
  function wait(message, buffers) {
    if (python.ready) return python.send(message, buffers);
    if (here.isOn() && !python.begun && message.type !== "open")
      queue.push([{ type: "open", search: here.link() }, []]);
    queue.push([message, buffers]);
    if (BESIDE.includes(message.type)) return;
    if (!python.begun) python.begin();
    screen.setStatus({ state: "running", words: python.fetched ? WORDS.site.starting : WORDS.site.fetching });
  }

  const begin = () => python.begun || python.begin();
  return { get: screen.get, on: screen.on, off: screen.off, send, begin, whole: here.whole, partial: here.isOn };
}

/** @param {[any, ArrayBuffer[] | undefined]} asked */
const isAnswered = ([{ type }]) => ANSWERED.includes(type);

// Nobody waits any more for what was asked for.
function drop(queue) {
  queue.push(...queue.splice(0).filter((each) => !isAnswered(each)));
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
  const link = new URLSearchParams(query || run.query);
  for (const axis of AXES) link.set(axis, String(Number(run.view[axis]))); // of the picture that is there
  return { state: { ...state, search: `?${link}`, numbers: [run.id, run.view.id] }, buffers };
}

const axesOf = (query) => {
  const link = new URLSearchParams(query);
  return Object.fromEntries(AXES.map((axis) => [axis, link.get(axis) === "1"]));
};

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

// A stored screen, or null where it cannot be had.
async function fetched(address) {
  const response = await fetch(address).catch(() => null);
  return response?.ok ? decoded(await unpacked(response.body)) : null;
}

// The stored screen that a message may ask for: a lecture scenario's or a lecture's, "" for the first one;
// null where it asks for something else.
function storedOf(message, { presets, lectures }) {
  if (message.type === "open") {
    const lecture = lectures[message.search.replace("?", "")];
    if (lecture) return lecture;
    const name = new URLSearchParams(message.search).get("preset") ?? "";
    return name === "" || presets.includes(name) ? name : null;
  }
  const [edit, ...others] = message.type === "edit" ? message.edits : [];
  return edit?.field === "preset" && others.length === 0 && presets.includes(edit.value) ? edit.value : null;
}
