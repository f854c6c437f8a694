// Two weights, widths (1, 1, 1): the plane of w1 and w2, on its way to its square.

import { createFrame, inside, paintAxes } from "./frame.js";
import { folded } from "./hyperbola.js";
import { line } from "./pencil.js";
import { RADIUS, mapOf, paintBands, paintBasin, paintLabels, paintMinima } from "./plane.js";
import { paintPaths } from "./paths.js";
import { WORDS } from "./words.js";

/** @typedef {import("./picture.js").Look} Look */
/** @typedef {import("./picture.js").Size} Size */
/** @typedef {import("./courses.js").Course} Course */

const LABELED = 430; // pixels: a narrower one has no words in it

/** @param {number} share of the unfolding @returns {import("./picture.js").Painter} */
export const flatPainter = (share) => (size, look) => {
  const small = look.small;
  const frame = createFrame(size, small ? 0 : look.fontSize, RADIUS);
  const map = mapOf(frame, share);
  const half = (/** @type {ArrayLike<number>} */ w) => (w[0] + w[1] >= 0 ? 1 : -1);
  return {
    paint(context) {
      inside(context, frame, () => paintInside(context, map, look, share, frame));
      if (!small) paintAxes(context, frame, axesOf(share), look.fontSize, look.ink);
    },
    place: (w, course) => map(w, half(course?.start ?? w)),
    from: (px, py, before) => folded(frame.from(px, py), share, RADIUS, before ? half(before) : 1),
    ...{ unit: frame.unit, turns: false },
  };
};

/** @param {any} context @param {import("./plane.js").Map} map @param {Look} look @param {number} share @param {import("./frame.js").Frame} frame */
function paintInside(context, map, look, share, frame) {
  const { state, courses, held, t, ink, small, scale } = look;
  paintBands(context, map, state, ink, true);
  if (!small && share === 0) paintCross(context, map, ink);
  const thick = (small ? 5 : 8) * scale;
  paintMinima(context, map, state, ink, thick);
  paintBasin(context, map, state, ink, small ? 0.7 * scale : scale, share === 1);
  const own = courses[held];
  if (own && !state.step) paintCurve(context, map, own, look);
  if (own && look.scales) paintScaling(context, map, own, look);
  if (frame.box.width > LABELED) paintLabels(context, map, labels(look, share), 0.95 * look.fontSize, ink);
  const color = (/** @type {Course} */ { kind }, /** @type {boolean} */ isHeld) =>
    kind === "saddle" || kind === "dead" ? ink.saddleText : isHeld ? ink.mode2 : ink.soft;
  const half = (/** @type {Course} */ { start }) => (start[0] + start[1] >= 0 ? 1 : -1);
  const place = (/** @type {ArrayLike<number>} */ w, /** @type {Course} */ course) =>
    map(w, course.jumps ? undefined : half(course));
  paintPaths(
    context,
    { courses, family: "plane", held, t, past: state.past, color },
    place,
    ink,
    small ? 0.7 * scale : scale,
  );
}

/** @param {any} context @param {import("./plane.js").Map} map @param {any} ink */
function paintCross(context, map, ink) {
  for (const [a, b] of /** @type {[[number, number], [number, number]][]} */ ([
    [
      [-RADIUS, 0],
      [RADIUS, 0],
    ],
    [
      [0, -RADIUS],
      [0, RADIUS],
    ],
  ]))
    line(context, [map(a), map(b)], { color: ink.faint, dash: [2, 4] });
}

// All points with the same C as the held start, on its side of the saddle's lines.
/** @param {any} context @param {import("./plane.js").Map} map @param {Course} course @param {Look} look */
function paintCurve(context, map, { start: [w1, w2], C }, { ink, scale }) {
  if (C === 0) return;
  const root = Math.sqrt(Math.abs(C));
  const points = Array.from({ length: 121 }, (_, k) => {
    const z = (k / 60 - 1) * 2.4;
    const [sinh, cosh] = [root * Math.sinh(z), root * Math.cosh(z)];
    return C > 0 ? [sinh, Math.sign(w2) * cosh] : [Math.sign(w1) * cosh, sinh];
  });
  const half = w1 + w2 >= 0 ? 1 : -1;
  const seen = points.map((w) => (half * (w[0] + w[1]) >= 0 ? map(w, half) : null));
  line(context, seen, { color: ink.mode2, width: 1.6 * scale, dash: [3, 5] });
}

// All starts of the same loss that α makes of the held one.
/** @param {any} context @param {import("./plane.js").Map} map @param {Course} course @param {Look} look */
function paintScaling(context, map, { start: [w1, w2] }, { ink, scale }) {
  const half = w1 + w2 >= 0 ? 1 : -1;
  const points = Array.from({ length: 81 }, (_, k) => 3 ** (k / 40 - 1)).map((x) => [w1 * x, w2 / x]);
  const seen = points.map((w) => (half * (w[0] + w[1]) >= 0 ? map(w, half) : null));
  line(context, seen, { color: ink.text, width: 2 * scale, dash: [7, 5] });
}

/** @param {Look} look @param {number} share @returns {any[]} */
function labels({ state: { s, rectified }, ink }, share) {
  const told = [];
  const { saddle, bad, basin, minima } = WORDS.labels;
  if (share > 0 && share < 1) return [];
  if (share === 1 && rectified) return [[minima, [s, 1.25], 1, ink.text, 0]];
  if (share === 1)
    return [
      [minima, [s, 1.25], 1, ink.text, 0],
      [basin, [-0.95, 1.5], 1, ink.saddleText, 0],
    ];
  told.push([rectified ? bad : saddle, rectified ? [-1.18, -1.7] : [0.36, -0.16], -1, ink.saddleText, 0]);
  if (!rectified) told.push([basin, [1.28, -1.42], -1, ink.saddleText, Math.PI / 4]);
  told.push([minima, [2.34, s / 1.72 + 0.35], 1, ink.text, 0]);
  return told;
}

/** @param {number} share @returns {{ letters: [string, string], across?: number, upward?: number }} */
function axesOf(share) {
  if (share === 0) return { letters: ["w₁", "w₂"] };
  if (share === 1) return { letters: WORDS.labels.unfolded, across: -RADIUS, upward: RADIUS / 2 };
  return { letters: ["", ""] };
}

export const WEIGHTS = {
  ...{ name: "weights", family: /** @type {const} */ ("plane"), beside: "unfolded", radius: RADIUS },
  handles: ["sharp", "s", "alpha", "step", "unfold", "rectified", "past", "remove"],
  equations: ["L = \\frac{1}{2}(s - w_2 w_1)^2", "C = w_2^2 - w_1^2"],
  painter: (/** @type {Size} */ size, /** @type {Look} */ look) =>
    flatPainter(look.small ? 0 : look.state.unfold)(size, look),
};
