// The critical values as a tree on the height axis of the loss: rows of pips, ways down beside them, the
// way of the run lit, and now on it.

import { part } from "../page/part.js";
import { createStage } from "./heat.js";
import { stood } from "./nodes.js";
import { later } from "./later.js";
import { written } from "./numbers.js";
import { drawFlat, drawHalos, drawRow, halves, kindColors } from "./pips.js";
import { placeOfNow, placeOfOther, whereabouts } from "./route.js";
import { tinted } from "./theme.js";
import { WORDS } from "../page/words.js";
import { focusedBy } from "../page/part.js";

const FEW = 3; // modes: up to here every node has its label

export function createTree({ name, clock, ink, size, beside, bare = () => false }) {
  let run = /** @type {any} */ (null);
  let picture = /** @type {any} */ (null);
  let last = /** @type {any} */ (null); // the layout last drawn on the screen
  const stage = createStage((context, width, height, fontSize) => {
    last = paint(context, { width, height, fontSize });
    if (!run?.moving) place(); // nobody clicks what a hand moves
  }, size);
  const doors = createDoors(stage.element, beside);

  function paint(context, page, joined = drawn.joined) {
    if (!picture) return null;
    const inks = ink();
    const at = whereabouts(picture.tree, run, clock.t);
    const laid = { ...stood(picture, { ...page, joined, bare: bare() }, at), at, ...page, joined };
    laid.now = beforeRows(placeOfNow(at, picture.tree, laid.nodes, laid.y, laid.step), laid, picture.tree.modes);
    const other = placeOfOther(run.pictures, clock.t, laid.nodes, laid.y);
    laid.other = other && beforeRows(other, laid, picture.tree.modes);
    drawTree(context, tinted(picture, inks), laid, inks);
    return laid;
  }

  const place = later(() => last && doors.place(last, picture.tree));

  const drawn = {
    element: stage.element,
    joined: false, // with the loss beside it, whose axis has the numbers
    get laid() {
      return last;
    },
    get drawn() {
      return picture && tinted(picture, ink());
    },
    show(shown) {
      [run, picture] = [shown, shown.pictures[name]];
      stage.describe(shown.words?.[name] ?? "");
      stage.paint();
    },
    reach(panes) {
      if (!picture) return;
      picture = { ...picture, panes };
      stage.paint();
    },
    fit: (box) => stage.fit(box),
    draw: () => stage.paint(),
    move: () => stage.paint(),
    render: (context, width, height, fontSize) => void paint(context, { width, height, fontSize }, false),
    table: () => picture && tableOf(picture.tree, whereabouts(picture.tree, run, clock.t), run),
    describe: stage.describe,
  };
  return drawn;
}

function drawTree(context, { tree, levels }, laid, ink) {
  context.save();
  drawLevels(context, levels, laid, ink);
  drawEdges(context, tree, laid, ink);
  drawHalos(context, laid, ink);
  drawWay(context, laid, ink);
  for (const look of ["dot", "ring", "small", "large"])
    for (const [k, node] of laid.nodes.entries()) if (node.look === look) drawNode(context, node, k, tree, laid, ink);
  const taken = [...rowsOf(laid.nodes, tree.modes), ...dotsOf(laid)];
  for (const look of ["large", "small"])
    for (const [k, node] of laid.nodes.entries())
      if (node.look === look) drawLabel(context, node, k, tree, laid, taken, ink);
  if (laid.other) whisker(context, laid.other, laid.fontSize, ink);
  if (laid.other) dot(context, laid.other, ink.paper, ink.text, laid.fontSize, ink);
  drawNow(context, tree.modes, laid, ink);
  context.restore();
}

// Levels run on from the loss to their node; alone, the tree has the numbers at its left.
function drawLevels(context, levels, { nodes, y, fontSize, joined, numbers, width }, ink) {
  const ticks = y.ticks;
  for (const { value, line } of levels) {
    const py = y.at(value);
    if (py > y.start + 1 || py < y.end - 1) continue;
    const end = Math.min(width, ...nodes.filter(({ level }) => level === value).map(({ x }) => x));
    context.strokeStyle = line.color;
    context.lineWidth = line.width;
    context.setLineDash([2, 4]);
    context.beginPath();
    const tick = ticks.find((each) => each.value === value);
    context.moveTo(joined ? 0 : numbers + 0.3 * fontSize, py);
    context.lineTo(end, py);
    context.stroke();
    if (joined || !tick) continue;
    context.font = `${fontSize}px ${ink.family}`;
    [context.fillStyle, context.textAlign, context.textBaseline] = [ink.text, "right", "middle"];
    context.fillText(tick.text, numbers, py);
  }
}

function stroke(context, from, to, color, width, dash = []) {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  context.stroke();
}

function drawEdges(context, tree, { nodes, at }, ink) {
  const here = at.here >= 0 ? at.here : at.way[at.before];
  for (const [a, b] of tree.edges) {
    if (tree.modes > tree.pills && a !== here && b !== here) continue;
    stroke(context, nodes[a], nodes[b], ink.grid, 1.2);
  }
}

