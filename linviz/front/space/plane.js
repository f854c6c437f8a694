// The ground of two weights: bands of the loss between at most 9 lines, the hyperbola of minima colored by
// sharpness, the saddle with its basin, and what a ReLU makes of it; in the plane, unfolded, or between.

import { restingGap, sharpness, unfolded } from "./hyperbola.js";
import { area, line, mixed, ramp, square, words } from "./pencil.js";

/** @typedef {import("./frame.js").Frame} Frame */
/** @typedef {import("./state.js").State} State */
/** @typedef {[number, number]} Pair */

export const RADIUS = 2.4;
const BEYOND = 1.6 * RADIUS; // the unfolded square shows more of the plane
const LEVELS = [0.1, 0.5, 1.6, 4]; // of s², two lines each; ½ is the saddle's
const DEEPEST = 0.9; // of the band's color in the highest band
const HALVES = [-1, 1]; // the second lies on top, once unfolded
const POINTS = 40;
const ARC = 70;

/** @param {Frame} frame @param {number} share of the unfolding */
export const mapOf =
  ({ at }, share) =>
  (/** @type {ArrayLike<number>} */ w, /** @type {number | undefined} */ half = undefined) =>
    at(unfolded(/** @type {any} */ (w), share, RADIUS, half));

/** @typedef {ReturnType<typeof mapOf>} Map */

/** The w2 w1 at which the loss has a line, at most nine. @param {number} s */
export function linesOf(s) {
  return LEVELS.flatMap((level) => [-1, 1].map((sign) => s + sign * s * Math.sqrt(2 * level))).sort((a, b) => a - b);
}

/** @param {any} context @param {Map} map @param {State} state @param {any} ink @param {boolean} lines */
export function paintBands(context, map, { s, rectified }, ink, lines) {
  const levels = LEVELS.map((level) => level * s * s);
  const shade = (/** @type {number} */ u) => {
    const above = levels.filter((level) => (s - u) ** 2 / 2 > level).length;
    return mixed(ink.paper, ink.band, (DEEPEST * above) / levels.length);
  };
  const edges = linesOf(s);
  for (const half of HALVES) {
    const whole = boundary(-BEYOND * BEYOND, half).map((w) => map(w, half));
    area(context, whole, shade(edges[0] - 1));
    edges.forEach((u, k) => {
      const middle = k + 1 < edges.length ? (u + edges[k + 1]) / 2 : u + 1;
      const points = boundary(u, half).map((w) => map(w, half));
      if (points.length > 0) area(context, points, shade(middle));
    });
    if (rectified)
      area(
        context,
        lost(half).map((w) => map(w, half)),
        shade(0),
      );
    if (lines) edges.forEach((u) => paintLevel(context, map, u, half, ink, rectified));
  }
}

/** @param {any} context @param {Map} map @param {number} u @param {number} half @param {any} ink @param {boolean} rectified */
function paintLevel(context, map, u, half, ink, rectified) {
  for (const branch of branches(u, half)) {
    const seen = rectified ? branch.filter(([w1]) => w1 > 0) : branch;
    line(
      context,
      seen.map((w) => map(w, half)),
      { color: ink.other, alpha: 0.45 },
    );
  }
}

// The edge of {w2 w1 > u} within a half of the plane.
/** @param {number} u @param {number} half @returns {Pair[]} */
function boundary(u, half) {
  const corner = /** @type {Pair} */ ([BEYOND, BEYOND]);
  const side = arc(u, 1).filter(([x, y]) => x + y >= 0); // below 0: from above to the cut
  let points = side;
  if (u >= BEYOND * BEYOND) return [];
  if (u >= 0) points = [...side, ...edge([BEYOND, u / BEYOND], corner), ...edge(corner, [u / BEYOND, BEYOND])];
  else {
    const [cut, foot] = [Math.min(BEYOND, Math.sqrt(-u)), Math.max(-BEYOND, u / BEYOND)];
    const mirrored = side.map(([x, y]) => /** @type {Pair} */ ([y, x])).reverse();
    const above = [...edge([BEYOND, foot], corner), ...edge(corner, [foot, BEYOND])];
    points = [...edge([-cut, cut], [cut, -cut]), ...mirrored, ...above, ...side];
  }
  return points.map(([x, y]) => [half * x, half * y]);
}

/** @param {Pair} from @param {Pair} to @returns {Pair[]} */
function edge(from, to) {
  return Array.from({ length: 13 }, (_, k) => [
    from[0] + (k / 12) * (to[0] - from[0]),
    from[1] + (k / 12) * (to[1] - from[1]),
  ]);
}

