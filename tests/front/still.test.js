import assert from "node:assert/strict";
import { test } from "node:test";

import { labelPlace } from "../../linviz/front/draw/ghost.js";
import { placedPanes } from "../../linviz/front/draw/axes.js";
import { changeOf } from "../../linviz/front/hand/change.js";
import { createGhost } from "../../linviz/front/hand/ghost.js";
import { createHand } from "../../linviz/front/hand/hand.js";
import { createStill, grown, partway } from "../../linviz/front/hand/still.js";

/** @param {[number, number]} range @param {object} more @returns {any} */
const axis = (range, more = {}) => ({
  ...{ title: "", letter: "", scale: "linear", whole: false, time: false, zero: false, labeled: true },
  ...{ range, ...more },
});
const time = (/** @type {number} */ last) => axis([0, last], { time: true });

/** @param {number} last @param {number} top @returns {any} */
const picture = (last, top) => ({ panes: [{ x: time(last), y: axis([0, top]), height: [0, 1] }] });

const bare = () => createHand(/** @type {any} */ ({ dataset: {} }));

test("an axis that is held grows where something would leave, and else stays", () => {
  assert.deepEqual(grown(axis([0, 10]), axis([0, 4])).range, [0, 10]);
  assert.deepEqual(grown(axis([0, 10]), axis([0, 10.4])).range, [0, 10]); // its margin is empty
  assert.deepEqual(grown(axis([0, 10]), axis([-2, 20])).range, [-2, 20 + 0.2 * 22]);
  assert.deepEqual(grown(time(10), time(10.1)).range, [0, 10.1 * 1.2]);
  const log = (/** @type {[number, number]} */ range) => axis(range, { scale: "log" });
  const [low, high] = grown(log([0.01, 1]), log([0.001, 100])).range;
  assert.ok(low === 0.001 && Math.abs(Math.log10(high) - 3) < 1e-12);
  assert.deepEqual(grown(axis([0, 10]), log([1, 2])).range, [1, 2]); // another kind of axis
});

test("an axis that is held keeps its law", () => {
  const was = axis([1, 10], { scale: "root", foot: 1 });
  const kept = grown(was, axis([0, 5], { ticks: [[2, "2"]] }));
  assert.deepEqual([kept.scale, kept.foot, kept.range[1], kept.ticks?.length], ["root", 1, 10, 1]);
});

test("halfway between two axes", () => {
  assert.deepEqual(partway(axis([0, 10]), axis([2, 20]), 0.5).range, [1, 15]);
  assert.deepEqual(partway(axis([0, 10]), axis([2, 20]), 1).range, [2, 20]);
  const [low, high] = partway(axis([1, 10], { scale: "log" }), axis([0.01, 1000], { scale: "log" }), 0.5).range;
  assert.ok(Math.abs(low - 0.1) < 1e-12 && Math.abs(high - 100) < 1e-9);
});

test("of one drag all pictures have one range; let go, they have their own", () => {
  const hand = bare();
  /** @type {any[]} */
  const reached = [];
  const still = createStill(
    hand,
    ({ loss }) => reached.push(loss.panes[0].y.range[1]),
    () => true,
  );
  const top = (/** @type {any} */ pictures) => pictures.loss.panes[0].y.range[1];
  assert.equal(top(still.take({ loss: picture(5, 8) })), 8);
  hand.hold("s₁", "singular_value", [0], 3);
  const tops = Array.from({ length: 22 }, (_, k) => top(still.take({ loss: picture(5 - k / 10, 8 - k / 4) })));
  assert.deepEqual(new Set(tops), new Set([8]));
  assert.equal(still.state, "held");
  hand.release();
  still.settle();
  assert.deepEqual(reached, [8 - 21 / 4]);
});

