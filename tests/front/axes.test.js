import assert from "node:assert/strict";
import { test } from "node:test";

import { apart, placedPanes, spaced } from "../../linviz/front/draw/axes.js";
import { paneAt, boxOf, createLens } from "../../linviz/front/draw/lens.js";
import { across, along, firstValue, itemsOf, nearest, wordsOf } from "../../linviz/front/draw/nearest.js";

/** @typedef {import("../../linviz/front/draw/picture.js").Picture} Picture */
/** @typedef {import("../../linviz/front/draw/picture.js").Axis} Axis */

/** @param {Partial<Axis>} given
 * @returns {Axis} */
const axis = (given) => ({
  ...{ title: "y", letter: "y", scale: "linear", range: [0, 1], whole: false, time: false, zero: false, labeled: true },
  .../** @type {Axis} */ (given),
});

const LINE = { color: "#000000", dash: /** @type {const} */ ("solid"), width: 1 };

/** @param {Partial<Picture>} given
 * @returns {Picture} */
const picture = (given) => ({
  panes: [
    {
      x: axis({ title: "time t", letter: "t", time: true, range: [0, 10] }),
      y: axis({ range: [0, 4] }),
      height: [0, 1],
    },
  ],
  ...{ levels: [], curves: [], marks: [], texts: [], table: { rows: "moments", kind: "" } },
  ...given,
});

test("values and places are each other's inverse, on every scale", () => {
  for (const y of [axis({ range: [-2, 5] }), axis({ scale: "log", range: [1e-12, 1e3] })]) {
    const [pane] = placedPanes(picture({ panes: [{ x: axis({ range: [0, 10] }), y, height: [0, 1] }] }), 600, 300, 14);
    for (const value of [y.range[0], 1, y.range[1]]) {
      assert.ok(Math.abs(pane.y.valueAt(pane.y.at(value)) - value) <= 1e-9 * Math.abs(value));
    }
    assert.equal(pane.y.at(y.range[0]), pane.y.start);
    assert.ok(pane.y.start > pane.y.end);
    assert.ok(pane.x.start < pane.x.end);
  }
});

test("an axis without labels has ticks, and the factor stands in a title that has room", () => {
  const small = axis({ title: "loss L", range: [2.01e-9, 2.09e-9] });
  const [pane] = placedPanes(
    picture({ panes: [{ x: axis({ labeled: false }), y: small, height: [0, 1] }] }),
    600,
    300,
    14,
  );
  assert.ok(pane.x.ticks.length > 2 && pane.x.ticks.every(({ text }) => text === ""));
  assert.match(pane.y.title, /^loss L \(×10⁻⁹\)$/);
  assert.equal(pane.y.titleSize, 14);
});

test("labels beside a pane move apart, stay in its height, and of too many the first are kept", () => {
  const level = (/** @type {number} */ value) => ({
    ...{ name: "", value, line: LINE, pane: 0 },
    label: { words: "", color: "", place: /** @type {const} */ ("beside") },
  });
  const panes = placedPanes(picture({}), 600, 300, 14);
  const { start, end, at } = panes[0].y;
  const places = (/** @type {number[]} */ values) =>
    apart(picture({ levels: values.map(level) }), panes, 14).map((one) => one.at);
  assert.deepEqual(places([1, 3]), [at(1), at(3)]);
  const tight = places([0, 0.05, 0.1, 3.9]);
  for (let k = 1; k < tight.length; k++) assert.ok(tight[k - 1] - tight[k] >= 1.15 * 14 - 1e-9);
  assert.ok(Math.max(...tight) <= start + 0.3 * 14 + 1e-9 && Math.min(...tight) > end - 14);
  assert.ok(places(Array(99).fill(2)).length < 20);
});

test("pictures over time have one left and one right edge, whatever stands in them", () => {
  const wide = axis({ title: "a longer title", range: [0, 1e-9] });
  const other = picture({ panes: [{ x: axis({ time: true, range: [0, 3] }), y: wide, height: [0, 1] }] });
  for (const bare of [false, true]) {
    const [one, two] = [picture({}), other].map((each) => placedPanes(each, 600, 300, 14, [], { bare })[0].x);
    assert.deepEqual([one.start, one.end], [two.start, two.end]);
  }
});

test("an only picture has the room of names that are not there, and a narrow one no titles", () => {
  const [among, alone] = [{}, { alone: true }].map((each) => placedPanes(picture({}), 400, 300, 14, [], each)[0]);
  assert.ok(alone.x.end - alone.x.start > 1.2 * (among.x.end - among.x.start));
  assert.equal(alone.y.title, "");
  assert.notEqual(placedPanes(picture({}), 800, 300, 14, [], { alone: true })[0].x.title, "");
});