// Lit from the start to now, dotted from now to the end.
function drawWay(context, { nodes, at, now }, ink) {
  const way = at.way.map((k) => nodes[k]).filter(Boolean);
  const done = way.slice(0, at.before + 1);
  const ahead = way.slice(at.before + 1);
  const lit = at.here < 0 && done.length > 0 ? [...done, now] : done;
  lit.slice(1).forEach((to, k) => stroke(context, lit[k], to, ink.text, 3.2 * ink.bold));
  const dotted = at.here >= 0 ? [nodes[at.here], ...ahead] : [now, ...ahead];
  dotted.slice(1).forEach((to, k) => stroke(context, dotted[k], to, ink.text, 1.8 * ink.bold, [3, 4]));
}

// Now between two rests stands beside the rows, not upon one.
function beforeRows(now, { nodes, fontSize }, modes) {
  const own = 0.6 * fontSize;
  for (const node of nodes.filter(({ look }) => look === "large" || look === "small")) {
    const [half, tall] = halves({ ...node, modes });
    if (Math.abs(now.y - node.y) < tall + own && Math.abs(now.x - node.x) < half + own)
      return { ...now, x: node.x - half - own };
  }
  return now;
}

function drawNode(context, node, k, tree, { at }, ink) {
  const { x, y, look, size } = node;
  if (look === "dot" || look === "ring") {
    context.beginPath();
    context.arc(x, y, look === "dot" ? 0.22 * size : 0.5 * size, 0, 2 * Math.PI);
    [context.fillStyle, context.strokeStyle, context.lineWidth] = [look === "dot" ? ink.axis : ink.paper, ink.axis, 1];
    context.globalAlpha = look === "dot" ? 0.5 : 1;
    context.setLineDash([]);
    context.fill();
    if (look === "ring") context.stroke();
    context.globalAlpha = 1;
    return;
  }
  const large = look === "large";
  const width = ink.bold * (at.here === k ? 3.5 : large ? 1.8 : 1);
  const border = large ? ink.text : ink.grid;
  drawRow(context, { ...node, modes: tree.modes }, { colors: tree.colors, border, width }, ink);
}

// Of what is past on a large tree nothing is said any more, nor where words would lie on others.
function drawLabel(context, node, k, tree, { at, fontSize, width, height }, taken, ink) {
  const { x, y, look } = node;
  const large = look === "large";
  const few = tree.modes <= tree.pills;
  const turn = at.way.lastIndexOf(k);
  if (large ? !few && turn < at.before : tree.modes > FEW && node.kind !== "minimum") return;
  const [half] = halves({ ...node, modes: tree.modes });
  const kind = at.kinds[k];
  const size = (large ? 1 : 0.94) * fontSize;
  context.font = `${at.here === k ? "bold " : ""}${size}px ${ink.family}`;
  context.textBaseline = "middle";
  context.fillStyle = large ? kindColors(kind, ink).text : ink.soft;
  const short = x + half + 3.4 * fontSize > width; // no room at its right
  const side = large || short ? -1 : 1;
  const px = x + side * (half + 0.45 * fontSize);
  context.textAlign = side < 0 ? "right" : "left";
  if (kind === "minimum") {
    const long = context.measureText(WORDS.pictures.minimum).width;
    const places = [1.5, -1.6].map((line) => ({ px: x + half, py: y + line * fontSize })); // below no line comes
    places.push({ px: x - half - 0.45 * fontSize, py: y + 0.2 * fontSize });
    const free = ({ px, py }) =>
      py + 0.5 * fontSize < height && !taken.some((other) => meet(boxOf(px, py, -long, fontSize), other));
    const place = places.find(free);
    if (!place) return;
    context.textAlign = "right";
    taken.push(boxOf(place.px, place.py, -long, fontSize));
    haloed(context, WORDS.pictures.minimum, place.px, place.py, ink);
    return;
  }
  const py = large ? y - 0.72 * fontSize : y;
  const box = boxOf(px, py, side * (kind === "saddle" ? 2.2 : 2.9) * size, size);
  if (taken.some((other) => (large ? other.dot : other.node !== node) && meet(box, other))) return;
  taken.push(box);
  if (kind === "flat saddle" || kind === "origin") {
    haloed(context, WORDS.pictures.flat, px + (side > 0 ? 1.05 * size : 0), py, ink);
    const wide = side < 0 ? context.measureText(WORDS.pictures.flat).width + 1.05 * size : 0;
    drawFlat(context, px - wide, py - 0.42 * size, 0.8 * size, ink);
  } else if (at.downs[k] !== null || kind === "unclear") haloed(context, `▼ ${at.downs[k] ?? "?"}`, px, py, ink);
}

function rowsOf(nodes, modes) {
  const rows = nodes.filter(({ look }) => look === "large" || look === "small");
  return rows.map((node) => {
    const [half, tall] = halves({ ...node, modes });
    return { node, left: node.x - half, right: node.x + half, top: node.y - tall, bottom: node.y + tall };
  });
}

