// Two inputs, one hidden unit, widths (2, 1, 1), in space: the line of saddles with its ways in and down, the
// sheet of all starts that end at it, the two branches of minima, and the leaf that the held start never leaves.

import { basinAt } from "./exact.js";
import { addPaths, addRoom, goalColor, solid, thinned } from "./lines.js";
import { mixed, square, words } from "./pencil.js";
import { createScene, createView, shaded } from "./solid.js";
import { WORDS } from "./words.js";

/** @typedef {import("./picture.js").Look} Look */
/** @typedef {import("./picture.js").Size} Size */
/** @typedef {import("./solid.js").Scene} Scene */

const REACH = 1.5; // of a, b and w
const AROUND = 2.35; // of what is seen
const LIGHT = [-0.5, -0.35, 0.8];
const ARROWS = [-1, 0, 1]; // the b at which the directions are drawn
const ARROW = 0.42;
const RAYS = 10;

/** @param {Size} size @param {Look} look @returns {import("./picture.js").Painted} */
function painter(size, look) {
  const { state, ink, small, scale, fontSize } = look;
  const view = createView(state.turns.inputs, { left: 0, top: 0, ...size }, AROUND);
  const scene = createScene(view);
  addRoom(scene, REACH, ink);
  addSheet(scene, state.s, ink, small ? 12 : 18);
  addMinima(scene, state.s, ink, small ? 0.7 * scale : scale);
  scene.curve(
    line(31, (x) => [0, x * REACH, 0]),
    { color: ink.saddleText, width: 5 * scale },
    0.05,
  );
  if (!small) for (const b of ARROWS) addDirections(scene, b, state.s, ink, scale);
  const held = look.courses[look.held];
  if (held && !small) addLeaf(scene, held.C, ink, scale);
  addPaths(scene, look, "inputs", (course) => goalColor(course, ink));
  return solid(scene, view, (context) => !small && paintLetters(context, view, ink, fontSize));
}

/** @param {number} count @param {(x: number) => number[]} at  x from −1 to 1 */
const line = (count, at) => Array.from({ length: count }, (_, k) => at((2 * k) / (count - 1) - 1));

/** @param {Scene} scene @param {number} s @param {any} ink @param {number} count */
function addSheet(scene, s, ink, count) {
  const grid = line(count + 1, (b) => [b]).map(([b]) =>
    line(count + 1, (w) => [basinAt(b * REACH, w * REACH, s), b * REACH, w * REACH]),
  );
  const pale = mixed(ink.paper, ink.saddle, 0.42);
  const edge = mixed(pale, ink.saddleText, 0.45);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const corners = [grid[i][j], grid[i + 1][j], grid[i + 1][j + 1], grid[i][j + 1]];
      const fill = shaded(pale, ink.saddleText, grid[i][j], grid[i + 1][j], grid[i][j + 1], LIGHT);
      scene.face(corners, fill, { edge, width: 0.8, alpha: 0.86 });
    }
  }
}

/** @param {Scene} scene @param {number} s @param {any} ink @param {number} scale */
function addMinima(scene, s, ink, scale) {
  const least = s / REACH;
  for (const [sign, color] of /** @type {[number, string][]} */ ([
    [1, ink.pip1],
    [-1, ink.pip2],
  ])) {
    const points = line(41, (x) => {
      const w = least * (REACH / least) ** ((x + 1) / 2);
      return [(sign * s) / w, 0, sign * w];
    });
    if (least < REACH) scene.curve(points, { color, width: 6 * scale }, 0.03);
  }
}

// At the saddle (0, b, 0): eigenvalues ½(b² ± √(b⁴ + 4s²)), vectors (s, −eigenvalue) in a and w.
/** @param {Scene} scene @param {number} b @param {number} s @param {any} ink @param {number} scale */
function addDirections(scene, b, s, ink, scale) {
  const root = Math.sqrt(b ** 4 + 4 * s * s);
  for (const [value, color] of /** @type {[number, string][]} */ ([
    [(b * b + root) / 2, ink.up],
    [(b * b - root) / 2, ink.down],
  ])) {
    const size = ARROW / Math.hypot(s, value);
    for (const sign of [1, -1]) {
      const tip = [sign * size * s, b, -sign * size * value];
      const ends = value > 0 ? [tip, [tip[0] * 0.15, b, tip[2] * 0.15]] : [[0, b, 0], tip];
      scene.curve(
        line(5, (x) => between(ends[0], ends[1], (x + 1) / 2)),
        { color, width: 2.6 * scale },
        0.12,
      );
      addHead(scene, ends, color, scale);
    }
  }
}

