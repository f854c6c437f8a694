// What pictures draw with is read from the style sheet: a name that is not stands for no color.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { createInk } from "../../linviz/front/draw/theme.js";

const front = new URL("../../linviz/front/", import.meta.url);
const OWN = ["renew", "layer", "onScreen"]; // what a picture adds to it

test("every color that a picture draws with is read", () => {
  globalThis.getComputedStyle = /** @type {any} */ (() => ({ getPropertyValue: () => "", fontSize: "12px" }));
  const root = /** @type {any} */ ({ dataset: {}, querySelector: () => null });
  const known = new Set([...Object.keys(createInk(root)()), ...OWN]);
  const missing = [];
  for (const file of readdirSync(front, { recursive: true }).filter((name) => String(name).endsWith(".js"))) {
    const text = readFileSync(new URL(String(file), front), "utf-8");
    for (const [, name] of text.matchAll(/\bink(?:\(\))?\.(\w+)/g))
      if (!known.has(name)) missing.push(`${file}: ${name}`);
  }
  assert.deepEqual(missing, []);
  assert.ok(known.has("mode6"));
});
