// Two weights, L = ½(s − w2 w1)², its minima on the hyperbola w2 w1 = s, each with its own C = w2² − w1²:
// what the step of a descent and a ReLU do there. In the plane a start is (w1, w2).

import { unitAt, unitEnd } from "./exact.js";

/** @typedef {[number, number]} Pair w1, w2 */

/** @param {Pair} w */
export const gap = ([w1, w2]) => w2 * w2 - w1 * w1;

/** @param {Pair} w @param {number} s */
export const lossOf = ([w1, w2], s) => (s - w1 * w2) ** 2 / 2;

/**
 * The Hessian's larger eigenvalue at the minimum with this C; the other is 0.
 * @param {number} C
 * @param {number} s
 */
export const sharpness = (C, s) => Math.hypot(C, 2 * s);

/**
 * Minima with |C| below this are gentle enough for the step: sharpness < 2/step. None: null.
 * @param {number} s
 * @param {number} step
 */
export function restingGap(s, step) {
  return step * s < 1 ? Math.sqrt(4 / (step * step) - 4 * s * s) : null;
}

/**
 * When a network with a ReLU, one sample x = 1, stops for good: its w1 comes to 0. At once where w1 <= 0.
 * @param {Pair} start
 * @param {number} s
 */
export function deathTime([w1, w2], s) {
  if (w1 <= 0) return 0;
  if (w2 >= -w1) return Infinity;
  const C = gap([w1, w2]);
  const r = Math.hypot(C / 2, s);
  const lever = C / 2 + r; // w1 is carried by up·s·e^{rt} + down·lever·e^{−rt}
  const [up, down] = [w1 * s + w2 * lever, w1 * lever - w2 * s];
  return Math.log((-down * lever) / (up * s)) / (2 * r);
}

/**
 * The flow at a time; with a ReLU it stands where it died. Null where it came from infinity.
 * @param {Pair} start
 * @param {number} s
 * @param {number} t
 * @param {boolean} rectified
 * @returns {Pair | null}
 */
export function pairAt(start, s, t, rectified = false) {
  const death = rectified ? deathTime(start, s) : Infinity;
  if (death === 0) return start;
  const found = unitAt([start[0], 0, start[1]], s, Math.min(t, death));
  if (!found) return null;
  return [t >= death ? 0 : found[0], found[2]];
}

/**
 * @param {Pair} start
 * @param {number} s
 * @param {boolean} rectified
 * @returns {Pair}
 */
export function pairEnd(start, s, rectified = false) {
  const death = rectified ? deathTime(start, s) : Infinity;
  if (Number.isFinite(death)) return /** @type {Pair} */ (pairAt(start, s, death, true));
  const [w1, , w2] = unitEnd([start[0], 0, start[1]], s);
  return [w1, w2];
}

/**
 * Gradient descent: each step multiplies C by 1 − step²(s − u)². It ends where it leaves every bound.
 * @param {Pair} start
 * @param {{ s: number, step: number, count: number, rectified?: boolean }} law
 * @returns {Pair[]}
 */
export function descent(start, { s, step, count, rectified = false }) {
  const path = [start];
  for (let k = 0; k < count; k++) {
    const [w1, w2] = path[k];
    const force = rectified && w1 <= 0 ? 0 : step * (s - w1 * w2);
    const next = /** @type {Pair} */ ([w1 + force * w2, w2 + force * w1]);
    if (!(Math.abs(next[0]) + Math.abs(next[1]) < FARTHEST)) break;
    path.push(next);
  }
  return path;
}

const FARTHEST = 1e3;

/**
 * The unfolding, on its way: z = w1 + i w2 becomes z^(1+share), at share 1 the square (−C, 2u). The plane is
 * cut along the saddle's basin; each of its two halves opens about its own middle. Lengths are
 * such that a point at the distance `radius` stays there.
 * @param {Pair} w
 * @param {number} share
 * @param {number} radius
 * @param {number} half 1 where w1 + w2 > 0, else −1
 * @returns {Pair}
 */
export function unfolded([x, y], share, radius, half = x + y >= 0 ? 1 : -1) {
  if (share === 0) return [x, y];
  const size = Math.hypot(x, y);
  // angles from the half's middle, π/4 or −3π/4; on the cut either side belongs to its half
  const middle = half > 0 ? Math.PI / 4 : (-3 * Math.PI) / 4;
  let turn = size === 0 ? 0 : Math.atan2(y, x) - middle;
  if (turn > Math.PI) turn -= 2 * Math.PI;
  if (turn < -Math.PI) turn += 2 * Math.PI;
  const angle = (1 + share) * (middle + turn);
  const long = radius * (size / radius) ** (1 + share);
  return [long * Math.cos(angle), long * Math.sin(angle)];
}

/**
 * The point that the unfolding brings here, on the half that is told.
 * @param {Pair} place
 * @param {number} share
 * @param {number} radius
 * @param {number} half
 * @returns {Pair}
 */
export function folded([x, y], share, radius, half) {
  const middle = half > 0 ? Math.PI / 4 : (-3 * Math.PI) / 4;
  let turn = Math.atan2(y, x) - (1 + share) * middle;
  turn -= 2 * Math.PI * Math.round(turn / (2 * Math.PI));
  const angle = middle + turn / (1 + share);
  const long = radius * (Math.hypot(x, y) / radius) ** (1 / (1 + share));
  return [long * Math.cos(angle), long * Math.sin(angle)];
}
