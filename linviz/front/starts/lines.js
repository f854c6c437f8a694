// The losses of many starts as lines that fall onto the levels while they are computed. Each piece of a
// line is drawn once, onto a layer; a frame is that layer, pale behind the moment shown, and a point a line.

import { ticksOf } from "../draw/ticks.js";
import { createSheet, rule, write } from "./sheet.js";
import { eachLoss, nearestLine, shownUntil } from "./gather.js";
import { SAID } from "./words.js";

export const MOST_LINES = 2000;
const FALL = 1100; // ms in which the lines of a block fall
const AT_ONCE = 5; // lines of one stroke
const PALE = 0.32; // of what is still to come
const NEAR = 9; // pixels from a line that is meant
const [BEFORE, ABOVE, BELOW] = [3.4, 1.1, 2.2]; // room around the plot, in units of the type

/** @typedef {import("./gather.js").Gathered} Gathered */
/** @typedef {{ rows: number, first: number, done: number, began: number, block: import("./gather.js").Block }} Falling */

/** @type {{ study: Gathered | null, picked: number, falling: Falling[], dropped: number }} */
const NOTHING = { study: null, picked: -1, falling: [], dropped: 0 };

/**
 * @param {HTMLElement} place
 * @param {{ ink: () => any, clock: any, wanted: () => number, open: (k: number) => void, tell: (k: number) => void, moved: () => void }} given
 */
export function createLines(place, given) {
  const layer = document.createElement("canvas");
  const onto = /** @type {CanvasRenderingContext2D} */ (layer.getContext("2d"));
  const state = { ...NOTHING };
  let request = 0;
  const sheet = createSheet(place, () => {
    layer.width = sheet.canvas.width;
    layer.height = sheet.canvas.height;
    again();
    given.moved();
  });
  const frame = () => frameOf(sheet.size, given.ink(), state.study);

  // All lines anew, as far as they have fallen.
  function again() {
    const { study } = state;
    onto.clearRect(0, 0, layer.width, layer.height);
    if (!study || sheet.size.width === 0) return sheet.begin();
    for (const block of study.blocks.slice(0, state.dropped)) {
      const waits = state.falling.find((each) => each.block === block);
      trace(block, 0, waits ? waits.done : study.times.length - 1);
    }
    paint();
  }

  /** @param {import("./gather.js").Block} block @param {number} from @param {number} to */
  function trace(block, from, to) {
    if (to <= from || !state.study) return;
    onto.setTransform(sheet.size.ratio, 0, 0, sheet.size.ratio, 0, 0);
    onto.globalAlpha = Math.min(0.55, Math.max(0.05, 46 / Math.min(MOST_LINES, given.wanted())));
    drawPieces(onto, block, state.study, frame(), given.ink(), from, to);
  }

  /** @param {number} now */
  function fall(now) {
    const { study } = state;
    if (!study) return;
    for (const each of state.falling) {
      if (each.began === 0) each.began = now;
      const upto = Math.min(1, (now - each.began) / FALL) * (study.times.length - 1);
      trace(each.block, each.done, Math.floor(upto));
      each.done = Math.floor(upto);
    }
    state.falling = state.falling.filter(({ done }) => done < study.times.length - 1);
    paint();
    if (state.falling.length > 0) soon();
  }

  function paint() {
    const { study } = state;
    sheet.begin();
    if (!study || layer.width === 0) return;
    const ink = given.ink();
    const at = frame();
    const x = at.x(given.clock.t);
    drawGround(sheet.context, at, study, ink);
    if (study.n === 0) return;
    lay(sheet.context, layer, sheet.size, x);
    rule(sheet.context, [x, at.top - 8, x, at.bottom + 4], ink.text, 1.4 * ink.bold);
    drawPoints(sheet.context, study, at, given.clock.t, state, ink);
    if (state.picked >= 0) drawPicked(sheet.context, study, state.picked, at, ink);
  }
  // What is asked for is not asked for anew: who moves the moment comes first in every frame.
  const soon = () => {
    request ||= requestAnimationFrame((now) => {
      request = 0;
      if (state.falling.length > 0) fall(now);
      else paint();
    });
  };

  listen(sheet.canvas, { state, frame, soon, given });
  return {
    soon,
    again,
    frame,
    state,
    /** @param {Gathered | null} study */
    show(study) {
      Object.assign(state, NOTHING, { study, falling: [] });
      again();
    },
    /** @param {import("./gather.js").Block} block @param {boolean} calm */
    drop(block, calm) {
      state.dropped += 1;
      if (block.lines.shape[0] === 0) return soon();
      const rows = block.lines.shape[0];
      if (calm) trace(block, 0, block.lines.shape[1] - 1);
      else state.falling.push({ rows, first: block.first, done: 0, began: 0, block });
      soon();
    },
    dispose() {
      cancelAnimationFrame(request);
      sheet.dispose();
    },
  };
}

