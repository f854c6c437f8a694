// Starts that are no straight lines of a control, as the browser moves them, beside the core's.

import assert from "node:assert/strict";
import { test } from "node:test";
import { afterMove, follows, jobOf } from "../../linviz/front/hand/job.js";
import { answer } from "../../linviz/front/preview/answer.js";
import { python } from "./python.js";

const NEAR = 1e-6;
const UNHURRIED = { rtol: 1e-10, most: Infinity, patience: Infinity, effort: Infinity };
const arrays = (/** @type {string} */ _, /** @type {any} */ value) =>
  value?.array ? Float64Array.from(value.array) : value;
const found = JSON.parse(python("tests/front/controls.py", "6"), arrays);
const moved = found.flatMap(({ dims, rule, known, moves }) =>
  moves.map((move) => ({ dims, rule, move, before: known, known: afterMove({ dims, preview: known }, move) })),
);

test("a start follows λ, α, the size and the strengths of the target as the core's does", () => {
  for (const { dims, rule, move, before, known } of moved) {
    assert.ok(follows(before, move.field) && known, `${rule} ${move.field}`);
    const off = Math.max(...known.start.map((w, k) => Math.abs(w - move.start[k])));
    assert.ok(off <= 1e-12, `${rule} ${dims} ${move.field} ${move.value}: ${off}`);
  }
});

test("and what becomes of it is the core's", () => {
  for (const { dims, rule, move, known } of moved) {
    const job = jobOf(known, dims, { first: 0, last: 2, t: 2 }, 0);
    const loss = answer(job, UNHURRIED)?.loss ?? [];
    const off = Math.abs((loss.at(-1) ?? Number.NaN) - move.loss) / loss[0];
    assert.ok(off <= NEAR, `${rule} ${dims} ${move.field} ${move.value}: ${off}`);
  }
});

test("one move goes on from another, and where widths forbid a sign nothing is known", () => {
  const { dims, known } = found.find(({ rule, dims }) => rule === "lambda_balanced" && dims[1] === 2);
  const step = (/** @type {any} */ preview, /** @type {string} */ field, /** @type {number} */ value) =>
    afterMove({ dims, preview }, { field, index: [], value });
  const [first, then] = [step(step(known, "lam", 1), "scale", 0.3), step(step(known, "scale", 0.3), "lam", 1)];
  assert.deepEqual(first?.start, then?.start);
  assert.equal(step(known, "lam", -1), null);
  const saddle = found.find(({ rule }) => rule === "near_saddle");
  assert.equal(
    afterMove({ dims: saddle.dims, preview: saddle.known }, { field: "singular_value", index: [2], value: 0 }),
    null,
  );
});

test("a weight of a later moment is changed where the flow is then, to all digits", () => {
  const { dims, known } = found[0];
  const run = { dims, preview: known };
  const job = jobOf(known, dims, { first: 0, last: 1.5, t: 1.5 }, 0);
  const then = answer(job, UNHURRIED)?.weights ?? [];
  const last = then.flatMap((W, j) => [...W.subarray(-dims[j] * dims[j + 1])]);
  const changed = afterMove(run, { field: "weight", index: [0, 1, 0, 1.5, 1], value: 7 });
  const start = answer(jobOf(changed, dims, { first: 0, last: 1, t: 1 }, 0), UNHURRIED)?.start ?? [];
  for (const [k, w] of start.entries()) {
    if (k === dims[0]) assert.equal(w, 7);
    else assert.ok(Math.abs(w - last[k]) < 1e-6); // single precision of what is told
  }
});
