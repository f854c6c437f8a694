// Stands for the kernel: what is stored is answered at once, the rest by Python, which comes for it.

import { WORDS } from "../page/words.js";
import { createPython } from "./python.js";
import { renumbered } from "./screen.js";

const FIRST = 1000; // number of the first run of a Python, times how many there were

export function createModel(site, screen) {
  const catching = createCatching(screen);
  const python = createPython(site.python, {
    message: (content, buffers) => hear(screen, catching, content, buffers),
    progress: (done, total) => catching.waits() && screen.setStatus({ words: WORDS.site.progress(done, total) }),
    ready: () => catching.up(python.send),
    failed: (words) => {
      python.end();
      screen.setStatus({ state: "error", words: WORDS.site.failed(words), request: catching.drop(), opened: true });
    },
  });

  // A run that does not hear: another Python, at the last good picture.
  function again() {
    python.end();
    catching.again();
    python.begin();
    screen.setStatus({ state: "error", words: WORDS.site.stopped });
  }

  function send(message, _callbacks, buffers) {
    const stored = storedOf(message, site);
    catching.note(message, buffers);
    if (message.type === "stop") return python.ready ? python.stop(message, again) : undefined;
    if (message.type === "ping" && !python.ready) return screen.answers.ping({ request: 0 });
    if (stored && !python.ready) return screen.open(stored, message.request ?? 0);
    if (isStored(screen, message)) {
      if (python.ready && message.type === "view") python.send(message);
      return screen.answers[message.type](message);
    }
    if (python.ready) return python.send(message, buffers);
    catching.wait(message, buffers);
    if (!python.begun) python.begin();
    screen.setStatus({ state: "running", words: WORDS.site.fetching });
  }

  return { get: screen.get, on: screen.on, off: screen.off, send, begin: () => python.begun || python.begin() };
}

// What Python has to be told to be where the page is, and what was asked for meanwhile.
function createCatching(screen) {
  let view = {};
  const queue = [];
  const uploads = [];
  const state = {
    generation: 1,
    note(message, buffers) {
      if (message.type === "view") view = { ...view, ...message };
      if (message.type === "upload") uploads.push([message, buffers]);
    },
    wait: (message, buffers) => queue.push([message, buffers]),
    waits: () => queue.length > 0,
    up(send) {
      const { query } = screen.get("run");
      const opens = queue.some(([message]) => message.type === "open");
      if (!opens && query) send({ type: "open", search: `?${query}` });
      if (Object.keys(view).length > 0) send({ ...view, type: "view" });
      for (const [message, buffers] of queue.splice(0)) send(message, buffers);
    },
    // Nobody waits any more; the number of the last edit, which is answered by that.
    drop: () => Math.max(0, ...queue.splice(0).map(([message]) => message.request ?? 0)),
    again() {
      state.generation += 1;
      screen.stored = true;
      queue.push(...uploads);
    },
  };
  return state;
}

function hear(screen, catching, content, buffers) {
  const first = FIRST * catching.generation;
  if (content.type === "run") screen.showRun(renumbered(content.run, first, first));
  else if (content.type === "status") screen.setStatus(content);
  else screen.tell("msg:custom", "id" in content ? { ...content, id: content.id + first } : content, buffers);
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
