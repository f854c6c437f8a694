// Asks the kernel for a study, block by block: it stops by not asking on, and another scenario begins anew.

import { ask } from "../page/ask.js";
import { withArrays } from "../page/arrays.js";
import { begun, take } from "./gather.js";

/** @typedef {import("./gather.js").Gathered} Gathered */
/** @typedef {import("./gather.js").Block} Block */

/**
 * @param {any} model
 * @param {{ began: (study: Gathered) => void, came: (study: Gathered, block: Block) => void, failed: (words: string) => void }} on
 */
export function createAsking(model, on) {
  const state = {
    study: /** @type {Gathered | null} */ (null),
    wanted: 0,
    running: false, // it asks on as blocks come
    failed: "",
  };
  let request = 0;
  let awaited = false;

  function next() {
    const done = state.study?.n ?? 0;
    state.running &&= done < state.wanted;
    if (awaited || (state.study && !state.running)) return;
    awaited = true;
    request += 1;
    const theory = state.study === null ? { theory: true } : {};
    ask(
      model,
      /** @type {any} */ ({
        type: "starts",
        request,
        n: Math.max(1, state.wanted),
        first: Math.min(done, state.wanted - 1),
        ...theory,
      }),
    );
  }

  /** @param {any} message @param {DataView[]} buffers */
  function hear(message, buffers) {
    if (message.type !== "starts" || message.request !== request) return;
    awaited = false;
    const told = withArrays(placed(message, buffers));
    if ("failed" in told) {
      Object.assign(state, { running: false, failed: told.failed });
      return on.failed(told.failed);
    }
    if (state.study === null || !("n" in told)) {
      state.study = begun(told);
      on.began(state.study);
    } else {
      if (state.study.n === 0) Object.assign(state.study, { ...begun(told), blocks: state.study.blocks });
      const block = take(state.study, told);
      state.running &&= state.study.n < state.wanted;
      on.came(state.study, block);
    }
    next();
  }
  model.on("msg:custom", hear);

  return {
    state,
    // A scenario's study, from its first start; what is under way is forgotten.
    begin(/** @type {number} */ n, /** @type {boolean} */ running) {
      Object.assign(state, { study: null, wanted: n, running, failed: "" });
      awaited = false;
      next();
    },
    // So many in all, from where it is.
    go(/** @type {number} */ n) {
      Object.assign(state, { wanted: n, running: true, failed: "" });
      next();
    },
    // What was asked for may have been dropped, with the run before.
    again() {
      awaited = false;
      next();
    },
    stop() {
      state.running = false;
      if (awaited && state.study) ask(model, /** @type {any} */ ({ type: "stop", lane: "starts" }));
    },
    dispose: () => model.off("msg:custom", hear),
  };
}

/** Arrays as a message of a run has them: {dtype, shape, at} is in a buffer beside it.
 * @param {any} value @param {DataView[]} buffers @returns {any}
 */
function placed(value, buffers) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => placed(item, buffers));
  if ("at" in value && "dtype" in value) return { ...value, data: buffers[value.at] };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, placed(item, buffers)]));
}
