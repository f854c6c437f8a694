// A context to draw on that writes SVG: the part of a canvas' context that the pictures use. Points
// are carried to the picture's own coordinates as they come, so only text keeps a transform.

import { contextOf } from "./painter.js";

const IDENTITY = [1, 0, 0, 1, 0, 0];
const DEFAULTS = {
  fillStyle: "black", // as every canvas begins
  strokeStyle: "black",
  lineWidth: 1,
  lineJoin: "miter",
  lineCap: "butt",
  font: "10px sans-serif",
  textAlign: "start",
  textBaseline: "alphabetic",
  globalAlpha: 1,
};
const ANCHORS = { center: "middle", right: "end", end: "end" };
const FARTHEST = 1e6; // readers of SVG keep single precision

export function createSvg(width, height, background) {
  const page = { width, height, background, items: [], clips: [], about: "" };
  const state = { ...DEFAULTS, matrix: IDENTITY, dash: [], clip: 0 };
  const context = /** @type {Record<string, any>} */ ({ ...DEFAULTS });
  const pen = { page, state, context, path: [], measure: measuring() };
  addState(pen, []);
  addPaths(pen);
  addPainting(pen);
  addText(pen);
  context.describe = (title, words) => {
    page.about = element("title", "", title) + element("desc", "", words);
  };
  context.toString = () => written(page);
  return context;
}

function measuring() {
  return contextOf(document.createElement("canvas"));
}

function addState({ state, context }, stack) {
  const styles = () => Object.fromEntries(Object.keys(DEFAULTS).map((key) => [key, context[key]]));
  const by = (matrix) => {
    state.matrix = times(state.matrix, matrix);
  };
  Object.assign(context, {
    save: () => void stack.push([{ ...state }, styles()]),
    restore() {
      if (stack.length === 0) return;
      const [kept, style] = stack.pop();
      Object.assign(state, kept);
      Object.assign(context, style);
    },
    translate: (x, y) => void by([1, 0, 0, 1, x, y]),
    scale: (x, y) => void by([x, 0, 0, y, 0, 0]),
    rotate: (angle) => void by([Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0]),
    setTransform(...matrix) {
      state.matrix = matrix.length === 6 ? matrix : IDENTITY;
    },
    setLineDash(dash) {
      state.dash = [...dash];
    },
  });
}

/**
 * @param {number[]} left
 * @param {number[]} right
 */
function times([a, b, c, d, e, f], [A, B, C, D, E, F]) {
  return [a * A + c * B, b * A + d * B, a * C + c * D, b * C + d * D, a * E + c * F + e, b * E + d * F + f];
}

function addPaths(pen) {
  const { state, context } = pen;
  const at = (x, y) => point(state.matrix, x, y);
  const add = (letter, ...numbers) => {
    if (numbers.every(Number.isFinite)) pen.path.push(letter + pairs(numbers, at));
  };
  const lineTo = (x, y) => add(pen.path.length === 0 ? "M" : "L", x, y);
  Object.assign(context, {
    beginPath() {
      pen.path = [];
    },
    moveTo: (x, y) => add("M", x, y),
    lineTo,
    bezierCurveTo: (...numbers) => add("C", ...numbers),
    quadraticCurveTo: (...numbers) => add("Q", ...numbers),
    closePath: () => void (pen.path.length > 0 && pen.path.push("Z")),
    rect: (x, y, w, h) => void pen.path.push(box(at, x, y, w, h)),
    arc(x, y, r, from, to, back = false) {
      const angles = quarters(from, to, back);
      lineTo(x + r * Math.cos(from), y + r * Math.sin(from));
      for (let k = 1; k < angles.length; k++) add("C", ...quarter(x, y, r, angles[k - 1], angles[k]));
    },
  });
}

/**
 * @param {number[]} matrix
 * @param {number} x
 * @param {number} y
 */
function point([a, b, c, d, e, f], x, y) {
  return `${short(a * x + c * y + e)} ${short(b * x + d * y + f)}`;
}

function short(value) {
  return String(Math.round(100 * Math.min(FARTHEST, Math.max(-FARTHEST, value))) / 100);
}

function pairs(numbers, at) {
  const points = [];
  for (let k = 0; k < numbers.length; k += 2) points.push(at(numbers[k], numbers[k + 1]));
  return points.join(" ");
}

function box(at, x, y, w, h) {
  return `M${at(x, y)}L${at(x + w, y)}L${at(x + w, y + h)}L${at(x, y + h)}Z`;
}

// Angles from one to the other, a quarter of a turn at most between two.
function quarters(from, to, back) {
  const turn = 2 * Math.PI;
  let sweep = back ? from - to : to - from;
  sweep = sweep >= turn ? turn : ((sweep % turn) + turn) % turn;
  const count = Math.max(1, Math.ceil(sweep / (Math.PI / 2) - 1e-9));
  return Array.from({ length: count + 1 }, (_, k) => from + ((back ? -1 : 1) * sweep * k) / count);
}

// An arc up to a quarter as a cubic: 3e-4 of the radius off at most.
function quarter(x, y, r, from, to) {
  const k = (4 / 3) * Math.tan((to - from) / 4) * r;
  const [c0, s0, c1, s1] = [Math.cos(from), Math.sin(from), Math.cos(to), Math.sin(to)];
  return [x + r * c0 - k * s0, y + r * s0 + k * c0, x + r * c1 + k * s1, y + r * s1 - k * c1, x + r * c1, y + r * s1];
}

