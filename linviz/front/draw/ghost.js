// The run before a change: its curves, pale behind those of now, with a label where it has room.

import { interpolated } from "../page/arrays.js";
import { widthOf } from "./labels.js";

/** @typedef {import("./picture.js").Curve} Curve */
/** @typedef {import("./axes.js").PlacedPane} PlacedPane */
/** @typedef {{ curves: Curve[], label: string }} Ghost */
/** @typedef {{ px: number, py: number, align: "left" | "right" }} Place */

const HEIGHTS = [0.6, 0.7, 0.5, 0.8, 0.4, 0.3, 0.9, 0.2]; // of the curve's own: where a label may stand
const WIDTH = 2; // of the line
const PALE = 0.45; // of its color

/**
 * @param {any} context
 * @param {Ghost} ghost
 * @param {PlacedPane[]} panes
 * @param {any} ink
 */
export function paintGhost(context, { curves }, panes, ink) {
  context.save();
  context.globalAlpha = PALE;
  [context.strokeStyle, context.lineWidth, context.lineJoin] = [ink.soft, WIDTH * ink.bold, "round"];
  context.setLineDash([]);
  for (const { x: xs, y: ys, pane } of curves) {
    const { x, y } = panes[pane];
    context.beginPath();
    for (let i = 0; i < xs.length; i++) context.lineTo(x.at(xs[i]), y.at(ys[i]));
    context.stroke();
  }
  context.restore();
}

/**
 * Beside the pale curve, on the side that the curves of now leave free; null if there is none.
 * @param {Ghost} ghost
 * @param {Curve[]} curves of now
 * @param {PlacedPane[]} panes
 * @param {number} fontSize
 * @returns {Place | null}
 */
export function labelPlace({ curves: [ghost], label }, curves, panes, fontSize) {
  const pane = panes[ghost.pane];
  const { x, y } = pane;
  const [wide, gap, tall] = [widthOf(label) * fontSize, 0.6 * fontSize, 0.7 * fontSize];
  const others = [ghost, ...curves].filter((curve) => curve.pane === ghost.pane && curve.x.length > 1);
  const [first, last] = [y.at(ghost.y[0]), y.at(ghost.y[ghost.y.length - 1])];
  for (const height of HEIGHTS) {
    const py = last + height * (first - last);
    const px = crossing(ghost, pane, py);
    if (px === null || py < y.end + tall || py > y.start - tall) continue;
    for (const align of /** @type {const} */ (["right", "left"])) {
      const [a, b] = align === "right" ? [px - gap - wide, px - gap] : [px + gap, px + gap + wide];
      if (a < x.start || b > x.end) continue;
      if (others.every((curve) => isClear(curve, pane, [a, b], [py - tall, py + tall]))) {
        return { px: align === "right" ? b : a, py, align };
      }
    }
  }
  return null;
}

/**
 * Where a curve comes to a height for the first time.
 * @param {Curve} curve
 * @param {PlacedPane} pane
 * @param {number} py
 */
function crossing(curve, { x, y }, py) {
  const side = Math.sign(y.at(curve.y[0]) - py);
  for (let i = 1; i < curve.x.length; i++) if (Math.sign(y.at(curve.y[i]) - py) !== side) return x.at(curve.x[i]);
  return null;
}

/**
 * Whether a curve keeps out of a box.
 * @param {Curve} curve
 * @param {PlacedPane} pane
 * @param {[number, number]} across
 * @param {[number, number]} up
 */
function isClear(curve, { x, y }, [left, right], [top, bottom]) {
  const heights = Array.from({ length: 9 }, (_, k) => left + (k / 8) * (right - left))
    .map((px) => x.valueAt(px))
    .filter((t) => t >= curve.x[0] && t <= curve.x[curve.x.length - 1])
    .map((t) => y.at(interpolated(curve.x, curve.y, t)));
  if (heights.length === 0) return true;
  return Math.min(...heights) > bottom || Math.max(...heights) < top;
}
