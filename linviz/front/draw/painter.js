// Draws a picture on a canvas, or on the recorder that writes SVG.

import { interpolated } from "../page/arrays.js";
import { apart, spaced } from "./axes.js";
import { labelPlace, paintGhost } from "./ghost.js";
import { paled } from "./theme.js";
import { WORDS } from "../page/words.js";

const NONE = /** @type {import("./ghost.js").Ghost | null} */ (null);
const DASHES = { solid: [], dash: [9, 5], dot: [2, 4], dashdot: [9, 4, 2, 4], longdash: [18, 7] };
const HOLLOW = 0.5; // of a hollow line's width is paper
const LINE = 1.3; // of the type: ticks of times that are looked at closer
const GLYPH = 0.5; // of the type: the width of a letter of what stands in a picture

// With `pale` the curves that grow are as they are before the moment shown is drawn upon them.
export function paint(
  context,
  { picture, panes, width, height, fontSize, pale = false, bare = false, ghost = NONE },
  ink,
) {
  const { levels, curves, marks, texts } = picture;
  context.clearRect(0, 0, width, height);
  context.font = `${fontSize}px ${ink.family}`;
  panes.forEach(({ x, y }, k) => {
    if (bare) return paintBare(context, { x, y }, levels.some(isBeside(k)), fontSize, ink);
    paintAxis(context, x, y, true, fontSize, ink);
    paintAxis(context, y, x, false, fontSize, ink);
  });
  picture.panes.forEach(({ lens }, k) => {
    if (lens !== null && lens !== undefined) paintLens(context, panes[k], panes[lens], fontSize, ink);
  });
  for (const level of levels) within(context, panes[level.pane], (pane) => paintLevel(context, level, pane));
  if (ghost) panes.forEach((pane, k) => within(context, pane, () => paintGhost(context, ofPane(ghost, k), panes, ink)));
  for (const curve of curves) {
    const { x } = panes[curve.pane];
    const drawn = pale && curve.grows && x.axis.time ? { ...curve, line: paled(curve.line, ink) } : curve;
    within(context, panes[curve.pane], (pane) => paintCurve(context, drawn, pane, ink));
  }
  for (const group of marks) within(context, panes[group.pane], (pane) => paintMarks(context, group, pane));
  for (const text of texts) within(context, panes[text.pane], (pane) => paintText(context, text, pane, fontSize, ink));
  if (ghost?.label) paintGhostLabel(context, ghost, picture, panes, fontSize, ink);
  for (const level of spaced(levels, panes, fontSize)) {
    const pane = panes[level.pane];
    const onTicks = bare && pane.x.span.range && pane.y.start - pane.y.at(level.value) < LINE * fontSize;
    if (!onTicks && !isCrossed(level, curves, pane, fontSize)) paintLabel(context, level, pane, fontSize, ink);
  }
  for (const { label, pane, at } of apart(picture, panes, fontSize)) {
    paintBeside(context, /** @type {any} */ (label), panes[pane], at, fontSize, ink);
  }
}

const ofPane = ({ curves, label }, k) => ({ label, curves: curves.filter(({ pane }) => pane === k) });

// Where all of it has no room, that it was before.
function paintGhostLabel(context, ghost, { curves }, panes, fontSize, ink) {
  for (const label of [ghost.label, WORDS.hand.before]) {
    const place = labelPlace({ ...ghost, label }, curves, panes, fontSize);
    if (!place) continue;
    context.font = `${0.94 * fontSize}px ${ink.family}`;
    [context.textAlign, context.textBaseline] = [place.align, "middle"];
    return haloed(context, label, place.px, place.py, ink.soft, ink.paper);
  }
}

function paintAxis(context, placed, across, horizontal, fontSize, ink) {
  context.lineWidth = 1;
  for (const { value, text } of placed.ticks) {
    const p = Math.round(placed.at(value)) + 0.5;
    const zero = value === 0 && placed.axis.zero;
    line(context, zero ? ink.faint : ink.grid, horizontal, p, across);
    context.fillStyle = ink.text;
    context.textAlign = horizontal ? "center" : "right";
    context.textBaseline = horizontal ? "top" : "middle";
    if (horizontal) context.fillText(text, p, across.start + 0.4 * fontSize);
    else context.fillText(text, across.start - 0.4 * fontSize, p);
  }
  const edge = Math.round(across.start) + 0.5;
  line(context, ink.axis, !horizontal, edge, placed);
  if (placed.slim && !horizontal && placed.note) paintNote(context, across, placed, fontSize, ink);
  paintTitle(context, placed, across, horizontal, fontSize, ink);
}

