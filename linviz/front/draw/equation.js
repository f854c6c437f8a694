// The matrices as equations: W₃ · W₂ · W₁ = P → Y in one row, W₂ᵀW₂ − W₁W₁ᵀ = C₁ in the next. What
// stands in a row, and where: one size of cell a row.

import { moment } from "./heat.js";
import { WORDS } from "../page/words.js";

/** @typedef {import("./picture.js").Heat} Heat */
/**
 * A matrix of the equation. Of one that is conserved the upper half of a cell is as it was at first.
 * @typedef {object} Block
 * @property {string} key
 * @property {string[]} titles  the longest first; what follows "_" is lowered
 * @property {number} rows
 * @property {number} columns
 * @property {number} limit
 * @property {number} floor
 * @property {(t: number) => Float32Array} at
 * @property {Float32Array | null} first
 * @property {boolean} framed
 */
/** @typedef {{ op: string } | Block} Item */
/** @typedef {Block & { title: string, x: number, y: number, width: number, height: number }} PlacedBlock */
/** @typedef {{ op: string, x: number, y: number }} PlacedOp */

const DEEP = 3; // hidden layers from which the C_j stand alone
const MOST_LARGER = 1000; // more, and what is conserved is drawn as the 0 that it is beside the products
const LEAST = 2; // px of a cell, or a row is cut down to what it is about
const NICE = [1, 1.5, 2, 3, 4, 5, 6, 8]; // times a power of ten

/** @param {number} n */
const low = (n) => String(n).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]);

/**
 * @param {Heat} heat
 * @param {string[]} titles
 * @returns {Block}
 */
function blockOf(heat, titles = [heat.title]) {
  const [, rows, columns] = heat.values.shape;
  const { key, limit, floor } = heat;
  return { key, titles, rows, columns, limit, floor, at: (t) => moment(heat, t), first: null, framed: false };
}

/**
 * The product and its target.
 * @param {Heat[]} heats
 * @returns {Item[]}
 */
export function productRow(heats) {
  const named = (/** @type {string} */ letter) => heats.filter(({ key }) => key.startsWith(letter));
  const factors = named("W").reverse();
  const [[P], [Y]] = [named("P"), named("Y")];
  const product = factors.flatMap((heat, k) => (k === 0 ? [blockOf(heat)] : [{ op: "·" }, blockOf(heat)]));
  return [
    ...product,
    { op: "=" },
    blockOf(P, ["product P", "P"]),
    { op: "→" },
    blockOf(Y, [WORDS.pictures.target(Y.title), Y.title]),
  ];
}

/**
 * What is conserved: with the two products whose difference it is, alone in a deep network, and beside
 * those of another run where there is one.
 * @param {Heat[]} heats
 * @returns {Item[]}
 */
export function conservedRow(heats) {
  const [W, C, D] = ["W", "C", "D"].map((letter) => heats.filter(({ key }) => key.startsWith(letter)));
  const gram = Math.max(0, ...W.map(largestSquare));
  const row = C.flatMap((/** @type {Heat} */ heat, j) => {
    const own = still(heat, D.length > 0 ? [`● ${heat.title}`] : [heat.title], true);
    const gap = j > 0 ? [{ op: "" }] : [];
    if (D.length > 0) return [...gap, own, { op: "" }, still(D[j], [`○ ${heat.title}`], false)];
    if (C.length >= DEEP) return [...gap, own];
    const [right, left] = [gramOf(W[j], j + 1, gram, false), gramOf(W[j + 1], j + 2, gram, true)];
    return [...gap, left, { op: "−" }, right, { op: "=" }, own];
  });
  const times = enlargement(row);
  return times === 1
    ? row
    : row.map((item) => ("first" in item && item.first ? { ...item, limit: times && gram / times } : item));
}

/**
 * Images of a sample of each class, and of what is looked for in it; no row where there are none.
 * @param {Heat[]} heats
 * @returns {Item[][]}
 */
export function imageRows(heats) {
  const rows = ["I", "R"].map((letter) => heats.filter(({ key }) => key.startsWith(letter)));
  return rows.filter((row) => row.length > 0).map((row) => row.map((heat) => blockOf(heat)));
}

/**
 * @param {Heat} heat
 * @param {string[]} titles
 * @param {boolean} framed
 */
function still(heat, titles, framed) {
  return { ...blockOf(heat, titles), first: moment(heat, heat.t[0]), framed };
}

/**
 * WᵀW or WWᵀ of a layer.
 * @param {Heat} heat
 * @param {number} j
 * @param {number} limit
 * @param {boolean} inner
 * @returns {Block}
 */
function gramOf(heat, j, limit, inner) {
  const [, rows, columns] = heat.values.shape;
  const [n, m, across, along] = inner ? [columns, rows, 1, columns] : [rows, columns, columns, 1];
  const at = (/** @type {number} */ t) => {
    const [W, entries] = [moment(heat, t), new Float32Array(n * n)];
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let k = 0; k < m; k++) sum += W[i * across + k * along] * W[j * across + k * along];
        entries[i * n + j] = sum;
        entries[j * n + i] = sum;
      }
    }
    return entries;
  };
  const title = inner ? `W${low(j)}ᵀW${low(j)}` : `W${low(j)}W${low(j)}ᵀ`;
  return { key: `W${j}`, titles: [title], rows: n, columns: n, limit, floor: 0, at, first: null, framed: false };
}

/**
 * The largest entry of both products of a layer at any moment: it is on their diagonals.
 * @param {Heat} heat
 */
