// Each class has its look in one place: what two rooms call by the same name would take each other's.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

const front = new URL("../../linviz/front/", import.meta.url);
const SHARED = new Set(["controls", "hint"]); // the page places what the form fills

test("no class has a look of its own in two folders", () => {
  const folders = new Map();
  for (const file of readdirSync(front, { recursive: true }).filter((name) => name.endsWith(".css"))) {
    const rules = readFileSync(new URL(file, front), "utf-8").replace(/\/\*.*?\*\//gs, "");
    for (const [, selectors] of rules.matchAll(/([^{}]+)\{/g)) {
      for (const [, name] of selectors.matchAll(/(?:^|,)\s*\.linviz \.([\w-]+)\s*(?=,|$)/g)) {
        folders.set(name, (folders.get(name) ?? new Set()).add(file.split("/")[0]));
      }
    }
  }
  assert.ok(folders.size > 100);
  const twice = [...folders].filter(([name, where]) => where.size > 1 && !SHARED.has(name));
  assert.deepEqual(
    twice.map(([name, where]) => `${name}: ${[...where].join(", ")}`),
    [],
  );
});
