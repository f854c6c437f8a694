// Eigenvalues as a picture: one mark each at its true height, equal ones side by side, so that
// multiplicity is length; up, flat and down told by shape.

import { lastBefore } from "../page/arrays.js";
import { placedPanes } from "./axes.js";
import { coordinate, valueFrom } from "./scale.js";

/** @typedef {import("../time/eigenvalues.js").Spectra} Spectra */
/** @typedef {{ down: number, flat: number, up: number }} Counts */
/** @typedef {{ name: string, values: ArrayLike<number>, symbol: string, color: string, size: number }} Group */
/** @typedef {{ low: number, high: number, inner: number | null }} Reach */

const APART = 20; // times as far in one direction: a linear axis would hide the other
const FINEST = 1e-3; // of the farthest: nearer to 0 the axis is linear in any case
const BEYOND = 0.06; // room beyond the highest and the lowest, as a share of all
const [BELOW, FOR_LENS] = [0.26, 0.5]; // of the highest: the room below 0 at least, for its count, and a lens
export const MOST_CLOSE = 1.5; // times as many as have room may overlap, more of them near 0 are a bar
const MOST_OVER = 4; // times as many as have room stand over each other in a row
const [NARROW, BESIDE] = [10, 5.6]; // of the type: in a wider picture another run leaves that to the counts
const SIZE = 0.62; // of the type: a mark across

/**
 * The eigenvalues at a time, on the line between two moments.
 * @param {Spectra} spectra
 * @param {number} t
 */
export function eigenvaluesAt({ t: times, n, eigenvalues }, t) {
  const k = lastBefore(times, t);
  const before = eigenvalues.subarray(k * n, (k + 1) * n);
  if (k >= times.length - 1 || t <= times[k]) return before;
  const share = (t - times[k]) / (times[k + 1] - times[k]);
  return before.map((value, i) => value + share * (eigenvalues[(k + 1) * n + i] - value));
}

/**
 * Those of n ascending values that lead down, that are flat, and that lead up.
 * @param {ArrayLike<number>} values
 * @param {Counts} counts
 */
export function parted(values, { down, up }) {
  const list = Array.from(values);
  return { down: list.slice(0, down), flat: list.slice(down, list.length - up), up: list.slice(list.length - up) };
}

/**
 * How far the axis of a whole run goes, and up to where it is linear if it is not so as a whole.
 * @param {ArrayLike<number>[]} all
 * @param {number} least  the smallest that leads up or down beside a rest, or 0
 * @returns {Reach}
 */
export function reach(all, least) {
  let [low, high] = [0, 0];
  for (const values of all)
    for (let k = 0; k < values.length; k++) [low, high] = [Math.min(low, values[k]), Math.max(high, values[k])];
  const far = Math.max(high, -low);
  const near = Math.min(high, -low);
  if (far === 0) return { low: -1, high: 1, inner: null };
  const linear = far <= APART * near || near <= FINEST * FINEST * far;
  return { low, high, inner: linear ? null : Math.max(Math.min(least || near, near), FINEST * far) };
}

/**
 * As far as it was, and farther where the other one goes beyond.
 * @param {Reach} was
 * @param {Reach} own
 * @returns {Reach}
 */
export function widened(was, own) {
  const end = (/** @type {number} */ a, /** @type {number} */ b) => (Math.abs(b) > Math.abs(a) ? 1.2 * b : a);
  return { low: end(was.low, own.low), high: end(was.high, own.high), inner: was.inner };
}

/**
 * Places side by side: each value in the first column in which no other is nearer than a mark is tall.
 * @param {number[]} heights in pixels, in order
 * @param {number} tall
 */
export function columns(heights, tall) {
  /** @type {number[]} */
  const last = [];
  return heights.map((y) => {
    let k = last.findIndex((other) => Math.abs(other - y) >= tall);
    if (k < 0) k = last.length;
    last[k] = y;
    return k;
  });
}

/**
 * @param {Reach} range
 * @param {number} below  the room below 0, as a share of that above
 */
function axesOf({ low, high, inner }, below) {
  const [shown, hidden] = [
    { whole: false, time: false, labeled: true },
    { whole: false, time: false, labeled: false },
  ];
  const law = inner === null ? { log: false } : { log: false, inner };
  const bend = (/** @type {number} */ v) => coordinate(v, law);
  const back = (/** @type {number} */ c) => valueFrom(c, law);
  const [top, bottom] = [bend(high), bend(low)];
  const room = BEYOND * (top - bottom);
  const range = /** @type {[number, number]} */ ([back(Math.min(bottom - room, -below * top)), back(top + room)]);
  const own = inner === null ? {} : { inner, ticks: bentTicks(range, inner) };
  return {
    x: { title: "", letter: "", scale: "linear", range: [0, 1], zero: false, ticks: [], ...hidden },
    y: { title: "", letter: "λ", scale: inner === null ? "linear" : "bent", range, zero: true, ...shown, ...own },
  };
}

