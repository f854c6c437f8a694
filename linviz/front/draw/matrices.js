// The matrices at the moment shown, as equations with zero as the paper: the product and its target,
// and what is conserved. A cell under the pointer tells its number; what is lit stands out.

import { blocksOf, conservedRow, enlargement, imageRows, placedRows, productRow } from "./equation.js";
import { createStage, digitsFor, drawHeat, drawNumbers, markNegative, moment, shadesOf } from "./heat.js";
import { limited } from "./limits.js";
import { rounded, written } from "./numbers.js";
import { WORDS } from "../page/words.js";

const TALLEST = 3.4; // of a cell, in units of the type
const TALLEST_BARE = 1.6; // where it is one of several pictures
const LINES = 2.2; // for the caption

/** @typedef {import("./equation.js").PlacedBlock} PlacedBlock */

export function createMatrices({ name, clock, ink, size, bare = () => false }) {
  const state = {
    kind: "weights",
    heats: /** @type {any[]} */ ([]),
    rows: /** @type {import("./equation.js").Item[][]} */ ([]),
    drawn: /** @type {any} */ (null), // what is on the canvas: places and shades
    lit: "",
    pointed: /** @type {{ block: PlacedBlock, row: number, column: number } | null} */ (null),
  };
  const paint = (context, width, height, fontSize) => {
    if (state.heats.length === 0) return null;
    const most = (bare() ? TALLEST_BARE : TALLEST) * fontSize;
    return paintRows(context, state, { width, height, fontSize, most, t: clock.t, ink: ink() });
  };
  const stage = createStage((...page) => {
    state.drawn = paint(...page);
  }, size);
  listenPointer(stage, state);
  return {
    element: stage.element,
    get kind() {
      return state.kind;
    },
    choose(/** @type {string} */ chosen) {
      if (chosen === state.kind) return;
      state.kind = chosen;
      state.rows = rowsOf(state);
      stage.paint();
    },
    show(run) {
      state.heats = run.pictures[name].heats;
      state.pointed = null;
      state.rows = rowsOf(state);
      stage.describe(run.words?.[name] ?? "");
    },
    preview(run) {
      this.show(run);
      stage.paint();
    },
    reach: (_, __, limits) => recolored(state, limits) && stage.paint(),
    places: () => state.drawn?.blocks ?? [],
    // W1, P, Y, C1: that matrix stands out; "" ends it
    light(/** @type {string} */ key) {
      if (state.lit === key) return;
      state.lit = key;
      stage.paint();
    },
    fit: (box) => stage.fit(box),
    draw: () => stage.paint(),
    move() {
      if (!unchanged(state.drawn, clock.t)) stage.paint();
    },
    render: (...page) => paint(...page),
    weights: () => known(state, clock),
    table: () => table(state, clock.t),
    describe: stage.describe,
  };
}

// Whether they are on another scale: colors glide.
function recolored(state, limits) {
  if (state.heats.every(({ scale, limit }) => limit === (limits[scale] ?? limit))) return false;
  state.heats = limited({ heats: state.heats }, limits).heats;
  state.rows = rowsOf(state);
  return true;
}

function rowsOf({ heats, kind }) {
  const images = imageRows(heats);
  if (images.length > 0) return images;
  const conserved = conservedRow(heats);
  return [...(kind === "weights" ? [productRow(heats)] : []), ...(conserved.length > 0 ? [conserved] : [])];
}

