// Which ticks an axis has: round values inside it whose labels are all different, two at least, and
// do not touch. What a label says is exactly where its tick stands.

import { numberOf, power, wholeTimes } from "./decimal.js";
import { ways, widthOf } from "./labels.js";
import { coordinate, shareOf, valueFrom } from "./scale.js";

/** @typedef {import("./decimal.js").Decimal} Decimal */
/** @typedef {import("./scale.js").Scale} Scale */
/** @typedef {{ value: number, text: string }} Tick */
/** @typedef {{ ticks: Tick[], note: string }} Ticks the note belongs to the axis' title */
/**
 * What the labels have: the axis' length, the type's size, how far they may reach beyond the two ends
 * (across) or how wide they may be (upright); all in pixels.
 * @typedef {{ length: number, fontSize: number, upright: boolean, before: number, after: number, room: number }} Space
 */

const SLACK = 1e-10; // of the axis: a tick at its end is not lost to rounding
const [ACROSS, UPRIGHT] = [4.4, 2.6]; // from label to label, in units of the type
const [GAP, LINE] = [0.5, 1.15]; // the least between two labels side by side, and of two lines
const STRIDES = [1, 2, 3, 5, 10, 20, 25, 50, 100, 200];
const PARTS = [
  [1n, 2n, 5n],
  [1n, 3n],
];
const FEW = 4; // decades that may have more than powers of ten
const FINER = 5; // rungs of the ladder 1, 2, 5, 10 … below the usual one
const INSETS = [0, 0.05, 0.1, 0.2, 0.3];
const NONE = { ticks: [], note: "" };

/**
 * @param {Scale} scale
 * @param {Space} space
 * @param {boolean} whole whether the values are counts
 * @returns {Ticks}
 */
export function ticksOf(scale, space, whole = false) {
  if (!(scale.to > scale.from) || !(space.length > 0)) return NONE;
  const most = Math.max(2, space.length / (space.fontSize * (space.upright ? UPRIGHT : ACROSS)));
  const families = scale.log ? logFamilies(scale, most) : [() => evenSteps(scale, most, whole)];
  for (const least of [3, 2]) {
    for (const family of families) {
      const found = firstFitting(family, scale, space, least);
      if (found) return found;
    }
  }
  // the usual steps have one value inside, or their labels touch: the outermost of finer ones
  const ends = function* () {
    if (scale.log) yield* pairs(decadesOf(scale));
    for (const values of finerSteps(scale, most, whole)) yield* pairs(values);
  };
  return firstFitting(ends, scale, space, 2) ?? NONE;
}

/**
 * The outermost two of some values, and those a little further in, whose labels stick out less.
 * @param {Decimal[]} values
 */
function* pairs(values) {
  const last = values.length - 1;
  for (const inset of last < 1 ? [] : INSETS)
    yield [values[Math.floor(inset * last)], values[Math.ceil((1 - inset) * last)]];
}

/**
 * What a log axis may show: powers of ten, each or every second, third ...; few decades have 2, 5 or 3
 * too; less than one has even steps.
 * @param {Scale} scale
 * @param {number} most
 * @returns {(() => Iterable<Decimal[]>)[]}
 */
function logFamilies(scale, most) {
  const decades = decadesOf(scale);
  const strides = STRIDES.filter((stride) => decades.length <= stride * most + 1);
  const powers = () => strides.map((stride) => decades.filter(({ e }) => e % stride === 0));
  if (scale.to - scale.from > FEW) return [powers];
  const all = range(Math.floor(scale.from), Math.floor(scale.to));
  const inside = (/** @type {Decimal} */ value) => isInside(scale, value);
  const parts = () => PARTS.map((digits) => all.flatMap((e) => digits.map((k) => ({ k, e }))).filter(inside));
  return [powers, parts, () => evenSteps(scale, most, false)];
}

/** @param {Scale} scale */
function decadesOf(scale) {
  const decades = range(Math.max(-324, Math.floor(scale.from)), Math.min(309, Math.ceil(scale.to)));
  return decades.map((e) => ({ k: 1n, e })).filter((value) => isInside(scale, value));
}

/**
 * @param {number} first
 * @param {number} last
 */
function range(first, last) {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => first + n);
}

/**
 * Multiples of 1, 2, 5, 10 … : the steps that give at most so many ticks, finest first.
 * @param {Scale} scale
 * @param {number} most
 * @param {boolean} whole
 */
function* evenSteps(scale, most, whole) {
  for (let at = usualStep(scale, most, whole); ; at++) {
    const values = multiples(scale, at);
    if (values.length < 2) return;
    yield values;
  }
}

/**
 * Those of steps below the usual one.
 * @param {Scale} scale
 * @param {number} most
 * @param {boolean} whole
 */
