// What the pictures of weights and of matrices share: the canvas they stand on, the moment between
// two frames, how numbers and names are written, and a heat map with zero as the paper.

import { lastBefore } from "../page/arrays.js";
import { part } from "../page/part.js";
import { contextOf, fitted } from "./painter.js";
import { channels, css } from "./theme.js";

const STEPS = 128; // shades on each side of zero
const FINE = 4; // pixels: smaller cells are drawn as one image
let known = { key: "" };
let fine = /** @type {HTMLCanvasElement | null} */ (null);

// A canvas that fills its box, which `fit` tells: a move asks no layout.
export function createStage(paint, size) {
  const element = document.createElement("div");
  element.className = "picture-canvas";
  element.innerHTML = '<canvas role="img"></canvas>';
  const canvas = part(element, "canvas");
  let box = { width: 0, height: 0 };
  return {
    element,
    fit(given) {
      box = given;
      this.paint();
    },
    paint() {
      if (box.width < 20 || box.height < 20) return;
      const context = fitted(canvas, box.width, box.height);
      context.clearRect(0, 0, box.width, box.height);
      paint(context, box.width, box.height, size());
    },
    describe: (words) => canvas.setAttribute("aria-label", words),
  };
}

/**
 * The matrix at time x, on the line between its two moments.
 * @param {{ t: Float64Array, values: import("./picture.js").Matrices }} part
 * @param {number} x
 */
export function moment({ t, values }, x) {
  const [k, entries] = [lastBefore(t, x), values.shape[1] * values.shape[2]];
  const before = values.subarray(k * entries, (k + 1) * entries);
  if (k >= t.length - 1 || x <= t[k]) return before;
  const after = values.subarray((k + 1) * entries, (k + 2) * entries);
  const share = (x - t[k]) / (t[k + 1] - t[k]);
  const between = new Float32Array(entries);
  for (let i = 0; i < entries; i++) between[i] = before[i] + share * (after[i] - before[i]);
  return between;
}

// Shades from −1 to 1 with the paper in the middle, each with the color of text upon it.
function palette(ink) {
  const key = `${ink.paper} ${ink.dark}`;
  if (known.key === key) return known;
  const paper = channels(ink.paper);
  const ends = { negative: channels(ink.negative), positive: channels(ink.positive) };
  const shades = Array.from({ length: 2 * STEPS + 1 }, (_, i) => {
    const amount = Math.abs(i / STEPS - 1);
    const end = i < STEPS ? ends.negative : ends.positive;
    return end.map((c, k) => Math.round(paper[k] + amount * (c - paper[k])));
  });
  known = {
    key,
    colors: shades,
    fills: shades.map(css),
    texts: shades.map((shade) => (luminance(shade) > 0.26 ? ink.onPale : ink.onDeep)),
  };
  return known;
}

