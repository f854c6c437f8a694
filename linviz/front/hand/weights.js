// A weight in the hand: of a network or of its matrices the one under the pointer, or that the arrow keys
// have come to, tells its number and is dragged up and down. It starts the run anew: from the weights of
// the moment shown, with this one changed.

import { pixelsOf } from "../page/scaled.js";
import { lowered } from "../form/rows.js";
import { written } from "../draw/numbers.js";
import { WORDS } from "../page/words.js";
import { createGrip, roundStep, stepped } from "./grip.js";
import { focusedBy } from "../page/part.js";

/** @typedef {[number, number, number]} Place layer, row and column, from 0 */
/**
 * What a picture says of the weights in it.
 * @typedef {object} Weights
 * @property {[number, number][]} shapes rows and columns of each layer
 * @property {number} limit the largest weight of the run
 * @property {(px: number, py: number, reach: number) => Place | null} at
 * @property {(place: Place, near: { px: number, py: number } | null) => { x: number, y: number } | null} spot where it stands
 * @property {(place: Place) => number} value
 */

const MOST = 300; // weights that can be set by hand
const FULL = 120; // pixels: as far as the largest weight
const REACH = { mouse: 7, pen: 10, touch: 18 };
const LARGEST = 1e6;
const [ASIDE, HIGH] = [14, 60]; // pixels: of the box from its weight, and from the top, above which it stands below

/**
 * @param {any} page
 * @param {any} picture
 */
export function addWeightGrip(page, picture) {
  const { hand, clock } = page;
  const told = createTip();
  let place = /** @type {Place} */ ([0, 0, 0]);
  let near = /** @type {{ px: number, py: number } | null} */ (null); // the pointer, while it is at a weight
  let pointed = false;

  const weights = () => {
    const known = /** @type {Weights | null} */ (picture.weights());
    if (known && !stands(place, known.shapes)) [place, near] = [[0, 0, 0], null];
    return known;
  };
  const canMove = () => {
    const shapes = weights()?.shapes ?? [];
    return shapes.length > 0 && count(shapes) <= MOST && page.alive("weight");
  };
  const grip = createGrip(hand, { upright: true, thing: thingOf, keys: walk });
  grip.element.classList.add("weight-grip");
  grip.element.setAttribute("aria-label", nameOf(place));
  told.layer.prepend(grip.element);
  picture.element.append(told.layer);

  function thingOf() {
    const known = weights();
    if (!known || !canMove()) return null;
    const value = grip.held && typeof hand.value === "number" ? hand.value : known.value(place);
    const full = known.limit || 1;
    const step = roundStep(full / FULL);
    return {
      label: nameOf(place),
      field: "weight",
      index: [...place, clock.t, page.run.id],
      ...{ value, step, low: -LARGEST, high: LARGEST },
      words: `${written(value, 3)}. ${WORDS.hand.weightKeys}`,
      moved: (/** @type {number} */ _, /** @type {number} */ dy) => stepped(value - (dy * full) / FULL, step),
    };
  }

  // Left and right go to the next weight, row after row and layer after layer.
  /** @param {string} key */
  function walk(key) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
    const shapes = weights()?.shapes;
    if (!step || !shapes || grip.held) return false;
    place = neighbor(place, shapes, step);
    near = null;
    show();
    return true;
  }

  function show() {
    const known = weights();
    const spot = known?.spot(place, near) ?? null;
    grip.element.hidden = !canMove();
    const isTold = pointed || grip.held || focusedBy(grip.element) === grip.element;
    if (spot) grip.element.style.transform = `translate(${spot.x}px, ${spot.y}px)`;
    grip.show();
    if (!known || !spot || !isTold) return told.hide();
    const value = grip.held ? grip.value() : known.value(place);
    const how = canMove() ? WORDS.hand.weight(clock.t > clock.times[0]) : "";
    told.show(spot, `${nameOf(place)} = ${written(value, 3)}`, how);
  }

  /** @param {PointerEvent | null} event */
  function point(event) {
    if (hand.held) return;
    const found = event && weightAt(weights(), told.layer, event);
    if (found) ({ place, near } = found);
    const before = pointed;
    pointed = Boolean(found);
    picture.element.dataset.over = pointed && canMove() ? "weight" : "";
    if (before || pointed) show();
  }

  listenPointer(picture.element, page.root, grip, point, () => pointed);
  for (const event of ["focus", "blur"]) grip.element.addEventListener(event, show);
  hand.on("move", ({ field }) => field === "weight" && show());
  hand.on("release", () => show());
  clock.listen(() => (pointed || focusedBy(grip.element) === grip.element) && show());
  return { show };
}

