import assert from "node:assert/strict";
import { test } from "node:test";

import { createTrail } from "../../linviz/front/page/trail.js";
import { createUndo, directionOf } from "../../linviz/front/page/undo.js";

test("a trail goes back and forward, and another way from there forgets what came after", () => {
  const trail = createTrail();
  assert.equal(trail.now, null);
  const [a, b] = ["a", "b", "c"].map((query) => trail.add(query));
  assert.equal(trail.add("c"), null); // the same state
  assert.deepEqual([trail.before, trail.after], [b, null]);
  assert.equal(trail.go(a?.id ?? 0)?.query, "a");
  assert.deepEqual([trail.before, trail.after], [null, b]);
  trail.add("d");
  assert.deepEqual([trail.before, trail.after], [a, null]);
  assert.equal(trail.go(b?.id ?? 0), null);
  trail.rewrite("d2");
  assert.equal(trail.add("d2"), null);
});

test("a trail has an end, and begins anew where it does not know the place", () => {
  const trail = createTrail(3);
  const first = trail.add("0");
  for (let k = 1; k < 9; k++) trail.add(String(k));
  assert.equal(trail.go(first?.id ?? 0), null);
  let count = 1;
  for (let stop = trail.before; stop; stop = trail.before, count++) trail.go(stop.id);
  assert.equal(count, 3);
  trail.begin("elsewhere");
  assert.deepEqual([trail.now?.query, trail.before, trail.after], ["elsewhere", null, null]);
});

test("the keys of undo and redo, but not of who types", () => {
  const key = (/** @type {object} */ given, typing = false) =>
    directionOf(/** @type {any} */ ({ ...given, target: { closest: () => (typing ? {} : null) } }));
  assert.equal(key({ key: "z", ctrlKey: true }), -1);
  assert.equal(key({ key: "z", metaKey: true }), -1);
  assert.equal(key({ key: "Z", ctrlKey: true, shiftKey: true }), 1);
  assert.equal(key({ key: "y", ctrlKey: true }), 1);
  for (const other of [{ key: "z" }, { key: "s", ctrlKey: true }, { key: "z", ctrlKey: true, altKey: true }])
    assert.equal(key(other), 0);
  assert.equal(key({ key: "z", ctrlKey: true }, true), 0);
});

test("a change that overtakes the answer of an undo is a step of its own", () => {
  const element = () => ({ setAttribute() {}, addEventListener() {}, dataset: {} });
  const browser = { document: { createElement: element }, navigator: { platform: "" } };
  for (const [name, value] of Object.entries(browser)) {
    Object.defineProperty(globalThis, name, { value, configurable: true });
  }
  let query = "a";
  let sent = 0;
  const restore = (/** @type {string} */ wanted) => {
    query = wanted;
    sent += 1;
    return sent;
  };
  const screen = { root: element(), query: () => query, resting: () => true, restore, address: null };
  /** @type {(event: object) => void} */
  let press = () => {};
  screen.root.addEventListener = (/** @type {any[]} */ ...[type, listener]) => {
    if (type === "keydown") press = listener;
  };
  const undo = createUndo(/** @type {any} */ (screen));
  const key = { key: "z", ctrlKey: true, preventDefault() {}, stopPropagation() {}, target: null };
  const [back] = undo.buttons;
  undo.note(0);
  query = "b";
  undo.note(0);
  assert.equal(back.disabled, false);
  press(key);
  assert.deepEqual([query, back.disabled, undo.restoring], ["a", true, true]);
  [query, sent] = ["c", sent + 1]; // asked for before the undo is answered
  undo.note(0);
  assert.equal(back.disabled, true);
  undo.note(sent);
  assert.deepEqual([back.disabled, undo.restoring], [false, false]);
  press(key);
  assert.equal(query, "a");
});
