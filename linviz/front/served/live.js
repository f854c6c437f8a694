// The kernel's page, as the page in the browser sees it: its state, what it says, and what is sent to it.

import { createListeners } from "../page/stored.js";
import { createLine } from "./line.js";

const ANEW = 3000; // ms after which the state is asked for again: the first question may be lost

/** @typedef {import("./line.js").Heard} Heard */

/**
 * @param {string} address of the kernel's websocket
 * @param {string} id of the kernel's page
 * @param {() => void} cut the connection was cut off, or there was none
 */
export function createLive(address, id, cut) {
  const listeners = createListeners();
  const state = /** @type {Record<string, any>} */ ({});
  const kernel = { status: "unknown" };
  /** @type {(value?: unknown) => void} */
  let begin = () => {};
  const begun = new Promise((resolve) => {
    begin = resolve;
  });
  const line = createLine(address, {
    message: hear,
    open: ask,
    close() {
      if (kernel.status !== "dead") kernel.status = "unknown";
      cut();
    },
  });
  const send = (/** @type {object} */ content, /** @type {any} */ _callbacks, /** @type {ArrayBuffer[]} */ buffers) =>
    line.send("comm_msg", { comm_id: id, data: { method: "custom", content } }, buffers);

  function ask() {
    if ("run" in state) return;
    send({ type: "state" }, null, []);
    setTimeout(() => kernel.status !== "unknown" && ask(), ANEW);
  }

  /** @param {Heard} heard */
  function hear({ header, content, buffers }) {
    if (header.msg_type === "status") kernel.status = content.execution_state;
    if (header.msg_type !== "comm_msg" || content.comm_id !== id) return;
    const { method, state: changed, buffer_paths, content: said } = content.data;
    if (method === "custom") listeners.tell("msg:custom", said, buffers);
    if (method !== "update") return;
    Object.assign(state, filled(changed, buffer_paths, buffers));
    begin();
    for (const event of Object.keys(changed).map((name) => `change:${name}`)) listeners.tell(event);
  }

  const get = (/** @type {string} */ name) => state[name];
  // The kernel is known to have ended.
  function end() {
    kernel.status = "dead";
    line.end();
  }

  return { begun, end, model: { get, on: listeners.on, off: listeners.off, send, widget_manager: { kernel } } };
}

// Bytes come beside the state, with the way to where each belongs in it.
/** @param {any} state @param {string[][]} paths @param {DataView[]} buffers */
function filled(state, paths, buffers) {
  for (const [k, path] of paths.entries()) {
    const place = path.slice(0, -1).reduce((/** @type {any} */ at, key) => at[key], state);
    place[/** @type {string} */ (path.at(-1))] = buffers[k];
  }
  return state;
}
