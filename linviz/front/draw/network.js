// The network as layers of nodes, each weight an edge: its width is |weight|, on one scale for the
// whole run; positive ones are navy and solid, negative ones brown and dashed.

import { createStage, moment } from "./heat.js";
import { limited } from "./limits.js";
import { rounded, written } from "./numbers.js";
import { WORDS } from "../page/words.js";

const LEVELS = 32; // widths that are told apart: edges of one width and sign are one path
const MOST_EDGES = 2500;
const MOST_ROWS = 500; // of the table

/** @typedef {import("./picture.js").Network} Network */

export function createNetwork({ name, clock, ink, size }) {
  let made = /** @type {Network | null} */ (null);
  let layers = [];
  let last = /** @type {any} */ ({ key: "" }); // the layout last used
  let lit = "";
  const stage = createStage((...page) => paint(...page, true), size);

  function paint(context, width, height, fontSize, onScreen) {
    if (!made) return;
    const inks = ink();
    const key = [width, height, fontSize, inks.bold].join();
    if (last.key !== key) last = { key, ...layout(layers, width, height, fontSize, inks.bold) };
    context.save();
    const layer = Number(/^W(\d+)$/.exec(lit)?.[1] ?? 0);
    drawEdges(context, last, weightsAt(made, clock.t), made.edges[0], { ...inks, layer, onScreen });
    drawNodes(context, last, inks);
    drawNames(context, last, made, fontSize, inks);
    drawLegend(context, last, made.edges[0], width, height, fontSize, inks);
    context.restore();
  }

  return {
    element: stage.element,
    show(run) {
      made = /** @type {Network} */ (run.pictures[name].network);
      layers = made.neurons.map(nodesOf);
      last = { key: "" };
      stage.describe(run.words?.[name] ?? "");
    },
    preview(run) {
      this.show(run);
      stage.paint();
    },
    // widths that glide
    reach(_, __, limits) {
      if (!made) return;
      const { network } = limited({ network: made }, limits);
      if (network.edges[0].limit === made.edges[0].limit) return;
      made = network;
      stage.paint();
    },
    fit: (box) => stage.fit(box),
    draw: () => stage.paint(),
    move: stage.paint,
    // W1, W2, ...: the edges of the other layers fade
    light(/** @type {string} */ key) {
      if (lit === key) return;
      lit = key;
      stage.paint();
    },
    render: (...page) => paint(...page, false),
    weights: () => made && known(made, last, clock),
    table: () => made && table(made, weightsAt(made, clock.t), clock.t),
    describe: stage.describe,
  };
}

// Which nodes of a layer are drawn, and in which of its places; a gap stands for the others.
function nodesOf({ count, ends }) {
  if (count <= 2 * ends) return { count, nodes: range(count), slots: range(count), places: count, gap: null };
  const nodes = [...range(ends), ...range(ends).map((k) => count - ends + k)];
  const slots = [...range(ends), ...range(ends).map((k) => ends + 1 + k)];
  return { count, nodes, slots, places: 2 * ends + 1, gap: ends };
}

function range(n) {
  return Array.from({ length: n }, (_, k) => k);
}

function weightsAt({ edges }, t) {
  return edges.map((each) => moment(each, t));
}

function layout(layers, width, height, fontSize, bold) {
  const [top, bottom] = [1.9 * fontSize, height - 3.6 * fontSize];
  const [left, right] = [2.5 * fontSize, width - 3.8 * fontSize]; // room for x and f(x)
  const most = Math.max(3, ...layers.map(({ places }) => places));
  const tight = Math.min((bottom - top) / most, 8 * fontSize);
  const widest = Math.max(tight, 2.6 * fontSize); // small layers beside wide ones are not squeezed
  const step = (right - left) / (layers.length - 1);
  const radius = Math.max(2, Math.min(0.3 * tight, 0.17 * step, 0.9 * fontSize));
  const middle = (top + bottom) / 2;
  const columns = layers.map(({ slots, places, gap }, j) => {
    const spacing = Math.min((bottom - top) / places, widest);
    const yOf = (slot) => middle + (slot - (places - 1) / 2) * spacing;
    return { x: left + j * step, ys: slots.map(yOf), gap: gap === null ? null : yOf(gap), spacing };
  });
  const edges = edgesOf(columns, layers);
  const looks = strokes(edges, layers.length - 1, tight, step, bottom - top, fontSize, bold);
  return { columns, edges, top, bottom, step, radius, bold, ...looks };
}

// The width of the largest weight, less where edges crowd, and the period of the dashes. Dashes cost
// time: of many edges each has fewer, but enough to be told from a solid line.
function strokes(edges, gaps, tight, step, height, fontSize, bold) {
  const crowd = (1.6 * height * gaps) / edges.length;
  const thickest = bold * Math.max(1.5, Math.min(0.2 * tight, 0.13 * step, 0.75 * fontSize));
  const lengths = edges.map(({ x, y, toX, toY }) => Math.hypot(toX - x, toY - y));
  const length = lengths.reduce((sum, one) => sum + one, 0) / edges.length;
  const dashes = Math.min(10, Math.max(6, 3000 / edges.length));
  return {
    thickest: Math.min(thickest, 0.9 * fontSize, Math.max(1.5, crowd)),
    period: Math.max(4, Math.min(length / dashes, step / 2.5)),
  };
}