test("of labels of levels that would touch the first is kept, and none outside", () => {
  const level = (/** @type {number} */ value) => ({
    name: "",
    value,
    line: LINE,
    label: { words: "", color: "", place: /** @type {const} */ ("inside") },
    pane: 0,
  });
  const panes = placedPanes(picture({}), 600, 300, 14);
  const kept = spaced([level(2), level(2.1), level(3), level(9), level(-1)], panes, 14);
  assert.deepEqual(
    kept.map(({ value }) => value),
    [2, 3],
  );
  const top = panes[0].y.to - 1e-3; // after a zoom: its words would be cut by the picture's edge
  assert.deepEqual(spaced([level(top)], panes, 14), []);
});

const TWO = picture({
  curves: [
    { name: "one", x: [0, 5, 10], y: [1, 1, 1], line: LINE, marker: null, pane: 0 },
    { name: "two", x: [0, 5, 10], y: [2, 3, 4], line: LINE, marker: null, pane: 0 },
  ],
  marks: [{ name: "dots", x: [2], y: [0.2], symbol: "circle", color: "", size: 4, pane: 0 }],
  levels: [{ name: "level", value: 3.5, line: LINE, label: null, pane: 0 }],
});

test("the nearest value is on a line, at a point or on a level", () => {
  const panes = placedPanes(TWO, 600, 300, 14);
  const items = itemsOf(TWO, panes);
  const at = (/** @type {number} */ t, /** @type {number} */ y) => ({ px: panes[0].x.at(t), py: panes[0].y.at(y) });
  const found = (/** @type {number} */ t, /** @type {number} */ y, reach = 40) =>
    nearest(items, panes, at(t, y), reach);
  assert.equal(found(3, 1.05)?.name, "one");
  const between = found(2.5, 2.55);
  assert.equal(between?.name, "two");
  assert.ok(Math.abs((between?.y ?? 0) - 2.5) < 1e-9);
  assert.equal(found(2.02, 0.2)?.name, "dots");
  const level = found(1, 3.5);
  assert.equal(level?.name, "level");
  assert.deepEqual(level && wordsOf(level, panes), ["level", "y = 3.5"]);
  assert.deepEqual(between && wordsOf(between, panes), ["two", "t = 2.5, y = 2.5"]);
  assert.equal(found(8, 0, 20), null);
});

test("arrow keys go along a curve, and to the next one at the same x", () => {
  const panes = placedPanes(TWO, 600, 300, 14);
  const items = itemsOf(TWO, panes);
  const first = firstValue(items, panes, 4);
  assert.ok(first);
  assert.deepEqual([first.name, first.x, first.y], ["one", 5, 1]);
  const next = along(items, panes, first, 1);
  assert.deepEqual([next.x, along(items, panes, next, 1).x], [10, 10]);
  assert.equal(along(items, panes, along(items, panes, first, -1), -1).x, 0);
  const other = across(items, first, 1);
  assert.deepEqual([other.name, other.x, other.y], ["two", 5, 3]);
  assert.equal(across(items, first, -1).name, "level");
  assert.equal(across(items, across(items, other, 1), 1).name, "level");
});

test("panes with one axis across are enlarged together, each upwards for itself", () => {
  const pane = (/** @type {[number, number]} */ height) => ({
    x: axis({ range: [0, 10] }),
    y: axis({ range: [0, 4] }),
    height,
  });
  const two = picture({ panes: [pane([0.5, 1]), pane([0, 0.4])] });
  const lens = createLens();
  lens.take(two);
  const panes = placedPanes(two, 600, 300, 14);
  const [lower, upper] = [panes[1].y, panes[0].y].map(({ start, end }) => ({
    px: panes[0].x.at(5),
    py: (start + end) / 2,
  }));
  assert.deepEqual([paneAt(panes, upper), paneAt(panes, lower)], [0, 1]);
  lens.enlarge(panes, lower, 2);
  const rounded = (/** @type {[number, number] | null} */ range) =>
    range?.map((value) => Math.round(1e9 * value) / 1e9);
  const [above, below] = lens.shown.map(({ x, y }) => [rounded(x), rounded(y)]);
  assert.deepEqual(above, [[2.5, 7.5], undefined]);
  assert.deepEqual(below, [
    [2.5, 7.5],
    [1, 3],
  ]);
  lens.take(two); // another run
  assert.ok(lens.isUsed);
  lens.reset();
  assert.equal(lens.isUsed, false);
  const strip = boxOf(panes, upper, { px: upper.px + 50, py: upper.py + 2 });
  assert.equal(strip?.height, panes[0].y.start - panes[0].y.end);
  assert.equal(boxOf(panes, upper, { px: upper.px + 3, py: upper.py }), null);
});
