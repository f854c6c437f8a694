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

/** Undo on a screen without a browser; a test sets what it shows. */
function onScreen() {
  const element = () => ({ setAttribute() {}, addEventListener() {}, dataset: {} });
  const browser = { document: { createElement: element }, navigator: { platform: "" } };
  for (const [name, value] of Object.entries(browser)) {
    Object.defineProperty(globalThis, name, { value, configurable: true });
  }
  const now = { query: "a", sent: 0, drawn: true, resting: true };
  /** @type {(event: object) => void} */
  let press = () => {};
  const root = {
    ...element(),
    addEventListener(/** @type {any[]} */ ...[type, listener]) {
      if (type === "keydown") press = listener;
    },
  };
  const restore = (/** @type {string} */ wanted) => {
    now.query = wanted;
    now.sent += 1;
    return now.sent;
  };
  const told = { query: () => now.query, drawn: () => now.drawn, resting: () => now.resting };
  const undo = createUndo(/** @type {any} */ ({ root, ...told, restore, address: null }));
  const key = { key: "z", ctrlKey: true, preventDefault() {}, stopPropagation() {}, target: null };
  return { now, undo, back: undo.buttons[0], press: () => press(key) };
}

test("a change that overtakes the answer of an undo is a step of its own", () => {
  const { now, undo, back, press } = onScreen();
  undo.note(0);
  now.query = "b";
  undo.note(0);
  assert.equal(back.disabled, false);
  press();
  assert.deepEqual([now.query, back.disabled, undo.restoring], ["a", true, true]);
  [now.query, now.sent] = ["c", now.sent + 1]; // asked for before the undo is answered
  undo.note(0);
  assert.equal(back.disabled, true);
  undo.note(now.sent);
  assert.deepEqual([back.disabled, undo.restoring], [false, false]);
  press();
  assert.equal(now.query, "a");
});

test("what two drags come to is two steps, though the second begins before the first is answered", () => {
  for (const statusFirst of [false, true]) {
    const { now, undo, press } = onScreen();
    undo.note(0);
    now.resting = false;
    if (statusFirst) {
      now.drawn = false;
      undo.note(1, true);
      now.drawn = true;
    }
    now.query = "first";
    undo.note(1);
    if (!statusFirst) undo.note(1, true);
    now.query = "a move of the second";
    undo.note(2, false);
    now.query = "second";
    undo.note(3, true);
    press();
    assert.equal(now.query, "first");
    undo.note(now.sent, true);
    press();
    assert.equal(now.query, "a");
  }
});
