// A study of many starts as it grows: blocks come in, in their order, and what is asked of it is read off.

import { lastBefore } from "../page/arrays.js";

/** @typedef {Float32Array & { shape: number[] }} Floats */
/**
 * @typedef {object} Block
 * @property {number} first
 * @property {number} count
 * @property {Floats} lines losses at the common times, a row a start
 * @property {{ end: Int32Array, arrived: Float32Array, entered: Floats, left: Floats, near: Int32Array }} starts
 */
/** @typedef {{ t: Float32Array, share: Float32Array, low: Float32Array, high: Float32Array, n: number, censored: number, until: number }} Curve */
/** @typedef {{ share: number, threshold: number, n: number, value: number, error: number }} Estimate */
/**
 * @typedef {object} Tail
 * @property {"exponential" | "power" | "none"} law
 * @property {number | null} value
 * @property {number | null} error
 * @property {number | null} theory
 * @property {number | null} codimension
 * @property {Estimate[]} estimates
 * @property {[number, number] | null} stable
 * @property {string} reason
 */
/** @typedef {{ name: string, passed: number, curve: Curve | null, tail: Tail | null }} Wait */
/** @typedef {{ law: string, total: number | null, rate: number | null, open: boolean, reason: string }} Law */
/** @typedef {{ loss: number, learned: number[], law: Law }} Level */
/** @typedef {{ dims: number[], rule: string, words: string, scale: number, seed: number, replaced: boolean }} Drawn */

/** @param {any} message */
export function begun(message) {
  return {
    scenario: /** @type {Drawn} */ (message.scenario),
    most: /** @type {number} */ (message.most),
    end: /** @type {number} */ (message.t_end),
    times: /** @type {Float64Array} */ (message.times),
    floor: /** @type {number} */ (message.floor),
    modes: /** @type {number} */ (message.modes),
    colors: /** @type {string[]} */ (message.colors),
    levels: /** @type {Level[]} */ (message.levels),
    tries: /** @type {import("./rail.js").Card[]} */ (message.tries),
    caution: /** @type {string} */ (message.caution),
    n: 0,
    seconds: 0,
    blocks: /** @type {Block[]} */ ([]),
    shares: /** @type {{ count: Int32Array, low: Float32Array, high: Float32Array } | null} */ (null),
    ends: /** @type {{ kind: string, count: number, low: number, high: number }[]} */ ([]),
    waits: /** @type {Wait[]} */ ([]),
  };
}

/** @typedef {ReturnType<typeof begun>} Gathered */

/**
 * With another block; its lines are what comes new.
 * @param {Gathered} study
 * @param {any} message
 */
export function take(study, message) {
  const { first, n, lines, starts, shares, ends, waits } = message;
  const block = { first, count: n - first, lines, starts };
  study.blocks.push(block);
  Object.assign(study, { n, shares, ends, waits, end: message.t_end, times: message.times });
  study.seconds += message.seconds;
  return block;
}

/** @param {Gathered} study */
export const shownUntil = (study) => study.times[study.times.length - 1];

/**
 * How many rest near a level at a time, between which shares of all starts it lies by 95 %.
 * @param {Gathered} study
 * @param {number} level as many as there are levels for the minimum
 * @param {number} t
 */
export function countAt(study, level, t) {
  if (!study.shares) return { count: 0, low: 0, high: 1 };
  const { count, low, high } = study.shares;
  const at = level * study.times.length + lastBefore(study.times, t);
  return { count: count[at], low: low[at], high: high[at] };
}

/**
 * @param {Gathered} study
 * @param {number} k
 */
export function blockOf(study, k) {
  return study.blocks.find(({ first, count }) => k >= first && k < first + count) ?? null;
}

/**
 * What is known of one start: the levels it passed near, in their order, with the time that it waited there
 * (at the last it may wait still), and where it ended.
 * @param {Gathered} study
 * @param {number} k
 */
export function startOf(study, k) {
  const block = blockOf(study, k);
  if (!block) return null;
  const { starts, first } = block;
  const m = study.levels.length;
  const at = (k - first) * m;
  const passed = [];
  for (let level = 0; level < m; level++) {
    if (!starts.near[at + level]) continue;
    const [entered, left] = [starts.entered[at + level], starts.left[at + level]];
    const stays = left < 0;
    passed.push({ level, entered, left: stays ? study.end : left, wait: (stays ? study.end : left) - entered, stays });
  }
  return { k, passed, end: starts.end[k - first], arrived: starts.arrived[k - first] };
}

/**
 * The start whose wait at a level is nearest to this one.
 * @param {Gathered} study
 * @param {number} level
 * @param {number} wait
 */
export function waiting(study, level, wait) {
  return best(study, level, (each) => -Math.abs(each.wait - wait));
}

/**
 * Of those that rest near a level at a time, the one that stays longest; at the minimum the last to have come.
 * @param {Gathered} study
 * @param {number} level
 * @param {number} t
 */
export function restingAt(study, level, t) {
  if (level < study.levels.length) {
    return best(study, level, ({ entered, left, wait }) => (entered <= t && t < left ? wait : -Infinity));
  }
  let [found, latest] = [-1, -1];
  for (const { first, starts } of study.blocks) {
    starts.arrived.forEach((time, i) => {
      if (time >= 0 && time <= t && time > latest) [found, latest] = [first + i, time];
    });
  }
  return found;
}

/**
 * @param {Gathered} study
 * @param {number} level
 * @param {(each: { entered: number, left: number, wait: number }) => number} worth
 */
function best(study, level, worth) {
  const m = study.levels.length;
  let [found, most] = [-1, -Infinity];
  for (const { first, count, starts } of study.blocks) {
    for (let i = 0; i < count; i++) {
      const at = i * m + level;
      if (!starts.near[at]) continue;
      const [entered, left] = [starts.entered[at], starts.left[at] < 0 ? study.end : starts.left[at]];
      const value = worth({ entered, left, wait: left - entered });
      if (value > most) [found, most] = [first + i, value];
    }
  }
  return found;
}

/**
 * The line nearest to a loss at a time, within so much of it; -1 for none.
 * @param {Gathered} study
 * @param {number} t
 * @param {number} loss
 * @param {number} within
 */
export function nearestLine(study, t, loss, within) {
  let [found, least] = [-1, within];
  eachLoss(study, t, (k, value) => {
    const distance = Math.abs(value - loss);
    if (distance < least) [found, least] = [k, distance];
  });
  return found;
}

/**
 * @param {Gathered} study
 * @param {number} t
 * @param {(k: number, loss: number) => void} act
 */
export function eachLoss(study, t, act) {
  const { times } = study;
  const i = lastBefore(times, t);
  const next = Math.min(i + 1, times.length - 1);
  const part = next > i ? Math.min(1, Math.max(0, (t - times[i]) / (times[next] - times[i]))) : 0;
  for (const { first, lines } of study.blocks) {
    const [rows, columns] = lines.shape;
    for (let k = 0; k < rows; k++) {
      const at = k * columns;
      act(first + k, (1 - part) * lines[at + i] + part * lines[at + next]);
    }
  }
}

/** The level whose waits are looked at: the one chosen if some start passed near it, else the lowest such. */
/** @param {Gathered} study @param {number} chosen */
export function watchedLevel(study, chosen) {
  const there = (/** @type {number} */ level) => (study.waits[level]?.passed ?? 0) > 0;
  if (there(chosen)) return chosen;
  for (let level = study.levels.length - 1; level >= 0; level--) if (there(level)) return level;
  return study.levels.length - 1;
}
