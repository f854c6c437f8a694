// Where a function on a square grid has a value: marching squares, in places of the grid.

/** @typedef {[number, number]} Pair */

/**
 * Pieces of the line, each from edge to edge of a cell.
 * @param {ArrayLike<number>} values row by row
 * @param {number} n of a side
 * @param {number} level
 * @returns {[Pair, Pair][]}
 */
export function contour(values, n, level) {
  const pieces = /** @type {[Pair, Pair][]} */ ([]);
  for (let i = 0; i + 1 < n; i++)
    for (let j = 0; j + 1 < n; j++) {
      const corners = [values[i * n + j], values[i * n + j + 1], values[(i + 1) * n + j + 1], values[(i + 1) * n + j]];
      const found = crossings(corners, level).map(([x, y]) => /** @type {Pair} */ ([j + x, i + y]));
      if (found.length >= 2) pieces.push([found[0], found[1]]);
      if (found.length === 4) pieces.push([found[2], found[3]]);
    }
  return pieces;
}

const CORNERS = /** @type {Pair[]} */ ([
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
]);

/** @param {number[]} corners @param {number} level @returns {Pair[]} */
function crossings(corners, level) {
  return corners.flatMap((a, k) => {
    const b = corners[(k + 1) % 4];
    if (a > level === b > level) return [];
    const share = (level - a) / (b - a);
    const [from, to] = [CORNERS[k], CORNERS[(k + 1) % 4]];
    return [/** @type {Pair} */ ([from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])])];
  });
}

/**
 * Levels that tell a landscape: evenly in the square root, for near a minimum the loss is a square.
 * @param {ArrayLike<number>} values
 * @param {number} count
 */
export function levelsOf(values, count) {
  let [low, high] = [Infinity, -Infinity];
  for (let k = 0; k < values.length; k++) {
    low = Math.min(low, values[k]);
    high = Math.max(high, values[k]);
  }
  return Array.from({ length: count }, (_, k) => low + (high - low) * ((k + 1) / (count + 1)) ** 2.5);
}
