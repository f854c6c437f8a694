// The hand before the kernel: what is dragged is computed in a thread of the browser, and the pictures
// follow; of moves that come faster than answers the latest wins. The kernel's answer comes at the end.

import { atFrame } from "../draw/later.js";
import { WORKER } from "../preview/text.js";
import { TARGET, afterMove, follows, jobOf } from "./job.js";
import { partialRun } from "./partial.js";

const CALM = 300; // ms after a run is shown, before its own preview is tried out
const ALONG = 40; // moments at which the Hessian of a run that stays is computed
const RESTING = 80; // ms without a move

/** @param {any} page */
export function createPreview(page) {
  const { root, clock } = page;
  const worker = createWorker(WORKER);
  /** @type {any} */
  let waiting = null; // the latest move that is not on its way yet
  const due = /** @type {any[]} */ ([]); // what is waited for, whatever moves meanwhile
  let flying = /** @type {any} */ (null);
  const slow = new Set(); // runs that take too long, by their numbers
  const drawn = atFrame(show); // by then the next move is on its way to the thread
  let [timer, rest] = [0, 0];

  function send(order) {
    clearTimeout(rest); // what rested moves again, and is not to be shown after it
    if (flying && order.done) due.push(order);
    else if (flying) waiting = order;
    if (flying || !worker.isThere) return;
    flying = order;
    const { known, run, resting = false, done } = order;
    const few = root.querySelector(".panel-hessian")?.hidden ? 0 : 1;
    const [first, last] = [run.t[0] > 0 ? run.t[0] : run.t[1], clock.last];
    const t = page.view.now.hessian === "limit" ? last : clock.t;
    worker.ask(jobOf(known, run.dims, { first, last, t }, done ? ALONG : few), resting, hear);
  }

  function hear(found, took) {
    const { run, known, seen, resting, done } = flying;
    flying = null;
    preview.took = took;
    const next = due.shift() ?? waiting;
    if (next === waiting) waiting = null;
    if (next) send(next);
    if (done) done(found);
    else if (!found) slow.add(run.id);
    else if (seen) drawn.next({ run, known, found, resting });
    if (next) return;
    // once more, with all its moments
    if (seen && !resting)
      rest = window.setTimeout(() => preview.on && send({ run, known, seen, resting: true }), RESTING);
  }

  function show({ run, known, found, resting }) {
    if (run !== page.run || !preview.on) return;
    page.foresee({ ...partialRun(run, known, found), moving: true });
    page.controls.tell(TARGET, known.strengths);
    root.dataset.preview = resting ? "resting" : "moving";
  }

  const preview = {
    on: false, // what is shown is foreseen
    took: 0, // ms of the last answer
    lost: false, // the last move leads where it cannot follow
    /** @param {string} field */
    can: (field) => worker.isThere && !slow.has(page.run?.id) && follows(page.run?.preview, field),
    /**
     * The whole answer, for a page without a kernel.
     * @param {import("./job.js").Known} known
     * @returns {Promise<import("./partial.js").Found | null>}
     */
    whole: (known) =>
      worker.isThere
        ? new Promise((done) => send({ run: page.run, known, resting: true, done }))
        : Promise.resolve(null),
    draw: drawn.now, // what waits for the frame
    // the kernel's run is there
    take(run) {
      preview.end();
      clearTimeout(timer);
      if (!run.preview || !worker.isThere) return;
      timer = window.setTimeout(() => flying || send({ run, known: run.preview, resting: true }), CALM);
    },
    end() {
      preview.on = false;
      waiting = null;
      clearTimeout(rest);
      drawn.forget();
      delete root.dataset.preview;
    },
    dispose() {
      preview.end();
      clearTimeout(timer);
      worker.end();
    },
  };

  listen(page, preview, send);
  return preview;
}

// What the hand moves is computed, where that is known, and shown; what it puts back is there.
function listen(page, preview, send) {
  const { hand, root, clock } = page;
  hand.on("move", (moved) => {
    if (!preview.can(moved.field)) return;
    const known = afterMove(page.run, moved);
    preview.lost = known === null;
    if (!known) return;
    if (moved.field === "weight" && clock.t > clock.first) clock.set(clock.first); // the start of what comes
    preview.on = true;
    root.dataset.preview ??= "moving";
    send({ run: page.run, known, seen: true });
  });
  hand.on("release", ({ field, index, undone }) => {
    if (!preview.on || !undone) return;
    preview.end();
    page.foresee(page.run);
    if (field === "weight") clock.set(index[3]);
  });
}

/** @param {string} text */
function createWorker(text) {
  let worker = /** @type {Worker | null} */ (null);
  let number = 0;
  try {
    // a page whose policy lets files alone be scripts has it as one
    const file = /** @type {any} */ (globalThis).linvizPanels?.thread;
    const address = file ?? URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    if (text) worker = new Worker(address);
  } catch {
    // where no thread may be made the kernel alone answers
  }
  const end = () => {
    worker?.terminate();
    worker = null;
  };
  if (worker) worker.onerror = end;
  return {
    get isThere() {
      return worker !== null;
    },
    ask(job, resting, answered) {
      if (!worker) return;
      number += 1;
      const own = number;
      worker.onmessage = ({ data }) => data.id === own && answered(data.found, data.took);
      worker.postMessage({ id: own, job, resting });
    },
    end,
  };
}
