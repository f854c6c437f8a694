// Singular values over time, each under the name of a mode of the target; where a run stays near a
// critical point of a canonical problem. Both by the rules of core/model/modes.py and
// core/landscape/{nearness,stays}.py.

import { addOuter, addProduct, zeros } from "./field.js";

/** @typedef {{ values: number[], left: Float64Array[], right: Float64Array[] }} Triples */
/** @typedef {{ first: number, last: number, learned: number[], missed: number[], level: number }} Stay modes from 1 */

const [MAP, MAP_OF_MINIMUM, PULL, LEVEL, PART, LEAVING] = [0.08, 0.01, 0.2, 0.05, 0.25, 1.5];

// Of n numbers from a place on in each.
function dot(a, b, i = 0, j = 0, n = a.length) {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += a[i + k] * b[j + k];
  return sum;
}

/**
 * Named at the end by the target's modes (rows u of `left`, v of `right`), from frame to frame backward
 * by how far vectors agree: an array over time for each mode.
 * @param {Triples[]} frames @param {Float64Array[]} left @param {Float64Array[]} right
 */
export function followed(frames, left, right) {
  const last = frames[frames.length - 1];
  const all = left.map((_, k) => k);
  const curves = all.map(() => new Float64Array(frames.length));
  const match = left.map((u, k) => all.map((i) => Math.abs(dot(u, last.left[i]) * dot(right[k], last.right[i]))));
  let order = /** @type {number[]} */ (Array(all.length).fill(-1));
  for (const _ of all) {
    const best = all.flatMap((k) => all.map((i) => [match[k][i], k, i])).reduce((a, b) => (b[0] > a[0] ? b : a));
    order[best[1]] = best[2];
    for (const k of all) match[best[1]][k] = match[k][best[2]] = -1;
  }
  for (let f = frames.length - 1; f >= 0; f--) {
    if (f < frames.length - 1) {
      const [now, after] = [frames[f], frames[f + 1]];
      const agree = (/** @type {number} */ i, /** @type {number} */ j) =>
        Math.abs(dot(now.left[i], after.left[j]) * dot(now.right[i], after.right[j])) / (now.values[i] || 1);
      const before = order.map((j) => all.reduce((a, b) => (agree(b, j) > agree(a, j) ? b : a)));
      if (new Set(before).size === before.length) order = before;
    }
    for (const k of all) curves[k][f] = frames[f].values[order[k]];
  }
  return curves;
}

/**
 * Which modes a moment knows, and how far it is from a critical point: at most 1 inside its bounds.
 * @param {Float64Array[]} W @param {Float64Array[]} A products up to each layer @param {number[]} s
 */
export function nearnessOf(W, A, s) {
  const [N, P] = [W.length, A[W.length]];
  const [dy, dx] = [s.length, P.length / s.length];
  const learned = s.map((value, k) => P[k * dx + k] > 0.5 * value);
  const [M, gap] = [zeros("M", P.length), zeros("gap", P.length)];
  for (let i = 0; i < P.length; i++) [M[i], gap[i]] = [-P[i], P[i]];
  s.forEach((value, k) => {
    M[k * dx + k] += value;
    if (learned[k]) gap[k * dx + k] -= value;
  });
  const forces = s.map(() => 0);
  let B = zeros("B", dy * dy);
  for (let k = 0; k < dy; k++) B[k * dy + k] = 1;
  const row = (a, k) => dot(a, a, (k * a.length) / dy, (k * a.length) / dy, a.length / dy); // its square
  for (let j = N; j >= 1; j--) {
    const [to, from] = [A[j].length / dx, A[j - 1].length / dx];
    const Q = zeros(`Q${j}`, dy * from);
    addOuter(Q, M, A[j - 1], dy, dx, from);
    for (let k = 0; k < dy; k++) forces[k] += row(B, k) * row(Q, k);
    const before = zeros(`B${j}`, dy * from);
    addProduct(before, B, W[j - 1], dy, to, from);
    B = before;
  }
  const best = Math.min(s.length, ...A.map((a) => a.length / dx));
  const isBest = learned.every((has, k) => has === k < best);
  const map = Math.max(...s.map((value, k) => Math.sqrt(row(gap, k)) / value));
  const pull = Math.max(...s.map((value, k) => Math.sqrt(forces[k]) / value ** (2 - 1 / N)));
  const height = s.reduce((sum, value, k) => sum + (learned[k] ? 0 : 0.5 * value * value), 0);
  const steps = s.filter((_, k) => !learned[k]);
  const step = 0.5 * Math.min(...(steps.length > 0 ? steps : s)) ** 2;
  const bound = Math.min(height > 0 ? LEVEL * height : Infinity, PART * step);
  const off = Math.abs(0.5 * dot(M, M) - height) / bound;
  const far = Math.max(map / (isBest ? MAP_OF_MINIMUM : MAP), pull / PULL, off);
  return { learned, height, far: N === 1 && !isBest ? Infinity : far };
}

/** @param {ReturnType<typeof nearnessOf>[]} near @returns {Stay[]} */
export function staysOf(near) {
  const found = [];
  for (let k = 0; k < near.length; k++) {
    const [first, key] = [k, near[k].learned.join()];
    if (near[k].far > 1) continue;
    while (k + 1 < near.length && near[k + 1].far <= LEAVING && near[k + 1].learned.join() === key) k++;
    if (k === first && k < near.length - 1) continue;
    const [learned, missed] = [true, false].map((has) =>
      near[first].learned.flatMap((own, i) => (own === has ? [i + 1] : [])),
    );
    found.push({ first, last: k, learned, missed, level: near[first].height });
  }
  return found;
}
