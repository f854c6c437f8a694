// The map of starts as it grows: a coarse one first, then finer ones tile by tile. What is known is kept at the
// finest size; the start of a cell stands in its middle, where the next finer map has one too.

/**
 * @typedef {object} Mosaic
 * @property {"map"} what
 * @property {number[]} levels starts along a side, from coarse to fine
 * @property {number} extent the map goes from −extent to extent
 * @property {number} t_end
 * @property {[number, number]} here
 * @property {Int32Array} component row by row at the finest size; UNKNOWN where nothing is known
 * @property {Float32Array} time
 * @property {Uint8Array} fineness of what is known there: 1 is the coarse map
 * @property {number[]} reached by every tile
 * @typedef {{ level: number, tile?: [number, number], cells?: number[] }} Part
 */

export const UNKNOWN = -2;
const [FINER, TILES] = [3, 4];

/** With what was told. @param {Mosaic | undefined} before @param {any} told @returns {Mosaic | undefined} */
export function grown(before, told) {
  const { level, at, levels, extent, t_end, here } = told;
  const map = level === 0 ? begun({ levels, extent, t_end, here }) : before;
  if (!map) return map; // of one that was forgotten
  const [finest, n] = [/** @type {number} */ (levels.at(-1)), levels[level]];
  const [size, wide] = [told.component.shape[1], finest / n];
  for (let k = 0; k < told.component.length; k++) {
    if (told.component[k] === UNKNOWN) continue;
    const row = (at[0] + Math.floor(k / size)) * wide;
    const column = (at[1] + (k % size)) * wide;
    for (let i = row; i < row + wide; i++) {
      const [from, to] = [i * finest + column, i * finest + column + wide];
      map.component.fill(told.component[k], from, to);
      map.time.fill(told.time[k], from, to);
      map.fineness.fill(level + 1, from, to);
    }
  }
  if (level > 0) {
    const tile = TILES * Math.floor((at[0] * TILES) / n) + Math.floor((at[1] * TILES) / n);
    if (missing(map, level, tile).length === 0) map.reached[tile] = level;
  }
  return { ...map };
}

/** @param {any} said @returns {Mosaic} */
function begun(said) {
  const count = said.levels.at(-1) ** 2;
  return {
    ...{ what: "map", ...said, component: new Int32Array(count).fill(UNKNOWN), time: new Float32Array(count).fill(-1) },
    ...{ fineness: new Uint8Array(count), reached: new Array(TILES * TILES).fill(0) },
  };
}

// Cells of a tile that are not computed yet, by their place in it.
/** @param {Mosaic} map @param {number} level @param {number} tile */
function missing({ levels, fineness }, level, tile) {
  const [n, finest] = [levels[level], /** @type {number} */ (levels.at(-1))];
  const [size, wide] = [n / TILES, finest / n];
  const [row, column] = [Math.floor(tile / TILES) * size, (tile % TILES) * size];
  const middle = (wide - 1) / 2;
  const found = [];
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      const known = fineness[((row + i) * wide + middle) * finest + (column + j) * wide + middle];
      if (known <= begunAt(i, j, level)) found.push(i * size + j);
    }
  return found;
}

const inherited = (/** @type {number} */ i, /** @type {number} */ j) => i % FINER === 1 && j % FINER === 1;

// The level at which a cell's start first came up.
/** @param {number} i @param {number} j @param {number} level @returns {number} */
const begunAt = (i, j, level) =>
  level > 0 && inherited(i, j) ? begunAt((i - 1) / FINER, (j - 1) / FINER, level - 1) : level;

/**
 * What is to be computed next: the coarsest first, and of that the tile nearest to a place.
 * @param {Mosaic} map
 * @param {[number, number]} near
 * @returns {Part | null} null where all is there
 */
export function nextPart(map, near) {
  const { levels, extent, reached } = map;
  const level = Math.min(...reached) + 1;
  if (level >= levels.length) return null;
  const middle = (/** @type {number} */ k) => extent * ((2 * k + 1) / TILES - 1);
  const away = (/** @type {number} */ tile) =>
    Math.hypot(middle(tile % TILES) - near[0], middle(Math.floor(tile / TILES)) - near[1]);
  const open = reached.flatMap((at, tile) => (at < level ? [tile] : []));
  const tile = open.reduce((best, other) => (away(other) < away(best) ? other : best));
  const cells = missing(map, level, tile);
  const size = levels[level] / TILES;
  const usual = cells.every((k) => !inherited(Math.floor(k / size), k % size));
  const whole = usual && cells.length === size * size - (size / FINER) ** 2;
  const part = { level, tile: /** @type {[number, number]} */ ([Math.floor(tile / TILES), tile % TILES]) };
  return whole ? part : { ...part, cells };
}

/** How far it has come: starts along a side everywhere, parts that are there and all. @param {Mosaic} map */
export function growth({ levels, reached }) {
  const done = reached.reduce((sum, level) => sum + level, 0);
  return { across: levels[Math.min(...reached)], done, all: TILES * TILES * (levels.length - 1) };
}

/** Numbers of a map of so many starts along a side: x, y, minimum, time. @param {Mosaic} map */
export function rowsOf(map) {
  const { levels, extent, component, time } = map;
  const finest = /** @type {number} */ (levels.at(-1));
  const { across: n } = growth(map);
  const [wide, at] = [finest / n, (/** @type {number} */ k) => (extent * (2 * k + 1 - n)) / n];
  return Array.from({ length: n * n }, (_, k) => {
    const [i, j] = [Math.floor(k / n), k % n];
    const place = (i * wide + (wide - 1) / 2) * finest + j * wide + (wide - 1) / 2;
    return [at(j), at(i), component[place] === UNKNOWN ? null : component[place], time[place] < 0 ? null : time[place]];
  });
}
