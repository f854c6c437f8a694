// What is said of a study: the sentence of its tail, the line of the moment shown, and a start by its course.
// Nothing is called a limit, and no count proves that nobody stays.

import { countAt } from "./gather.js";
import { worded } from "./band.js";
import { SAID } from "./words.js";

/** @typedef {import("./gather.js").Gathered} Gathered */
/** @typedef {[before: string, middle: string, after: string]} Sentence the middle stands out */

/** @param {number} value */
const short = (value) => Number(value.toPrecision(2)).toString();

/**
 * @param {Gathered} study
 * @param {number} level whose waits are looked at
 * @returns {Sentence}
 */
export function sentence(study, level) {
  const tail = study.waits[level]?.tail ?? null;
  const count = study.ends.find(({ kind }) => kind === "minimum")?.count ?? 0;
  const stuck = study.ends.filter(({ kind }) => kind === "near").reduce((sum, end) => sum + end.count, 0);
  if (stuck > study.n / 20) {
    const [before, middle] = SAID.near(stuck, study.n);
    const until = SAID.untilThen(short(study.end));
    return [before, middle, study.caution ? until + SAID.nullSet : until];
  }
  const { law } = study.levels[level] ?? {};
  if (tail?.value && tail.error !== null && law && !law.open && isTold(tail)) {
    const rate = law.rate;
    if (tail.law === "power")
      return /** @type {Sentence} */ (SAID.powerLaw(tail.value.toFixed(1), tail.error.toFixed(1)));
    const [before, middle] = SAID.halve(short(Math.LN2 / tail.value));
    if (rate) return [before, middle, SAID.measured((tail.value / rate).toFixed(2), (tail.error / rate).toFixed(2))];
    return [before, middle, SAID.slope(tail.value.toFixed(2), short(law.total ?? 0))];
  }
  return /** @type {Sentence} */ (count === study.n ? SAID.all(study.n) : SAID.most(count, study.n));
}

/**
 * @param {Gathered} study
 * @param {number} t
 */
export function facts(study, t) {
  const m = study.levels.length;
  const done = countAt(study, m, t).count;
  let near = 0;
  for (let level = 0; level < m; level++) near += countAt(study, level, t).count;
  const arrived = study.ends.find(({ kind }) => kind === "minimum");
  const last = study.times[study.times.length - 1];
  const end = short(study.end);
  const late = study.n - (arrived?.count ?? 0);
  const least = `${Number((100 * (1 - (arrived?.low ?? 0))).toPrecision(1))} %`;
  return [
    SAID.nowFacts(worded(t, last), done, study.n, near),
    late === 0 ? SAID.allBy(end, least) : SAID.someBy(end, late, study.caution === ""),
    standing(study.scenario.dims.length - 2),
  ];
}

/** Where theory has no number, a tail is told that the next thresholds agree with.
 * @param {import("./gather.js").Tail} tail
 */
export const isTold = ({ theory, stable }) => theory !== null || (stable !== null && stable[0] < stable[1]);

/** What is known of the conjecture. @param {number} H */
const standing = (H) => (H === 0 ? SAID.convex : H === 1 ? SAID.proved : SAID.open);

/** A level's learned and missed modes. @param {Gathered} study @param {number} level */
export function nameOf(study, level) {
  const learned = study.levels[level]?.learned ?? [];
  const missed = Array.from({ length: study.modes }, (_, k) => k + 1).filter((k) => !learned.includes(k));
  return `${learned.length > 0 ? `{${learned.join(",")}}` : "∅"} | {${missed.join(",")}}`;
}

/**
 * The course of one start, in words.
 * @param {Gathered} study
 * @param {{ passed: { level: number, wait: number, stays: boolean }[], end: number, arrived: number }} start
 */
export function courseOf(study, start) {
  const parts = start.passed.map(({ level, wait, stays }) =>
    stays ? SAID.staysAt(nameOf(study, level)) : SAID.passes(nameOf(study, level), short(wait)),
  );
  if (parts.length === 0) parts.push(SAID.through);
  if (start.arrived >= 0) parts.push(SAID.arrives(short(start.arrived)));
  else if (start.end < 0) parts.push(SAID.undecided);
  return parts.join(", ");
}
