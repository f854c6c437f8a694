import assert from "node:assert/strict";
import { test } from "node:test";

import { worded } from "../../linviz/front/starts/band.js";
import { spread } from "../../linviz/front/starts/counts.js";
import { begun, countAt, nearestLine, restingAt, startOf, take, waiting } from "../../linviz/front/starts/gather.js";
import { placeOf } from "../../linviz/front/starts/survival.js";
import { AFRESH, misread, read, written } from "../../linviz/front/starts/state.js";

test("names of curves that lie close do not lie on each other", () => {
  const at = /** @type {any} */ ({
    left: 0,
    right: 300,
    top: 0,
    x: (t) => 20 * t,
    y: (share) => -40 * Math.log(share),
  });
  const t = new Float32Array([0, 1, 2, 3, 4, 5, 6]);
  const curve = /** @type {any} */ ({ t, share: t.map((each) => Math.exp(-each)) });
  const taken = [];
  for (let k = 0; k < 6; k++) {
    const place = placeOf(curve, at, 60, 14, taken);
    if (place) taken.push([...place, 60]);
  }
  assert.ok(taken.length >= 2 && taken.length < 6); // one that has no room is left out
  taken.forEach(([x, y, width], k) => {
    for (const [left, middle, wide] of taken.slice(0, k))
      assert.ok(Math.abs(y - middle) > 18 || x > left + wide || x + width < left);
  });
});

/** @param {number[]} values @param {number[]} shape */
const floats = (values, shape) => Object.assign(new Float32Array(values), { shape });

// Two starts in two blocks: the first waits at the only saddle from 1 to 3, the second stays there.
function study() {
  const times = new Float64Array([0, 2, 4]);
  const levels = [{ loss: 1, learned: [], law: { law: "none" } }];
  const found = begun({ scenario: { dims: [1, 1] }, times, t_end: 10, floor: 0, modes: 1, levels });
  const block = (/** @type {number} */ k, /** @type {number} */ left, /** @type {number} */ arrived) => ({
    ...{ first: k, n: k + 1, seconds: 1, times, t_end: 10, ends: [], waits: [] },
    lines: floats([2 + k, 1, k], [1, 3]),
    shares: { count: new Int32Array([0, k + 1, k, 0, 0, 1]), low: new Float32Array(6), high: new Float32Array(6) },
    starts: {
      ...{ end: new Int32Array([0]), arrived: new Float32Array([arrived]), near: new Int32Array([1]) },
      ...{ entered: floats([1], [1, 1]), left: floats([left], [1, 1]) },
    },
  });
  take(found, block(0, 3, 3.5));
  take(found, block(1, -1, -1));
  return found;
}

test("what is open in the room is read as it was written", () => {
  for (const open of [AFRESH, { n: 10000, level: 2, first: true, guess: 0.35 }, { ...AFRESH, n: 100 }]) {
    assert.deepEqual(read(written(open)), { ...open, guess: open.first ? open.guess : AFRESH.guess });
  }
  assert.equal(written(AFRESH), "");
  assert.deepEqual(read("n0~x5~l~n9999999"), AFRESH); // not to be trusted
  assert.deepEqual(misread("n100~x5~l~n9999999~p80"), ["x5", "l", "n9999999"]); // but told
});

test("a study of two blocks knows its starts", () => {
  const found = study();
  assert.equal(found.n, 2);
  assert.deepEqual(startOf(found, 0)?.passed, [{ level: 0, entered: 1, left: 3, wait: 2, stays: false }]);
  assert.deepEqual(startOf(found, 1)?.passed, [{ level: 0, entered: 1, left: 10, wait: 9, stays: true }]);
  assert.equal(startOf(found, 2), null);
  assert.equal(waiting(found, 0, 2.5), 0);
  assert.equal(restingAt(found, 0, 2), 1); // of both the one that stays longest
  assert.equal(restingAt(found, 1, 3), -1); // none has arrived by then
  assert.equal(restingAt(found, 1, 4), 0);
  assert.deepEqual([countAt(found, 0, 2.5).count, countAt(found, 1, 4).count], [2, 1]);
  assert.equal(nearestLine(found, 4, 0.9, 0.5), 1);
  assert.equal(nearestLine(found, 4, 0.5, 0.2), -1);
});

test("rows keep their distance and their order", () => {
  assert.deepEqual(spread([100, 102, 200], 20), [82, 102, 200]);
  const rows = spread([1, 2, 3], 20);
  assert.ok(rows[0] >= 10 && rows[1] - rows[0] >= 20 && rows[2] - rows[1] >= 20);
});

test("a moment has the digits that its axis can tell apart", () => {
  assert.deepEqual([worded(4.1666, 15), worded(4.1666, 4), worded(1234.4, 8000)], ["4.17", "4.17", "1234"]);
});
