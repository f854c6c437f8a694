// The share that still waits at a saddle, on a logarithmic axis (where theory says a power of t, on two):
// theory's slope stands there before any start has run, and so does what the visitor predicts.

import { ticksOf } from "../draw/ticks.js";
import { createSheet, rule, write } from "./sheet.js";
import { SAID } from "./words.js";

const NEAR = 14; // pixels from a point that is meant
const NAMED = [0.04, 0.01, 0.12, 0.003, 0.3]; // shares at which a curve has its name, the usual one first
const BEFORE_DATA = 1000; // starts: how far down the axis goes until there are more

/** @typedef {import("./gather.js").Curve} Curve */
/** @typedef {import("./gather.js").Tail} Tail */
/** @typedef {import("./gather.js").Law} Law */
/**
 * What is drawn: of the study at hand a curve, or none yet; and what other studies of the visit had.
 * @typedef {{ n: number, law: Law, curve: Curve | null, tail: Tail | null, predicted: number | null,
 *   others: { label: string, curve: Curve, law: string, color: string }[], label: string }} Waits
 */

/**
 * @param {HTMLElement} place
 * @param {{ ink: () => any, open: (wait: number) => void }} given
 */
export function createSurvival(place, given) {
  const state = { waits: /** @type {Waits | null} */ (null), picked: -1 };
  const sheet = createSheet(place, () => {
    sheet.begin();
    if (state.waits) draw(sheet.context, sheet.size, given.ink(), state.waits, state.picked);
  });
  const at = () => frameOf(sheet.size, given.ink(), /** @type {Waits} */ (state.waits));
  const { canvas } = sheet;
  Object.assign(canvas, { tabIndex: 0, ariaLabel: SAID.survivalHint });
  canvas.setAttribute("role", "img");
  const pick = (/** @type {number} */ i) => {
    if (i === state.picked) return;
    state.picked = i;
    canvas.style.cursor = i >= 0 ? "pointer" : "";
    sheet.soon();
  };
  const open = () => {
    const curve = state.waits?.curve;
    if (curve && state.picked >= 0) given.open(curve.t[state.picked]);
  };
  canvas.addEventListener("pointermove", (event) => {
    const { left, top } = canvas.getBoundingClientRect();
    pick(state.waits?.curve ? nearest(state.waits.curve, at(), event.clientX - left, event.clientY - top) : -1);
  });
  canvas.addEventListener("pointerleave", () => pick(-1));
  canvas.addEventListener("click", open);
  canvas.addEventListener("keydown", (event) => {
    const last = (state.waits?.curve?.t.length ?? 0) - 1;
    const steps = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1 });
    if (event.key === "Enter") open();
    else if (event.key in steps && last >= 0)
      pick(state.picked < 0 ? last : Math.min(last, Math.max(0, state.picked + steps[event.key])));
    else return;
    event.preventDefault();
  });
  return {
    /** @param {Waits} waits */
    show(waits) {
      Object.assign(state, { waits, picked: -1 });
      sheet.soon();
    },
    soon: sheet.soon,
    dispose: sheet.dispose,
  };
}

/**
 * @param {{ width: number, height: number }} size
 * @param {any} ink
 * @param {Waits} waits
 */
function frameOf(size, ink, { n, law, curve, others, tail }) {
  const unit = ink.labels;
  const power = law.law === "power";
  const own = others.filter((other) => (other.law === "power") === power);
  const curves = [...(curve ? [curve] : []), ...own.map((other) => other.curve)];
  const least = 0.5 / Math.max(BEFORE_DATA, n);
  const slope = law.total ?? tail?.value ?? 1;
  const longest = Math.max(...curves.map(({ until }) => until), 0);
  const to = longest > 0 ? longest * 1.04 : Math.log(1 / least) / (slope || 1);
  const from = power ? Math.min(to / 3, Math.max(to / 1000, middle(curves[0]) / 3)) : 0;
  const scale = power ? { log: true, from: Math.log10(from), to: Math.log10(to) } : { log: false, from: 0, to };
  const [left, right] = [3.2 * unit, size.width - 1.2 * unit];
  const [top, bottom] = [0.9 * unit, size.height - 2.3 * unit];
  const place = (/** @type {number} */ t) => (power ? Math.log10(Math.max(t, from)) : t);
  return {
    ...{ left, right, top, bottom, least, scale, power, own, longest: to },
    x: (/** @type {number} */ t) => left + ((right - left) * (place(t) - scale.from)) / (scale.to - scale.from),
    y: (/** @type {number} */ share) => top + ((bottom - top) * Math.log(Math.max(share, least))) / Math.log(least),
  };
}
/** @typedef {ReturnType<typeof frameOf>} Frame */

