import assert from "node:assert/strict";
import { test } from "node:test";

import { chosen } from "../../linviz/front/form/cards.js";
import { createEdits } from "../../linviz/front/form/edits.js";
import { formMarkup } from "../../linviz/front/form/form.js";
import { lowered, tidy } from "../../linviz/front/form/rows.js";
import { heights } from "../../linviz/front/form/wires.js";
import { queryOf } from "../../linviz/front/page/address.js";
import { DEFAULTS } from "../../linviz/front/page/view.js";

/** @typedef {import("../../linviz/front/form/form.js").Control} Control */

/** @param {Partial<Control>} given @returns {Control} */
function control(given) {
  const usual = { title: "", label: "", uses: "", step: null, low: null, high: null, slider: null };
  return { name: "x", section: "Start", kind: "number", edit: "x", log: false, grows: false, ...usual, ...given };
}

test("a number has the range, the step and the field that its control says", () => {
  const text = formMarkup("id", [control({ edit: "lam", low: -1, high: 2, step: 0.5, uses: "lam" })]);
  assert.match(text, /<input type="number" min="-1" max="2" step="0.5" data-field="lam">/);
  assert.match(text, /data-control="x" data-uses="lam"/);
});

test("a slider has a label of its own, and ids that differ between two pages", () => {
  const slider = control({ name: "scale", kind: "slider", label: "Size", slider: [-4, 0.5, 0.05], log: true });
  const text = formMarkup("one", [slider]);
  assert.match(text, /min="-4" max="0.5" step="0.05"[^>]* data-log data-label="size" aria-label="Size, slider"/);
  assert.match(text, /<label for="one-scale">/);
  assert.doesNotMatch(formMarkup("two", [slider]), /one-scale/);
});

test("controls stand in the sets that they name, in their order, buttons last, and some on request", () => {
  const controls = [
    control({ name: "a", section: "First" }),
    control({ name: "b", section: "Second", kind: "reset" }),
    control({ name: "f", section: "More" }),
    control({ name: "c", section: "Second", kind: "button" }),
    control({ name: "d", section: "Second" }),
    control({ name: "e", section: "", kind: "time" }),
  ];
  const text = formMarkup("id", controls);
  assert.deepEqual(text.match(/<legend>\w+/g), ["<legend>First", "<legend>Second", "<legend>Try"]);
  assert.deepEqual(
    [...text.matchAll(/data-control="(\w)"/g)].map(([, name]) => name),
    ["a", "d", "c", "b", "f"],
  );
  assert.match(text, /<details class="rest"><summary>More<[\s\S]*data-control="f"/);
});

test("a number with buttons beside it says what they do", () => {
  const text = formMarkup("id", [control({ name: "H", kind: "stepper", label: "layers", low: 0, high: 9 })]);
  assert.match(text, /class="less" aria-label="layers: one less">−<.*\s*<input type="number" min="0" max="9"/);
});

test("at most two cards are shown at once, each of another control, and none of a hidden one", () => {
  const milestones = ["rule", "rule", "scale", "time", "H"].map((control, k) => {
    return { control, label: `${k}`, words: "", t: control === "time" ? 1 : null, changes: [], seen: "" };
  });
  const labels = (/** @type {string[]} */ hidden) => chosen(milestones, hidden).map((own) => own.map((m) => m.label));
  assert.deepEqual(labels([]), [
    ["0", "2"],
    ["1", "4"],
  ]);
  assert.deepEqual(labels(["rule", "scale"])[0], ["4"]);
});

test("a wide column of the little network is drawn in part, within its frame", () => {
  assert.deepEqual(heights(1), [52]);
  assert.equal(heights(64).length, 6);
  assert.ok(Math.min(...heights(64)) >= 5.5 && Math.max(...heights(64)) <= 98.5);
});

test("cells that follow each other share one row, hidden with the last of them", () => {
  const cells = ["p", "q"].map((name) => control({ name, kind: "cell", uses: name }));
  const text = formMarkup("id", [...cells, control({ name: "r" })]);
  assert.equal(text.match(/class="cells"/g)?.length, 1);
  assert.match(text, /class="cells" data-uses="p q"/);
});

test("while an answer is awaited only the newest value of each control is kept", () => {
  /** @type {any[]} */
  const sent = [];
  globalThis.performance ??= /** @type {any} */ ({ now: () => 0 });
  const edits = createEdits({ send: (content) => sent.push(content) });
  edits.push("scale", 1);
  edits.push("scale", 2);
  edits.push("scale", 3);
  edits.push("width", 4, [1]);
  assert.equal(sent.length, 1);
  assert.ok(edits.pending);
  edits.answer(1);
  assert.equal(sent.length, 2);
  const values = sent[1].edits.map((/** @type {any} */ { field, value, index }) => [field, value, index]);
  assert.deepEqual(values, [
    ["scale", 3, []],
    ["width", 4, [1]],
  ]);
  edits.answer(2);
  assert.ok(!edits.pending);
});

test("the address says the scenario, and of the view what is not as usual", () => {
  const view = { ...DEFAULTS, panels: ["loss", "modes"], hidden: [] };
  const clock = { t: 1, last: 1 };
  assert.equal(queryOf({ query: "v=1&seed=3", kept: null }, view, clock, view.panels), "v=1&seed=3");
  const changed = { ...view, log_loss: true, panels: ["loss"], hidden: ["seed", "scale"] };
  const query = queryOf({ query: "v=1&seed=3", kept: "v=1&seed=4" }, changed, { t: 0.5, last: 1 }, view.panels);
  assert.equal(query, "v=1&seed=3&log_loss=1&panels=loss&hidden=seed,scale&t=0.5&A=v%3D1%26seed%3D4");
});

test("a link that names a lecture scenario names its axes too", () => {
  const view = { ...DEFAULTS, panels: [], hidden: [] };
  const query = queryOf({ query: "v=1&preset=margin", kept: null }, view, { t: 1, last: 1 }, view.panels);
  assert.equal(query, "v=1&preset=margin&log_loss=0&log_time=0");
});

test("numbers are written short, indices low", () => {
  assert.equal(tidy(0.123456), 0.123);
  assert.equal(lowered(10), "₁₀");
});