/** The axes; whoever stands beside it takes the upright one from here.
 * @param {{ width: number, height: number }} size
 * @param {any} ink
 * @param {Gathered | null} study
 */
export function frameOf(size, ink, study) {
  const unit = ink.labels;
  const [left, right] = [BEFORE * unit, size.width - 0.8 * unit];
  const [top, bottom] = [ABOVE * unit, size.height - BELOW * unit];
  const end = study ? shownUntil(study) || 1 : 1;
  const floor = study?.floor ?? 0;
  const most = Math.max(floor, ...(study?.levels ?? []).map(({ loss }) => loss), highest(study));
  const high = floor + 1.06 * (most - floor || 1);
  return {
    ...{ left, right, top, bottom, end, floor, high },
    x: (/** @type {number} */ t) => left + ((right - left) * t) / end,
    y: (/** @type {number} */ loss) => bottom - ((bottom - top) * (loss - floor)) / (high - floor),
    t: (/** @type {number} */ x) => Math.min(end, Math.max(0, (end * (x - left)) / (right - left))),
    loss: (/** @type {number} */ y) => floor + ((high - floor) * (bottom - y)) / (bottom - top),
  };
}

/** @typedef {ReturnType<typeof frameOf>} Frame */

/** From where the first block falls, but for its few highest starts. @param {Gathered | null} study */
function highest(study) {
  const [first] = study?.blocks ?? [];
  if (!first || first.lines.shape[0] === 0) return -Infinity;
  const [rows, columns] = first.lines.shape;
  const from = Array.from({ length: rows }, (_, k) => first.lines[k * columns]).sort((a, b) => a - b);
  return from[Math.floor(0.95 * (rows - 1))];
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import("./gather.js").Block} block
 * @param {Gathered} study
 * @param {Frame} at
 * @param {any} ink
 * @param {number} from
 * @param {number} to
 */
function drawPieces(context, block, study, at, ink, from, to) {
  const [rows, columns] = block.lines.shape;
  Object.assign(context, {
    strokeStyle: ink.dark ? ink.up : ink.positive,
    lineWidth: 1.3 * ink.bold,
    lineJoin: "round",
  });
  for (let k = 0; k < rows; k += AT_ONCE) {
    context.beginPath();
    for (let row = k; row < Math.min(rows, k + AT_ONCE); row++) {
      for (let i = from; i <= to; i++) {
        const [x, y] = [at.x(study.times[i]), at.y(Math.min(at.high, block.lines[row * columns + i]))];
        if (i === from) context.moveTo(x, y);
        else context.lineTo(x, y);
      }
    }
    context.stroke();
  }
}

/** The layer: as it is up to the moment, pale beyond.
 * @param {CanvasRenderingContext2D} context
 * @param {HTMLCanvasElement} layer
 * @param {{ width: number, height: number, ratio: number }} size
 * @param {number} x
 */
function lay(context, layer, { width, height, ratio }, x) {
  const cut = Math.round(x * ratio) / ratio;
  for (const [from, to, alpha] of [
    [0, cut, 1],
    [cut, width, PALE],
  ]) {
    if (to <= from) continue;
    context.globalAlpha = alpha;
    context.drawImage(layer, from * ratio, 0, (to - from) * ratio, layer.height, from, 0, to - from, height);
  }
  context.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Frame} at
 * @param {Gathered} study
 * @param {any} ink
 */
