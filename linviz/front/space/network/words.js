// All words of the room's other half, the network that is shown, cut open: for another language this
// file is to be translated too.

import { power } from "../../draw/decimal.js";
import { n } from "../words.js";

const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(share > 0.995 ? 1 : 0)} %`;

const large = (/** @type {number} */ x) => x.toExponential(1).replace(/e\+(\d+)/, (_, n) => `·${power(Number(n))}`);

const FLAT = 1e-3; // of the highest curvature: no way up or down

export const NETWORK = {
  door: "Your network, cut open",
  back: "Small networks",
  waits: "Computing this picture …",
  none: "This picture cannot be drawn here.",
  axes: {
    run: /** @type {[string, string]} */ (["distance in the plane", ""]),
    curvature: /** @type {[string, string]} */ (["lowest eigenvalue’s way", ""]),
    invariant: /** @type {[string, string]} */ (["strength of one mode", "the other"]),
    map: /** @type {[string, string]} */ (["along the start", ""]),
  },
  knows: (/** @type {number[]} */ modes) => (modes.length === 0 ? "knows none" : `knows ${modes.join(", ")}`),
  within: { maximum: "a maximum of this cut,\na saddle of the network", flat: "flat" },
  pictures: {
    run: { title: "The run’s plane", phrase: "through saddles that it passes and its limit" },
    curvature: { title: "Two curvatures", phrase: "along the Hessian’s lowest and highest eigenvalue" },
    invariant: { title: "The invariant plane", phrase: "two aligned modes: the flow never leaves it" },
    map: { title: "A map of starts", phrase: "color: which minimum; pale: slow; click one" },
    neighbors: { title: "Neighbors come apart", phrase: "distance from the run, 20 starts around its own" },
    escape: { title: "Beside a saddle", phrase: "time to leave from ε away" },
  },
  told: {
    run: (/** @type {any} */ { share, refused, distance }) => [
      refused === null
        ? `${percent(share)} of the run’s motion lies in this plane.`
        : `The plane through the saddles is refused: it holds only ${percent(refused)} of the motion.`,
      `${refused === null ? "through saddles passed and the limit" : `shown: the run’s two principal directions, with ${percent(share)}`} · at most ${n(Math.max(...distance))} away from it · lines: equal loss`,
    ],
    curvature: (/** @type {any} */ { curvature: [low, high], t }) => [
      low < -FLAT * high
        ? "One way down, and the steepest way up."
        : `No way down: ${low > FLAT * high ? "both directions lead up" : "one direction is flat, one the steepest way up"}.`,
      `curvature ${n(low, 3)} to the right, ${n(high, 3)} upward, at t = ${n(t)} · elsewhere the run is outside of this plane, pale`,
    ],
    invariant: (/** @type {any} */ { points }) => [
      points.some((/** @type {any} */ { within }) => within === "maximum")
        ? "From 0 every way in this plane leads down, and still 0 is a saddle."
        : "A negative strength is trapped: in this plane that basin is fat.",
      `bold: a small start walks past the saddle, the strongest mode first; dot: now · ${points.length} critical points · own remark`,
    ],
    map: (/** @type {any} */ { kinds: there, none, across, done, all, t_end: last }) => {
      return [
        there > 1
          ? `${there} kinds of minimum; between them lie the saddles’ basins.`
          : "All of these starts go to minima of one kind.",
        [
          `${across} × ${across} starts${done < all ? `, growing finer: ${done} of ${all} parts` : ""}`,
          none > 0 ? `white: ${percent(none)} at no minimum by t = ${n(last, 0)}` : "",
          "ring: the run’s own start",
        ]
          .filter(Boolean)
          .join(" · "),
      ];
    },
    neighbors: (/** @type {any} */ { growth, radius, ends }) => [
      growth > 2
        ? `Distances grow ${growth < 1e4 ? n(growth, growth < 10 ? 1 : 0) : large(growth)} times.`
        : "Neighbors stay neighbors.",
      `20 starts, all ${radius.toPrecision(2)} from the run’s own · color: their ends, at minima of ${ends === 1 ? "one kind" : `${ends} kinds`} · bold: their mean on this logarithmic axis`,
    ],
    escape: (/** @type {any} */ { order, measured, predicted }) => [
      order === 0
        ? "Strict: ten times nearer waits a fixed time longer."
        : "Flat: ten times nearer waits many times longer.",
      order === 0
        ? `t ≈ ln(1/ε)/|λ| · slope measured ${n(measured, 3)}, theory ${n(predicted, 3)}`
        : `t ~ 1/ε${order > 1 ? `^${order}` : ""} · exponent measured ${n(measured, 3)}, theory ${n(predicted, 0)} · own remark`,
    ],
  },
  columns: {
    run: ["t", "x", "y", "distance from the plane"],
    map: ["x", "y", "minimum", "time"],
    invariant: ["a₁", "a₂", "in this plane", "in the network"],
  },
  equations: {
    run: ["1 - \\frac{\\int d^2 \\, ds}{\\int \\|w - w_{end}\\|^2 \\, ds}"],
    curvature: ["\\nabla^2 L \\, e = \\lambda e"],
    invariant: ["L = L_0 + \\frac{1}{2} \\sum_k (s_k - a_k^N)^2"],
    map: ["W(0) = x e_1 + y e_2"],
    neighbors: ["\\|w_i(t) - w(t)\\|"],
    escape: ["t ≈ \\frac{\\ln 1/ε}{|λ|}", "t ∼ ε^{2 - N}"],
  },
  desk: {
    group: "What is asked for",
    stop: "Stop growing finer",
    goOn: "Grow finer",
    known: "Networks with known maps:",
    maps: { "2,2,2": "curves", "2,3,2": "points", "2,2,2,2": "curves that meet by threes" },
    radius: "distance of the starts",
    part: (/** @type {number} */ radius) => `${radius} of the start’s size`,
    saddle: "saddle",
    modes: "modes",
    pair: (/** @type {number} */ a, /** @type {number} */ b) => `${a} and ${b}`,
  },
};
