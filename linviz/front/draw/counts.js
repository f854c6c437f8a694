// What is written into the picture of the Hessian: how many eigenvalues lead up, are flat, lead down; the
// edge of a second run; and a bar, with a lens, where more lie near 0 than have room.

import { written } from "./numbers.js";
import { WORDS } from "../page/words.js";

const ROUNDOFF = 1e-8; // of the axis: what is nearer to 0 has no spread to be shown
const NARROW = 10; // units of the type: in a narrower picture the counts stand below it
const LOW = 6; // and in a lower one too
const [NUMBER, WORD] = [1.65, 1.1]; // of the type
const LENS = 3.4; // units of the type: how high it is
const ROOM = 6.6; // below 0, for a lens and a count
const WIDE = 11; // and beside it
const BESIDE = 4.4; // at its right, for its numbers

/** @typedef {{ text: string, color: string, bold?: boolean }} Piece */

// The half that leads down is tinted; counts stand where their marks do.
export function drawCounts(context, { x, y }, content, fontSize, ink) {
  const { counts, title, late = false, bar, near, cuts, levels } = content;
  context.save();
  context.setLineDash([]);
  const zero = Math.min(y.start, Math.max(y.end, y.at(0)));
  context.globalAlpha = ink.dark ? 0.16 : 0.12;
  context.fillStyle = ink.saddle;
  context.fillRect(x.start, zero, x.end - x.start, y.start - zero);
  context.globalAlpha = 1;
  if (bar) drawBar(context, x, zero, fontSize, ink);
  const close = bar ? enlarged(near) : [];
  const most = Math.max(0, ...close.map(({ value }) => Math.abs(value)));
  const told = most > ROUNDOFF * Math.max(...y.axis.range.map(Math.abs));
  const top = belowMarks(content, y, zero, fontSize);
  const lens = told && y.start - top > (ROOM - 1) * fontSize && x.end - x.start > WIDE * fontSize;
  if (lens) drawLens(context, x, { zero, top }, close, most, fontSize, ink);
  for (const { value, right } of cuts)
    drawBreak(context, (right ? x.start : x.end) - fontSize, y.at(value), fontSize, ink);
  for (const { value, label } of levels) if (label) edge(context, x, y.at(value), label.words, fontSize, ink);
  const low = y.start - y.end < LOW * fontSize;
  const short = low || x.end - x.start < NARROW * fontSize;
  if (counts && !short) {
    const edges = levels.map((/** @type {any} */ { value }) => y.at(value));
    threeCounts(context, { x, y, zero, lens, edges }, counts, fontSize, ink);
  }
  const [ups, downs] = counts ? shortCounts(counts, late, ink) : [[], []];
  const below = low ? [[...ups, { text: " · ", color: ink.soft }, ...downs]] : [ups, downs];
  const lines = short && counts ? below : linesOf(context, title, x.end, fontSize, ink);
  drawBelow(context, x, y, lines, fontSize, ink);
  context.restore();
}

function threeCounts(context, { x, y, zero, lens, edges }, counts, fontSize, ink) {
  const big = NUMBER * fontSize;
  const low = lens ? y.start : Math.max(zero + 1.3 * big, (zero + y.start) / 2 + 0.4 * big);
  const down = Math.min(y.start - 0.35 * fontSize, low);
  const free =
    y.end + (edges.some((/** @type {number} */ line) => Math.abs(line - y.end - big) < 1.3 * big) ? 3 : 1.4) * big;
  const up = Math.max(y.end + 1.1 * big, Math.min(zero - 2.6 * big, free));
  const own = [
    [up, counts.up, WORDS.pictures.up, ink.minimumText],
    [zero - 0.75 * fontSize, counts.flat, WORDS.pictures.flat, ink.soft],
    [down, counts.down, WORDS.pictures.ways(counts.down), ink.saddleText],
  ];
  for (const [base, number, word, color] of own) count(context, x.end, base, number, word, color, fontSize, ink);
}

// Below a narrow picture, in the same colors.
function shortCounts({ up, flat, down }, late, ink) {
  const when = late ? [{ text: WORDS.pictures.late, color: ink.soft }] : [];
  return [
    [
      { text: `${up} ${WORDS.pictures.up}`, color: ink.minimumText, bold: true },
      { text: ` · ${flat} ${WORDS.pictures.flat}`, color: ink.soft },
    ],
    [...when, { text: `${down} ${WORDS.pictures.ways(down)}`, color: ink.saddleText, bold: true }],
  ];
}

// One line, or two where it is too long.
function linesOf(context, title, room, fontSize, { family, soft }) {
  context.font = `${fontSize}px ${family}`;
  const lines = context.measureText(title).width > room ? title.split(/(?<=[,;]) /) : [title];
  return lines.map((text) => [{ text, color: soft }]);
}

/** @param {any} context @param {any} x @param {any} y @param {Piece[][]} lines @param {number} fontSize @param {any} ink */
function drawBelow(context, x, y, lines, fontSize, { family }) {
  [context.textAlign, context.textBaseline] = ["right", "top"];
  lines.forEach((pieces, k) => {
    let right = x.end;
    for (const { text, color, bold } of [...pieces].reverse()) {
      context.font = `${bold ? "bold " : ""}${fontSize}px ${family}`;
      context.fillStyle = color;
      context.fillText(text, right, y.start + (0.5 + 1.15 * k) * fontSize);
      right -= context.measureText(text).width;
    }
  });
}