test("colors and widths keep their scale while something is held, and glide to their own", () => {
  const hand = bare();
  /** @type {any[]} */
  const reached = [];
  const still = createStill(
    hand,
    ({ matrices, network }) => reached.push([matrices.limits, network.limits]),
    () => true,
  );
  const take = (/** @type {number} */ limit) => {
    const heats = [
      { scale: "W", limit },
      { scale: "C", limit: 0 },
    ];
    const network = { neurons: [], edges: [{ limit: 2 * limit }] };
    const { matrices, network: drawn } = /** @type {any} */ (
      still.take(/** @type {any} */ ({ matrices: { panes: [], heats }, network: { panes: [], network } }))
    );
    return [...matrices.heats.map((/** @type {any} */ heat) => heat.limit), drawn.network.edges[0].limit];
  };
  assert.deepEqual(take(2), [2, 0, 4]);
  hand.hold("s₁", "singular_value", [0], 3);
  assert.deepEqual(
    [take(1), take(3), take(1.5)],
    [
      [2, 0, 4],
      [3, 0, 6],
      [3, 0, 6],
    ],
  ); // they only grow
  hand.release();
  still.settle();
  assert.deepEqual(reached, [[{ W: 1.5 }, { edges: 3 }]]);
});

/** @param {number[]} y @returns {any} */
const curve = (y) => ({ x: [0, 1, 2, 3, 4], y, grows: true, hollow: false, pane: 0 });

test("the curve before a drag is the ghost of all its moves, until the next change", () => {
  const hand = bare();
  /** @type {any} */
  const panel = { name: "loss", picture: { ghost: null, draw() {} } };
  /** @type {any} */
  let run = { id: 1, kept: null, pictures: { loss: { curves: [curve([5, 4, 3, 2, 1])] } } };
  const ghost = createGhost(hand, [panel], () => run);
  hand.hold("scale ε", "scale", [], 1e-5);
  for (const value of [0.1, 0.2]) {
    hand.move(value);
    ghost.next(false);
    run = { ...run, id: run.id + 1, pictures: { loss: { curves: [curve([9, 9, 9, 9, 1])] } } };
  }
  hand.release();
  ghost.next(false); // the last answer to it
  assert.equal(panel.picture.ghost.label, "before: scale ε = 10⁻⁵");
  assert.equal(panel.picture.ghost.curves[0].y[0], 5);
  ghost.announce({ field: "H", label: "hidden layers H", value: 1 });
  ghost.next(false);
  assert.equal(panel.picture.ghost.label, "before: hidden layers H = 1");
  assert.equal(panel.picture.ghost.curves[0].y[0], 9);
  run = { ...run, pictures: { loss: { curves: [curve([7, 7, 7, 7, 1])] } } };
  ghost.announce({ field: "H", label: "hidden layers H", value: 2 }); // soon after: the same change
  ghost.next(false);
  assert.equal(panel.picture.ghost.label, "before: hidden layers H = 1");
  ghost.announce(null);
  ghost.next(false);
  assert.equal(panel.picture.ghost, null);
  hand.hold("s₁", "singular_value", [0], 3);
  hand.move(4);
  assert.ok(panel.picture.ghost);
  hand.undo();
  assert.equal(panel.picture.ghost, null);
});

test("a ghost's label stands where no curve is, or nowhere", () => {
  const own = curve([10, 10, 10, 0, 0]);
  const [pane] = [picture(4, 10)].flatMap((each) => placedPanes(each, 600, 400, 15));
  const ghost = { curves: [curve([10, 0, 0, 0, 0])], label: "before" };
  const place = labelPlace(ghost, [own], [pane], 15);
  assert.ok(place && place.px < pane.x.at(2) && place.py > pane.y.end && place.py < pane.y.start);
  const crowd = Array.from({ length: 40 }, (_, k) => curve(new Array(5).fill(k / 4)));
  assert.equal(labelPlace(ghost, crowd, [pane], 15), null);
});

test("a change is named after its control", () => {
  /** @type {any} */
  const form = { singular_values: [3, 2], dims: [5, 4], H: 2, rule: "gaussian" };
  /** @type {any} */
  const controls = [
    { edit: "H", label: "Hidden layers H" },
    { edit: "rule", label: "Rule" },
  ];
  assert.deepEqual(changeOf("singular_value", [1], controls, form), { field: "s1", label: "s₂", value: 2 });
  assert.deepEqual(changeOf("width", [0], controls, form), { field: "d0", label: "d₀", value: 5 });
  assert.deepEqual(changeOf("H", [], controls, form), { field: "H", label: "hidden layers H", value: 2 });
  assert.deepEqual(changeOf("layer", [0], controls, form), { field: "H", label: "hidden layers H", value: 2 });
  assert.equal(changeOf("rule", [], controls, form)?.value, null);
  assert.equal(changeOf("preset", [], controls, form), null);
});
