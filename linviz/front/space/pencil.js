// Lines, points and words on a canvas or on what writes SVG, in pixels.

import { channels, css } from "../draw/theme.js";

/** @typedef {[number, number]} Pixel */
/** @typedef {{ color: string, width?: number, dash?: number[], alpha?: number }} Stroke */

/**
 * A color on the way from one to another.
 * @param {string} from
 * @param {string} to
 * @param {number} share
 */
export function mixed(from, to, share) {
  const [a, b] = [channels(from), channels(to)];
  return css(a.map((c, k) => Math.round(c + share * (b[k] - c))));
}

/** Of three colors, evenly. @param {string[]} colors @param {number} share */
export function ramp(colors, share) {
  const at = Math.min(1, Math.max(0, share)) * (colors.length - 1);
  const k = Math.min(colors.length - 2, Math.floor(at));
  return mixed(colors[k], colors[k + 1], at - k);
}

/**
 * A line through points; one that is null breaks it.
 * @param {any} context
 * @param {(Pixel | null)[]} points
 * @param {Stroke} stroke
 */
export function line(context, points, { color, width = 1, dash = [], alpha = 1 }) {
  context.globalAlpha = alpha;
  context.strokeStyle = color;
  context.lineWidth = width;
  [context.lineJoin, context.lineCap] = ["round", dash.length > 0 || alpha < 1 ? "butt" : "round"];
  context.setLineDash(dash);
  context.beginPath();
  let pen = false;
  for (const point of points) {
    if (point && pen) context.lineTo(point[0], point[1]);
    else if (point) context.moveTo(point[0], point[1]);
    pen = point !== null;
  }
  context.stroke();
  context.globalAlpha = 1;
  context.setLineDash([]);
}

/**
 * @param {any} context
 * @param {Pixel[]} points
 * @param {string} color
 * @param {number} alpha
 */
export function area(context, points, color, alpha = 1) {
  context.globalAlpha = alpha;
  context.fillStyle = color;
  context.beginPath();
  points.forEach(([x, y], k) => (k === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  context.closePath();
  context.fill();
  if (alpha === 1) {
    // no seam between two of one color
    [context.strokeStyle, context.lineWidth, context.lineJoin] = [color, 1, "round"];
    context.setLineDash([]);
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** @param {any} context @param {Pixel} at @param {number} radius @param {string} fill @param {string} edge @param {number} width */
export function disc(context, [x, y], radius, fill, edge, width) {
  context.setLineDash([]);
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.strokeStyle = edge;
  context.lineWidth = width;
  context.stroke();
}

/** A saddle. @param {any} context @param {Pixel} at @param {number} radius @param {any} ink */
export function square(context, [x, y], radius, ink) {
  context.setLineDash([]);
  context.lineJoin = "miter";
  context.beginPath();
  context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
  context.fillStyle = ink.saddle;
  context.fill();
  context.strokeStyle = ink.onPale;
  context.lineWidth = Math.max(1.2, radius / 5);
  context.stroke();
}

/**
 * Words with paper around them.
 * @param {any} context
 * @param {string} text
 * @param {Pixel} at
 * @param {{ size: number, color: string, halo: string, family: string, align?: string, weight?: number, turn?: number }} look
 */
export function words(context, text, [x, y], { size, color, halo, family, align = "left", weight = 400, turn = 0 }) {
  context.save();
  context.translate(x, y);
  if (turn) context.rotate(turn);
  context.font = `${weight} ${size}px ${family}`;
  [context.textAlign, context.textBaseline, context.lineJoin] = [align, "middle", "round"];
  [context.strokeStyle, context.lineWidth] = [halo, 5];
  context.strokeText(text, 0, 0);
  context.fillStyle = color;
  context.fillText(text, 0, 0);
  context.restore();
}

/** A start's ring. @param {any} context @param {Pixel} at @param {string} color @param {boolean} held @param {any} ink @param {number} scale */
export function ring(context, at, color, held, ink, scale = 1) {
  disc(context, at, (held ? 10 : 7) * scale, ink.paper, color, (held ? 4 : 2.6) * scale);
}

/** Where it is now. @param {any} context @param {Pixel} at @param {string} color @param {boolean} held @param {any} ink @param {number} scale */
export function dot(context, at, color, held, ink, scale = 1) {
  disc(context, at, (held ? 7.5 : 6) * scale, color, ink.paper, 2 * scale);
}
