// Between the loss and the tree beside it, which share their heights: levels run on from one to the
// other, and a line joins now on the curve with now on the tree.

import { pixelsOf } from "../page/scaled.js";
import { fitted } from "./painter.js";

/**
 * @param {{ root: HTMLElement, clock: any, ink: () => any }} page
 * @param {{ loss: any, tree: any }} panels
 */
export function createBridge({ root, clock, ink }, { loss, tree }) {
  const canvas = document.createElement("canvas");
  canvas.className = "bridge";
  canvas.setAttribute("aria-hidden", "true");
  let known = /** @type {any} */ (null); // the run shown
  let side = /** @type {any} */ (null); // where both stand, if side by side
  let place = /** @type {any} */ (null); // where the canvas lies

  // Where both stand side by side: read when something has changed its size, and at no other time.
  function measured() {
    const [left, right] = [loss.picture.element, tree.picture.element];
    if (!left.offsetParent || !right.offsetParent) return null;
    const [a, b] = [left.getBoundingClientRect(), right.getBoundingClientRect()];
    if (Math.abs(a.top - b.top) > 2 || b.left <= a.left) return null;
    const home = canvas.parentElement?.getBoundingClientRect() ?? a;
    const scale = pixelsOf(canvas);
    return {
      left: (a.left - home.left) / scale,
      top: (a.top - home.top) / scale,
      width: (b.left - a.left) / scale,
      height: a.height / scale,
    };
  }

  // Whether they are on one axis.
  function areAlike() {
    const [own, other] = [loss.picture.frame?.panes[0], tree.picture.laid];
    if (!own || !other) return false;
    const [low, high] = own.y.axis.range;
    return [low, (low + high) / 2, high].every((v) => Math.abs(own.y.at(v) - other.y.at(v)) <= 1.5);
  }

  function settle() {
    side = measured();
    join(true);
  }

  /** @param {boolean} moved */
  function join(moved) {
    const before = place;
    place = areAlike() ? side : null;
    const joined = place !== null;
    canvas.hidden = !joined;
    if (joined && (moved || before !== place)) {
      const { left, top, width, height } = place;
      Object.assign(canvas.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
    }
    for (const { picture } of [loss, tree]) {
      if (picture.joined === joined) continue;
      picture.joined = joined;
      picture.draw();
    }
    draw();
  }

  function draw() {
    if (!place || !known || !loss.picture.frame) return;
    const { frame } = loss.picture;
    const [{ x, y }] = frame.panes;
    const context = fitted(canvas, place.width, place.height);
    const inks = ink();
    context.clearRect(0, 0, place.width, place.height);
    const span = (/** @type {number} */ from, /** @type {number} */ py) => {
      context.beginPath();
      context.moveTo(from, py);
      context.lineTo(place.width, py);
      context.stroke();
    };
    context.setLineDash([2, 4]);
    for (const { value, line } of tree.picture.drawn.levels) {
      const py = y.at(value);
      if (py > y.start + 1 || py < y.end - 1) continue;
      [context.strokeStyle, context.lineWidth] = [line.color, line.width]; // of this page already
      span(x.end, py);
    }
    const py = y.at(tree.picture.laid.at.loss);
    if (py < y.end - 1 || py > y.start + 1) return;
    context.setLineDash([]);
    [context.strokeStyle, context.lineWidth] = [inks.text, 1.2 * inks.bold];
    span(Math.min(x.end, Math.max(x.start, x.at(clock.t))) + 5 * inks.bold, py);
  }

  const seen = new ResizeObserver(settle);
  root.querySelector(".panels")?.append(canvas);
  for (const { picture } of [loss, tree]) seen.observe(picture.element);
  return {
    /** @param {any} run */
    show(run) {
      known = run;
      join(false);
    },
    settle,
    draw,
    dispose: () => seen.disconnect(),
  };
}
