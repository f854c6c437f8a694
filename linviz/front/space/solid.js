// What is seen in space: an orthographic view, turned by azimuth and elevation, painted from the back to
// the front. Lines are cut into pieces, which are sorted like faces.

import { line, mixed } from "./pencil.js";

/** @typedef {[number, number, number]} Point x to the right, y away, z up when nothing is turned */
/** @typedef {{ px: number, py: number, depth: number }} Seen depth grows towards the eye */
/** @typedef {[number, number]} Turn azimuth and elevation */
/** @typedef {{ left: number, top: number, width: number, height: number }} Box */

const STEEPEST = 1.5; // nearly from above
const PER_PIXEL = 0.009;
export const MOST_ITEMS = 1500;

/** @param {Turn} turn @param {number} dx @param {number} dy pixels of the hand @returns {Turn} */
export function turned([azimuth, elevation], dx, dy) {
  const most = Math.max(-STEEPEST, Math.min(STEEPEST, elevation + PER_PIXEL * dy));
  return [wrapped(azimuth + PER_PIXEL * dx), most];
}

const wrapped = (/** @type {number} */ angle) => angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));

/**
 * @param {Turn} turn
 * @param {Box} box
 * @param {number} radius what of space fits in the box, whatever the turn
 */
export function createView([azimuth, elevation], box, radius) {
  const scale = Math.min(box.width, box.height) / (2 * radius);
  const [cx, cy] = [box.left + box.width / 2, box.top + box.height / 2];
  const [ca, sa, ce, se] = [Math.cos(azimuth), Math.sin(azimuth), Math.cos(elevation), Math.sin(elevation)];
  // of the picture's right, its height, and the way to the eye
  const [right, up, eye] = [
    [ca, -sa, 0],
    [sa * se, ca * se, ce],
    [-sa * ce, -ca * ce, se],
  ];
  const dot = (/** @type {number[]} */ a, /** @type {ArrayLike<number>} */ p) =>
    a[0] * p[0] + a[1] * p[1] + a[2] * p[2];
  return {
    scale,
    eye,
    /** @param {ArrayLike<number>} p @returns {Seen} */
    at: (p) => ({ px: cx + scale * dot(right, p), py: cy - scale * dot(up, p), depth: dot(eye, p) }),
    /** The point there at this depth. @param {number} px @param {number} py @param {number} depth @returns {Point} */
    from(px, py, depth) {
      const [x, y] = [(px - cx) / scale, (cy - py) / scale];
      return /** @type {Point} */ ([0, 1, 2].map((k) => x * right[k] + y * up[k] + depth * eye[k]));
    },
  };
}

/** @typedef {ReturnType<typeof createView>} View */
/**
 * @typedef {object} Item
 * @property {number} depth
 * @property {(context: any) => void} paint
 */

/** @param {View} view */
export function createScene(view) {
  /** @type {Item[]} */
  const items = [];
  return {
    view,
    items,
    /**
     * A flat face with an edge of a color near its own, so that no seam is seen.
     * @param {ArrayLike<number>[]} corners
     * @param {string} fill
     * @param {{ edge?: string, width?: number, alpha?: number, lift?: number }} look
     */
    face(corners, fill, { edge = fill, width = 1, alpha = 1, lift = 0 } = {}) {
      const seen = corners.map(view.at);
      const depth = seen.reduce((sum, { depth: d }) => sum + d, 0) / seen.length + lift;
      items.push({ depth, paint: (context) => paintFace(context, seen, { fill, edge, width, alpha }) });
    },
    /**
     * @param {(ArrayLike<number> | null)[]} points
     * @param {import("./pencil.js").Stroke} stroke
     * @param {number} lift towards the eye, over the face that it lies in
     */
    curve(points, stroke, lift = 0) {
      for (const piece of pieces(points, view)) {
        const depth = piece.reduce((sum, { depth: d }) => sum + d, 0) / piece.length + lift;
        const pixels = piece.map(({ px, py }) => /** @type {[number, number]} */ ([px, py]));
        items.push({ depth, paint: (context) => line(context, pixels, stroke) });
      }
    },
    /**
     * @param {ArrayLike<number>} point
     * @param {(context: any, at: [number, number]) => void} paint
     * @param {number} lift
     */
    mark(point, paint, lift = 0) {
      const { px, py, depth } = view.at(point);
      items.push({ depth: depth + lift, paint: (context) => paint(context, [px, py]) });
    },
    /** @param {any} context */
    paint(context) {
      items.sort((a, b) => a.depth - b.depth);
      for (const item of items) item.paint(context);
      return items.length;
    },
  };
}

/** @typedef {ReturnType<typeof createScene>} Scene */

/**
 * Pieces of a line, each from one of its points to the next.
 * @param {(ArrayLike<number> | null)[]} points
 * @param {View} view
 * @returns {Seen[][]}
 */
function pieces(points, view) {
  const found = [];
  /** @type {Seen | null} */
  let last = null;
  for (const point of points) {
    const here = point && view.at(point);
    if (here && last) found.push([last, here]);
    last = here;
  }
  return found;
}

/** @param {any} context @param {Seen[]} seen @param {{ fill: string, edge: string, width: number, alpha: number }} look */
function paintFace(context, seen, { fill, edge, width, alpha }) {
  context.globalAlpha = alpha;
  context.setLineDash([]);
  context.lineJoin = "round";
  context.beginPath();
  seen.forEach(({ px, py }, k) => (k === 0 ? context.moveTo(px, py) : context.lineTo(px, py)));
  context.closePath();
  context.fillStyle = fill;
  context.fill();
  if (width > 0) {
    [context.strokeStyle, context.lineWidth] = [edge, width];
    context.stroke();
  }
  context.globalAlpha = 1;
}

/**
 * A color by how a face turns to a light over the eye's left shoulder; both sides are lit.
 * @param {string} color
 * @param {string} dark
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 * @param {ArrayLike<number>} c corners
 * @param {number[]} light
 */
export function shaded(color, dark, a, b, c, light) {
  const [u, v] = [[0, 1, 2].map((k) => b[k] - a[k]), [0, 1, 2].map((k) => c[k] - a[k])];
  const n = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
  const size = Math.hypot(...n) * Math.hypot(...light);
  const cosine = size === 0 ? 1 : Math.abs(n[0] * light[0] + n[1] * light[1] + n[2] * light[2]) / size;
  return mixed(color, dark, 0.5 * (1 - cosine));
}