function addPainting(pen) {
  const { page, state, context } = pen;
  const add = (d, paint) => d && put(pen, `<path d="${d}"${paint}${opacity(context)}/>`);
  const rectangle = (x, y, w, h) => box((px, py) => point(state.matrix, px, py), x, y, w, h);
  Object.assign(context, {
    fill: () => void add(pen.path.join(""), color(pen, "fill")),
    stroke: () => void add(pen.path.join(""), strokeOf(pen)),
    fillRect: (...at) => void add(rectangle(...at), color(pen, "fill")),
    strokeRect: (...at) => void add(rectangle(...at), strokeOf(pen)),
    clearRect(...at) {
      const d = rectangle(...at);
      const whole = box((x, y) => point(IDENTITY, x, y), 0, 0, page.width, page.height);
      if (d === whole) page.items = [];
      else if (page.items.length > 0) put(pen, `<path d="${d}" fill="${escaped(page.background)}"/>`);
    },
    clip() {
      const d = pen.path.join("");
      const known = page.clips.findIndex((clip) => clip.d === d && clip.within === state.clip);
      if (known < 0) page.clips.push({ d, within: state.clip });
      state.clip = known < 0 ? page.clips.length : known + 1; // 0 is no clip
    },
  });
}

function put({ page, state }, text) {
  page.items.push({ clip: state.clip, text });
}

function opacity({ globalAlpha }) {
  return globalAlpha < 1 ? ` opacity="${globalAlpha}"` : "";
}

// Fill or stroke; transparency apart, as only browsers know rgba.
function color({ measure, context }, which) {
  measure.fillStyle = context[`${which}Style`];
  const parts = /^rgba\((.*), ([\d.e-]+)\)$/.exec(measure.fillStyle);
  if (!parts) return ` ${which}="${escaped(measure.fillStyle)}"`;
  return ` ${which}="rgb(${parts[1]})" ${which}-opacity="${parts[2]}"`;
}

function strokeOf(pen) {
  const { context, state } = pen;
  const [a, b, c, d] = state.matrix;
  const size = Math.sqrt(Math.abs(a * d - b * c));
  const dash = state.dash.map((length) => short(size * length)).join(" ");
  const joins = context.lineJoin === "miter" ? ' stroke-miterlimit="10"' : ` stroke-linejoin="${context.lineJoin}"`;
  const caps = context.lineCap === "butt" ? "" : ` stroke-linecap="${context.lineCap}"`;
  const width = ` stroke-width="${short(size * context.lineWidth)}"`;
  return ` fill="none"${color(pen, "stroke")}${width}${joins}${caps}${dash && ` stroke-dasharray="${dash}"`}`;
}

function addText(pen) {
  const { measure, context, state } = pen;
  const prepare = () => {
    for (const key of ["font", "textAlign", "textBaseline"]) measure[key] = context[key];
  };
  const text = (paint) => (words, x, y) => {
    prepare();
    const low = y + lowered(measure);
    const anchor = ANCHORS[context.textAlign] ? ` text-anchor="${ANCHORS[context.textAlign]}"` : "";
    const place = ` transform="matrix(${state.matrix.map((v) => Number(v.toFixed(5))).join(" ")})" x="${short(x)}" y="${short(low)}"`;
    put(pen, element("text", fontOf(measure.font) + anchor + place + paint() + opacity(context), String(words)));
  };
  context.fillText = text(() => color(pen, "fill"));
  // as wide as the context says: the text's own transform scales it
  context.strokeText = text(() => strokeOf({ ...pen, state: { ...state, matrix: IDENTITY } }));
  context.measureText = (words) => {
    prepare();
    return measure.measureText(words);
  };
}

// How far the baseline of letters lies below the one asked for.
function lowered(measure) {
  const asked = measure.measureText("H").actualBoundingBoxAscent;
  measure.textBaseline = "alphabetic";
  return measure.measureText("H").actualBoundingBoxAscent - asked;
}

function fontOf(font) {
  const [, style, size, family] = /^(.*?)([\d.]+)px (.*)$/.exec(font) ?? ["", "", "10", "sans-serif"];
  const weight = /\b(bold|\d{3})\b/.exec(style)?.[0];
  const slant = /italic|oblique/.exec(style)?.[0];
  const extra = (weight ? ` font-weight="${weight}"` : "") + (slant ? ` font-style="${slant}"` : "");
  return ` font-family="${escaped(family)}" font-size="${size}"${extra}`;
}

function element(tag, attributes, text) {
  return `<${tag}${attributes}>${escaped(text ?? "")}</${tag}>`;
}

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

// without the characters that XML cannot hold
function escaped(text) {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones meant
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
      .replace(/[&<>"]/g, (c) => ENTITIES[c])
  );
}

function written({ width, height, background, items, clips, about }) {
  const defs = clips.map(
    ({ d, within }, k) => `<clipPath id="clip${k + 1}"${clipped(within)}><path d="${d}"/></clipPath>`,
  );
  const groups = /** @type {{ clip: number, texts: string[] }[]} */ ([]);
  for (const { clip, text } of items) {
    const last = groups.at(-1);
    if (last && last.clip === clip) last.texts.push(text);
    else groups.push({ clip, texts: [text] });
  }
  const body = groups.map(({ clip, texts }) => `<g${clipped(clip)}>\n${texts.join("\n")}\n</g>`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" xml:space="preserve">
${about}<defs>${defs.join("")}</defs>
<rect width="${width}" height="${height}" fill="${escaped(background)}"/>
${body.join("\n")}
</svg>
`;
}

function clipped(clip) {
  return clip ? ` clip-path="url(#clip${clip})"` : "";
}