// Every edge between drawn nodes: its ends, and where its weight stands in which matrix.
function edgesOf(columns, layers) {
  const edges = [];
  for (let j = 0; j + 1 < layers.length; j++) {
    const [from, to] = [columns[j], columns[j + 1]];
    layers[j + 1].nodes.forEach((row, b) => {
      layers[j].nodes.forEach((column, a) => {
        edges.push({ j, entry: row * layers[j].count + column, x: from.x, y: from.ys[a], toX: to.x, toY: to.ys[b] });
      });
    });
  }
  return edges;
}

// Edges by width, weakest first, and by sign. Beyond the most that are drawn the weakest are left out.
function byWidth(edges, weights, { limit, floor }) {
  const levels = Array.from(
    { length: LEVELS + 1 },
    () => /** @type {Record<string, any[]>} */ ({ positive: [], negative: [] }),
  );
  for (const edge of edges) {
    const weight = weights[edge.j][edge.entry];
    if (!(Math.abs(weight) >= floor)) continue;
    const share = weight / limit;
    const size = Math.abs(share);
    levels[Math.round(Math.min(1, size) * LEVELS)][share > 0 ? "positive" : "negative"].push(edge);
  }
  let room = MOST_EDGES;
  for (let k = LEVELS; k >= 0; k--) {
    room -= levels[k].positive.length + levels[k].negative.length;
    if (room < 0) levels[k] = { positive: [], negative: [] };
  }
  return levels;
}

// In a picture to keep, all edges of one look are one path; on the screen each is its own, since
// long paths that cross themselves are several times slower to fill.
function drawEdges(context, { edges, thickest, bold, period }, weights, scale, ink) {
  if (scale.limit === 0) return;
  const isFaded = (edge) => ink.layer > 0 && edge.j !== ink.layer - 1;
  byWidth(edges, weights, scale).forEach((level, k) => {
    const width = Math.max(0.5 * bold, (thickest * k) / LEVELS);
    for (const sign of ["positive", "negative"]) {
      for (const faded of [true, false]) {
        const drawn = level[sign].filter((edge) => isFaded(edge) === faded);
        if (drawn.length === 0) continue;
        context.globalAlpha = faded ? 0.15 : 1;
        context.strokeStyle = ink[sign];
        context.lineWidth = width;
        context.setLineDash(sign === "negative" ? dashes(width, period) : []);
        strokeEdges(context, drawn, ink.onScreen);
      }
    }
  });
  context.globalAlpha = 1;
  context.setLineDash([]);
}

function strokeEdges(context, edges, singly) {
  context.beginPath();
  for (const { x, y, toX, toY } of edges) {
    context.moveTo(x, y);
    context.lineTo(toX, toY);
    if (!singly) continue;
    context.stroke();
    context.beginPath();
  }
  if (!singly) context.stroke();
}

function dashes(width, period) {
  const length = Math.max(2.2 * width, period);
  return [0.6 * length, 0.4 * length];
}

function drawNodes(context, { columns, radius, bold }, ink) {
  context.fillStyle = ink.paper;
  context.strokeStyle = ink.text;
  context.lineWidth = Math.min(1.4 * bold, 0.5 * radius);
  context.beginPath();
  for (const { x, ys } of columns) {
    for (const y of ys) {
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 2 * Math.PI);
    }
  }
  context.fill();
  context.stroke();
  context.fillStyle = ink.text;
  for (const { x, gap, spacing } of columns) {
    if (gap === null) continue;
    for (const part of [-0.3, 0, 0.3]) {
      context.beginPath();
      context.arc(x, gap + part * spacing, Math.max(0.9, 0.08 * spacing), 0, 2 * Math.PI);
      context.fill();
    }
  }
}

function drawNames(context, { columns, top, bottom, step, radius }, { neurons, edges }, fontSize, ink) {
  const names = columns.map(({ x }) => x);
  const gaps = names.slice(1).map((x) => x - step / 2);
  context.fillStyle = ink.text;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = `600 ${fontSize}px ${ink.family}`;
  const layers = edges.map(({ name }) => name);
  drawRow(context, layers, gaps, top - 1.05 * fontSize, fontSize);
  context.font = `${fontSize}px ${ink.family}`;
  const below = bottom + 0.9 * fontSize;
  const sigma = neurons.map(({ words }, j) => (words && j > 0 && j < edges.length ? `, ${words}` : ""));
  const long = neurons.map(({ name, count }, j) => `${name} = ${count}${sigma[j]}`);
  const fits = strideOf(context, long, names, fontSize) === 1;
  drawRow(context, fits ? long : neurons.map(({ count }, j) => `${count}${sigma[j]}`), names, below, fontSize);
  context.font = `600 ${fontSize}px ${ink.family}`;
  const [middle, clear] = [(top + bottom) / 2, radius + 0.45 * fontSize];
  context.textAlign = "right";
  context.fillText(neurons[0].words, names[0] - clear, middle);
  context.textAlign = "left";
  context.fillText(neurons[neurons.length - 1].words, names.at(-1) + clear, middle);
}

