import assert from "node:assert/strict";
import { test } from "node:test";

import { createEdits } from "../../linviz/front/form/edits.js";
import { roundStep, stepped } from "../../linviz/front/hand/grip.js";
import { neighbor, stands } from "../../linviz/front/hand/weights.js";

test("a step is 1, 2 or 5 times a power of ten, and not smaller than asked for", () => {
  const found = [0.03, 0.05, 0.051, 1, 1.01, 7, 1e-7, 340].map(roundStep);
  assert.deepEqual(found, [0.05, 0.05, 0.1, 1, 2, 10, 1e-7, 500]);
  assert.deepEqual(
    [3.0499, -0.42001, 17].map((value) => stepped(value, 0.05)),
    [3.05, -0.4, 17],
  );
  assert.equal(stepped(0.1 + 0.2, 0.1), 0.3);
});

test("arrow keys come to every weight, row after row and layer after layer, and around", () => {
  const shapes = /** @type {[number, number][]} */ ([
    [2, 3],
    [1, 2],
  ]);
  /** @type {[number, number, number]} */
  let place = [0, 0, 0];
  const seen = new Set();
  for (let k = 0; k < 8; k++) {
    seen.add(String(place));
    assert.deepEqual(neighbor(neighbor(place, shapes, 1), shapes, -1), place);
    place = neighbor(place, shapes, 1);
  }
  assert.equal(seen.size, 8);
  assert.deepEqual(place, [0, 0, 0]);
  assert.deepEqual(neighbor([0, 1, 2], shapes, 1), [1, 0, 0]);
});

test("what is chosen together is one message", () => {
  /** @type {any[]} */
  const sent = [];
  const edits = createEdits({ send: (/** @type {object} */ message) => sent.push(message) });
  edits.together([
    { field: "continue", value: 4.85 },
    { field: "step", value: 1.2 },
  ]);
  assert.equal(sent.length, 1);
  const told = sent[0].edits.map((/** @type {any} */ { field, value }) => [field, value]);
  assert.deepEqual(told, [
    ["continue", 4.85],
    ["step", 1.2],
  ]);
});

test("a weight stands in a network that has its layer, row and column", () => {
  const shapes = [
    [2, 3],
    [1, 2],
  ];
  assert.ok(stands([0, 1, 2], shapes) && stands([1, 0, 1], shapes));
  for (const place of [
    [2, 0, 0],
    [0, 2, 0],
    [1, 0, 2],
  ])
    assert.ok(!stands(place, shapes));
});
