// What the kernel has told of the network that is shown, by the name of the picture; each is asked for once.

import { withArrays } from "../../page/arrays.js";
import { grown } from "./mosaic.js";

/** @param {any} page @param {() => void} changed */
export function createAnswers(page, changed) {
  const { model } = page;
  /** @type {Map<string, any>} */
  const known = new Map();
  let asked = "";
  model.on("msg:custom", (/** @type {any} */ message, /** @type {DataView[]} */ buffers) => {
    if (message.type !== "space") return;
    if (message.what === "start") return run(message.query);
    if (message.run !== page.run?.id) return;
    const told = withArrays(placed(message, buffers));
    known.set(message.what, message.what === "map" && !message.reason ? grown(known.get("map"), told) : told);
    asked = "";
    changed();
  });
  // One change, not two: it is taken back to this room.
  function run(/** @type {string} */ query) {
    page.edits.open(query);
    page.view.set({ room: "run" });
  }
  return {
    of: (/** @type {string} */ what) => known.get(what),
    /** Whether it is a picture, not the reason why there is none. @param {string} what */
    drawn: (what) => known.has(what) && known.get(what).reason === undefined,
    /** @param {string} what @param {object} said @param {boolean} again a finer one */
    ask(what, said, again = false) {
      const key = JSON.stringify([what, said, page.run?.id]);
      if (key === asked || (known.has(what) && !again)) return;
      asked = key;
      model.send({ type: "space", what, ...said });
    },
    // The start there, in the room of one run.
    open([x, y] = [0, 0]) {
      model.send({ type: "space", what: "start", x, y });
    },
    stop() {
      model.send({ type: "stop", lane: "space" });
    },
    forget() {
      known.clear();
      asked = "";
    },
  };
}

// Arrays stand among the buffers, `at` their place.
/** @param {any} value @param {DataView[]} buffers @returns {any} */
function placed(value, buffers) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => placed(item, buffers));
  if ("at" in value && "dtype" in value) return { ...value, data: buffers[value.at] };
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, placed(item, buffers)]));
}