function drawGround(context, at, study, ink) {
  const unit = ink.labels;
  const levels = [...study.levels.map(({ loss }) => loss), study.floor];
  let free = -Infinity; // from above: labels that would touch are left out, the minimum's last of all
  levels.forEach((loss, k) => {
    const y = at.y(loss);
    rule(context, [at.left, y, at.right, y], ink.axis, ink.bold, [1.5, 5]);
    const last = k === levels.length - 1;
    if (!last && (y < free || at.y(study.floor) - y < 1.15 * unit)) return;
    free = y + 1.15 * unit;
    write(context, ink, Number(loss.toPrecision(3)).toString(), at.left - 0.6 * unit, y, { align: "right" });
  });
  if (study.n === 0) return; // how long they take is not known yet
  const length = at.right - at.left;
  const space = { length, fontSize: unit, upright: false, before: unit, after: unit, room: unit };
  const { ticks } = ticksOf({ log: false, from: 0, to: at.end }, space);
  for (const { value, text } of ticks) {
    write(context, ink, text, at.x(value), at.bottom + 1.2 * unit, { align: "center", color: ink.soft });
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Gathered} study
 * @param {Frame} at
 * @param {number} t
 * @param {{ falling: Falling[] }} state
 * @param {any} ink
 */
function drawPoints(context, study, at, t, { falling }, ink) {
  const half = 2.4 * ink.bold;
  const last = study.times.length - 1;
  const late = new Set(falling.filter(({ done }) => study.times[Math.min(done, last)] < t).map(({ first }) => first));
  let [from, to, hidden] = [0, 0, false];
  Object.assign(context, { fillStyle: ink.text, globalAlpha: 0.42 });
  context.beginPath();
  eachLoss(study, t, (k, loss) => {
    if (k >= to || k < from) {
      const block = study.blocks.find(({ first, count }) => k >= first && k < first + count);
      [from, to, hidden] = [block?.first ?? 0, (block?.first ?? 0) + (block?.count ?? 0), late.has(block?.first ?? -1)];
    }
    if (hidden || loss > at.high) return;
    const [x, y] = [at.x(t) + (((k * 37) % 17) - 8) * 0.7, at.y(loss)];
    context.moveTo(x + half, y);
    context.arc(x, y, half, 0, 7);
  });
  context.fill();
  context.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Gathered} study
 * @param {number} k
 * @param {Frame} at
 * @param {any} ink
 */
function drawPicked(context, study, k, at, ink) {
  const block = study.blocks.find(({ first, count }) => k >= first && k < first + count);
  if (!block || k - block.first >= block.lines.shape[0]) return;
  const columns = block.lines.shape[1];
  for (const [color, width] of [
    [ink.paper, 6],
    [ink.down, 3],
  ]) {
    Object.assign(context, { strokeStyle: color, lineWidth: Number(width) * ink.bold, lineJoin: "round" });
    context.beginPath();
    for (let i = 0; i < columns; i++) {
      context.lineTo(at.x(study.times[i]), at.y(Math.min(at.high, block.lines[(k - block.first) * columns + i])));
    }
    context.stroke();
  }
}

/**
 * A pointer picks the line under it and opens it; keys go from line to line at the moment shown.
 * @param {HTMLCanvasElement} canvas
 * @param {{ state: { study: Gathered | null, picked: number }, frame: () => Frame, soon: () => void, given: any }} own
 */
function listen(canvas, { state, frame, soon, given }) {
  Object.assign(canvas, { tabIndex: 0, ariaLabel: SAID.linesHint });
  canvas.setAttribute("role", "img");
  const pick = (/** @type {number} */ k) => {
    if (k === state.picked) return;
    state.picked = k;
    canvas.style.cursor = k >= 0 ? "pointer" : "";
    given.tell(k);
    soon();
  };
  const under = (/** @type {PointerEvent} */ event) => {
    const at = frame();
    const { left, top } = canvas.getBoundingClientRect();
    const y = event.clientY - top;
    if (!state.study) return -1;
    return nearestLine(state.study, at.t(event.clientX - left), at.loss(y), Math.abs(at.loss(y) - at.loss(y - NEAR)));
  };
  canvas.addEventListener("pointermove", (event) => pick(under(event)));
  canvas.addEventListener("pointerleave", () => pick(-1));
  canvas.addEventListener("click", (event) => {
    pick(under(/** @type {PointerEvent} */ (event)));
    if (state.picked >= 0) given.open(state.picked);
  });
  canvas.addEventListener("keydown", (event) => {
    const steps = /** @type {Record<string, number>} */ ({ ArrowUp: -1, ArrowDown: 1 });
    if (event.key === "Enter" && state.picked >= 0) given.open(state.picked);
    else if (event.key in steps && state.study)
      pick(beside(state.study, given.clock.t, state.picked, steps[event.key]));
    else return;
    event.preventDefault();
  });
}

/** The next line up or down at this moment.
 * @param {Gathered} study
 * @param {number} t
 * @param {number} k
 * @param {number} step
 */
function beside(study, t, k, step) {
  /** @type {[number, number][]} */
  const order = [];
  eachLoss(study, t, (each, loss) => order.push([loss, each]));
  order.sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  const at = order.findIndex(([, each]) => each === k);
  const next = at < 0 ? 0 : Math.min(order.length - 1, Math.max(0, at + step));
  return order[next]?.[1] ?? -1;
}
