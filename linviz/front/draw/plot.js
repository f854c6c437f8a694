// A picture with axes on two canvases: the picture itself, and above it the moment shown.

import { geometry } from "./axes.js";
import { drawCursor } from "./cursor.js";
import { fitted, paint } from "./painter.js";
import { isBlank } from "./picture.js";
import { pictureTable } from "./table.js";
import { tinted } from "./theme.js";

export function createPlot({ name, clock, ink, size }) {
  const element = document.createElement("div");
  element.className = "plot";
  element.innerHTML = '<canvas class="base" role="img"></canvas><canvas class="cursor" aria-hidden="true"></canvas>';
  const [base, cursor] = element.children;
  let made = null; // the picture as it came
  let tint = null; // the same in the page's colors
  let words = "";
  const plot = {
    element,
    get drawn() {
      return tint;
    },
  };

  const box = () => element.getBoundingClientRect();

  plot.show = (run) => {
    [made, words] = [run.pictures[name], run.words[name]];
    plot.draw();
  };

  plot.describe = (text) => base.setAttribute("aria-label", text);

  plot.draw = () => {
    const { width, height } = box();
    if (!made || width < 20 || height < 20) return;
    tint = tinted(made, ink());
    element.dataset.empty = String(isBlank(made));
    paint(fitted(base, width, height), tint, width, height, size(), ink());
    plot.move();
  };

  plot.move = () => {
    const { width, height } = box();
    if (!tint || width < 20) return;
    const context = fitted(cursor, width, height);
    context.clearRect(0, 0, width, height);
    drawMoment(context, width, height, size());
  };

  function drawMoment(context, width, height, fontSize) {
    const { panes } = geometry(tint, width, height, fontSize);
    drawCursor(context, tint, panes, clock.t, ink());
    plot.decorate?.(context, panes[0], fontSize);
  }

  plot.render = (context, width, height, fontSize) => {
    tint = tinted(made, ink()); // a panel that is not shown has none yet
    paint(context, tint, width, height, fontSize, ink());
    drawMoment(context, width, height, fontSize);
  };

  plot.table = () => pictureTable(made, clock.t, words);

  element.addEventListener("click", (event) => {
    if (!tint?.panes[0].x.time) return;
    const { left, width, height } = box();
    const { x } = geometry(tint, width, height, size()).panes[0];
    clock.set(x.valueAt(event.clientX - left));
  });
  return plot;
}
