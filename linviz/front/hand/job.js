// What is to be computed when a control is moved, from what the kernel said of its run: the start of the
// flow, the data, and how they follow the control.

import { moment } from "../draw/heat.js";

/** @typedef {{ field: string, index: number[], value: any }} Moved */
/**
 * As panels/preview.py says it.
 * @typedef {{ start: Float64Array, moves: { field: string, index: number[], value: number, slope: Float64Array }[],
 *   free: boolean, cross: Float64Array, best: Float64Array, strengths: Float64Array,
 *   residual: number, distinct: boolean, gram: Float64Array | null, root: Float64Array | null,
 *   left: Float64Array | null, right: Float64Array | null }} Known
 */

export const TARGET = "singular_value";
const WEIGHT = "weight";
const TIE = 1e-9; // of the largest: strengths that are no nearer are two

/**
 * Whether it is known what follows when this is moved.
 * @param {Known | null | undefined} known
 * @param {string} field
 */
export function follows(known, field) {
  if (!known) return false;
  return field === WEIGHT || (field === TARGET && known.free) || known.moves.some((move) => move.field === field);
}

/**
 * What is known of the run that comes of a move, or null where that is nothing.
 * @param {any} run
 * @param {Moved} moved
 * @returns {Known | null}
 */
export function afterMove(run, { field, index, value }) {
  const { preview: known, dims } = run;
  if (!follows(known, field) || typeof value !== "number" || !Number.isFinite(value)) return null;
  if (field === TARGET && known.free) return withStrength(known, dims, index[0], value);
  if (field === WEIGHT) return { ...known, start: withWeight(run, index, value), moves: [] };
  const move = known.moves.find((each) => each.field === field && String(each.index) === String(index));
  if (!move) return null;
  const start = known.start.map((w, i) => w + (value - move.value) * move.slope[i]);
  const moves = known.moves.map((each) => (each === move ? { ...each, value } : each));
  return { ...known, start, moves };
}

// What the run has at the moment becomes the start, but for one weight.
/** @param {any} run @param {number[]} index layer, row, column, moment @param {number} value */
function withWeight({ dims, preview, made }, [j, row, column, t], value) {
  const layers = made.network.network.edges.map((/** @type {any} */ edge) => moment(edge, t));
  const start =
    t > 0 ? Float64Array.from(layers.flatMap((/** @type {Float32Array} */ W) => [...W])) : preview.start.slice();
  const before = layers
    .slice(0, j)
    .reduce((/** @type {number} */ sum, /** @type {Float32Array} */ W) => sum + W.length, 0);
  start[before + row * dims[j] + column] = value;
  return start;
}

// They stay in order: those that would be passed move along, as with the kernel.
/** @param {Known} known @param {number[]} dims @param {number} k @param {number} value */
function withStrength(known, dims, k, value) {
  const strengths = known.strengths.map((s, i) => (i === k ? value : i < k ? Math.max(s, value) : Math.min(s, value)));
  const cross = new Float64Array(known.cross.length);
  strengths.forEach((s, i) => {
    cross[i * dims[0] + i] = s;
  });
  const apart = Math.min(...strengths.map((s, i) => s - (strengths[i + 1] ?? 0)));
  return { ...known, strengths, cross, best: cross, distinct: apart > TIE * strengths[0] };
}

/**
 * @param {Known} known
 * @param {number[]} dims
 * @param {{ first: number, last: number, t: number }} clock
 * @param {number} hessian at so many moments
 */
export function jobOf(known, dims, clock, hessian) {
  const { start, cross, best, gram, root, residual, left, right, strengths } = known;
  const rows = (/** @type {Float64Array} */ all) => {
    const d = all.length / strengths.length;
    return Array.from(strengths, (_, k) => all.slice(k * d, (k + 1) * d));
  };
  return {
    ...{ dims, start, cross, best, gram, root, residual, hessian, strengths: Array.from(strengths) },
    modes: left && right ? [rows(left), rows(right)] : null,
    ...{ end: clock.last, first: clock.first, moment: clock.t },
    stays: gram === null && known.distinct,
  };
}
