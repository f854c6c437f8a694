// Chains of scalars, widths (1, …, 1): all squares w_i² grow at one rate, so the flow is that of one
// number y, the smallest weight with its sign turned so that the product p = y q, q = ∏ of the others' sizes:
//   dy/dt = (s − y q) q,   others² = y² + d_i,   d_i = w_i² − smallest² at the start.
// y never stops but at the minimum, or at 0 where another weight is as small.

import { lastBefore } from "../page/arrays.js";

const FINE = 0.08; // of the time in which the speed can change by its own size: one step of Runge and Kutta

const FARTHEST = 40; // of a weight, backward in time

/** @typedef {{ first: number, sign: number, y: number, d: number[], trapped: boolean }} Reduced */

/**
 * @param {number[]} w
 * @returns {Reduced}
 */
function reduced(w) {
  const sizes = w.map(Math.abs);
  const least = Math.min(...sizes);
  const first = sizes.indexOf(least);
  const others = w.filter((_, i) => i !== first);
  const sign = others.reduce((product, x) => product * (x < 0 ? -1 : 1), 1);
  const y = sign * w[first];
  const d = others.map((x) => (Math.abs(x) - least) * (Math.abs(x) + least));
  return { first, sign, y, d, trapped: y <= 0 && d.some((x) => x === 0) };
}

const others = (/** @type {number} */ y, /** @type {number[]} */ d) =>
  d.reduce((product, x) => product * Math.sqrt(y * y + x), 1);

/** @param {number[]} w @param {Reduced} parts @param {number} y */
function whole(w, { first, sign, d }, y) {
  let k = 0;
  return w.map((x, i) => (i === first ? sign * y : (x < 0 ? -1 : 1) * Math.sqrt(y * y + d[k++])));
}

/**
 * Where the flow ends.
 * @param {number[]} w
 * @param {number} s
 */
export function chainEnd(w, s) {
  const parts = reduced(w);
  if (parts.trapped) return whole(w, parts, 0).map((x) => x + 0);
  let [low, high] = [0, Math.max(1, s)];
  while (high * others(high, parts.d) < s) high *= 2;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (middle * others(middle, parts.d) < s) low = middle;
    else high = middle;
  }
  return whole(w, parts, (low + high) / 2);
}

/**
 * The number of minus signs cannot change but by the smallest: the basin is told by the signs of the end.
 * A start that ends at a saddle belongs to none: −1.
 * @param {number[]} w
 */
export function basinOf(w) {
  const parts = reduced(w);
  if (parts.trapped) return -1;
  const signs = whole(w, parts, 1).map((x) => (x < 0 ? 1 : 0));
  return signs.reduce((/** @type {number} */ code, bit) => 2 * code + bit, 0);
}

/**
 * The flow from a start up to a time.
 * @param {number[]} w
 * @param {number} s
 * @param {number[]} times ascending from 0
 * @param {number[]} before times back from the start, ascending from 0
 */
export function chainCourse(w, s, times, before = [0]) {
  const parts = reduced(w);
  const speed = (/** @type {number} */ y) => {
    if (parts.trapped && y >= 0) return 0;
    const q = others(y, parts.d);
    return (s - y * q) * q;
  };
  const most = Math.max(...w.map(Math.abs), ...chainEnd(w, s).map(Math.abs));
  const longest = FINE / (2 * most * s + 5 * most ** 4);
  const ys = [parts.y];
  for (let k = 1; k < times.length; k++) ys.push(stepped(ys[k - 1], times[k] - times[k - 1], longest, speed));
  const bound = (/** @type {number} */ y) => (parts.trapped ? Math.min(0, y) : y);
  const point = (/** @type {number} */ y) => whole(w, parts, bound(y));
  const past = backward(parts, s, before, speed);
  return {
    points: ys.map(point),
    past: past.ys.map(point),
    at(/** @type {number} */ t) {
      if (t >= 0) return point(between(times, ys, speed, t));
      const { ys: back, moments } = past;
      if (t < moments[moments.length - 1]) return null; // beyond every frame by then
      return point(between([...moments].reverse(), [...back].reverse(), speed, t));
    },
  };
}

// Where a start came from, as long as that is near enough: a chain comes from infinity in finite time.
/** @param {Reduced} parts @param {number} s @param {number[]} before ascending from 0 @param {(y: number) => number} speed */
function backward({ y: start, d, trapped }, s, before, speed) {
  const [ys, moments] = [[start], [0]];
  const most = (/** @type {number} */ y) => Math.sqrt(y * y + Math.max(0, ...d));
  if (trapped && start >= 0) return { ys, moments }; // it rests at the saddle, and always has
  for (let k = 1; k < before.length; k++) {
    let y = ys[k - 1];
    const far = most(y);
    y = stepped(y, before[k - 1] - before[k], FINE / (2 * far * s + 5 * far ** 4), speed);
    if (!(most(y) <= FARTHEST)) break;
    ys.push(y);
    moments.push(-before[k]);
  }
  return { ys, moments };
}

// Runge and Kutta's classical method over a span.
/** @param {number} y @param {number} span @param {number} longest @param {(y: number) => number} speed */
function stepped(y, span, longest, speed) {
  const count = Math.max(1, Math.ceil(Math.abs(span) / longest));
  const h = span / count;
  for (let k = 0; k < count; k++) {
    const a = speed(y);
    const b = speed(y + (h / 2) * a);
    const c = speed(y + (h / 2) * b);
    y += (h / 6) * (a + 2 * b + 2 * c + speed(y + h * c));
  }
  return y;
}

// Hermite's cubic through the samples and their speeds.
/** @param {number[]} times @param {number[]} ys @param {(y: number) => number} speed @param {number} t */
function between(times, ys, speed, t) {
  const i = Math.min(lastBefore(times, t), ys.length - 2);
  if (i < 0) return ys[0];
  const h = times[i + 1] - times[i];
  const x = Math.min(1, Math.max(0, (t - times[i]) / h));
  const [a, b] = [ys[i], ys[i + 1]];
  const [p, q] = [h * speed(a), h * speed(b)];
  return a + x * (p + x * (3 * (b - a) - 2 * p - q + x * (p + q - 2 * (b - a))));
}

/**
 * How long the flow takes until the product is this share of the target: by quadrature, for three weights.
 * With y = √d₁ sinh x the root that is small near the saddles is gone.
 * @param {number[]} w
 * @param {number} s
 * @param {number} share
 */
export function waitOf(w, s, share = 0.9) {
  const { y, d, trapped } = reduced(w);
  if (trapped) return Infinity;
  const [near, far] = d[0] < d[1] ? d : [d[1], d[0]];
  const top = heightOf(share * s, near, far);
  if (y >= top) return 0;
  const unit = Math.sqrt(Math.max(near, 1e-18));
  const [from, to] = [Math.asinh(y / unit), Math.asinh(top / unit)];
  let sum = 0;
  for (let k = 0; k < NODES; k++) {
    const value = unit * Math.sinh(from + ((k + 0.5) * (to - from)) / NODES);
    const other = Math.sqrt(value * value + far);
    sum += 1 / ((s - value * Math.sqrt(value * value + near) * other) * other);
  }
  return (sum * (to - from)) / NODES;
}

const NODES = 120;

// The y at which the product is so large.
/** @param {number} p @param {number} near @param {number} far */
function heightOf(p, near, far) {
  let [low, high] = [0, Math.cbrt(p)];
  for (let i = 0; i < 50; i++) {
    const y = (low + high) / 2;
    if (y * Math.sqrt((y * y + near) * (y * y + far)) < p) low = y;
    else high = y;
  }
  return (low + high) / 2;
}
