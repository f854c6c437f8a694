import assert from "node:assert/strict";
import { test } from "node:test";

import { widthOf } from "../../linviz/front/draw/labels.js";
import { shareOf, withTwoCounts } from "../../linviz/front/draw/scale.js";
import { ticksOf } from "../../linviz/front/draw/ticks.js";
import { generator } from "./random.js";

/** @typedef {import("../../linviz/front/draw/ticks.js").Space} Space */
/** @typedef {import("../../linviz/front/draw/ticks.js").Ticks} Ticks */
/** @typedef {import("../../linviz/front/draw/scale.js").Scale} Scale */
/** @typedef {{ k: bigint, e: number }} Decimal */

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const random = generator(8);
const uniform = (/** @type {number} */ low, /** @type {number} */ high) => low + random() * (high - low);
const sign = () => (random() < 0.5 ? -1 : 1);

/** @returns {Space} */
function anySpace() {
  const [upright, fontSize] = [random() < 0.5, uniform(10, 26)];
  const length = fontSize * uniform(10, 90);
  return { upright, fontSize, length, before: 4 * fontSize, after: 1.1 * fontSize, room: 3.75 * fontSize };
}

// What is written, read as a decimal: the digits, the exponent and the superscripts of a power.

/** @param {string} text
 * @returns {Decimal} */
function read(text) {
  const power = /^10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/.exec(text);
  if (power) return { k: 1n, e: exponent(power[1]) };
  const parts = /^(−?)(\d+)(?:\.(\d+))?(?:e(−?\d+))?$/.exec(text);
  assert.ok(parts, `"${text}" is not a number`);
  const [, minus, digits, after = "", e = "0"] = parts;
  const k = BigInt(digits + after);
  return { k: minus ? -k : k, e: Number(e.replace("−", "-")) - after.length };
}

/** @param {string} superscript */
function exponent(superscript) {
  const digits = [...superscript].map((c) => (c === "⁻" ? "-" : SUPERSCRIPTS.indexOf(c))).join("");
  return Number(digits);
}

/** What a label says, with the factor and the offset that the title gives to all of them.
 * @param {string} text
 * @param {string} note */
function said(text, note) {
  const parts = /^(?:×(10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]*))? ?(?:([+−]) (.*))?$/.exec(note);
  assert.ok(parts, `note "${note}"`);
  const [, factor, minus, offset] = parts;
  const label = read(text);
  if (factor) label.e += factor === "10" ? 1 : read(factor).e;
  const zero = offset ? read(offset) : { k: 0n, e: label.e };
  if (minus === "−") zero.k = -zero.k;
  const e = Math.min(label.e, zero.e);
  const k = label.k * 10n ** BigInt(label.e - e) + zero.k * 10n ** BigInt(zero.e - e);
  return Number(`${k}e${e}`);
}

/** @param {Scale} scale
 * @param {Space} space
 * @param {Ticks} found
 * @param {boolean} whole */
function check(scale, space, { ticks, note }, whole = false) {
  const told = JSON.stringify({ scale, space, whole, note, ticks });
  const labelled = ticks.filter(({ text }) => text !== "");
  assert.ok(labelled.length >= 2, `fewer than two labels: ${told}`);
  assert.equal(new Set(labelled.map(({ text }) => text)).size, labelled.length, `labels alike: ${told}`);
  for (const [i, { value, text }] of ticks.entries()) {
    const share = shareOf(scale, value);
    assert.ok(share >= -1e-9 && share <= 1 + 1e-9, `${text} is beside the axis: ${told}`);
    if (i > 0) assert.ok(value > ticks[i - 1].value, `not ascending: ${told}`);
    if (whole) assert.ok(Number.isInteger(value), `no count: ${told}`);
    if (text !== "") assert.equal(said(text, note), value, `${text} is false: ${told}`);
  }
  const { fontSize, upright, length } = space;
  const places = labelled.map(({ value, text }) => {
    const half = (upright ? 1 : widthOf(text)) / 2;
    if (upright) assert.ok(widthOf(text) * fontSize <= space.room, `too wide: ${told}`);
    const at = length * shareOf(scale, value);
    return [at - half * fontSize, at + half * fontSize];
  });
  for (let i = 1; i < places.length; i++) assert.ok(places[i][0] > places[i - 1][1], `labels touch: ${told}`);
  if (upright) return;
  assert.ok(places[0][0] >= -space.before - 1e-6, `beyond the left end: ${told}`);
  assert.ok(places[places.length - 1][1] <= length + space.after + 1e-6, `beyond the right end: ${told}`);
}

/** A range of numbers: of any size, around zero or far from it, down to a few units in the last place.
 * @returns {[number, number]} */
