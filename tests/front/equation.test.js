import assert from "node:assert/strict";
import { test } from "node:test";

import { blocksOf, conservedRow, enlargement, placedRows, productRow } from "../../linviz/front/draw/equation.js";

/** @typedef {import("../../linviz/front/draw/picture.js").Heat} Heat */

/** One moment of a matrix.
 * @param {string} key
 * @param {number[][]} rows
 * @param {number} limit
 * @returns {Heat} */
function heat(key, rows, limit = 1) {
  const values = Object.assign(new Float32Array(rows.flat()), { shape: [1, rows.length, rows[0].length] });
  const title = key.replace("1", "₁").replace("2", "₂");
  const kind = "CD".includes(key[0]) ? "invariants" : "weights";
  return { name: title, title, t: new Float64Array([0]), values, limit, floor: 0, scale: "W", kind, key, cell: 1 };
}

const W1 = heat("W1", [
  [1, 2],
  [3, -4],
  [0, 1],
]);
const W2 = heat("W2", [[2, 0, -1]]);
const [P, Y] = [heat("P", [[2, 3]]), heat("Y", [[1, 1]])];
const C1 = heat(
  "C1",
  [
    [-1, 5, -4],
    [5, -25, 4],
    [-4, 4, 0],
  ],
  0.03,
);
const HEATS = [W1, W2, P, Y, C1];

/** @param {import("../../linviz/front/draw/equation.js").Item[]} row */
const told = (row) => row.map((item) => ("op" in item ? item.op : item.titles[0])).join(" ");

test("the product and its target stand as an equation, the last layer first", () => {
  assert.equal(told(productRow(HEATS)), "W₂ · W₁ = product P → target Y");
});

test("the two products whose difference is conserved are those of the weights", () => {
  const row = conservedRow(HEATS);
  assert.equal(told(row), "W₂ᵀW₂ − W₁W₁ᵀ = C₁");
  const [left, right, C] = blocksOf(row);
  assert.deepEqual([...left.at(0)], [4, 0, -2, 0, 0, 0, -2, 0, 1]);
  assert.deepEqual([...right.at(0)], [5, -5, 2, -5, 25, -4, 2, -4, 1]);
  assert.deepEqual(
    left.at(0).map((value, i) => value - right.at(0)[i]),
    C.at(0),
  );
  assert.ok(C.framed && C.first && !left.framed);
});

test("where it is small it is drawn larger by a round number, exactly", () => {
  const row = conservedRow(HEATS);
  const [left, , C] = blocksOf(row);
  assert.equal(left.limit, 25); // the largest entry of both products
  assert.equal(enlargement(row), 800);
  assert.ok(Math.abs(left.limit / C.limit - 800) < 1e-9 && C.limit >= C1.limit);
});

test("of a deep network the conserved stand alone, and beside those of another run", () => {
  const three = [heat("W3", [[1]]), heat("C2", [[1]]), heat("C3", [[1]])];
  assert.equal(told(conservedRow([...HEATS, ...three])), "C₁  C₂  C3");
  assert.equal(told(conservedRow([...HEATS, heat("D1", [[1]])])), "● C₁  ○ C₁");
  assert.deepEqual(conservedRow([heat("W1", [[1]]), P, Y]), []);
});

test("all stands on the page, in rows of one size of cell, however wide the layers are", () => {
  const wide = heat("W1", [Array(64).fill(1), Array(64).fill(0)]);
  for (const first of [W1, wide]) {
    for (const [width, height] of [
      [660, 380],
      [300, 240],
      [1400, 900],
    ]) {
      const rows = [productRow([first, W2, P, Y, C1]), conservedRow([W1, W2, P, Y, C1])];
      const page = { width, height, fontSize: 15, most: 24, wide: (/** @type {string} */ text) => 8 * text.length };
      const { blocks, operators, bottom } = placedRows(rows, page);
      assert.ok(bottom <= height + 1);
      for (const { x, y, width: w } of blocks) assert.ok(x >= 0 && x + w <= width + 1 && y >= 15);
      for (const { x } of operators) assert.ok(x > 0 && x < width);
      const cells = blocks.map((block) => block.width / block.columns);
      for (const [from, to] of [
        [0, 4],
        [4, 7],
      ])
        assert.ok(cells.slice(from, to).every((cell) => Math.abs(cell - cells[from]) < 1e-6 && cell <= 24));
      for (let k = 1; k < 4; k++) assert.ok(blocks[k].x >= blocks[k - 1].x + blocks[k - 1].width);
    }
  }
});

test("where its words alone would fill a row, what is conserved stands alone", () => {
  const row = conservedRow([W1, W2, P, Y, C1]);
  const page = {
    width: 100,
    height: 240,
    fontSize: 15,
    most: 24,
    wide: (/** @type {string} */ text) => 12 * text.length,
  };
  const { blocks, operators } = placedRows([row], page);
  assert.deepEqual(
    blocks.map(({ title }) => title),
    ["C₁"],
  );
  assert.ok(operators.length === 0 && blocks[0].width >= 10);
  assert.equal(placedRows([row], { ...page, width: 600 }).blocks.length, 3);
});
