// The picture of a spec in three layers: canvas (at once), plotly (when it has come), and the time
// cursor with its markers above both.

import { interpolated } from "../page/arrays.js";
import { geometry } from "./axes.js";
import { currentRanges, freeTicks, react } from "./library.js";
import { fitted, mark, paint } from "./painter.js";
import { specTable } from "./table.js";
import { tinted } from "./theme.js";

export function createPlot({ name, clock, ink, size }) {
  const element = document.createElement("div");
  element.className = "plot";
  element.innerHTML = `<canvas class="base" role="img"></canvas><div class="plotly" aria-hidden="true"></div>
    <canvas class="cursor" aria-hidden="true"></canvas>`;
  const [base, plotly, cursor] = element.children;
  const picture = { element, spec: null };
  let made = null; // the spec as it came
  let words = "";
  let ranges = {};
  let upgrade = null;
  let beforeClick = clock.t; // a double click resets the axes, not the time

  const box = () => element.getBoundingClientRect();

  picture.show = (run) => {
    [made, words] = [run.figures[name], run.words[name]];
    picture.draw();
  };

  picture.describe = (text) => base.setAttribute("aria-label", text);

  picture.draw = () => {
    const { width, height } = box();
    if (!made || width < 20 || height < 20) return;
    picture.spec = tinted(made, ink());
    element.dataset.empty = String(made.data.length === 0);
    ranges = {};
    paint(fitted(base, width, height), picture.spec, width, height, size(), ink());
    element.dataset.painter = "canvas";
    picture.move();
    picture.upgrade();
  };

  // Plotly takes the picture over when nothing has changed for a moment.
  picture.upgrade = () => {
    clearTimeout(upgrade);
    if (picture.library) upgrade = setTimeout(takeOver, 250);
  };

  async function takeOver() {
    const { width, height } = box();
    const spec = picture.spec;
    if (!spec || width < 20) return;
    await react(picture.library, plotly, spec, { width, height, fontSize: size(), name });
    if (!plotly.dataset.listening) listen();
    if (spec === picture.spec) element.dataset.painter = "plotly";
    plotly.querySelectorAll(".modebar-btn").forEach((button) => (button.tabIndex = -1)); // the menu has it all
    ranges = currentRanges(plotly);
    picture.move();
  }

  function listen() {
    plotly.dataset.listening = "true";
    plotly.on("plotly_relayout", (changes) => {
      ranges = currentRanges(plotly);
      freeTicks(picture.library, plotly, changes);
      picture.move();
    });
    plotly.on("plotly_doubleclick", () => {
      clock.set(beforeClick);
      picture.draw();
      return false;
    });
  }

  picture.move = () => {
    const { width, height } = box();
    if (!picture.spec || width < 20) return;
    const context = fitted(cursor, width, height);
    context.clearRect(0, 0, width, height);
    drawMoment(context, width, height, size(), ranges);
  };

  function drawMoment(context, width, height, fontSize, ranges) {
    const { axes } = geometry(picture.spec, width, height, fontSize, ranges);
    for (const id of picture.spec.layout.meta.time) drawLine(context, axes[id], axes, id);
    for (const trace of picture.spec.data) drawMarker(context, trace, axes);
    picture.decorate?.(context, axes, fontSize);
  }

  function drawLine(context, x, axes, id) {
    const y = axes[x.axis.anchor ?? id.replace("x", "y")];
    const p = x.at(clock.t);
    if (p < x.start - 1 || p > x.end + 1) return;
    context.strokeStyle = ink().cursor;
    context.lineWidth = 2 * ink().bold;
    context.setLineDash([]);
    context.beginPath();
    context.moveTo(p, y.start);
    context.lineTo(p, y.end);
    context.stroke();
  }

  function drawMarker(context, trace, axes) {
    if (trace.meta?.still || trace.mode !== "lines" || !picture.spec.layout.meta.time.includes(trace.xaxis)) return;
    const [x, y] = [axes[trace.xaxis], axes[trace.yaxis]];
    const px = x.at(clock.t);
    if (trace.x.length === 0) return;
    const py = y.at(interpolated(trace.x, trace.y, clock.t));
    if (px < x.start - 1 || px > x.end + 1 || py > y.start + 4 || py < y.end - 4) return;
    const symbol = trace.meta?.marker ?? "circle";
    mark(context, px, py, 5.5 * ink().bold, symbol, ink().paper);
    mark(context, px, py, 4 * ink().bold, symbol, trace.line.color);
  }

  picture.render = (context, width, height, fontSize) => {
    paint(context, picture.spec, width, height, fontSize, ink());
    drawMoment(context, width, height, fontSize, {});
  };

  picture.table = () => specTable(made, clock.t, words);

  element.addEventListener("click", (event) => {
    const id = picture.spec?.layout.meta.time[0];
    if (!id || event.target.closest(".modebar")) return;
    if (event.detail === 1) beforeClick = clock.t;
    const { left, width, height } = box();
    const x = geometry(picture.spec, width, height, size(), ranges).axes[id];
    const v = x.from + ((event.clientX - left - x.start) / (x.end - x.start)) * (x.to - x.from);
    clock.set(x.log ? 10 ** v : v);
  });
  return picture;
}
