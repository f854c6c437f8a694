// Matrices at the moment shown, as heat maps with zero in the middle of the colors: either the
// weights with their product and its target, or the conserved C_j.

import { createStage, moment } from "./heat.js";
import { digitsFor, drawHeat, drawNumbers, drawScale, markNegative, shadesOf } from "./heat.js";
import { rounded, written } from "./numbers.js";

export function createMatrices({ name, clock, ink, size }) {
  let kind = "weights";
  let groups = /** @type {Record<string, any[][]>} */ ({ weights: [], invariants: [] });
  let drawn = null; // what is on the canvas: its shades, and whether numbers are in the cells
  let known = false;
  const matrices = () => groups[kind].flat().map(({ heat }) => moment(heat, clock.t));
  const render = (context, ...page) => (known ? paint(context, groups[kind], matrices(), ...page, ink()) : null);
  const stage = createStage((...page) => {
    drawn = render(...page);
  }, size);
  return {
    element: stage.element,
    get kind() {
      return kind;
    },
    choose(/** @type {string} */ chosen) {
      if (chosen === kind) return;
      kind = chosen;
      stage.paint();
    },
    show(run) {
      const { heats } = run.pictures[name];
      groups = { weights: groupsOf(heats, "weights"), invariants: groupsOf(heats, "invariants") };
      known = true;
      stage.describe(run.words?.[name] ?? "");
    },
    fit: (box) => stage.fit(box),
    draw: () => stage.paint(),
    move() {
      if (known && !unchanged(drawn, groups[kind].flat(), matrices())) stage.paint();
    },
    render,
    table: () => table(groups[kind].flat(), matrices(), kind, clock.t),
    describe: stage.describe,
  };
}

function paint(context, groups, matrices, width, height, fontSize, ink) {
  if (groups.length === 0) {
    sayNothingConserved(context, width, height, fontSize, ink);
    return { numbers: false, shades: [] };
  }
  const shades = groups.flat().map((block, i) => shadesOfBlock(block, matrices[i]));
  context.font = titleFont(fontSize, ink);
  const places = placed(context, groups, width, height - 2.2 * fontSize, fontSize);
  places.forEach((place, i) => {
    drawHeat(context, place, shades[i], ink);
    drawTitle(context, place, fontSize, ink);
  });
  const numbers = numberBlocks(context, places, matrices, shades, fontSize, ink);
  drawScales(context, groups.flat(), width, height - 0.95 * fontSize, fontSize, ink);
  return { numbers, shades };
}

// Whether the moment shown has the shades that are drawn already.
function unchanged(drawn, blocks, matrices) {
  if (!drawn || drawn.numbers) return false;
  return drawn.shades.every((shades, i) => same(shades, shadesOfBlock(blocks[i], matrices[i])));
}

// Heat maps of one kind, in groups that are not parted, each with its sizes.
function groupsOf(heats, kind) {
  const groups = /** @type {any[][]} */ ([]);
  for (const heat of heats.filter((each) => each.kind === kind)) {
    const [name, index = ""] = heat.title.split("_");
    const [, rows, columns] = heat.values.shape;
    const block = { heat, name, index, rows, columns, limit: heat.limit, unit: heat.cell };
    if (heat.joined) groups[groups.length - 1].push(block);
    else groups.push([block]);
  }
  return groups;
}

function shadesOfBlock({ heat: { limit, floor } }, matrix) {
  return shadesOf(matrix, limit || 1, limit === 0 ? Infinity : floor);
}

