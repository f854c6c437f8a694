import assert from "node:assert/strict";
import { test } from "node:test";

import { nowAt, steady } from "../../linviz/front/time/now.js";

const texts = [
  { headline: [["Near.", 0]], facts: [["L = «L»", 0, 1]], short: [["Near.", 0]] },
  { headline: [["Mode 1: «m1:2» of 2.", 1]], facts: [["L = «L»", 0, 1]], short: [["Falling.", 0]] },
];
const run = {
  t: [0, 1, 2, 4],
  now: {
    stays: [{ from: 0, to: 2, learned: [], missed: [1], kind: "saddle", level: 2, down: 1, flat: 0, up: 1, name: "" }],
    stay: Int32Array.of(0, 0, -1, -1),
    sentences: Int32Array.of(0, 0, 1, 1),
    texts,
    about: null,
    beside: null,
    values: { L: [2, 2, 1.5, 0], m1: [0, 0, 0.5, 2] },
    counts: Int32Array.of(1, 0, 1, 1, 0, 1, -1, -1, -1, -1, -1, -1),
  },
};

test("a moment is that of the last frame up to it, its numbers are its own", () => {
  const near = nowAt(run, 1.9);
  assert.equal(near.stay, run.now.stays[0]);
  assert.deepEqual(near.counts, { down: 1, flat: 0, up: 1 });
  assert.deepEqual(near.facts, [["L = 1.55", 0, 1]]);
  const falling = nowAt(run, 3);
  assert.deepEqual([falling.stay, falling.stayIndex, falling.counts], [null, -1, null]);
  assert.deepEqual(falling.headline, [["Mode 1: 1.25 of 2.", 1]]);
  assert.deepEqual(falling.short, [["Falling.", 0]]);
});

test("while the loss falls the eigenvalues are counted once they are there", () => {
  const spectra = {
    t: Float64Array.of(0, 2, 4),
    n: 2,
    eigenvalues: new Float64Array(6),
    counts: Int32Array.of(-1, -1, -1, 1, 1, 0, 0, 1, 1),
  };
  assert.deepEqual(nowAt({ ...run, spectra }, 3).counts, { down: 1, flat: 1, up: 0 });
  assert.deepEqual(nowAt({ ...run, spectra }, 0.5).counts, { down: 1, flat: 0, up: 1 });
});

test("numbers keep their width", () => {
  const told = [2.5, 0.0123, 999.4, 999.6, 1.5e-7, 0, -2, 123456].map((value) => steady(value));
  assert.deepEqual(told, ["2.50", "0.0123", "999", "1000", "1.50e−7", "0", "−2.00", "1.23e5"]);
  assert.equal(steady(-0.944, "2"), "−0.94");
});
