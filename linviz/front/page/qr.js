// A link as a QR code: made in a thread that ends with it, drawn black on white with its quiet zone,
// whatever the theme, because cameras expect that.

import { QR } from "./vendored.js";

export const MOST = 600; // characters: finer codes are not read from the last row
const QUIET = 4; // cells around it, as ISO 18004 has it
const ENOUGH = 5000; // milliseconds

// Asks the library, whose names stand in `exports`.
const ASKED = `
onmessage = ({ data }) => {
  const code = exports.generate(data);
  const cells = Array.from({ length: code.size ** 2 }, (_, k) => Number(code.get(k % code.size, Math.floor(k / code.size))));
  postMessage({ size: code.size, cells });
};`;

/** @typedef {{ size: number, cells: number[] }} Code row by row; 1 is black */

/**
 * The code, or null where there is none: too long a text, or a browser without threads.
 * @param {string} text
 * @returns {Promise<Code | null>}
 */
export function codeOf(text) {
  if (!QR || text.length > MOST) return Promise.resolve(null);
  return new Promise((found) => {
    const source = new Blob([`const exports = {};\n${QR}\n${ASKED}`], { type: "text/javascript" });
    const address = URL.createObjectURL(source);
    const worker = new Worker(address);
    const end = (/** @type {Code | null} */ code) => {
      clearTimeout(timer);
      worker.terminate();
      URL.revokeObjectURL(address);
      found(code);
    };
    const timer = setTimeout(end, ENOUGH, null);
    worker.onerror = () => end(null);
    worker.onmessage = ({ data }) => end(data);
    worker.postMessage(text);
  });
}

/** @param {Code} code @param {string} label */
export function svgOf({ size, cells }, label) {
  const runs = [];
  for (let k = 0; k < cells.length; k += 1) {
    const [x, y] = [k % size, Math.floor(k / size)];
    if (!cells[k] || (x > 0 && cells[k - 1])) continue;
    let width = 1;
    while (x + width < size && cells[k + width]) width += 1;
    runs.push(`M${x} ${y}h${width}v1h-${width}z`);
  }
  const whole = size + 2 * QUIET;
  return `<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="${-QUIET} ${-QUIET} ${whole} ${whole}" role="img" aria-label="${label}" shape-rendering="crispEdges">
    <rect x="${-QUIET}" y="${-QUIET}" width="${whole}" height="${whole}" style="fill: var(--on-deep)"/><path d="${runs.join("")}" style="fill: var(--on-pale)"/></svg>`;
}
