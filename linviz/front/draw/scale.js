// Where a value lies on an axis, as a share of its length, and back. An axis runs from one coordinate
// to another; on a log axis the coordinates are exponents of ten.

/** @typedef {{ from: number, to: number, log: boolean }} Scale */

const LEAST = 5e-324; // the smallest positive number: what is zero has no place on a log axis

/**
 * @param {number} value
 * @param {boolean} log
 */
export function coordinate(value, log) {
  return log ? Math.log10(Math.max(value, LEAST)) : value;
}

/**
 * @param {Scale} scale
 * @param {number} value
 */
export function shareOf({ from, to, log }, value) {
  const v = coordinate(value, log);
  const span = to - from;
  if (Number.isFinite(span)) return (v - from) / span;
  return (v / 2 - from / 2) / (to / 2 - from / 2); // the span is more than the largest number
}

/**
 * The coordinate at a share of the axis.
 * @param {Scale} scale
 * @param {number} share
 */
export function coordinateAt({ from, to }, share) {
  const span = to - from;
  if (Number.isFinite(span)) return from + share * span;
  return 2 * (from / 2 + share * (to / 2 - from / 2));
}

/**
 * The value at a share of the axis.
 * @param {Scale} scale
 * @param {number} share
 */
export function valueAt(scale, share) {
  const v = coordinateAt(scale, share);
  return scale.log ? 10 ** v : v;
}

/**
 * A range of counts with two whole numbers in it at least: one tick alone tells no scale.
 * @param {number} from
 * @param {number} to
 * @returns {[number, number]}
 */
export function withTwoCounts(from, to) {
  const first = Math.ceil(from);
  if (first + 1 <= to) return [from, to];
  if (Number.isInteger(from) && from === to) return [from - 1, to + 1];
  return [Math.floor(from), Math.ceil(to)];
}
