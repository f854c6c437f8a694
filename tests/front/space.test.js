// Small networks in closed form, as the room Space computes them, beside the core's numbers.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { basinOf, chainCourse, chainEnd, waitOf } from "../../linviz/front/space/chain.js";
import { strength } from "../../linviz/front/space/ball.js";
import { strengths } from "../../linviz/front/space/slice.js";
import { basinAt, invariant, side, unitAt, unitEnd } from "../../linviz/front/space/exact.js";
import {
  deathTime,
  descent,
  folded,
  gap,
  pairAt,
  pairEnd,
  restingGap,
  sharpness,
  unfolded,
} from "../../linviz/front/space/hyperbola.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const own = `${ROOT}.venv/bin/python`;
const python = process.env.PYTHON ?? (existsSync(own) ? own : "python3");
const env = { ...process.env, PYTHONPATH: ROOT, OMP_NUM_THREADS: "1" };
const core = JSON.parse(execFileSync(python, ["tests/front/space.py"], { cwd: ROOT, env, encoding: "utf8" }));

const near = (own, other, most) => own.forEach((x, k) => assert.ok(Math.abs(x - other[k]) <= most, `${own} ${other}`));

test("one hidden unit moves as the core says, forward and backward", () => {
  for (const { start, s, at, side: told } of core.units) {
    core.times.forEach((t, k) => near(unitAt(start, s, t), at[k], 1e-10));
    assert.ok(Math.abs(side(start, s) - told) <= 1e-12 * (1 + Math.abs(told)));
    const end = unitEnd(start, s);
    assert.ok(Math.abs(end[0] * end[2] - s) < 1e-12 && Math.sign(end[2]) === Math.sign(told));
    assert.ok(Math.abs(invariant(end) - invariant(start)) < 1e-10);
    near(unitAt(unitAt(start, s, 0.5), s, -0.5), start, 1e-8);
  }
});

test("a start on the surface ends at the saddle (0, b, 0) with b² = −C, one beside it on its branch", () => {
  for (const [b, w, s] of [
    [0.8, 0.6, 1],
    [-1.2, -0.3, 2],
    [0, 0.5, 1],
    [2, 1.4, 0.5],
  ]) {
    const start = [basinAt(b, w, s), b, w];
    assert.ok(Math.abs(side(start, s)) < 1e-12);
    for (const eps of [1e-3, -1e-3]) {
      const [a, , top] = unitEnd([start[0] + eps, b, w], s);
      assert.equal(Math.sign(top), Math.sign(eps));
      assert.ok(Math.abs(a * top - s) < 1e-12);
    }
    assert.ok(-invariant(start) >= 0);
  }
});

test("two weights keep C, end on the hyperbola, and die with a ReLU as the core says", () => {
  for (const { start, s, relu, sharpness: told } of core.pairs) {
    near(pairEnd(start, s, true), relu, 1e-9);
    assert.ok(Math.abs(sharpness(gap(start), s) - told) < 1e-12 * told);
    const [w1, w2] = pairAt(start, s, 1.3);
    assert.ok(Math.abs(gap([w1, w2]) - gap(start)) < 1e-10 * (1 + w1 * w1 + w2 * w2));
    const death = deathTime(start, s);
    if (death > 0 && Number.isFinite(death)) assert.ok(Math.abs(pairAt(start, s, death - 1e-7)[0]) < 1e-5);
  }
});

test("a step of descent multiplies C by 1 − step²(s − u)², and it rests only where the step allows", () => {
  const [s, step] = [1, 0.4];
  for (const { start } of core.pairs.slice(0, 60)) {
    const path = descent(start, { s, step, count: 3000 });
    for (let k = 1; k < Math.min(path.length, 6); k++) {
      const [w1, w2] = path[k - 1];
      const factor = 1 - (step * (s - w1 * w2)) ** 2;
      assert.ok(Math.abs(gap(path[k]) - factor * gap(path[k - 1])) < 1e-9 * (1 + gap(path[k - 1]) ** 2));
    }
    const last = path[path.length - 1];
    if (Math.abs(last[0] * last[1] - s) < 1e-9) assert.ok(Math.abs(gap(last)) <= restingGap(s, step) + 1e-6);
  }
  assert.equal(restingGap(1, 1), null);
});

