// A critical point as a row of pips, one a mode, filled where it is learned; and how its kind is shown.

import { color } from "./theme.js";
import { WORDS } from "../page/words.js";

/** @typedef {{ x: number, y: number, size: number, modes: number, learned: number[] }} Row size of a pip across */

const HALO = [0.9, 1.8]; // of the type: the radius after no time, and what all the time adds
const STEP = 1.25; // from pip to pip, of their size
export const MOST_PIPS = 8; // of more modes the learned ones are written

/**
 * What fills, and what is written, of a kind of critical point.
 * @param {string} kind
 * @param {any} ink
 */
export function kindColors(kind, ink) {
  if (kind === "minimum") return { fill: ink.minimum, text: ink.minimumText };
  const flat = kind === "flat saddle" || kind === "origin";
  return flat ? { fill: ink.flat, text: ink.flatText } : { fill: ink.saddle, text: ink.saddleText };
}

// Half the width of a row, and half its height.
export function halves({ size, modes, learned }) {
  const tall = 0.95 * size;
  if (modes > MOST_PIPS) return [(0.34 * brief(learned, modes).length + 0.6) * 1.5 * size, tall];
  return [Math.max(tall, (STEP * modes * size) / 2 + 0.45 * size), tall]; // there may be no mode
}

// Colors of the modes, and what frames the row.
export function drawRow(context, row, { colors, border, width }, ink) {
  const { x, y, size, modes, learned } = row;
  const [half, tall] = halves(row);
  outline(context, x, y, half, tall);
  context.fillStyle = ink.paper;
  context.strokeStyle = border;
  context.lineWidth = width;
  context.setLineDash([]);
  context.fill();
  context.stroke();
  if (modes > MOST_PIPS) {
    context.font = `${1.5 * size}px ${ink.family}`;
    [context.fillStyle, context.textAlign, context.textBaseline] = [ink.text, "center", "middle"];
    context.fillText(brief(learned, modes), x, y);
    return;
  }
  for (let k = 0; k < modes; k++) {
    const known = learned.includes(k + 1);
    context.beginPath();
    context.arc(x + (k - (modes - 1) / 2) * STEP * size, y, 0.46 * size, 0, 2 * Math.PI);
    context.fillStyle = known ? color(colors[k], ink) : ink.paper;
    context.strokeStyle = known ? context.fillStyle : ink.axis;
    context.lineWidth = Math.max(0.8, size / 12);
    context.fill();
    context.stroke();
  }
}

// The learned modes, neighbors together: 1–3, 5.
export function brief(learned, modes) {
  if (learned.length === 0) return WORDS.pictures.none;
  if (learned.length === modes) return WORDS.pictures.all(modes);
  const parts = [];
  for (const k of learned) {
    const last = parts.at(-1);
    if (last && last[1] === k - 1) last[1] = k;
    else parts.push([k, k]);
  }
  return parts.map(([a, b]) => (a === b ? `${a}` : `${a}–${b}`)).join(", ");
}

function outline(context, x, y, half, tall) {
  context.beginPath();
  context.moveTo(x - half + tall, y - tall);
  context.lineTo(x + half - tall, y - tall);
  context.arc(x + half - tall, y, tall, -Math.PI / 2, Math.PI / 2);
  context.lineTo(x - half + tall, y + tall);
  context.arc(x - half + tall, y, tall, Math.PI / 2, (3 * Math.PI) / 2);
  context.closePath();
}

// Behind each node where time was spent a disk, the larger the longer.
export function drawHalos(context, laid, ink) {
  const { nodes, at, fontSize } = laid;
  const grown = growth(laid);
  for (const [k, { x, y }] of nodes.entries())
    if (at.spent[k] > 0)
      drawHalo(context, x, y, fontSize * (HALO[0] + grown * Math.sqrt(at.spent[k])), at.kinds[k], ink);
}

// What all the time adds to a radius: less where a disk would be cut off, by one measure for all.
function growth({ nodes, at, width, height, fontSize }) {
  const most = nodes.map(({ x, y }, k) => {
    const room = Math.min(x, y, width - x, height - y) / fontSize - HALO[0];
    return at.spent[k] > 0 ? room / Math.sqrt(at.spent[k]) : Infinity;
  });
  return Math.max(0, Math.min(HALO[1], ...most));
}

// A disk in the color of a kind; flat ones are hatched, so that grey tells them too.
export function drawHalo(context, x, y, radius, kind, ink) {
  context.save();
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.globalAlpha = ink.dark ? 0.4 : 0.35;
  context.fillStyle = kindColors(kind, ink).fill;
  context.fill();
  context.globalAlpha = 1;
  if (kind === "flat saddle" || kind === "origin") {
    context.clip();
    hatch(context, x - radius, y - radius, 2 * radius, ink.flatText, ink);
  }
  context.restore();
}

// A small square that says flat.
export function drawFlat(context, x, y, side, ink) {
  context.save();
  context.beginPath();
  context.rect(x, y, side, side);
  context.fillStyle = ink.flat;
  context.fill();
  context.clip();
  hatch(context, x, y, side, ink.hatch, ink);
  context.restore();
}

function hatch(context, x, y, side, color, ink) {
  context.setLineDash([]);
  context.strokeStyle = color;
  context.globalAlpha = 0.75;
  context.lineWidth = ink.bold;
  context.beginPath();
  for (let d = 3; d < 2 * side; d += 5) {
    context.moveTo(x + d, y);
    context.lineTo(x, y + d);
  }
  context.stroke();
  context.globalAlpha = 1;
}
