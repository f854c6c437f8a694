// Where the pictures stand: those over time under each other at the left, so that one line of now goes
// through all of them; what explains them at the right, the tree of critical values at the loss's height.

// In the order in which they are read.
const ORDER = ["loss", "tree", "hessian", "modes", "invariants", "drift", "matrices", "network", "errors", "images"];
/** @type {Record<string, number>} parts of the height */
const OVER_TIME = { loss: 56, modes: 20, invariants: 24, drift: 20, errors: 24 };
const BESIDE_LOSS = ["tree", "hessian"];

/**
 * @template {{ name: string }} T
 * @param {T[]} panels
 * @returns {T[]}
 */
export function inOrder(panels) {
  const place = (/** @type {T} */ { name }) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return [...panels].sort((a, b) => place(a) - place(b));
}

/** @param {string[]} names */
export function ordered(names) {
  return inOrder(names.map((name) => ({ name }))).map(({ name }) => name);
}

/**
 * Rows of names, and the parts of the height and of the width that they have.
 * @typedef {{ names: string[][], rows: number[], columns: number[] }} Grid
 */

/**
 * As wide as a screen is: the loss, its tree and the Hessian in the first row.
 * @param {string[]} panels
 * @returns {Grid}
 */
export function wide(panels) {
  const { left, upper, lower } = sorted(panels);
  if (left.length === 0) return tiled([...upper, ...lower], upper.length + lower.length > 3 ? 2 : 3);
  if (upper.length + lower.length === 0) return stacked(left);
  const width = Math.max(upper.length, lower.length, 1);
  const columns = width === 2 ? [45, 29.5, 25.5] : [left[0] === "loss" ? 54 : 46, 46];
  if (left.length === 1 && upper.length > 0 && lower.length > 0) {
    const below = lower.length > 1 ? [lower[0], ...spread(lower.slice(1), width)] : spread(lower, width + 1);
    return { names: [[left[0], ...spread(upper, width)], below], rows: [56, 44], columns };
  }
  // without matrices the Hessian goes under the tree
  if (left.length > 1 && lower.length === 0 && upper.length === 2) lower.push(/** @type {string} */ (upper.pop()));
  const [above, below] = upper.length === 0 ? [lower, lower] : [upper, lower.length > 0 ? lower : under(upper)];
  const most = Math.max(above.length, below.length);
  const names = left.map((name, k) => [name, ...spread(k === 0 ? above : below, most)]);
  return { names, rows: heights(left), columns: most === 2 ? columns : [54, 46] };
}

/**
 * Two columns, for a notebook or a tablet.
 * @param {string[]} panels
 * @returns {Grid}
 */
export function narrow(panels) {
  const { left, upper, lower } = sorted(panels);
  const right = [...upper, ...lower];
  if (left.length === 0) return tiled(right, 2);
  if (right.length === 0) return stacked(left);
  const count = Math.max(left.length, right.length);
  const names = Array.from({ length: count }, (_, k) => [
    left[Math.min(k, left.length - 1)],
    right[Math.min(k, right.length - 1)],
  ]);
  const rows = names.map((_, k) => heights(left)[k] ?? 24);
  return { names, rows, columns: [54, 46] };
}

/**
 * Those of the chosen panels that have a picture of this run; where none were chosen, with those that
 * take the place of another on such data.
 * @param {string[]} panels
 * @param {string[]} usual
 * @param {{ name: string, instead: string }[]} entries
 * @param {string[]} drawn
 */
export function offered(panels, usual, entries, drawn) {
  const has = (/** @type {string} */ name) => drawn.includes(name);
  const kept = panels.filter(has);
  if (kept.length > 0 && panels.join() !== usual.join()) return kept;
  const taking = entries.filter(({ name, instead }) => instead !== "" && has(name));
  return usual.map((name) => taking.find(({ instead }) => instead === name)?.name ?? name).filter(has);
}

// A hall has room for what was chosen, or for the first two.
/** @param {string[]} panels @param {string[]} usual */
export function inHall(panels, usual) {
  return panels.join() === usual.join() ? ordered(panels).slice(0, 2) : panels;
}

// What a page within another has room for: controls beside the pictures, or not; one picture, or all.
/** @param {number} width in pixels */
export function roomOf(width) {
  if (width < 700) return "small";
  if (width < 840) return "middle"; // a notebook of 900 with its margin and scroll bar has more
  return width < 1400 ? "narrow" : "wide";
}

// Show these panels, each in its place.
/** @param {HTMLElement} root @param {string[]} shown */
export function place(root, shown) {
  for (const panel of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".panels > .panel"))) {
    const name = panel.dataset.panel ?? "";
    panel.hidden = !shown.includes(name);
    panel.style.setProperty("--area", name);
  }
  const panels = /** @type {HTMLElement} */ (root.querySelector(".panels"));
  panels.dataset.count = String(shown.length);
  panels.dataset.rows = String(narrow(shown).rows.length);
  panels.dataset.joined = String(["loss", "tree"].every((name) => shown.includes(name)));
  for (const [kind, grid] of Object.entries({ wide: wide(shown), narrow: narrow(shown) })) {
    for (const [part, value] of Object.entries(templateOf(grid))) panels.style.setProperty(`--${kind}-${part}`, value);
  }
}

/** @param {Grid} grid */
export function templateOf({ names, rows, columns }) {
  return {
    areas: names.map((row) => `"${row.join(" ")}"`).join(" "),
    rows: rows.map((part) => `minmax(0, ${part}fr)`).join(" "),
    columns: columns.map((part) => `minmax(0, ${part}fr)`).join(" "),
  };
}

/** @param {string[]} panels */
function sorted(panels) {
  const all = ordered(panels);
  const left = all.filter((name) => name in OVER_TIME);
  const upper = all.filter((name) => BESIDE_LOSS.includes(name));
  return { left, upper, lower: all.filter((name) => !left.includes(name) && !upper.includes(name)) };
}

// The tree stays at the loss's height; the Hessian may be as high as all that stands beside it.
/** @param {string[]} upper */
function under(upper) {
  return upper.includes("tree") ? ["."] : upper;
}

/** @param {string[]} names */
function heights(names) {
  if (!names.includes("loss")) return names.map(() => 1);
  return names.map((name) => OVER_TIME[name]);
}

/** @param {string[]} names @returns {Grid} */
function stacked(names) {
  return { names: names.map((name) => [name]), rows: heights(names), columns: [1] };
}

/** @param {string[]} names @param {number} most @returns {Grid} */
function tiled(names, most) {
  const width = Math.min(most, names.length);
  const rows = [];
  for (let k = 0; k < names.length; k += width) rows.push(spread(names.slice(k, k + width), width));
  return { names: rows, rows: rows.map(() => 1), columns: Array(width).fill(1) };
}

// The last of a row takes what is left of it.
/** @param {string[]} names @param {number} width */
function spread(names, width) {
  return Array.from({ length: width }, (_, k) => names[Math.min(k, names.length - 1)]);
}