test("unfolding makes every path straight, and folds back", () => {
  const R = 2.4;
  for (const { start, s } of core.pairs.slice(0, 60)) {
    const half = start[0] + start[1] >= 0 ? 1 : -1;
    for (const t of [0, 0.3, 2]) {
      const w = pairAt(start, s, t);
      const [x, y] = unfolded(w, 1, R, half);
      near([x * R, y * R], [-gap(start), 2 * w[0] * w[1]], 1e-9);
    }
    near(folded(unfolded(start, 0.6, R), 0.6, R, half), start, 1e-12);
  }
});

test("three weights end and move as the core says", () => {
  const times = Array.from({ length: 161 }, (_, k) => 8 * (k / 160) ** 2);
  for (const { start, end, at, t } of core.chains) {
    near(chainEnd(start, 1), end, 1e-9);
    const course = chainCourse(start, 1, times);
    t.forEach((moment, k) => moment <= 8 && near(course.at(moment), at[k], 2e-5));
  }
});

test("waiting times grow towards the edges of the tetrahedron, where the start belongs to no minimum", () => {
  assert.equal(waitOf([0.5, -0.5, 0.9], 1), Infinity);
  assert.equal(basinOf([0.5, -0.5, 0.9]), -1);
  assert.equal(basinOf([0.5, 0.6, 0.9]), 0);
  const waits = [0.3, 0.1, 0.01].map((eps) => waitOf([0.5, -0.5 + eps, 0.9], 1));
  assert.ok(waits[0] < waits[1] && waits[1] < waits[2]);
  // by the flow itself
  const times = Array.from({ length: 401 }, (_, k) => k * 0.03);
  for (const start of [
    [0.3, -0.5, 0.9],
    [0.4, 0.6, -0.5],
    [1, 0.8, 1.2],
  ]) {
    const wait = waitOf(start, 1);
    if (wait === 0) continue;
    const [a, b, c] = chainCourse(start, 1, times).at(wait);
    assert.ok(Math.abs(a * b * c - 0.9) < 2e-3, `${a * b * c}`);
  }
});

test("a chain goes backward in time to where the flow leads back, and no farther than a picture shows", () => {
  const before = Array.from({ length: 90 }, (_, k) => 1.5 * (k / 89) ** 2);
  for (const w of [
    [0.5, -0.45, 0.9],
    [0.9, 0.7, 0.8],
    [0.6, 0.9, -0.6],
    [-1.2, 0.3, 1.1],
  ]) {
    const { past, at } = chainCourse(w, 1, [0, 1], before);
    near(past[0], w, 1e-12);
    assert.ok(past.length > 3);
    const k = past.findLastIndex((point) => Math.max(...point.map(Math.abs)) < 3);
    near(chainCourse(past[k], 1, [0, before[k]]).at(before[k]), w, 1e-6);
    near(at(-before[k]), past[k], 1e-12);
    if (past.length < before.length) assert.equal(at(-1.5), null);
    for (const point of past) assert.ok(Math.max(...point.map(Math.abs)) <= 40);
  }
});

test("of a slice an eighth is computed, and all of it is as from every start", () => {
  const [count, c, s] = [14, -0.4, 1.2];
  const at = (/** @type {number} */ k) => 1.5 * ((2 * k + 1) / count - 1);
  const all = strengths(c, s, count);
  for (let k = 0; k < all.length; k++)
    assert.ok(Math.abs(all[k] - strength([at(Math.floor(k / count)), at(k % count), c], s)) < 1e-9);
});
