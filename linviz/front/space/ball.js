// Three weights, widths (1, 1, 1, 1): the ball of directions of starts. Each of its four cells goes to a
// minimum of its own, pale where slow; the arcs between them, edges of a tetrahedron, go to saddles, its corners to 0.

import { waitOf } from "./chain.js";
import { addPaths } from "./lines.js";
import { disc, mixed, square, words } from "./pencil.js";
import { createScene, createView } from "./solid.js";
import { WORDS } from "./words.js";

/** @typedef {import("./picture.js").Look} Look */
/** @typedef {import("./picture.js").Size} Size */
/** @typedef {import("./solid.js").Scene} Scene */
/** @typedef {{ corners: number[][], middle: number[], share: number }} Facet */

const AROUND = 1.2;
const [FINE, COARSE] = [28, 14]; // parts of an edge
const LENGTH = 1.2; // of a new start
const SLOW = 1.6; // time units: so much later it is 1/e as strong
const HIDDEN = -0.06;
/** Signs of the minima: the product is +1. */
export const SIGNS = [
  [1, 1, 1],
  [1, -1, -1],
  [-1, 1, -1],
  [-1, -1, 1],
];
/** The other tetrahedron: starts in these directions end at 0. */
export const CORNERS = SIGNS.map((signs) => signs.map((x) => -x));
export const EDGES = [
  [0, 1],
  [0, 2],
  [0, 3],
  [1, 2],
  [1, 3],
  [2, 3],
];

const unit = (/** @type {ArrayLike<number>} */ w) => {
  const size = Math.hypot(w[0], w[1], w[2]);
  return [w[0] / size, w[1] / size, w[2] / size];
};

/** How strong a color is that tells how fast a start is. @param {ArrayLike<number>} w @param {number} s @param {number} fastest */
export const strength = (w, s, fastest = 0) => {
  const wait = waitOf([w[0], w[1], w[2]], s);
  return 0.12 + 0.88 * Math.exp(-Math.max(0, wait - fastest) / SLOW);
};

/** @type {Map<string, Facet[][]>} */
const known = new Map();

/** Facets of the four cells. @param {number} s @param {number} parts */
function cells(s, parts) {
  const key = `${s} ${parts}`;
  const found = known.get(key);
  if (found) return found;
  const made = SIGNS.map((_, k) =>
    facets(
      CORNERS.filter((__, i) => i !== k),
      s,
      parts,
    ),
  );
  if (known.size > 8) known.clear();
  known.set(key, made);
  return made;
}

/** @param {number[][]} corners @param {number} s @param {number} parts @returns {Facet[]} */
function facets([a, b, c], s, parts) {
  const at = (/** @type {number} */ i, /** @type {number} */ j) =>
    unit([0, 1, 2].map((k) => a[k] + (i / parts) * (b[k] - a[k]) + (j / parts) * (c[k] - a[k])));
  const fastest = waitOf(unit(signsOf(a, b, c)), s);
  const list = [];
  for (let i = 0; i < parts; i++) {
    for (let j = 0; i + j < parts; j++) {
      const edge = i + j + 1 === parts;
      list.push([at(i, j), at(i + 1, j), ...(edge ? [] : [at(i + 1, j + 1)]), at(i, j + 1)]);
    }
  }
  return list.map((corners) => {
    const middle = unit([0, 1, 2].map((k) => corners.reduce((sum, corner) => sum + corner[k], 0)));
    return { corners, middle, share: strength(middle, s, fastest) };
  });
}

// The middle of a cell.
const signsOf = (/** @type {number[][]} */ ...corners) =>
  [0, 1, 2].map((k) => Math.sign(corners.reduce((sum, corner) => sum + corner[k], 0)));

