// What is held and dragged at this moment, whether a slider or a handle on a picture: one thing at a
// time. Who holds it says so here; who has to know of it listens.

import { power } from "../draw/decimal.js";
import { written } from "../draw/numbers.js";

/** @typedef {number | string | boolean} Value */
/**
 * What is held. Its number is another for each hold, on whatever page of one kernel.
 * @typedef {{ label: string, field: string, index: number[], before: Value | null, number: number }} Held
 */
/** @typedef {Held & { value: Value }} Moved */
/**
 * How a hold has ended: `moved` if there was a move at all; `undone` if the value from before was put back.
 * @typedef {Held & { value: Value | null, moved: boolean, undone: boolean }} Released
 */
/** @typedef {{ hold: Held, move: Moved, release: Released }} Told */

/** @param {HTMLElement} root */
export function createHand(root) {
  const listeners = { hold: new Set(), move: new Set(), release: new Set() };
  /** @type {Held | null} */
  let held = null;
  /** @type {Value | null} */
  let value = null;
  let moved = false;
  let last = 0;

  /** @param {keyof Told} event @param {Told[keyof Told]} told */
  const emit = (event, told) => listeners[event].forEach((f) => f(told));

  /** @param {boolean} undone */
  function end(undone) {
    if (!held) return;
    const told = { ...held, value: undone ? held.before : value, moved, undone };
    held = null;
    delete root.dataset.hand;
    emit("release", told);
  }

  return {
    get held() {
      return held;
    },
    /** Of what is held. */
    get value() {
      return held && value;
    },
    /**
     * Hold this from now on; what was held before is let go.
     * @param {string} label in words: "s₁"
     * @param {string} field
     * @param {number[]} [index]
     * @param {Value | null} [before] the value that it has
     */
    hold(label, field, index = [], before = null) {
      end(false);
      last = Math.max(Date.now(), last + 1);
      held = { label, field, index, before, number: last };
      [value, moved] = [before, false];
      root.dataset.hand = "true";
      emit("hold", held);
    },
    /** @param {Value} given */
    move(given) {
      if (!held || given === value) return;
      [value, moved] = [given, true];
      emit("move", { ...held, value: given });
    },
    /** Let go. */
    release: () => end(false),
    /** Let go, with everything as it was before the hold. */
    undo: () => end(true),
    /**
     * @template {keyof Told} E
     * @param {E} event
     * @param {(told: Told[E]) => void} f
     * @returns {() => void} listens no more
     */
    on(event, f) {
      listeners[event].add(f);
      return () => listeners[event].delete(f);
    },
  };
}

/** @typedef {ReturnType<typeof createHand>} Hand */

/**
 * Begins or ends to listen for Escape, which puts back what is held.
 * @param {Hand} hand
 */
export function createEscape(hand) {
  /** @param {KeyboardEvent} event */
  function putBack(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    hand.undo();
  }
  return (/** @type {"addEventListener" | "removeEventListener"} */ how) =>
    window[how]("keydown", /** @type {EventListener} */ (putBack), true);
}

/**
 * A value in words: 4.2, or 10⁻⁵.
 * @param {Value | null} value
 */
export function worded(value) {
  if (typeof value !== "number") return String(value ?? "");
  const n = Math.log10(value);
  const exact = value > 0 && Math.abs(n - Math.round(n)) < 1e-12 && Math.abs(n) > 2;
  return exact ? power(Math.round(n)) : written(value);
}
