import assert from "node:assert/strict";
import { test } from "node:test";

import { shareOf } from "../../linviz/front/draw/scale.js";
import { between, carried, enlarged, meant, moved, scaleOf } from "../../linviz/front/draw/zoom.js";
import { generator } from "./random.js";

/** @typedef {import("../../linviz/front/draw/zoom.js").Span} Span */

/** @param {number} from
 * @param {number} to
 * @param {boolean} log
 * @returns {Span} */
const axis = (from, to, log = false) => ({ home: [from, to], range: null, log });

/** @param {number} a
 * @param {number} b */
const near = (a, b) => assert.ok(Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b)), `${a} is not ${b}`);

test("enlarging keeps the value under the pointer in its place", () => {
  const random = generator(3);
  for (let k = 0; k < 2000; k++) {
    const log = random() < 0.5;
    const from = log ? 10 ** (-8 * random()) : -50 * random();
    const span = axis(from, log ? from * 10 ** (1 + 9 * random()) : from + 100 * random() + 0.1, log);
    const share = random();
    const range = enlarged(span, share, 1 + 9 * random());
    if (range === null) continue;
    const { from: a, to: b } = scaleOf(span);
    const fixed = log ? 10 ** (a + share * (b - a)) : a + share * (b - a);
    near(shareOf(scaleOf({ ...span, range }), fixed), share);
    assert.ok(range[0] >= span.home[0] && range[1] <= span.home[1]);
  }
});

test("enlarging and going back is the home again", () => {
  const span = axis(0, 8);
  const range = enlarged(span, 0.25, 2);
  assert.deepEqual(range, [1, 5]);
  assert.equal(enlarged({ ...span, range }, 0.9, 0.5), null);
  assert.equal(enlarged(span, 0.5, 0.7), null);
  assert.equal(enlarged(span, 0.5, 1), null);
});

test("a zoom goes down to what numbers can tell, not further", () => {
  let span = axis(1, 2);
  for (let k = 0; k < 100; k++) span = { ...span, range: enlarged(span, 0.5, 3) };
  assert.ok(span.range && span.range[1] - span.range[0] > 1e-10 && span.range[1] - span.range[0] < 1e-8);
});

test("a box is the part between its sides, whichever way it was drawn", () => {
  assert.deepEqual(between(axis(0, 10), 0.2, 0.5), [2, 5]);
  assert.deepEqual(between(axis(0, 10), 0.5, 0.2), [2, 5]);
  assert.deepEqual(between(axis(0, 10), -3, 0.5), [0, 5]);
  assert.equal(between(axis(0, 10), -3, 7), null);
  const decades = between(axis(1e-4, 1, true), 0.25, 0.75);
  near(/** @type {number[]} */ (decades)[0], 1e-3);
  near(/** @type {number[]} */ (decades)[1], 1e-1);
  const point = between(axis(0, 10), 0.5, 0.5);
  assert.ok(point && point[1] > point[0]);
});

test("moving stops at the ends of the home, which it then has exactly", () => {
  const span = { ...axis(0.1, 10), range: /** @type {[number, number]} */ ([2, 4]) };
  assert.deepEqual(moved(span, 0.5), [3, 5]);
  assert.equal(/** @type {number[]} */ (moved(span, -9))[0], 0.1);
  assert.equal(/** @type {number[]} */ (moved(span, 9))[1], 10);
  assert.equal(moved(axis(0, 10), 0.3), null);
  const log = { ...axis(1e-6, 1, true), range: /** @type {[number, number]} */ ([1e-4, 1e-2]) };
  const [low, high] = /** @type {number[]} */ (moved(log, 0.5));
  near(low, 1e-3);
  near(high, 1e-1);
});

test("a zoom is carried to the next run, but a log axis has no place for zero", () => {
  assert.deepEqual(carried([1, 2], true), [1, 2]);
  assert.deepEqual(carried([0, 2], false), [0, 2]);
  assert.equal(carried([0, 2], true), null);
  assert.equal(carried([-1, 2], true), null);
  assert.equal(carried(null, true), null);
});

test("a flat box is meant for the horizontal axis, a narrow one for the other", () => {
  assert.equal(meant(200, 3, 12), "x");
  assert.equal(meant(-3, 90, 12), "y");
  assert.equal(meant(-40, 90, 12), "xy");
  assert.equal(meant(2, 3, 12), "");
});