/** The wait that half of them exceed. @param {Curve | undefined} curve */
function middle(curve) {
  if (!curve) return 0;
  const i = curve.share.findIndex((share) => share <= 0.5);
  return curve.t[Math.max(0, i)] ?? 0;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{ width: number, height: number }} size
 * @param {any} ink
 * @param {Waits} waits
 * @param {number} picked
 */
function draw(context, size, ink, waits, picked) {
  const at = frameOf(size, ink, waits);
  drawAxes(context, at, ink);
  context.save();
  context.beginPath();
  context.rect(at.left - 2, at.top - 6, at.right - at.left + 4, at.bottom - at.top + 8);
  context.clip();
  for (const { curve, color } of at.own) drawCurve(context, curve, at, color, 1.6 * ink.bold, 0.75);
  if (waits.curve) {
    drawBand(context, waits.curve, at, ink);
    drawCurve(context, waits.curve, at, ink.down, 3.2 * ink.bold, 1);
  }
  drawTheory(context, waits, at, ink);
  context.restore();
  const own = waits.curve ? [{ curve: waits.curve, color: ink.saddleText, label: waits.label }] : [];
  drawNames(context, [...own, ...at.own], at, ink);
  if (waits.curve && picked >= 0) drawPicked(context, waits.curve, picked, at, ink);
}

/** @param {CanvasRenderingContext2D} context @param {Frame} at @param {any} ink */
function drawAxes(context, at, ink) {
  const unit = ink.labels;
  for (let e = 0; 10 ** e >= at.least; e--) {
    const y = at.y(10 ** e);
    rule(context, [at.left, y, at.right, y], ink.grid, 1);
    const digits = String(-e).replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]);
    write(context, ink, e === 0 ? "1" : `10⁻${digits}`, at.left - 0.5 * unit, y, { align: "right" });
  }
  const space = { length: at.right - at.left, fontSize: unit, upright: false, before: unit, after: unit, room: unit };
  for (const { value, text } of ticksOf(at.scale, space).ticks) {
    write(context, ink, text, at.x(value), at.bottom + 1.2 * unit, { align: "center", color: ink.soft });
  }
}

/**
 * @param {CanvasRenderingContext2D} context @param {Curve} curve @param {Frame} at
 * @param {string} color @param {number} width @param {number} alpha
 */
