// Stands for the kernel until its page is there: what is stored is answered at once, the rest waits and
// is then done, in order. From then on it passes on what either says.

import { WORDS } from "../page/words.js";

const PATIENCE = 180_000; // ms in which a kernel comes, where many start at once
const SOON = 1000; // ms in which a kernel that is about to come need not be spoken of

/**
 * @param {any} screen what the page shows
 * @param {string} search the link that it was opened by
 */
export function createModel(screen, search) {
  /** @type {any} */
  let live = null; // the model of the kernel's page
  let ready = false; // whether it shows what is on the screen
  /** @type {any} */
  let told = null; // its run that is on the screen
  let past = { run: 0, view: 0 }; // by how much the page's numbers of runs and views are ahead of its own
  const waiting = createWaiting(screen);
  const send = (message, ...others) =>
    ready ? live.send(outward(message, past.run), ...others) : answer(message, others);

  function answer(message, others) {
    if (message.type === "ping" && live) return live.send({ ...message, request: 0 }); // it was sent nothing
    if (message.type === "ping") return waiting.isPatient && screen.answers.ping({ request: 0 });
    if (message.type === "open" && !message.request) return undefined; // it is on the screen
    if (message.type === "stop") return waiting.drop();
    waiting.note(message);
    if (!(message.type in screen.answers) || (message.type === "download" && message.what !== "json")) {
      return waiting.push([message, ...others]);
    }
    return screen.answers[message.type](message);
  }

  // The kernel's first screen is this one, or else it is shown in its place.
  function look() {
    const status = live.get("status");
    if (search.length > 1 && (!status.opened || status.state === "running")) return;
    ready = true;
    const [own, shown] = [live.get("run"), screen.get("run")];
    const same = own.query === shown.query && status.state !== "error";
    const ahead = same ? 0 : 1;
    past = { run: shown.id + ahead - own.id, view: shown.view.id + ahead - own.view.id };
    told = own;
    if (!same) screen.showRun(inward(own, past));
    const { state, words, note } = status;
    screen.setStatus({ state, words, note });
    waiting.all(send);
  }

  function follow() {
    if (live.get("run") === told) return;
    told = live.get("run");
    screen.showRun(inward(told, past));
  }

  function join(model) {
    live = model;
    live.on("change:run", () => (ready ? follow() : look()));
    live.on("change:status", () => {
      if (!ready) return look();
      follow(); // a status may come before the run that it speaks of
      screen.setStatus(live.get("status"));
    });
    for (const event of ["change:moved", "change:theory", "change:spectra"]) live.on(event, () => screen.tell(event));
    live.on("msg:custom", (content, buffers) => screen.tell("msg:custom", inward(content, past), buffers));
    if (search.length > 1) live.send({ type: "open", search });
    look();
  }

  function get(name) {
    if (name === "run" || name === "status") return screen.get(name);
    const value = (ready && live.get(name)) || {};
    return value.message ? { ...value, message: inward(value.message, past) } : inward(value, past);
  }

  const { fail: failed } = waiting;
  const widgets = { get: () => live?.widget_manager };
  const model = { get, on: screen.on, off: screen.off, send, join, failed, waiting, isLive: () => ready };
  return Object.defineProperty(model, "widget_manager", widgets);
}

// What was asked for and nobody can answer yet.
function createWaiting(screen) {
  const queue = /** @type {any[][]} */ ([]);
  const begun = Date.now();
  let view = {};
  let failed = false;
  const tell = () => {
    if (queue.length > 0 && !failed) screen.setStatus({ state: "running", words: WORDS.served.waiting });
  };
  // Nobody waits any more; the number of the last edit, which is answered by that.
  const drop = (changed = {}) => {
    const request = Math.max(0, ...queue.splice(0).map(([message]) => message.request ?? 0));
    screen.setStatus({ state: "ready", words: "", request, ...changed });
  };
  const fail = () => {
    failed = true;
    drop({ state: "error", words: WORDS.served.failed });
  };
  return {
    ...{ drop, fail },
    get view() {
      return view;
    },
    get queue() {
      return queue.map(([message, , buffers = []]) => ({ message, buffers }));
    },
    get isPatient() {
      return Date.now() - begun < PATIENCE;
    },
    note(message) {
      if (message.type === "view") view = { ...view, ...message };
    },
    push(asked) {
      queue.push(asked);
      if (failed) fail();
      else setTimeout(tell, SOON);
    },
    all(send) {
      if (Object.keys(view).length > 0) send(view);
      for (const asked of queue.splice(0)) send(...asked);
    },
  };
}

// What the kernel says, in the page's numbers of runs and views.
function inward(content, past) {
  const told = { ...content };
  if ("id" in told) told.id += past.run;
  if (typeof told.run === "number") told.run += past.run;
  if (told.view) told.view = { ...told.view, id: told.view.id + past.view };
  return told;
}

// What the page says, in the kernel's: a weight is that of a moment of a run.
function outward(message, past) {
  if (message.type !== "edit" || past === 0) return message;
  const named = (edit) =>
    edit.field === "weight" ? { ...edit, index: edit.index.with(4, edit.index[4] - past) } : edit;
  return { ...message, edits: message.edits.map(named) };
}
