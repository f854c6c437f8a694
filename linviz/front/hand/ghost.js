// What was shown before a change stays as a ghost behind what is shown now, until the next change.

import { worded } from "./hand.js";
import { WORDS } from "../page/words.js";

/** @typedef {import("../draw/ghost.js").Ghost} Ghost */
/** @typedef {{ id: number, kept: string | null, pictures: Record<string, import("../draw/picture.js").Picture> }} Run */
/** @typedef {{ name: string, picture: { ghost?: Ghost | null, draw: () => void } }} Panel */
/** @typedef {{ field: string, label: string, value: import("./hand.js").Value | null }} Change */

const MOST = 4; // curves: more cannot be told from those of now
const SOON = 1500; // ms within which a change of the same control goes on with the one before

/**
 * @param {import("./hand.js").Hand} hand
 * @param {Panel[]} panels
 * @param {() => Run | null} shown
 */
export function createGhost(hand, panels, shown) {
  const places = panels.filter(({ name }) => name === "loss" || name === "modes");
  let hold = 0; // whose ghost is shown, if it is that of a hold
  let announced = /** @type {Change | null} */ (null); // what is changed by the run to come
  let last = { field: "", at: -Infinity };

  /** @param {string} label */
  function raise(label) {
    const run = shown();
    for (const { name, picture } of places) {
      const own = run?.pictures[name]?.curves.filter(({ grows, hollow }) => grows && !hollow) ?? [];
      const readable = own.length > 0 && own.length <= MOST && run?.kept === null;
      picture.ghost = readable ? { curves: own, label: name === "loss" ? label : "" } : null;
    }
  }

  function clear() {
    for (const { picture } of places) picture.ghost = null;
  }

  /** @param {Change} change */
  const wordsOf = ({ label, value }) =>
    value === null ? WORDS.hand.before : WORDS.hand.beforeIt(label, worded(value));

  hand.on("move", ({ number, label, field, before }) => {
    if (number === hold) return;
    [hold, announced] = [number, null];
    raise(wordsOf({ label, field, value: before }));
  });
  hand.on("release", ({ undone }) => {
    if (!undone) return;
    clear();
    for (const { picture } of places) picture.draw();
  });

  return {
    /**
     * A change that is not made by a hold; null if what comes is not to be compared.
     * @param {Change | null} change
     */
    announce(change) {
      announced = change;
    },
    /**
     * Before another run is shown: of the hold under way, of the change announced, or of neither.
     * @param {boolean} held
     */
    next(held) {
      if (held || hand.held) return;
      const now = performance.now();
      if (announced?.field !== last.field || now - last.at > SOON || !announced) {
        if (announced) raise(wordsOf(announced));
        else if (hold === 0) clear();
      }
      if (announced) last = { field: announced.field, at: now };
      [announced, hold] = [null, 0];
    },
    clear,
  };
}
