// The matrices C_j at the moment shown, as heat maps with zero in the middle of the colors.

import { lastBefore } from "./arrays.js";
import { fitted } from "./painter.js";

const NEGATIVE = [213, 94, 0];
const POSITIVE = [0, 114, 178];
const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

export function createMatrices(canvas) {
  let shown = null; // {t, sizes, values}
  let limit = 1;
  return {
    show(matrices) {
      shown = matrices;
      limit = Math.max(matrices.floor, ...matrices.values.map(largest));
    },
    draw(t, fontSize, ink) {
      const box = canvas.parentElement.getBoundingClientRect();
      if (!shown || box.width < 2) return;
      const context = fitted(canvas, box.width, box.height);
      context.clearRect(0, 0, box.width, box.height);
      const frame = lastBefore(shown.t, t);
      const cells = grid(shown.sizes.length, box.width, box.height - 2.2 * fontSize, fontSize);
      shown.sizes.forEach((d, j) => {
        const matrix = shown.values[j].subarray(frame * d * d, (frame + 1) * d * d);
        drawMatrix(context, cells[j], matrix, d, limit, shown.floor, fontSize, ink, j);
      });
      drawLegend(context, box, limit, shown.floor, fontSize, ink);
    },
  };
}

function largest(values) {
  let most = 0;
  for (const v of values) most = Math.max(most, Math.abs(v));
  return most;
}

function grid(count, width, height, fontSize) {
  let best = { side: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const side = Math.min(width / columns - 0.8 * fontSize, height / rows - 1.9 * fontSize);
    if (side > best.side) best = { side, columns, rows };
  }
  return Array.from({ length: count }, (_, k) => ({
    x: (k % best.columns) * (width / best.columns) + (width / best.columns - best.side) / 2,
    y: Math.floor(k / best.columns) * (height / best.rows) + 1.5 * fontSize,
    side: best.side,
  }));
}

function drawMatrix(context, { x, y, side }, matrix, d, limit, floor, fontSize, ink, j) {
  const cell = side / d;
  for (let row = 0; row < d; row++) {
    for (let column = 0; column < d; column++) {
      const value = matrix[row * d + column];
      context.fillStyle = diverging(Math.abs(value) > floor ? value / limit : 0);
      const [left, top] = [x + column * cell, y + row * cell];
      context.fillRect(left, top, Math.ceil(cell), Math.ceil(cell));
    }
  }
  context.strokeStyle = ink.axis;
  context.lineWidth = 1;
  context.strokeRect(x, y, side, side);
  context.fillStyle = ink.text;
  context.textAlign = "center";
  context.textBaseline = "bottom";
  context.font = `600 ${fontSize}px ${ink.family}`;
  context.fillText(`C${SUBSCRIPTS[j + 1] ?? `${SUBSCRIPTS[1]}${SUBSCRIPTS[(j + 1) % 10]}`}`, x + side / 2, y - 2);
  if (cell >= 2.9 * fontSize) drawNumbers(context, x, y, cell, matrix, d, limit, floor, fontSize, ink);
}

function drawNumbers(context, x, y, cell, matrix, d, limit, floor, fontSize, ink) {
  context.textBaseline = "middle";
  context.font = `${0.9 * fontSize}px ${ink.family}`;
  const digits = limit >= 10 ? 1 : limit >= 0.1 ? 2 : null;
  for (let k = 0; k < d * d; k++) {
    const value = matrix[k];
    context.fillStyle = Math.abs(value) / limit > 0.6 ? "#fff" : "#1b1f24";
    const text = digits === null ? value.toExponential(0) : value.toFixed(digits);
    const clean = Number(text) === 0 || Math.abs(value) <= floor ? "0" : text.replace("-", "−");
    context.fillText(clean, x + ((k % d) + 0.5) * cell, y + (Math.floor(k / d) + 0.5) * cell);
  }
}

function drawLegend(context, box, limit, floor, fontSize, ink) {
  if (limit === floor) {
    context.fillStyle = ink.text;
    context.font = `${0.9 * fontSize}px ${ink.family}`;
    context.textAlign = "center";
    context.fillText("all entries are 0", box.width / 2, box.height - 0.8 * fontSize);
    return;
  }
  const text = limit >= 1e-3 && limit < 1e4 ? limit.toPrecision(2) : limit.toExponential(0);
  const width = Math.min(8 * fontSize, 0.4 * box.width);
  const [left, top, height] = [(box.width - width) / 2, box.height - 1.1 * fontSize, 0.6 * fontSize];
  for (let k = 0; k < 40; k++) {
    context.fillStyle = diverging(k / 19.5 - 1);
    context.fillRect(left + (k * width) / 40, top, width / 40 + 0.6, height);
  }
  context.fillStyle = ink.text;
  context.font = `${0.82 * fontSize}px ${ink.family}`;
  context.textBaseline = "middle";
  context.textAlign = "right";
  context.fillText(`−${text}`, left - 0.4 * fontSize, top + height / 2);
  context.textAlign = "left";
  context.fillText(`+${text}`, left + width + 0.4 * fontSize, top + height / 2);
}

function diverging(share) {
  const end = share < 0 ? NEGATIVE : POSITIVE;
  const amount = Math.min(1, Math.abs(share));
  return `rgb(${end.map((c) => Math.round(255 + amount * (c - 255))).join(",")})`;
}