// A branch of w2 w1 = u, from above: in the first quadrant for u > 0, in the second for u < 0.
/** @param {number} u @param {number} half @returns {Pair[]} */
function arc(u, half) {
  const size = Math.abs(u);
  if (size === 0) return [...edge([0, BEYOND], [0, 0]), ...edge([0, 0], [BEYOND, 0])];
  if (size >= BEYOND * BEYOND) return [];
  const [from, to] = [Math.log(size / BEYOND), Math.log(BEYOND)];
  return Array.from({ length: POINTS + 1 }, (_, k) => {
    const x = Math.exp(from + (k / POINTS) * (to - from));
    return [half * Math.sign(u) * x, (half * size) / x];
  });
}

// Both branches in this half: whole for u > 0, the part on this side of the cut below.
/** @param {number} u @param {number} half @returns {Pair[][]} */
function branches(u, half) {
  if (u >= 0) return [arc(u, half)];
  const upper = arc(u, 1).filter(([x, y]) => half * (x + y) >= 0);
  const lower = upper.map(([x, y]) => /** @type {Pair} */ ([y, x]));
  return [upper, lower];
}

// Starts that a ReLU loses.
/** @param {number} half @returns {Pair[]} */
function lost(half) {
  if (half > 0)
    return [...edge([0, 0], [-BEYOND, BEYOND]), ...edge([-BEYOND, BEYOND], [0, BEYOND]), ...edge([0, BEYOND], [0, 0])];
  return [
    ...edge([-BEYOND, BEYOND], [BEYOND, -BEYOND]),
    ...edge([BEYOND, -BEYOND], [-BEYOND, -BEYOND]),
    ...edge([-BEYOND, -BEYOND], [-BEYOND, BEYOND]),
  ];
}

/** @param {any} ink @param {number} value @param {number} s */
export const sharpColor = (ink, value, s) => ramp([ink.gentle, ink.steep, ink.sharp], (value - 2 * s) / 4);

/** @param {any} context @param {Map} map @param {State} state @param {any} ink @param {number} width */
export function paintMinima(context, map, { s, step, rectified }, ink, width) {
  const rest = step > 0 ? restingGap(s, step) : Infinity;
  const [from, to] = [Math.log(s / BEYOND), Math.log(BEYOND)];
  const halves = rectified ? [1] : HALVES;
  const pieces = halves.flatMap((half) => {
    const point = (/** @type {number} */ k) => {
      const x = Math.exp(from + (k / ARC) * (to - from));
      return /** @type {Pair} */ ([half * x, (half * s) / x]);
    };
    return Array.from({ length: ARC }, (_, k) => {
      const [a, b] = [point(k), point(k + 1)];
      const C = a[1] * b[1] - a[0] * b[0]; // between the two
      return { C, ends: [map(a, half), map(b, half)], lit: rest !== null && Math.abs(C) <= rest };
    });
  });
  if (step > 0)
    for (const { lit, ends } of pieces) if (lit) line(context, ends, { color: ink.saddle, width: 2 * width });
  for (const { C, lit, ends } of pieces) {
    const color = sharpColor(ink, sharpness(C, s), s);
    line(context, ends, { color: lit ? color : mixed(ink.paper, color, 0.5), width: lit ? width : 0.45 * width });
  }
}

/** @param {any} context @param {Map} map @param {State} state @param {any} ink @param {number} scale @param {boolean} twice whether both halves lie on each other */
export function paintBasin(context, map, { rectified }, ink, scale, twice) {
  for (const half of HALVES) {
    if (rectified && (half > 0 || !twice)) {
      area(
        context,
        lost(half).map((w) => map(w, half)),
        ink.saddle,
        0.22,
      );
    }
    for (const ray of rectified ? [] : HALVES) {
      const points = edge([0, 0], [-ray * BEYOND, ray * BEYOND]).map((w) => map(w, half));
      line(context, points, { color: ink.saddle, width: 3.5 * scale, dash: [11 * scale, 7 * scale] });
    }
  }
  square(context, map([0, 0], 1), 9 * scale, ink);
}

/** @param {any} context @param {Map} map @param {[string, Pair, number, string, number][]} labels text, place, half, color, turn; words that are not turned end or stand in the middle there @param {number} size @param {any} ink */
export function paintLabels(context, map, labels, size, ink) {
  for (const [text, at, half, color, turn] of labels) {
    words(context, text, map(at, half), {
      size,
      color,
      halo: ink.halo,
      family: ink.family,
      turn,
      align: turn === 0 && at[0] > 2 ? "right" : "center",
      weight: 600,
    });
  }
}
