// Draws a figure's spec on a canvas: the first picture, and every picture while a control moves.
// It knows what linviz's figures use (lines, markers, linear and log axes, labels) and no more.

import { geometry, spaced } from "./axes.js";

const DASHES = { solid: [], dash: [9, 5], dot: [2, 4], dashdot: [9, 4, 2, 4], longdash: [18, 7] };

export function paint(context, spec, width, height, fontSize, ink) {
  const { axes } = geometry(spec, width, height, fontSize);
  context.clearRect(0, 0, width, height);
  context.font = `${fontSize}px ${spec.layout.font.family}`;
  for (const [name, axis] of Object.entries(axes)) paintAxis(context, name, axis, axes, fontSize, ink);
  for (const trace of spec.data) paintTrace(context, trace, axes, fontSize, ink);
  for (const note of spaced(spec, axes, fontSize)) paintNote(context, note, axes, fontSize);
}

function partner(name, axis, axes) {
  const anchor = axis.axis.anchor ?? (name[0] === "x" ? "y" : "x") + name.slice(1);
  return axes[anchor];
}

function paintAxis(context, name, placed, axes, fontSize, ink) {
  const across = partner(name, placed, axes);
  const horizontal = name[0] === "x";
  context.lineWidth = 1;
  for (const { value, text } of placed.ticks) {
    const p = Math.round(placed.at(value)) + 0.5;
    const zero = value === 0 && placed.axis.zeroline;
    line(context, zero ? placed.axis.zerolinecolor : ink.grid, horizontal, p, across);
    context.fillStyle = ink.text;
    context.textAlign = horizontal ? "center" : "right";
    context.textBaseline = horizontal ? "top" : "middle";
    if (horizontal) context.fillText(text, p, across.start + 0.4 * fontSize);
    else context.fillText(text, across.start - 0.4 * fontSize, p);
  }
  const edge = Math.round(across.start) + 0.5;
  line(context, ink.axis, !horizontal, edge, placed);
  paintTitle(context, placed, across, horizontal, fontSize, ink);
}

function line(context, color, vertical, p, across) {
  context.strokeStyle = color;
  context.beginPath();
  context.moveTo(vertical ? p : across.start, vertical ? across.start : p);
  context.lineTo(vertical ? p : across.end, vertical ? across.end : p);
  context.stroke();
}

function paintTitle(context, placed, across, horizontal, fontSize, ink) {
  const text = placed.axis.title.text;
  if (!text) return;
  context.save();
  context.font = `${placed.titleSize}px ${getFamily(context)}`;
  context.fillStyle = ink.text;
  context.textAlign = "center";
  const middle = (placed.start + placed.end) / 2;
  if (horizontal) {
    context.textBaseline = "top";
    context.fillText(text, middle, across.start + 1.75 * fontSize);
  } else {
    context.translate(across.start - 4.6 * fontSize, middle);
    context.rotate(-Math.PI / 2);
    context.textBaseline = "middle";
    context.fillText(text, 0, 0);
  }
  context.restore();
}

function paintTrace(context, trace, axes, fontSize, ink) {
  const x = axes[trace.xaxis];
  const y = axes[trace.yaxis];
  context.save();
  context.beginPath();
  context.rect(x.start, y.end, x.end - x.start, y.start - y.end);
  context.clip();
  if (trace.mode.includes("lines")) paintLine(context, trace, x, y);
  if (trace.mode.includes("markers")) paintMarkers(context, trace, x, y);
  if (trace.mode.includes("text")) paintTexts(context, trace, x, y, fontSize, ink);
  context.restore();
}

function paintLine(context, trace, x, y) {
  context.strokeStyle = trace.line.color;
  context.lineWidth = trace.line.width;
  context.lineJoin = "round";
  context.setLineDash(DASHES[trace.line.dash]);
  context.beginPath();
  for (let i = 0; i < trace.x.length; i++) context.lineTo(x.at(trace.x[i]), y.at(trace.y[i]));
  context.stroke();
}

function paintMarkers(context, trace, x, y) {
  for (let i = 0; i < trace.x.length; i++) {
    const p = [x.at(trace.x[i]), y.at(trace.y[i])];
    mark(context, ...p, trace.marker.size / 2, trace.marker.symbol, trace.marker.color);
  }
}

// Words above or below points: "top right" is above and to the right.
function paintTexts(context, trace, x, y, fontSize, ink) {
  const [vertical, horizontal] = trace.textposition.split(" ");
  const gap = 0.1 * fontSize;
  context.font = `${trace.textfont.weight} ${fontSize}px ${getFamily(context)}`;
  context.textAlign = { left: "right", center: "center", right: "left" }[horizontal];
  context.textBaseline = vertical === "top" ? "bottom" : "top";
  for (const [i, words] of trace.text.entries()) {
    const px = x.at(trace.x[i]) + { left: -gap, center: 0, right: gap }[horizontal];
    const py = y.at(trace.y[i]) + (vertical === "top" ? -gap : gap);
    haloed(context, words, px, py, trace.textfont.color, ink.paper);
  }
}

export function mark(context, px, py, radius, symbol, color) {
  context.beginPath();
  if (symbol.startsWith("triangle")) {
    const up = symbol === "triangle-up" ? -1 : 1;
    context.moveTo(px - radius * 1.15, py - (up * radius * 2) / 3);
    context.lineTo(px + radius * 1.15, py - (up * radius * 2) / 3);
    context.lineTo(px, py + (up * radius * 4) / 3);
    context.closePath();
  } else if (symbol.startsWith("square")) {
    context.rect(px - radius, py - radius, 2 * radius, 2 * radius);
  } else if (symbol.startsWith("diamond")) {
    const reach = 1.3 * radius;
    context.moveTo(px - reach, py);
    context.lineTo(px, py - reach);
    context.lineTo(px + reach, py);
    context.lineTo(px, py + reach);
    context.closePath();
  } else {
    context.arc(px, py, radius, 0, 2 * Math.PI);
  }
  context.fillStyle = context.strokeStyle = color;
  context.lineWidth = 1.5;
  if (symbol.endsWith("open")) context.stroke();
  else context.fill();
}

function paintNote(context, note, axes, fontSize) {
  const y = axes[note.yref];
  const x = axes[note.xref.split(" ")[0]];
  context.save();
  context.font = `${0.88 * fontSize}px ${getFamily(context)}`;
  context.textAlign = "right";
  context.textBaseline = "bottom";
  const [px, py] = [x.end + note.xshift, y.at(y.log ? 10 ** note.y : note.y) - note.yshift];
  haloed(context, note.text, px, py, note.font.color, note.bgcolor);
  context.restore();
}

function haloed(context, text, px, py, color, halo) {
  context.lineWidth = 4;
  context.strokeStyle = halo;
  context.lineJoin = "round";
  context.strokeText(text, px, py);
  context.fillStyle = color;
  context.fillText(text, px, py);
}

function getFamily(context) {
  return context.font.replace(/^.*?px /, "");
}

// A canvas of the size of its box, sharp on any screen.
export function fitted(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}
