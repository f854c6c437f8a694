// What becomes of a run when something of it is moved: the flow to the end of the axis, and at the moments
// of its curves all that pictures show.

import { addInner, addOuter, createField, zeros } from "./field.js";
import { eigenvalues, singular } from "./eigen.js";
import { integrate } from "./integrate.js";
import { followed, nearnessOf, staysOf } from "./modes.js";

/**
 * The start of the flow, or a moment of it since which one weight is another; its end, the first moment of the axis and the one shown; W_LR, the root of
 * XXᵀ (null: the identity), singular vectors of the target as rows (null: canonical) and its strengths.
 * @typedef {import("./field.js").Network & { start: Float64Array,
 *   since: { t: number, at: number, value: number } | null, end: number, first: number, moment: number,
 *   best: Float64Array, root: Float64Array | null, modes: [Float64Array[], Float64Array[]] | null,
 *   strengths: number[], residual: number, hessian: number, stays: boolean }} Job
 * of which the Hessian is computed at so many moments
 * @typedef {{ rtol: number, most: number, patience: number, effort: number }} Care relative tolerance, moments,
 *   ms, and steps times weights
 */

const MOST_OF_HESSIAN = 60; // weights
const [WITHIN, SHORT] = [3, 0.01]; // moments in each step, but for those shorter than that part of their time
const FEW = 40; // moments of what is conserved
const [EXACT, COARSE] = [1e-9, 1e-4]; // relative tolerances: of what is computed once, and where patience ends
const LAYER = 1e-2; // of a layer's size, times the tolerance: the absolute one

let reached = { key: "", w: new Float64Array(0) };

/**
 * Null where the effort did not suffice.
 * @param {Job} job @param {Care} care
 */
export function answer(job, { rtol, most, patience, effort }, places = placesOf(job)) {
  const [field, began] = [createField(job), performance.now()];
  const start = startOf(job, field, effort);
  if (!start) return null;
  const limits = {
    ...tolerance(field, start, rtol),
    late(/** @type {number} */ steps) {
      if (performance.now() - began > patience) Object.assign(limits, tolerance(field, start, Math.max(rtol, COARSE)));
      return steps * field.size > effort;
    },
  };
  let kept = /** @type {[number, Float64Array][]} */ ([]);
  // between the start and the first moment of an axis there is nothing to be seen
  const take = (/** @type {number} */ t, /** @type {Float64Array} */ w) =>
    void ((t === 0 || t >= job.first) && kept.push([t, w.slice()]));
  if (integrate(field.velocity, start, job.end, limits, places, take) < 0) return null;
  if (kept.length > most) kept = chosen(kept, most);
  return { start, ...overTime(job, field, kept), ...conserved(job, field, kept), ...curvature(job, field, kept) };
}

function tolerance(field, start, rtol) {
  const sizes = field.layers(start).map((Wj) => Math.hypot(...Wj) / Math.sqrt(Wj.length));
  const least = Math.min(...sizes.filter((size) => size > 0), Infinity);
  return { rtol, atol: rtol * LAYER * (least < Infinity ? least : 1) };
}

// What the flow has at the moment since which one weight is another; that moment is asked for many times.
function startOf({ start, cross, since }, field, effort) {
  if (!since) return start;
  const key = [since.t, start, cross].join();
  if (reached.key !== key) {
    const w = start.slice();
    const limits = { ...tolerance(field, start, EXACT), late: (steps) => steps * field.size > 10 * effort };
    const end = (/** @type {number} */ _, /** @type {number} */ to) => [to];
    if (since.t > 0 && integrate(field.velocity, start, since.t, limits, end, (_, at) => w.set(at)) < 0) return null;
    reached = { key, w };
  }
  const changed = reached.w.slice();
  changed[since.at] = since.value;
  return changed;
}

// So that straight lines between those kept miss the way of the weights evenly: a line of length s misses
// a bend κ by κ s²/8.
function chosen(/** @type {[number, Float64Array][]} */ all, /** @type {number} */ most) {
  const need = all.map(([t, w], k) => {
    if (k === 0 || k === all.length - 1) return 0;
    const [[from, before], [to, after]] = [all[k - 1], all[k + 1]];
    const share = (t - from) / (to - from);
    let square = 0;
    for (let i = 0; i < w.length; i++) square += (w[i] - before[i] - share * (after[i] - before[i])) ** 2;
    return square ** 0.25;
  });
  const room = need.reduce((sum, x) => sum + x, 0) / (0.75 * most) || 1;
  let [left, way] = [0, 0];
  return all.filter((_, k) => {
    way += need[k] / room + (0.25 * most) / all.length;
    const last = k <= 1 || k === all.length - 1 || way >= left + 1;
    if (last) left = way;
    return last;
  });
}

