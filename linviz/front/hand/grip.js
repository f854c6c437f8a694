// A handle on a picture: a small ring that is dragged by mouse or finger, or moved by the arrow keys. It
// stands above the canvas, so no file of the picture has it; what it moves goes through the hand.

import { pixelsOf } from "../page/scaled.js";
import { tidy } from "../form/rows.js";
import { createEscape } from "./hand.js";

/** @typedef {import("./hand.js").Hand} Hand */
/**
 * What a handle moves, as it is at this moment.
 * @typedef {object} Thing
 * @property {string} label in words: "s₁"
 * @property {string} field
 * @property {number[]} index
 * @property {number} value
 * @property {number} low
 * @property {number} high
 * @property {number} step of the arrow keys
 * @property {string} words of the value
 * @property {(dx: number, dy: number) => number} moved the value that many pixels to the right and down
 */

const STEPS = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 };
const ENDS = /** @type {const} */ (["pointerup", "pointercancel"]);

/**
 * @param {Hand} hand
 * @param {{ upright: boolean, title?: string, thing: () => Thing | null, keys?: (key: string) => boolean }} options
 *   `keys` takes those keys that are not for the value
 */
export function createGrip(hand, { upright, title = "", thing, keys = () => false }) {
  const element = ring(upright, title);
  let mine = 0; // the number of the hold
  let byKey = false;
  const holds = () => mine !== 0 && hand.held?.number === mine;
  const escaping = createEscape(hand);
  const listen = (/** @type {"addEventListener" | "removeEventListener"} */ how) => {
    escaping(how);
    window[how]("blur", hand.release);
  };

  /** @param {Thing} of @param {boolean} key */
  function hold({ label, field, index, value }, key) {
    byKey = key;
    hand.hold(label, field, index, value);
    mine = hand.held?.number ?? 0;
    element.dataset.held = "true";
    listen("addEventListener");
  }

  hand.on("release", ({ number }) => {
    if (number !== mine) return;
    mine = 0;
    delete element.dataset.held;
    listen("removeEventListener");
  });

  const grip = {
    element,
    get held() {
      return holds();
    },
    value: () => thing()?.value ?? 0,
    /**
     * Take it in the hand where a pointer is pressed, here or on what it stands upon.
     * @param {PointerEvent} event
     */
    take(event) {
      const of = thing();
      if (!of || event.button !== 0 || holds()) return;
      event.preventDefault(); // no text is selected; the focus is given by hand
      element.focus({ preventScroll: true });
      hold(of, false);
      const move = (/** @type {number} */ dx, /** @type {number} */ dy) =>
        holds() && hand.move(within(of.moved(dx, dy), of));
      drag(element, event, move, () => holds() && hand.release());
    },
    // What it moves has changed, or its value.
    show: () => describe(element, thing()),
  };

  /** @param {KeyboardEvent} event */
  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const of = thing();
    const steps = STEPS[/** @type {keyof typeof STEPS} */ (event.key)];
    const taken = keys(event.key);
    if (!taken && (!of || steps === undefined)) return;
    event.preventDefault();
    event.stopPropagation(); // the arrows are the time's elsewhere
    if (!taken && of) {
      if (!holds()) hold(of, true);
      hand.move(within(of.value + steps * of.step, of));
    }
    grip.show();
  }

  const letGo = () => byKey && holds() && hand.release();
  element.addEventListener("pointerdown", grip.take);
  element.addEventListener("keydown", press);
  element.addEventListener("keyup", letGo);
  element.addEventListener("blur", letGo);
  return grip;
}

/** @param {boolean} upright @param {string} title */
function ring(upright, title) {
  const element = document.createElement("span");
  element.className = "grip";
  element.tabIndex = 0;
  element.setAttribute("role", "slider");
  element.setAttribute("aria-orientation", upright ? "vertical" : "horizontal");
  element.dataset.upright = String(upright);
  if (title) element.title = title;
  return element;
}

/** @param {HTMLElement} element @param {Thing | null} of */
function describe(element, of) {
  if (!of) return;
  element.setAttribute("aria-label", of.label);
  element.setAttribute("aria-valuenow", String(of.value));
  element.setAttribute("aria-valuemin", String(of.low));
  element.setAttribute("aria-valuemax", String(of.high));
  element.setAttribute("aria-valuetext", of.words);
}

/**
 * From a press until the pointer is let go, wherever it goes.
 * @param {HTMLElement} element
 * @param {PointerEvent} press
 * @param {(dx: number, dy: number) => void} move
 * @param {() => void} done
 */
function drag(element, { clientX, clientY, pointerId }, move, done) {
  element.setPointerCapture(pointerId);
  const scale = pixelsOf(element);
  const onMove = (/** @type {PointerEvent} */ event) => {
    if (event.pointerId === pointerId) move((event.clientX - clientX) / scale, (event.clientY - clientY) / scale);
  };
  const end = (/** @type {PointerEvent} */ event) => {
    if (event.pointerId !== pointerId) return;
    element.removeEventListener("pointermove", onMove);
    for (const name of ENDS) element.removeEventListener(name, end);
    done();
  };
  element.addEventListener("pointermove", onMove);
  for (const name of ENDS) element.addEventListener(name, end);
}

/** @param {number} value @param {{ low: number, high: number }} range */
function within(value, { low, high }) {
  return Math.min(high, Math.max(low, tidy(value)));
}

/**
 * A round step of about that size: 1, 2 or 5 times a power of ten.
 * @param {number} size
 */
export function roundStep(size) {
  const unit = 10 ** Math.floor(Math.log10(size));
  return tidy(unit * ([1, 2, 5].find((n) => n * unit >= size * (1 - 1e-9)) ?? 10));
}

/**
 * The nearest multiple of a step.
 * @param {number} value
 * @param {number} step
 */
export function stepped(value, step) {
  return Number((Math.round(value / step) * step).toPrecision(12));
}
