// Where the run is at a moment: the one place from which headline, tree, time bar and the Hessian's
// counts read it, so that they cannot differ.

import { interpolated, lastBefore } from "../page/arrays.js";

/**
 * @typedef {number | string} Look the mode whose color it has, from 1, or 0; or "down", "flat", "minimum"
 * @typedef {[string, Look]} Piece text and its look
 * @typedef {[string, Look, number]} Fact the same with 1 where it is bold
 * @typedef {{ from: number, to: number, learned: number[], missed: number[], kind: string,
 *   level: number, down: number | null, flat: number | null, up: number | null, name: string }} Stay
 * @typedef {{ stays: Stay[], stay: ArrayLike<number>, sentences: ArrayLike<number>,
 *   texts: { headline: Piece[], facts: Fact[], short: Piece[] }[],
 *   values: Record<string, ArrayLike<number>>, counts: ArrayLike<number>, about: number | null,
 *   beside: { from: number, to: number, kind: string }[] | null }} Now
 * @typedef {{ stay: Stay | null, stayIndex: number, headline: Piece[], facts: Fact[],
 *   short: Piece[], counts: { down: number, flat: number, up: number } | null }} Moment
 */

/** @type {{ headline: Piece[], facts: Fact[], short: Piece[] }} */
const SILENCE = { headline: [], facts: [], short: [] };

/**
 * By the last frame up to t; numbers that move are those of t itself.
 * @param {{ t: ArrayLike<number>, now: Now, spectra?: import("./eigenvalues.js").Spectra }} run
 * @param {number} t
 * @returns {Moment}
 */
export function nowAt({ t: times, now, spectra }, t) {
  const frame = lastBefore(times, t);
  const stayIndex = now.stay[frame];
  const told = now.texts[now.sentences[frame]] ?? SILENCE;
  /** @param {string} text */
  const filled = (text) =>
    text.replace(/«(\w+)(?::(\d))?»/g, (_, name, decimals) =>
      steady(interpolated(times, now.values[name], t), decimals),
    );
  const falling = stayIndex < 0 && spectra !== undefined && spectra.t.length > 0;
  const [counted, row] = falling ? [spectra.counts, lastBefore(spectra.t, t)] : [now.counts, frame];
  const [down, flat, up] = [0, 1, 2].map((k) => counted[3 * row + k]);
  return {
    stay: stayIndex < 0 ? null : now.stays[stayIndex],
    stayIndex,
    headline: told.headline.map(([text, look]) => [filled(text), look]),
    facts: told.facts.map(([text, look, bold]) => [filled(text), look, bold]),
    short: told.short.map(([text, look]) => [filled(text), look]),
    counts: down < 0 ? null : { down, flat, up },
  };
}

/**
 * A number that keeps its width while it moves: so many decimals, or three digits.
 * @param {number} value
 * @param {string} [decimals]
 */
export function steady(value, decimals) {
  if (decimals !== undefined) return minus(value.toFixed(Number(decimals)));
  const size = Math.abs(value);
  if (value === 0) return "0";
  if (size >= 1e-3 && size < 999.5) return minus(value.toPrecision(3));
  if (size >= 999.5 && size < 99999.5) return minus(value.toFixed(0));
  return minus(value.toExponential(2).replace("e+", "e"));
}

/** @param {string} text */
const minus = (text) => text.replace(/-/g, "−");
