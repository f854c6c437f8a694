// The time bar's ground: where the run is at every moment, as stretches of the axis (near a saddle full
// height, near a flat one hatched, falling thin, at a minimum with a dark floor), and under each rest
// the modes it knows as pips. Where pictures stand above it the bar takes their axis, and has its ticks.

import { pixelsOf } from "../page/scaled.js";
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
  let boxes = /** @type {Boxes | null} */ (null);

  function draw() {
    root.dataset.lanes = beside ? "2" : "1";
    fill(lane, stays, stretch, clock);
    fill(second, beside ?? [], stretch, clock);
    fill(pips, stays, row, clock);
  }

  // What depends on the width: pips that would lie on each other, and the ticks.
  function fit(/** @type {number} */ length, /** @type {number} */ fontSize) {
    apart(parts(pips, ".known"), length, fontSize);
    const ticked = root.dataset.stacked === "true" || root.dataset.ticked === "true";
    const key = ticked ? [length, fontSize, clock.first, clock.last, clock.inner].join() : "";
    if (ticks.dataset.of === key) return;
    ticks.dataset.of = key;
    ticks.replaceChildren(...(ticked ? labels(clock, length, fontSize) : []));
  }

  function align() {
    const board = /** @type {any} */ (root.closest(".linviz"));
    const here = boxes ?? measured(root, board, lane, ticks);
    boxes = board ? here : null; // not before it stands on a page
    const panels = (board?.linviz?.panels ?? []).filter((/** @type {any} */ panel) => isOverTime(panel, here));
    const stacked = String(board !== null && areStacked(panels, here, clock));
    if (board && (board.dataset.stacked ?? "false") !== stacked) {
      board.dataset.stacked = stacked;
      for (const { picture } of board.linviz.panels) picture.draw();
    }
    const span = stacked === "true" ? axisOf(panels[0].picture, here, clock) : null;
    root.dataset.stacked = String(span !== null);
    const { start, lane: wide, fontSize } = here;
    track.style.setProperty("--start", `${span ? span.left - start : 0}px`);
    track.style.setProperty("--length", `${span ? span.width : 0}px`);
    root.dataset.tight = String(span !== null && span.left - start < LEAST_BEFORE);
    root.style.setProperty("--end", `${span ? span.left - start + span.width : 0}px`);
    fit(span ? span.width : wide, fontSize);
  }

  return {
    /** @param {{ now: { stays: Stay[], beside: Stretch[] | null } }} run */
    show(run) {
      ({ stays, beside } = run.now);
      draw();
      align();
    },
    // Under the pictures over time, from where their axis begins to where it ends.
    align,
    // What stands where may have changed.
    measure() {
      boxes = null;
      align();
    },
  };
}

/** @typedef {{ left: number, right: number, width: number }} Box */
/**
 * What stands where: read once a change of size, for reading it makes the browser lay out the page.
 * @typedef {{ board: Box & { tall: number }, start: number, lane: number, fontSize: number, pictures: Map<any, Box> }} Boxes
 */

/** @param {HTMLElement} root @param {any} board @param {HTMLElement} lane @param {HTMLElement} ticks @returns {Boxes} */
function measured(root, board, lane, ticks) {
  const scale = pixelsOf(root);
  const box = (/** @type {HTMLElement} */ element) => {
    const { left, right, width } = element.getBoundingClientRect();
    return { left: left / scale, right: right / scale, width: width / scale };
  };
  const panels = /** @type {any[]} */ (board?.linviz?.panels ?? []);
  return {
    board: { ...(board ? box(board) : { left: 0, right: 0, width: 0 }), tall: window.innerHeight },
    start: box(root).left,
    lane: box(lane).width,
    fontSize: parseFloat(getComputedStyle(ticks).fontSize) || 14,
    pictures: new Map(panels.map(({ picture }) => [picture, box(picture.element)])),
  };
}

/** @param {any} panel @param {Boxes} boxes */
function isOverTime({ root, picture }, boxes) {
  return !root.hidden && (boxes.pictures.get(picture)?.width ?? 0) > 0 && picture.frame?.panes[0]?.x.axis.time;
}

// Whether the pictures over time stand in one column, and the bar has room at both sides.
/** @param {any[]} panels @param {Boxes} boxes @param {any} clock */
function areStacked(panels, boxes, clock) {
  const { board, pictures } = boxes;
  if (panels.length === 0 || board.width < LEAST_BOARD || board.tall < LEAST_HEIGHT) return false;
  const places = panels.map(({ picture }) => /** @type {Box} */ (pictures.get(picture)));
  if (places.some(({ left, right }) => left !== places[0].left || right !== places[0].right)) return false;
  const { left, width } = axisOf(panels[0].picture, boxes, clock);
  return board.right - left - width >= LEAST_AFTER;
}

// Where the run begins and ends on the screen in a picture over time, whatever its zoom.
/** @param {any} picture @param {Boxes} boxes @param {any} clock */
function axisOf(picture, boxes, clock) {
  const { x } = picture.frame.panes[0];
  const home = scaleOf({ ...x.span, range: null });
  const [from, to] = [clock.first, clock.last].map((t) => x.start + shareOf(home, t) * (x.end - x.start));
  return { left: /** @type {Box} */ (boxes.pictures.get(picture)).left + from, width: to - from };
}

// Those that are there move, while they stand for the same.
/**
 * @template {Stretch} S
 * @param {HTMLElement} parent @param {S[]} list @param {(stay: S, clock: any) => HTMLElement} make @param {any} clock
 */
function fill(parent, list, make, clock) {
  const made = list.map((stay) => make(stay, clock));
  const there = /** @type {HTMLElement[]} */ ([...parent.children]);
  const isSame = (/** @type {HTMLElement} */ each, /** @type {number} */ k) =>
    each.dataset.kind === there[k].dataset.kind && each.innerHTML === there[k].innerHTML;
  if (made.length !== there.length || !made.every(isSame)) return parent.replaceChildren(...made);
  for (const [k, { style }] of made.entries()) there[k].style.cssText = style.cssText;
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
