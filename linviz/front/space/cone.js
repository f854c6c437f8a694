// Three weights in space: three lines of saddles that cross at 0, the cone over the edges of a tetrahedron that is
// their whole basin, and the four sheets of minima w1 w2 w3 = s.

import { CORNERS, EDGES, SIGNS } from "./ball.js";
import { addPaths, addRoom, goalColor, solid, thinned } from "./lines.js";
import { mixed, square, words } from "./pencil.js";
import { createScene, createView } from "./solid.js";

/** @typedef {import("./picture.js").Look} Look */
/** @typedef {import("./picture.js").Size} Size */
/** @typedef {import("./solid.js").Scene} Scene */

const REACH = 1.5;
const AROUND = 2.3;
const PARTS = 6; // of a wedge's edge
const LINES = [0.75, 0.95, 1.2, 1.5]; // of the sheets of minima

/** @param {Size} size @param {Look} look @returns {import("./picture.js").Painted} */
function painter(size, look) {
  const { state, ink, small, scale, fontSize } = look;
  const view = createView(state.turns.cube, { left: 0, top: 0, ...size }, AROUND);
  const scene = createScene(view);
  addRoom(scene, REACH, ink);
  addWedges(scene, ink);
  for (const k of [0, 1, 2]) {
    const line = Array.from({ length: 25 }, (_, i) => [0, 1, 2].map((axis) => (axis === k ? REACH * (i / 12 - 1) : 0)));
    scene.curve(line, { color: ink.saddleText, width: 4 * scale }, 0.05);
  }
  for (const corner of CORNERS) {
    const ray = Array.from({ length: 13 }, (_, i) => corner.map((x) => (x * REACH * i) / 12));
    scene.curve(ray, { color: ink.hatch, width: 2.4 * scale, dash: [5, 4] }, 0.06);
  }
  SIGNS.forEach((signs, k) =>
    addSheet(scene, signs, state.s, [ink.pip1, ink.pip2, ink.pip3, ink.pip4][k], scale, small),
  );
  scene.mark([0, 0, 0], (context, at) => square(context, at, (small ? 5 : 8) * scale, ink), 0.3);
  addPaths(scene, look, "cube", (course) => goalColor(course, ink));
  return solid(scene, view, (context) => !small && paintLetters(context, view, ink, fontSize));
}

// Six flat wedges, each between two of the four rays, cut into triangles that can be sorted.
/** @param {Scene} scene @param {any} ink */
function addWedges(scene, ink) {
  const fill = mixed(ink.paper, ink.saddle, 0.5);
  for (const [i, j] of EDGES) {
    const at = (/** @type {number} */ a, /** @type {number} */ b) =>
      [0, 1, 2].map((k) => (REACH * (CORNERS[i][k] * a + CORNERS[j][k] * b)) / PARTS);
    for (let a = 0; a < PARTS; a++) {
      for (let b = 0; a + b < PARTS; b++) {
        scene.face([at(a, b), at(a + 1, b), at(a, b + 1)], fill, { width: 0, alpha: 0.4 });
        if (a + b + 1 < PARTS)
          scene.face([at(a + 1, b), at(a + 1, b + 1), at(a, b + 1)], fill, { width: 0, alpha: 0.4 });
      }
    }
  }
}

/** @param {Scene} scene @param {number[]} signs @param {number} s @param {string} color @param {number} scale @param {boolean} small */
function addSheet(scene, signs, s, color, scale, small) {
  const stroke = { color, width: 1.3 * scale, alpha: 0.8 };
  for (const x of small ? [LINES[0], LINES[2]] : LINES) {
    for (const order of [
      [0, 1, 2],
      [1, 2, 0],
      [2, 0, 1],
    ]) {
      const points = Array.from({ length: 40 }, (_, k) => {
        const y = (s / (x * REACH)) * ((REACH * REACH * x) / s) ** (k / 39);
        const w = [0, 0, 0];
        [w[order[0]], w[order[1]], w[order[2]]] = [x, y, s / (x * y)];
        return w.some((value) => value > 1.001 * REACH) ? null : w.map((value, axis) => value * signs[axis]);
      });
      scene.curve(thinned(points, scene.view, 12), stroke, 0.02);
    }
  }
}

/** @param {any} context @param {import("./solid.js").View} view @param {any} ink @param {number} fontSize */
function paintLetters(context, view, ink, fontSize) {
  const look = {
    size: fontSize,
    halo: ink.halo,
    family: ink.family,
    align: "center",
    weight: 600,
    color: ink.saddleText,
  };
  for (const k of [0, 1, 2]) {
    const { px, py } = view.at([0, 1, 2].map((axis) => (axis === k ? 1.12 * REACH : 0)));
    words(context, `w${"₁₂₃"[k]}`, [px, py], look);
  }
}

export const CONE = {
  ...{ name: "cone", solid: true, family: /** @type {const} */ ("cube"), beside: "ball", radius: REACH },
  handles: ["cells", "s", "past", "remove"],
  equations: ["L = \\frac{1}{2}(s - w_1 w_2 w_3)^2", "w_i^2(t) = v(t) + w_i^2(0)"],
  painter,
};
