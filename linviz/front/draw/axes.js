// Panes of a picture in pixels: where a value lies, which ticks to draw.

import { ticksOf } from "./ticks.js";

// `shown` are ranges in the place of the panes' own, [{x, y}, …], as a zoom has them.
export function geometry(picture, width, height, fontSize, shown = []) {
  const margin = { l: 5.2 * fontSize, r: 1.1 * fontSize, t: 0.7 * fontSize, b: 3.1 * fontSize };
  const inner = {
    left: margin.l,
    top: margin.t,
    width: Math.max(10, width - margin.l - margin.r),
    height: Math.max(10, height - margin.t - margin.b),
  };
  const panes = picture.panes.map(({ x, y, height: [low, high] }, k) => {
    const heights = [inner.top + (1 - low) * inner.height, inner.top + (1 - high) * inner.height];
    return {
      x: placed(x, inner.left, inner.left + inner.width, shown[k]?.x, 5.5 * fontSize, fontSize),
      y: placed(y, ...heights, shown[k]?.y, 2.6 * fontSize, fontSize),
    };
  });
  return { margin, inner, panes };
}

function placed(axis, start, end, range, spacing, fontSize) {
  const log = axis.scale === "log";
  const [from, to] = (range ?? axis.range).map((value) => (log ? Math.log10(value) : value));
  const at = (value) => {
    const v = log ? Math.log10(Math.max(value, 1e-300)) : value;
    return start + ((v - from) / (to - from)) * (end - start);
  };
  // the value at a place
  const valueAt = (p) => {
    const v = from + ((p - start) / (end - start)) * (to - from);
    return log ? 10 ** v : v;
  };
  // a title longer than its axis is set smaller
  const titleSize = Math.min(fontSize, Math.abs(end - start) / (0.55 * Math.max(1, axis.title.length)));
  const count = Math.max(2, Math.abs(end - start) / spacing);
  const marked = ticks({ from, to, log }, count, axis.whole).map((tick) => (axis.labeled ? tick : { ...tick, text: "" }));
  return { axis, at, valueAt, start, end, log, from, to, titleSize, ticks: marked };
}

function ticks(scale, count, whole) {
  const space = { length: 2.6 * count, fontSize: 1, upright: true, before: 0, after: 0, room: 9 };
  return ticksOf(scale, space, whole).ticks;
}

// Levels whose labels keep a line's distance from those before them, best first.
export function spaced(levels, panes, fontSize) {
  const taken = [];
  return levels.filter(({ label, value, pane }) => {
    if (label === null) return false;
    const axis = panes[pane].y;
    const y = axis.at(value);
    const low = Math.min(axis.start, axis.end);
    const clear = taken.every((other) => Math.abs(other - y) >= 1.2 * fontSize);
    if (clear && y > low) taken.push(y);
    return clear && y > low;
  });
}
