// One panel: heading, a sentence, and the picture in three layers: canvas (at once), plotly (when
// it has come), and the time cursor with its markers above both.

import { interpolated } from "./arrays.js";
import { geometry } from "./axes.js";
import { currentRanges, freeTicks, react } from "./library.js";
import { fitted, mark, paint } from "./painter.js";

export function createPanel({ name, title, clock, ink }) {
  const root = document.createElement("section");
  root.className = `panel panel-${name}`;
  root.setAttribute("aria-labelledby", `linviz-${name}`);
  root.innerHTML = `
    <h2 id="linviz-${name}"></h2><p class="words"></p>
    <div class="picture"><div class="plot">
      <canvas class="base" role="img"></canvas><div class="plotly"></div>
      <canvas class="cursor" aria-hidden="true"></canvas>
    </div></div>`;
  const find = (selector) => root.querySelector(selector);
  find("h2").innerHTML = title; // our own markup
  const [box, base, plotly, cursor] = [".plot", ".base", ".plotly", ".cursor"].map(find);
  const panel = { root, picture: find(".picture"), spec: null, words: "" };
  let ranges = {};
  let upgrade = null;
  let beforeClick = clock.t; // a double click resets the axes, not the time

  const size = () => {
    const { width, height } = box.getBoundingClientRect();
    return { width, height, fontSize: Math.max(window.innerWidth >= 1600 ? 15 : 12, Math.min(17, 8.5 + width / 120)) };
  };

  panel.show = (spec, words) => {
    panel.spec = spec;
    find(".words").textContent = words;
    base.setAttribute("aria-label", `${find("h2").textContent}. ${words}`);
    panel.draw();
  };

  panel.draw = () => {
    const { width, height, fontSize } = size();
    if (!panel.spec || width < 20 || height < 20) return;
    ranges = {};
    paint(fitted(base, width, height), panel.spec, width, height, fontSize, ink());
    root.dataset.painter = "canvas";
    panel.drawCursor();
    panel.upgrade();
  };

  // Plotly takes the picture over when nothing has changed for a moment.
  panel.upgrade = () => {
    clearTimeout(upgrade);
    if (panel.library) upgrade = setTimeout(takeOver, 250);
  };

  async function takeOver() {
    const { width, height, fontSize } = size();
    const spec = panel.spec;
    await react(panel.library, plotly, spec, { width, height, fontSize, name });
    if (!plotly.dataset.listening) listen();
    if (spec === panel.spec) root.dataset.painter = "plotly";
    ranges = currentRanges(plotly);
    panel.drawCursor();
  }

  function listen() {
    plotly.dataset.listening = "true";
    plotly.on("plotly_relayout", (changes) => {
      ranges = currentRanges(plotly);
      freeTicks(panel.library, plotly, changes);
      panel.drawCursor();
    });
    plotly.on("plotly_doubleclick", () => {
      clock.set(beforeClick);
      panel.draw();
      return false;
    });
  }

  panel.drawCursor = () => {
    const { width, height, fontSize } = size();
    if (!panel.spec || width < 20) return;
    const context = fitted(cursor, width, height);
    context.clearRect(0, 0, width, height);
    const { axes } = geometry(panel.spec, width, height, fontSize, ranges);
    for (const id of panel.spec.layout.meta.time) drawLine(context, id, axes);
    for (const trace of panel.spec.data) drawMarker(context, trace, axes);
    panel.decorate?.(context, axes, fontSize);
  };

  function drawLine(context, id, axes) {
    const x = axes[id];
    const y = axes[x.axis.anchor ?? id.replace("x", "y")];
    const p = x.at(clock.t);
    if (p < x.start - 1 || p > x.end + 1) return;
    context.strokeStyle = ink().cursor;
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(p, y.start);
    context.lineTo(p, y.end);
    context.stroke();
  }

  function drawMarker(context, trace, axes) {
    if (trace.meta?.still || trace.mode !== "lines" || !panel.spec.layout.meta.time.includes(trace.xaxis)) return;
    const [x, y] = [axes[trace.xaxis], axes[trace.yaxis]];
    const px = x.at(clock.t);
    if (trace.x.length === 0) return;
    const py = y.at(interpolated(trace.x, trace.y, clock.t));
    if (px < x.start - 1 || px > x.end + 1 || py > y.start + 4 || py < y.end - 4) return;
    context.lineWidth = 2;
    mark(context, px, py, 5.5, "circle", "#fff");
    mark(context, px, py, 4, "circle", trace.line.color);
  }

  box.addEventListener("click", (event) => {
    const id = panel.spec?.layout.meta.time[0];
    if (!id || event.target.closest(".modebar")) return;
    if (event.detail === 1) beforeClick = clock.t;
    const { left, width, height } = box.getBoundingClientRect();
    const x = geometry(panel.spec, width, height, size().fontSize, ranges).axes[id];
    const v = x.from + ((event.clientX - left - x.start) / (x.end - x.start)) * (x.to - x.from);
    clock.set(x.log ? 10 ** v : v);
  });
  clock.listen(() => panel.drawCursor());
  new ResizeObserver(() => panel.draw()).observe(box);
  return panel;
}
