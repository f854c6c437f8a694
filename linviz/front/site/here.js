// What the browser answers by itself of a stored run while no Python was asked for: strengths of the target
// that are dragged. Its link says them, so that undo, an address that is copied and Python know them.

import { afterMove, TARGET } from "../hand/job.js";
import { alive } from "../page/alive.js";

/**
 * @param {any} screen
 * @param {() => any} page
 * @param {(message: any, buffers: ArrayBuffer[]) => void} ask Python
 */
export function createHere(screen, page, ask) {
  /** @type {{ data: any, answers: any } | null} */
  let live = null;
  const link = () => `?${screen.get("run").query}`;
  const isOn = () => live !== null && live.data.run === screen.get("run");

  function begin() {
    const data = { ...screen.data };
    const { query, code } = data.run;
    const tell = (/** @type {string} */ event, /** @type {any[]} */ ...values) => {
      if (event === "change:status")
        return screen.setStatus({ state: "ready", words: "", request: live?.answers.request });
      if (event !== "change:run") return screen.tell(event, ...values);
      const strengths = data.run.form.singular_values;
      data.run = {
        ...data.run,
        query: withStrengths(query, strengths),
        code: inCode(code, strengths) ?? data.run.code,
      };
      screen.showRun(data.run);
    };
    return { data, answers: alive(data, screen.answers, tell, { page, edited: () => {} }) };
  }

  return {
    isOn,
    /** @param {any} message */
    can: ({ type, edits }) =>
      type === "edit" &&
      (screen.stored || isOn()) &&
      edits.every(
        (/** @type {any} */ each) =>
          each.field === TARGET && page()?.preview.can(TARGET) && afterMove(page().run, each),
      ),
    /** @param {any} message */
    answer(message) {
      if (!isOn()) live = begin();
      live?.answers[message.type]?.(message);
    },
    link,
    // What is not known here comes from Python.
    whole: () => isOn() && ask({ type: "open", search: link() }, []),
  };
}

/** @param {string} query @param {number[]} strengths */
const withStrengths = (query, strengths) => query.replace(/(?<=(^|&)singular_values=)[^&]*/, strengths.join(","));

// The code that computes it, as Python writes it; null where it leaves the strengths out.
/** @param {string} code @param {number[]} strengths */
function inCode(code, strengths) {
  const own = /(?<=\bsingular_values=)\([^)]*\)/;
  if (!own.test(code)) return null;
  const written = strengths.map((s) => (Number.isInteger(s) ? `${s}.0` : String(s)));
  const tuple = written.length === 1 ? `(${written[0]},)` : `(${written.join(", ")})`;
  return code.replace(own, tuple).replace(/(?<=&singular_values=)[^&"]*/, strengths.join(","));
}
