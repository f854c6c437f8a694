// Where the nodes of the tree stand, and how much of each is drawn: a large row of pips on the run's way,
// a small one, a ring where rows would touch, or a dot.

import { placedPanes } from "./axes.js";
import { widthOf } from "./labels.js";
import { MOST_PIPS, halves } from "./pips.js";
import { isStair } from "./route.js";

/** @typedef {"large"|"small"|"ring"|"dot"} Look */
/** @typedef {import("./picture.js").Node & { x: number, y: number, look: Look, size: number }} Stood */

const [LARGE, WRITTEN, SMALL] = [0.74, 0.56, 0.5]; // of the type: a pip across; WRITTEN where words stand for pips
const WIDE = 4.5; // of more modes, and not so many that they are written, pips are smaller
const MARGIN = { left: 3.4, right: 1.2 }; // in units of the type, beside a row

/**
 * @param {any} picture
 * @param {{ width: number, height: number, fontSize: number, joined: boolean, bare: boolean }} page
 * @param {import("./route.js").Whereabouts} at
 */
export function stood(picture, { width, height, fontSize, joined, bare }, at) {
  const { tree } = picture;
  const { y } = placedPanes(picture, width, height, fontSize, [], { bare, joined })[0];
  const most = Math.max(...tree.nodes.map(({ learned }) => learned.length));
  const least = Math.min(...tree.nodes.map(({ learned }) => learned.length));
  const pip = tree.modes > MOST_PIPS ? fontSize : fontSize * Math.min(1, WIDE / tree.modes);
  const [half] = halves({ size: LARGE * pip, modes: tree.modes, learned: [] });
  const numbers = joined ? 0 : fontSize * Math.max(...y.ticks.map(({ text }) => widthOf(text)), 0);
  const left = MARGIN.left * fontSize + numbers + half;
  const right = Math.max(left + 1, width - MARGIN.right * fontSize - half);
  const step = (right - left) / Math.max(1, most - least);
  const xOf = (count) => (most === least ? right : left + (count - least) * step);
  const near = neighbors(tree, at.here >= 0 ? at.here : at.way[at.before]);
  const nodes = tree.nodes.map((node, k) => {
    const ahead = at.way.length === 0 && isStair(node); // a run that rests nowhere passes them all
    const end = node.kind === "minimum" || node.learned.length === 0;
    const told = tree.modes <= tree.pills || near.has(k) || end || ahead;
    const look = at.way.includes(k) ? "large" : told ? "small" : "dot";
    const size = (look === "large" ? LARGE : tree.modes > MOST_PIPS ? WRITTEN : SMALL) * pip;
    return { ...node, x: xOf(node.learned.length), y: y.at(node.level), look, size };
  });
  thin(nodes, tree.modes, step);
  return { nodes, y, step, numbers };
}

function neighbors({ edges }, here) {
  return new Set(edges.filter((pair) => pair.includes(here)).map(([a, b]) => (a === here ? b : a)));
}

// Small rows that have no room become rings.
function thin(nodes, modes, step) {
  const rows = nodes.filter(({ look }) => look === "large" || look === "small");
  for (const node of rows.filter(({ look }) => look === "small")) {
    const [half, tall] = halves({ ...node, modes });
    const touches = rows.some((other) => {
      if (other === node || other.look === "ring") return false;
      const [wide, high] = halves({ ...other, modes });
      return Math.abs(other.x - node.x) < half + wide + 2 && Math.abs(other.y - node.y) < tall + high + 1;
    });
    if (touches || (step < 1.1 * half && modes <= MOST_PIPS)) node.look = "ring";
  }
}