function anyRange() {
  const kind = random();
  const size = 10 ** (kind < 0.5 ? uniform(-6, 8) : uniform(-300, 300));
  const low = sign() * size * random();
  if (kind < 0.1) return [0, size];
  if (kind < 0.2) return [-size * random(), size * random()];
  if (kind < 0.7) return [low, low + size * random()];
  if (kind < 0.9) return [low, low + Math.abs(low) * 10 ** uniform(-15, 0)];
  return [low, next(low, Math.ceil(uniform(0, 9)))];
}

/** The number that is so many units in the last place above.
 * @param {number} value
 * @param {number} steps */
function next(value, steps) {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + BigInt(value < 0 ? -steps : steps));
  return view.getFloat64(0);
}

test("12,000 linear ranges", () => {
  for (let k = 0; k < 12000; k++) {
    const [from, to] = anyRange();
    if (!(to > from)) continue;
    const [scale, space] = [{ from, to, log: false }, anySpace()];
    check(scale, space, ticksOf(scale, space));
  }
});

test("4,000 ranges of counts", () => {
  for (let k = 0; k < 4000; k++) {
    const low = Math.round(uniform(0, 10)) * uniform(-1, 1);
    const [from, to] = withTwoCounts(low, low + 10 ** uniform(-3, 6));
    const [scale, space] = [{ from, to, log: false }, anySpace()];
    check(scale, space, ticksOf(scale, space, true), true);
  }
});

test("4,000 ranges of exponents", () => {
  for (let k = 0; k < 4000; k++) {
    const from = random() < 0.7 ? uniform(-16, 6) : uniform(-322, 300);
    const to = Math.min(308, from + 10 ** uniform(-12, 2.7));
    const [scale, space] = [{ from, to, log: true }, anySpace()];
    const found = ticksOf(scale, space);
    // between such exponents there may be no two numbers at all: then no label stands alone
    if (next(10 ** from, 3) < 10 ** to || found.ticks.length > 0) check(scale, space, found);
  }
});

const WIDE = { upright: false, fontSize: 14, length: 600, before: 50, after: 15, room: 50 };
const TALL = { ...WIDE, upright: true, length: 250 };

for (const [from, to, log] of /** @type {[number, number, boolean][]} */ ([
  [0, 5e-324, false],
  [-Number.MAX_VALUE, Number.MAX_VALUE, false],
  [1, 1 + 2 ** -52, false],
  [-5e-324, 5e-324, false],
  [1e300, 1.0000001e300, false],
  [-1e-300, 2e-300, false],
  [-300, 0, true],
  [-323.3, -322, true],
  [0, 1, true],
  [-0.5, 0.5, true],
  [0.1, 0.9, true],
  [1.17, 1.1701, true],
])) {
  test(`${log ? "exponents" : "values"} from ${from} to ${to}`, () => {
    const scale = { from, to, log };
    for (const space of [WIDE, TALL]) check(scale, space, ticksOf(scale, space));
  });
}

const texts = (/** @type {Ticks} */ { ticks }) => ticks.map(({ text }) => text);

test("usual axes look as they always did", () => {
  const linear = { from: 0, to: 21, log: false };
  assert.deepEqual(texts(ticksOf(linear, WIDE)), ["0", "5", "10", "15", "20"]);
  assert.deepEqual(texts(ticksOf({ from: -6.2, to: 1, log: true }, TALL)), ["10⁻⁶", "10⁻⁴", "10⁻²", "1"]);
  assert.deepEqual(texts(ticksOf({ from: 0.5, to: 4.5, log: false }, WIDE, true)), ["1", "2", "3", "4"]);
});

test("a loss that hardly moves on a log axis has labels that differ", () => {
  const scale = { from: Math.log10(15.02), to: Math.log10(15.08), log: true };
  const found = ticksOf(scale, TALL);
  check(scale, TALL, found);
  assert.equal(found.note, "");
  assert.ok(texts(found).includes("15.05"));
});

test("no room for two labels, or no range, gives none", () => {
  assert.deepEqual(ticksOf({ from: 0, to: 1, log: false }, { ...TALL, length: 10 }).ticks, []);
  assert.deepEqual(ticksOf({ from: 1, to: 1, log: false }, WIDE).ticks, []);
  assert.deepEqual(ticksOf({ from: NaN, to: 1, log: false }, WIDE).ticks, []);
  assert.deepEqual(ticksOf({ from: 2, to: 1, log: true }, WIDE).ticks, []);
});

test("counts always have two whole numbers", () => {
  assert.deepEqual(withTwoCounts(0.4, 1.6), [0, 2]);
  assert.deepEqual(withTwoCounts(1, 1), [0, 2]);
  assert.deepEqual(withTwoCounts(0.4, 4.6), [0.4, 4.6]);
});
