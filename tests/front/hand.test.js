import assert from "node:assert/strict";
import { test } from "node:test";

import { createEdits, followHand } from "../../linviz/front/form/edits.js";
import { createHand, worded } from "../../linviz/front/hand/hand.js";

const bare = () => createHand(/** @type {any} */ ({ dataset: {} }));

/** A hand whose events are noted. */
function noted() {
  const root = /** @type {any} */ ({ dataset: {} });
  const hand = createHand(root);
  /** @type {any[]} */
  const heard = [];
  for (const event of /** @type {const} */ (["hold", "move", "release"])) {
    hand.on(event, (/** @type {any} */ told) => heard.push([event, told.value, told.moved, told.undone]));
  }
  return { root, hand, heard };
}

test("a hold is told with its moves and how it ended", () => {
  const { root, hand, heard } = noted();
  hand.move(1); // nothing is held
  hand.hold("s₁", "singular_value", [0], 3);
  assert.equal(root.dataset.hand, "true");
  assert.equal(hand.held?.label, "s₁");
  hand.move(4);
  hand.move(4);
  hand.move(5);
  hand.release();
  hand.release();
  assert.equal(hand.held, null);
  assert.equal(root.dataset.hand, undefined);
  assert.deepEqual(heard, [
    ["hold", undefined, undefined, undefined],
    ["move", 4, undefined, undefined],
    ["move", 5, undefined, undefined],
    ["release", 5, true, false],
  ]);
});

test("undone is what was before; a second hold lets go of the first; nobody listens for ever", () => {
  const { hand, heard } = noted();
  hand.hold("a", "scale", [], 1);
  const first = hand.held?.number ?? 0;
  hand.move(2);
  hand.hold("b", "step", [], 7);
  assert.ok((hand.held?.number ?? 0) > first);
  hand.undo();
  assert.deepEqual(
    heard.filter(([event]) => event === "release"),
    [
      ["release", 2, true, false],
      ["release", 7, false, true],
    ],
  );
  let count = 0;
  hand.on("hold", () => count++)();
  hand.hold("c", "scale");
  assert.equal(count, 0);
});

test("values are said as they are written by hand", () => {
  assert.deepEqual([4.2, 1e-5, 0.01, 1000, 2e-7].map(worded), ["4.2", "10⁻⁵", "0.01", "10³", "2.0e−7"]);
});

test("moves of one hold are sent as such, the last once more when it is let go", () => {
  /** @type {any[]} */
  const sent = [];
  const edits = createEdits({ send: (message) => sent.push(message) });
  const hand = bare();
  followHand(edits, hand, () => false);
  edits.push("seed", 1);
  hand.hold("s₁", "singular_value", [0], 3);
  const number = hand.held?.number;
  hand.move(4);
  hand.move(5);
  edits.answer(1);
  hand.release();
  edits.answer(2);
  edits.push("seed", 2);
  edits.answer(3);
  const told = sent.map(({ hold, held, edits: [{ value }] }) => [hold, held, value]);
  assert.deepEqual(told, [
    [0, false, 1],
    [number, true, 5],
    [number, false, 5],
    [0, false, 2],
  ]);
});

test("Escape sends an empty message of the hold, or none where nothing was sent", () => {
  /** @type {any[]} */
  const sent = [];
  let elsewhere = false;
  const edits = createEdits({ send: (message) => sent.push(message) });
  const hand = bare();
  followHand(edits, hand, () => elsewhere);
  hand.hold("s₁", "singular_value", [0], 3);
  hand.move(4);
  hand.undo();
  edits.answer(1);
  assert.deepEqual([sent[1].edits, sent[1].held], [[], false]);
  edits.answer(2);
  elsewhere = true; // a preview answers
  hand.hold("s₁", "singular_value", [0], 3);
  hand.move(4);
  hand.undo();
  assert.equal(sent.length, 2);
  hand.hold("s₁", "singular_value", [0], 3);
  hand.move(4);
  assert.equal(sent.length, 2);
  hand.release();
  assert.deepEqual([sent[2].edits[0].value, sent[2].held], [4, false]);
});
