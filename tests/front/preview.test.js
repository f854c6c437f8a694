// The flow as the browser computes it, beside the core's: 200 scenarios that are drawn and computed when
// the test runs.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { answer } from "../../linviz/front/preview/answer.js";
import { python, ROOT } from "./python.js";

const [COUNT, SEED, NEAR] = [200, 11, 1e-6];
const UNHURRIED = { rtol: 1e-10, most: Infinity, patience: Infinity, effort: Infinity };

const numbers = (list) => list && Float64Array.from(list);

function jobOf({ found, ...given }) {
  const arrays = ["cross", "gram", "root", "best", "start"].map((name) => [name, numbers(given[name])]);
  const modes = given.modes?.map((rows) => rows.map(numbers));
  return {
    ...given,
    ...Object.fromEntries(arrays),
    modes,
    first: 0,
    moment: given.end,
    hessian: true,
    stays: !given.gram,
  };
}

// The farthest difference, as a share of a size.
function off(own, other, size) {
  assert.equal(own.length, other.length);
  return own.reduce((most, value, k) => Math.max(most, Math.abs(value - other[k])), 0) / size;
}

const largest = (...lists) => Math.max(...lists.flat().map(Math.abs));

const scenarios = JSON.parse(python("tests/front/scenarios.py", String(COUNT), String(SEED)));
const pairs = scenarios.map((given) => {
  const times = given.found.t.slice(1);
  const places = (from, to) => times.filter((t) => t > from && t <= to);
  return { given, core: given.found, own: answer(jobOf(given), UNHURRIED, places) };
});

/** @type {Record<string, (own: any, core: any, given: any) => number[]>} */
const COMPARED = {
  loss: (own, core) => [off(own.loss, core.loss, largest(core.loss))],
  "the modes": (own, core, given) => {
    const size = largest(...core.strengths, given.strengths);
    // which is which of two that are equal, as of orthogonal layers at the start, nobody can say
    return core.t.map((_, f) => {
      const [found, told] = [own, core].map(({ strengths }) => strengths.map((values) => values[f]));
      const sorted = [found, told].map((values) => [...values].sort((a, b) => a - b));
      const alike = sorted[1].some((value, k) => k > 0 && value - sorted[1][k - 1] < 1e-4 * size);
      return alike ? off(sorted[0], sorted[1], size) : off(found, told, size);
    });
  },
  "squared norms": (own, core) => core.norms.map((values, k) => off(own.norms[k], values, largest(...core.norms))),
  weights: (own, core) => {
    const last = own.weights.flatMap((W, j) => [...W.subarray(-core.last[j].length)]);
    return [off(last, core.last.flat(), largest(...core.last))];
  },
  "eigenvalues of every C at both ends": (own, core) =>
    core.spectra.flatMap((values, j) => {
      const all = own.still.spectra[j];
      return [all.subarray(0, values.length), all.subarray(-values.length)].map((each) =>
        off(each, values, largest(...core.norms)),
      );
    }),
  "the Hessian's eigenvalues": (own, core) =>
    core.hessian ? [off(own.hessian.eigenvalues, core.hessian, largest(core.hessian))] : [],
};

for (const [name, compare] of Object.entries(COMPARED)) {
  test(`${name} of ${COUNT} random scenarios are the core's`, () => {
    for (const { given, core, own } of pairs) {
      const worst = Math.max(0, ...compare(own, core, given));
      assert.ok(worst <= NEAR, `${JSON.stringify(given.dims)}: ${worst}`);
    }
  });
}

test("a canonical run rests where the core says", () => {
  let rests = 0;
  for (const { core, own } of pairs) {
    if (!core.stays) continue;
    const told = own.stays.map(({ learned, first, last }) => [learned, first, last]);
    assert.deepEqual(told, core.stays);
    rests += told.length;
  }
  assert.ok(rests > COUNT / 2);
});

test("a start that is at rest stays there, and a hurried answer says that it has none", () => {
  const still = jobOf(scenarios[0]);
  const zero = answer({ ...still, start: still.start.map(() => 0) }, UNHURRIED);
  const deep = still.dims.length > 2;
  assert.ok(zero.norms.every((values) => values.every((value) => value === 0) === deep));
  const stiff = { ...still, cross: still.cross.map((x) => 1e6 * x) };
  assert.equal(answer(stiff, { ...UNHURRIED, effort: 1 }), null);
});

test("where patience ends digits are given up on the way, and the answer comes all the same", () => {
  const jobs = scenarios
    .slice(0, 60)
    .map(jobOf)
    .filter(({ dims }) => dims.length > 2);
  const care = { rtol: 1e-9, most: Infinity, effort: Infinity };
  const ends = (patience) => jobs.map((job) => answer(job, { ...care, patience }));
  const [patient, hurried] = [ends(Infinity), ends(-1)];
  const count = (all) => all.reduce((sum, { t }) => sum + t.length, 0);
  assert.ok(count(hurried) < 0.7 * count(patient), `${count(hurried)} of ${count(patient)} moments`);
  patient.forEach(({ loss }, k) => {
    const far = Math.abs(hurried[k].loss[hurried[k].loss.length - 1] - loss[loss.length - 1]) / loss[0];
    assert.ok(far < 1e-2, `${JSON.stringify(jobs[k].dims)}: ${far}`);
  });
});

test("what runs in the thread is at most 500 lines of code", () => {
  const folder = `${ROOT}linviz/front/preview`;
  const code = readdirSync(folder).flatMap((name) => readFileSync(`${folder}/${name}`, "utf8").split("\n"));
  const lines = code.filter((line) => line.trim() && !/^\s*(\/\/|\/\*|\*)/.test(line));
  assert.ok(lines.length <= 500, String(lines.length));
});
