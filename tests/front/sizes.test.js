// No file is longer than 350 lines, no function than 40; what is inside a function of its own is not
// counted for the one around it.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import ts from "typescript";

const FRONT = new URL("../../linviz/front/", import.meta.url);
const files = readdirSync(FRONT, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"));

/** The lines of each function of a file, by its first words; comments for its types are not counted.
 * @param {string} text */
function functions(text) {
  const source = ts.createSourceFile("a.js", text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const line = (/** @type {number} */ at) => source.getLineAndCharacterOfPosition(at).line;
  const told = text.split("\n").map((words) => /^\s*(\/\*\*|\*)/.test(words));
  /** @type {[string, number][]} */
  const found = [];

  /** @param {ts.Node} node
   * @returns {number} lines that belong to functions in it */
  function within(node) {
    let inner = 0;
    node.forEachChild((child) => {
      inner += within(child);
    });
    if (!ts.isFunctionLike(node) || !("body" in node) || !node.body) return inner;
    const [first, last] = [line(node.getStart(source)), line(node.getEnd())];
    const lines = last - first + 1 - told.slice(first, last + 1).filter(Boolean).length;
    found.push([node.getText(source).split("\n")[0].slice(0, 60), lines - inner]);
    return Math.max(0, lines - 2); // its first and last line stand in the one around it
  }

  within(source);
  return found;
}

test("functions are counted without those in them", () => {
  const text =
    "function a() {\n  /** @type {any} */\n  const b = () => {\n    1;\n    2;\n  };\n  return [1].map((x) => x);\n}\n";
  assert.deepEqual(functions(text), [
    ["() => {", 4],
    ["(x) => x", 1],
    ["function a() {", 5],
  ]);
});

for (const name of files) {
  const text = readFileSync(new URL(name, FRONT), "utf8");
  test(`${name} is of a size that can be read`, () => {
    assert.ok(text.split("\n").length <= 351, `${name} has ${text.split("\n").length - 1} lines`);
    for (const [start, lines] of functions(text)) assert.ok(lines <= 40, `${name}: ${start} has ${lines} lines`);
  });
}