function paintRows(context, { rows, lit, pointed, kind, heats }, page) {
  const { width, height, fontSize, t, ink } = page;
  context.font = titleFont(fontSize, ink);
  const wide = (text) => context.measureText(text.replace("_", "")).width;
  const under = rows.length > 0 ? LINES * fontSize : 0;
  const placed = placedRows(rows, { ...page, height: height - under, wide });
  const blocks = placed.blocks.map((block) => ({ ...block, values: block.at(t) }));
  const numbers = numbersIn(context, blocks, fontSize, ink);
  for (const operator of placed.operators) drawOperator(context, operator, fontSize, ink);
  for (const block of blocks) {
    const shades = shadesOfBlock(block, block.values);
    const faded = lit !== "" && !isLit(block.key, lit);
    context.globalAlpha = faded ? 0.25 : 1;
    drawHeat(context, block, shades, block.first && shadesOfBlock(block, block.first), ink);
    context.font = `${0.94 * fontSize}px ${ink.family}`;
    const cut = block.first && !block.framed; // half a cell is no ground for a number
    if (numbers === null || cut) markNegative(context, block, shades, ink);
    else drawNumbers(context, block, block.values, shades, numbers, ink);
    drawTitle(context, block, fontSize, ink);
    context.globalAlpha = 1;
  }
  const [bold, soft = ""] = pointed ? [toldOf(pointed, blocks)] : caption(rows, heats, kind);
  const line = Math.min(height - 0.8 * fontSize, placed.bottom + 1.8 * fontSize);
  drawCaption(context, bold, soft, width, line, fontSize, ink);
  return { blocks, numbers };
}

// The key of a product of a layer with itself is the layer's; what is conserved is so in both runs.
function isLit(key, lit) {
  return key === lit || (key.startsWith("D") && key.slice(1) === lit.slice(1) && lit.startsWith("C"));
}

function shadesOfBlock({ limit, floor }, matrix) {
  return shadesOf(matrix, limit || 1, limit === 0 ? Infinity : floor);
}

// Whether the moment shown has the shades that are drawn already.
function unchanged(drawn, t) {
  if (!drawn || drawn.numbers !== null) return false;
  return drawn.blocks.every((block) => {
    const [before, now] = [block.values, block.at(t)].map((values) => shadesOfBlock(block, values));
    return before.every((shade, i) => shade === now[i]);
  });
}

function titleFont(fontSize, ink) {
  return `${fontSize}px ${ink.family}`;
}

// How many digits the entries have in the cells: null where one matrix has no room for them.
function numbersIn(context, blocks, fontSize, ink) {
  context.font = `${0.94 * fontSize}px ${ink.family}`;
  const room = blocks.map(({ limit, width, height, columns, rows }) => {
    if (height / rows < 1.3 * fontSize) return null;
    return limit === 0 ? 9 : digitsFor(context, limit, width / columns, 0.25 * fontSize);
  });
  return room.length === 0 || room.includes(null) ? null : Math.min(2, ...room);
}

function drawOperator(context, { op, x, y }, fontSize, ink) {
  context.font = `${1.35 * fontSize}px ${ink.family}`;
  context.fillStyle = ink.text;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(op, x, y);
}

function drawTitle(context, { title, x, y, width, framed }, fontSize, ink) {
  const [name, index = ""] = title.split("_");
  const small = 0.72 * fontSize;
  const font = (size) => `${framed ? 600 : 400} ${size}px ${ink.family}`;
  context.font = font(small);
  const lowered = index ? context.measureText(index).width : 0;
  context.font = font(fontSize);
  const left = x + (width - context.measureText(name).width - lowered) / 2;
  context.fillStyle = ink.text;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  const base = y - 0.5 * fontSize;
  context.fillText(name, left, base);
  if (!index) return;
  const at = left + context.measureText(name).width;
  context.font = font(small);
  context.fillText(index, at, base + 0.2 * fontSize);
}

// What never moves, and how it is drawn.
function caption(rows, heats, kind) {
  if (heats[0].kind === "images") return ["", WORDS.pictures.images];
  const conserved = rows.at(-1) ?? [];
  const own = blocksOf(conserved).filter(({ framed }) => framed);
  if (own.length === 0) return [kind === "weights" ? "" : WORDS.pictures.nothing, ""];
  const beside = heats.some(({ key }) => key.startsWith("D"));
  const { halves, beside: both, noneMoves, still } = WORDS.pictures;
  if (beside) return [both, halves];
  const names = own.map(({ key }) => key.replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]));
  if (own.length > 2) return [noneMoves, "Wⱼ₊₁ᵀWⱼ₊₁ − WⱼWⱼᵀ = Cⱼ"];
  const zero = own.every(({ limit }) => limit === 0);
  return [still(names), zero ? WORDS.pictures.zero(names.length) : drawn(enlargement(conserved), names.length)];
}

