// Where the run is on the tree of critical values: which nodes it has visited, how long, and the place
// of now between two of them.

import { interpolated, lastBefore } from "../page/arrays.js";
import { nowAt } from "../time/now.js";

const JUMP = 2; // steps before and after now, between which a descent that jumps goes up and down
const HALF = 0.5; // of its goal: a mode that is as strong is known

/** @typedef {import("./picture.js").Tree} Tree */
/**
 * The stays of a run as numbers of nodes.
 * @typedef {object} Whereabouts
 * @property {number[]} way  a node for each stay, in order of time
 * @property {number[]} spent  at each node, the share of the run's time until now
 * @property {string[]} kinds  what the run found there, by node
 * @property {(number | null)[]} downs  ways down that it found there
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
  const downs = tree.nodes.map(({ down }) => down);
  stays.forEach(({ from, to, kind, down }, k) => {
    if (way[k] < 0) return;
    spent[way[k]] += Math.max(0, Math.min(t, to) - from) / whole;
    // what the run found there may be another point of the same value than theory's balanced one
    [kinds[way[k]], downs[way[k]]] = [kind, down];
  });
  const index = nowAt(run, t).stayIndex;
  const begun = stays.findLastIndex(({ from }) => from <= t);
  return {
    ...{ way, spent, kinds, downs },
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
  if (!last && way[before + 1] === undefined) return { x: downStairs(tree, places, y), y };
  const next = places[way[before + 1]] ?? (last && places[wayOn(tree, way[before])]) ?? last;
  const from = last ?? { x: places.length > 1 ? Math.max(left, next.x - step) : 0, y: within(axis.at(first)) };
  const share = next.y === from.y ? 0 : Math.min(1, Math.max(0, (y - from.y) / (next.y - from.y)));
  return { x: from.x + share * (next.x - from.x), y };
}

/**
 * Where another run stands, in pixels: in the column of as many modes as it has, at its own loss; null
 * where that is not known.
 * @param {Record<string, import("./picture.js").Picture>} pictures
 * @param {number} t
 * @param {{ x: number, learned: number[] }[]} nodes
 * @param {{ at: (value: number) => number, start: number, end: number }} axis
 */
export function placeOfOther({ loss, modes }, t, nodes, axis) {
  const others = (/** @type {any} */ picture) => picture?.curves.filter(isOfAnother) ?? [];
  const [[height], strengths] = [others(loss), others(modes)];
  if (!height || strengths.length === 0) return null;
  const known = strengths.filter(({ x, y }, /** @type {number} */ k) => {
    const goal = modes.levels[k]?.value ?? 0;
    return goal > 0 && interpolated(x, y, t) >= HALF * goal;
  });
  const column = nodes.find(({ learned }) => learned.length === known.length);
  const within = (/** @type {number} */ loss) => Math.min(axis.start, Math.max(axis.end, axis.at(loss)));
  const k = lastBefore(height.x, t);
  const steps = Array.from(height.y.slice(Math.max(0, k - JUMP), k + JUMP + 1));
  const [low, high] = [Math.min(...steps), Math.max(...steps)].map(within);
  return column ? { x: column.x, y: within(interpolated(height.x, height.y, t)), low, high } : null;
}

const isOfAnother = (/** @type {import("./picture.js").Curve} */ { marker, x }) =>
  marker === "circle-open" && x.length > 0;

// Of a run that rests nowhere: on the line through the points that miss the weakest modes only.
function downStairs({ nodes }, places, y) {
  const stairs = places.filter((_, k) => isStair(nodes[k])).sort((a, b) => a.y - b.y);
  const k = stairs.findIndex((place) => place.y > y);
  if (k < 1) return (stairs.at(k) ?? places[0]).x;
  const [a, b] = [stairs[k - 1], stairs[k]];
  return a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x);
}

/**
 * Whether the strongest modes are learned, and no other: what a small start visits.
 * @param {{ learned: number[] }} node
 */
export const isStair = ({ learned }) => learned.every((mode, k) => mode === k + 1);

// The node that the strongest missing mode leads to.
function wayOn({ nodes, edges }, from) {
  const ahead = edges.filter(([a]) => a === from).map(([, b]) => b);
  return ahead.sort((a, b) => nodes[a].level - nodes[b].level)[0];
}
