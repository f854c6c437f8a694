// Three weights: the slice of all starts with the same w3, colored like the ball. Borders are straight lines.

import { SIGNS, strength } from "./ball.js";
import { createFrame, inside, paintAxes } from "./frame.js";
import { line, mixed, words } from "./pencil.js";
import { paintPaths } from "./paths.js";

/** @typedef {import("./picture.js").Look} Look */
/** @typedef {import("./picture.js").Size} Size */
/** @typedef {[number, number]} Pair */

const RADIUS = 1.5;
const [FINE, COARSE] = [34, 14]; // cells of a side
const SHADES = 40;
const THERE = 0.005; // of w3: a start lies in the slice

/** @type {Map<string, Float64Array>} */
const known = new Map();

// The wait depends on the three sizes and the sign of their product: of the cells that these make one an eighth is
// computed, for each sign.
/** @param {number} c @param {number} s @param {number} count */
export function strengths(c, s, count) {
  const key = `${c} ${s} ${count}`;
  const found = known.get(key);
  if (found) return found;
  const made = new Float64Array(count * count);
  const at = (/** @type {number} */ k) => RADIUS * ((2 * k + 1) / count - 1);
  const put = (/** @type {number} */ a, /** @type {number} */ b, /** @type {number} */ value) => {
    made[a * count + b] = value;
    made[b * count + a] = value;
  };
  for (let i = count / 2; i < count; i++)
    for (let j = count / 2; j <= i; j++) {
      const [k, l] = [count - 1 - i, count - 1 - j];
      const [along, across] = [strength([at(i), at(j), c], s), strength([at(k), at(j), c], s)];
      put(i, j, along);
      put(k, l, along);
      put(k, j, across);
      put(i, l, across);
    }
  if (known.size > 8) known.clear();
  known.set(key, made);
  return made;
}

/** @param {Size} size @param {Look} look @returns {import("./picture.js").Painted} */
function painter(size, look) {
  const { state, ink, small, scale, fontSize, courses, held, t } = look;
  const frame = createFrame(size, small ? 0 : fontSize, RADIUS);
  const there = courses.filter(({ start }) => Math.abs(start[2] - state.slice) < THERE);
  const own = (/** @type {any} */ course) => (course.basin < 0 ? ink.saddleText : ink.text);
  const place = (/** @type {ArrayLike<number>} */ w) => frame.at([w[0], w[1]]);
  const paths = { courses: there, family: /** @type {const} */ ("cube"), held: there.indexOf(courses[held]) };
  return {
    paint(context) {
      inside(context, frame, () => {
        paintCells(context, frame, look);
        paintPaths(context, { ...paths, t, past: false, color: own }, place, ink, small ? 0.7 * scale : scale);
        if (!small && frame.box.width > 300) paintNames(context, frame, look);
      });
      if (!small) paintAxes(context, frame, { letters: ["w₁", "w₂"] }, fontSize, ink);
      return strengthsCount(small);
    },
    place,
    from: (px, py) => [...frame.from(px, py), state.slice],
    ...{ unit: frame.unit, turns: false, shows: (w) => Math.abs(w[2] - state.slice) < THERE },
  };
}

const strengthsCount = (/** @type {boolean} */ small) => (small ? COARSE : FINE) ** 2;

/** @param {any} context @param {import("./frame.js").Frame} frame @param {Look} look */
function paintCells(context, frame, { state: { slice, s }, ink, small, scale }) {
  const count = small ? COARSE : FINE;
  const all = strengths(slice, s, count);
  const cell = frame.box.width / count;
  const colors = [ink.pip1, ink.pip2, ink.pip3, ink.pip4];
  const shades = colors.map((color) =>
    Array.from({ length: SHADES + 1 }, (_, k) => mixed(ink.paper, color, k / SHADES)),
  );
  const regions = SIGNS.map((signs) => region(signs, slice));
  regions.forEach((corners, k) => {
    if (corners.length < 3) return;
    const pixels = corners.map(frame.at);
    const xs = corners.map(([x]) => x);
    const ys = corners.map(([, y]) => y);
    context.save();
    context.beginPath();
    pixels.forEach(([x, y], i) => (i === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
    context.closePath();
    context.clip();
    const index = (/** @type {number} */ x) => Math.floor(((x / RADIUS + 1) / 2) * count);
    for (let i = Math.max(0, index(Math.min(...xs))); i <= Math.min(count - 1, index(Math.max(...xs))); i++) {
      for (let j = Math.max(0, index(Math.min(...ys))); j <= Math.min(count - 1, index(Math.max(...ys))); j++) {
        context.fillStyle = shades[k][Math.round(SHADES * all[i * count + j])];
        const top = frame.box.top + (count - 1 - j) * cell;
        context.fillRect(frame.box.left + i * cell - 0.3, top - 0.3, cell + 0.6, cell + 0.6);
      }
    }
    context.restore();
  });
  for (const corners of regions)
    if (corners.length > 2)
      line(context, [...corners, corners[0]].map(frame.at), { color: ink.saddle, width: 2.4 * scale });
}

// Where these signs are nearest, within the square: cut by a line for each of the others.
/** @param {number[]} signs @param {number} c @returns {Pair[]} */
function region(signs, c) {
  let corners = /** @type {Pair[]} */ ([
    [-RADIUS, -RADIUS],
    [RADIUS, -RADIUS],
    [RADIUS, RADIUS],
    [-RADIUS, RADIUS],
  ]);
  for (const other of SIGNS) {
    const ahead = (/** @type {Pair} */ [x, y]) =>
      (signs[0] - other[0]) * x + (signs[1] - other[1]) * y + (signs[2] - other[2]) * c;
    corners = corners.flatMap((corner, k) => {
      const next = corners[(k + 1) % corners.length];
      const [a, b] = [ahead(corner), ahead(next)];
      const kept = a >= 0 ? [corner] : [];
      if (a * b >= 0) return kept;
      const share = a / (a - b);
      return [
        ...kept,
        /** @type {Pair} */ ([corner[0] + share * (next[0] - corner[0]), corner[1] + share * (next[1] - corner[1])]),
      ];
    });
  }
  return corners;
}

/** @param {any} context @param {import("./frame.js").Frame} frame @param {Look} look */
function paintNames(context, frame, { state: { slice }, ink, fontSize }) {
  for (const signs of SIGNS) {
    const corners = region(signs, slice);
    if (corners.length < 3) continue;
    const middle = [0, 1].map((k) => corners.reduce((sum, corner) => sum + corner[k], 0) / corners.length);
    const name = signs.map((x) => (x > 0 ? "+" : "−")).join(" ");
    words(context, name, frame.at(middle), {
      ...{ size: fontSize, color: ink.text, halo: ink.halo, family: ink.family },
      ...{ align: "center", weight: 600 },
    });
  }
}

export const SLICE = {
  ...{ name: "slice", family: /** @type {const} */ ("cube"), beside: "ball", radius: RADIUS },
  handles: ["slice", "s", "remove"],
  equations: ["L = \\frac{1}{2}(s - w_1 w_2 w_3)^2"],
  painter,
};