// The factor of an axis without a title, in the corner.
function paintNote(context, x, y, fontSize, ink) {
  [context.fillStyle, context.textAlign, context.textBaseline] = [ink.soft, "left", "top"];
  context.fillText(y.note, x.start + 0.3 * fontSize, y.end);
}

const isBeside =
  (k) =>
  (/** @type {any} */ { pane, label }) =>
    pane === k && label?.place === "beside";

// What an axis needs that shares its times with others: its ground, and its values unless the levels
// beside it tell them.
function paintBare(context, { x, y }, told, fontSize, ink) {
  context.lineWidth = 1;
  line(context, ink.grid, false, Math.round(y.start) + 0.5, x);
  if (y.axis.zero) line(context, ink.grid, false, Math.round(y.at(0)) + 0.5, x);
  context.fillStyle = ink.soft;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const { value, text } of told ? [] : y.ticks) {
    context.fillText(text, x.start - 0.5 * fontSize, Math.round(y.at(value)) + 0.5);
  }
  if (y.note && !told) paintNote(context, x, y, fontSize, ink);
  // of times that are looked at closer the ticks are its own
  [context.textAlign, context.textBaseline] = ["center", "bottom"];
  for (const { value, text } of x.span.range ? x.ticks : [])
    haloed(context, text, x.at(value), y.start - 0.15 * fontSize, ink.soft, ink.paper);
}

function line(context, color, vertical, p, across) {
  context.strokeStyle = color;
  context.beginPath();
  context.moveTo(vertical ? p : across.start, vertical ? across.start : p);
  context.lineTo(vertical ? p : across.end, vertical ? across.end : p);
  context.stroke();
}

function paintTitle(context, placed, across, horizontal, fontSize, ink) {
  const text = placed.title;
  if (!text) return;
  context.save();
  context.font = `${placed.titleSize}px ${ink.family}`;
  context.fillStyle = ink.text;
  context.textAlign = "center";
  const middle = (placed.start + placed.end) / 2;
  if (horizontal) {
    context.textBaseline = "top";
    context.fillText(text, middle, across.start + 1.75 * fontSize);
  } else {
    context.translate(across.start - 4.6 * fontSize, middle);
    context.rotate(-Math.PI / 2);
    context.textBaseline = "middle";
    context.fillText(text, 0, 0);
  }
  context.restore();
}

// A frame around a pane, and the band of another that it shows larger.
function paintLens(context, { x, y }, upper, fontSize, ink) {
  const [left, right] = [x.start - 0.4 * fontSize, x.end + 0.4 * fontSize];
  const [top, bottom] = [y.end, y.start].map((place) => upper.y.at(y.valueAt(place)));
  const tall = Math.max(4, bottom - top);
  context.fillStyle = ink.band;
  context.fillRect(x.start, (top + bottom - tall) / 2, x.end - x.start, tall);
  context.strokeStyle = ink.faint;
  context.lineWidth = 1;
  context.lineJoin = "miter";
  context.beginPath();
  context.rect(left, y.end, right - left, y.start - y.end);
  context.moveTo(x.start, upper.y.start);
  context.lineTo(left, y.end);
  context.moveTo(x.end, upper.y.start);
  context.lineTo(right, y.end);
  context.stroke();
  const times = Math.abs((y.start - y.end) / (bottom - top));
  context.font = `${0.94 * fontSize}px ${ink.family}`;
  context.fillStyle = ink.soft;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText(
    WORDS.pictures.drawn(Number(times.toPrecision(1))),
    x.start + 0.6 * fontSize,
    (upper.y.start + y.end) / 2,
  );
  context.font = `${fontSize}px ${ink.family}`;
}

// Draws with all that leaves the pane cut off.
export function within(context, { x, y }, draw) {
  context.save();
  context.beginPath();
  context.rect(x.start, y.end, x.end - x.start, y.start - y.end);
  context.clip();
  draw({ x, y });
  context.restore();
}

function pen(context, { color, width, dash }) {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.lineJoin = "round";
  context.setLineDash(DASHES[dash]);
  context.beginPath();
}

function paintLevel(context, { value, line }, { x, y }) {
  pen(context, line);
  context.moveTo(x.start, y.at(value));
  context.lineTo(x.end, y.at(value));
  context.stroke();
}

/**
 * A curve up to a moment, or all of it; a hollow one is paper upon its line.
 * @param {any} context
 * @param {import("./picture.js").Curve} curve
 * @param {import("./axes.js").PlacedPane} pane
 * @param {any} ink
 * @param {number} t
 */
