// The sliders of a form in the hand: by mouse, by touch and by keys, from the first press to the
// letting go; Escape puts back what was.

import { tidy } from "../form/rows.js";
import { createEscape } from "./hand.js";
import { focusedBy } from "../page/part.js";

/** @typedef {import("./hand.js").Hand} Hand */

const KEYS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"]);
const ENDS = ["pointerup", "pointercancel", "blur"]; // of the window

/**
 * The value that a slider stands for.
 * @param {HTMLInputElement} input
 */
export function sliderValue(input) {
  return "log" in input.dataset ? tidy(10 ** Number(input.value)) : Number(input.value);
}

/** @param {HTMLElement} root @param {Hand} hand */
export function holdSliders(root, hand) {
  /** @type {HTMLInputElement | null} */
  let input = null;
  let place = ""; // of the slider, before it was held
  let byKey = false;

  const release = () => hand.release();
  const escaping = createEscape(hand);
  const listen = (/** @type {"addEventListener" | "removeEventListener"} */ how) => {
    for (const end of ENDS) window[how](end, release, true);
    escaping(how);
  };

  /** @param {HTMLInputElement} given */
  function hold(given) {
    if (given === input && hand.held) return;
    const { field = "", index, label = field } = given.dataset;
    hand.hold(label, field, index === undefined ? [] : index.split(",").map(Number), sliderValue(given));
    [input, place] = [given, given.value];
    given.dataset.held = "true"; // until the last answer to it is there
    listen("addEventListener");
  }

  hand.on("release", ({ undone }) => {
    if (!input) return;
    listen("removeEventListener");
    if (undone) put(input, place);
    input = null;
  });

  root.addEventListener("pointerdown", (event) => {
    const slider = sliderOf(event);
    if (!slider || event.button !== 0) return;
    byKey = false;
    hold(slider);
  });
  root.addEventListener("keydown", (event) => {
    const slider = sliderOf(event);
    if (!slider || !KEYS.has(event.key)) return;
    byKey = true;
    hold(slider);
  });
  root.addEventListener("keyup", (event) => event.target === input && hand.release());
  root.addEventListener("focusout", (event) => event.target === input && hand.release());
  // by pointer; with a key held down each step is a change
  root.addEventListener("change", (event) => event.target === input && !byKey && hand.release());
  root.addEventListener("input", (event) => {
    const slider = sliderOf(event);
    if (!slider) return;
    const alone = !hand.held; // moved by a program: held for this one value
    if (alone) hold(slider);
    hand.move(sliderValue(slider));
    if (alone) hand.release();
  });
}

// Back to its place; for a moment it is out of use, or the browser would go on dragging it.
/** @param {HTMLInputElement} input @param {string} place */
function put(input, place) {
  const focused = focusedBy(input) === input;
  input.disabled = true;
  input.value = place;
  input.disabled = false;
  if (focused) input.focus({ preventScroll: true });
}

/** @param {Event} event */
function sliderOf({ target }) {
  const input = /** @type {HTMLInputElement} */ (target);
  return input.type === "range" && input.dataset.field && !input.disabled ? input : null;
}
