// The levels of the target's modes in the hand: at the right end of each a ring that is its singular value.

import { later } from "../draw/later.js";
import { lowered } from "../form/rows.js";
import { written } from "../draw/numbers.js";
import { WORDS } from "../page/words.js";
import { createGrip, roundStep, stepped } from "./grip.js";

const CLOSE = 14; // pixels: of rings that would cover each other
const APART = 20; // one stands so many pixels further left
const IN_HALL = 1.45; // times as large
const INWARD = 4; // pixels from the end of the axis, beside which names begin
const MOST = 1000; // a singular value

/**
 * @param {any} page
 * @param {any} plot the picture of the modes
 */
export function addLevelGrips(page, plot) {
  const layer = document.createElement("div");
  layer.className = "grips";
  plot.element.append(layer);
  /** @type {ReturnType<typeof createGrip>[]} */
  const grips = [];

  /** @param {number} k */
  const level = (k) => plot.frame?.picture.levels[k];

  /** @param {number} k */
  const thingOf = (k) => () => {
    const { hand } = page;
    const line = level(k);
    if (!line) return null;
    const { y } = plot.frame.panes[line.pane];
    const held = hand.held?.field === "singular_value" && hand.held.index[0] === k;
    const value = held && typeof hand.value === "number" ? hand.value : line.value;
    const start = y.at(value); // where it is taken in the hand
    const step = roundStep(Math.abs(y.valueAt(y.start) - y.valueAt(y.end)) / Math.abs(y.start - y.end));
    return {
      label: `s${lowered(k + 1)}`,
      field: "singular_value",
      index: [k],
      value,
      low: 0,
      high: MOST,
      step,
      words: written(value, 3),
      // as the axis stands when it is taken: one that grows would carry it away
      moved: (/** @type {number} */ _, /** @type {number} */ dy) => stepped(y.valueAt(start + dy), step),
    };
  };

  plot.follow = later(() => {
    const can = page.run?.form.used.includes("singular_values") && page.alive("singular_value");
    const levels = can ? plot.frame.picture.levels : [];
    while (grips.length < levels.length) {
      const k = grips.length;
      const grip = createGrip(page.hand, {
        upright: true,
        title: WORDS.hand.level(`s${lowered(k + 1)}`),
        thing: thingOf(k),
      });
      layer.append(grip.element);
      grips.push(grip);
    }
    place(grips, levels, plot.frame, page.root.dataset.lecture === "true" ? IN_HALL : 1);
  });
}

// Those without a name beside them, and those out of sight, have none.
/** @param {ReturnType<typeof createGrip>[]} grips @param {any[]} levels @param {any} frame @param {number} size */
function place(grips, levels, frame, size) {
  /** @type {{ x: number, y: number }[]} */
  const taken = [];
  const order = [...grips.entries()].sort(([, a], [, b]) => Number(b.held) - Number(a.held));
  for (const [k, { element, show, held, value }] of order) {
    const line = levels[k];
    const pane = line && frame.panes[line.pane];
    const at = pane?.y.at(held ? value() : line.value);
    element.hidden = !(line?.label && at <= pane.y.start + 1 && at >= pane.y.end - 1) && !held;
    if (element.hidden || !line) continue;
    const near = taken.filter(({ y }) => Math.abs(y - at) < CLOSE * size).length;
    const spot = { x: pane.x.end - INWARD - APART * size * near, y: at };
    taken.push(spot);
    element.style.setProperty("--ink", line.line.color); // of many modes only those in play have one
    element.style.transform = `translate(${spot.x}px, ${spot.y}px)`;
    show();
  }
}