function* finerSteps(scale, most, whole) {
  const usual = usualStep(scale, most, whole);
  if (!Number.isFinite(usual) || (scale.log && scale.to - scale.from > FEW)) return;
  for (let at = usual; at >= usual - FINER && (!whole || at >= 0); at--) yield multiples(scale, at);
}

/**
 * The ends of the axis, as values.
 * @param {Scale} scale
 */
function valuesAtEnds({ from, to, ...law }) {
  const value = (/** @type {number} */ e) => Math.min(Number.MAX_VALUE, Math.max(Number.MIN_VALUE, 10 ** e));
  return law.log ? [value(from), value(to)] : [valueFrom(from, law), valueFrom(to, law)];
}

/**
 * Where the usual step stands on the ladder 1, 2, 5, 10 …, counted from 1.
 * @param {Scale} scale
 * @param {number} most
 * @param {boolean} whole
 */
function usualStep(scale, most, whole) {
  const [low, high] = valuesAtEnds(scale);
  const span = high - low;
  const size = Number.isFinite(span) ? Math.log10(span) : Math.log10(high / 2 - low / 2) + Math.log10(2);
  const rung = Number.isFinite(size) ? rungAbove(size - Math.log10(most)) : Infinity;
  return whole ? Math.max(0, rung) : rung;
}

/**
 * The first rung of the ladder 1, 2, 5, 10 … that is not below 10^size.
 * @param {number} size
 */
function rungAbove(size) {
  const e = Math.floor(size + 1e-9);
  const within = [0, Math.log10(2), Math.log10(5)].findIndex((m) => e + m >= size - 1e-3);
  return 3 * e + (within < 0 ? 3 : within);
}

/**
 * Multiples of a rung inside the axis, one for each number that they round to.
 * @param {Scale} scale
 * @param {number} rung
 */
function multiples(scale, rung) {
  if (!Number.isFinite(rung)) return [];
  const [e, m] = [Math.floor(rung / 3), [1n, 2n, 5n][((rung % 3) + 3) % 3]];
  const [low, high] = valuesAtEnds(scale);
  const list = [];
  let before = NaN;
  for (let n = wholeTimes(low, m, e) - 1n, last = wholeTimes(high, m, e) + 2n; n <= last; n++) {
    const value = { k: n * m, e };
    const number = numberOf(value);
    if (number !== before && isInside(scale, value)) list.push(value);
    before = number;
  }
  return list;
}

/**
 * @param {Scale} scale
 * @param {Decimal} decimal
 */
function isInside(scale, decimal) {
  const value = numberOf(decimal);
  if (!Number.isFinite(value) || (scale.log && !(value > 0))) return false;
  if (coordinate(value, scale) >= scale.from && coordinate(value, scale) <= scale.to) return true;
  const share = shareOf(scale, value);
  return share >= -SLACK && share <= 1 + SLACK;
}

/**
 * @param {() => Iterable<Decimal[]>} family
 * @param {Scale} scale
 * @param {Space} space
 * @param {number} least
 */
function firstFitting(family, scale, space, least) {
  for (let way = 0; way < 3; way++) {
    for (const values of family()) {
      if (values.length < least) continue;
      const written = (scale.log && powers(values)) || ways(sameExponent(values))[way];
      const found = written && fitting(values, written, scale, space, least);
      if (found) return found;
    }
  }
  return null;
}

/**
 * Powers of ten are written as such.
 * @param {Decimal[]} values
 */
function powers(values) {
  return values.every(({ k }) => k === 1n) && { texts: values.map(({ e }) => power(e)), note: "" };
}

/** @param {Decimal[]} values */
function sameExponent(values) {
  const e = Math.min(...values.map((value) => value.e));
  return values.map((value) => ({ k: value.k * 10n ** BigInt(value.e - e), e }));
}

/**
 * The ticks, if their labels have room: one that would stick out at an end is left away, its tick stays.
 * @param {Decimal[]} values
 * @param {import("./labels.js").Written} written
 * @param {Scale} scale
 * @param {Space} space
 * @param {number} least
 * @returns {Ticks | null}
 */
function fitting(values, { texts, note }, scale, space, least) {
  const { length, fontSize, upright, before, after, room } = space;
  let reached = -Infinity;
  const ticks = [];
  for (const [i, decimal] of values.entries()) {
    const value = numberOf(decimal);
    const [at, width] = [length * shareOf(scale, value), fontSize * widthOf(texts[i])];
    const half = upright ? (fontSize * LINE) / 2 : width / 2;
    const sticksOut = !upright && (at - half < -before || at + half > length + after);
    if ((upright && width > room) || (!sticksOut && at - half < reached)) return null;
    if (!sticksOut) reached = at + half + (upright ? 0 : fontSize * GAP);
    ticks.push({ value, text: sticksOut ? "" : texts[i] });
  }
  return ticks.filter(({ text }) => text !== "").length >= least ? { ticks, note } : null;
}
