// The pictures of the room, each a file of its own: a new one is its file and a line here.

import { BALL } from "./ball.js";
import { CONE } from "./cone.js";
import { FALLS } from "./falls.js";
import { INPUTS } from "./inputs.js";
import { SLICE } from "./slice.js";
import { UNFOLDED } from "./unfolded.js";
import { WEIGHTS } from "./weights.js";

/** @typedef {import("./courses.js").Course} Course */
/** @typedef {{ width: number, height: number }} Size */
/**
 * What a picture is painted from. A small one has no axes and no words. With
 * `scales` the held start is moved along its own loss.
 * @typedef {{ state: import("./state.js").State, courses: Course[], held: number, t: number, ink: any, scales: boolean, fontSize: number, scale: number, small: boolean }} Look
 * @typedef {object} Painted
 * @property {(context: any) => number | void} paint how many items, where they are sorted
 * @property {(w: ArrayLike<number>, course?: Course) => [number, number]} place pixels of a point
 * @property {(px: number, py: number, before?: number[]) => number[] | null} from the point there, near one before
 * @property {number} unit pixels
 * @property {(w: ArrayLike<number>) => boolean} [shows] whether this start can be seen in it; without it all can
 * @property {boolean} turns whether a hand on it turns it
 * @typedef {(size: Size, look: Look) => Painted} Painter
 * @typedef {object} Kind
 * @property {string} name its words in WORDS.pictures
 * @property {import("./state.js").Family} family
 * @property {boolean} [solid] whether it shows space, which is turned
 * @property {string} beside the picture that stands beside it when it is the large one
 * @property {number} radius
 * @property {string[]} handles
 * @property {string[]} equations
 * @property {Painter} painter
 */

/** @type {Kind[]} */
export const KINDS = [WEIGHTS, UNFOLDED, INPUTS, FALLS, BALL, SLICE, CONE];

/** @param {string} name @returns {Kind} */
export const kindOf = (name) => KINDS.find((kind) => kind.name === name) ?? KINDS[0];
