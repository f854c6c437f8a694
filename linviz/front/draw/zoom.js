// Ranges of an axis after a zoom by hand. A range is a pair of the axis' own values; on a log axis the
// arithmetic is that of exponents. None goes beyond the axis' own range, its home; there it is null.

import { coordinate, coordinateAt, valueFrom } from "./scale.js";

/**
 * @typedef {[number, number]} Range
 * @typedef {import("./scale.js").Law & { home: Range, range: Range | null }} Span an axis, and what of it is shown
 */

const NARROWEST = 1e-9; // of the home's length, and of the values themselves

/**
 * What is shown, as a scale.
 * @param {Span} span
 */
export function scaleOf({ home, range, ...law }) {
  const [from, to] = (range ?? home).map((value) => coordinate(value, law));
  return { from, to, ...law };
}

/**
 * Larger by a factor, with the value at this share of the axis kept in its place.
 * @param {Span} span
 * @param {number} share
 * @param {number} factor
 */
export function enlarged(span, share, factor) {
  const scale = scaleOf(span);
  const fixed = coordinateAt(scale, share);
  const length = Math.max((scale.to - scale.from) / factor, narrowest(span, fixed));
  return kept(span, fixed - share * length, length);
}

/**
 * The part between two shares of the axis.
 * @param {Span} span
 * @param {number} a
 * @param {number} b
 */
export function between(span, a, b) {
  const scale = scaleOf(span);
  const ends = [a, b].map((share) => coordinateAt(scale, Math.min(1, Math.max(0, share))));
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const middle = low / 2 + high / 2;
  const length = Math.max(high - low, narrowest(span, middle));
  return kept(span, length > high - low ? middle - length / 2 : low, length);
}

/**
 * Moved along the axis by a share of what is shown.
 * @param {Span} span
 * @param {number} shift
 */
export function moved(span, shift) {
  const scale = scaleOf(span);
  const length = scale.to - scale.from;
  return kept(span, scale.from + shift * length, length);
}

/**
 * @param {Span} span
 * @param {number} at
 */
function narrowest(span, at) {
  const { from, to } = scaleOf({ ...span, range: null });
  return NARROWEST * Math.max(to - from, Math.abs(at));
}

/**
 * A range from a coordinate on, inside the home.
 * @param {Span} span
 * @param {number} from
 * @param {number} length
 * @returns {Range | null}
 */
function kept({ home, ...law }, from, length) {
  const whole = scaleOf({ ...law, home, range: null });
  if (!(length < (whole.to - whole.from) * (1 - 1e-9))) return null;
  const start = Math.min(Math.max(from, whole.from), whole.to - length);
  const end = start + length;
  // what reaches the home's ends has them exactly
  return [start <= whole.from ? home[0] : valueFrom(start, law), end >= whole.to ? home[1] : valueFrom(end, law)];
}

/**
 * A zoom on the axis of another run: it stays as it is, unless a log axis has no place for it.
 * @param {Range | null} range
 * @param {boolean} log
 */
export function carried(range, log) {
  return range !== null && log && !(range[0] > 0) ? null : range;
}

/**
 * Which axes a box drawn by hand is meant for: one alone where the box is a flat or a narrow strip.
 * @param {number} width in pixels
 * @param {number} height
 * @param {number} least
 */
export function meant(width, height, least) {
  const [wide, tall] = [Math.abs(width) >= least, Math.abs(height) >= least];
  if (wide && tall) return "xy";
  return wide ? "x" : tall ? "y" : "";
}
