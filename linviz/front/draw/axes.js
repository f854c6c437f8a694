// Axes of a figure in pixels: where a value lies, which ticks to draw. Both painters use them, so
// that the picture does not change when plotly takes over from the canvas.

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

import { ticksOf } from "./ticks.js";

export function geometry(spec, width, height, fontSize, ranges = {}) {
  const margin = margins(spec, fontSize);
  const inner = {
    left: margin.l,
    top: margin.t,
    width: Math.max(10, width - margin.l - margin.r),
    height: Math.max(10, height - margin.t - margin.b),
  };
  const axes = {};
  for (const [key, axis] of Object.entries(spec.layout)) {
    const match = /^([xy])axis(\d*)$/.exec(key);
    if (match) axes[match[1] + match[2]] = placed(match[1], axis, inner, ranges[key], fontSize);
  }
  return { margin, inner, axes };
}

function margins(spec, fontSize) {
  return { l: 5.2 * fontSize, r: 1.1 * fontSize, t: 0.7 * fontSize, b: 3.1 * fontSize };
}

function placed(direction, axis, inner, range, fontSize) {
  const [low, high] = axis.domain ?? [0, 1];
  const horizontal = direction === "x";
  const start = horizontal ? inner.left + low * inner.width : inner.top + (1 - low) * inner.height;
  const end = horizontal ? inner.left + high * inner.width : inner.top + (1 - high) * inner.height;
  const [from, to] = range ?? axis.range;
  const log = axis.type === "log";
  const at = (value) => {
    const v = log ? Math.log10(Math.max(value, 1e-300)) : value;
    return start + ((v - from) / (to - from)) * (end - start);
  };
  // a title longer than its axis is set smaller
  const letters = axis.title?.text?.length ?? 0;
  const titleSize = Math.min(fontSize, Math.abs(end - start) / (0.55 * Math.max(1, letters)));
  const spacing = (horizontal ? 5.5 : 2.6) * fontSize;
  const count = Math.max(2, Math.abs(end - start) / spacing);
  return {
    axis,
    at,
    start,
    end,
    log,
    from,
    to,
    titleSize,
    ticks: ticks(from, to, log, count).map((tick) => (axis.showticklabels === false ? { ...tick, text: "" } : tick)),
  };
}

function ticks(from, to, log, count) {
  const space = { length: 2.6 * count, fontSize: 1, upright: true, before: 0, after: 0, room: 9 };
  return ticksOf({ from, to, log }, space).ticks;
}

function decades(from, to, count) {
  const step = Math.max(1, Math.ceil((to - from) / count));
  const list = [];
  for (let n = Math.ceil(from - 1e-9); n <= Math.floor(to + 1e-9); n++) {
    if (n % step === 0) list.push({ value: 10 ** n, text: power(n) });
  }
  return list;
}

function niceStep(rough) {
  const unit = 10 ** Math.floor(Math.log10(rough));
  return unit * ([1, 2, 5].find((m) => m * unit >= rough * 0.999) ?? 10);
}

function plain(value, step) {
  if (value === 0) return "0";
  if (Math.abs(value) >= 1e5 || step < 1e-4)
    return value.toExponential(1).replace(".0e", "e").replace("e+", "e").replace(/-/g, "−");
  return value.toFixed(Math.max(0, -Math.floor(Math.log10(step) + 1e-9))).replace("-", "−");
}

function power(n) {
  if (n === 0) return "1";
  if (n === 1) return "10";
  const digits = [...String(Math.abs(n))].map((d) => SUPERSCRIPTS[d]).join("");
  return `10${n < 0 ? "⁻" : ""}${digits}`;
}

// Annotations that keep a line's distance from those placed before them, best first.
export function spaced(spec, axes, fontSize) {
  const taken = [];
  return spec.layout.annotations.filter((note) => {
    const axis = axes[note.yref];
    const y = axis.at(axis.log ? 10 ** note.y : note.y);
    const low = Math.min(axis.start, axis.end);
    const clear = taken.every((other) => Math.abs(other - y) >= 1.2 * fontSize);
    if (clear && y > low) taken.push(y);
    return clear && y > low;
  });
}
