// The time bar's ground: where the run is at every moment, as stretches of the axis (near a saddle full
// height, near a flat one hatched, falling thin, at a minimum with a dark floor), and under each rest
// the modes it knows as pips. Where pictures stand above it the bar takes their axis, and has its ticks.

import { part, parts } from "../page/part.js";
import { named } from "../draw/axes.js";
import { shareOf } from "../draw/scale.js";
import { ticksOf } from "../draw/ticks.js";
import { scaleOf } from "../draw/zoom.js";
import { WORDS } from "../page/words.js";
import { timeTicks } from "./logtime.js";

const APART = 2.6; // units of the type: from label to label of a logarithmic axis
const MOST_PIPS = 8; // of more modes a number stands
const MODES_WITH_COLORS = 6;
const [LEAST_BOARD, LEAST_HEIGHT] = [900, 560]; // px: smaller ones have the bar in a row of its own
const [LEAST_BEFORE, LEAST_AFTER] = [200, 200]; // px: what the buttons before the bar need, and the moment after it

/** @typedef {import("./now.js").Stay} Stay */
/** @typedef {{ from: number, to: number, kind: string }} Stretch */

/**
 * @param {HTMLElement} root the time bar
 * @param {any} clock
 */
export function createCourse(root, clock) {
  const [track, lane, second, pips, ticks] = [".track", ".lane", ".second", ".pips", ".ticks"].map((s) =>
    part(root, s),
  );
  /** @type {Stay[]} */
  let stays = [];
  /** @type {Stretch[] | null} */
  let beside = null;

  function draw() {
    root.dataset.lanes = beside ? "2" : "1";
    lane.replaceChildren(...stays.map((stay) => stretch(stay, clock)));
    second.replaceChildren(...(beside ?? []).map((stay) => stretch(stay, clock)));
    pips.replaceChildren(...stays.map((stay) => row(stay, clock)));
    fit();
  }

  // What depends on the width: pips that would lie on each other, and the ticks.
  function fit() {
    const length = lane.getBoundingClientRect().width;
    const fontSize = parseFloat(getComputedStyle(ticks).fontSize) || 14;
    apart(parts(pips, ".known"), length, fontSize);
    const stacked = root.dataset.stacked === "true";
    ticks.replaceChildren(...(stacked ? labels(clock, length, fontSize) : []));
  }

  return {
    /** @param {{ now: { stays: Stay[], beside: Stretch[] | null } }} run */
    show(run) {
      ({ stays, beside } = run.now);
      draw();
    },
    // Under the pictures over time, from where their axis begins to where it ends.
    align() {
      const board = /** @type {any} */ (root.closest(".linviz"));
      const panels = (board?.linviz?.panels ?? []).filter(isOverTime);
      const stacked = String(board !== null && areStacked(board, panels, clock));
      if (board && (board.dataset.stacked ?? "false") !== stacked) {
        board.dataset.stacked = stacked;
        for (const { picture } of board.linviz.panels) picture.draw();
      }
      const span = stacked === "true" ? axisOf(panels[0].picture, clock) : null;
      root.dataset.stacked = String(span !== null);
      const start = root.getBoundingClientRect().left;
      track.style.setProperty("--start", `${span ? span.left - start : 0}px`);
      track.style.setProperty("--length", `${span ? span.width : 0}px`);
      root.dataset.tight = String(span !== null && span.left - start < LEAST_BEFORE);
      root.style.setProperty("--end", `${span ? span.left - start + span.width : 0}px`);
      fit();
    },
  };
}

/** @param {any} panel */
function isOverTime({ root, picture }) {
  return !root.hidden && picture.element.offsetWidth > 0 && picture.frame?.panes[0]?.x.axis.time;
}

// Whether the pictures over time stand in one column, and the bar has room at both sides.
/** @param {HTMLElement} board @param {any[]} panels @param {any} clock */
function areStacked(board, panels, clock) {
  if (panels.length === 0 || board.offsetWidth < LEAST_BOARD || window.innerHeight < LEAST_HEIGHT) return false;
  const places = panels.map(({ picture }) => picture.element.getBoundingClientRect());
  if (places.some(({ left, right }) => left !== places[0].left || right !== places[0].right)) return false;
  const { left, width } = axisOf(panels[0].picture, clock);
  return board.getBoundingClientRect().right - left - width >= LEAST_AFTER;
}

// Where the run begins and ends on the screen in a picture over time, whatever its zoom.
/** @param {any} picture @param {any} clock */
function axisOf(picture, clock) {
  const { x } = picture.frame.panes[0];
  const home = scaleOf({ ...x.span, range: null });
  const [from, to] = [clock.first, clock.last].map((t) => x.start + shareOf(home, t) * (x.end - x.start));
  return { left: picture.element.getBoundingClientRect().left + from, width: to - from };
}

/** @param {HTMLElement} element @param {number} from @param {number} to */
function place(element, from, to) {
  element.style.setProperty("--from", String(from));
  element.style.setProperty("--to", String(to));
}

/** @param {Stretch} stay @param {any} clock */
function stretch(stay, clock) {
  const span = document.createElement("span");
  span.className = "stay";
  span.dataset.kind = stay.kind;
  place(span, clock.positionOf(stay.from), clock.positionOf(stay.to));
  return span;
}

/** @param {Stay} stay @param {any} clock */
function row({ from, to, learned, missed }, clock) {
  const span = document.createElement("span");
  const count = learned.length + missed.length;
  span.className = "known";
  const middle = (clock.positionOf(from) + clock.positionOf(to)) / 2;
  place(span, middle, middle);
  if (count > MOST_PIPS) {
    span.textContent = String(learned.length);
    return span;
  }
  for (let mode = 1; mode <= count; mode++) {
    const pip = document.createElement("i");
    if (learned.includes(mode)) pip.dataset.mode = count > MODES_WITH_COLORS ? "other" : String(mode);
    span.append(pip);
  }
  return span;
}

// Of rows that would lie on each other the one of the longer stay is kept.
/** @param {HTMLElement[]} rows @param {number} length @param {number} fontSize */
function apart(rows, length, fontSize) {
  /** @type {[number, number][]} */
  const taken = [];
  for (const each of rows) {
    const half = (0.35 * each.childElementCount + 0.6) * fontSize;
    const center = Number(each.style.getPropertyValue("--from")) * length;
    const free = taken.every(([a, b]) => center + half <= a || center - half >= b);
    each.hidden = !free;
    if (free) taken.push([center - half, center + half]);
  }
}

/** @param {any} clock @param {number} length @param {number} fontSize */
function labels(clock, length, fontSize) {
  const space = { length, fontSize, upright: false, before: fontSize, after: fontSize, room: fontSize };
  const at = (/** @type {number} */ value) => length * clock.positionOf(value);
  const own = clock.inner === null ? null : timeTicks(clock.inner, clock.last);
  const ticks = own ? named(own, at, APART * fontSize) : ticksOf(clock.scale, space).ticks;
  const told = ticks.map(({ value, text }) => label(text, clock.positionOf(value)));
  return own ? [...told, label(WORDS.time.isLog, 1, "law")] : told;
}

/** @param {string} text @param {number} at @param {string} name */
function label(text, at, name = "") {
  const span = document.createElement("span");
  Object.assign(span, { textContent: text, className: name });
  place(span, at, at);
  return span;
}
