import assert from "node:assert/strict";
import { test } from "node:test";

import { createClock } from "../../linviz/front/time/clock.js";

test("positions are shares of the axis, linear or log", () => {
  const clock = createClock();
  clock.renew([0, 1, 4, 100], null);
  assert.equal(clock.t, 100);
  assert.equal(clock.positionOf(25), 0.25);
  assert.equal(clock.positionOf(-3), 0);
  assert.equal(clock.positionOf(300), 1);
  clock.renew([0, 1, 4, 100], 1); // even up to 1, then by its logarithm
  assert.equal(clock.positionOf(0), 0);
  assert.equal(clock.positionOf(0.5), 0.5 * clock.positionOf(1));
  assert.ok(Math.abs(clock.positionOf(10) - (1 + Math.log(10)) / (1 + Math.log(100))) < 1e-12);
  clock.setPosition(clock.positionOf(10));
  assert.ok(Math.abs(clock.t - 10) < 1e-12);
  clock.setPosition(7);
  assert.equal(clock.t, 100);
});

test("another axis and another run keep the moment; the end stays the end", () => {
  const clock = createClock();
  clock.renew([0, 1, 4, 100], null);
  clock.set(25);
  clock.renew([0, 1, 4, 100], 1);
  assert.equal(clock.t, 25);
  clock.renew([0, 2, 50], null);
  assert.equal(clock.t, 25);
  clock.renew([0, 2, 8], null); // it is not long enough
  assert.equal(clock.t, 8);
  clock.renew([0, 2, 50], null);
  assert.equal(clock.t, 25);
  clock.set(50);
  clock.renew([0, 70], null);
  assert.equal(clock.t, 70);
});

test("steps go from frame to frame", () => {
  const clock = createClock();
  clock.renew([0, 1, 4, 9], null);
  clock.set(2);
  clock.step(-1);
  assert.equal(clock.t, 1);
  clock.step(-1);
  clock.step(-1);
  assert.equal(clock.t, 0);
  clock.set(2);
  clock.step(1);
  assert.equal(clock.t, 4);
  clock.step(1);
  clock.step(1);
  assert.equal(clock.t, 9);
});

test("who listens is told of each move; a moment stays inside the run", () => {
  const clock = createClock();
  clock.renew([0, 10], null);
  /** @type {number[]} */
  const seen = [];
  clock.listen(() => seen.push(clock.t));
  clock.set(3);
  clock.set(-3);
  clock.set(30);
  assert.deepEqual(seen, [3, 0, 10]);
});

test("a run of one moment is at its end", () => {
  const clock = createClock();
  clock.renew([0, 0], null);
  assert.equal(clock.position, 1);
  assert.equal(clock.t, 0);
});