// 0, then 1, 2 and 5 times powers of ten beyond the linear part, powers first.
function bentTicks([low, high], inner) {
  const told = (v) => [v, String(Number(v.toPrecision(1))).replace("-", "−")];
  const ticks = [0];
  const decades = [];
  for (let e = Math.floor(Math.log10(inner)); 10 ** e <= Math.max(high, -low); e++) decades.push(10 ** e);
  for (const digit of [1, 2, 5])
    for (const decade of decades)
      for (const sign of [1, -1]) if (digit * decade >= 0.99 * inner) ticks.push(sign * digit * decade);
  return ticks.filter((v) => v >= low && v <= high).map(told);
}

/**
 * The picture of groups of values; one at the `right` stands at the right edge. Of more that are too near
 * to 0 to be told from it than have room there is a `bar` instead; `cuts` are values beyond the edge.
 * @param {{ groups: (Group & { right?: boolean })[], levels: any[], range: Reach }} content
 * @param {{ width: number, height: number, fontSize: number }} page
 */
export function spectrumPicture({ groups, levels, range }, { width, height, fontSize }) {
  const own = groups.filter(({ right, name }) => !right && name !== "theory");
  const count = own.reduce((sum, { values }) => sum + values.length, 0);
  const many = count > MOST_CLOSE * (width / (1.15 * SIZE * fontSize)); // there may come a bar
  const pane = { ...axesOf(range, many ? FOR_LENS : BELOW), height: [0, 1] };
  const parts = { curves: [], texts: [], heats: [], network: null, table: { rows: "points", kind: "sign" } };
  const lines = levels.map((/** @type {any} */ each) => ({ ...each, label: null })); // their words stand with the counts
  const empty = /** @type {any} */ ({ panes: [pane], levels: lines, marks: [], ...parts });
  const { x, y } = placedPanes(empty, width, height, fontSize)[0];
  const size = SIZE * fontSize;
  const room = roomOf(x, fontSize);
  const near = (/** @type {number} */ v) => Math.abs(y.at(v) - y.at(0)) < size;
  const close = own.flatMap(({ name, values, color }) => Array.from(values, (value) => ({ name, value, color })));
  const flat = close.filter(({ value }) => near(value)).sort((a, b) => a.value - b.value);
  const bar = flat.length > MOST_CLOSE * room;
  const sides = sidesOf(groups).map((side) => {
    const points = side.flatMap((group) => Array.from(group.values, (value) => ({ value, group })));
    const crowd = bar || points.filter(({ value }) => near(value)).length > room / 2;
    const shown = points.filter(({ value, group }) => !(near(value) && (group.right ? crowd : bar)));
    shown.sort((a, b) => a.value - b.value);
    const heights = shown.map(({ value }) => y.at(value));
    return { shown, places: columns(heights, 0.92 * size) };
  });
  const longest = Math.max(0, ...sides.flatMap(({ places }) => places)) + 2;
  const most = Math.min(longest, MOST_OVER * room);
  const step = 1 / Math.max(room + 1, most); // what is beyond is cut at the edge, and said to be
  const end = x.end - x.start > NARROW * fontSize ? 1 - (BESIDE * fontSize) / (x.end - x.start) : 1;
  const cut = sides.flatMap(({ shown, places }) => shown.filter((_, k) => places[k] + 2 > most));
  const marks = groups.map((group) => {
    const side = sides.find(({ shown }) => shown.some((one) => one.group === group));
    const own = (side?.shown ?? []).map((one, k) => ({ ...one, k })).filter((one) => one.group === group);
    const xs = own.map(({ k }) => (side?.places[k] ?? 0) + 1).map((k) => (group.right ? end - k * step : k * step));
    const look = { name: group.name, symbol: group.symbol, color: group.color, size: group.size * size };
    return { ...look, x: xs, y: own.map(({ value }) => value), pane: 0 };
  });
  const cuts = cut.map(({ value, group }) => ({ value, right: Boolean(group.right) }));
  return { ...empty, marks: marks.filter((group) => group.x.length > 0), bar, near: flat, cuts };
}

/**
 * How many marks have room beside each other.
 * @param {{ start: number, end: number }} x
 * @param {number} fontSize
 */
export function roomOf({ start, end }, fontSize) {
  return Math.max(1, (end - start) / (1.15 * SIZE * fontSize) - 1);
}

// Groups that stand side by side; those at the right, and what theory has, each by themselves.
function sidesOf(groups) {
  const alone = groups.filter(({ right, name }) => right || name === "theory");
  return [groups.filter((group) => !alone.includes(group)), ...alone.map((group) => [group])];
}