// Relative luminance (WCAG).
function luminance(rgb) {
  const [r, g, b] = rgb.map((c) => (c <= 10 ? c / 3294 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

// Which shade each entry has: what is at or below the floor is zero.
export function shadesOf(matrix, limit, floor) {
  const shades = new Uint16Array(matrix.length).fill(STEPS);
  for (let i = 0; i < matrix.length; i++) {
    if (Math.abs(matrix[i]) <= floor) continue;
    shades[i] = STEPS + Math.round(STEPS * Math.max(-1, Math.min(1, matrix[i] / limit)));
  }
  return shades;
}

// A heat map. Cells whose first shade is another are cut in two, the first above and the present below.
export function drawHeat(context, { x, y, width, height, columns, rows, framed = false }, shades, first, ink) {
  const { fills } = palette(ink);
  const edge = (from, length, k, n) => Math.round(from + (length * k) / n);
  const frame = () => drawFrame(context, { x, y, width, height }, framed, ink);
  if (width / columns < FINE && context.drawImage && !first) {
    drawFine(context, { x, y, width, height, columns, rows }, shades, ink);
    return frame();
  }
  context.fillStyle = fills[STEPS];
  context.fillRect(x, y, width, height);
  for (let row = 0; row < rows; row++) {
    const top = edge(y, height, row, rows);
    const tall = Math.max(1, edge(y, height, row + 1, rows) - top);
    for (let column = 0; column < columns; column++) {
      const i = row * columns + column;
      const before = first?.[i] ?? shades[i];
      if (shades[i] === STEPS && before === STEPS) continue;
      const left = edge(x, width, column, columns);
      const wide = Math.max(1, edge(x, width, column + 1, columns) - left);
      context.fillStyle = fills[before];
      context.fillRect(left, top, wide, tall);
      if (before !== shades[i]) drawLowerHalf(context, left, top, wide, tall, fills[shades[i]]);
    }
  }
  drawGaps(context, { x, y, width, height, columns, rows }, fills[STEPS], edge);
  frame();
}

function drawFrame(context, { x, y, width, height }, framed, ink) {
  const line = framed ? 3 : 1;
  context.strokeStyle = framed ? ink.text : ink.axis;
  context.lineWidth = line;
  context.lineJoin = "miter";
  context.strokeRect(
    Math.round(x) - line / 2,
    Math.round(y) - line / 2,
    Math.round(width) + line,
    Math.round(height) + line,
  );
}

// Cells of a few pixels, as one image.
function drawFine(context, { x, y, width, height, columns, rows }, shades, ink) {
  const { colors } = palette(ink);
  const image = new ImageData(columns, rows);
  for (let i = 0; i < shades.length; i++) image.data.set([...colors[shades[i]], 255], 4 * i);
  fine ??= document.createElement("canvas");
  [fine.width, fine.height] = [columns, rows];
  contextOf(fine).putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(fine, x, y, width, height);
}

function drawLowerHalf(context, left, top, wide, tall, fill) {
  context.fillStyle = fill;
  context.beginPath();
  context.moveTo(left + wide, top);
  context.lineTo(left + wide, top + tall);
  context.lineTo(left, top + tall);
  context.closePath();
  context.fill();
}

// Paper between the cells, where they are large enough to be told apart.
function drawGaps(context, { x, y, width, height, columns, rows }, fill, edge) {
  if (width / columns < 6 || height / rows < 6) return;
  context.fillStyle = fill;
  for (let k = 1; k < columns; k++) context.fillRect(edge(x, width, k, columns), y, 1, height);
  for (let k = 1; k < rows; k++) context.fillRect(x, edge(y, height, k, rows), width, 1);
}

// How many digits after the point fit a cell: null where none do, -1 for powers of ten.
export function digitsFor(context, limit, cell, room) {
  if (limit < 0.01) return context.measureText("−9e−9").width <= cell - room ? -1 : null;
  const whole = String(Math.floor(limit)).replace(/\d/g, "9");
  const fits = (digits) =>
    context.measureText(`−${whole}${digits ? "." : ""}${"9".repeat(digits)}`).width <= cell - room;
  return (limit >= 10 ? [1, 0] : limit >= 0.1 ? [2, 1] : [3, 2]).find(fits) ?? null;
}

// A dash in every cell that is clearly negative: no sign is told by color alone.
export function markNegative(context, { x, y, width, height, columns, rows }, shades, ink) {
  const [wide, tall] = [width / columns, height / rows];
  if (wide < 7 || tall < 7) return;
  const { texts } = palette(ink);
  for (let i = 0; i < shades.length; i++) {
    if (shades[i] > STEPS * 0.9) continue;
    const [column, row] = [i % columns, Math.floor(i / columns)];
    context.fillStyle = texts[shades[i]];
    const thick = wide < 12 ? 1 : 2;
    context.fillRect(x + (column + 0.3) * wide, y + (row + 0.5) * tall - thick / 2, 0.4 * wide, thick);
  }
}

export function drawNumbers(context, { x, y, width, height, columns, rows }, matrix, shades, digits, ink) {
  const { texts } = palette(ink);
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let i = 0; i < matrix.length; i++) {
    const text = digits < 0 ? matrix[i].toExponential(0) : matrix[i].toFixed(digits);
    const clean = shades[i] === STEPS && (digits < 0 || Number(text) === 0) ? "0" : text;
    const [column, row] = [i % columns, Math.floor(i / columns)];
    context.fillStyle = texts[shades[i]];
    const [px, py] = [x + ((column + 0.5) * width) / columns, y + ((row + 0.5) * height) / rows];
    context.fillText(Number(clean) === 0 ? "0" : clean.replace("e+", "e").replaceAll("-", "−"), px, py);
  }
}
