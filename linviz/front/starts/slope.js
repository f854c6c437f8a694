// What the longest waits say: the codimension of the basin where all unstable rates are equal, else the
// slope or the exponent, each with its 95 % and beside theory; at 0 would be a basin with volume.

import { createSheet, rule, write } from "./sheet.js";
import { SAID } from "./words.js";

const NORMAL = 1.96;

/** @typedef {import("./gather.js").Tail} Tail */
/** @typedef {{ label: string, value: number, error: number, theory: number | null, color: string }} Row */

/**
 * A tail as a row: by its rate, where there is one, so that it counts directions.
 * @param {string} label @param {Tail | null} tail @param {number | null} rate @param {string} color
 * @returns {Row | null}
 */
export function rowOf(label, tail, rate, color) {
  if (tail === null || tail.value === null || tail.error === null) return null;
  const by = rate ?? 1;
  const theory = tail.theory === null ? null : tail.theory / by;
  return { label, value: tail.value / by, error: tail.error / by, theory, color };
}

/** A reason as a sentence. @param {string} words */
const sentence = (words) => words && `${words[0].toUpperCase()}${words.slice(1)}${words.endsWith(".") ? "" : "."}`;

/**
 * @param {HTMLElement} place
 * @param {() => any} ink
 */
export function createSlope(place, ink) {
  const state = { rows: /** @type {Row[]} */ ([]), words: "" };
  const sheet = createSheet(place, () => {
    sheet.begin();
    if (state.rows.length > 0) draw(sheet.context, sheet.size, ink(), state.rows);
  });
  const note = document.createElement("p");
  note.className = "why";
  place.after(note);
  return {
    /** @param {Row[]} rows the study at hand first @param {string} words why there is none, or how far it holds */
    show(rows, words) {
      Object.assign(state, { rows, words });
      const said = sentence(words);
      Object.assign(note, { textContent: said, title: said });
      note.dataset.alone = String(rows.length === 0);
      sheet.soon();
    },
    soon: sheet.soon,
    dispose: sheet.dispose,
  };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{ width: number, height: number }} size
 * @param {any} ink
 * @param {Row[]} rows
 */
function draw(context, size, ink, rows) {
  const unit = ink.labels;
  context.font = `400 ${unit}px ${ink.family}`;
  const widest = Math.max(...rows.map(({ label }) => context.measureText(label).width));
  const [left, right] = [Math.min(widest + 1.4 * unit, size.width / 3), size.width - 1.2 * unit];
  const [top, bottom] = [1.2 * unit, size.height - 2 * unit];
  const most = Math.max(...rows.map(({ value, error, theory }) => Math.max(value + NORMAL * error, theory ?? 0)));
  const to = Math.max(4, Math.ceil(most * 1.05));
  const x = (/** @type {number} */ value) => left + ((right - left) * value) / to;
  const step = Math.max(1, Math.ceil(to / 6));
  for (let value = 0; value <= to; value += step) {
    rule(context, [x(value), top, x(value), bottom], value ? ink.grid : ink.saddle, value ? 1 : 2.4 * ink.bold);
    write(context, ink, String(value), x(value), bottom + 0.9 * unit, { align: "center", color: ink.soft });
  }
  write(context, ink, SAID.volume, x(0) + 0.4 * unit, 0.6 * unit, { color: ink.saddleText });
  const height = Math.min(4 * unit, (bottom - top) / rows.length);
  rows.forEach((row, i) => drawRow(context, row, x, top + height * (i + 0.5), i === 0, ink, [left, right]));
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Row} row
 * @param {(value: number) => number} x
 * @param {number} y
 * @param {boolean} own
 * @param {any} ink
 * @param {[number, number]} ends of the axis
 */
function drawRow(context, { label, value, error, theory, color }, x, y, own, ink, [left, right]) {
  const unit = ink.labels;
  write(context, ink, label, left - 0.7 * unit, y, { align: "right", color });
  context.globalAlpha = 0.35;
  rule(context, [x(Math.max(0, value - NORMAL * error)), y, x(value + NORMAL * error), y], color, 9 * ink.bold);
  context.globalAlpha = 1;
  context.fillStyle = color;
  context.beginPath();
  context.arc(x(value), y, own ? 8 : 6, 0, 7);
  context.fill();
  if (theory !== null) rule(context, [x(theory), y - unit, x(theory), y + unit], ink.text, 2.4 * ink.bold);
  if (!own) return;
  const words = `${value.toFixed(2)} ± ${error.toFixed(2)}`;
  const beside = theory === null ? "" : SAID.theoryIs(theory);
  context.font = `700 ${1.35 * unit}px ${ink.family}`;
  const width = context.measureText(words).width + unit;
  const whole = width + 0.6 * unit * beside.length;
  const after = Math.max(x(value + NORMAL * error), theory === null ? 0 : x(theory)) + 0.7 * unit;
  const fits = after + whole <= right;
  const at = fits ? [after, y] : [Math.max(left, Math.min(after, right - whole)), y + 1.7 * unit]; // else below
  write(context, ink, words, at[0], at[1], { size: 1.35 * unit, weight: 700, halo: true });
  write(context, ink, beside, at[0] + width, at[1], { color: ink.soft, halo: true });
}