function placesOf({ first, moment }) {
  return (/** @type {number} */ from, /** @type {number} */ to) => {
    const [own, count] = [[to], to - from < SHORT * to ? 1 : WITHIN];
    for (let k = 1; k < count; k++) own.push(from + (k * (to - from)) / count);
    for (const t of [first, moment]) if (t > from && t < to && !own.includes(t)) own.push(t);
    return own.sort((a, b) => a - b);
  };
}

function evenly(n, count) {
  return Array.from({ length: Math.min(n, count) }, (_, k) => Math.round((k * (n - 1)) / (Math.min(n, count) - 1)));
}

function overTime({ dims, best, root, modes, strengths: s, residual, stays: asked }, field, kept) {
  const [dx, dy, n] = [dims[0], dims[dims.length - 1], kept.length];
  const [products, excess] = [new Float32Array(n * dx * dy), new Float64Array(n)];
  const norms = dims.slice(1).map(() => new Float64Array(n));
  const weights = dims.slice(1).map((d, j) => new Float32Array(n * d * dims[j]));
  const near = /** @type {ReturnType<typeof nearnessOf>[]} */ ([]);
  const scaled = (/** @type {Float64Array} */ P) => {
    const out = zeros("scaled", dx * dy);
    if (root) addOuter(out, P, root, dy, dx, dx);
    return root ? out : P;
  };
  const frames = kept.map(([, w], k) => {
    const [W, P, gap] = [field.layers(w), field.product(w), zeros("gap", dx * dy)];
    products.set(P, k * P.length);
    W.forEach((Wj, j) => {
      weights[j].set(Wj, k * Wj.length);
      norms[j][k] = Wj.reduce((sum, x) => sum + x * x, 0);
    });
    for (let i = 0; i < P.length; i++) gap[i] = P[i] - best[i];
    excess[k] = 0.5 * scaled(gap).reduce((sum, x) => sum + x * x, 0);
    if (asked) near.push(nearnessOf(W, field.A, s));
    return singular(scaled(P), dy, dx);
  });
  const unit = (/** @type {number} */ d) =>
    s.map((_, k) => Float64Array.from({ length: d }, (_, i) => Number(i === k)));
  const [left, right] = modes ?? [unit(dy), unit(dx)];
  return {
    t: Float64Array.from(kept, ([t]) => t),
    ...{ loss: excess.map((x) => x + residual), strengths: followed(frames, left, right), norms, weights, products },
    stays: asked ? staysOf(near) : null,
  };
}

// The matrices C_j and their eigenvalues, descending, at a few moments: they stay.
function conserved({ dims }, field, kept) {
  const some = evenly(kept.length, FEW);
  const few = kept.filter((_, k) => k === 1 || some.includes(k));
  const hidden = dims.slice(1, -1);
  const matrices = hidden.map((d) => new Float32Array(few.length * d * d));
  const spectra = hidden.map((d) => new Float64Array(few.length * d));
  few.forEach(([, w], k) => {
    const W = field.layers(w);
    hidden.forEach((d, j) => {
      const C = zeros(`C${j}`, d * d);
      addOuter(C, W[j], W[j], d, dims[j], d, -1);
      addInner(C, W[j + 1], W[j + 1], dims[j + 2], d, d);
      matrices[j].set(C, k * d * d);
      spectra[j].set(eigenvalues(C, d).reverse(), k * d);
    });
  });
  return { still: { t: Float64Array.from(few, ([t]) => t), matrices, spectra } };
}

// Eigenvalues of the Hessian at the moment shown and, where more than one are asked for, along the run.
function curvature({ moment, hessian }, field, kept) {
  if (!hessian || field.size > MOST_OF_HESSIAN) return { hessian: null };
  const shown = Math.max(0, kept.filter(([t]) => t <= moment).length - 1);
  const along = hessian > 1 ? evenly(kept.length, hessian) : [];
  const frames = [...new Set([...along, shown])].sort((a, b) => a - b);
  const values = new Float64Array(frames.length * field.size);
  frames.forEach((k, i) => void values.set(eigenvalues(field.hessian(kept[k][1]), field.size), i * field.size));
  return { hessian: { t: Float64Array.from(frames, (k) => kept[k][0]), n: field.size, eigenvalues: values } };
}
