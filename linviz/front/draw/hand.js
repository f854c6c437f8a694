// A hand on a plot: what its gestures and its keys do to what is shown, to the value that is read and
// to the time.

import { listenGestures } from "./gestures.js";
import { boxOf, createLens, paneAt } from "./lens.js";
import { createTip, isStep } from "./tip.js";
import { focusedBy } from "../page/part.js";

/** @typedef {import("./lens.js").Place} Place */
/** @typedef {import("./tip.js").Frame} Frame */
/**
 * @typedef {object} Plot
 * @property {Frame | null} frame
 * @property {() => boolean} place
 * @property {() => void} draw
 * @property {() => void} move
 */
/** @typedef {{ base: HTMLElement, unzoom: HTMLElement, heard: HTMLElement, clock: any, plot: Plot }} Parts */
/**
 * @typedef {object} Hand
 * @property {ReturnType<typeof createLens>} lens
 * @property {ReturnType<typeof createTip>} tip
 * @property {ReturnType<typeof boxOf>} box that is being drawn
 * @property {(act: () => void) => void} zoom
 * @property {() => void} reset
 * @property {(whole: boolean) => void} soon
 */

const STEP = 1.5; // of the zoom by keys

/** @param {Parts} parts */
export function createHand({ base, unzoom, heard, clock, plot }) {
  const lens = createLens();
  const tip = createTip((words) => {
    heard.textContent = words;
  });
  /** @type {Hand} */
  const hand = {
    ...{ lens, tip, box: null, soon: frames(plot) },
    zoom(act) {
      if (!plot.frame) return;
      act();
      plot.place(); // gestures that come before the next frame go on from here
      hand.soon(true);
    },
    reset() {
      hand.zoom(lens.reset);
      // where the button was the focus would be lost
      if (focusedBy(base) === unzoom) base.focus({ preventScroll: true });
    },
  };
  unzoom.addEventListener("click", hand.reset);
  listenGestures(base, gestures(hand, base, clock, plot));
  listenKeys(hand, base, clock, plot);
  return hand;
}

/**
 * Drawing at most once a frame, however many events come: the whole plot, or what moves above it.
 * @param {Plot} plot
 */
function frames(plot) {
  let [requested, whole] = [false, false];
  return (/** @type {boolean} */ all) => {
    whole ||= all;
    if (requested) return;
    requested = true;
    requestAnimationFrame(() => {
      const draw = whole ? plot.draw : plot.move;
      [requested, whole] = [false, false];
      draw();
    });
  };
}

/**
 * @param {Hand} hand
 * @param {HTMLElement} base
 * @param {any} clock
 * @param {Plot} plot
 * @returns {import("./gestures.js").Acts}
 */
function gestures(hand, base, clock, plot) {
  const { lens, tip } = hand;
  let before = [clock.t]; // a double click shows all and leaves the time as it was
  const panes = () => plot.frame?.panes ?? [];
  return {
    point(place) {
      if (!plot.frame || (!place && !tip.value)) return;
      tip.point(plot.frame, place);
      hand.soon(false);
    },
    tap(place) {
      if (!plot.frame) return;
      const { x } = panes()[paneAt(panes(), place)];
      const beside = plot.frame.fontSize;
      before = [clock.t, ...before].slice(0, 2);
      if (!x.axis.time || place.px < x.start - beside || place.px > x.end + beside) return;
      clock.set(x.valueAt(Math.min(x.end, Math.max(x.start, place.px))));
    },
    // the line of the moment shown
    grasps({ px, py }, reach) {
      const { x, y } = panes()[paneAt(panes(), { px, py })] ?? {};
      const on = x?.axis.time && y && py <= y.start + reach && py >= y.end - reach;
      return Boolean(on && Math.abs(px - x.at(clock.t)) <= reach);
    },
    drag({ px, py }) {
      const { x } = panes()[paneAt(panes(), { px, py })];
      clock.taken();
      clock.set(x.valueAt(Math.min(x.end, Math.max(x.start, px))));
    },
    draw(from, to) {
      hand.box = to && boxOf(panes(), from, to);
      hand.soon(false);
    },
    cut: (from, to) => hand.zoom(() => lens.cut(panes(), from, to)),
    move: (from, to) => lens.isUsed && hand.zoom(() => lens.move(panes(), from, to)),
    enlarge: (place, factor) => hand.zoom(() => lens.enlarge(panes(), place, factor)),
    reset() {
      clock.set(before[before.length - 1]);
      hand.reset();
    },
    takesWheel: () => focusedBy(base) === base,
  };
}

/**
 * The keys of a plot that has the focus.
 * @param {Hand} hand
 * @param {HTMLElement} base
 * @param {any} clock
 * @param {Plot} plot
 */
function listenKeys({ lens, tip, zoom, reset, soon }, base, clock, plot) {
  const enlarge = (/** @type {Frame} */ frame, /** @type {number} */ factor) => {
    zoom(() => lens.enlarge(frame.panes, middle(frame, tip.value), factor));
  };
  base.addEventListener("keydown", (event) => {
    const { frame } = plot;
    if (event.ctrlKey || event.metaKey || event.altKey || !frame) return;
    const { key } = event;
    if (isStep(key)) tip.step(frame, key, clock.t);
    else if (key === "+" || key === "=") enlarge(frame, STEP);
    else if (key === "-") enlarge(frame, 1 / STEP);
    else if (key === "0" || (key === "Escape" && lens.isUsed)) reset();
    else if (key === "Escape" && tip.value) tip.hide();
    else return;
    event.preventDefault();
    event.stopPropagation(); // Escape would leave the full screen too
    soon(false);
  });
  base.addEventListener("blur", () => {
    tip.hide();
    soon(false);
  });
}

/**
 * Where keys enlarge: about the value that is read, else about the middle of the first pane.
 * @param {Frame} frame
 * @param {import("./nearest.js").Value | null} value
 * @returns {Place}
 */
function middle({ panes }, value) {
  const { x, y } = panes[value?.pane ?? 0];
  if (value) return { px: x.at(value.x), py: y.at(value.y) };
  return { px: (x.start + x.end) / 2, py: (y.start + y.end) / 2 };
}
