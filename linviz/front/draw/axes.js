// Panes of a picture in pixels: where a value lies, which ticks to draw.

import { shareOf, valueAt, withTwoCounts } from "./scale.js";
import { widthOf } from "./labels.js";
import { ticksOf } from "./ticks.js";
import { scaleOf } from "./zoom.js";

/** @typedef {import("./picture.js").Axis} Axis */
/** @typedef {import("./zoom.js").Range} Range */
/** @typedef {{ x: Range | null, y: Range | null }} Shown what a pane shows instead of its own ranges */
/**
 * An axis on the page. Its ticks and its title, which may carry a factor for all labels, are made when
 * they are asked for: what only moves above the picture needs none.
 * @typedef {object} Placed
 * @property {Axis} axis
 * @property {import("./zoom.js").Span} span
 * @property {boolean} log
 * @property {number} start in pixels
 * @property {number} end
 * @property {(value: number) => number} at pixels of a value
 * @property {(place: number) => number} valueAt value at pixels
 * @property {import("./ticks.js").Tick[]} ticks
 * @property {string} title
 * @property {number} titleSize
 * @property {string} note  the factor and the offset of all labels, which are in the title too
 * @property {boolean} slim  without a title
 */
/** @typedef {{ x: Placed, y: Placed }} PlacedPane */
/**
 * How a picture stands among others: bare over time, without an axis of time of its own; joined with the
 * tree, or with the loss, beside it; alone on the screen.
 * @typedef {{ bare?: boolean, joined?: boolean, alone?: boolean }} Standing
 */

// In units of the type. Pictures over time have one margin: their axes stand under each other.
const MARGIN = { left: 5.2, right: 1.1, top: 0.7, bottom: 3.1 };
const SIDE = 6.3; // at the right of pictures over time: names of curves and of levels
const BARE = { left: 4.2, top: 0.7, bottom: 0.6 }; // where pictures over time share the axis of the time bar
const JOINED = 1.9; // below the loss and its tree side by side: words under the lowest row
const SLIM = { left: 3.7, top: 0.7, bottom: 1.9 }; // of a narrow picture that is shown alone: its heading is its title
const ALONE = 36; // units of the type: an only picture that is narrower is slim
const [LINE, ACROSS] = [1.15, 3]; // from label to label that a picture names
const LEGIBLE = 0.85; // of the type: a title that would be smaller is left out
const NARROW = 14; // units of the type: names of levels would cover the curves of a narrower pane
const LABELS = 3.75; // how wide labels may be between an upright axis and its title

/**
 * @param {import("./picture.js").Picture} picture
 * @param {number} width
 * @param {number} height
 * @param {number} fontSize
 * @param {Shown[]} shown
 * @param {Standing} standing
 * @returns {PlacedPane[]}
 */
export function placedPanes(picture, width, height, fontSize, shown = [], { bare, joined, alone } = {}) {
  const slim = !bare && alone && width < ALONE * fontSize;
  const margin = bare ? BARE : slim ? SLIM : MARGIN;
  const top = margin.top * fontSize;
  const timed = picture.panes.some(({ x }) => x.time);
  const side = !timed ? MARGIN.right : bare || !alone ? SIDE : Math.max(MARGIN.right, 1 + besides(picture));
  const left = (slim ? Math.max(margin.left, 0.9 + numbers(picture)) : margin.left) * fontSize;
  const right = left + Math.max(10, width - left - side * fontSize);
  const bottom = bare && joined ? JOINED : margin.bottom;
  const tall = Math.max(10, height - top - bottom * fontSize);
  return picture.panes.map(({ x, y, height: [low, high] }, k) => ({
    x: placed(x, left, right, shown[k]?.x ?? null, fontSize, false, slim),
    y: placed(y, top + (1 - low) * tall, top + (1 - high) * tall, shown[k]?.y ?? null, fontSize, true, slim),
  }));
}

/**
 * The widest of the numbers that a picture itself has at an upright axis, in units of the type.
 * @param {import("./picture.js").Picture} picture
 */
function numbers({ panes }) {
  return Math.max(0, ...panes.flatMap(({ y }) => (y.ticks ?? []).map(([, text]) => widthOf(text))));
}

/**
 * The widest of the names beside a picture, in units of the type.
 * @param {import("./picture.js").Picture} picture
 */
function besides({ levels, curves }) {
  const named = [...levels, ...curves].filter(({ label }) => label?.place === "beside");
  return Math.max(0, ...named.map(({ label }) => widthOf(label?.words ?? "")));
}

/**
 * @param {Axis} axis
 * @param {number} start
 * @param {number} end
 * @param {Range | null} range
 * @param {number} fontSize
 * @param {boolean} upright
 * @param {boolean} slim  without a title, which the picture's own heading is
 * @returns {Placed}
 */