/** @param {number[]} a @param {number[]} b @param {number} share */
const between = (a, b, share) => a.map((x, k) => x + share * (b[k] - x));

/** @param {Scene} scene @param {number[][]} ends @param {string} color @param {number} scale */
function addHead(scene, [from, to], color, scale) {
  const [start, end] = [scene.view.at(from), scene.view.at(to)];
  const [dx, dy] = [end.px - start.px, end.py - start.py];
  const long = Math.hypot(dx, dy) || 1;
  const [ux, uy, r] = [dx / long, dy / long, 9 * scale];
  scene.mark(
    to,
    (context, [x, y]) => {
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x - r * ux - 0.5 * r * uy, y - r * uy + 0.5 * r * ux);
      context.lineTo(x - r * ux + 0.5 * r * uy, y - r * uy - 0.5 * r * ux);
      context.closePath();
      context.fillStyle = color;
      context.fill();
    },
    0.14,
  );
}

// All points with w² − a² − b² = C: two bowls, a double cone, or a tube.
/** @param {Scene} scene @param {number} C @param {any} ink @param {number} scale */
function addLeaf(scene, C, ink, scale) {
  const stroke = { color: ink.mode3, width: 1.3 * scale, alpha: 0.65 };
  const shape = (/** @type {number} */ v, /** @type {number} */ angle, /** @type {number} */ sheet) => {
    const w = C > 0 ? sheet * Math.sqrt(C + v * v) : v;
    const radius = C > 0 ? v : Math.sqrt(v * v - C);
    const point = [radius * Math.cos(angle), radius * Math.sin(angle), w];
    return point.some((x) => Math.abs(x) > REACH * 1.001) ? null : point;
  };
  const sheets = C > 0 ? [1, -1] : [1];
  for (const sheet of sheets) {
    for (let k = 0; k < RAYS; k++) {
      const angle = (k / RAYS) * 2 * Math.PI;
      const ray = line(37, (x) => [C > 0 ? (REACH * (x + 1)) / 2 : REACH * x]).map(([v]) => shape(v, angle, sheet));
      scene.curve(thinned(ray, scene.view, 16), stroke, 0.02);
    }
    for (const v of C > 0 ? [0.5, 1, 1.4] : [-1, -0.5, 0, 0.5, 1]) {
      const circle = line(49, (x) => [x * Math.PI]).map(([angle]) => shape(v, angle, sheet));
      scene.curve(thinned(circle, scene.view, 16), stroke, 0.02);
    }
  }
  const b = Math.sqrt(Math.max(0, -C));
  if (C > 0 || b > REACH) return;
  for (const sign of b === 0 ? [1] : [1, -1]) {
    scene.mark([0, sign * b, 0], (context, at) => square(context, at, 8 * scale, ink), 0.3);
  }
}

/** @param {any} context @param {import("./solid.js").View} view @param {any} ink @param {number} fontSize */
function paintLetters(context, view, ink, fontSize) {
  const look = { size: fontSize, halo: ink.halo, family: ink.family, align: "center", weight: 600 };
  const told = /** @type {[string, number[], string][]} */ ([
    ["a", [REACH * 1.12, -REACH, -REACH], ink.text],
    ["b", [REACH, REACH * 1.12, -REACH], ink.text],
    ["w", [-REACH, -REACH, REACH * 1.12], ink.text],
    [WORDS.labels.saddles, [0, 1.22 * REACH, 0], ink.saddleText],
  ]);
  for (const [text, point, color] of told) {
    const { px, py } = view.at(point);
    words(context, text, [px, py], { ...look, color });
  }
}

export const INPUTS = {
  ...{ name: "inputs", solid: true, family: /** @type {const} */ ("inputs"), beside: "falls", radius: REACH },
  handles: ["directions", "s", "tie", "part", "past", "remove"],
  equations: ["L = \\frac{1}{2}(s - a w)^2 + \\frac{1}{2}(b w)^2", "C = w^2 - a^2 - b^2"],
  painter,
};
