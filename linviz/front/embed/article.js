// Stands for the kernel within an article: what is stored is played, what the browser can compute is
// dragged, and Python is fetched for nothing but what needs it.

import { alive } from "../page/alive.js";
import { afterMove } from "../hand/job.js";
import { createModel } from "../site/model.js";

const HERE = ["ping", "rest", "spectra", "moment", "view", "stop"]; // Python is not fetched for these

/**
 * @param {any} site
 * @param {any} screen
 * @param {any} data what was stored
 * @param {any} engine
 * @param {{ page: () => any, query: () => string }} place
 */
export function createArticle(site, screen, data, engine, place) {
  const python = createModel(site, { ...data }, screen, place.query, engine);
  let here = true; // nothing needed Python so far
  /** @type {Map<string, any>} what was dragged, by what it is */
  const moves = new Map();
  const answers = alive(data, screen.answers, tell, { page: place.page, edited: () => {} });

  /** @param {string} event @param {any[]} values */
  function tell(event, ...values) {
    if (event === "change:run") screen.showRun(data.run);
    else if (event === "change:status") screen.setStatus({ request: answers.request });
    else screen.tell(event, ...values);
  }

  const canMove = (/** @type {any} */ { field, index, value }) =>
    place.page()?.preview.can(field) && afterMove(place.page().run, { field, index, value }) !== null;

  /** @param {any} message */
  function isHere(message) {
    if (HERE.includes(message.type)) return true;
    if (message.type === "download") return message.what === "json" && moves.size === 0;
    return message.type === "edit" && message.edits.every(canMove);
  }

  // What was dragged so far is what Python begins with.
  function leave() {
    here = false;
    if (moves.size === 0) return;
    python.send({ type: "edit", request: answers.request, edits: [...moves.values()] }, null, []);
  }

  return {
    ...python,
    home: site.base,
    /** @param {any} message @param {any} callbacks @param {any} buffers */
    send(message, callbacks, buffers) {
      if (here && isHere(message)) {
        for (const edit of message.edits ?? []) moves.set(`${edit.field} ${edit.index}`, edit);
        return /** @type {any} */ (answers)[message.type]?.(message);
      }
      if (here) leave();
      return python.send(message, callbacks, buffers);
    },
  };
}
