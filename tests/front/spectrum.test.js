// Eigenvalues as a picture: nothing of a run lies beyond the axis, and multiplicity is length.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  MOST_CLOSE,
  columns,
  eigenvaluesAt,
  parted,
  reach,
  roomOf,
  spectrumPicture,
} from "../../linviz/front/draw/spectrum.js";
import { placedPanes } from "../../linviz/front/draw/axes.js";

const PAGE = { width: 500, height: 400, fontSize: 16 };
const group = (name, values) => ({ name, values, symbol: "circle", color: "#000000", size: 1 });
const pictureOf = (groups, range) => spectrumPicture({ groups, levels: [], range }, PAGE);

test("between two moments an eigenvalue is on the line between them", () => {
  const spectra = {
    t: Float64Array.of(0, 2),
    n: 2,
    eigenvalues: Float64Array.of(-1, 4, 1, 6),
    counts: new Int32Array(6),
  };
  assert.deepEqual([...eigenvaluesAt(spectra, 0)], [-1, 4]);
  assert.deepEqual([...eigenvaluesAt(spectra, 0.5)], [-0.5, 4.5]);
  assert.deepEqual([...eigenvaluesAt(spectra, 9)], [1, 6]);
});

test("the lowest lead down, the highest up, and the rest is flat whatever its sign", () => {
  const found = parted([-2, -0.1, 0.01, 0.2, 3], { down: 1, flat: 2, up: 2 });
  assert.deepEqual(found, { down: [-2], flat: [-0.1, 0.01], up: [0.2, 3] });
});

test("an axis is linear within 20 to 1, and where nothing leads down", () => {
  assert.equal(reach([[-4, 8]], 1).inner, null);
  assert.equal(reach([[0, 0, 8]], 1).inner, null);
  assert.equal(reach([[0, 0]], 0).inner, null);
  assert.equal(reach([[-0.5, 60]], 0.3).inner, 0.3);
  assert.equal(reach([[-1e-9, 60], []], 1e-9).inner, null);
});

test("every mark of both signs is inside the axis, at the height of its value", () => {
  for (const [low, high] of [
    [-4, 8],
    [-0.05, 60],
    [0, 8],
    [-3, 0],
  ]) {
    const picture = pictureOf([group("up", [high, high / 2]), group("down", [low, low])], reach([[low, high]], 0.05));
    const { y } = placedPanes(picture, PAGE.width, PAGE.height, PAGE.fontSize)[0];
    for (const { y: values } of picture.marks) {
      for (const value of values) {
        assert.ok(y.at(value) < y.start && y.at(value) > y.end, `${value} of ${low} to ${high}`);
        assert.ok(Math.abs(y.valueAt(y.at(value)) - value) < 1e-9 * high + 1e-12);
      }
    }
    assert.ok(y.start - y.at(0) > 1.5 * PAGE.fontSize, "room for the count of ways down");
    assert.ok(y.ticks.length >= 2);
  }
});

test("equal ones stand side by side, others in the first column", () => {
  assert.deepEqual(columns([10, 10, 10, 30], 8), [0, 1, 2, 0]);
  assert.deepEqual(columns([10, 14, 30], 8), [0, 1, 0]);
  const { marks } = pictureOf([group("up", [5, 5, 5, 1])], { low: 0, high: 8, inner: null });
  const byHeight = marks[0].y.map((value, k) => [value, marks[0].x[k]]);
  assert.equal(new Set(byHeight.filter(([value]) => value === 5).map(([, x]) => x)).size, 3);
});

test("more flat ones than fit are left to a bar, those that are not near 0 excepted", () => {
  const range = { low: -1, high: 8, inner: null };
  const { x } = placedPanes(pictureOf([], range), PAGE.width, PAGE.height, PAGE.fontSize)[0];
  const many = Math.ceil(MOST_CLOSE * roomOf(x, PAGE.fontSize)) + 1;
  const all = [...Array(many).fill(0), 2];
  const { marks } = pictureOf([group("flat", all), group("theory", [0, 2])], range);
  assert.deepEqual(
    marks.map(({ name, y }) => [name, ...y]),
    [
      ["flat", 2],
      ["theory", 2],
    ],
  );
  const few = pictureOf([group("flat", all.slice(5))], range).marks[0];
  assert.equal(few.y.length, many - 4);
  assert.ok(Math.max(...few.x) <= 1);
});

test("a ring stands around the mark whose value theory has", () => {
  const { marks } = pictureOf([group("theory", [-1, 2, 2]), group("up", [2, 2]), group("down", [-1])], {
    low: -1,
    high: 8,
    inner: null,
  });
  const at = (name) => marks.filter((one) => one.name === name).flatMap(({ x, y }) => x.map((v, k) => `${v} ${y[k]}`));
  assert.deepEqual(at("theory").sort(), [...at("up"), ...at("down")].sort());
});
