// Logarithmic time begins at 0, is even until the loss moves, and leaves the rest of its length to what follows.

import assert from "node:assert/strict";
import { test } from "node:test";

import { beginning, timeTicks, withLogTime } from "../../linviz/front/time/logtime.js";

test("the even part ends where the loss begins to move, at a round number", () => {
  const t = [0, 0.1, 5, 12, 20, 1000];
  assert.equal(beginning(t, [7, 7, 7, 6, 2, 0]), 10);
  assert.equal(beginning(t, [7, 6, 5, 4, 2, 0]), 1);
  assert.equal(beginning(t, [7, 7, 7, 7, 7, 0]), 50, "a twentieth of the run at most");
  assert.equal(beginning(t, [7, 7, 7, 7, 7, 7]), 50, "a loss that does not move");
  assert.ok(beginning([0, 1e-30, 1], [7, 0, 0]) >= 5e-10);
});

test("ticks are 0, powers of ten and, where they can be written out, three times these", () => {
  const values = timeTicks(10, 1000);
  assert.deepEqual(
    values.map(([value]) => value),
    [0, 10, 100, 1000, 30, 300],
  );
  assert.deepEqual(
    values.map(([, text]) => text),
    ["0", "10", "100", "1000", "30", "300"],
  );
  assert.ok(timeTicks(1e-6, 1).some(([, text]) => text === "10⁻⁵"));
});

test("only axes of time are changed", () => {
  const y = { scale: "log", time: false, range: [1, 10] };
  const x = { scale: "log", time: true, range: [0.1, 100] };
  const pictures = /** @type {any} */ ({ loss: { panes: [{ x, y, height: [0, 1] }] } });
  const [pane] = withLogTime(pictures, 2, [0, 0.1, 100]).loss.panes;
  assert.deepEqual([pane.x.scale, pane.x.inner, pane.x.range], ["bent", 2, [0, 100]]);
  assert.equal(pane.y, y);
  assert.equal(withLogTime(pictures, null, [0, 1]), pictures);
});
