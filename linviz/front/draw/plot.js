// A picture with axes on two canvases: the picture itself, and above it what moves: the moment shown,
// the value that is read, the box that is drawn to zoom.

import { parts } from "../page/part.js";
import { placedPanes } from "./axes.js";
import { drawCursor } from "./cursor.js";
import { createHand } from "./hand.js";
import { fitted, paint } from "./painter.js";
import { isBlank } from "./picture.js";
import { pictureTable } from "./table.js";
import { tinted } from "./theme.js";
import { drawBox, drawTip } from "./tip.js";
import { WORDS } from "../page/words.js";

/** @typedef {{ width: number, height: number }} Box */
/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("./tip.js").Frame} Frame */

const MARKUP = `<canvas class="base" role="img" tabindex="0" aria-description="${WORDS.panel.keys}"></canvas>
  <canvas class="cursor" aria-hidden="true"></canvas>
  <button type="button" class="unzoom" hidden title="${WORDS.panel.resetKeys}">${WORDS.panel.reset}</button>
  <p class="heard" aria-live="polite"></p>`;

/**
 * @param {{ name: string, clock: any, ink: () => any, size: () => number, bare?: () => boolean }} options
 */
export function createPlot({ name, clock, ink, size, bare = () => false }) {
  const [element, base, cursor, unzoom, heard] = surfaces();
  let [box, words] = [{ width: 0, height: 0 }, ""];
  let made = /** @type {Picture | null} */ (null); // as it came

  const plot = {
    element,
    joined: false, // with the tree beside it, which says what each level is
    frame: /** @type {Frame | null} */ (null), // the picture in the page's colors, and its panes
    ghost: /** @type {import("./ghost.js").Ghost | null} */ (null), // the run before a change
    follow: /** @type {(() => void) | null} */ (null), // after it is drawn: for what stands above it
    decorate: /** @type {((context: CanvasRenderingContext2D, pane: any, fontSize: number) => void) | null} */ (null),
    get drawn() {
      return plot.frame?.picture ?? null;
    },
    describe: (/** @type {string} */ text) => base.setAttribute("aria-label", text),
    show(/** @type {any} */ run) {
      [made, words] = [run.pictures[name], run.words[name]];
      hand.lens.take(run.pictures[name]);
      plot.draw();
    },
    // a picture of its own moment, made anew
    take(/** @type {Picture} */ picture) {
      made = picture;
      if (hand.lens.shown.length !== picture.panes.length) hand.lens.take(picture);
      plot.draw();
    },
    // on other axes
    reach: (/** @type {import("./picture.js").Pane[]} */ panes) => void (made && plot.take({ ...made, panes })),
    fit(/** @type {Box} */ given) {
      box = given;
      plot.draw();
    },
    // where everything is, before it is drawn
    place() {
      if (!made || box.width < 20 || box.height < 20) return false;
      const place = { bare: bare(), joined: plot.joined, alone: ink().alone };
      plot.frame = framed(tinted(made, ink()), box, size(), hand.lens.shown, place);
      return true;
    },
    draw() {
      if (!plot.place() || !plot.frame) return;
      paint(fitted(base, box.width, box.height), { ...plot.frame, ghost: plot.ghost }, ink());
      hand.tip.renew(plot.frame);
      plot.move();
      note(element, "empty", isBlank(plot.frame.picture));
      note(element, "zoomed", hand.lens.isUsed);
      if (unzoom.hidden === hand.lens.isUsed) unzoom.hidden = !hand.lens.isUsed;
      plot.follow?.();
    },
    move() {
      if (!plot.frame) return;
      const context = fitted(cursor, plot.frame.width, plot.frame.height);
      context.clearRect(0, 0, plot.frame.width, plot.frame.height);
      drawMoment(context, plot, plot.frame, clock.t, ink());
      if (hand.box) drawBox(context, hand.box, ink());
      else if (hand.tip.value) drawTip(context, hand.tip.value, plot.frame, ink());
    },
    // for a file
    /** @type {(context: any, width: number, height: number, fontSize: number) => void} */
    render(context, width, height, fontSize) {
      if (!made) return;
      const frame = framed(tinted(made, ink()), { width, height }, fontSize, hand.lens.shown);
      paint(context, frame, ink());
      drawMoment(context, plot, frame, clock.t, ink());
    },
    table: () => pictureTable(made, clock.t, words),
  };

  const hand = createHand({ base, unzoom, heard, clock, plot });
  return plot;
}

// What style sheets read is written only where it is another: a canvas that is drawn next asks for them.
/** @param {HTMLElement} element @param {string} name @param {boolean} on */
function note({ dataset }, name, on) {
  if (dataset[name] !== String(on)) dataset[name] = String(on);
}

function surfaces() {
  const element = document.createElement("div");
  element.className = "plot";
  element.innerHTML = MARKUP;
  return [element, ...parts(element, ".base, .cursor, .unzoom, .heard")];
}

/**
 * @param {Picture} given
 * @param {Box} box
 * @param {number} fontSize
 * @param {import("./axes.js").Shown[]} shown
 * @param {import("./axes.js").Standing} standing  bare: with the ticks of the time bar; joined: with levels
 *   that are told of beside it
 * @returns {Frame}
 */
function framed(given, { width, height }, fontSize, shown, standing = {}) {
  const levels = given.levels.map((level) => ({ ...level, label: null }));
  const picture = standing.joined ? { ...given, levels } : given;
  const bare = Boolean(standing.bare) && picture.panes.some(({ x }) => x.time);
  const panes = placedPanes(picture, width, height, fontSize, shown, { ...standing, bare });
  return { picture, panes, width, height, fontSize, bare, pale: true };
}

/**
 * @param {any} context
 * @param {{ decorate: Function | null }} plot
 * @param {Frame} frame
 * @param {number} t
 * @param {any} ink
 */
function drawMoment(context, plot, { picture, panes, fontSize }, t, ink) {
  drawCursor(context, picture, panes, t, ink);
  plot.decorate?.(context, panes[0], fontSize);
}
