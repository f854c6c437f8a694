// All words of the room Space: for another language this file and page/words.js are to be translated.

/** @typedef {import("../page/headline.js").Piece[]} Pieces */

export const n = (/** @type {number} */ x, /** @type {number} */ places = 2) =>
  x
    .toFixed(places)
    .replace(/^-(?=0\.0*$)/, "")
    .replace("-", "−");

export const WORDS = {
  lecture: {
    named: (/** @type {number} */ number) => `Lecture ${number}`,
    help: "the lecture that uses this picture",
  },
  pictures: {
    weights: { title: "Two weights", phrase: "colors on the hyperbola of minima: how sharp" },
    unfolded: { title: "The same, squared", phrase: "z → z²: every path is a straight line" },
    inputs: {
      title: "Two inputs",
      phrase: "a line of saddles; the sheet is its whole basin (own remark)",
      note: "Every saddle on the line has one way in, one way down, and is flat along the line only: normally hyperbolic, which the proof for H = 1 uses.",
    },
    ball: {
      title: "Three weights",
      phrase: "directions of starts; colors: the minimum, pale: slow (own remark)",
      note: "Unlike with two inputs, three lines of saddles cross, at 0, where the whole Hessian vanishes: nothing there is normally hyperbolic, and the proof for H = 1 stops.",
    },
    slice: { title: "A slice", phrase: "all starts with one w₃: four basins, borders without area" },
    cone: {
      title: "The cone",
      phrase: "all starts that end at saddles: six wedges over a tetrahedron’s edges",
      note: "Unlike with two inputs, three lines of saddles cross, at 0, where the whole Hessian vanishes: nothing there is normally hyperbolic, and the proof for H = 1 stops.",
    },
    falls: { title: "Its loss", phrase: "C > 0: below the theorem’s bound" },
  },
  canvas: {
    flat: "Click: a new start. Drag a ring: move it. Arrow keys move the held start, Page Up and Page Down hold another, Insert makes one, Delete removes it.",
    turned:
      "Drag, the wheel or the arrow keys turn it; a ring is dragged. With Shift the arrow keys move the held start; Page Up and Page Down hold another, Insert makes one, Delete removes it.",
    held: (/** @type {number} */ k, /** @type {number} */ count, /** @type {string} */ at) =>
      `start ${k} of ${count}: ${at}`,
    full: (/** @type {number} */ most) => `expected at most ${most} starts: remove one first (Delete)`,
  },
  labels: {
    saddle: "saddle",
    saddles: "saddles",
    zero: "to 0",
    level: "the saddles’ loss ½s²",
    bound: (/** @type {number} */ C) => `bound e^(−${n(2 * C)} t)`,
    bad: "5/8 of all directions end badly",
    basin: "all starts that end there",
    minima: "minima w₂w₁ = s",
    unfolded: /** @type {[string, string]} */ (["← C never moves", "u = w₂w₁"]),
  },
  handles: {
    s: "target s",
    alpha: "(αw₁, w₂/α)",
    alphaHelp: "moves the held start: the loss stays, C does not",
    step: "step η",
    flow: "flow",
    unfold: "unfold z → z²",
    rectified: "ReLU",
    rectifiedHelp: "w₂ max(w₁, 0) instead of w₂w₁, one sample",
    past: "backward too",
    pastHelp: "where each start came from",
    sharp: "sharpness √(C²\u00a0+\u00a04s²)",
    gentle: (/** @type {number} */ x) => `${n(x, 1)} gentle`,
    sharpest: (/** @type {number} */ x) => `${n(x, 1)} sharp`,
    slice: "w₃ of the slice",
    arcs: "arcs: starts that end at a saddle on that axis",
    corners: "starts that end at 0",
    tie: "Put on the sheet",
    tieHelp: "the held start goes to the nearest point of the saddles’ basin along a",
    part: "Two beside it",
    partHelp: "two starts on both sides of the sheet, 0.02 from it: they part ways",
    directions: "at a saddle:",
    inward: "way in",
    downward: "way down",
    leaf: "leaf of C",
    remove: "Remove start",
    group: "Handles",
    others: "Pictures",
    open: (/** @type {string} */ title) => `${title}: make it the large picture`,
  },
  keys: { start: "start", now: "now", saddle: "saddle", add: "click the picture: a new start" },
  plane: {
    falling: (/** @type {number} */ C) => [
      ["Falling along its own curve: ", 0],
      [`C = ${n(C)}`, 2],
      [" never moves.", 0],
    ],
    near: [
      ["Near the saddle", "down"],
      [": one way down, and this start takes it.", 0],
    ],
    basin: [
      ["On the saddle’s basin", "down"],
      [": this start comes to rest at the saddle.", 0],
    ],
    minimum: (/** @type {number} */ C, /** @type {number} */ sharp) => [
      ["At a minimum", "minimum"],
      [` of sharpness ${n(sharp)}: `, 0],
      [`C = ${n(C)}`, 2],
      [" chose it.", 0],
    ],
    dead: (/** @type {number} */ loss) => [
      ["A bad local minimum", "down"],
      [`: the ReLU is off, the loss stays ${n(loss)}.`, 0],
    ],
    doomed: [
      ["Falling to w₁ = 0", "down"],
      [", where the ReLU turns off for good.", 0],
    ],
    back: (/** @type {number} */ C) => [
      ["Backward in time on the same curve: ", 0],
      [`C = ${n(C)}`, 2],
      [".", 0],
    ],
    jumping: (/** @type {number} */ C) => [
      ["Descent jumps from curve to curve: ", 0],
      [`C went from ${n(C)} to «C:2».`, 2],
    ],
    rests: (/** @type {number} */ sharp, /** @type {number} */ bound) => [
      ["Descent rests", "minimum"],
      [` at sharpness ${n(sharp)}, below 2/η = ${n(bound)}.`, 0],
    ],
    restless: (/** @type {number} */ bound) => [
      ["No rest so far", "down"],
      [`: it needs a sharpness below 2/η = ${n(bound)}.`, 0],
    ],
    along: [
      ["On the saddle’s basin", "down"],
      [": descent, too, never leaves this line.", 0],
    ],
    away: [
      ["Descent runs away", "down"],
      [": this step is too long for this start.", 0],
    ],
    facts: (/** @type {number} */ C, /** @type {number} */ sharp) => [
      ["L = ", 0, 0],
      ["«loss»", 0, 1],
      [" · C = ", 0, 0],
      [n(C), 0, 1],
      [", now as at t = 0 · its minimum has sharpness ", 0, 0],
      [n(sharp), 0, 1],
    ],
    plainFacts: (/** @type {number} */ C) => [
      ["L = ", 0, 0],
      ["«loss»", 0, 1],
      [" · C = ", 0, 0],
      [n(C), 0, 1],
      [", now as at t = 0", 0, 0],
    ],
    jumpFacts: (/** @type {number | null} */ rest, /** @type {number} */ bound) => [
      ["L = ", 0, 0],
      ["«loss»", 0, 1],
      [" · C = ", 0, 0],
      ["«C:2»", 0, 1],
      [
        rest === null
          ? ` · no minimum is gentler than 2/η = ${n(bound)}`
          : ` · it can rest where |C| < ${n(rest)}: the lit arc`,
        0,
        0,
      ],
    ],
  },
  inputs: {
    misses: (/** @type {number} */ C) => [
      [`C = ${n(C)} > 0`, 3],
      [": its leaf has no saddle on it, so the loss falls exponentially.", 0],
    ],
    meets: (/** @type {number} */ C, /** @type {number} */ b) => [
      ["Falling on a leaf with saddles", "down"],
      [" at b = ±", 0],
      [`${n(b)}: `, 0],
      [`C = ${n(C)}.`, 3],
    ],
    near: (/** @type {number} */ basin) => [
      ["Near the line of saddles", "down"],
      [`: its way down leads to w ${basin === 0 ? ">" : "<"} 0.`, 0],
    ],
    sheet: (/** @type {number} */ b) => [
      ["On the sheet", "down"],
      [`: it ends at the saddle b = ${n(b)}, never at a minimum.`, 0],
    ],
    minimum: (/** @type {number} */ basin) => [
      ["At a minimum", "minimum"],
      [` with w ${basin === 0 ? ">" : "<"} 0: the side of the sheet where it began.`, 0],
    ],
    back: [["Backward in time, on the same leaf.", 0]],
    facts: (/** @type {number} */ C) => [
      ["L = ", 0, 0],
      ["«loss»", 0, 1],
      [" · C = ", 0, 0],
      [n(C), 0, 1],
      [", now as at t = 0", 0, 0],
    ],
    certified: (/** @type {number} */ C) => [
      ["L = ", 0, 0],
      ["«loss»", 0, 1],
      [" ≤ L(0) e", 0, 0],
      [`^{−${n(2 * C)} t}`, 0, 0],
      [" = ", 0, 0],
      ["«bound»", 0, 1],
      [" · C = ", 0, 0],
      [n(C), 0, 1],
    ],
  },
  axes: ["w₁", "w₂", "w₃"],
  cube: {
    falling: (/** @type {string} */ signs) => [
      ["This start belongs to the minimum ", 0],
      [`(${signs})`, "minimum"],
      [": its nearest corner with product +1.", 0],
    ],
    near: (/** @type {string} */ axis) => [
      ["Near the line of saddles", "down"],
      [` on the ${axis} axis: one way down, and this start takes it.`, 0],
    ],
    back: [["Backward in time: all three squares change by the same amount.", 0]],
    zero: [
      ["Near 0", "flat"],
      [", where the Hessian vanishes: no steep way down.", 0],
    ],
    arc: (/** @type {string} */ axis) => [
      ["On an arc", "down"],
      [`: this start ends at a saddle on the ${axis} axis.`, 0],
    ],
    corner: [
      ["On a corner of the tetrahedron", "flat"],
      [": this start ends at 0, slower than any exponential.", 0],
    ],
    minimum: (/** @type {string} */ signs) => [
      ["At a minimum", "minimum"],
      [`, the corner (${signs}) nearest to where it began.`, 0],
    ],
    facts: (/** @type {number} */ product) => [
      ["L = ", 0, 0],
      ["«loss»", 0, 1],
      [" · the start’s product ", 0, 0],
      [n(product), 0, 1],
      [product < 0 ? " < 0: its smallest weight alone changes sign" : ": no weight changes sign", 0, 0],
    ],
  },
  table: {
    caption: (/** @type {string} */ title, /** @type {string} */ t) => `${title}: the starts at t = ${t}`,
    start: "start",
    now: "now",
    end: "end",
    loss: "loss now",
    C: "C",
    goes: "goes to",
    kinds: {
      minimum: "a minimum",
      saddle: "a saddle",
      "flat saddle": "the flat saddle at 0",
      dead: "a bad local minimum",
      away: "infinity",
      jumping: "no rest in these steps",
    },
    letters: { plane: ["w₁", "w₂"], inputs: ["a", "b", "w"], cube: ["w₁", "w₂", "w₃"] },
  },
};
