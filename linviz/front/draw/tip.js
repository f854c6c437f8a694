// The value that is read: the one nearest to the pointer, or the one that the arrow keys have come to.

import { across, along, firstValue, isShown, itemsOf, nearest, wordsOf } from "./nearest.js";

/** @typedef {import("./nearest.js").Value} Value */
/** @typedef {import("./axes.js").PlacedPane} PlacedPane */
/** @typedef {{ width: number, height: number, fontSize: number, panes: PlacedPane[], picture: import("./picture.js").Picture, pale?: boolean, bare?: boolean, ghost?: import("./ghost.js").Ghost | null }} Frame */
/** @typedef {Record<string, any>} Ink */

const REACH = 40; // pixels from the pointer to a value

/** @type {Record<string, [1 | -1, boolean]>} */
const STEPS = { ArrowLeft: [-1, true], ArrowRight: [1, true], ArrowUp: [-1, false], ArrowDown: [1, false] };

/** @param {(words: string) => void} say */
export function createTip(say) {
  /** @type {{ px: number, py: number } | null} */
  let pointer = null;
  /** @type {Value | null} */
  let value = null;
  return {
    get value() {
      return value;
    },
    /**
     * @param {Frame} frame
     * @param {{ px: number, py: number } | null} place
     */
    point({ picture, panes }, place) {
      pointer = place;
      value = place && nearest(itemsOf(picture, panes), panes, place, REACH);
    },
    /**
     * One step of the arrow keys, told in words too. They begin at this x.
     * @param {Frame} frame
     * @param {string} key
     * @param {number} x
     */
    step({ picture, panes }, key, x) {
      const items = itemsOf(picture, panes);
      const [direction, alongItem] = STEPS[key];
      pointer = null;
      if (value === null) value = firstValue(items, panes, x);
      else value = alongItem ? along(items, panes, value, direction) : across(items, value, direction);
      if (value) say(wordsOf(value, panes).join(", "));
    },
    /**
     * Another picture has come: what the pointer is at now.
     * @param {Frame} frame
     */
    renew(frame) {
      this.point(frame, pointer);
    },
    hide() {
      pointer = value = null;
    },
  };
}

/** @param {string} key */
export function isStep(key) {
  return key in STEPS;
}

/**
 * The value's point, and its words in a box beside it.
 * @param {CanvasRenderingContext2D} context
 * @param {Value} value
 * @param {Frame} frame
 * @param {Ink} ink
 */
export function drawTip(context, value, { width, height, fontSize, panes }, ink) {
  if (!isShown(value, panes)) return;
  const words = wordsOf(value, panes);
  const size = Math.max(12, 0.9 * fontSize);
  const [px, py] = [panes[value.pane].x.at(value.x), panes[value.pane].y.at(value.y)];
  context.save();
  ring(context, px, py, ink);
  context.font = `${size}px ${ink.family}`;
  const wide = Math.max(...words.map((text) => context.measureText(text).width)) + 1.2 * size;
  const tall = (1.35 * words.length + 0.5) * size;
  const gap = 0.9 * size;
  const left = Math.max(2, px + gap + wide < width ? px + gap : Math.min(px - gap - wide, width - wide - 2));
  const top = Math.max(2, Math.min(height - tall - 2, py - gap - tall > 0 ? py - gap - tall : py + gap));
  context.globalAlpha = 0.94;
  context.fillStyle = ink.paper;
  context.strokeStyle = ink.axis;
  context.lineWidth = 1;
  context.beginPath();
  context.rect(Math.round(left) + 0.5, Math.round(top) + 0.5, Math.round(wide), Math.round(tall));
  context.fill();
  context.stroke();
  context.globalAlpha = 1;
  context.fillStyle = ink.text;
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const [k, text] of words.entries()) context.fillText(text, left + 0.6 * size, top + (0.95 + 1.35 * k) * size);
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} px
 * @param {number} py
 * @param {Ink} ink
 */
function ring(context, px, py, ink) {
  context.setLineDash([]);
  for (const [radius, color, wide] of [
    [5.5, ink.paper, 5],
    [5.5, ink.text, 2],
  ]) {
    context.beginPath();
    context.arc(px, py, radius, 0, 2 * Math.PI);
    context.strokeStyle = color;
    context.lineWidth = wide;
    context.stroke();
  }
}

/**
 * A box that is being drawn.
 * @param {CanvasRenderingContext2D} context
 * @param {{ left: number, top: number, width: number, height: number }} box
 * @param {Ink} ink
 */
export function drawBox(context, { left, top, width, height }, ink) {
  context.save();
  context.setLineDash([5, 4]);
  context.lineWidth = 1.5;
  context.strokeStyle = ink.text;
  context.globalAlpha = 0.12;
  context.fillStyle = ink.text;
  context.fillRect(left, top, width, height);
  context.globalAlpha = 1;
  context.strokeRect(left, top, width, height);
  context.restore();
}
