import assert from "node:assert/strict";
import { test } from "node:test";

import { moment, shadesOf } from "../../linviz/front/draw/heat.js";

const values = Object.assign(new Float32Array([0, 1, 2, 3, 4, 5]), { shape: [3, 1, 2] });
const heat = { t: new Float64Array([0, 1, 3]), values };

test("a matrix between two moments is on the line between them", () => {
  assert.deepEqual([...moment(heat, 0)], [0, 1]);
  assert.deepEqual([...moment(heat, 0.5)], [1, 2]);
  assert.deepEqual([...moment(heat, 2)], [3, 4]);
});

test("beyond the ends it is that of the end, and one of a single moment stays", () => {
  assert.deepEqual([...moment(heat, -1)], [0, 1]);
  assert.deepEqual([...moment(heat, 9)], [4, 5]);
  const still = { t: new Float64Array([0]), values: Object.assign(values.slice(2, 4), { shape: [1, 1, 2] }) };
  for (const t of [0, 7]) assert.deepEqual([...moment(still, t)], [2, 3]);
});

test("shades: zero in the middle, the limit at the ends, nothing at or below the floor", () => {
  assert.deepEqual([...shadesOf([0, 2, -2, 0.1, 1], 2, 0.1)], [128, 256, 0, 128, 192]);
});