/** @param {Size} size @param {Look} look @returns {import("./picture.js").Painted} */
function painter(size, look) {
  const { state, ink, small, scale } = look;
  const view = createView(state.turns.cube, { left: 0, top: 0, ...size }, AROUND);
  const scene = createScene(view);
  const colors = [ink.pip1, ink.pip2, ink.pip3, ink.pip4];
  cells(state.s, small ? COARSE : FINE).forEach((cell, k) => {
    for (const { corners, middle, share } of cell) {
      const { depth } = view.at(middle);
      if (depth > HIDDEN) scene.face(corners, mixed(ink.paper, colors[k], share), { width: 0.8 });
    }
  });
  addArcs(scene, ink, scale);
  addMarks(scene, look);
  const own = (/** @type {any} */ course) => (course.basin < 0 ? ink.saddleText : ink.text);
  if (!small) addPaths(scene, look, "cube", own, direction);
  return {
    paint(context) {
      const count = scene.paint(context);
      if (!small) paintNames(context, view, look);
      return count;
    },
    place(w) {
      const { px, py } = view.at(unit(w));
      return [px, py];
    },
    from(px, py, before) {
      const flat = view.from(px, py, 0);
      const far = Math.hypot(...flat);
      if (far > 1 && !before) return null;
      const point = far < 1 ? view.from(px, py, Math.sqrt(1 - far * far)) : unit(flat);
      const length = before ? Math.hypot(before[0], before[1], before[2]) : LENGTH;
      return [0, 1, 2].map((k) => length * point[k]);
    },
    ...{ unit: view.scale, turns: true, shows: (w) => view.at(unit(w)).depth > 2 * HIDDEN },
  };
}

// Of what is at 0 no direction is told.
/** @param {ArrayLike<number>} w */
const direction = (w) => (Math.hypot(w[0], w[1], w[2]) < 1e-9 ? [0, 0, 0] : unit(w));

/** @param {Scene} scene @param {any} ink @param {number} scale */
function addArcs(scene, ink, scale) {
  for (const [i, j] of EDGES) {
    const points = Array.from({ length: 25 }, (_, k) =>
      unit(CORNERS[i].map((x, axis) => x + (k / 24) * (CORNERS[j][axis] - x))),
    );
    const seen = points.map((w) => (scene.view.at(w).depth > HIDDEN ? w : null));
    scene.curve(seen, { color: ink.saddle, width: 2 * scale, alpha: 0.9 }, 0.08);
  }
}

/** @param {Scene} scene @param {Look} look */
function addMarks(scene, { ink, small, scale }) {
  for (const tip of tips(scene.view).map(({ at }) => at))
    scene.mark(tip, (context, at) => square(context, at, (small ? 5 : 8) * scale, ink), 0.2);
  for (const corner of corners(scene.view))
    scene.mark(corner, (context, at) => disc(context, at, (small ? 4 : 7) * scale, ink.text, ink.paper, 2), 0.2);
}

/** @typedef {import("./solid.js").View} View */
// What of the axes and of the corners is on the side that is seen.
const isSeen = (/** @type {View} */ view, /** @type {number[]} */ w) => view.at(w).depth > 0.05;
const corners = (/** @type {View} */ view) => CORNERS.map(unit).filter((w) => isSeen(view, w));
const tips = (/** @type {View} */ view) =>
  [0, 1, 2]
    .flatMap((k) => [1, -1].map((sign) => ({ k, sign, at: [0, 1, 2].map((i) => (i === k ? sign : 0)) })))
    .filter(({ at }) => isSeen(view, at));

/** @param {any} context @param {View} view @param {Look} look */
function paintNames(context, view, { ink, scale, fontSize }) {
  const look = { size: 0.95 * fontSize, halo: ink.halo, family: ink.family, color: ink.text, weight: 600 };
  const named = tips(view).map(({ k, sign, at }) => ({ at, name: `${sign > 0 ? "+" : "−"}w${"₁₂₃"[k]}` }));
  for (const { at, name } of [...named, ...corners(view).map((w) => ({ at: w, name: WORDS.labels.zero }))]) {
    const { px, py } = view.at(at);
    words(context, name, [px + 14 * scale, py - 0.7 * fontSize], look);
  }
}

export const BALL = {
  ...{ name: "ball", solid: true, family: /** @type {const} */ ("cube"), beside: "slice", radius: 1.5 },
  handles: ["cells", "s", "past", "remove"],
  equations: ["L = \\frac{1}{2}(s - w_1 w_2 w_3)^2", "w_i^2(t) = v(t) + w_i^2(0)"],
  painter,
};
