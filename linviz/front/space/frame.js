// The square in which a picture of a plane stands: where its values are, its ticks and its letters.

import { ticksOf } from "../draw/ticks.js";
import { words } from "./pencil.js";

/** @typedef {[number, number]} Pair */
/** @typedef {{ left: number, top: number, width: number, height: number }} Box */
/**
 * @typedef {object} Frame
 * @property {Box} box
 * @property {number} unit pixels
 * @property {number} radius the values go from −radius to radius
 * @property {(at: ArrayLike<number>) => Pair} at pixels of a pair of values
 * @property {(px: number, py: number) => Pair} from
 */

const [BESIDE, BELOW, ABOVE] = [2.2, 1.7, 0.5]; // units of the type

/**
 * @param {{ width: number, height: number }} size
 * @param {number} fontSize 0 for a small picture without ticks
 * @param {number} radius
 * @returns {Frame}
 */
export function createFrame({ width, height }, fontSize, radius) {
  const [left, below, above] = [BESIDE, BELOW, ABOVE].map((x) => x * fontSize);
  const right = 0.5 * fontSize;
  const side = Math.max(20, Math.min(width - left - right, height - above - below));
  const spare = width - left - right - side;
  const box = { left: left + spare / 2, top: above, width: side, height: side };
  const scale = side / (2 * radius);
  const [cx, cy] = [box.left + side / 2, box.top + side / 2];
  return {
    box,
    radius,
    unit: scale,
    at: ({ 0: x, 1: y }) => [cx + scale * x, cy - scale * y],
    from: (px, py) => [(px - cx) / scale, (cy - py) / scale],
  };
}

/**
 * Draws with all that leaves the square cut off.
 * @param {any} context
 * @param {Frame} frame
 * @param {() => void} draw
 */
export function inside(context, { box: { left, top, width, height } }, draw) {
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  draw();
  context.restore();
}

/**
 * The square's edge, ticks at both axes, and a letter at each one's end. `across` and `upward` carry a place on the square to
 * the value told there.
 * @param {any} context
 * @param {Frame} frame
 * @param {{ letters: [string, string], across?: number, upward?: number }} axes values for one unit of the square
 * @param {number} fontSize
 * @param {any} ink
 */
export function paintAxes(context, { box, radius, at }, { letters, across = 1, upward = 1 }, fontSize, ink) {
  const { left, top, width, height } = box;
  context.setLineDash([]);
  [context.strokeStyle, context.lineWidth, context.lineJoin] = [ink.axis, 1, "miter"];
  context.beginPath();
  context.rect(left, top, width, height);
  context.stroke();
  if (letters[0] === "") return; // on the way between two planes
  context.font = `600 ${fontSize}px ${ink.family}`;
  const taken = context.measureText(letters[0]).width + fontSize;
  context.font = `${fontSize}px ${ink.family}`;
  context.fillStyle = ink.soft;
  [context.textAlign, context.textBaseline] = ["center", "top"];
  for (const [value, text] of ticks(radius * Math.abs(across), width, fontSize)) {
    const [px] = at([value / across, 0]);
    if (px < left + width - taken) context.fillText(text, px, top + height + 0.4 * fontSize);
  }
  [context.textAlign, context.textBaseline] = ["right", "middle"];
  for (const [value, text] of ticks(radius * upward, height, fontSize)) {
    const [, py] = at([0, value / upward]);
    if (py > top + 2 * fontSize) context.fillText(text, left - 0.4 * fontSize, py);
  }
  const look = { size: fontSize, color: ink.text, halo: ink.halo, family: ink.family, weight: 600 };
  words(context, letters[0], [left + width, top + height + 0.95 * fontSize], { ...look, align: "right" });
  const long = letters[1].length > 2;
  words(context, letters[1], [left + (long ? 0.5 : -0.4) * fontSize, top + 0.8 * fontSize], {
    ...look,
    align: long ? "left" : "right",
  });
}

/** @param {number} reach @param {number} length @param {number} fontSize @returns {[number, string][]} */
function ticks(reach, length, fontSize) {
  const space = { length, fontSize: 1.6 * fontSize, upright: false, before: 0, after: 0, room: 99 };
  return ticksOf({ from: -reach, to: reach, log: false }, space).ticks.map(({ value, text }) => [value, text]);
}
