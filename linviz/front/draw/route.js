// Where the run is on the tree of critical values: which nodes it has visited, how long, and the place
// of now between two of them.

import { interpolated } from "../page/arrays.js";
import { nowAt } from "../time/now.js";

/** @typedef {import("./picture.js").Tree} Tree */
/**
 * The stays of a run as numbers of nodes.
 * @typedef {object} Whereabouts
 * @property {number[]} way  a node for each stay, in order of time
 * @property {number[]} spent  at each node, the share of the run's time until now
 * @property {string[]} kinds  what the run found there, by node
 * @property {number} here  the node that is near, or -1
 * @property {number} before  place on the way of the last stay that has begun, or -1
 * @property {number} loss
 * @property {number} first  the loss at the start
 */

/**
 * @param {Tree} tree
 * @param {any} run
 * @param {number} t
 * @returns {Whereabouts}
 */
export function whereabouts(tree, run, t) {
  const stays = run.now.stays;
  const way = stays.map(({ learned }) => nodeOf(tree, learned));
  const spent = tree.nodes.map(() => 0);
  const kinds = tree.nodes.map(({ kind }) => kind);
  const whole = run.t[run.t.length - 1] - run.t[0] || 1;
  stays.forEach(({ from, to, kind }, k) => {
    if (way[k] < 0) return;
    spent[way[k]] += Math.max(0, Math.min(t, to) - from) / whole;
    if (kind !== "unclear") kinds[way[k]] = kind;
  });
  const index = nowAt(run, t).stayIndex;
  const begun = stays.findLastIndex(({ from }) => from <= t);
  return {
    ...{ way, spent, kinds },
    here: index < 0 ? -1 : way[index],
    before: index < 0 ? begun : index,
    loss: interpolated(run.t, run.loss, t),
    first: run.loss[0],
  };
}

/**
 * Of modes of one strength the first ones stand for as many others.
 * @param {Tree} tree
 * @param {number[]} learned
 */
export function nodeOf({ nodes, ties }, learned) {
  const free = learned.filter((k) => !ties.some((tie) => tie.includes(k)));
  const tied = ties.flatMap((tie) => tie.slice(0, tie.filter((k) => learned.includes(k)).length));
  const key = [...free, ...tied].sort((a, b) => a - b).join();
  return nodes.findIndex((node) => node.learned.join() === key);
}

/**
 * Where now stands, in pixels: at the height of the loss, on the line from the last rest to the next.
 * @param {Whereabouts} at
 * @param {Tree} tree
 * @param {{ x: number, y: number }[]} places of the nodes
 * @param {{ at: (value: number) => number, start: number, end: number }} axis
 * @param {number} step from column to column
 */
export function placeOfNow({ way, here, before, loss, first }, tree, places, axis, step) {
  const within = (/** @type {number} */ y) => Math.min(axis.start, Math.max(axis.end, y));
  const y = within(axis.at(loss));
  if (here >= 0) return { x: places[here].x, y };
  const left = Math.min(...places.map(({ x }) => x));
  const last = places[way[before]];
  const next = places[way[before + 1]] ?? (last && places[wayOn(tree, way[before])]) ?? last;
  if (!next) return { x: left, y };
  const from = last ?? { x: Math.max(left, next.x - step), y: within(axis.at(first)) };
  const share = next.y === from.y ? 0 : Math.min(1, Math.max(0, (y - from.y) / (next.y - from.y)));
  return { x: from.x + share * (next.x - from.x), y };
}

// The node that the strongest missing mode leads to.
function wayOn({ nodes, edges }, from) {
  const ahead = edges.filter(([a]) => a === from).map(([, b]) => b);
  return ahead.sort((a, b) => nodes[a].level - nodes[b].level)[0];
}
