// Where a value lies on an axis, as a share of its length, and back. An axis runs from one coordinate
// to another: values; on a log axis exponents of ten; on one with a foot square roots of heights above it;
// on one that is linear only up to an inner value, that many of it, and logarithms beyond.

/** @typedef {{ log: boolean, foot?: number, inner?: number }} Law */
/** @typedef {Law & { from: number, to: number }} Scale */

const LEAST = 5e-324; // the smallest positive number: what is zero has no place on a log axis

/**
 * @param {number} value
 * @param {Law} law
 */
export function coordinate(value, { log, foot, inner }) {
  if (inner !== undefined) {
    const size = Math.abs(value) / inner;
    return Math.sign(value) * (size <= 1 ? size : 1 + Math.log(size));
  }
  if (foot !== undefined) return Math.sign(value - foot) * Math.sqrt(Math.abs(value - foot));
  return log ? Math.log10(Math.max(value, LEAST)) : value;
}

/**
 * @param {number} v a coordinate
 * @param {Law} law
 */
export function valueFrom(v, { log, foot, inner }) {
  if (inner !== undefined) return Math.sign(v) * inner * (Math.abs(v) <= 1 ? Math.abs(v) : Math.exp(Math.abs(v) - 1));
  if (foot !== undefined) return foot + v * Math.abs(v);
  return log ? 10 ** v : v;
}

/**
 * @param {Scale} scale
 * @param {number} value
 */
export function shareOf({ from, to, ...law }, value) {
  const v = coordinate(value, law);
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
  return valueFrom(coordinateAt(scale, share), scale);
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
