// What is to be computed when a control is moved, from what the kernel said of its run: the start of the
// flow, the data, and how they follow the control.

/** @typedef {{ field: string, index: number[], value: any }} Moved */
/** @typedef {{ field: string, index: number[], value: number, slope: Float64Array }} Line */
/** @typedef {Line & { sign: number, power: number }} Bend */
/**
 * As panels/preview.py says it.
 * @typedef {{ start: Float64Array, moves: Line[], free: boolean, roots: Float64Array[],
 *   bent: { left: Float64Array, right: Float64Array, base: Float64Array, moves: Bend[] } | null,
 *   cross: Float64Array, best: Float64Array, strengths: Float64Array,
 *   residual: number, distinct: boolean, gram: Float64Array | null, root: Float64Array | null,
 *   left: Float64Array | null, right: Float64Array | null, since?: Since | null }} Known
 * `since` the moment of its own flow at which it starts anew, with one weight changed
 * @typedef {{ t: number, at: number, value: number }} Since
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
  if (field === WEIGHT) return true;
  if (field === TARGET) return known.free || known.roots.length > 0;
  return [...known.moves, ...(known.bent?.moves ?? [])].some((move) => move.field === field);
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
  if (field === TARGET) return withStrength(known, dims, index[0], value);
  if (field === WEIGHT) return withWeight(run, index, value);
  if (known.bent?.moves.some((move) => move.field === field)) return withBend(known, dims, field, value);
  const move = known.moves.find((each) => each.field === field && String(each.index) === String(index));
  if (!move) return null;
  const start = known.start.map((w, i) => w + (value - move.value) * move.slope[i]);
  const moves = known.moves.map((each) => (each === move ? { ...each, value } : each));
  return { ...known, start, moves };
}

// What the run has at the moment becomes the start, but for one weight: the thread goes there first.
/** @param {any} run @param {number[]} index layer, row, column, moment @param {number} value */
function withWeight({ dims, preview }, [j, row, column, t], value) {
  const before = dims.slice(0, j).reduce((sum, d, i) => sum + d * dims[i + 1], 0);
  const since = { t, at: before + row * dims[j] + column, value };
  return { ...preview, since, moves: [], roots: [], bent: null };
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
  if (known.roots.length > 0 && strengths[strengths.length - 1] <= 0) return null; // it has no root that moves
  const power = 1 / (dims.length - 1);
  const start = known.start.slice();
  known.roots.forEach((slope, i) => {
    const rise = strengths[i] ** power - known.strengths[i] ** power;
    for (let w = 0; w < start.length; w++) start[w] += rise * slope[w];
  });
  return { ...known, start, strengths, cross, best: cross, distinct: apart > TIE * strengths[0] };
}

// Layers whose singular vectors stay: squares of their values move with a power of the number.
/** @param {Known} known @param {number[]} dims @param {string} field @param {number} value */
function withBend(known, dims, field, value) {
  if (!known.bent) return null;
  const { left, right, base, moves: before } = known.bent;
  const can = value === 0 || before.some((move) => move.field === field && move.sign * value > 0);
  if (!can) return null; // the widths forbid it
  const moves = before.map((move) => (move.field === field ? { ...move, value } : move));
  const squares = base.slice();
  for (const { sign, power, slope, value: own } of moves) {
    const size = Math.max(0, sign * own) ** power;
    for (let i = 0; i < squares.length; i++) squares[i] += size * slope[i];
  }
  const start = new Float64Array(known.start.length);
  let [w, u, v, i] = [0, 0, 0, 0];
  for (let j = 1; j < dims.length; j++) {
    const [rows, columns] = [dims[j], dims[j - 1]];
    for (let k = 0; k < Math.min(rows, columns); k++, i++, u += rows, v += columns) {
      const sigma = Math.sqrt(Math.max(0, squares[i]));
      for (let a = 0; a < rows; a++)
        for (let b = 0; b < columns; b++) start[w + a * columns + b] += sigma * left[u + a] * right[v + b];
    }
    w += rows * columns;
  }
  return { ...known, start, bent: { left, right, base, moves } };
}

/**
 * @param {Known} known
 * @param {number[]} dims
 * @param {{ first: number, last: number, t: number }} clock
 * @param {number} hessian at so many moments
 */
export function jobOf(known, dims, clock, hessian) {
  const { start, cross, best, gram, root, residual, left, right, strengths, since = null } = known;
  const rows = (/** @type {Float64Array} */ all) => {
    const d = all.length / strengths.length;
    return Array.from(strengths, (_, k) => all.slice(k * d, (k + 1) * d));
  };
  return {
    ...{ dims, start, since, cross, best, gram, root, residual, hessian, strengths: Array.from(strengths) },
    modes: left && right ? [rows(left), rows(right)] : null,
    ...{ end: clock.last, first: clock.first, moment: clock.t },
    stays: gram === null && known.distinct,
  };
}
