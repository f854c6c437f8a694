// What is printed: one page with the headline, the equations, the pictures that are shown, and where it
// can be opened again; on white, without controls.

import { narrow, templateOf, wide } from "./layout.js";
import { WORDS } from "./words.js";

// The pictures' room in units of their own, 15 of which are the size of letters: it is scaled to the paper.
const SHEETS = { wide: { width: 1400, height: 800 }, narrow: { width: 1040, height: 1250 } };
const LETTERS = 15;
const GAP = 10;

/** @typedef {import("./layout.js").Grid} Grid */
/** @typedef {{ name: string, title: string, root: HTMLElement, written: (width: number, height: number, fontSize: number) => string }} Panel */

/**
 * Makes the handout whenever the browser prints, from whatever menu.
 * @param {any} page
 * @param {() => { link: string, scenario: string }} words
 * @returns {() => void} to end it
 */
export function createHandout(page, words) {
  const { root } = page;
  /** @type {HTMLElement | null} */
  let sheet = null;
  let look = ""; // of the screen meanwhile
  const make = () => {
    if (sheet || root.dataset.ready !== "true") return;
    sheet = document.createElement("div");
    sheet.className = "handout";
    look = root.dataset.theme;
    root.dataset.theme = "light"; // paper is white
    page.panels.restyle();
    sheet.append(head(root), ...Object.keys(SHEETS).map((kind) => pictures(page, kind)), foot(words()));
    root.append(sheet);
    root.dataset.print = "true";
  };
  const remove = () => {
    if (!sheet) return;
    sheet.remove();
    sheet = null;
    delete root.dataset.print;
    root.dataset.theme = look;
    page.panels.restyle();
  };
  const printed = window.matchMedia("print");
  const turn = () => (printed.matches ? make() : remove());
  window.addEventListener("beforeprint", make);
  window.addEventListener("afterprint", remove);
  printed.addEventListener("change", turn);
  return () => {
    remove();
    window.removeEventListener("beforeprint", make);
    window.removeEventListener("afterprint", remove);
    printed.removeEventListener("change", turn);
  };
}

/** @param {HTMLElement} root */
function head(root) {
  const place = document.createElement("div");
  place.className = "handout-head";
  for (const selector of [".said", ".equations"]) {
    const part = /** @type {HTMLElement} */ (root.querySelector(selector)).cloneNode(true);
    for (const each of /** @type {Element} */ (part).querySelectorAll("[style], [role], [tabindex]")) {
      for (const name of ["style", "role", "tabindex", "aria-live"]) each.removeAttribute(name);
    }
    place.append(part);
  }
  return place;
}

/** @param {any} page @param {string} kind */
function pictures({ panels, run }, kind) {
  const { width, height } = SHEETS[/** @type {keyof typeof SHEETS} */ (kind)];
  /** @type {Panel[]} */
  const list = panels.list.filter((/** @type {Panel} */ { name, root }) => run.pictures[name] && !root.hidden);
  const grid = (kind === "wide" ? wide : narrow)(list.map(({ name }) => name));
  const place = document.createElement("div");
  place.className = `handout-pictures handout-${kind}`;
  const { areas, rows, columns } = templateOf(grid);
  place.style.gridTemplate = `${areas} / ${columns}`;
  place.style.gridTemplateRows = rows;
  for (const { name, title, written } of list) {
    const box = document.createElement("div");
    box.style.gridArea = name;
    box.setAttribute("aria-label", title);
    const [across, down] = shares(grid, name);
    const svg = written(Math.round(across * width - GAP), Math.round(down * height - GAP), LETTERS);
    // what is cut out has a name of its own in each picture
    box.innerHTML = svg.replace(/(id="|url\(#)(clip\d+)/g, `$1${kind}-${name}-$2`);
    place.append(box);
  }
  return place;
}

/**
 * The parts of width and height that a picture has of the grid.
 * @param {Grid} grid
 * @param {string} name
 */
export function shares({ names, rows, columns }, name) {
  const part = (/** @type {number[]} */ sizes, /** @type {(k: number) => boolean} */ has) => {
    const all = sizes.reduce((sum, size) => sum + size, 0);
    return sizes.reduce((sum, size, k) => sum + (has(k) ? size : 0), 0) / all;
  };
  return [part(columns, (k) => names.some((row) => row[k] === name)), part(rows, (k) => names[k].includes(name))];
}

/** @param {{ link: string, scenario: string }} words */
function foot({ link, scenario }) {
  const place = document.createElement("div");
  place.className = "handout-foot";
  for (const [name, text] of [
    [WORDS.handout.scenario, scenario],
    [WORDS.handout.link, link],
  ]) {
    const line = document.createElement("p");
    line.append(Object.assign(document.createElement("b"), { textContent: `${name} ` }), text);
    place.append(line);
  }
  return place;
}
