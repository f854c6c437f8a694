// What is open in the room, as one frozen record, and as the short text that a link carries.

import { basinAt } from "./exact.js";

/**
 * A start of a family: "plane" (w1, w2), "inputs" (a, b, w), "cube" (w1, w2, w3). One of the inputs may be
 * tied to the sheet: then its first number is the distance of a from it.
 * @typedef {{ at: number[], tied: boolean }} Start
 * @typedef {"plane" | "inputs" | "cube"} Family
 * @typedef {object} State
 * @property {string} picture the large one
 * @property {number} s target
 * @property {number} step of gradient descent; 0 is the flow
 * @property {boolean} rectified
 * @property {boolean} past also backward in time
 * @property {number} unfold 0 is the plane, 1 its square
 * @property {number} slice w3 of the slice
 * @property {number} held
 * @property {Record<Family, Start[]>} starts
 * @property {Record<Family, [number, number]>} turns azimuth and elevation of what is seen in space
 */

export const MOST_STARTS = 10;
const PLACES = 2; // decimals of a number: what a link says is what is shown
const FAR = 9; // beyond every frame

/** @type {[string, keyof State, number, number][]} letter, field, least, most */
const NUMBERS = [
  ["s", "s", 0.5, 2],
  ["e", "step", 0, 1.2],
  ["u", "unfold", 0, 1],
  ["k", "slice", -1.5, 1.5],
  ["h", "held", 0, MOST_STARTS - 1],
];
/** @type {[string, keyof State][]} */
const SWITCHES = [
  ["r", "rectified"],
  ["b", "past"],
];
/** @type {[string, Family, number][]} letter, family, numbers of a start */
const FAMILIES = [
  ["p", "plane", 2],
  ["i", "inputs", 3],
  ["c", "cube", 3],
];

const free = (/** @type {number[]} */ ...at) => ({ at, tied: false });
const tied = (/** @type {number[]} */ ...at) => ({ at, tied: true });

/** @type {State} */
export const OPENING = {
  ...{ picture: "weights", s: 1, step: 0, rectified: false, past: false, unfold: 0, slice: 0.7, held: 1 },
  starts: {
    plane: [
      free(-2.1, 1.2),
      free(-1.3, 1.72),
      free(1.9, -1),
      free(-0.45, -2.05),
      free(2.2, 0.1),
      free(0.22, 0.1),
      free(1.2, -1.75),
      free(-1.55, 1.55),
    ],
    inputs: [tied(0.02, 0.9, -0.9), tied(-0.02, 0.9, -0.9), tied(0, -0.9, 0.8), free(-0.4, 0.3, 1.1)],
    cube: [
      free(0.5, -0.45, 0.9),
      free(0.45, -0.5, 0.9),
      free(0.6, 0.9, -0.6),
      free(0.9, 0.7, 0.8),
      free(-0.62, 0.6, 0.64),
    ],
  },
  turns: { plane: [0, 0], inputs: [-0.95, 0.42], cube: [-2.5, 0.42] },
};

export const rounded = (/** @type {number} */ x) => Number(x.toFixed(PLACES)) + 0;

/**
 * Where a start is.
 * @param {Start} start
 * @param {number} s
 */
export function placeOf({ at, tied: isTied }, s) {
  if (!isTied) return at;
  const [off, b, w] = at;
  return [basinAt(b, w, s) + off, b, w];
}

/** @param {State} state */
export function written(state) {
  const said = [state.picture];
  for (const [letter, field] of NUMBERS) if (state[field] !== OPENING[field]) said.push(`${letter}${state[field]}`);
  for (const [letter, field] of SWITCHES) if (state[field]) said.push(letter);
  for (const [letter, family] of FAMILIES) {
    const text = state.starts[family].map(pointText).join(";");
    if (text !== OPENING.starts[family].map(pointText).join(";")) said.push(letter + text);
    const turn = state.turns[family].join();
    if (turn !== OPENING.turns[family].join()) said.push(letter.toUpperCase() + turn);
  }
  return said.length === 1 && state.picture === OPENING.picture ? "" : said.join("~");
}

const pointText = (/** @type {Start} */ { at, tied: isTied }) => (isTied ? "*" : "") + at.join();

/**
 * What a text says; what it leaves out, or says wrongly, is as in the opening.
 * @param {string} text
 * @param {string[]} pictures that there are
 * @returns {State}
 */
export function read(text, pictures) {
  const state = structuredClone(OPENING);
  const [picture, ...said] = text.split("~");
  if (pictures.includes(picture)) state.picture = picture;
  for (const part of said) if (part) take(state, part[0], part.slice(1));
  const family = state.starts.plane.length;
  state.held = Math.min(state.held, Math.max(family, state.starts.inputs.length, state.starts.cube.length) - 1);
  return state;
}

/**
 * What a text says that the room does not know.
 * @param {string} text
 * @param {string[]} pictures that there are
 */
export function misread(text, pictures) {
  const state = structuredClone(OPENING);
  const known = (/** @type {string} */ part, /** @type {number} */ k) =>
    k === 0 ? pictures.includes(part) : take(state, part[0], part.slice(1));
  return text.split("~").filter((part, k) => part && !known(part, k));
}

/** Whether it could be taken. @param {any} state @param {string} letter @param {string} rest */
function take(state, letter, rest) {
  const number = NUMBERS.find(([name]) => name === letter);
  if (number) {
    const [, field, least, most] = number;
    const value = rest === "" ? Number.NaN : Number(rest);
    if (!(value >= least && value <= most)) return false;
    state[field] = field === "held" ? Math.floor(value) : rounded(value);
    return true;
  }
  const on = SWITCHES.find(([name]) => name === letter);
  if (on && rest === "") {
    state[on[1]] = true;
    return true;
  }
  const family = FAMILIES.find(([name]) => name === letter.toLowerCase());
  if (!family) return false;
  const [name, key, count] = family;
  if (letter !== name) {
    const turn = numbers(rest, 2);
    if (turn) state.turns[key] = turn;
    return turn !== null;
  }
  const points = rest.split(";").map((each) => pointOf(each, count));
  if (rest === "" || points.length > MOST_STARTS || !points.every(Boolean)) return false;
  state.starts[key] = points;
  return true;
}

/** @param {string} text @param {number} count */
function pointOf(text, count) {
  const at = numbers(text.replace(/^\*/, ""), count);
  return at && { at, tied: text.startsWith("*") && count === 3 };
}

/** @param {string} text @param {number} count */
function numbers(text, count) {
  const found = text.split(",").map(Number);
  return found.length === count && found.every((x) => Math.abs(x) <= FAR) ? found.map(rounded) : null;
}

/**
 * @param {State} state
 * @param {Family} family
 * @param {(starts: Start[]) => Start[]} change
 * @returns {State}
 */
export function withStarts(state, family, change) {
  return { ...state, starts: { ...state.starts, [family]: change(state.starts[family]) } };
}

/** The start that is held, of those of this family. @param {State} state @param {Family} family */
export const heldOf = ({ held, starts }, family) => Math.min(held, starts[family].length - 1);
