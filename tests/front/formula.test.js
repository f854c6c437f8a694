import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { mathMarkup } from "../../linviz/front/page/formula.js";

/** @param {string} tex */
const inner = (tex) => mathMarkup(tex).replace(/<\/?math[^>]*>/g, "");

test("indices, powers and transposes stand with what they belong to", () => {
  assert.equal(inner("x_1^2"), "<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>");
  assert.match(
    inner("W_{j+1}^T"),
    /^<msubsup><mi>W<\/mi><mrow><mi>j<\/mi>.*<mi mathvariant="normal">⊤<\/mi><\/msubsup>$/,
  );
  assert.equal(inner("L_{res}"), "<msub><mi>L</mi><mi>res</mi></msub>");
});

test("fractions, roots and limits of sums", () => {
  assert.equal(inner("\\frac{1}{2}"), "<mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></mfrac>");
  assert.match(inner("\\sum_{i \\in I} s_i^2"), /^<munder><mo[^>]*>∑<\/mo><mrow>.*∈.*<\/mrow><\/munder><msubsup>/);
  assert.match(inner("\\prod_{j=1}^{H} a"), /^<munderover>/);
  assert.equal(inner("\\sqrt{a}"), "<msqrt><mrow><mi>a</mi></mrow></msqrt>");
});

test("words and signs are escaped", () => {
  assert.equal(inner("\\text{a & b}"), "<mtext>a &amp; b</mtext>");
  assert.match(inner("k<j"), /&lt;/);
});

test("matrices are told by their names", () => {
  /** @type {string[]} */
  const names = [];
  mathMarkup("\\|Y - W_3 W_2^T P\\|^2", { parts: (name, markup) => `${names.push(name)}${markup}` });
  assert.deepEqual(names, ["Y", "W3", "W2", "P"]);
});

test("every command of the theory's formulas is known, and an unknown one is told", () => {
  const text = readFileSync("linviz/core/statements/formulas.py", "utf8");
  const commands = new Set(text.match(/\\[A-Za-z|]+/g));
  assert.ok(commands.size > 20);
  commands.delete("\\text");
  for (const command of commands) assert.doesNotThrow(() => mathMarkup(`${command}{a}{b}`), command);
  assert.throws(() => mathMarkup("\\nothing"), /unknown command \\nothing/);
});
