// How many starts rest at each level at the moment shown, as bars with 95 % intervals; each is a button
// that opens the start that stays there longest.

import { countAt } from "./gather.js";
import { SAID } from "./words.js";

const APART = 1.9; // units of the type from row to row
const MOST = 8; // levels that nobody has come near are left out where there are more

/** @typedef {import("./gather.js").Gathered} Gathered */

/**
 * @param {HTMLElement} place
 * @param {(level: number) => void} press
 */
export function createCounts(place, press) {
  const rows = document.createElement("div");
  const between = document.createElement("p");
  rows.className = "resting";
  between.className = "between-rests";
  place.append(rows, between);
  rows.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    if (button) press(Number(button.dataset.level));
  });
  let said = "";

  return {
    /**
     * @param {Gathered} study
     * @param {number} t
     * @param {{ y: (loss: number) => number }} frame of the lines beside it
     * @param {number} unit
     */
    show(study, t, frame, unit) {
      const counts = Array.from({ length: study.levels.length + 1 }, (_, level) => countAt(study, level, t));
      const shown = counts
        .map((_, level) => level)
        .filter((level) => level === study.levels.length || isShown(study, level));
      const key = JSON.stringify([study.scenario, shown]);
      if (key !== said) rows.replaceChildren(...shown.map((level) => rowOf(study, level)));
      said = key;
      const heights = spread(
        shown.map((level) => frame.y(study.levels[level]?.loss ?? study.floor)),
        APART * unit,
      );
      shown.forEach((level, i) =>
        fill(/** @type {HTMLElement} */ (rows.children[i]), counts[level], study.n, heights[i]),
      );
      const rest = study.n - counts.reduce((sum, { count }) => sum + count, 0);
      between.replaceChildren(bold(String(rest)), ` ${SAID.between}`);
      between.style.top = `${gapOf(heights, APART * unit)}px`;
    },
    clear() {
      said = "";
      rows.replaceChildren();
      between.replaceChildren();
    },
  };
}

/** @param {Gathered} study @param {number} level */
const isShown = (study, level) => study.levels.length < MOST || (study.waits[level]?.passed ?? 0) > 0;

/** @param {Gathered} study @param {number} level */
function rowOf(study, level) {
  const button = document.createElement("button");
  Object.assign(button, {
    type: "button",
    innerHTML: `<span class="level"></span><span class="part"><i></i><b></b><output></output></span>`,
  });
  const minimum = level === study.levels.length;
  const learned = minimum ? every(study) : study.levels[level].learned;
  button.dataset.level = String(level);
  button.dataset.kind = minimum ? "minimum" : study.levels[level].law.law === "power" ? "flat" : "saddle";
  button.title = SAID.openLongest(minimum);
  /** @type {HTMLElement} */ (button.firstElementChild).append(...pips(study, learned));
  return button;
}

/** @param {Gathered} study */
const every = (study) =>
  Array.from({ length: study.modes }, (_, k) => k + 1).slice(0, Math.min(...study.scenario.dims));

/** A level's modes, filled where it has learned them.
 * @param {{ modes: number }} study @param {number[]} learned
 */
export function pips({ modes }, learned) {
  if (modes > MOST) return [document.createTextNode(`{${learned.join(",")}}`)];
  return Array.from({ length: modes }, (_, k) => {
    const pip = document.createElement("i");
    if (learned.includes(k + 1)) pip.dataset.mode = String(k + 1);
    return pip;
  });
}

/**
 * @param {HTMLElement} row
 * @param {{ count: number, low: number, high: number }} count
 * @param {number} n
 * @param {number} y
 */
function fill(row, { count, low, high }, n, y) {
  row.style.top = `${y}px`;
  row.style.setProperty("--share", String(n > 0 ? count / n : 0));
  row.style.setProperty("--low", String(low));
  row.style.setProperty("--high", String(high));
  const text = String(count);
  const output = /** @type {HTMLElement} */ (row.querySelector("output"));
  if (output.textContent !== text) output.textContent = text;
  row.setAttribute("aria-label", `${text}, ${row.title}`);
}

/**
 * The same heights, at least so far apart; what is pushed is pushed up.
 * @param {number[]} heights from high levels to low ones, so ascending on the screen
 * @param {number} apart
 */
export function spread(heights, apart) {
  const found = [...heights];
  for (let i = found.length - 2; i >= 0; i--) found[i] = Math.min(found[i], found[i + 1] - apart);
  const lift = Math.max(0, apart / 2 - (found[0] ?? apart));
  if (lift > 0) for (let i = 0; i < found.length; i++) found[i] = Math.max(found[i], apart * (i + 0.5));
  return found;
}

/** The middle of the widest gap; where none has room above them all, or below. @param {number[]} heights @param {number} apart */
function gapOf(heights, apart) {
  const above = heights[0] - apart;
  let [found, widest] = [above > 0.5 * apart ? above : (heights.at(-1) ?? 0) + 1.2 * apart, 1.9 * apart];
  for (let i = 1; i < heights.length; i++) {
    const gap = heights[i] - heights[i - 1];
    if (gap > widest) [found, widest] = [(heights[i] + heights[i - 1]) / 2, gap];
  }
  return found;
}

/** @param {string} text */
function bold(text) {
  const element = document.createElement("b");
  element.textContent = text;
  return element;
}
