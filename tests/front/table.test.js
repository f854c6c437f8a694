import assert from "node:assert/strict";
import { test } from "node:test";

import { csv, pictureTable } from "../../linviz/front/draw/table.js";

const LINE = { color: "#000000", dash: /** @type {const} */ ("solid"), width: 1 };
const AXIS = {
  title: "time t",
  letter: "t",
  scale: "linear",
  range: [0, 10],
  whole: false,
  time: true,
  zero: false,
  labeled: true,
};
const PICTURE = {
  panes: [{ x: AXIS, y: { ...AXIS, title: "y", letter: "y", time: false }, height: [0, 1] }],
  levels: [{ name: "level", value: 3.5, line: LINE, label: null, pane: 0 }],
  curves: [
    { name: "one", x: [0, 10], y: [0, 20], line: LINE, marker: null, pane: 0 },
    { name: "one", x: [0, 4], y: [1, 1], line: LINE, marker: null, pane: 0 },
  ],
  marks: [{ name: "dots", x: [3], y: [7], symbol: "circle", color: "", size: 4, pane: 0 }],
  texts: [],
  table: { rows: "moments", kind: "" },
};

test("a table over time has the moment shown, a column for each curve, and the levels apart", () => {
  const table = pictureTable(PICTURE, 5, "Words.");
  assert.match(table.caption, /t = 5/);
  assert.match(table.caption, /Words\.$/);
  assert.deepEqual(table.columns, ["time t", "one", "one (2)", "dots"]);
  const rows = new Map(table.rows.map((/** @type {any[]} */ [t, ...values]) => [t, values]));
  assert.deepEqual(rows.get(5), [10, null, null]); // between two points, and after the last
  assert.deepEqual(rows.get(3), [6, 1, 7]);
  assert.deepEqual(table.levels, [["level", 3.5]]);
});

test("a download quotes what has to be, and has a column for each level", () => {
  const text = csv({
    columns: ['a "b"', "c,d"],
    rows: [
      [1e-7, null],
      [-2, "x"],
    ],
    levels: [["s", 3]],
  });
  assert.equal(text, '"a ""b""","c,d",s\r\n1e-7,,3\r\n-2,x,3\r\n');
});
