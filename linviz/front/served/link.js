// Which links a stored screen answers, and how they ask for it to be shown: plain values alone. Any other
// link waits for the kernel, which knows what is wrong with it.

import { DEFAULTS } from "../page/view.js";

const CHOICES = {
  colors: ["auto", "light", "dark"],
  matrices: ["weights", "invariants"],
  hessian: ["now", "limit"],
  room: ["run", "space", "starts"],
  speed: ["0.25", "0.5", "1", "2", "4"],
};
const ROOM_TEXT = /^[A-Za-z0-9_.,:;~!*()-]{0,600}$/; // as linviz/panels/view.py has it

/**
 * How the link asks for the stored run to be shown, or null where it asks for something else.
 * @param {string} search
 * @param {{ query: string, view: Record<string, any>, kept?: string | null }} run
 * @param {{ panels: { name: string }[], controls: { name: string }[] }} catalogue
 * @returns {Record<string, any> | null}
 */
export function shownBy(search, run, { panels, controls }) {
  const given = new Map(new URLSearchParams(search));
  const names = { panels: panels.map(({ name }) => name), hidden: controls.map(({ name }) => name) };
  const view = { ...run.view };
  for (const name of [...Object.keys(DEFAULTS), ...Object.keys(names), "t"]) {
    const text = given.get(name);
    if (text === undefined) continue;
    given.delete(name);
    const value = readAs(name, text, names);
    if (value === undefined) return null;
    view[name] = value;
  }
  if ((given.get("A") ?? "") !== (run.kept ?? "")) return null;
  given.delete("A");
  return isOf(given, run.query) ? view : null;
}

// Whether what the link says besides is nothing, the scenario's name, or all that the run's own link says.
function isOf(given, query) {
  const own = new Map(new URLSearchParams(query));
  const named = [...own.keys()].filter((name) => name === "preset");
  const usual = [...given.keys()].filter((name) => name !== "v");
  if (![...given].every(([name, text]) => own.get(name) === text)) return false;
  return usual.join() === named.join() || given.size === own.size;
}

function readAs(name, text, names) {
  if (name === "space" || name === "starts") return ROOM_TEXT.test(text) ? text : undefined;
  if (name in names) {
    const chosen = text.split(",").filter(Boolean);
    const known = names[name].filter((each) => chosen.includes(each));
    const whole = new Set(chosen).size === known.length && (name === "hidden" || known.length > 0);
    return whole ? known : undefined;
  }
  if (name === "t") return /^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
  if (name in CHOICES) {
    if (!CHOICES[name].includes(text)) return undefined;
    return name === "speed" ? Number(text) : text;
  }
  return { 0: false, 1: true }[text];
}
