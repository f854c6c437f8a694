// The view of what stands in space, what a link of the room says, and how many lines of the loss there are.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { coursesOf } from "../../linviz/front/space/courses.js";
import { KINDS } from "../../linviz/front/space/picture.js";
import { linesOf } from "../../linviz/front/space/plane.js";
import { createScene, createView, MOST_ITEMS, turned } from "../../linviz/front/space/solid.js";
import { MOST_STARTS, OPENING, misread, placeOf, read, written } from "../../linviz/front/space/state.js";
import { toldOf } from "../../linviz/front/space/told.js";
import { generator } from "./random.js";

const NAMES = KINDS.map(({ name }) => name);
const BOX = { left: 3, top: 5, width: 700, height: 500 };
const INK = new Proxy({ bold: 1, family: "sans" }, { get: (own, name) => own[name] ?? "#336699" });

// A context on which nothing is seen.
const nowhere = () =>
  new Proxy(
    {},
    {
      get: (own, name) => {
        if (name === "measureText") return () => ({ width: 30 });
        if (name in own) return own[name];
        return () => {};
      },
      set: (own, name, value) => {
        own[name] = value;
        return true;
      },
    },
  );

test("a point in space is found again from its pixels and its depth, whatever the turn", () => {
  const draw = generator(4);
  for (let k = 0; k < 50; k++) {
    const view = createView([6 * draw() - 3, 3 * draw() - 1.5], BOX, 2);
    const point = [draw(), draw(), draw()].map((x) => 2 * x - 1);
    const { px, py, depth } = view.at(point);
    view.from(px, py, depth).forEach((x, i) => assert.ok(Math.abs(x - point[i]) < 1e-12));
    assert.ok(
      Math.abs(Math.hypot((px - 353) / view.scale, (py - 255) / view.scale, depth) - Math.hypot(...point)) < 1e-12,
    );
  }
});

test("what is dragged to the right turns its front to the right, downward shows it from above", () => {
  const front = [0, -1, 0];
  const view = (/** @type {[number, number]} */ turn) => createView(turn, BOX, 2).at(front);
  assert.ok(view(turned([0, 0], 20, 0)).px > view([0, 0]).px);
  assert.ok(view(turned([0, 0], 0, 20)).py > view([0, 0]).py);
  assert.ok(Math.abs(turned([0, 0], 0, 1e5)[1]) < Math.PI / 2);
});

test("what is nearer to the eye is painted later", () => {
  const scene = createScene(createView([0.3, 0.4], BOX, 2));
  const order = /** @type {string[]} */ ([]);
  const { eye } = scene.view;
  for (const [name, far] of /** @type {[string, number][]} */ ([
    ["near", 1],
    ["far", -1],
    ["middle", 0],
  ]))
    scene.mark(
      eye.map((x) => far * x),
      () => order.push(name),
    );
  scene.paint({});
  assert.deepEqual(order, ["far", "middle", "near"]);
});

test("every picture is painted with at most 1500 items, whatever the turn", () => {
  for (const kind of KINDS) {
    for (const turn of /** @type {[number, number][]} */ ([
      [0, 0],
      [1, 1.2],
      [-2.5, 0.4],
      [3, -0.7],
    ])) {
      const starts = { ...OPENING.starts };
      for (const family of /** @type {const} */ (["plane", "inputs", "cube"]))
        starts[family] = Array.from({ length: MOST_STARTS }, (_, k) => starts[family][k % starts[family].length]);
      const state = { ...OPENING, starts, turns: { plane: turn, inputs: turn, cube: turn } };
      const courses = coursesOf(state, kind.family);
      const look = { state, courses, held: 0, t: 20, ink: INK, scales: true, fontSize: 17, scale: 1, small: false };
      const items = kind.painter({ width: 860, height: 780 }, look).paint(nowhere()) || 0;
      assert.ok(items <= MOST_ITEMS, `${kind.name}: ${items}`);
    }
  }
});

test("the loss of two weights is drawn by at most nine lines, the saddle's among them", () => {
  assert.ok(linesOf(1).length <= 9);
  assert.ok(linesOf(1.3).some((u) => Math.abs(u) < 1e-12));
});

test("the view of space is at most 300 lines long", () => {
  const text = readFileSync(new URL("../../linviz/front/space/solid.js", import.meta.url), "utf8");
  assert.ok(text.split("\n").length <= 301);
});

