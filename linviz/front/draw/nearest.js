// The value of a picture that is nearest to a place, or next to another value, and its words.

import { lastBefore } from "../page/arrays.js";
import { written } from "./numbers.js";

/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("./axes.js").PlacedPane} PlacedPane */
/**
 * A value: of which item of the picture, the how manyth of its points, and where it lies. Between two
 * points of a curve it is the one before.
 * @typedef {{ item: number, index: number, name: string, pane: number, x: number, y: number, level: boolean }} Value
 * @typedef {{ name: string, pane: number, x: ArrayLike<number>, y: ArrayLike<number>, kind: "curve" | "marks" | "level" }} Item
 */

const WINDOW = 24; // pixels to either side in which points are looked at

/**
 * All that has values, in the order in which the arrow keys go through them.
 * @param {Picture} picture
 * @param {PlacedPane[]} panes
 * @returns {Item[]}
 */
export function itemsOf({ curves, marks, levels }, panes) {
  const constant = levels.map(({ name, value, pane }) => {
    const { x } = panes[pane];
    return { name, pane, x: [x.valueAt(x.start), x.valueAt(x.end)], y: [value, value] };
  });
  return [
    ...curves.map(({ name, pane, x, y }) => ({ name, pane, x, y, kind: /** @type {const} */ ("curve") })),
    ...marks.map(({ name, pane, x, y }) => ({ name, pane, x, y, kind: /** @type {const} */ ("marks") })),
    ...constant.map((level) => ({ ...level, kind: /** @type {const} */ ("level") })),
  ];
}

/**
 * The value nearest to a place, unless all are farther away than `reach`.
 * @param {Item[]} items
 * @param {PlacedPane[]} panes
 * @param {{ px: number, py: number }} place
 * @param {number} reach
 * @returns {Value | null}
 */
export function nearest(items, panes, place, reach) {
  let best = null;
  let least = reach;
  items.forEach((item, k) => {
    for (const value of near(item, k, panes[item.pane], place.px)) {
      const { x, y } = panes[value.pane];
      if (!isShown(value, panes)) continue;
      const distance = Math.hypot(x.at(value.x) - place.px, y.at(value.y) - place.py);
      if (distance < least) [best, least] = [value, distance];
    }
  });
  return best;
}

/**
 * The values of an item that may be the nearest: on its line above or below the place, and its points
 * not far to the left and to the right.
 * @param {Item} item
 * @param {number} k
 * @param {PlacedPane} pane
 * @param {number} px
 */
function* near(item, k, pane, px) {
  const { x, y, kind } = item;
  const value = (/** @type {number} */ index) => pointOf(item, k, index);
  if (kind === "marks") {
    for (let index = 0; index < x.length; index++) yield value(index);
    return;
  }
  if (x.length === 0) return;
  const here = pane.x.valueAt(px);
  const index = lastBefore(x, here);
  if (here >= x[0] && here <= x[x.length - 1] && index < x.length - 1) {
    const share = (here - x[index]) / (x[index + 1] - x[index]);
    if (x[index + 1] > x[index]) yield { ...value(index), x: here, y: y[index] + share * (y[index + 1] - y[index]) };
  }
  if (kind === "level") return;
  for (let i = index; i >= 0 && pane.x.at(x[i]) > px - WINDOW; i--) yield value(i);
  for (let i = index + 1; i < x.length && pane.x.at(x[i]) < px + WINDOW; i++) yield value(i);
}

/**
 * @param {Item} item
 * @param {number} k
 * @param {number} index
 * @returns {Value}
 */
function pointOf({ name, pane, x, y, kind }, k, index) {
  return { item: k, index, name, pane, x: x[index], y: y[index], level: kind === "level" };
}

/**
 * @param {Value} value
 * @param {PlacedPane[]} panes
 */
export function isShown({ pane, x, y }, panes) {
  const [px, py] = [panes[pane].x.at(x), panes[pane].y.at(y)];
  const { x: across, y: up } = panes[pane];
  return px >= across.start - 1 && px <= across.end + 1 && py <= up.start + 1 && py >= up.end - 1;
}

/**
 * Where the arrow keys begin: at this x, on the first item that is shown there, else on the first at all.
 * @param {Item[]} items
 * @param {PlacedPane[]} panes
 * @param {number} x
 * @returns {Value | null}
 */
export function firstValue(items, panes, x) {
  const values = items.flatMap((item, k) => (item.x.length > 0 ? [closest(items, k, x)] : []));
  return values.find((value) => isShown(value, panes)) ?? values[0] ?? null;
}

/**
 * The point of an item that is closest in x.
 * @param {Item[]} items
 * @param {number} k
 * @param {number} x
 * @returns {Value}
 */
function closest(items, k, x) {
  const { x: xs } = items[k];
  let index = 0;
  for (let i = 1; i < xs.length; i++) if (Math.abs(xs[i] - x) < Math.abs(xs[index] - x)) index = i;
  return pointOf(items[k], k, index);
}

/**
 * The next point along an item that is clearly elsewhere, or the last one.
 * @param {Item[]} items
 * @param {PlacedPane[]} panes
 * @param {Value} from
 * @param {1 | -1} direction
 * @returns {Value}
 */
export function along(items, panes, from, direction) {
  const { x, y } = items[from.item];
  const pane = panes[from.pane];
  const distance = (/** @type {number} */ i) => {
    return Math.hypot(pane.x.at(x[i]) - pane.x.at(from.x), pane.y.at(y[i]) - pane.y.at(from.y));
  };
  let index = from.index + direction;
  while (index > 0 && index < x.length - 1 && distance(index) < 4) index += direction;
  index = Math.max(0, Math.min(x.length - 1, index));
  return { ...from, index, x: x[index], y: y[index] };
}

/**
 * The value of the next item (1) or the one before (-1), at the same x.
 * @param {Item[]} items
 * @param {Value} from
 * @param {1 | -1} direction
 * @returns {Value}
 */
export function across(items, from, direction) {
  const filled = items.map((_, k) => k).filter((k) => items[k].x.length > 0);
  const next = (filled.indexOf(from.item) + direction + filled.length) % filled.length;
  return closest(items, filled[next], from.x);
}

/**
 * @param {import("./picture.js").Axis} axis
 * @param {number} value
 */
function told({ letter, whole }, value) {
  if (whole) return `${letter} ${Math.round(value)}`;
  return letter ? `${letter} = ${written(value, 4)}` : written(value, 4);
}

/**
 * The name of a value's item, and the value as an equation.
 * @param {Value} value
 * @param {PlacedPane[]} panes
 */
export function wordsOf({ name, pane, x, y, level }, panes) {
  const { x: across, y: up } = panes[pane];
  if (level) return up.axis.letter ? [name, told(up.axis, y)] : [name];
  return [name, `${told(across.axis, x)}, ${told(up.axis, y)}`];
}