// How the conserved are drawn beside the products whose difference they are.
function drawn(times, count) {
  const { halves, enlarged, zero } = WORDS.pictures;
  if (times === 0) return zero(count);
  return times > 1 ? halves + enlarged(times) : halves;
}

// Bold words, and soft ones where they have room.
function drawCaption(context, bold, soft, width, y, fontSize, ink) {
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = ink.text;
  context.font = `600 ${fontSize}px ${ink.family}`;
  context.fillText(bold, 2, y);
  const at = 2 + context.measureText(bold).width + 0.7 * fontSize;
  context.font = `${0.94 * fontSize}px ${ink.family}`;
  context.fillStyle = ink.soft;
  if (at + context.measureText(soft).width <= width) context.fillText(soft, at, y);
}

function toldOf({ block: { key, title }, row, column }, blocks) {
  const block = blocks.find((each) => each.key === key && each.title === title);
  if (!block) return "";
  const name = title.replace("_", "") || WORDS.pictures.rowFor(key.slice(1));
  return `${WORDS.pictures.cell(name, row + 1, column + 1)}: ${written(block.values[row * block.columns + column], 3)}`;
}

// The cell under the pointer; the page is told which matrix it is, and lights what belongs to it.
function listenPointer(stage, state) {
  const point = (/** @type {PointerEvent | null} */ event) => {
    const before = state.pointed;
    state.pointed = event && cellAt(state.drawn?.blocks ?? [], event.offsetX, event.offsetY);
    const same = before?.block.key === state.pointed?.block.key;
    if (!same) {
      const detail = state.pointed?.block.key ?? "";
      stage.element.dispatchEvent(new CustomEvent("linviz-light", { bubbles: true, detail }));
    }
    if (before || state.pointed) stage.paint();
  };
  stage.element.addEventListener("pointermove", point);
  stage.element.addEventListener("pointerleave", () => point(null));
}

function cellAt(blocks, px, py) {
  for (const block of blocks) {
    const [u, v] = [(px - block.x) / block.width, (py - block.y) / block.height];
    if (u >= 0 && u < 1 && v >= 0 && v < 1) {
      return { block, row: Math.floor(v * block.rows), column: Math.floor(u * block.columns) };
    }
  }
  return null;
}

// The weights for a hand: each is the middle of its cell.
function known({ heats, drawn }, clock) {
  const layers = heats.filter(({ key }) => key.startsWith("W"));
  if (layers.length === 0) return null;
  const own = ({ key, title }) => layers.findIndex((heat) => heat.key === key && heat.title === title);
  const blocks = (drawn?.blocks ?? []).filter((block) => own(block) >= 0);
  return {
    shapes: layers.map(({ values }) => values.shape.slice(1)),
    limit: layers[0].limit,
    at(px, py) {
      const found = cellAt(blocks, px, py);
      return found && [own(found.block), found.row, found.column];
    },
    spot([j, row, column]) {
      const block = blocks.find((each) => own(each) === j);
      if (!block) return null;
      const { x, y, width, height, rows, columns } = block;
      return { x: x + ((column + 0.5) * width) / columns, y: y + ((row + 0.5) * height) / rows };
    },
    value: ([j, a, b]) => moment(layers[j], clock.t)[a * layers[j].values.shape[2] + b],
  };
}

function table({ heats, kind }, t) {
  const images = heats[0]?.kind === "images";
  const shown = heats.filter((heat) => images || heat.kind === kind);
  const most = Math.max(1, ...shown.map(({ values }) => values.shape[2]));
  const rows = shown.flatMap((heat) => {
    const [[, count, columns], matrix] = [heat.values.shape, moment(heat, t)];
    return Array.from({ length: count }, (_, row) => {
      const entries = Array.from(matrix.subarray(row * columns, (row + 1) * columns), rounded);
      return [heat.name, row + 1, ...entries, ...Array(most - columns).fill("")];
    });
  });
  const columns = [...WORDS.table.matrixColumns, ...Array.from({ length: most }, (_, k) => WORDS.table.column(k + 1))];
  return { caption: WORDS.table.matrices(images ? "images" : kind, written(t, 4)), columns, rows };
}
