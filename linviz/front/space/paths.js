// Starts and their ways on a picture of a plane: pale as a whole, bold up to now, dashed before the start.

import { TIMES } from "./courses.js";
import { disc, dot, line, ring } from "./pencil.js";

/** @typedef {import("./courses.js").Course} Course */
/** @typedef {import("./state.js").Family} Family */
/** @typedef {[number, number]} Pixel */

const DASH = [2, 6];

/**
 * @param {any} context
 * @param {{ courses: Course[], family: Family, held: number, t: number, past: boolean, color: (course: Course, held: boolean) => string }} all
 * @param {(w: ArrayLike<number>, course: Course) => Pixel} place
 * @param {any} ink
 * @param {number} scale
 */
export function paintPaths(context, { courses, family, held, t, past, color }, place, ink, scale) {
  const order = courses.map((_, k) => k).sort((a, b) => Number(a === held) - Number(b === held));
  for (const k of order) {
    const course = courses[k];
    const own = color(course, k === held);
    const at = (/** @type {ArrayLike<number>} */ w) => place(w, course);
    if (past)
      line(
        context,
        course.past.map((w) => w && at(w)),
        { color: own, width: 1.6 * scale, dash: DASH },
      );
    const now = course.at(t);
    if (course.jumps) paintJumps(context, course, t, at, own, scale, ink);
    else paintWay(context, course, TIMES[family], t, at, own, (k === held ? 4.2 : 2.6) * scale);
    ring(context, at(course.start), own, k === held, ink, scale);
    if (now) dot(context, at(now), own, k === held, ink, scale);
  }
}

/**
 * @param {any} context
 * @param {Course} course
 * @param {number[]} times
 * @param {number} t
 * @param {(w: ArrayLike<number>) => Pixel} at
 * @param {string} color
 * @param {number} width
 */
function paintWay(context, course, times, t, at, color, width) {
  const points = course.points.map(at);
  line(context, points, { color, width: 0.55 * width, alpha: 0.4 });
  line(context, walked(course, times, t).map(at), { color, width });
}

/** The samples up to a moment, and that moment. @param {Course} course @param {number[]} times @param {number} t */
export function walked({ points, past, at, start }, times, t) {
  const now = at(t);
  if (t >= 0) return [...points.filter((_, k) => times[k] < t), ...(now ? [now] : [])];
  return now ? [start, now] : past.length > 0 ? [start, ...past.filter((w) => w !== null)] : [start];
}

/** @param {any} context @param {Course} course @param {number} t @param {(w: ArrayLike<number>) => Pixel} at @param {string} color @param {number} scale @param {any} ink */
function paintJumps(context, course, t, at, color, scale, ink) {
  const step = /** @type {number[][]} */ (course.jumps);
  line(context, step.map(at), { color, width: 1.1 * scale, alpha: 0.35 });
  const made = step.slice(0, course.made(t) + 1);
  line(context, made.map(at), { color, width: 1.6 * scale });
  for (const w of made) disc(context, at(w), 3.4 * scale, color, ink.paper, scale);
}
