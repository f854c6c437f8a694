// Time on a logarithmic axis: even up to the moment at which the loss begins to move, then by its logarithm.
// A pure logarithm has no place for 0 and gives most of its length to the times before anything happens;
// this one begins at 0 and gives what happens the room.

import { power } from "../draw/decimal.js";

/** @typedef {import("../draw/picture.js").Picture} Picture */

const BEGUN = 0.01; // of all that the loss moves
const [LEAST, MOST] = [1e-9, 0.05]; // of the run: the even part
const FRAMES = 10; // so much longer than the first step: curves begin with it
const FEW = 3; // decades: of more only the powers are named
const PLAIN = [0.9e-3, 1e4]; // between these numbers are written out

/**
 * Up to when the axis is even: the moment at which the loss has begun to move, as 1, 2 or 5 times a power of ten.
 * @param {ArrayLike<number>} t
 * @param {ArrayLike<number>} loss
 */
export function beginning(t, loss) {
  const last = t[t.length - 1] - t[0];
  const moved = Array.from(loss, (value) => Math.abs(value - loss[0]));
  const most = Math.max(...moved.filter(Number.isFinite));
  const frame = moved.findIndex((value) => value > BEGUN * most);
  const begun = frame > 0 ? t[frame] : MOST * last;
  const found = Math.min(MOST * last, Math.max(LEAST * last, FRAMES * (t[1] - t[0]), begun));
  const decade = 10 ** Math.floor(Math.log10(found));
  const digit = [5, 2, 1].find((k) => k * decade <= 1.0001 * found) ?? 1;
  return digit * decade;
}

/**
 * 0, then powers of ten, and of a few three times these; the more important first.
 * @param {number} inner
 * @param {number} last
 * @returns {[number, string][]}
 */
export function timeTicks(inner, last) {
  /** @type {[number, string][]} */
  const ticks = [[0, "0"]];
  const decades = [];
  for (let e = Math.ceil(Math.log10(inner) - 1e-9); 10 ** e <= last * (1 + 1e-9); e++) decades.push(e);
  for (const e of decades) ticks.push([10 ** e, written(10 ** e, e)]);
  for (const e of decades.length > FEW ? [] : decades)
    if (isPlain(3 * 10 ** e) && 3 * 10 ** e <= last) ticks.push([3 * 10 ** e, written(3 * 10 ** e, e)]);
  return ticks;
}

/** @param {number} value */
const isPlain = (value) => value > PLAIN[0] && value < PLAIN[1];

/** @param {number} value @param {number} e */
const written = (value, e) => (isPlain(value) ? String(Number(value.toPrecision(1))) : power(e));

/**
 * Pictures whose logarithmic axes of time are such ones.
 * @template {Record<string, Picture>} T
 * @param {T} pictures
 * @param {number | null} inner
 * @param {ArrayLike<number>} t
 * @returns {T}
 */
export function withLogTime(pictures, inner, t) {
  if (inner === null) return pictures;
  const last = t[t.length - 1];
  const ticks = timeTicks(inner, last);
  const bent = (/** @type {import("./../draw/picture.js").Axis} */ x) =>
    x.time && x.scale === "log"
      ? {
          ...x,
          scale: /** @type {const} */ ("bent"),
          inner,
          ticks,
          range: /** @type {[number, number]} */ ([t[0], last]),
        }
      : x;
  const entries = Object.entries(pictures).map(([name, picture]) => [
    name,
    { ...picture, panes: picture.panes.map((pane) => ({ ...pane, x: bent(pane.x) })) },
  ]);
  return Object.fromEntries(entries);
}
