// The moment shown, above a picture: a line on each axis of time, each curve up to it, and a mark.

import { interpolated } from "../page/arrays.js";
import { mark, paintCurve, within } from "./painter.js";

/** @typedef {import("./picture.js").Curve} Curve */
/** @typedef {import("./axes.js").PlacedPane} PlacedPane */

/**
 * @param {any} context
 * @param {import("./picture.js").Picture} picture
 * @param {PlacedPane[]} panes
 * @param {number} t
 * @param {any} ink
 */
export function drawCursor(context, picture, panes, t, ink) {
  for (const pane of panes) if (pane.x.axis.time) drawLine(context, pane, t, ink);
  const curves = inPlay(picture.curves, t).filter(({ pane }) => panes[pane].x.axis.time);
  for (const curve of curves) {
    if (curve.grows) within(context, panes[curve.pane], (pane) => paintCurve(context, curve, pane, ink, t));
  }
  context.setLineDash([]);
  for (const curve of curves) drawMark(context, curve, panes[curve.pane], t, ink);
}

/**
 * The curves, the last that has come into play in its accent and above the others.
 * @param {Curve[]} curves
 * @param {number} t
 */
function inPlay(curves, t) {
  let last = /** @type {Curve | null} */ (null);
  for (const curve of curves) {
    if (!curve.accent || t < curve.accent.start || t > curve.accent.end) continue;
    if (!last?.accent || curve.accent.start >= last.accent.start) last = curve;
  }
  if (!last?.accent) return curves;
  const played = { ...last, line: { ...last.line, color: last.accent.color } };
  return [...curves.filter((curve) => curve !== last), played];
}

/**
 * @param {any} context
 * @param {PlacedPane} pane
 * @param {number} t
 * @param {any} ink
 */
function drawLine(context, { x, y }, t, ink) {
  const p = x.at(t);
  if (p < x.start - 1 || p > x.end + 1) return;
  context.strokeStyle = ink.cursor;
  context.lineWidth = 1.5 * ink.bold;
  context.setLineDash([]);
  context.beginPath();
  context.moveTo(p, y.start);
  context.lineTo(p, y.end);
  context.stroke();
}

/**
 * @param {any} context
 * @param {Curve} curve
 * @param {PlacedPane} pane
 * @param {number} t
 * @param {any} ink
 */
function drawMark(context, curve, { x, y }, t, ink) {
  if (curve.marker === null || curve.x.length === 0) return;
  const px = x.at(t);
  const py = y.at(interpolated(curve.x, curve.y, t));
  if (px < x.start - 1 || px > x.end + 1 || py > y.start + 4 || py < y.end - 4) return;
  const open = curve.marker.endsWith("-open");
  mark(context, px, py, (open ? 5 : 7) * ink.bold, curve.marker.replace("-open", ""), ink.paper);
  mark(context, px, py, 5 * ink.bold, curve.marker, curve.line.color);
}
