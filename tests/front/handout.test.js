import assert from "node:assert/strict";
import { test } from "node:test";

import { shares } from "../../linviz/front/page/handout.js";
import { narrow, wide } from "../../linviz/front/page/layout.js";

test("a picture has the part of the sheet that its place in the grid has", () => {
  const grid = {
    names: [
      ["loss", "tree"],
      ["loss", "."],
    ],
    rows: [60, 40],
    columns: [75, 25],
  };
  assert.deepEqual(shares(grid, "loss"), [0.75, 1]);
  assert.deepEqual(shares(grid, "tree"), [0.25, 0.6]);
});

test("the pictures of the first screen fill the sheet, whichever way it lies", () => {
  const shown = ["loss", "tree", "modes", "invariants", "hessian", "matrices"];
  for (const grid of [wide(shown), narrow(shown)]) {
    const covered = shown.map((name) => shares(grid, name)).reduce((sum, [w, h]) => sum + w * h, 0);
    assert.ok(Math.abs(covered - 1) < 1e-9);
  }
});
