// Lines in space: the ways of the starts, and the corner of the room behind everything.

import { TIMES } from "./courses.js";
import { walked } from "./paths.js";
import { dot, ring } from "./pencil.js";

/** @typedef {import("./solid.js").Scene} Scene */
/** @typedef {import("./picture.js").Look} Look */
/** @typedef {import("./courses.js").Course} Course */

const PIECE = 12; // pixels of a way that are one line
const FAR = 2;
const [OVER, RINGS] = [0.1, 0.3]; // towards the eye: over the face they lie in, and in sight

// Of where a start came from, what is not far out of the picture.
const isNear = (/** @type {ArrayLike<number> | null} */ w) => w !== null && Math.max(...Array.from(w, Math.abs)) < FAR;

/** What a start is colored by: the minimum it goes to. @param {Course} course @param {any} ink */
export function goalColor({ basin }, ink) {
  return basin < 0 ? ink.saddleText : [ink.pip1, ink.pip2, ink.pip3, ink.pip4][basin];
}

/**
 * @param {Scene} scene
 * @param {Look} look
 * @param {import("./state.js").Family} family
 * @param {(course: Course) => string} color
 * @param {(w: ArrayLike<number>) => ArrayLike<number>} place
 */
export function addPaths(scene, look, family, color, place = (w) => w) {
  const { courses, held, t, state, ink, small } = look;
  const scale = small ? 0.7 * look.scale : look.scale;
  courses.forEach((course, k) => {
    const [own, isHeld] = [color(course), k === held];
    const thin = (/** @type {(ArrayLike<number> | null)[]} */ points) =>
      thinned(
        points.map((w) => w && place(w)),
        scene.view,
        PIECE,
      );
    const width = (isHeld ? 4.2 : 3) * scale;
    scene.curve(thin(course.points), { color: own, width: 0.5 * width, alpha: 0.45 }, OVER);
    scene.curve(thin(walked(course, TIMES[family], t)), { color: own, width }, OVER);
    if (state.past)
      scene.curve(thin(course.past.filter(isNear)), { color: own, width: 1.5 * scale, dash: [2, 5] }, OVER);
    const now = course.at(t);
    scene.mark(place(course.start), (context, at) => ring(context, at, own, isHeld, ink, scale), RINGS);
    if (now) scene.mark(place(now), (context, at) => dot(context, at, own, isHeld, ink, scale), RINGS);
  });
}

/**
 * Of points that would be seen nearer to each other than this, the first.
 * @param {(ArrayLike<number> | null)[]} points
 * @param {import("./solid.js").View} view
 * @param {number} least pixels
 */
export function thinned(points, view, least) {
  const kept = /** @type {(ArrayLike<number> | null)[]} */ ([]);
  let last = /** @type {import("./solid.js").Seen | null} */ (null);
  points.forEach((point, k) => {
    const here = point && view.at(point);
    const ends = k + 1 === points.length || points[k + 1] === null;
    const far = here && last && Math.hypot(here.px - last.px, here.py - last.py) >= least;
    if (here && last && !far && !ends) return;
    kept.push(point);
    last = here;
  });
  return kept;
}

// The three sides of a box that are farthest from the eye.
/** @param {Scene} scene @param {number} reach @param {any} ink */
export function addRoom(scene, reach, ink) {
  const { eye } = scene.view;
  const far = eye.map((x) => (x > 0 ? -reach : reach));
  for (let axis = 0; axis < 3; axis++) {
    const [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
    const corner = (/** @type {number} */ x, /** @type {number} */ y) => {
      const point = [...far];
      [point[u], point[v]] = [x * reach, y * reach];
      return point;
    };
    const corners = [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)];
    scene.face(corners, ink.paper, { edge: ink.grid, width: 1.2, lift: -99 });
  }
}

/**
 * What is painted of a scene that is turned by hand, with letters over it.
 * @param {import("./solid.js").Scene} scene
 * @param {import("./solid.js").View} view
 * @param {(context: any) => void} letters
 * @returns {import("./picture.js").Painted}
 */
export const solid = (scene, view, letters) => ({
  paint(context) {
    const count = scene.paint(context);
    letters(context);
    return count;
  },
  place(point) {
    const { px, py } = view.at(point);
    return [px, py];
  },
  from: (px, py, before) => view.from(px, py, before ? view.at(before).depth : 0),
  ...{ unit: view.scale, turns: true },
});