/**
 * @param {HTMLElement} element
 * @param {HTMLElement} root
 * @param {ReturnType<typeof createGrip>} grip
 * @param {(event: PointerEvent | null) => void} point
 * @param {() => boolean} isPointed
 */
function listenPointer(element, root, grip, point, isPointed) {
  element.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "touch") point(event);
  });
  element.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch") point(null);
  });
  root.addEventListener("pointerdown", (event) => {
    if (event.target === grip.element) return;
    if (!element.contains(/** @type {Node} */ (event.target))) return point(null);
    point(event); // a finger points by a tap, and drags the ring that comes
    if (isPointed() && event.pointerType !== "touch") grip.take(event);
  });
}

/** @param {Weights | null} weights @param {HTMLElement} layer @param {PointerEvent} event */
function weightAt(weights, layer, { clientX, clientY, pointerType }) {
  const { left, top } = layer.getBoundingClientRect();
  const scale = pixelsOf(layer);
  const near = { px: (clientX - left) / scale, py: (clientY - top) / scale };
  const reach = REACH[/** @type {keyof typeof REACH} */ (pointerType)] ?? REACH.mouse;
  const place = weights?.at(near.px, near.py, reach);
  return place ? { place, near } : null;
}

// The number in a box beside it.
function createTip() {
  const layer = document.createElement("div");
  layer.className = "grips";
  layer.innerHTML = '<p class="grip-tip" aria-hidden="true" hidden><b></b><span></span></p>';
  const tip = /** @type {HTMLElement} */ (layer.firstElementChild);
  return {
    layer,
    hide() {
      if (tip.hidden) return;
      layer.dataset.told = "false";
      tip.hidden = true;
    },
    /** @param {{ x: number, y: number }} spot @param {string} words @param {string} how */
    show({ x, y }, words, how) {
      layer.dataset.told = "true";
      tip.hidden = false;
      [tip.children[0].textContent, tip.children[1].textContent] = [words, how];
      const room = layer.clientWidth - tip.offsetWidth;
      const beside = x + ASIDE <= room ? x + ASIDE : x - ASIDE - tip.offsetWidth;
      const left = Math.max(0, Math.min(room, beside));
      tip.style.transform = `translate(${left}px, ${y}px) translateY(${y > HIGH ? -110 : 40}%)`;
    },
  };
}

/** @param {Place} place */
function nameOf([j, a, b]) {
  return `W${lowered(j + 1)}[${a + 1},${b + 1}]`;
}

/** @param {[number, number][]} shapes */
function count(shapes) {
  return shapes.reduce((sum, [rows, columns]) => sum + rows * columns, 0);
}

/**
 * Whether a network has this weight: another one may be smaller.
 * @param {Place} place
 * @param {[number, number][]} shapes
 */
export function stands([j, a, b], shapes) {
  return j < shapes.length && a < shapes[j][0] && b < shapes[j][1];
}

/**
 * The weight before or after one, in the order in which they are written.
 * @param {Place} place
 * @param {[number, number][]} shapes
 * @param {number} step
 * @returns {Place}
 */
export function neighbor([j, a, b], shapes, step) {
  const all = count(shapes);
  let k = (count(shapes.slice(0, j)) + a * shapes[j][1] + b + step + all) % all;
  for (const [layer, [rows, columns]] of shapes.entries()) {
    if (k < rows * columns) return [layer, Math.floor(k / columns), k % columns];
    k -= rows * columns;
  }
  return [0, 0, 0];
}
