// What is told of the held start at every moment, in the shape in which a run is told: the headline, the
// time bar and its stretches read it like any other.

import { SPANS, TIMES, endSharpness } from "./courses.js";
import { gap, restingGap } from "./hyperbola.js";
import { WORDS } from "./words.js";

/** @typedef {import("./courses.js").Course} Course */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Family} Family */
/** @typedef {{ kind: string, headline: any[], facts: any[] }} Sentence */

const NEAR_MINIMUM = 1e-3; // of the saddle's loss
const NEAR_SADDLE = 0.25; // of the squared size of the flattest minimum
const NEAR_LINE = 0.1; // of the target: squared distance from the line of saddles
const FRAMES_BEFORE = 30;

/** @type {Record<Family, (course: Course, state: State, point: number[], t: number) => Sentence>} */
const TELLERS = { plane: tellPlane, inputs: tellInputs, cube: tellCube };

/** Moments of a family, with those before the start if the past is seen. @param {Family} family @param {boolean} past */
export function timesOf(family, past) {
  const { before } = SPANS[family];
  if (!past) return TIMES[family];
  return [...Array.from({ length: FRAMES_BEFORE }, (_, k) => before * (1 - k / FRAMES_BEFORE)), ...TIMES[family]];
}

/**
 * @param {Course} course
 * @param {State} state
 * @param {Family} family
 */
export function toldOf(course, state, family) {
  const t = timesOf(family, state.past && !(state.step > 0 && family === "plane"));
  /** @type {Map<string, number>} */
  const known = new Map();
  const texts = /** @type {any[]} */ ([]);
  const kinds = /** @type {string[]} */ ([]);
  const values = { loss: new Float64Array(t.length), C: new Float64Array(t.length), bound: new Float64Array(t.length) };
  const first = course.loss(course.start);
  const sentences = t.map((moment, k) => {
    const point = course.at(moment) ?? course.start;
    values.loss[k] = course.loss(point);
    values.bound[k] = first * Math.exp(-2 * Math.max(0, course.C) * Math.max(0, moment));
    values.C[k] = family === "plane" ? gap(/** @type {any} */ (point)) : course.C;
    const { kind, headline, facts } = TELLERS[family](course, state, point, moment);
    kinds.push(kind);
    const key = JSON.stringify([headline, facts]);
    if (!known.has(key)) known.set(key, texts.push({ headline, facts, short: headline }) - 1);
    return known.get(key) ?? 0;
  });
  const stays = staysOf(t, kinds);
  const stay = t.map((moment) => stays.findIndex(({ from, to }) => moment >= from && moment <= to));
  const counts = new Int32Array(3 * t.length).fill(-1);
  return {
    ...{ t, loss: values.loss, milestones: [] },
    now: { stays, stay, sentences, texts, values, counts, about: null, beside: null },
  };
}

/** @param {number[]} t @param {string[]} kinds */
function staysOf(t, kinds) {
  const found = /** @type {any[]} */ ([]);
  kinds.forEach((kind, k) => {
    const last = found[found.length - 1];
    if (last && last.kind === kind && last.end === k - 1) Object.assign(last, { to: t[k], end: k });
    else if (kind !== "falling") found.push({ kind, from: t[k], to: t[k], end: k, learned: [], missed: [] });
  });
  return found;
}

/** @param {Course} course @param {State} state @param {number[]} point @param {number} t @returns {Sentence} */
function tellPlane(course, state, point, t) {
  const { s, step } = state;
  const { plane } = WORDS;
  if (step > 0) return tellDescent(course, state, point, t);
  const [C, loss] = [course.C, course.loss(point)];
  const sharp = endSharpness(course, s);
  const facts = course.kind === "minimum" ? plane.facts(C, sharp) : plane.plainFacts(C);
  if (t < 0) return { kind: "falling", headline: plane.back(C), facts: plane.plainFacts(C) };
  if (course.kind === "dead") {
    const off = point[0] <= 0;
    return { kind: off ? "minimum" : "falling", headline: off ? plane.dead((s * s) / 2) : plane.doomed, facts };
  }
  const near = point[0] ** 2 + point[1] ** 2 < NEAR_SADDLE * 2 * s;
  if (course.kind === "saddle") return { kind: near ? "saddle" : "falling", headline: plane.basin, facts };
  if (loss < (NEAR_MINIMUM * s * s) / 2) return { kind: "minimum", headline: plane.minimum(C, sharp), facts };
  return { kind: near ? "saddle" : "falling", headline: near ? plane.near : plane.falling(C), facts };
}