function drawCurve(context, { t, share, until }, at, color, width, alpha) {
  Object.assign(context, { strokeStyle: color, lineWidth: width, lineJoin: "round", globalAlpha: alpha });
  context.beginPath();
  context.moveTo(at.x(0), at.y(1));
  let before = 1;
  for (let i = 0; i < t.length; i++) {
    context.lineTo(at.x(t[i]), at.y(before));
    if (share[i] > 0) context.lineTo(at.x(t[i]), at.y(share[i]));
    before = share[i] > 0 ? share[i] : before;
  }
  context.lineTo(at.x(until), at.y(before)); // the longest wait, of one who may wait still
  context.stroke();
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {Curve} curve @param {Frame} at @param {any} ink */
function drawBand(context, { t, share, low, high }, at, ink) {
  context.beginPath();
  for (let i = 0; i < t.length; i++) if (share[i] > 0) context.lineTo(at.x(t[i]), at.y(high[i]));
  for (let i = t.length - 1; i >= 0; i--) if (share[i] > 0) context.lineTo(at.x(t[i]), at.y(low[i]));
  context.closePath();
  Object.assign(context, { fillStyle: ink.saddle, globalAlpha: 0.25 });
  context.fill();
  context.globalAlpha = 1;
}

/** Theory's slope and the visitor's, through the point at which the tail begins; before data from the start.
 * @param {CanvasRenderingContext2D} context @param {Waits} waits @param {Frame} at @param {any} ink
 */
function drawTheory(context, { law, tail, curve, predicted }, at, ink) {
  const anchor = anchorOf(curve, tail);
  const straight = (/** @type {number} */ slope, /** @type {string} */ color, /** @type {number[]} */ dash) => {
    const share = (/** @type {number} */ t) =>
      at.power ? anchor.share * (t / anchor.t) ** -slope : anchor.share * Math.exp(-slope * (t - anchor.t));
    const from = at.power ? 10 ** at.scale.from : Math.max(0, anchor.t - Math.log(1 / anchor.share) / (slope || 1));
    context.beginPath();
    Object.assign(context, { strokeStyle: color, lineWidth: 2.2 * ink.bold });
    context.setLineDash(dash);
    for (let i = 0; i <= 40; i++) {
      const t = at.power ? from * (at.longest / from) ** (i / 40) : from + ((at.longest - from) * i) / 40;
      if (share(t) >= at.least && share(t) <= 1.05) context.lineTo(at.x(t), at.y(share(t)));
    }
    context.stroke();
    context.setLineDash([]);
  };
  if (law.total !== null && !at.power) straight(law.total, ink.text, [3, 6]);
  if (predicted !== null) straight(predicted, ink.up, [10, 5]);
}

/** @param {Curve | null} curve @param {Tail | null} tail */
function anchorOf(curve, tail) {
  const first = tail?.value ? tail.estimates.find(({ value }) => value === tail.value) : undefined;
  if (first) return { t: first.threshold, share: first.share };
  const i = curve ? curve.share.findIndex((share) => share > 0 && share <= 0.5) : -1;
  return curve && i >= 0 ? { t: curve.t[i], share: curve.share[i] } : { t: curve ? 0 : 1e-9, share: 1 };
}

/**
 * The names of the curves, each beside its own, where none lies on another.
 * @param {CanvasRenderingContext2D} context
 * @param {{ curve: Curve, label: string, color: string }[]} curves the one at hand first
 * @param {Frame} at
 * @param {any} ink
 */
function drawNames(context, curves, at, ink) {
  /** @type {[number, number, number][]} */
  const taken = [];
  context.font = `600 ${ink.labels}px ${ink.family}`;
  for (const { curve, label, color } of curves) {
    const width = context.measureText(label).width;
    const place = label && placeOf(curve, at, width, ink.labels, taken);
    if (!place) continue;
    taken.push([...place, width]);
    write(context, ink, label, ...place, { color, weight: 600, halo: true });
  }
}

/**
 * Where a name of this width is free, from the usual share down the curve and then up.
 * @param {Curve} curve
 * @param {Frame} at
 * @param {number} width
 * @param {number} unit
 * @param {[x: number, y: number, width: number][]} taken
 * @returns {[number, number] | undefined}
 */
export function placeOf({ t, share }, at, width, unit, taken) {
  const end = share.findLastIndex((each) => each > 0);
  if (end < 0) return undefined;
  const places = NAMED.map((wanted) => {
    const low = share.findIndex((each) => each > 0 && each <= wanted);
    const i = low < 0 ? end : low;
    const x = Math.min(at.right - width, at.x(t[i]) + 0.9 * unit);
    return /** @type {[number, number]} */ ([x, Math.max(at.top + unit, at.y(share[i]) - 1.2 * unit)]);
  });
  const free = (/** @type {[number, number]} */ [x, y]) =>
    taken.every(([left, middle, wide]) => x > left + wide || x + width < left || Math.abs(y - middle) > 1.3 * unit);
  return places.find(free);
}

/** @param {CanvasRenderingContext2D} context @param {Curve} curve @param {number} i @param {Frame} at @param {any} ink */
function drawPicked(context, curve, i, at, ink) {
  const [x, y] = [at.x(curve.t[i]), at.y(curve.share[i] || at.least)];
  Object.assign(context, { fillStyle: ink.text, strokeStyle: ink.paper, lineWidth: 2.5 });
  context.beginPath();
  context.arc(x, y, 7, 0, 7);
  context.fill();
  context.stroke();
  const words = SAID.waitedFor(curve.t[i]);
  const align = x > (at.left + at.right) / 2 ? "right" : "left";
  write(context, ink, words, x + (align === "left" ? 12 : -12), y - 14, { align, halo: true, weight: 600 });
}

/** @param {Curve} curve @param {Frame} at @param {number} x @param {number} y */
function nearest({ t, share }, at, x, y) {
  let [found, least] = [-1, NEAR];
  for (let i = 0; i < t.length; i++) {
    const distance = Math.hypot(at.x(t[i]) - x, at.y(share[i] || at.least) - y);
    if (distance < least) [found, least] = [i, distance];
  }
  return found;
}