function placed(axis, start, end, range, fontSize, upright, slim = false) {
  const log = axis.scale === "log";
  const home = axis.whole ? withTwoCounts(...axis.range) : axis.range;
  const foot = axis.foot === undefined ? {} : { foot: axis.foot };
  const inner = axis.inner === undefined ? {} : { inner: axis.inner };
  const span = { home, range: range && axis.whole ? withTwoCounts(...range) : range, log, ...foot, ...inner };
  const scale = scaleOf(span);
  const at = (/** @type {number} */ value) => start + shareOf(scale, value) * (end - start);
  const length = Math.abs(end - start);
  const drawn = once(() => {
    const [before, after] = [0.9 * MARGIN.left * fontSize, MARGIN.right * fontSize];
    const space = { length, fontSize, upright, before, after, room: (slim ? SLIM.left - 0.4 : LABELS) * fontSize };
    const own = axis.ticks && !range;
    const { ticks, note } = own
      ? { ticks: named(axis.ticks ?? [], at, (upright ? LINE : ACROSS) * fontSize), note: "" }
      : ticksOf(scale, space, axis.whole);
    const whole = note && axis.labeled ? `${axis.title} (${note})` : axis.title;
    // a title longer than its axis is set smaller, or only the factor of its labels is
    const sizeOf = (/** @type {string} */ text) => length / (0.55 * Math.max(1, text.length));
    const fits = !slim && sizeOf(whole) >= LEGIBLE * fontSize;
    const title = fits ? whole : axis.labeled && !slim ? note : "";
    const fitting = sizeOf(title);
    return {
      ticks: axis.labeled ? ticks : ticks.map((tick) => ({ ...tick, text: "" })),
      title,
      note,
      titleSize: Math.min(fontSize, fitting),
    };
  });
  return {
    ...{ axis, span, log, start, end, at, slim },
    valueAt: (place) => valueAt(scale, (place - start) / (end - start)),
    get ticks() {
      return drawn().ticks;
    },
    get title() {
      return drawn().title;
    },
    get note() {
      return drawn().note;
    },
    get titleSize() {
      return drawn().titleSize;
    },
  };
}

/**
 * Ticks that the picture names; of labels that would touch, the first is kept.
 * @param {[number, string][]} ticks
 * @param {(value: number) => number} at
 * @param {number} least  pixels from label to label
 */
export function named(ticks, at, least) {
  /** @type {import("./ticks.js").Tick[]} */
  const kept = [];
  for (const [value, text] of ticks)
    if (kept.every((other) => Math.abs(at(value) - at(other.value)) >= least)) kept.push({ value, text });
  return kept;
}

/**
 * @template T
 * @param {() => T} make
 */
function once(make) {
  /** @type {{ value: T } | null} */
  let made = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/**
 * Labels beside their panes, each as near to its level, or to its curve's end, as the others leave it;
 * of more than have room the first.
 * @param {import("./picture.js").Picture} picture
 * @param {PlacedPane[]} panes
 * @param {number} fontSize
 */
export function apart({ levels, curves }, panes, fontSize) {
  const ended = curves.filter(({ y }) => y.length > 0).map((each) => ({ ...each, value: each.y[each.y.length - 1] }));
  return panes.flatMap(({ y: { start, end, at } }, pane) => {
    const line = 1.15 * fontSize;
    const room = Math.max(1, Math.floor((start - end) / line) + 1);
    const own = [...levels, ...ended].filter(({ label, pane: k }) => k === pane && label?.place === "beside");
    const inside = (/** @type {number} */ value) => Math.max(end, Math.min(start, at(value)));
    const placed = own.slice(0, room).map(({ label, value }) => ({ label, pane, at: inside(value) }));
    placed.sort((a, b) => a.at - b.at);
    let least = -Infinity;
    for (const one of placed) {
      one.at = Math.max(one.at, least);
      least = one.at + line;
    }
    let below = start;
    for (const one of placed.reverse()) {
      one.at = Math.min(one.at, below);
      below = one.at - line;
    }
    return placed;
  });
}

/**
 * Levels whose labels keep a line's distance from those before them, best first.
 * @param {import("./picture.js").Level[]} levels
 * @param {PlacedPane[]} panes
 * @param {number} fontSize
 */
export function spaced(levels, panes, fontSize) {
  /** @type {number[]} */
  const taken = [];
  return levels.filter(({ label, value, pane }) => {
    if (label?.place !== "inside") return false;
    const { x, y: axis } = panes[pane];
    if (x.end - x.start < NARROW * fontSize) return false;
    const y = axis.at(value);
    const top = Math.min(axis.start, axis.end) + 0.45 * fontSize; // the text stands above its line
    const inside = y > top && y <= Math.max(axis.start, axis.end) + 1;
    const clear = taken.every((other) => Math.abs(other - y) >= 1.2 * fontSize);
    if (clear && inside) taken.push(y);
    return clear && inside;
  });
}