function largestSquare({ values }) {
  const [moments, rows, columns] = values.shape;
  let most = 0;
  for (let k = 0; k < moments; k++) {
    const [across, down] = [new Float64Array(rows), new Float64Array(columns)];
    for (let i = 0; i < rows * columns; i++) {
      const square = values[k * rows * columns + i] ** 2;
      across[Math.floor(i / columns)] += square;
      down[i % columns] += square;
    }
    most = Math.max(most, ...across, ...down);
  }
  return most;
}

/**
 * How many times larger the conserved are drawn than the products that they are made of: a round number
 * (the scale then is such that this is exact); 0 where that would be too many times.
 * @param {Item[]} row
 */
export function enlargement(row) {
  const blocks = blocksOf(row);
  const most = Math.max(0, ...blocks.filter(({ first }) => !first).map(({ limit }) => limit));
  const conserved = Math.max(0, ...blocks.filter(({ first }) => first).map(({ limit }) => limit));
  if (most === 0 || conserved === 0) return 1;
  if (most > MOST_LARGER * conserved) return 0;
  const [e, ratio] = [Math.floor(Math.log10(most / conserved)), most / conserved];
  return Math.max(1, ...NICE.map((m) => m * 10 ** e).filter((nice) => nice <= 1.001 * ratio));
}

/**
 * @param {Item[]} row
 * @returns {Block[]}
 */
export function blocksOf(row) {
  return /** @type {Block[]} */ (row.filter((item) => !("op" in item)));
}

/**
 * @typedef {{ width: number, height: number, fontSize: number, most: number, wide: (text: string) => number }} Page
 *
 * Where everything stands: rows from the left, each with one size of cell, as large as the page has
 * room for and `most` lets it be.
 * @param {Item[][]} given
 * @param {Page} page
 */
export function placedRows(given, page) {
  const { height, fontSize, most } = page;
  const rows = given.map((row) => (widthOf(row, LEAST, page) > page.width ? alone(row) : row));
  const tall = rows.map((row) => Math.max(...blocksOf(row).map((block) => block.rows)));
  const room = height - rows.length * 1.6 * fontSize;
  const widest = rows.map((row) => Math.min(most, cellByWidth(row, page)));
  const even = room / tall.reduce((sum, n) => sum + n, 0);
  const cells = widest.map((cell) => Math.min(cell, even));
  let spare = room - cells.reduce((sum, cell, r) => sum + cell * tall[r], 0);
  cells.forEach((cell, r) => {
    const more = Math.max(0, Math.min(widest[r] - cell, spare / tall[r]));
    cells[r] = whole(cell + more);
    spare -= (cells[r] - cell) * tall[r];
  });
  const gap = Math.max(0, Math.min(2 * fontSize, spare / rows.length));
  const placed = { bottom: 0, blocks: /** @type {PlacedBlock[]} */ ([]), operators: /** @type {PlacedOp[]} */ ([]) };
  let top = 0;
  rows.forEach((row, r) => {
    const middle = top + 1.6 * fontSize + (tall[r] * cells[r]) / 2;
    top = middle + (tall[r] * cells[r]) / 2 + gap;
    placed.bottom = top - gap;
    placeRow(placed, row, cells[r], middle, page);
  });
  return placed;
}

/**
 * What a row is about, where its words alone would fill it.
 * @param {Item[]} row
 * @returns {Item[]}
 */
function alone(row) {
  const kept = blocksOf(row).filter(({ framed }) => framed);
  return kept.length > 0 ? kept.flatMap((block, k) => (k > 0 ? [{ op: "" }, block] : [block])) : row;
}

/** @param {number} cell */
function whole(cell) {
  return cell >= 5 ? Math.floor(cell) : cell;
}

/**
 * @param {Item[]} row
 * @param {Page} page
 */
function cellByWidth(row, page) {
  let [fits, over] = [0, page.width];
  for (let k = 0; k < 20; k++) {
    const tried = (fits + over) / 2;
    if (widthOf(row, tried, page) <= page.width) fits = tried;
    else over = tried;
  }
  return fits;
}

/** @param {Page} page */
const isNarrow = ({ width, fontSize }) => width < 36 * fontSize;

/** @param {Page} page */
const between = (page) => (isNarrow(page) ? 1.5 : 2) * page.fontSize;

/**
 * @param {Block} block
 * @param {Page} page
 */
function titleOf({ titles }, page) {
  return titles[isNarrow(page) ? titles.length - 1 : 0];
}

/**
 * @param {Item} item
 * @param {number} cell
 * @param {Page} page
 */
function slotOf(item, cell, page) {
  if ("op" in item) return between(page);
  return Math.max(item.columns * cell, page.wide(titleOf(item, page)) + 2);
}

/**
 * @param {Item[]} row
 * @param {number} cell
 * @param {Page} page
 */
function widthOf(row, cell, page) {
  return 4 + row.reduce((sum, item) => sum + slotOf(item, cell, page), 0);
}

/**
 * @param {{ blocks: PlacedBlock[], operators: PlacedOp[] }} placed
 * @param {Item[]} row
 * @param {number} cell
 * @param {number} middle
 * @param {Page} page
 */
function placeRow({ blocks, operators }, row, cell, middle, page) {
  let left = 2;
  for (const item of row) {
    const slot = slotOf(item, cell, page);
    if ("op" in item) {
      operators.push({ op: item.op, x: left + slot / 2, y: middle });
    } else {
      const [width, height] = [item.columns * cell, item.rows * cell];
      const at = { x: Math.round(left + (slot - width) / 2), y: Math.round(middle - height / 2) };
      blocks.push({ ...item, ...at, width, height, title: titleOf(item, page) });
    }
    left += slot;
  }
}
