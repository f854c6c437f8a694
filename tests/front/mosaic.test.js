// The map of starts that grows tile by tile.

import assert from "node:assert/strict";
import { test } from "node:test";
import { UNKNOWN, grown, growth, nextPart, rowsOf } from "../../linviz/front/space/network/mosaic.js";

const LEVELS = [8, 24, 72];
const said = { levels: LEVELS, extent: 3, t_end: 60, here: [0.1, 0] };

// A kernel whose component of a cell is a number of its own at each level; `lost` of them it does not come to.
function kernel() {
  const made = /** @type {Map<string, number>} */ (new Map());
  const answer = (/** @type {any} */ part, lost = (/** @type {number} */ _) => false) => {
    const { level, tile = [0, 0], cells = null } = part;
    const size = level === 0 ? LEVELS[0] : LEVELS[level] / 4;
    const component = new Int32Array(size * size).fill(UNKNOWN);
    for (let k = 0; k < size * size; k++) {
      const [i, j] = [Math.floor(k / size), k % size];
      const usual = level === 0 || i % 3 !== 1 || j % 3 !== 1;
      if (!(cells ? cells.includes(k) : usual) || lost(k)) continue;
      const wide = 72 / LEVELS[level];
      const at = (/** @type {number} */ place, /** @type {number} */ off) => (place + off) * wide + (wide - 1) / 2;
      const key = `${at(i, tile[0] * size)} ${at(j, tile[1] * size)}`;
      made.set(key, (made.get(key) ?? 0) + 1);
      component[k] = k % 5;
    }
    Object.assign(component, { shape: [size, size] });
    const at = [tile[0] * size, tile[1] * size];
    return { ...said, level, at, component, time: new Float32Array(size * size).fill(1) };
  };
  return { made, answer };
}

test("every start of a map is computed once, the coarse map first, then the tile nearest to the hand", () => {
  const { made, answer } = kernel();
  let map = grown(undefined, answer({ level: 0 }));
  assert.ok(map);
  assert.equal(growth(map).across, 8);
  assert.equal(rowsOf(map).length, 64);
  const order = [];
  for (let next = nextPart(map, [2.9, -2.9]); next; next = nextPart(map, [2.9, -2.9])) {
    assert.equal(next.cells, undefined);
    order.push(`${next.level} ${next.tile}`);
    map = grown(map, answer(next));
    assert.ok(map);
  }
  assert.equal(order[0], "1 0,3");
  assert.equal(order.length, 32);
  assert.deepEqual(new Set(made.values()), new Set([1]));
  assert.equal(made.size, 72 * 72);
  assert.ok(!map.component.includes(UNKNOWN));
  assert.deepEqual(growth(map), { across: 72, done: 32, all: 32 });
});

test("what was not there in time, or was stopped, is asked for alone", () => {
  const { made, answer } = kernel();
  let map = grown(
    undefined,
    answer({ level: 0 }, (k) => k % 3 === 0),
  );
  let stopped = false;
  for (let next = map && nextPart(map, [0, 0]); map && next; next = nextPart(map, [0, 0])) {
    const stops = next.level === 2 && !stopped;
    stopped ||= stops;
    map = grown(
      map,
      answer(next, (k) => stops && k > 100),
    );
  }
  assert.ok(map && stopped);
  assert.equal(made.size, 72 * 72);
  assert.deepEqual(new Set(made.values()), new Set([1]));
});

test("a tile of a map that was forgotten is dropped", () => {
  assert.equal(grown(undefined, kernel().answer({ level: 1, tile: [0, 0] })), undefined);
});
