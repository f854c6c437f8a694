// The core, for tests that stand beside it.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * What the Python of the checkout, or one that is there, prints.
 * @param {string[]} words
 */
export function python(...words) {
  const own = `${ROOT}.venv/bin/python`;
  const name = process.env.PYTHON ?? (existsSync(own) ? own : "python3");
  const env = { ...process.env, PYTHONPATH: ROOT, OMP_NUM_THREADS: "1" };
  return execFileSync(name, words, { cwd: ROOT, env, encoding: "utf8", maxBuffer: 1e9 });
}
