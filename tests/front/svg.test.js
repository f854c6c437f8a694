import assert from "node:assert/strict";
import { test } from "node:test";

import { createSvg } from "../../linviz/front/draw/svg.js";

// The browser's canvas serves as a ruler only: colors as they are, letters half as wide as high.
const ruler = {
  fillStyle: "",
  font: "10px sans-serif",
  measureText: (/** @type {string} */ text) => ({ width: 5 * text.length, actualBoundingBoxAscent: 7 }),
};
Object.assign(globalThis, { document: { createElement: () => ({ getContext: () => ruler }) } });

const written = (/** @type {(context: any) => void} */ draw) => {
  const context = createSvg(100, 50, "#ffffff");
  draw(context);
  return context.toString();
};

test("lines are carried to the picture's own coordinates", () => {
  const text = written((context) => {
    context.translate(10, 20);
    context.scale(2, 2);
    context.strokeStyle = "#112233";
    context.lineWidth = 3;
    context.setLineDash([4, 2]);
    context.beginPath();
    context.moveTo(1, 1);
    context.lineTo(5, 2);
    context.stroke();
  });
  assert.match(
    text,
    /<path d="M12 22L20 24" fill="none" stroke="#112233" stroke-width="6"[^>]*stroke-dasharray="8 4"\/>/,
  );
});

test("a state that was saved comes back, and what is clipped stays in a group of its own", () => {
  const text = written((context) => {
    context.save();
    context.beginPath();
    context.rect(0, 0, 10, 10);
    context.clip();
    context.fillStyle = "#ff0000";
    context.fillRect(1, 1, 2, 2);
    context.restore();
    context.fillRect(3, 3, 2, 2);
  });
  assert.match(text, /<clipPath id="clip1"><path d="M0 0L10 0L10 10L0 10Z"\/><\/clipPath>/);
  assert.match(text, /<g clip-path="url\(#clip1\)">\n<path d="M1 1L3 1L3 3L1 3Z" fill="#ff0000"\/>\n<\/g>/);
  assert.match(text, /<g>\n<path d="M3 3L5 3L5 5L3 5Z" fill="black"\/>\n<\/g>/);
});

test("words are escaped, and characters that XML cannot hold are left out", () => {
  const text = written((context) => {
    context.describe("a < b", "“c” & d\u0000");
    context.textAlign = "center";
    context.fillText('<i>"', 5, 5);
  });
  assert.match(text, /<title>a &lt; b<\/title><desc>“c” &amp; d<\/desc>/);
  assert.match(text, /text-anchor="middle"[^>]*>&lt;i&gt;&quot;<\/text>/);
});

test("places that are no numbers leave no mark, far ones stay within single precision", () => {
  const text = written((context) => {
    context.beginPath();
    context.moveTo(NaN, 1);
    context.lineTo(1, 1);
    context.lineTo(1e30, 2);
    context.stroke();
  });
  assert.match(text, /d="M1 1L1000000 2"/);
});

test("a full circle is four arcs that end where they began", () => {
  const text = written((context) => {
    context.beginPath();
    context.arc(50, 25, 10, 0, 2 * Math.PI);
    context.fill();
  });
  const path = /d="([^"]*)"/.exec(text.slice(text.indexOf("<g>")))?.[1] ?? "";
  assert.equal(path.split("C").length - 1, 4);
  assert.ok(path.startsWith("M60 25") && path.endsWith("60 25"));
});
