// The moment shown, above a picture: a line on each axis of time, and a mark on each curve.

import { interpolated } from "../page/arrays.js";
import { mark } from "./painter.js";

export function drawCursor(context, picture, panes, t, ink) {
  for (const pane of panes) if (pane.x.axis.time) drawLine(context, pane, t, ink);
  for (const curve of picture.curves)
    if (panes[curve.pane].x.axis.time) drawMark(context, curve, panes[curve.pane], t, ink);
}

function drawLine(context, { x, y }, t, ink) {
  const p = x.at(t);
  if (p < x.start - 1 || p > x.end + 1) return;
  context.strokeStyle = ink.cursor;
  context.lineWidth = 2 * ink.bold;
  context.setLineDash([]);
  context.beginPath();
  context.moveTo(p, y.start);
  context.lineTo(p, y.end);
  context.stroke();
}

function drawMark(context, curve, { x, y }, t, ink) {
  if (curve.marker === null || curve.x.length === 0) return;
  const px = x.at(t);
  const py = y.at(interpolated(curve.x, curve.y, t));
  if (px < x.start - 1 || px > x.end + 1 || py > y.start + 4 || py < y.end - 4) return;
  mark(context, px, py, 5.5 * ink.bold, curve.marker, ink.paper);
  mark(context, px, py, 4 * ink.bold, curve.marker, curve.line.color);
}
