// The tree of critical values: whose node a rest is, where now stands, what a row of pips says.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isCrossed } from "../../linviz/front/draw/painter.js";
import { brief, drawHalos } from "../../linviz/front/draw/pips.js";
import { nodeOf, placeOfNow, placeOfOther } from "../../linviz/front/draw/route.js";
import { coordinate, valueFrom } from "../../linviz/front/draw/scale.js";

const node = (learned, level) => ({ learned, level });
const TREE = {
  nodes: [node([], 7), node([2], 5), node([1], 2.5), node([1, 2], 0)],
  edges: [
    [0, 1],
    [0, 2],
    [1, 3],
    [2, 3],
  ],
  ties: [],
};
const PLACES = [7, 5, 2.5, 0].map((level, k) => ({ x: [0, 100, 100, 200][k], y: 100 - 10 * level }));
const AXIS = { at: (value) => 100 - 10 * value, start: 104, end: 20 };
const place = (at) => placeOfNow({ here: -1, before: 0, way: [0, 2, 3], first: 7, ...at }, TREE, PLACES, AXIS, 100);

test("of modes of one strength only their number names a node", () => {
  assert.equal(nodeOf(TREE, [1]), 2);
  const tied = { ...TREE, nodes: [node([], 4), node([1], 2), node([1, 2], 0)], ties: [[1, 2]] };
  assert.equal(nodeOf(tied, [2]), 1);
  assert.equal(nodeOf(tied, [1, 2]), 2);
});

test("now stands at the height of the loss, on the line to the next rest", () => {
  assert.deepEqual(place({ loss: 4.75 }), { x: 50, y: 52.5 });
  assert.equal(place({ loss: 2.5, before: 1 }).x, 100);
  assert.deepEqual(place({ loss: 2.3, here: 2, before: 1 }), { x: 100, y: 77 });
});

test("before its first rest a run comes from the left, after its last it goes to the strongest mode", () => {
  const coming = place({ loss: 3, before: -1, way: [3] });
  assert.ok(coming.x > 100 && coming.x < 200);
  assert.equal(coming.y, 70);
  const going = place({ loss: 4.75, before: 0, way: [0] });
  assert.deepEqual(going, { x: 50, y: 52.5 });
});

test("a run that rests nowhere goes down beside the points that miss the weakest modes", () => {
  const between = place({ loss: 4.75, before: -1, way: [] });
  assert.deepEqual(between, { x: 50, y: 52.5 });
  assert.equal(place({ loss: 9, before: -1, way: [] }).x, 0);
  assert.equal(place({ loss: -1, before: -1, way: [] }).x, 200);
});

test("another run stands in the column of the modes that it has, at its own loss", () => {
  const curve = (y, marker = "circle-open") => ({ x: [0, 1], y: [y, y], marker });
  const modes = { levels: [{ value: 3 }, { value: 2 }], curves: [curve(3, "circle"), curve(2.8), curve(0.4)] };
  const nodes = TREE.nodes.map((node, k) => ({ ...node, ...PLACES[k] }));
  const at = (pictures) => placeOfOther(pictures, 0.5, nodes, AXIS);
  assert.deepEqual(at({ loss: { curves: [curve(4)] }, modes }), { x: 100, y: 60, low: 60, high: 60 });
  assert.equal(at({ loss: { curves: [curve(4, "circle")] }, modes }), null);
  assert.equal(at({ loss: undefined, modes }), null);
});

test("where there is one critical point only, now comes to it from the left", () => {
  const alone = { nodes: [node([1, 2], 0)], edges: [], ties: [] };
  const at = { here: -1, before: -1, way: [0], first: 7, loss: 3.5 };
  assert.deepEqual(placeOfNow(at, alone, [{ x: 200, y: 100 }], AXIS, 0), { x: 100, y: 65 });
});

test("a loss beyond the axis is at its edge", () => {
  assert.equal(place({ loss: 50, before: -1, way: [3], first: 60 }).y, 20);
});

test("of many modes the learned ones are written, neighbors together", () => {
  assert.deepEqual([brief([1, 2, 3, 5], 9), brief([], 9), brief([1, 2], 2)], ["1–3, 5", "none", "all 2"]);
});

test("a root scale and a bent one are undone by their inverse", () => {
  for (const law of [
    { log: false, foot: 2 },
    { log: false, inner: 0.3 },
  ]) {
    for (const value of [-40, -0.2, 0, 0.1, 2, 3, 50]) {
      assert.ok(Math.abs(valueFrom(coordinate(value, law), law) - value) < 1e-12 * 50);
    }
    assert.ok(coordinate(-1, law) < coordinate(0, law));
  }
  assert.equal(coordinate(6, { log: false, foot: 2 }), 2);
});

test("the disks behind nodes are whole, and the longer the time the larger", () => {
  const disks = [];
  const context = { save() {}, restore() {}, beginPath() {}, fill() {}, arc: (x, y, r) => disks.push([x, y, r]) };
  const nodes = [
    { x: 60, y: 40 },
    { x: 100, y: 80 },
    { x: 180, y: 82 },
  ];
  const at = { spent: [0.2, 0, 0.8], kinds: ["saddle", "saddle", "minimum"] };
  drawHalos(context, { nodes, at, fontSize: 15, width: 200, height: 104 }, { dark: false });
  assert.equal(disks.length, 2);
  for (const [x, y, r] of disks) assert.ok(r >= 0.9 * 15 && x + r <= 200 + 1e-9 && y + r <= 104 + 1e-9, `${[x, y, r]}`);
  assert.ok(disks[1][2] > disks[0][2]);
});

test("the words of a level through which a curve goes are left out", () => {
  const axis = (start, end) => ({ start, end, at: (value) => value });
  const pane = { x: axis(0, 400), y: axis(300, 0) };
  const level = { value: 200, pane: 0, label: { words: "2.5: misses 2, 3" } };
  const crossed = (...curves) => isCrossed(level, curves, pane, 15);
  const line = (y, x = [0, 400]) => ({ pane: 0, x, y });
  assert.equal(crossed(line([100, 300])), false); // it comes below before the words begin
  assert.equal(crossed(line([100, 230])), true);
  assert.equal(crossed(line([200, 200])), false); // along the level, under its words
  assert.equal(crossed({ ...line([100, 230]), pane: 1 }), false);
  assert.equal(crossed(line([0, 0]), line([250, 250, 150], [0, 390, 395])), false); // behind them
});
