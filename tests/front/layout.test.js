// Where the pictures stand, for every choice of panels.

import assert from "node:assert/strict";
import { test } from "node:test";
import { narrow, offered, ordered, templateOf, wide } from "../../linviz/front/page/layout.js";

const ALL = ["loss", "tree", "modes", "network", "invariants", "hessian", "matrices"];
const choices = Array.from({ length: 2 ** ALL.length - 1 }, (_, k) => ALL.filter((_, i) => ((k + 1) >> i) & 1));

/** Whether the cells of a name are one rectangle, as a grid's areas must be.
 * @param {string[][]} names @param {string} name */
function isRectangle(names, name) {
  const cells = names.flatMap((row, r) => row.flatMap((other, c) => (other === name ? [[r, c]] : [])));
  const [rows, columns] = [0, 1].map((side) => new Set(cells.map((cell) => cell[side])).size);
  return cells.length > 0 && cells.length === rows * columns;
}

for (const [kind, grid] of Object.entries({ wide, narrow })) {
  test(`every choice of panels has a place for each of them: ${kind}`, () => {
    for (const panels of choices) {
      const { names, rows, columns } = grid(panels);
      assert.equal(rows.length, names.length);
      for (const row of names) assert.equal(row.length, columns.length, `${panels}: ${row}`);
      for (const name of panels) assert.ok(isRectangle(names, name), `${panels}: ${JSON.stringify(names)}`);
      const shown = new Set(names.flat());
      shown.delete(".");
      assert.equal(shown.size, panels.length);
    }
  });
}

test("pictures over time stand under each other, the tree at the height of the loss", () => {
  for (const panels of choices) {
    const { names } = wide(panels);
    const timed = ordered(panels).filter((name) => ["loss", "modes", "invariants"].includes(name));
    const first = names.map((row) => row[0]).filter((name) => timed.includes(name));
    assert.deepEqual(first.slice(0, timed.length), timed, String(panels));
    if (!panels.includes("loss") || !panels.includes("tree")) continue;
    for (const row of names) assert.equal(row.includes("loss"), row.includes("tree"), String(panels));
  }
});

test("the first screen is as it should be", () => {
  const usual = ALL.filter((name) => name !== "network");
  assert.equal(
    templateOf(wide(usual)).areas,
    '"loss tree hessian" "modes matrices matrices" "invariants matrices matrices"',
  );
  assert.equal(templateOf(narrow(usual)).areas, '"loss tree" "modes hessian" "invariants matrices"');
});

test("on digits their errors and images take the place of what says less there", () => {
  const entries = [
    ...ALL.map((name) => ({ name, instead: "" })),
    { name: "errors", instead: "invariants" },
    { name: "images", instead: "matrices" },
  ];
  const [usual, every] = [ALL.filter((name) => name !== "network"), entries.map(({ name }) => name)];
  assert.deepEqual(offered(usual, usual, entries, ALL), usual);
  assert.deepEqual(ordered(offered(usual, usual, entries, every)).join(), "loss,tree,hessian,modes,errors,images");
  // what was chosen stays, as far as there is a picture of it
  assert.deepEqual(offered(["loss", "matrices"], usual, entries, every), ["loss", "matrices"]);
  assert.deepEqual(offered(["loss", "errors"], usual, entries, ALL), ["loss"]);
  assert.deepEqual(offered(["errors"], usual, entries, ALL), usual);
});