function count(context, right, base, number, word, ink, fontSize, { family, paper }) {
  context.textAlign = "right";
  context.textBaseline = "alphabetic";
  [context.fillStyle, context.strokeStyle, context.lineWidth, context.lineJoin] = [ink, paper, 4, "round"];
  context.font = `${WORD * fontSize}px ${family}`;
  const wide = context.measureText(` ${word}`).width;
  plate(context, right, base, wide + 0.6 * NUMBER * fontSize * String(number).length, fontSize, paper);
  context.strokeText(word, right, base);
  context.fillText(word, right, base);
  context.font = `bold ${NUMBER * fontSize}px ${family}`;
  context.strokeText(String(number), right - wide, base);
  context.fillText(String(number), right - wide, base);
}

// Marks behind a count step back.
function plate(context, right, base, wide, fontSize, paper) {
  const own = context.fillStyle;
  [context.globalAlpha, context.fillStyle] = [0.75, paper];
  context.fillRect(right - wide, base - 1.25 * fontSize, wide, 1.5 * fontSize);
  [context.globalAlpha, context.fillStyle] = [1, own];
}

// The name of a level stands on its line, at the left of the highest count.
function edge(context, x, py, words, fontSize, { family, text, paper }) {
  context.font = `${0.94 * fontSize}px ${family}`;
  [context.textAlign, context.textBaseline, context.lineJoin] = ["right", "bottom", "round"];
  [context.fillStyle, context.strokeStyle, context.lineWidth] = [text, paper, 4];
  context.strokeText(words, x.end, py - 0.15 * fontSize);
  context.fillText(words, x.end, py - 0.15 * fontSize);
}

// More near 0 than fit: a bar with a break.
function drawBar(context, x, zero, fontSize, ink) {
  const size = 0.62 * fontSize;
  const [left, right, cut] = [x.start + size, x.end - size, x.start + 0.62 * (x.end - x.start)];
  context.fillStyle = ink.other;
  context.fillRect(left, zero - size / 2, right - left, size);
  drawBreak(context, cut, zero, fontSize, ink);
}

// Where a lens hides no mark of what leads down.
function belowMarks({ groups, near }, y, zero, fontSize) {
  const inBar = new Set(near.map(({ value }) => value));
  const marks = groups.flatMap(({ values }) => Array.from(values)).filter((value) => value < 0 && !inBar.has(value));
  const first = zero + fontSize;
  const hidden = marks.map((value) => y.at(value)).filter((py) => py < first + (LENS + 0.4) * fontSize);
  return Math.max(first, ...hidden.map((py) => py + 0.6 * fontSize));
}

// What is flat, where most of it is so, else all that is near 0: one far away would hide the others.
function enlarged(near) {
  const flat = near.filter(({ name }) => name === "flat");
  return 2 * flat.length > near.length ? flat : near;
}

// Those near 0 one beside the other, on a scale of their own.
function drawLens(context, x, { zero, top }, near, most, fontSize, ink) {
  const [left, right] = [x.start + 1.2 * fontSize, x.end - BESIDE * fontSize];
  const bottom = top + LENS * fontSize;
  const [middle, half] = [(top + bottom) / 2, (bottom - top) / 2 - 0.35 * fontSize];
  const bar = 0.31 * fontSize;
  [context.fillStyle, context.strokeStyle, context.lineWidth] = [ink.paper, ink.faint, 1];
  context.fillRect(left, top, right - left, bottom - top);
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  for (const [from, to] of [
    [x.start + 2 * bar, left],
    [x.end - 2 * bar, right],
  ]) {
    context.moveTo(from, zero + bar);
    context.lineTo(to, top);
  }
  context.moveTo(left, middle);
  context.lineTo(right, middle);
  context.stroke();
  const step = (right - left) / (near.length + 1);
  near.forEach(({ value, color }, k) => {
    context.fillStyle = color;
    context.beginPath();
    context.arc(left + (k + 1) * step, middle - (half * value) / most, Math.min(2.4, 0.15 * fontSize), 0, 2 * Math.PI);
    context.fill();
  });
  context.font = `${0.94 * fontSize}px ${ink.family}`;
  [context.textAlign, context.textBaseline, context.fillStyle] = ["left", "middle", ink.soft];
  for (const [share, text] of /** @type {[number, string][]} */ ([
    [-1, written(most, 2)],
    [1, `−${written(most, 2)}`],
  ]))
    context.fillText(text, right + 0.4 * fontSize, middle + share * half);
}

// A slanted gap: here something is left out.
function drawBreak(context, px, py, fontSize, ink) {
  const tall = 0.43 * fontSize;
  context.fillStyle = ink.paper;
  context.beginPath();
  for (const [dx, dy] of [
    [0, -1],
    [8, -1],
    [2, 1],
    [-6, 1],
  ])
    context.lineTo(px + dx, py + dy * tall);
  context.fill();
}
