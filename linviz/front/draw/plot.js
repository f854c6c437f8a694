// A picture with axes on two canvases: the picture itself, and above it what moves: the moment shown,
// the value that is read, the box that is drawn to zoom.

import { placedPanes } from "./axes.js";
import { drawCursor } from "./cursor.js";
import { listenGestures } from "./gestures.js";
import { boxOf, createLens, paneAt } from "./lens.js";
import { fitted, paint } from "./painter.js";
import { isBlank } from "./picture.js";
import { pictureTable } from "./table.js";
import { tinted } from "./theme.js";
import { createTip, drawBox, drawTip, isStep } from "./tip.js";

const KEYS = "Arrow keys read values, plus and minus zoom, 0 shows all.";
const STEP = 1.5; // of the zoom by keys
const MARKUP = `<canvas class="base" role="img" tabindex="0" aria-description="${KEYS}"></canvas>
  <canvas class="cursor" aria-hidden="true"></canvas>
  <button type="button" class="unzoom" hidden title="Show all (double click, or 0)">Reset zoom</button>
  <p class="heard" aria-live="polite"></p>`;

export function createPlot({ name, clock, ink, size }) {
  const element = document.createElement("div");
  element.className = "plot";
  element.innerHTML = MARKUP;
  const base = element.querySelector(".base");
  const cursor = element.querySelector(".cursor");
  const unzoom = element.querySelector(".unzoom");
  const heard = element.querySelector(".heard");
  const lens = createLens();
  const tip = createTip((words) => {
    heard.textContent = words;
  });
  let box = { width: 0, height: 0 };
  let made = null; // the picture as it came
  let words = "";
  let frame = null; // the picture in the page's colors, and where its panes are
  let drawn = null; // a box that is being drawn
  let requested = 0;

  const framed = (width, height, fontSize, shown) => {
    const picture = tinted(made, ink());
    const panes = placedPanes(picture, width, height, fontSize, shown);
    return { picture, panes, width, height, fontSize };
  };

  const plot = {
    element,
    get frame() {
      return frame;
    },
    get drawn() {
      return frame?.picture ?? null;
    },
    describe: (text) => base.setAttribute("aria-label", text),
    show(run) {
      [made, words] = [run.pictures[name], run.words[name]];
      lens.take(made);
      plot.draw();
    },
    fit(given) {
      box = given;
      plot.draw();
    },
    draw() {
      if (!made || box.width < 20 || box.height < 20) return;
      frame = framed(box.width, box.height, size(), lens.shown);
      element.dataset.empty = String(isBlank(made));
      element.dataset.zoomed = String(lens.isUsed);
      unzoom.hidden = !lens.isUsed;
      paint(fitted(base, box.width, box.height), frame, ink());
      tip.renew(frame);
      plot.move();
    },
    move() {
      if (!frame) return;
      const context = fitted(cursor, frame.width, frame.height);
      context.clearRect(0, 0, frame.width, frame.height);
      moment(context, frame);
      if (drawn) drawBox(context, drawn, ink());
      else if (tip.value) drawTip(context, tip.value, frame, ink());
    },
    render(context, width, height, fontSize) {
      const whole = framed(width, height, fontSize, lens.shown);
      paint(context, whole, ink());
      moment(context, whole);
    },
    table: () => pictureTable(made, clock.t, words),
  };

  function moment(context, { picture, panes, fontSize }) {
    drawCursor(context, picture, panes, clock.t, ink());
    plot.decorate?.(context, panes[0], fontSize);
  }

  // at most once a frame, however many events come
  function soon(draw) {
    cancelAnimationFrame(requested);
    requested = requestAnimationFrame(draw);
  }

  function zoom(act) {
    if (!frame) return;
    act();
    frame = { ...frame, panes: placedPanes(frame.picture, frame.width, frame.height, frame.fontSize, lens.shown) };
    soon(plot.draw);
  }

  function reset() {
    zoom(lens.reset);
    // where the button was the focus would be lost
    if (document.activeElement === unzoom) base.focus({ preventScroll: true });
  }

  unzoom.addEventListener("click", reset);
  listenGestures(base, acts({ base, clock, lens, tip, plot, zoom, soon, reset, drawBox: (given) => (drawn = given) }));
  listenKeys(base, { clock, lens, tip, plot, zoom, reset });
  return plot;
}

// What the hand's gestures do.
function acts({ base, clock, lens, tip, plot, zoom, soon, reset, drawBox }) {
  let before = [clock.t]; // a double click shows all and leaves the time as it was
  return {
    point(place) {
      if (!plot.frame) return;
      tip.point(plot.frame, place);
      soon(plot.move);
    },
    tap(place) {
      if (!plot.frame) return;
      const { panes, fontSize } = plot.frame;
      const { x } = panes[paneAt(panes, place)];
      before = [clock.t, ...before].slice(0, 2);
      if (!x.axis.time || place.px < x.start - fontSize || place.px > x.end + fontSize) return;
      clock.set(x.valueAt(Math.min(x.end, Math.max(x.start, place.px))));
    },
    draw(from, to) {
      drawBox(plot.frame && to && boxOf(plot.frame.panes, from, to));
      soon(plot.move);
    },
    cut: (from, to) => zoom(() => lens.cut(plot.frame.panes, from, to)),
    move: (from, to) => lens.isUsed && zoom(() => lens.move(plot.frame.panes, from, to)),
    enlarge: (place, factor) => zoom(() => lens.enlarge(plot.frame.panes, place, factor)),
    reset() {
      clock.set(before[before.length - 1]);
      reset();
    },
    takesWheel: () => document.activeElement === base,
  };
}

// The keys of a picture that has the focus.
function listenKeys(base, { clock, lens, tip, plot, zoom, reset }) {
  const middle = ({ panes }) => {
    const { pane, x, y } = tip.value ?? { pane: 0, x: null, y: null };
    const { x: across, y: up } = panes[pane];
    return x === null ? center(across, up) : { px: across.at(x), py: up.at(y) };
  };
  const enlarge = (factor) => zoom(() => lens.enlarge(plot.frame.panes, middle(plot.frame), factor));
  base.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !plot.frame) return;
    const { key } = event;
    if (isStep(key)) tip.step(plot.frame, key, clock.t);
    else if (key === "+" || key === "=") enlarge(STEP);
    else if (key === "-") enlarge(1 / STEP);
    else if (key === "0" || (key === "Escape" && lens.isUsed)) reset();
    else if (key === "Escape" && tip.value) tip.hide();
    else return;
    event.preventDefault();
    event.stopPropagation(); // Escape would leave the full screen too
    plot.move();
  });
  base.addEventListener("blur", () => {
    tip.hide();
    plot.move();
  });
}

function center(across, up) {
  return { px: (across.start + across.end) / 2, py: (up.start + up.end) / 2 };
}
