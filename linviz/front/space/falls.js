// The loss of every start over time, with the saddles' loss and, where C > 0, the bound that the rate theorem gives.

import { SPANS, TIMES } from "./courses.js";
import { inside } from "./frame.js";
import { goalColor } from "./lines.js";
import { dot, line, words } from "./pencil.js";
import { WORDS } from "./words.js";

/** @typedef {import("./picture.js").Look} Look */
/** @typedef {import("./picture.js").Size} Size */

const ABOVE = 1.35; // of the saddle's loss, or of the largest there is up to
const MOST = 5; // times it
const UNIT = 40; // pixels: nothing here is moved by keys

/** @param {Size} size @param {Look} look @returns {import("./picture.js").Painted} */
function painter({ width, height }, look) {
  const { courses, state, t, ink, fontSize, small, scale, held } = look;
  const level = (state.s * state.s) / 2;
  const most = Math.min(MOST * level, ABOVE * Math.max(level, ...courses.map((course) => course.loss(course.start))));
  const last = SPANS.inputs.last;
  const edge = small ? 4 : 0;
  const box = {
    left: small ? edge : 2.4 * fontSize,
    top: small ? edge : 0.6 * fontSize,
    width: width - (small ? 2 * edge : 3 * fontSize),
    height: height - (small ? 2 * edge : 2.6 * fontSize),
  };
  const at = (/** @type {number} */ x, /** @type {number} */ y) =>
    /** @type {[number, number]} */ ([
      box.left + (x / last) * box.width,
      box.top + box.height * (1 - Math.min(y / most, 1.2)),
    ]);
  const frame = /** @type {any} */ ({ box });
  return {
    paint(context) {
      inside(context, frame, () => {
        line(context, [at(0, level), at(last, level)], { color: ink.saddle, width: 2 * scale, dash: [9, 6] });
        const own = courses[held];
        if (own && own.C > 0) {
          const bound = TIMES.inputs.map((x) => at(x, own.loss(own.start) * Math.exp(-2 * own.C * x)));
          line(context, bound, { color: ink.mode3, width: 2 * scale, dash: [3, 5] });
        }
        courses.forEach((course, k) => {
          const points = TIMES.inputs.map((x, i) => at(x, course.loss(course.points[i])));
          const color = goalColor(course, ink);
          line(context, points, { color, width: (k === held ? 4 : 2.4) * scale });
          const now = course.at(Math.max(0, t));
          if (now)
            dot(context, at(Math.max(0, t), course.loss(now)), color, k === held, ink, small ? 0.7 * scale : scale);
        });
      });
      if (!small) paintAxis(context, at, { box, last, level, most }, look);
    },
    place: (w) => at(0, lossAt(courses, w)),
    from: () => null,
    ...{ unit: UNIT, turns: false },
  };
}

/** @param {import("./courses.js").Course[]} courses @param {ArrayLike<number>} w */
const lossAt = (courses, w) => courses[0].loss([w[0], w[1], w[2]]);

/** @param {any} context @param {(x: number, y: number) => [number, number]} at @param {any} axes @param {Look} look */
function paintAxis(context, at, { box, last, level, most }, { ink, fontSize, courses, held }) {
  const look = { size: fontSize, halo: ink.halo, family: ink.family };
  const [x0, y0] = at(0, 0);
  line(
    context,
    [
      [box.left, box.top],
      [x0, y0],
      [box.left + box.width, y0],
    ],
    { color: ink.axis },
  );
  for (let x = 0; x < last; x += 4)
    words(context, String(x), [at(x, 0)[0], y0 + fontSize], { ...look, color: ink.soft, align: "center" });
  words(context, "t", [box.left + box.width, y0 + fontSize], { ...look, color: ink.text, align: "right", weight: 600 });
  words(context, "L", [box.left - 0.6 * fontSize, box.top + 0.6 * fontSize], {
    ...look,
    color: ink.text,
    align: "right",
    weight: 600,
  });
  const ticks = [0, level].map((y) => Number(y.toPrecision(2)));
  for (const y of ticks)
    if (y < 0.92 * most)
      words(context, String(y), [box.left - 0.5 * fontSize, at(0, y)[1]], { ...look, color: ink.soft, align: "right" });
  words(context, WORDS.labels.level, [box.left + box.width, at(0, level)[1] - 0.8 * fontSize], {
    ...look,
    color: ink.saddleText,
    align: "right",
  });
  if (courses[held]?.C > 0)
    words(context, WORDS.labels.bound(courses[held].C), [box.left + box.width, at(0, level)[1] + 1.1 * fontSize], {
      ...look,
      color: ink.mode3,
      align: "right",
    });
}

export const FALLS = {
  ...{ name: "falls", family: /** @type {const} */ ("inputs"), beside: "inputs", radius: 1.5 },
  handles: ["s", "tie", "part", "remove"],
  equations: ["L(t) \\le L(0) e^{-2 C t}", "C > 0"],
  painter,
};