export function paintCurve(context, curve, { x, y }, ink, t = Infinity) {
  const draw = (/** @type {any} */ line) => {
    pen(context, line);
    for (let i = 0; i < curve.x.length && curve.x[i] <= t; i++) context.lineTo(x.at(curve.x[i]), y.at(curve.y[i]));
    if (t < curve.x[curve.x.length - 1]) context.lineTo(x.at(t), y.at(interpolated(curve.x, curve.y, t)));
    context.stroke();
  };
  draw(curve.line);
  if (curve.hollow) draw({ ...curve.line, color: ink.paper, width: HOLLOW * curve.line.width });
}

function paintMarks(context, { x: xs, y: ys, size, symbol, color }, { x, y }) {
  for (let i = 0; i < xs.length; i++) mark(context, x.at(xs[i]), y.at(ys[i]), size / 2, symbol, color);
}

function paintText(context, text, { x, y }, fontSize, ink) {
  const gap = 0.1 * fontSize;
  const above = text.side === "above";
  context.font = `600 ${fontSize}px ${ink.family}`;
  context.textAlign = text.align;
  context.textBaseline = above ? "bottom" : "top";
  const px = x.at(text.x) + { left: gap, center: 0, right: -gap }[text.align];
  haloed(context, text.words, px, y.at(text.y) + (above ? -gap : gap), text.color, ink.paper);
}

export function mark(context, px, py, radius, symbol, color) {
  context.beginPath();
  if (symbol.startsWith("triangle")) {
    const up = symbol === "triangle-up" ? -1 : 1;
    context.moveTo(px - radius * 1.15, py - (up * radius * 2) / 3);
    context.lineTo(px + radius * 1.15, py - (up * radius * 2) / 3);
    context.lineTo(px, py + (up * radius * 4) / 3);
    context.closePath();
  } else if (symbol.startsWith("square")) {
    context.rect(px - radius, py - radius, 2 * radius, 2 * radius);
  } else if (symbol.startsWith("diamond")) {
    const reach = 1.3 * radius;
    context.moveTo(px - reach, py);
    context.lineTo(px, py - reach);
    context.lineTo(px + reach, py);
    context.lineTo(px, py + reach);
    context.closePath();
  } else {
    context.arc(px, py, radius, 0, 2 * Math.PI);
  }
  context.fillStyle = context.strokeStyle = color;
  context.lineWidth = 1.5;
  if (symbol.endsWith("open")) context.stroke();
  else context.fill();
}

// Whether a curve goes through the words of a level.
export function isCrossed({ value, label, pane }, curves, { x, y }, fontSize) {
  const [left, right] = [x.end - 10 - GLYPH * fontSize * label.words.length, x.end - 10];
  const [top, bottom] = [y.at(value) - 3 - 0.9 * fontSize, y.at(value) - 5];
  return curves.some((curve) => {
    if (curve.pane !== pane) return false;
    for (let k = 1; k < curve.x.length; k++) {
      const [from, to] = [x.at(curve.x[k - 1]), x.at(curve.x[k])];
      if (to < left || from > right) continue;
      const [was, is] = [y.at(curve.y[k - 1]), y.at(curve.y[k])];
      const along = (px) => was + ((is - was) * (px - from)) / (to - from || 1);
      const [p, q] = [from < left ? along(left) : was, to > right ? along(right) : is];
      if (Math.max(p, q) > top && Math.min(p, q) < bottom) return true;
    }
    return false;
  });
}

function paintLabel(context, { value, label }, { x, y }, fontSize, ink) {
  context.save();
  context.font = `${0.94 * fontSize}px ${ink.family}`;
  context.textAlign = "right";
  context.textBaseline = "bottom";
  haloed(context, label.words, x.end - 10, y.at(value) - 3, label.color, ink.halo);
  context.restore();
}

// Words at the right of the pane, where they have a line for themselves.
function paintBeside(context, { words, color }, { x }, at, fontSize, ink) {
  context.font = `${fontSize}px ${ink.family}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = color;
  context.fillText(words, x.end + 0.6 * fontSize, at);
}

function haloed(context, text, px, py, color, halo) {
  context.lineWidth = 4;
  context.strokeStyle = halo;
  context.lineJoin = "round";
  context.strokeText(text, px, py);
  context.fillStyle = color;
  context.fillText(text, px, py);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {CanvasRenderingContext2D}
 */
export function contextOf(canvas) {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("linviz: the browser gives no context to draw on");
  return context;
}

// A canvas of the size of its box, sharp on any screen.
export function fitted(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const context = contextOf(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}
