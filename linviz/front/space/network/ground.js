// A plane through the network: lines of equal loss, the run in it up to the moment shown, and what it is
// laid through or rests at.

import { createFrame, inside, paintAxes } from "../frame.js";
import { disc, dot, line, ring, square, words } from "../pencil.js";
import { NETWORK } from "./words.js";
import { contour, levelsOf } from "./contours.js";

/** @typedef {[number, number]} Pair */
/** @typedef {{ answer: any, t: number, times: ArrayLike<number>, ink: any, fontSize: number }} Look */

const LINES = 9;
const STEPS = 1200; // of a path in the invariant plane
const SLOWEST = 0.1; // of a step, in time
const FAR = 0.35; // of the frame: a run so far away is drawn pale

/**
 * @param {{ width: number, height: number }} size
 * @param {Look} look
 */
export function paintGround(size, look) {
  const { answer, fontSize } = look;
  const [left, right, low, high] = answer.reach;
  const [middle, radius] = [[(left + right) / 2, (low + high) / 2], (right - left) / 2];
  const frame = createFrame(size, fontSize, radius);
  const at = (/** @type {ArrayLike<number>} */ { 0: x, 1: y }) => frame.at([x - middle[0], y - middle[1]]);
  return {
    /** @param {any} context */
    paint(context) {
      inside(context, frame, () => {
        paintLines(context, frame, look);
        if (answer.path) paintRun(context, at, radius, look);
        else paintFalls(context, at, look);
      });
      paintAxes(context, frame, { letters: NETWORK.axes[/** @type {"run"} */ (answer.what)] }, fontSize, look.ink);
      paintPoints(context, at, frame, look);
    },
  };
}

/** @type {WeakMap<any, { level: number, pieces: [Pair, Pair][] }[]>} */
const known = new WeakMap();

function linesOf(/** @type {any} */ answer) {
  const n = Math.round(Math.sqrt(answer.loss.length));
  if (!known.has(answer))
    known.set(
      answer,
      levelsOf(answer.loss, LINES).map((level) => ({ level, pieces: contour(answer.loss, n, level) })),
    );
  return { n, lines: known.get(answer) ?? [] };
}

/** @param {any} context @param {import("../frame.js").Frame} frame @param {Look} look */
function paintLines(context, { box }, { answer, ink }) {
  const { n, lines } = linesOf(answer);
  const place = (/** @type {Pair} */ [x, y]) =>
    /** @type {Pair} */ ([box.left + (x / (n - 1)) * box.width, box.top + box.height - (y / (n - 1)) * box.height]);
  lines.forEach(({ pieces }, k) => {
    const drawn = pieces.flatMap(([a, b]) => [place(a), place(b), null]);
    line(context, drawn, { color: k < 2 ? ink.minimum : ink.other, width: k < 2 ? 2 : 1.1, alpha: 0.8 });
  });
}

/** @param {any} context @param {(at: ArrayLike<number>) => Pair} at @param {number} radius @param {Look} look */
function paintRun(context, at, radius, { answer, t, times, ink }) {
  const { path, distance } = answer;
  const points = Array.from({ length: path.length / 2 }, (_, k) => at([path[2 * k], path[2 * k + 1]]));
  line(context, points, { color: ink.soft, width: 1.5, dash: [2, 4] });
  const now = Math.max(
    0,
    Array.from(times).findLastIndex((each) => each <= t),
  );
  const near = points.map((point, k) => (distance[k] <= FAR * radius ? point : null));
  line(context, points.slice(0, now + 1), { color: ink.mode1, width: 2, alpha: 0.4 });
  line(context, near.slice(0, now + 1), { color: ink.mode1, width: 4 });
  ring(context, points[0], ink.mode1, true, ink);
  dot(context, points[Math.min(now, points.length - 1)], ink.mode1, true, ink);
}

// Paths in the invariant plane, da/dt = N^-1/2 … a^(N-1) (s - a^N): each coordinate goes its own way.
/** @param {any} context @param {(at: ArrayLike<number>) => Pair} at @param {Look} look */
function paintFalls(context, at, { answer, t, ink }) {
  const [, right] = answer.reach;
  const starts = [-0.9, -0.45, 0.12, 0.5, 0.9].flatMap((x) =>
    [-0.9, -0.45, 0.12, 0.5, 0.9].map((y) => [0.95 * x * right, 0.95 * y * right]),
  );
  for (const start of starts) line(context, fallOf(start, answer).path.map(at), { color: ink.soft, width: 1.1 });
  const { path, times } = walkOf(answer);
  const walked = path.filter((_, k) => times[k] <= t);
  line(context, path.map(at), { color: ink.mode1, width: 4, alpha: 0.35 });
  line(context, walked.map(at), { color: ink.mode1, width: 4 });
  ring(context, at(path[0]), ink.mode1, true, ink);
  dot(context, at(walked[walked.length - 1]), ink.mode1, true, ink);
}

/** @type {WeakMap<any, ReturnType<typeof fallOf>>} */
const walks = new WeakMap();

// Of a start about as small as the run's own.
/** @param {any} answer */
function walkOf(answer) {
  const found = walks.get(answer) ?? fallOf([answer.small, answer.small], answer);
  walks.set(answer, found);
  return found;
}

/** @param {number[]} start @param {{ depth: number, strengths: number[] }} answer */
function fallOf(start, { depth, strengths }) {
  const [path, times] = [[start], [0]];
  let now = start;
  for (let k = 0; k < STEPS; k++) {
    const speed = now.map((a, i) => a ** (depth - 1) * (strengths[i] - a ** depth));
    const size = Math.hypot(...speed);
    if (!(size > 1e-7)) break;
    const step = Math.min(0.01 / size, SLOWEST);
    times.push(times[k] + step);
    now = now.map((a, i) => a + step * speed[i]);
    path.push(now);
  }
  return { path, times };
}

/** @param {any} context @param {(at: ArrayLike<number>) => Pair} at @param {import("../frame.js").Frame} frame @param {Look} look */
function paintPoints(context, at, frame, { answer, ink, fontSize }) {
  const points = answer.points ?? [];
  for (const point of points) {
    const place = at(point.place);
    const name = nameOf(point);
    const told = { size: 0.9 * fontSize, color: ink.text, halo: ink.halo, family: ink.family, weight: 600 };
    // of 0 below it, else to the side where there is room
    const after = place[0] < frame.box.left + 0.6 * frame.box.width;
    const [aside, align] = point.within ? [0, "center"] : after ? [0.8, "left"] : [-0.8, "right"];
    name.split("\n").forEach((text, k) => {
      const below = point.within ? 1.4 + 1.1 * k : -1.2;
      words(context, text, [place[0] + aside * fontSize, place[1] + below * fontSize], { ...told, align });
    });
  }
  for (const point of points) {
    const place = at(point.place);
    const isMinimum = point.within === "minimum" || (point.t !== undefined && point === points.at(-1));
    if (isMinimum) disc(context, place, 7, ink.minimum, ink.text, 1.5);
    else square(context, place, 7, ink);
  }
}

/** @param {any} point */
function nameOf({ learned, within, place }) {
  if (learned) return NETWORK.knows(learned.map((/** @type {number} */ k) => k + 1));
  if (within === "maximum" || (within === "flat" && place[0] === 0 && place[1] === 0)) return NETWORK.within[within];
  return "";
}
