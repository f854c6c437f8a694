// Axes that stand still while something is held, so that the curve moves and not the axis: they grow
// where something would leave the picture, and glide to their own ranges when all is let go.

import { joinedLimits, limited, limitsOf } from "../draw/limits.js";
import { coordinate, valueFrom } from "../draw/scale.js";
import { scaleOf } from "../draw/zoom.js";

/** @typedef {import("../draw/picture.js").Axis} Axis */
/** @typedef {import("../draw/picture.js").Pane} Pane */
/** @typedef {Record<string, { panes: Pane[] } & import("../draw/limits.js").Drawn>} Pictures by name */
/** @typedef {Record<string, { panes: Pane[], limits: import("../draw/limits.js").Limits }>} Scales by the names of pictures */

const GLIDE = 300; // ms
const ROOM = 0.2; // of the axis: beyond what made it grow, so that it need not grow at every move
const MARGIN = 0.05; // of the axis: that much of its own range is empty, except over time

const isCalm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

/** @param {Axis} axis */
const lawOf = ({ scale, foot, inner }) => ({
  log: scale === "log",
  ...(foot === undefined ? {} : { foot }),
  ...(inner === undefined ? {} : { inner }),
});

/**
 * Whether one can become the other: a logarithmic axis and another have nothing in common.
 * @param {Axis} a
 * @param {Axis} b
 */
const areAlike = (a, b) => (a.scale === "log") === (b.scale === "log") && a.time === b.time;

/**
 * The axis as it was, grown where its new range goes beyond.
 * @param {Axis} was
 * @param {Axis} own
 * @returns {Axis}
 */
export function grown(was, own) {
  if (!areAlike(was, own)) return own;
  const law = lawOf(was);
  const { foot, inner, ...rest } = own;
  const kept = { ...rest, ...law, scale: was.scale };
  const [low, high] = own.range.map((value) => coordinate(value, law));
  const { from, to } = scaleOf({ home: was.range, range: null, ...law });
  const margin = own.time ? 0 : MARGIN * (to - from);
  const room = ROOM * (Math.max(high, to) - Math.min(low, from));
  // downwards without room: time has a first moment, and a loss a ground
  const lower = low < from - margin ? own.range[0] : was.range[0];
  return { ...kept, range: [lower, high > to + margin ? valueFrom(high + room, law) : was.range[1]] };
}

/**
 * On the way from one axis to another.
 * @param {Axis} from
 * @param {Axis} to
 * @param {number} share of the way
 * @returns {Axis}
 */
export function partway(from, to, share) {
  if (share >= 1 || !areAlike(from, to)) return to;
  const law = lawOf(to);
  const [low, high] = [0, 1].map((k) => {
    const [a, b] = [from.range[k], to.range[k]].map((value) => coordinate(value, law));
    return valueFrom(a + share * (b - a), law);
  });
  return { ...to, range: [low, high] };
}

/**
 * @param {Scales} was
 * @param {Scales} own
 * @param {(was: Axis, own: Axis) => Axis} join
 * @param {(was: number, own: number) => number} joinLimits
 * @returns {Scales}
 */
function joined(was, own, join, joinLimits) {
  const pane = (/** @type {Pane | undefined} */ a, /** @type {Pane} */ b) =>
    a ? { ...b, x: join(a.x, b.x), y: join(a.y, b.y) } : b;
  return Object.fromEntries(
    Object.entries(own).map(([name, { panes, limits }]) => [
      name,
      {
        panes: panes.map((b, k) => pane(was[name]?.panes[k], b)),
        limits: joinedLimits(was[name]?.limits ?? {}, limits, joinLimits),
      },
    ]),
  );
}

const held = (/** @type {Scales} */ was, /** @type {Scales} */ own) => joined(was, own, grown, Math.max);
const between = (/** @type {Scales} */ was, /** @type {Scales} */ own, /** @type {number} */ share) =>
  joined(
    was,
    own,
    (a, b) => partway(a, b, share),
    (a, b) => a + share * (b - a),
  );

/** @param {Scales} scales */
const rangesOf = (scales) =>
  JSON.stringify(
    Object.values(scales).map(({ panes, limits }) => [panes.map(({ x, y }) => [x.range, y.range]), limits]),
  );

/** @param {number} share eased: it starts and ends slowly */
const eased = (share) => share * share * (3 - 2 * share);

/**
 * @param {import("./hand.js").Hand} hand
 * @param {(scales: Scales, share: number) => void} reach have the pictures on these, at that share of the way
 * @param {() => boolean} [calm] whether nothing is to move by itself
 */
export function createStill(hand, reach, calm = isCalm) {
  /** @type {Scales} */
  let shown = {}; // as they are on the screen
  /** @type {Scales} */
  let own = {}; // of the run
  let request = 0;
  let gliding = false;

  function halt() {
    if (gliding) cancelAnimationFrame(request);
    gliding = false;
  }

  /** @param {Scales} from @param {Scales} to */
  function glide(from, to) {
    const start = performance.now();
    gliding = true;
    const step = (/** @type {number} */ now) => {
      const share = Math.min(1, (now - start) / GLIDE);
      shown = between(from, to, eased(share));
      reach(shown, eased(share));
      gliding = share < 1;
      if (gliding) request = requestAnimationFrame(step);
    };
    request = requestAnimationFrame(step);
  }

  return {
    /** What axes do at this moment. */
    get state() {
      return hand.held ? "held" : gliding ? "gliding" : "resting";
    },
    /**
     * The pictures of a run on the axes that they are to be drawn on now.
     * @template {Pictures} P
     * @param {P} pictures
     * @param {boolean} fresh of another scenario: nothing is carried over
     * @returns {P}
     */
    take(pictures, fresh = false) {
      halt();
      own = Object.fromEntries(
        Object.entries(pictures).map(([name, picture]) => [name, { panes: picture.panes, limits: limitsOf(picture) }]),
      );
      if (hand.held) shown = held(shown, own);
      else if (fresh || calm()) shown = own;
      else {
        shown = between(shown, own, 0);
        if (rangesOf(shown) !== rangesOf(own)) glide(shown, own);
      }
      const scaled = (/** @type {any} */ picture, /** @type {Scales[string]} */ { panes, limits }) =>
        limited({ ...picture, panes }, limits);
      return /** @type {P} */ (
        Object.fromEntries(Object.entries(pictures).map(([name, each]) => [name, scaled(each, shown[name])]))
      );
    },
    /** Nothing is held any more, and no other run is on its way. */
    settle() {
      halt();
      if (rangesOf(shown) === rangesOf(own)) return;
      if (!calm()) return glide(shown, own);
      shown = own;
      reach(shown, 1);
    },
    stop: halt,
  };
}
