// The way of every start, exact and at every moment: what all pictures of a family draw, tell and tabulate.

import { basinOf, chainCourse, chainEnd } from "./chain.js";
import { invariant, lossAt, side, unitAt, unitEnd } from "./exact.js";
import { descent, gap, lossOf, pairAt, pairEnd, sharpness } from "./hyperbola.js";
import { placeOf } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Family} Family */
/**
 * @typedef {object} Course
 * @property {number[]} start
 * @property {number[][]} points at TIMES
 * @property {(number[] | null)[]} past at times before 0, while it is not at infinity
 * @property {(t: number) => number[] | null} at
 * @property {number[]} end
 * @property {"minimum" | "saddle" | "flat saddle" | "dead" | "away" | "jumping"} kind where it goes
 * @property {number} basin which minimum, from 0; −1 none
 * @property {number} C of the start: w2² − w1², or w² − a² − b²
 * @property {number[][] | null} jumps of a descent
 * @property {(t: number) => number} made how many of them by then
 * @property {(point: number[]) => number} loss
 */

/** @type {Record<Family, { last: number, before: number }>} */
export const SPANS = {
  plane: { last: 6, before: -1.5 },
  inputs: { last: 12, before: -1.5 },
  cube: { last: 12, before: -1.5 },
};
const COUNT = 180;
const NEAR = 1e-9; // of the target: a descent that rests

/** @param {number} last */
const graded = (last) => Array.from({ length: COUNT + 1 }, (_, k) => last * (k / COUNT) ** 2);
export const TIMES = {
  plane: graded(SPANS.plane.last),
  inputs: graded(SPANS.inputs.last),
  cube: graded(SPANS.cube.last),
};
const BEFORE = Array.from({ length: 90 }, (_, k) => 1.5 * (k / 89) ** 2);

const MOST_KEPT = 200;
const NONE = () => 0;
/** @type {Map<string, Course>} */
const known = new Map();

/**
 * @param {State} state
 * @param {Family} family
 * @returns {Course[]}
 */
export function coursesOf(state, family) {
  return state.starts[family].map((start) => {
    const key = `${family} ${state.s} ${state.step} ${state.rectified} ${start.tied} ${start.at}`;
    const found = known.get(key) ?? MAKERS[family](placeOf(start, state.s), state, start.tied && start.at[0] === 0);
    if (known.size > MOST_KEPT) known.clear();
    known.set(key, found);
    return found;
  });
}

/** @type {Record<Family, (start: any, state: State, onBasin: boolean) => Course>} */
const MAKERS = { plane: planeCourse, inputs: inputsCourse, cube: cubeCourse };

/** @param {[number, number]} start @param {State} state @returns {Course} */
function planeCourse(start, { s, step, rectified }) {
  const flow = (/** @type {number} */ t) => pairAt(start, s, t, rectified);
  const end = pairEnd(start, s, rectified);
  const count = step > 0 ? Math.floor(SPANS.plane.last / step + 1e-9) : 0;
  const jumps = step > 0 ? descent(start, { s, step, count, rectified }) : null;
  const loss = (/** @type {number[]} */ [w1, w2]) => lossOf([rectified ? Math.max(w1, 0) : w1, w2], s);
  const made = (/** @type {number} */ t) =>
    jumps ? Math.max(0, Math.min(jumps.length - 1, Math.floor(t / step + 1e-9))) : 0;
  const at = jumps ? (/** @type {number} */ t) => jumps[made(t)] : flow;
  return {
    ...{ start, end, at, jumps, made, loss, C: gap(start) },
    points: TIMES.plane.map((t) => /** @type {number[]} */ (flow(t))),
    past: step > 0 || (rectified && start[0] <= 0) ? [] : pastOf((t) => pairAt(start, s, t)),
    ...(jumps ? fateOf(jumps, loss, { count, s, rectified }) : goalOf(end, start, rectified)),
  };
}

/** @param {number[]} end @param {number[]} start @param {boolean} rectified */
function goalOf(end, start, rectified) {
  if (rectified && end[0] <= 0) return { kind: /** @type {const} */ ("dead"), basin: -1 };
  const saddle = end[0] === 0 && end[1] === 0;
  if (saddle) return { kind: /** @type {const} */ ("saddle"), basin: -1 };
  return { kind: /** @type {const} */ ("minimum"), basin: start[0] + start[1] > 0 ? 0 : 1 };
}

// What became of a descent in so many steps.
/** @param {number[][]} jumps @param {(w: number[]) => number} loss @param {{ count: number, s: number, rectified: boolean }} law */
function fateOf(jumps, loss, { count, s, rectified }) {
  const last = jumps[jumps.length - 1];
  const rests = rectified && last[0] <= 0 ? "dead" : loss(last) < NEAR * s * s ? "minimum" : "jumping";
  const kind = jumps.length <= count ? "away" : rests;
  return { kind: /** @type {Course["kind"]} */ (kind), basin: kind !== "minimum" ? -1 : last[0] > 0 ? 0 : 1 };
}

/** @param {(t: number) => number[] | null} at */
function pastOf(at) {
  const found = [];
  for (const t of BEFORE) {
    const point = at(-t);
    if (!point || Math.max(...point.map(Math.abs)) > 40) break;
    found.push(point);
  }
  return found;
}

/** @param {[number, number, number]} start @param {State} state @param {boolean} onBasin @returns {Course} */
function inputsCourse(start, { s }, onBasin) {
  const at = (/** @type {number} */ t) => unitAt(start, s, t, onBasin);
  const C = invariant(start);
  const way = onBasin ? 0 : side(start, s);
  return {
    ...{ start, at, jumps: null, made: NONE, C, loss: (z) => lossAt(/** @type {any} */ (z), s) },
    end: way === 0 ? [0, Math.sign(start[1]) * Math.sqrt(Math.max(0, -C)), 0] : unitEnd(start, s),
    points: TIMES.inputs.map((t) => /** @type {number[]} */ (at(t))),
    past: pastOf(at),
    kind: way === 0 ? "saddle" : "minimum",
    basin: way === 0 ? -1 : way > 0 ? 0 : 1,
  };
}

// Signs of the four minima of three weights, 1 where negative: +++, +−−, −+−, −−+.
const MINIMA = [0, 3, 5, 6];

/** @param {number[]} start @param {State} state @returns {Course} */
function cubeCourse(start, { s }) {
  const { points, past, at } = chainCourse(start, s, TIMES.cube, BEFORE);
  const end = chainEnd(start, s);
  const basin = MINIMA.indexOf(basinOf(start));
  const flat = end.every((x) => x === 0);
  return {
    ...{ start, points, at, end, basin, past, jumps: null, made: NONE, C: start[1] ** 2 - start[0] ** 2 },
    kind: basin >= 0 ? "minimum" : flat ? "flat saddle" : "saddle",
    loss: (w) => (s - w[0] * w[1] * w[2]) ** 2 / 2,
  };
}

/** The sharpness of the minimum that a start of the plane goes to. @param {Course} course @param {number} s */
export const endSharpness = ({ end }, s) => sharpness(gap(/** @type {any} */ (end)), s);