function same(a, b) {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function titleFont(fontSize, ink) {
  return `600 ${fontSize}px ${ink.family}`;
}

// Places of the blocks in rows, with the largest common scale that fits; a group is not broken.
function placed(context, groups, width, height, fontSize) {
  const title = ({ name, index }) => context.measureText(name + index).width;
  const titled = groups.map((group) => group.map((block) => ({ ...block, title: title(block) })));
  const cells = titled[0][0].unit === 1; // a scale of cells, not of sides
  let [scale, over] = [0, cells ? 5.5 * fontSize : height];
  for (let k = 0; k < 24; k++) {
    const tried = (scale + over) / 2;
    const page = rowsOf(titled, tried, width, fontSize);
    if (page.height <= height && page.width <= width) scale = tried;
    else over = tried;
  }
  if (cells && scale >= 4) scale = Math.floor(scale);
  const page = rowsOf(titled, scale, width, fontSize);
  const spare = Math.max(0, height - page.height) / (page.rows.length + 1);
  let y = 0;
  return page.rows.flatMap((row) => {
    y += spare;
    const blocks = inRow(row, width, y, fontSize);
    y += row.height;
    return blocks;
  });
}

function rowsOf(groups, scale, width, fontSize) {
  const rows = [];
  for (const group of groups) {
    const blocks = group.map((block) => {
      const side = block.unit * scale;
      return { ...block, width: block.columns * side, height: block.rows * side };
    });
    const wide = blocks.reduce((sum, block) => sum + Math.max(block.width, block.title) + fontSize, 0);
    let row = rows.at(-1);
    if (!row || row.width + wide > width) {
      row = { blocks: [], width: 0, height: 0 };
      rows.push(row);
    }
    row.blocks.push(...blocks);
    row.width += wide;
    row.height = Math.max(row.height, ...blocks.map((block) => block.height + 2 * fontSize));
  }
  const total = rows.reduce((sum, row) => sum + row.height, 0);
  return { rows, width: Math.max(...rows.map((row) => row.width)), height: total };
}

function inRow({ blocks, width: used }, width, top, fontSize) {
  const spare = Math.min(2 * fontSize, (width - used) / (blocks.length + 1));
  let left = (width - used - spare * (blocks.length - 1)) / 2;
  return blocks.map((block) => {
    const wide = Math.max(block.width, block.title) + fontSize;
    const x = Math.round(left + (wide - block.width) / 2);
    left += wide + spare;
    return { ...block, x, y: Math.round(top + 1.6 * fontSize) };
  });
}

// Writes the entries in the cells, with the same digits in all matrices of one limit, or in none of
// them where one has no room; whether any are written.
function numberBlocks(context, blocks, matrices, shades, fontSize, ink) {
  const numbers = Math.max(11, 0.9 * fontSize);
  context.font = `${numbers}px ${ink.family}`;
  const room = blocks.map(({ limit, width, height, columns, rows }) => {
    if (limit === 0 || height / rows < 1.3 * numbers) return null;
    return digitsFor(context, limit, width / columns, 0.25 * fontSize);
  });
  const common = blocks.map(({ limit }) => {
    const alike = room.filter((_, i) => blocks[i].limit === limit);
    return alike.includes(null) ? null : Math.min(...alike);
  });
  blocks.forEach((block, i) => {
    if (common[i] === null) markNegative(context, block, shades[i], ink);
    else drawNumbers(context, block, matrices[i], shades[i], common[i], ink);
  });
  return common.some((digits) => digits !== null);
}

function drawTitle(context, { name, index, x, y, width }, fontSize, ink) {
  const small = Math.max(11, 0.72 * fontSize);
  const fonts = [titleFont(fontSize, ink), `600 ${small}px ${ink.family}`];
  const widths = [name, index].map((text, i) => {
    context.font = fonts[i];
    return text ? context.measureText(text).width : 0;
  });
  context.fillStyle = ink.text;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  const left = x + (width - widths[0] - widths[1]) / 2;
  context.font = fonts[0];
  context.fillText(name, left, y - 0.42 * fontSize);
  context.font = fonts[1];
  if (index) context.fillText(index, left + widths[0], y - 0.22 * fontSize);
}

// One scale for each limit, side by side.
function drawScales(context, blocks, width, middle, fontSize, ink) {
  const limits = new Map(blocks.map(({ heat: { scale, limit } }) => [scale, limit]));
  const scales = [...limits].map(([name, limit]) => ({ name, limit }));
  if (scales.length > 2) return sayScales(context, scales, width, middle, fontSize, ink);
  const each = (width - fontSize) / scales.length;
  scales.forEach(({ name, limit }, i) => {
    const left = 0.5 * fontSize + i * each;
    drawScale(context, name, limit, left + 0.5 * fontSize, left + each - 0.5 * fontSize, middle, fontSize, ink);
  });
}

// Three bars would have no room: what full blue and full orange mean, in words.
function sayScales(context, scales, width, middle, fontSize, ink) {
  context.fillStyle = ink.text;
  context.font = `${Math.max(11, 0.8 * fontSize)}px ${ink.family}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const text = scales.map(({ name, limit }) => `${name} ±${written(limit, 2)}`).join("   ");
  context.fillText(`full color: ${text}`, width / 2, middle);
}

function sayNothingConserved(context, width, height, fontSize, ink) {
  context.fillStyle = ink.text;
  context.font = `${fontSize}px ${ink.family}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText("no hidden layer: nothing to conserve", width / 2, height / 2);
}

function table(blocks, matrices, kind, t) {
  const most = Math.max(1, ...blocks.map((block) => block.columns));
  const rows = blocks.flatMap((block, b) => {
    return Array.from({ length: block.rows }, (_, row) => {
      const entries = Array.from(matrices[b].subarray(row * block.columns, (row + 1) * block.columns), rounded);
      return [block.heat.name, row + 1, ...entries, ...Array(most - block.columns).fill("")];
    });
  });
  const what = kind === "weights" ? "Weights, their product P and its target" : "Conserved matrices C";
  const columns = ["matrix", "row", ...Array.from({ length: most }, (_, k) => `column ${k + 1}`)];
  return { caption: `${what} at t = ${written(t, 4)}`, columns, rows };
}
