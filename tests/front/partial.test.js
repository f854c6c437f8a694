// What follows from a move before the kernel answers: the start and the target, and the pictures with
// other numbers in them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { afterMove, follows, jobOf } from "../../linviz/front/hand/job.js";
import { partialRun } from "../../linviz/front/hand/partial.js";

const F = (...values) => Float64Array.of(...values);
const AXIS = { scale: "linear", range: [-1, 5] };
const still = (name, y) => ({ name, x: F(0, 1), y, pane: 0, accent: null });
const edge = (values, rows, columns) => ({
  t: F(0, 1),
  values: Object.assign(Float32Array.from([...values, ...values]), { shape: [2, rows, columns] }),
  limit: 1,
  floor: 0,
});

// A network 2-2-2 with the strengths 2 and 1.
const KNOWN = {
  ...{ start: F(1, 0, 0, 1, 1, 0, 0, 1), free: true, cross: F(2, 0, 0, 1), best: F(2, 0, 0, 1), strengths: F(2, 1) },
  ...{ roots: [], bent: null, residual: 0, distinct: true, gram: null, root: null, left: null, right: null },
  moves: [{ field: "scale", index: [], value: 0.5, slope: F(1, 0, 0, 0, 0, 0, 0, 2) }],
};
const NODES = [
  { learned: [], level: 2.5, kind: "saddle", down: 4, name: "none" },
  { learned: [1], level: 0.5, kind: "saddle", down: 1, name: "first" },
  { learned: [2], level: 2, kind: "saddle", down: 2, name: "second" },
  { learned: [1, 2], level: 0, kind: "minimum", down: 0, name: "both" },
];
const label = (words) => ({ words, color: "", place: "inside" });
const RUN = {
  ...{ id: 1, dims: [2, 2, 2], preview: KNOWN, t: F(0, 1) },
  now: { stays: [{ learned: [1], kind: "saddle", down: 1 }] },
  made: {
    loss: {
      panes: [
        {
          x: AXIS,
          y: {
            ...AXIS,
            ticks: [
              [2.5, "2.5"],
              [0.5, "0.5"],
            ],
          },
        },
      ],
      levels: NODES.map(({ level }) => ({ value: level, name: "", label: label(`${level}: misses`), pane: 0 })),
      curves: [still("A: loss L", F(3, 3)), still("loss L", F(1, 0)), still("certified bound", F(1, 0))],
      marks: [still("exact solution", F(1, 0))],
    },
    tree: { panes: [{ x: AXIS, y: AXIS }], levels: [], curves: [], tree: { nodes: NODES } },
    network: { network: { edges: [edge([1, 0, 0, 1], 2, 2), edge([1, 0, 0, 1], 2, 2)] } },
    drift: {},
  },
};
const FOUND = {
  ...{ t: F(0, 0.5, 1), loss: F(8.5, 1, 0), strengths: [F(0, 1, 4), F(0, 0, 1)], norms: [F(2, 2, 5), F(2, 2, 5)] },
  weights: [new Float32Array(12), new Float32Array(12)],
  products: new Float32Array(12),
  stays: [
    { first: 0, last: 1, learned: [1], missed: [2], level: 0.5 },
    { first: 2, last: 2, learned: [2], missed: [1], level: 8 },
  ],
  still: { t: F(0, 1), matrices: [], spectra: [] },
  hessian: null,
};

test("the start follows what is moved, and what is not known to follow is the kernel's", () => {
  assert.ok(follows(KNOWN, "scale") && follows(KNOWN, "singular_value") && follows(KNOWN, "weight"));
  assert.ok(
    !follows(KNOWN, "seed") && !follows(null, "scale") && !follows({ ...KNOWN, free: false }, "singular_value"),
  );
  const moved = afterMove(RUN, { field: "scale", index: [], value: 1.5 });
  assert.deepEqual(moved.start, F(2, 0, 0, 1, 1, 0, 0, 3));
  assert.deepEqual(KNOWN.start, F(1, 0, 0, 1, 1, 0, 0, 1));
  assert.equal(afterMove(RUN, { field: "seed", index: [], value: 4 }), null);
  assert.equal(afterMove(RUN, { field: "scale", index: [], value: Number.NaN }), null);
});

test("strengths stay in order: one that is passed moves along", () => {
  const moved = afterMove(RUN, { field: "singular_value", index: [1], value: 3 });
  assert.deepEqual([moved.strengths, moved.cross, moved.distinct], [F(3, 3), F(3, 0, 0, 3), false]);
  const free = afterMove(RUN, { field: "singular_value", index: [0], value: 4 });
  assert.deepEqual([free.best, free.distinct], [F(4, 0, 0, 1), true]);
  assert.ok(!jobOf(moved, RUN.dims, { first: 0, last: 1, t: 1 }, true).stays);
});

test("one weight of the moment shown is moved", () => {
  const moved = afterMove(RUN, { field: "weight", index: [1, 0, 1, 0, 1], value: 7 });
  assert.deepEqual(moved.since, { t: 0, at: 5, value: 7 });
  assert.deepEqual([moved.moves, moved.start], [[], KNOWN.start]);
  assert.deepEqual(jobOf(moved, RUN.dims, { first: 0, last: 1, t: 1 }, 0).since, moved.since);
});

test("pictures have the new numbers, and nothing that was not computed", () => {
  const known = afterMove(RUN, { field: "singular_value", index: [0], value: 4 });
  const { made: pictures, now, foreseen } = partialRun(RUN, known, FOUND);
  const { loss, tree, drift } = pictures;
  assert.deepEqual(
    loss.curves.map(({ name, y }) => [name, ...y]),
    [
      ["A: loss L", 3, 3],
      ["loss L", 8.5, 1, 0],
    ],
  );
  assert.deepEqual([loss.marks, drift, foreseen], [[], undefined, true]);
  assert.deepEqual(
    loss.levels.map(({ value, label: { words } }) => [value, words]),
    [
      [8.5, "8.5: misses"],
      [0.5, "0.5: misses"],
      [8, "8: misses"],
      [0, "0: misses"],
    ],
  );
  assert.deepEqual(loss.panes[0].y.ticks, [
    [8.5, "8.5"],
    [0.5, "0.5"],
  ]);
  assert.ok(loss.panes[0].y.range[1] > 8.5 && loss.panes[0].y.range[0] === -1);
  assert.deepEqual(
    tree.tree.nodes.map(({ level }) => level),
    [8.5, 0.5, 8, 0],
  );
  // the kind of a saddle is what a run has found there; nobody has found the other one
  assert.deepEqual(
    now.stays.map(({ from, to, kind, down }) => [from, to, kind, down]),
    [
      [0, 1, "saddle", 1],
      [1, 1, "unclear", null],
    ],
  );
  assert.deepEqual([...now.stay], [0, 0, 1]);
  assert.deepEqual(pictures.network.network.edges[0].t, FOUND.t);
});

test("a tree whose levels are not known waits", () => {
  assert.equal(partialRun(RUN, KNOWN, { ...FOUND, stays: null }).made.tree, undefined);
  assert.deepEqual(partialRun(RUN, KNOWN, { ...FOUND, stays: null }).now.stays, []);
});
