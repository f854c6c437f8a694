// The map of starts: for each start of a plane the minimum that it goes to, by color, pale where it is slow.

import { createFrame, paintAxes } from "../frame.js";
import { mixed, ring } from "../pencil.js";
import { NETWORK } from "./words.js";

/** @typedef {{ answer: any, ink: any, fontSize: number }} Look */

const PALEST = 0.86;

/**
 * @param {{ width: number, height: number }} size
 * @param {Look} look
 */
export function paintAtlas(size, { answer, ink, fontSize }) {
  const n = answer.side.length;
  const edge = answer.side[n - 1] + (answer.side[1] - answer.side[0]) / 2;
  const frame = createFrame(size, fontSize, edge);
  return {
    /** @param {any} context */
    paint(context) {
      const { left, top, width } = frame.box;
      const cell = width / n;
      const colors = colorsOf(answer, ink);
      for (let i = 0; i < n; i++)
        for (let j = 0, end = 0; j < n; j = end) {
          for (end = j + 1; end < n && colors[i * n + end] === colors[i * n + j]; ) end++;
          context.fillStyle = colors[i * n + j];
          // cells of one color are one, and overlap by a hair, so that no seam is seen
          context.fillRect(left + j * cell, top + (n - 1 - i) * cell, (end - j) * cell + 0.4, cell + 0.4);
        }
      paintAxes(context, frame, { letters: NETWORK.axes.map }, fontSize, ink);
      ring(context, frame.at(answer.here), ink.text, true, ink);
    },
    /** @type {(px: number, py: number) => [number, number] | null} */
    from(px, py) {
      const [x, y] = frame.from(px, py);
      return Math.max(Math.abs(x), Math.abs(y)) <= edge ? [x, y] : null;
    },
  };
}

/** @param {any} answer @param {any} ink @returns {string[]} */
function colorsOf({ component, time, t_end: last }, ink) {
  const hues = [ink.mode1, ink.mode2, ink.mode3, ink.mode4, ink.mode5, ink.mode6];
  const found = [...new Set(component)].filter((each) => each >= 0).sort((a, b) => a - b);
  const times = Array.from(time).filter((each) => each >= 0);
  const [soon, late] = [
    Math.log(Math.max(1e-3, Math.min(...times))),
    Math.log(Math.max(1e-2, Math.max(...times, last / 20))),
  ];
  return Array.from(component, (each, k) => {
    if (each < 0 || time[k] < 0) return ink.paper;
    const share = Math.min(1, Math.max(0, (Math.log(Math.max(1e-3, time[k])) - soon) / (late - soon)));
    const levels = Math.round(24 * share) / 24; // few colors, so that cells of one color are many
    return mixed(hues[found.indexOf(each) % hues.length], ink.paper, PALEST * levels ** 1.5);
  });
}
