// What of a picture is shown: all of it, or what a hand has chosen. The choice stays while runs come
// and go, until it is reset.

import { between, carried, enlarged, meant, moved } from "./zoom.js";

/** @typedef {import("./axes.js").PlacedPane} PlacedPane */
/** @typedef {import("./axes.js").Shown} Shown */
/** @typedef {{ px: number, py: number }} Place */
/** @typedef {import("./picture.js").Picture} Picture */

const LEAST = 12; // pixels that a box has to be wide or tall

export function createLens() {
  /** @type {Shown[]} */
  let shown = [];
  /** @type {number[]} panes with one axis across, by the first of them */
  let together = [];

  /**
   * Panes that have one axis across are shown alike: only one of them has its numbers.
   * @param {number} k
   * @param {Partial<Shown>} ranges
   */
  function choose(k, ranges) {
    shown = together.map((first, i) => {
      const { x, y } = shown[i] ?? { x: null, y: null };
      const alike = first === together[k];
      return {
        x: alike && ranges.x !== undefined ? ranges.x : x,
        y: i === k && ranges.y !== undefined ? ranges.y : y,
      };
    });
  }

  return {
    get shown() {
      return shown;
    },
    get isUsed() {
      return shown.some(({ x, y }) => x !== null || y !== null);
    },
    /** @param {Picture} picture */
    take({ panes }) {
      together = panes.map(({ x }) => panes.findIndex((other) => String(other.x.range) === String(x.range)));
      shown = panes.map(({ x, y }, k) => ({
        x: carried(shown[k]?.x ?? null, x.scale === "log"),
        y: carried(shown[k]?.y ?? null, y.scale === "log"),
      }));
    },
    reset() {
      shown = [];
    },
    /**
     * Larger about a place; beside the pane that axis alone.
     * @param {PlacedPane[]} panes
     * @param {Place} place
     * @param {number} factor
     */
    enlarge(panes, place, factor) {
      const k = paneAt(panes, place);
      const [x, y] = shares(panes[k], place);
      const [inX, inY] = [x >= 0 && x <= 1, y >= 0 && y <= 1];
      choose(k, {
        x: inX || !inY ? enlarged(panes[k].x.span, clamped(x), factor) : undefined,
        y: inY || !inX ? enlarged(panes[k].y.span, clamped(y), factor) : undefined,
      });
    },
    /**
     * @param {PlacedPane[]} panes
     * @param {Place} from
     * @param {Place} to
     */
    cut(panes, from, to) {
      const k = paneAt(panes, from);
      const axes = meant(to.px - from.px, to.py - from.py, LEAST);
      const [[x0, y0], [x1, y1]] = [shares(panes[k], from), shares(panes[k], to)];
      choose(k, {
        x: axes.includes("x") ? between(panes[k].x.span, x0, x1) : undefined,
        y: axes.includes("y") ? between(panes[k].y.span, y0, y1) : undefined,
      });
    },
    /**
     * What was at one place comes to another.
     * @param {PlacedPane[]} panes
     * @param {Place} from
     * @param {Place} to
     */
    move(panes, from, to) {
      const k = paneAt(panes, from);
      const [[x0, y0], [x1, y1]] = [shares(panes[k], from), shares(panes[k], to)];
      choose(k, { x: moved(panes[k].x.span, x0 - x1), y: moved(panes[k].y.span, y0 - y1) });
    },
  };
}

/**
 * The pane at a place, or the one nearest above or below it.
 * @param {PlacedPane[]} panes
 * @param {Place} place
 */
export function paneAt(panes, { py }) {
  const distance = (/** @type {PlacedPane} */ { y }) => Math.max(0, py - y.start, y.end - py);
  return panes.reduce((best, pane, k) => (distance(pane) < distance(panes[best]) ? k : best), 0);
}

/**
 * @param {PlacedPane} pane
 * @param {Place} place
 */
function shares({ x, y }, { px, py }) {
  return [(px - x.start) / (x.end - x.start), (py - y.start) / (y.end - y.start)];
}

/** @param {number} share */
function clamped(share) {
  return Math.min(1, Math.max(0, share));
}

/**
 * The box between two places, as it is drawn: a strip from edge to edge where one axis alone is meant.
 * @param {PlacedPane[]} panes
 * @param {Place} from
 * @param {Place} to
 */
export function boxOf(panes, from, to) {
  const { x, y } = panes[paneAt(panes, from)];
  const axes = meant(to.px - from.px, to.py - from.py, LEAST);
  const within = (/** @type {number} */ p, /** @type {number} */ a, /** @type {number} */ b) =>
    Math.min(Math.max(p, Math.min(a, b)), Math.max(a, b));
  const [left, right] = axes.includes("x") ? [from.px, to.px] : [x.start, x.end];
  const [top, bottom] = axes.includes("y") ? [from.py, to.py] : [y.end, y.start];
  const [x0, x1] = [left, right].map((p) => within(p, x.start, x.end)).sort((a, b) => a - b);
  const [y0, y1] = [top, bottom].map((p) => within(p, y.end, y.start)).sort((a, b) => a - b);
  return axes === "" ? null : { left: x0, top: y0, width: x1 - x0, height: y1 - y0 };
}