test("what a link says of the room is read as it was written, with at most 600 letters", () => {
  const draw = generator(8);
  const number = (/** @type {number} */ most) => Number((most * (2 * draw() - 1)).toFixed(2)) + 0;
  for (let k = 0; k < 40; k++) {
    const count = 1 + Math.floor(10 * draw());
    const starts = (/** @type {number} */ n, tied = false) =>
      Array.from({ length: count }, () => ({ at: Array.from({ length: n }, () => number(2.3)), tied }));
    const state = {
      ...{ picture: NAMES[k % NAMES.length], s: 1.5, step: 0.4, rectified: k % 2 === 0, past: k % 3 === 0 },
      ...{ unfold: 0.5, slice: -0.3, held: count - 1 },
      starts: { plane: starts(2), inputs: starts(3, k % 2 === 1), cube: starts(3) },
      turns: { plane: OPENING.turns.plane, inputs: [1.23, 0.4], cube: [-3.1, -1.5] },
    };
    const text = written(state);
    assert.match(text, /^[A-Za-z0-9_.,:;~!*()-]{1,600}$/);
    assert.deepEqual(read(text, NAMES), state);
    assert.deepEqual(misread(text, NAMES), []);
  }
  assert.equal(written(OPENING), "");
  for (const text of ["", "nothing", "weights~p1,2,3", "weights~s9~e~hx~pNaN,1", "ball~C1", "~~~", "weights~p"])
    assert.deepEqual(read(text, NAMES), { ...OPENING, picture: text.startsWith("ball") ? "ball" : "weights" });
  assert.deepEqual(misread("nothing~s9~C1~p1,2,3~s1.5~r", NAMES), ["nothing", "s9", "C1", "p1,2,3"]);
});

test("a start tied to the sheet stays on it when the target moves", () => {
  const start = { at: [0, 0.9, -0.9], tied: true };
  for (const s of [0.5, 1, 2]) {
    const [course] = coursesOf({ ...OPENING, s, starts: { ...OPENING.starts, inputs: [start] } }, "inputs");
    assert.equal(course.kind, "saddle");
    assert.ok(Math.abs(course.loss(/** @type {number[]} */ (course.at(12))) - (s * s) / 2) < 0.05 * s * s);
    assert.deepEqual(course.start, placeOf(start, s));
  }
});

test("starts on both sides of the sheet part ways", () => {
  const basins = coursesOf(OPENING, "inputs").map(({ basin }) => basin);
  assert.deepEqual(basins.slice(0, 3), [0, 1, -1]);
});

test("what is told of a descent holds: it rests where the step allows, dies with a ReLU, stays on the basin", () => {
  const last = (/** @type {any} */ given, /** @type {number} */ k) => {
    const state = { ...OPENING, ...given };
    const { now } = toldOf(coursesOf(state, "plane")[k], state, "plane");
    return now.texts[now.sentences[now.sentences.length - 1]].headline.map(([text]) => text).join("");
  };
  assert.match(last({ step: 0.4 }, 1), /^Descent rests at sharpness 2\.\d+, below 2\/η = 5\.00/);
  assert.match(last({ step: 0.4 }, 7), /^On the saddle’s basin: descent, too/);
  assert.match(last({ step: 1.1 }, 5), /^No rest so far: it needs a sharpness below 2\/η = 1\.82/);
  assert.match(last({ step: 0.4, rectified: true }, 0), /^A bad local minimum/);
});

test("the headline tells of every moment where the held start is", () => {
  const at = (/** @type {any} */ told, /** @type {number} */ t) => {
    const k = told.t.findIndex((/** @type {number} */ x) => x >= t);
    return told.now.texts[told.now.sentences[k]].headline.map(([text]) => text).join("");
  };
  const plane = toldOf(coursesOf(OPENING, "plane")[7], OPENING, "plane");
  assert.match(at(plane, 0), /^On the saddle’s basin/);
  assert.equal(plane.now.stays.at(-1).kind, "saddle");
  const [, , , up] = coursesOf(OPENING, "inputs");
  const told = toldOf(up, OPENING, "inputs");
  assert.match(at(told, 0), /^C = 0\.96 > 0: its leaf has no saddle on it/);
  told.loss.forEach((loss, k) => assert.ok(loss <= told.now.values.bound[k] * (1 + 1e-9)));
});
