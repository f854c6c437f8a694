// One hidden unit, widths (2, 1, 1), in closed form from every start and for every time, also before 0.
// With z = (a, b, w), W1 = (a, b), W2 = w, and lambda = w² − a² − b², which never moves,
//   z(t) = e^{At} z0 / √(1 + ∫ |e^{Aτ} z0|² dτ),
// where A has the rates r, −r in the plane of a and w and −lambda/2 along b, r = √(lambda²/4 + s²).
// Two weights (1, 1, 1) are the plane b = 0.

/** @typedef {[number, number, number]} Point a, b, w */

/**
 * The number that the flow conserves.
 * @param {Point} z
 */
export const invariant = ([a, b, w]) => w * w - a * a - b * b;

/** @param {Point} z */
export function lossAt([a, b, w], /** @type {number} */ s) {
  return ((s - a * w) ** 2 + (b * w) ** 2) / 2;
}

/**
 * lambda/2 + √(lambda²/4 + s²), without cancellation.
 * @param {number} lambda
 * @param {number} s
 */
function lever(lambda, s) {
  const [half, size] = [lambda / 2, Math.hypot(lambda / 2, s)];
  return half >= 0 ? half + size : (s * s) / (size - half);
}

/**
 * On which side of the saddles' basin a start is: at 0 it ends at a saddle, above at a minimum with w > 0.
 * @param {Point} z
 * @param {number} s
 */
export function side(z, s) {
  const [a, , w] = z;
  return a * s + w * lever(invariant(z), s);
}

/**
 * The a of the basin's point at this b and w: a = −kw, k in (0, 1] the root of (1 − k²)(s + kw²) = kb².
 * @param {number} b
 * @param {number} w
 * @param {number} s
 */
export function basinAt(b, w, s) {
  if (b === 0 || w === 0) return -w;
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const k = (low + high) / 2;
    if ((1 - k * k) * (s + k * w * w) > k * b * b) low = k;
    else high = k;
  }
  return (-w * (low + high)) / 2;
}

/**
 * @param {Point} start
 * @param {number} s
 * @param {number} t
 * @param {boolean} [stays] it is on the saddles' basin: the last digit of its part that grows is none
 * @returns {Point | null} null before the time at which it came from infinity
 */
export function unitAt([a, b, w], s, t, stays = false) {
  const lambda = invariant([a, b, w]);
  const [l, r] = [lever(lambda, s), Math.hypot(lambda / 2, s)];
  const n = Math.hypot(s, l);
  const [up, down] = [stays ? 0 : (a * s + w * l) / n, (a * l - w * s) / n];
  const along = lambda === 0 ? t : -Math.expm1(-lambda * t) / lambda;
  const risen = up === 0 ? 0 : (up * up * Math.expm1(2 * r * t)) / (2 * r);
  const sunk = (-down * down * Math.expm1(-2 * r * t)) / (2 * r);
  const size = 1 + risen + sunk + b * b * along;
  if (!(size > 0)) return null;
  const [plus, minus] = [up === 0 ? 0 : up * Math.exp(r * t), down * Math.exp(-r * t)];
  const root = n * Math.sqrt(size);
  return [(plus * s + minus * l) / root, (b * n * Math.exp((-lambda * t) / 2)) / root, (plus * l - minus * s) / root];
}

/**
 * Where the flow ends: at a minimum, or at the saddle (0, b, 0) with b² = −lambda.
 * @param {Point} start
 * @param {number} s
 * @returns {Point}
 */
export function unitEnd(start, s) {
  const [lambda, sign] = [invariant(start), Math.sign(side(start, s))];
  if (sign === 0) return [0, Math.sign(start[1]) * Math.sqrt(Math.max(0, -lambda)), 0];
  const [l, r] = [lever(lambda, s), Math.hypot(lambda / 2, s)];
  const size = (sign * Math.sqrt(2 * r)) / Math.hypot(s, l);
  return [size * s, 0, size * l];
}