// What stands between rows: now, and another run.
function dotsOf({ nodes, at, now, other, fontSize }) {
  const dots = [nodes[at.here] ? null : now, other].filter((place) => place);
  return dots.map(({ x, y }) => ({ ...boxOf(x - 0.5 * fontSize, y, fontSize, fontSize), dot: true }));
}

// What words take that go on from a place, to the left where they are negative.
function boxOf(px, py, long, size) {
  return {
    left: Math.min(px, px + long),
    right: Math.max(px, px + long),
    top: py - 0.5 * size,
    bottom: py + 0.5 * size,
  };
}

function meet(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function haloed(context, text, px, py, ink) {
  [context.strokeStyle, context.lineWidth, context.lineJoin] = [ink.paper, 4, "round"];
  context.setLineDash([]);
  context.strokeText(text, px, py);
  context.fillText(text, px, py);
}

// A line from the loss, and a dot where the run is between two rests.
function drawNow(context, modes, { nodes, at, now, joined, fontSize, y }, ink) {
  const here = nodes[at.here];
  if (joined) {
    const end = here ? here.x - halves({ ...here, modes })[0] : now.x;
    if (y.at(at.loss) >= y.end - 1) stroke(context, { x: 0, y: now.y }, { x: end, y: now.y }, ink.text, 1.2 * ink.bold);
  }
  if (!here) dot(context, now, ink.text, ink.paper, fontSize, ink);
}

// How far the loss of another run jumps about now.
function whisker(context, { x, low, high }, fontSize, ink) {
  if (low - high < 0.5 * fontSize) return;
  const half = 0.4 * fontSize;
  stroke(context, { x, y: high }, { x, y: low }, ink.text, 1.5 * ink.bold);
  for (const y of [low, high]) stroke(context, { x: x - half, y }, { x: x + half, y }, ink.text, 1.5 * ink.bold);
}

// Filled for the run itself, hollow for another one.
function dot(context, { x, y }, fill, border, fontSize, ink) {
  context.beginPath();
  context.arc(x, y, 0.42 * fontSize * Math.sqrt(ink.bold), 0, 2 * Math.PI);
  [context.fillStyle, context.strokeStyle, context.lineWidth] = [fill, border, 2 * ink.bold];
  context.setLineDash([]);
  context.fill();
  context.stroke();
}

function tableOf({ nodes }, { way, spent, here }, run) {
  const length = run.t[run.t.length - 1] - run.t[0];
  const rows = nodes.map(({ name, level, learned, down, kind }, k) => {
    return [name, level, learned.length, down, kind, way.includes(k) ? spent[k] * length : null];
  });
  const caption = here >= 0 ? WORDS.table.near(nodes[here].name) : WORDS.table.nearNone;
  return { caption, columns: WORDS.table.treeColumns, rows };
}

// A button on each row of pips: a click, or Enter, starts a run beside that critical point. One of them
// is a stop of the tab key, arrows go to the others.
function createDoors(element, beside) {
  element.insertAdjacentHTML(
    "beforeend",
    `<div class="doors-of-tree" role="group" aria-label="${WORDS.pictures.startBeside}"></div>`,
  );
  const group = part(element, ".doors-of-tree");
  let key = "";
  let shown = /** @type {any[]} */ ([]);
  const buttons = () => [...group.children];
  group.addEventListener("click", ({ target }) => {
    const k = buttons().indexOf(target);
    if (k >= 0) beside(shown[k].learned);
  });
  group.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const k = buttons().indexOf(focusedBy(group));
    if (!step || k < 0) return;
    event.preventDefault();
    event.stopPropagation();
    focus((k + step + shown.length) % shown.length);
  });
  const focus = (k) => {
    buttons().forEach((button, i) => (button.tabIndex = i === k ? 0 : -1));
    buttons()[k].focus();
  };
  return {
    place({ nodes, fontSize }, tree) {
      shown = nodes.filter(({ look }) => look === "large" || look === "small");
      const next = shown.map(({ name, x, y, look }) => [name, x, y, look].join()).join(";") + fontSize;
      if (next === key) return;
      key = next;
      const names = shown.map((node) => label(node));
      while (group.children.length > shown.length) group.lastChild.remove();
      while (group.children.length < shown.length) group.append(document.createElement("button"));
      const held = buttons().findIndex((button) => button.tabIndex === 0);
      buttons().forEach((button, k) => {
        const [half, tall] = halves({ ...shown[k], modes: tree.modes });
        Object.assign(button, {
          type: "button",
          title: names[k],
          tabIndex: k === Math.max(0, Math.min(held, shown.length - 1)) ? 0 : -1,
        });
        button.setAttribute("aria-label", names[k]);
        Object.assign(button.style, {
          left: `${shown[k].x - half}px`,
          top: `${shown[k].y - tall}px`,
          width: `${2 * half}px`,
          height: `${2 * tall}px`,
        });
      });
    },
  };
}

function label({ name, level, down, kind }) {
  return WORDS.pictures.node(kind, name, written(level), down);
}
