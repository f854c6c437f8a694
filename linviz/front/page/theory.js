// The theory beside the pictures of which it speaks: each row one statement, its formula, what this run
// says of it, and a way to where it is seen.

import { hearLater } from "./ask.js";
import { mathMarkup } from "./formula.js";
import { focusedBy, part } from "./part.js";
import { indexed } from "./text.js";
import { WORDS } from "./words.js";

const MARKS = { true: "✓", false: "✗", null: "–" };
const WIDE = "(min-width: 1000px)";

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} theory
 * @property {string} measured
 * @property {boolean | null} holds
 * @property {string} plain
 * @property {string} tex
 * @property {string} panel
 * @property {string} preset
 */
/** @typedef {{ panel: (name: string) => void, preset: (name: string) => void, title: (kind: "panel" | "preset", name: string) => string }} Ways */

/** @param {any} model @param {HTMLElement} root @param {Ways} ways */
export function createTheory(model, root, ways) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "open-theory";
  button.textContent = WORDS.theory.name;
  button.setAttribute("aria-expanded", "false");
  const sheet = createSheet();
  const close = () => sheet.matches(":popover-open") && sheet.hidePopover();
  let awaited = false;
  button.addEventListener("click", () => {
    if (sheet.matches(":popover-open")) close();
    else if (!isPartial(model)) open(root, sheet);
    else {
      awaited = true;
      model.whole();
    }
  });
  part(sheet, ".close").addEventListener("click", close);
  sheet.addEventListener("keydown", ({ key }) => key === "Escape" && close());
  sheet.addEventListener("toggle", ({ newState }) => {
    button.setAttribute("aria-expanded", String(newState === "open"));
    root.toggleAttribute("data-sheet", newState === "open");
    if (newState === "closed" && sheet.contains(focusedBy(sheet))) button.focus();
  });
  const go = (/** @type {"panel" | "preset"} */ kind, /** @type {string} */ name) => {
    if (!window.matchMedia(WIDE).matches) close(); // it covers what it leads to
    ways[kind](name);
  };
  const later = hearLater(model, "theory", (message) => {
    if (message.type !== "later") return;
    part(sheet, ".rows").replaceChildren(...message.theory.map((/** @type {Row} */ row) => article(row, ways, go)));
    button.disabled = false;
    button.dataset.run = message.run;
    if (awaited) open(root, sheet);
    awaited = false;
  });
  return {
    button,
    dialog: sheet,
    /** @param {number} id of a new run */
    outdate(id) {
      const isOpen = sheet.matches(":popover-open");
      button.disabled = !isOpen && !isPartial(model);
      if (isOpen && isPartial(model)) model.whole();
      if (model.get("theory")?.message?.run === id) later.stored();
    },
  };
}

// Whether the browser has answered by itself, without the theory.
const isPartial = (/** @type {any} */ model) => Boolean(model.partial?.());

function createSheet() {
  const sheet = document.createElement("aside");
  sheet.className = "theory";
  sheet.popover = "manual"; // beside the pictures, not over them
  sheet.setAttribute("aria-label", WORDS.theory.name);
  sheet.innerHTML = `<div class="head"><h2 tabindex="-1">${WORDS.theory.name}</h2><button type="button" class="close" aria-label="${WORDS.theory.close}">×</button></div>
    <div class="rows" tabindex="0" role="region" aria-label="${WORDS.theory.rows}"></div>`;
  return sheet;
}

// Under the header on a page of its own, which makes room for it; over the whole screen of a phone.
/** @param {HTMLElement} root @param {HTMLElement} sheet */
function open(root, sheet) {
  const beside = window.matchMedia(WIDE).matches && root.dataset.page === "true";
  const top = beside ? (root.querySelector("header")?.getBoundingClientRect().bottom ?? 0) : 0;
  sheet.style.setProperty("--top", `${top}px`);
  sheet.showPopover();
  part(sheet, "h2").focus();
}

/** @param {Row} row @param {Ways} ways @param {(kind: "panel" | "preset", name: string) => void} go */
function article(row, ways, go) {
  const element = document.createElement("article");
  element.dataset.holds = String(row.holds);
  const holds = /** @type {keyof typeof MARKS} */ (String(row.holds));
  element.innerHTML = `<h3></h3><button type="button" class="way"></button>${mathMarkup(row.tex)}
    <p class="measured"><span class="mark" role="img" aria-label="${WORDS.theory.marks[holds]}">${MARKS[holds]}</span> <span class="run"></span></p>
    <details><summary></summary><p class="whole"></p></details>`;
  part(element, "h3").append(...indexed(row.plain));
  part(element, ".run").append(WORDS.theory.run, ...indexed(row.measured));
  part(element, "summary").textContent = WORDS.theory.inWords(row.name);
  part(element, ".whole").append(...indexed(row.theory));
  const kind = row.holds === null && ways.title("preset", row.preset) ? "preset" : "panel";
  const way = part(element, ".way");
  const title = ways.title(kind, row[kind]);
  way.hidden = title === "";
  way.textContent = kind === "preset" ? WORDS.theory.scenario(title) : WORDS.theory.picture(title);
  way.addEventListener("click", () => go(kind, row[kind]));
  return element;
}
