// What a hand does on a picture, told in places of the picture: pointing, a tap, dragging what can be
// grasped there, a box, a pan with one finger and a pinch with two, the wheel. All by pointer events: a click made by a program or by a
// screen reader has no place, and does nothing here.

import { focusedBy } from "../page/part.js";

/** @typedef {{ px: number, py: number }} Place */
/**
 * @typedef {object} Acts
 * @property {(place: Place | null) => void} point
 * @property {(place: Place) => void} tap
 * @property {(place: Place, reach: number) => boolean} grasps whether what is there is dragged
 * @property {(place: Place) => void} drag
 * @property {(from: Place, to: Place | null) => void} draw a box that is being drawn, or is given up
 * @property {(from: Place, to: Place) => void} cut
 * @property {(from: Place, to: Place) => void} move
 * @property {(place: Place, factor: number) => void} enlarge
 * @property {() => void} reset
 * @property {() => boolean} takesWheel whether the wheel is meant for the picture and not for the page
 */
/** @typedef {{ start: Place, last: Place }} Pointer */

const GRASP = { mouse: 6, pen: 10, touch: 22 }; // pixels from a line that is grasped
const STILL = { mouse: 4, pen: 6, touch: 10 }; // pixels within which a press is a tap
const WHEEL = 0.0022; // of the exponent, for each pixel that the wheel has moved
const LINE = 18; // pixels of a line, in browsers that count lines

/**
 * @param {HTMLElement} surface
 * @param {Acts} acts
 */
export function listenGestures(surface, acts) {
  /** @type {Map<number, Pointer>} */
  const down = new Map();
  let mode = "idle"; // press, drag, box, pan, pinch; over: the last finger of a pinch

  /** @param {PointerEvent} event */
  function press(event) {
    if (event.button !== 0) return;
    surface.setPointerCapture(event.pointerId);
    down.set(event.pointerId, { start: placeOf(event), last: placeOf(event) });
    mode = down.size > 1 ? "pinch" : acts.grasps(placeOf(event), reachOf(event)) ? "drag" : "press";
    if (mode === "pinch" || event.pointerType === "touch") acts.point(null);
  }

  /** @param {PointerEvent} event */
  function move(event) {
    const pointer = down.get(event.pointerId);
    const here = placeOf(event);
    if (!pointer) {
      if (event.pointerType === "touch") return;
      surface.dataset.grasp = String(acts.grasps(here, reachOf(event)));
      return acts.point(here);
    }
    const before = pointer.last;
    if (mode === "pinch") pinch(acts, down, pointer, here);
    pointer.last = here;
    if (mode === "drag") acts.drag(here);
    if (mode === "press" && distance(pointer.start, here) > stillness(event)) {
      mode = event.pointerType === "touch" ? "pan" : "box";
      acts.point(null);
    }
    if (mode === "box") acts.draw(pointer.start, here);
    if (mode === "pan") acts.move(before, here);
  }

  /** @param {PointerEvent} event */
  function release(event) {
    const pointer = down.get(event.pointerId);
    if (!pointer) return;
    down.delete(event.pointerId);
    const was = mode;
    mode = down.size > 0 ? "over" : "idle";
    if (was === "box") acts.draw(pointer.start, null);
    if (event.type === "pointercancel") return;
    if (was === "press" || (was === "drag" && distance(pointer.start, placeOf(event)) < 1)) acts.tap(pointer.start);
    if (was === "box") acts.cut(pointer.start, placeOf(event));
  }

  /** @param {WheelEvent} event */
  function wheel(event) {
    if (!event.ctrlKey && !acts.takesWheel()) return;
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? LINE : 1);
    acts.enlarge(placeOf(event), Math.exp(-WHEEL * Math.max(-300, Math.min(300, pixels))));
  }

  surface.addEventListener("pointerdown", press);
  surface.addEventListener("pointermove", move);
  surface.addEventListener("pointerup", release);
  surface.addEventListener("pointercancel", release);
  surface.addEventListener("pointerleave", () => acts.point(null));
  surface.addEventListener("dblclick", () => acts.reset());
  surface.addEventListener("wheel", wheel, { passive: false });
  surface.addEventListener("mousedown", keepFocus);
}

/**
 * Two fingers: what was under them stays under them, as near as one factor for both axes can do it.
 * @param {Acts} acts
 * @param {Map<number, Pointer>} down
 * @param {Pointer} moving
 * @param {Place} here
 */
function pinch(acts, down, moving, here) {
  const other = [...down.values()].find((pointer) => pointer !== moving);
  if (!other) return;
  const [before, after] = [distance(moving.last, other.last), distance(here, other.last)];
  if (before > 0 && after > 0) acts.enlarge(middle(moving.last, other.last), after / before);
  acts.move(middle(moving.last, other.last), middle(here, other.last));
}

/**
 * The keys stay with the page: with the pointer a picture is not given the focus.
 * @param {MouseEvent} event
 */
function keepFocus(event) {
  event.preventDefault();
  const picture = /** @type {HTMLElement} */ (event.currentTarget);
  const [around, focused] = [picture.parentElement?.closest("[tabindex]"), focusedBy(picture)];
  if (around instanceof HTMLElement) around.focus({ preventScroll: true });
  else if (focused instanceof HTMLElement) focused.blur();
}

/** @param {MouseEvent} event */
function placeOf(event) {
  return { px: event.offsetX, py: event.offsetY };
}

/** @param {PointerEvent} event */
function reachOf({ pointerType }) {
  return GRASP[/** @type {keyof typeof GRASP} */ (pointerType)] ?? GRASP.touch;
}

/** @param {PointerEvent} event */
function stillness({ pointerType }) {
  return STILL[/** @type {keyof typeof STILL} */ (pointerType)] ?? STILL.touch;
}

/**
 * @param {Place} a
 * @param {Place} b
 */
function distance(a, b) {
  return Math.hypot(a.px - b.px, a.py - b.py);
}

/**
 * @param {Place} a
 * @param {Place} b
 */
function middle(a, b) {
  return { px: (a.px + b.px) / 2, py: (a.py + b.py) / 2 };
}
