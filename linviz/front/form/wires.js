// The network as a small drawing above its widths: a column of neurons for each, a line for each weight,
// σ over the hidden ones where a network with an activation runs beside.

const MOST = 6; // neurons of a column
const [WIDTH, HEIGHT, RADIUS] = [216, 104, 5.5];
const SIGMA = 24; // above the drawing, for σ
const LEAST = 0.03; // of the largest weight: thinner ones are not drawn

/** @param {number} count @param {number} n */
const middle = (count, n) => ((n + 0.5) * WIDTH) / count;

/**
 * Heights of the neurons of a column; of a wide one as many as there is room for.
 * @param {number} d
 */
export function heights(d) {
  const n = Math.min(d, MOST);
  return Array.from({ length: n }, (_, i) => HEIGHT / 2 + ((i - (n - 1) / 2) * (HEIGHT - 16)) / (MOST - 1));
}

/**
 * @param {SVGElement} svg
 * @param {number[]} dims
 * @param {ArrayLike<number>[]} weights of each layer, row after row
 * @param {string[]} words over each column
 */
export function drawWires(svg, dims, weights, words) {
  const above = words.some((text) => text) ? SIGMA : 0;
  svg.setAttribute("viewBox", `0 ${-above} ${WIDTH} ${HEIGHT + above}`);
  const columns = dims.map((d, j) => heights(d).map((y) => [middle(dims.length, j), y]));
  const lines = columns.slice(1).map((to, j) => {
    const W = weights[j];
    const largest = Math.max(...Array.from(W, Math.abs)) || 1;
    return to.map((end, i) => columns[j].map((start, k) => line(start, end, W[i * dims[j] + k] / largest)));
  });
  const dots = columns.flat().map(([x, y]) => `<circle cx="${x}" cy="${y}" r="${RADIUS}"/>`);
  const more = dims.map((d, j) => (d > MOST ? `<text x="${middle(dims.length, j)}" y="${HEIGHT}">⋮</text>` : ""));
  const told = words.map((text, j) => (text ? `<text x="${middle(dims.length, j)}" y="-8">${text}</text>` : ""));
  svg.innerHTML = `${lines.flat(2).join("")}${dots.join("")}${more.join("")}${told.join("")}`;
}

/** @param {number[]} start @param {number[]} end @param {number} share */
function line([x1, y1], [x2, y2], share) {
  if (Math.abs(share) < LEAST) return "";
  const kind = share < 0 ? "minus" : "plus";
  const width = 0.4 + 2.4 * Math.abs(share);
  return `<line class="${kind}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke-width="${width.toFixed(2)}"/>`;
}
