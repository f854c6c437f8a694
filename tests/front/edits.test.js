import assert from "node:assert/strict";
import { test } from "node:test";

import { createEdits } from "../../linviz/front/form/edits.js";

/** A kernel that keeps what it is sent. */
function kernel() {
  /** @type {any[]} */
  const sent = [];
  return { sent, send: (/** @type {object} */ message) => sent.push(message) };
}

test("while an answer is awaited only the newest value of each control is kept", () => {
  const model = kernel();
  const edits = createEdits(model);
  edits.push("scale", 0.1);
  edits.push("scale", 0.2);
  edits.push("scale", 0.3);
  edits.push("width", 4, [1]);
  edits.push("width", 5, [2]);
  assert.equal(model.sent.length, 1);
  assert.ok(edits.pending);
  edits.answer(1);
  assert.equal(model.sent.length, 2);
  const values = model.sent[1].edits.map((/** @type {any} */ { field, value, index }) => [field, value, index]);
  assert.deepEqual(values, [
    ["scale", 0.3, []],
    ["width", 4, [1]],
    ["width", 5, [2]],
  ]);
  edits.answer(2);
  assert.equal(edits.pending, false);
  assert.equal(edits.sent, 2);
});

test("an old answer changes nothing, and a file counts as a request", () => {
  const model = kernel();
  const edits = createEdits(model);
  edits.push("seed", 1);
  edits.answer(0);
  assert.ok(edits.pending);
  edits.answer(1);
  edits.upload("a.csv", 1, new ArrayBuffer(2));
  assert.equal(model.sent[1].request, 2);
  edits.push("seed", 2);
  assert.equal(model.sent.length, 2);
  edits.answer(2);
  assert.equal(model.sent.length, 3);
});

test("the answer to a move of what is held is not what it comes to", () => {
  const model = kernel();
  const edits = createEdits(model);
  edits.push("scale", 0.1, [], 7, true);
  edits.answer(1);
  assert.equal(edits.ended, false);
  edits.push("scale", 0.2, [], 7, false);
  edits.push("scale", 0.3, [], 8, true); // held again before that is answered
  edits.answer(2);
  assert.deepEqual([edits.ended, edits.pending], [true, true]);
  edits.answer(3);
  assert.equal(edits.ended, false);
});
