// Starts under a hand: a click makes one, a drag moves it, keys do the same. Places are rounded as the link
// writes them, so that what is seen is what is sent.

import { listenGestures } from "../draw/gestures.js";
import { placeOf, rounded } from "./state.js";
import { turned } from "./solid.js";

/** @typedef {import("./state.js").Start} Start */
/** @typedef {{ px: number, py: number }} Place */
/**
 * @typedef {object} Table where the starts are, and who is told
 * @property {() => import("./picture.js").Painted | null} painted the large picture
 * @property {() => import("./state.js").State} state
 * @property {() => import("./picture.js").Kind} kind
 * @property {() => number} held
 * @property {(k: number) => void} hold
 * @property {(k: number, start: Start) => void} move
 * @property {(start: Start) => void} add
 * @property {(k: number) => void} remove
 * @property {(turn: [number, number]) => void} turn
 * @property {() => void} rest the hand has let go
 */

const [STEP, FINE] = [0.05, 0.01]; // of the arrow keys
const TURN = 12; // pixels of a hand that an arrow key turns like
const WHEEL = 160;
const MARGIN = 0.98;
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** @param {HTMLElement} surface @param {Table} table */
export function addHand(surface, table) {
  let grasped = -1;
  let moved = false;
  let from = /** @type {Place | null} */ (null);
  const turn = (/** @type {number} */ dx, /** @type {number} */ dy) => {
    if (!table.painted()?.turns) return;
    table.turn(turned(table.state().turns[table.kind().family], dx, dy));
  };
  const settle = () => {
    if (moved) table.rest();
    [grasped, moved, from] = [-1, false, null];
  };
  listenGestures(surface, {
    point: () => {},
    tap: (place) => (grasped >= 0 ? table.hold(grasped) : addAt(table, place)),
    grasps(place, reach) {
      grasped = nearestStart(table, place, Math.max(16, reach));
      return grasped >= 0;
    },
    drag(place) {
      if (grasped !== table.held()) table.hold(grasped);
      moved = dragTo(table, grasped, place) || moved;
    },
    draw(start, to) {
      const before = from ?? start;
      if (to) turn(to.px - before.px, to.py - before.py);
      moved = moved || Boolean(table.painted()?.turns);
      from = to;
    },
    cut: () => {},
    move(before, to) {
      turn(to.px - before.px, to.py - before.py);
      moved = true;
    },
    enlarge(_, factor) {
      turn(WHEEL * Math.log(factor), 0);
      table.rest();
    },
    reset: () => {},
    takesWheel: () => Boolean(table.painted()?.turns),
  });
  for (const type of ["pointerup", "pointercancel"]) surface.addEventListener(type, settle);
  surface.addEventListener("keydown", (event) => onKey(event, table, turn));
}

/** @param {Table} table @param {Place} place @param {number} reach */
function nearestStart(table, { px, py }, reach) {
  const painted = table.painted();
  if (!painted) return -1;
  const { state, kind } = { state: table.state(), kind: table.kind() };
  let [best, least] = [-1, reach];
  state.starts[kind.family].forEach((start, k) => {
    const at = placeOf(start, state.s);
    if (painted.shows && !painted.shows(at)) return;
    const [x, y] = painted.place(at, undefined);
    const far = Math.hypot(x - px, y - py) - (k === table.held() ? 2 : 0);
    if (far < least) [best, least] = [k, far];
  });
  return best;
}

/** @param {Table} table @param {number} k @param {Place} place */
function dragTo(table, k, { px, py }) {
  const { state, kind } = { state: table.state(), kind: table.kind() };
  const before = placeOf(state.starts[kind.family][k], state.s);
  const point = table.painted()?.from(px, py, before);
  if (!point) return false;
  table.move(k, within(point, kind));
  return true;
}

/** @param {number[]} point @param {import("./picture.js").Kind} kind @returns {Start} */
function within(point, { radius }) {
  const most = MARGIN * radius;
  return { at: point.map((x) => rounded(Math.min(most, Math.max(-most, x)))), tied: false };
}

/** @param {Table} table @param {Place} place */
function addAt(table, { px, py }) {
  const point = table.painted()?.from(px, py, undefined);
  if (!point || point.some((x) => Math.abs(x) > table.kind().radius)) return;
  table.add(within(point, table.kind()));
}

/** @param {KeyboardEvent} event @param {Table} table @param {(dx: number, dy: number) => void} turn */
function onKey(event, table, turn) {
  const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
  if (ctrlKey || metaKey || altKey) return;
  const [state, kind, held] = [table.state(), table.kind(), table.held()];
  const all = state.starts[kind.family];
  const turns = Boolean(table.painted()?.turns);
  const arrow = ARROWS[key];
  if (arrow && turns && !shiftKey) turn(TURN * arrow[0], -TURN * arrow[1]);
  else if (arrow && held >= 0) nudge(table, arrow, !turns && shiftKey ? FINE : STEP);
  else if (key === "PageDown" || key === "PageUp")
    table.hold((held + (key === "PageDown" ? 1 : all.length - 1)) % all.length);
  else if (key === "Delete" || key === "Backspace") table.remove(held);
  else if (key === "Insert" || key === "n") table.add(beside(all[held], state.s));
  else return;
  event.preventDefault();
  event.stopPropagation();
  if (arrow) table.rest();
}

/** @param {Table} table @param {[number, number]} arrow @param {number} step */
function nudge(table, [right, up], step) {
  const painted = table.painted();
  const [state, kind, held] = [table.state(), table.kind(), table.held()];
  if (!painted) return;
  const here = placeOf(state.starts[kind.family][held], state.s);
  const [px, py] = painted.place(here, undefined);
  const far = step * painted.unit;
  const next = painted.from(px + far * right, py - far * up, here);
  if (next) table.move(held, within(next, kind));
}

/** Beside a start that is there, or anywhere. @param {Start | undefined} start @param {number} s @returns {Start} */
function beside(start, s) {
  const at = start ? placeOf(start, s) : [0.5, -0.5];
  return { at: at.map((x, k) => rounded(x + (k === 0 ? 0.2 : 0.1))), tied: false };
}
