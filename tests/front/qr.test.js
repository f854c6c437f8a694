import assert from "node:assert/strict";
import { test } from "node:test";
import jsqr from "jsqr";

import { MOST, svgOf } from "../../linviz/front/page/qr.js";
import vendored from "../../linviz/front/vendor/lean-qr.cjs";
import { generator } from "./random.js";

/** What a camera that sees the drawing reads.
 * @param {string} svg */
function read(svg) {
  const [x, y, whole] = (/viewBox="(-?\d+) (-?\d+) (\d+)/.exec(svg) ?? []).slice(1).map(Number);
  const scale = 3;
  const side = whole * scale;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, left, top, width] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    const [from, row, wide] = [Number(left) - x, Number(top) - y, Number(width)];
    for (let j = row * scale; j < (row + 1) * scale; j += 1)
      for (let k = from * scale; k < (from + wide) * scale; k += 1)
        pixels.fill(0, 4 * (j * side + k), 4 * (j * side + k) + 3);
  }
  const decode = /** @type {any} */ (jsqr).default ?? jsqr;
  return decode(pixels, side, side)?.data;
}

/** @param {string} text */
function drawn(text) {
  const code = vendored.generate(text);
  const cells = Array.from({ length: code.size ** 2 }, (_, k) =>
    Number(code.get(k % code.size, Math.floor(k / code.size))),
  );
  return svgOf({ size: code.size, cells }, "the link");
}

test("a link of any length that has a code is read from its drawing, black on white", () => {
  const letters = "abcXYZ0189=&,;.-_~%?:/";
  const next = generator(12);
  for (const length of [1, 60, 200, 411, MOST]) {
    const tail = Array.from({ length }, () => letters[Math.floor(next() * letters.length)]).join("");
    const link = `https://name.github.io/linviz/?v=1&${tail}`.slice(0, Math.max(length, 1));
    const svg = drawn(link);
    assert.equal(read(svg), link);
    assert.match(svg, /fill: var\(--on-deep\).*fill: var\(--on-pale\)/s); // light below, dark upon it, in every theme
  }
});
