// The map of starts: for each start of a plane the minimum that it goes to, by color, pale where it is slow.

import { createFrame, paintAxes } from "../frame.js";
import { line, mixed, ring } from "../pencil.js";
import { UNKNOWN } from "./mosaic.js";
import { NETWORK } from "./words.js";

/** @typedef {{ answer: import("./mosaic.js").Mosaic, ink: any, fontSize: number, hand?: { at: [number, number] | null, byKeys: boolean } }} Look */

const PALEST = 0.86;
const SHADES = 24; // few colors, so that cells of one color are many
const [SOONEST, LATEST] = [1e-3, 1 / 20]; // a time, and a part of the last one: the range of shades holds them

/**
 * @param {{ width: number, height: number }} size
 * @param {Look} look
 */
export function paintAtlas(size, { answer, ink, fontSize, hand }) {
  const n = /** @type {number} */ (answer.levels.at(-1));
  const edge = answer.extent;
  const frame = createFrame(size, fontSize, edge);
  return {
    edge,
    /** @param {any} context */
    paint(context) {
      const { left, top, width } = frame.box;
      const { palette, shades } = colorsOf(answer, ink);
      // whole pixels, and cells of one color are one: no seam is seen
      const edges = Array.from({ length: n + 1 }, (_, k) => Math.round((width * k) / n));
      for (let i = 0; i < n; i++)
        for (let j = 0, end = 0; j < n; j = end) {
          for (end = j + 1; end < n && shades[i * n + end] === shades[i * n + j]; ) end++;
          context.fillStyle = palette[shades[i * n + j]];
          const [above, row] = [edges[n - 1 - i], edges[n - i] - edges[n - 1 - i]];
          context.fillRect(Math.round(left) + edges[j], Math.round(top) + above, edges[end] - edges[j], row);
        }
      paintAxes(context, frame, { letters: NETWORK.axes.map }, fontSize, ink);
      ring(context, frame.at(answer.here), ink.text, true, ink);
      if (hand?.byKeys && hand.at) paintAim(context, frame.at(hand.at), fontSize, ink);
    },
    /** @type {(px: number, py: number) => [number, number] | null} */
    from(px, py) {
      const [x, y] = frame.from(px, py);
      return Math.max(Math.abs(x), Math.abs(y)) <= edge ? [x, y] : null;
    },
  };
}

// Where the keys point.
/** @param {any} context @param {[number, number]} at @param {number} fontSize @param {any} ink */
function paintAim(context, [x, y], fontSize, ink) {
  for (const [color, width] of /** @type {[string, number][]} */ ([
    [ink.paper, 6],
    [ink.text, 2.5],
  ])) {
    line(context, [[x - fontSize, y], [x + fontSize, y], null, [x, y - fontSize], [x, y + fontSize]], { color, width });
  }
}

// A color of each cell, by its number: what is not known yet, what goes to no minimum, and the shades of each.
/** @param {import("./mosaic.js").Mosaic} answer @param {any} ink */
function colorsOf({ component, time, t_end: last }, ink) {
  const hues = [ink.mode1, ink.mode2, ink.mode3, ink.mode4, ink.mode5, ink.mode6];
  const places = new Map(componentsOf(component).map((each, k) => [each, k % hues.length]));
  const [soon, late] = rangeOf(time, last);
  const palette = [mixed(ink.paper, ink.soft, 0.15), ink.paper];
  for (const hue of hues)
    for (let k = 0; k <= SHADES; k++) palette.push(mixed(hue, ink.paper, PALEST * (k / SHADES) ** 1.5));
  const shades = Int16Array.from(component, (each, k) => {
    if (each === UNKNOWN) return 0;
    if (each < 0 || time[k] < 0) return 1;
    const share = (Math.log(Math.max(SOONEST, time[k])) - soon) / (late - soon);
    const shade = Math.round(SHADES * Math.min(1, Math.max(0, share)));
    return 2 + (places.get(each) ?? 0) * (SHADES + 1) + shade;
  });
  return { palette, shades };
}

/** @param {Int32Array} component */
export const componentsOf = (component) => [...new Set(component)].filter((each) => each >= 0).sort((a, b) => a - b);

// Logarithms of the times between which the shades lie.
/** @param {Float32Array} time @param {number} last @returns {[number, number]} */
function rangeOf(time, last) {
  let [soon, late] = [Infinity, LATEST * last];
  for (const each of time) {
    if (each < 0) continue;
    soon = Math.min(soon, each);
    late = Math.max(late, each);
  }
  return [Math.log(Math.max(SOONEST, Math.min(soon, late / 2))), Math.log(late)];
}