/** @param {Course} course @param {State} state @param {number[]} point @param {number} t @returns {Sentence} */
function tellDescent(course, { s, step, rectified }, point, t) {
  const { plane } = WORDS;
  const [bound, rest] = [2 / step, restingGap(s, step)];
  const facts = plane.jumpFacts(rest, bound);
  const ended = course.made(t) >= /** @type {number[][]} */ (course.jumps).length - 1;
  const sharp = Math.hypot(point[0], point[1]) ** 2;
  if (rectified && point[0] <= 0) return { kind: "minimum", headline: plane.dead((s * s) / 2), facts };
  if (course.kind === "away" && ended) return { kind: "jumping", headline: plane.away, facts };
  if (course.loss(point) < (NEAR_MINIMUM * s * s) / 2 && sharp < bound)
    return { kind: "minimum", headline: plane.rests(sharp, bound), facts };
  if (point[0] + point[1] === 0) return { kind: "jumping", headline: plane.along, facts };
  const restless = ended && (rest === null || sharp >= bound);
  return { kind: "jumping", headline: restless ? plane.restless(bound) : plane.jumping(course.C), facts };
}

/** @param {Course} course @param {State} state @param {number[]} point @param {number} t @returns {Sentence} */
function tellInputs(course, { s }, point, t) {
  const { inputs } = WORDS;
  const { C, kind, basin, end } = course;
  const facts = C > 0 ? inputs.certified(C) : inputs.facts(C);
  if (t < 0) return { kind: "falling", headline: inputs.back, facts };
  const near = point[0] ** 2 + point[2] ** 2 < NEAR_LINE * s;
  if (kind === "saddle") return { kind: near ? "saddle" : "falling", headline: inputs.sheet(end[1]), facts };
  if (course.loss(point) < (NEAR_MINIMUM * s * s) / 2)
    return { kind: "minimum", headline: inputs.minimum(basin), facts };
  if (near) return { kind: "saddle", headline: inputs.near(basin), facts };
  const headline = C > 0 ? inputs.misses(C) : inputs.meets(C, Math.sqrt(-C));
  return { kind: "falling", headline, facts };
}

const [SMALL, TINY] = [0.15, 0.2]; // of s^(2/3): squares of two weights near a line, of all near 0

/** @param {Course} course @param {State} state @param {number[]} point @param {number} t @returns {Sentence} */
function tellCube(course, { s }, point, t) {
  const { cube, axes } = WORDS;
  const { start, end, kind } = course;
  const product = start[0] * start[1] * start[2];
  const facts = cube.facts(product);
  if (t < 0) return { kind: "falling", headline: cube.back, facts };
  const squares = point.map((x) => x * x);
  const unit = s ** (2 / 3);
  const [low, middle, top] = [...squares].sort((a, b) => a - b);
  const axis = axes[squares.indexOf(top)];
  const [nearZero, nearLine] = [top < TINY * unit, low + middle < SMALL * unit];
  if (kind === "flat saddle") return { kind: nearZero ? "flat saddle" : "falling", headline: cube.corner, facts };
  if (kind === "saddle") {
    const goal = axes[end.findIndex((x) => x !== 0)];
    return { kind: nearLine ? "saddle" : "falling", headline: cube.arc(goal), facts };
  }
  const signs = end.map((x) => (x > 0 ? "+" : "−")).join(" ");
  if (course.loss(point) < (NEAR_MINIMUM * s * s) / 2) return { kind: "minimum", headline: cube.minimum(signs), facts };
  if (nearZero) return { kind: "flat saddle", headline: cube.zero, facts };
  if (nearLine) return { kind: "saddle", headline: cube.near(axis), facts };
  return { kind: "falling", headline: cube.falling(signs), facts };
}