// Texts side by side, every one or every second, third ... so that none touches the next.
function drawRow(context, texts, xs, y, fontSize) {
  const stride = strideOf(context, texts, xs, fontSize);
  texts.forEach((text, k) => {
    if (k % stride === 0) context.fillText(text, xs[k], y);
  });
}

function strideOf(context, texts, xs, fontSize) {
  const widest = Math.max(...texts.map((text) => context.measureText(text).width));
  const step = xs.length > 1 ? xs[1] - xs[0] : Infinity;
  return Math.max(1, Math.ceil((widest + 0.8 * fontSize) / step));
}

// A sample of either sign at full width, its weight, and what it is; the longest words that fit.
function drawLegend(context, { thickest }, { limit, floor }, width, height, fontSize, ink) {
  context.font = `${Math.max(11, 0.94 * fontSize)}px ${ink.family}`;
  context.fillStyle = ink.text;
  context.textBaseline = "middle";
  const y = height - 0.95 * fontSize;
  if (limit === 0) {
    context.textAlign = "center";
    context.fillText(WORDS.pictures.zeroWeights, width / 2, y);
    return;
  }
  const [sample, gap] = [Math.max(2.6 * fontSize, 3.5 * thickest), 0.45 * fontSize];
  const values = [`+${written(limit)}`, `−${written(limit)}`];
  const measure = (text) => context.measureText(text).width;
  const used = 2 * sample + 5 * gap + measure(values[0]) + measure(values[1]);
  const words = WORDS.pictures.largest(Math.round((100 * floor) / limit));
  const fitting = words.find((text) => used + gap + measure(text) <= width - fontSize) ?? "";
  let x = (width - used - (fitting ? gap + measure(fitting) : 0)) / 2;
  context.textAlign = "left";
  ["positive", "negative"].forEach((sign, k) => {
    context.strokeStyle = ink[sign];
    context.lineWidth = thickest;
    context.setLineDash(sign === "negative" ? dashes(thickest, 0) : []);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + sample, y);
    context.stroke();
    context.fillText(values[k], x + sample + gap, y);
    x += sample + 3 * gap + measure(values[k]);
  });
  context.setLineDash([]);
  context.fillText(fitting, x, y);
}

// The weights for a hand: each is where its edge is nearest to the pointer, or in the middle of it.
function known(made, { edges = [] }, clock) {
  const { neurons } = made;
  const shapes = neurons.slice(1).map(({ count }, j) => [count, neurons[j].count]);
  const edgeOf = ([j, a, b]) => edges.find((edge) => edge.j === j && edge.entry === a * shapes[j][1] + b);
  return {
    shapes,
    limit: made.edges[0].limit,
    at(px, py, reach) {
      const far = edges.map((edge) => onEdge(edge, { px, py }).distance);
      const k = far.indexOf(Math.min(...far));
      if (!(far[k] <= reach)) return null;
      const { j, entry } = edges[k];
      return [j, Math.floor(entry / shapes[j][1]), entry % shapes[j][1]];
    },
    spot(place, near) {
      const edge = edgeOf(place);
      return edge ? onEdge(edge, near) : null;
    },
    value: ([j, a, b]) => moment(made.edges[j], clock.t)[a * shapes[j][1] + b],
  };
}

// The place on an edge that is nearest to another, but not under its nodes; without one its middle.
function onEdge({ x, y, toX, toY }, near) {
  const [dx, dy] = [toX - x, toY - y];
  const share = near ? ((near.px - x) * dx + (near.py - y) * dy) / (dx * dx + dy * dy) : 0.5;
  const s = Math.max(0.1, Math.min(0.9, share));
  const spot = { x: x + s * dx, y: y + s * dy };
  return { ...spot, distance: near ? Math.hypot(spot.x - near.px, spot.y - near.py) : 0 };
}

function table({ neurons, edges }, weights, t) {
  const rows = [];
  const total = weights.reduce((sum, W) => sum + W.length, 0);
  for (let j = 0; j < weights.length && rows.length < MOST_ROWS; j++) {
    for (let k = 0; k < weights[j].length && rows.length < MOST_ROWS; k++) {
      const [from, to] = [k % neurons[j].count, Math.floor(k / neurons[j].count)];
      rows.push([edges[j].name, from + 1, to + 1, rounded(weights[j][k])]);
    }
  }
  return {
    caption: WORDS.table.network(Math.min(total, MOST_ROWS), total, written(t, 4)),
    columns: WORDS.table.networkColumns,
    rows,
  };
}
