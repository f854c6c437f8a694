// The other pictures, small: each is pressed to become the large one. They follow the large one when the hand rests, and the
// one that stands beside it at every frame.

import { part } from "../page/part.js";
import { fitted } from "../draw/painter.js";
import { KINDS } from "./picture.js";
import { lookOf } from "./stage.js";
import { WORDS } from "./words.js";

const SMALL = 12; // pixels of the type that lines have their sizes from
const LARGE = 260; // pixels of width

/**
 * @param {{ shown: () => any, choose: (name: string) => void }} options
 */
export function createGallery({ shown, choose }) {
  const root = document.createElement("nav");
  root.className = "gallery";
  root.setAttribute("aria-label", WORDS.handles.others);
  const entries = KINDS.map((kind) => entryOf(kind, choose));
  root.append(...entries.map(({ button }) => button));
  const beside = entryOf(KINDS[0], () => choose(beside.kind.name)); // the one beside the large one, larger
  beside.button.className = "beside";
  const all = [...entries, beside];
  let before = /** @type {any[]} */ ([]); // what the one beside was painted from
  let revealed = /** @type {HTMLElement | null} */ (null);
  const size = new ResizeObserver((changed) => {
    for (const { target, contentRect } of changed) {
      const entry = all.find(({ canvas }) => canvas === target);
      if (entry) Object.assign(entry, { width: contentRect.width, height: contentRect.height });
      if (entry) draw(entry);
    }
  });
  for (const { canvas } of all) size.observe(canvas);

  /** @param {Entry} entry */
  function draw({ kind, canvas, width, height }) {
    if (width < 20 || height < 20) return;
    const context = fitted(canvas, width, height);
    context.clearRect(0, 0, width, height);
    const isLarge = canvas === beside.canvas && width > LARGE; // with its axes
    const fontSize = isLarge ? 0.92 * shown().ink.labels : SMALL;
    kind.painter({ width, height }, lookOf(shown(), kind, fontSize, !isLarge)).paint(context);
  }

  // On a phone they are a row that scrolls: the name of the large one is in sight.
  function reveal() {
    const pressed = entries.find(({ button }) => button.dataset.as === "large")?.button;
    if (!pressed || pressed === revealed || root.clientWidth === 0) return;
    revealed = pressed;
    root.scrollLeft = pressed.offsetLeft - root.offsetLeft - (root.clientWidth - pressed.offsetWidth) / 2;
  }

  return {
    root,
    beside: beside.button,
    /** @param {string} large @param {string} other */
    arrange(large, other) {
      for (const { kind, button } of entries) {
        button.dataset.as = kind.name === large ? "large" : kind.name === other ? "beside" : "other";
        button.setAttribute("aria-pressed", String(kind.name === large));
      }
      beside.kind = entries.find(({ kind }) => kind.name === other)?.kind ?? KINDS[0];
      name(beside.button, beside.kind);
    },
    draw() {
      all.forEach(draw);
      reveal();
    },
    /** What moves with the large one: the one beside it, unless only the view of space was turned. */
    follow() {
      const { state, t, ink } = shown();
      const { turns, slice, ...rest } = state;
      const { solid, handles } = beside.kind;
      const own = [...(solid ? Object.values(turns) : []), ...(handles.includes("slice") ? [slice] : [])];
      const now = [t, ink, ...Object.values(rest), ...own];
      if (now.some((value, k) => value !== before[k])) draw(beside);
      before = now;
    },
    dispose: () => size.disconnect(),
  };
}

/** @typedef {{ kind: import("./picture.js").Kind, button: HTMLButtonElement, canvas: HTMLCanvasElement, width: number, height: number }} Entry */

/** @param {import("./picture.js").Kind} kind @param {(name: string) => void} choose @returns {Entry} */
function entryOf(kind, choose) {
  const button = document.createElement("button");
  button.type = "button";
  button.innerHTML = "<canvas></canvas><b></b><span></span>";
  name(button, kind);
  button.addEventListener("click", () => choose(button.dataset.name ?? ""));
  return { kind, button, canvas: part(button, "canvas"), width: 0, height: 0 };
}

/** @param {HTMLElement} button @param {import("./picture.js").Kind} kind */
function name(button, kind) {
  const { title, phrase } = /** @type {any} */ (WORDS.pictures)[kind.name];
  button.dataset.name = kind.name;
  button.setAttribute("aria-label", WORDS.handles.open(title));
  part(button, "b").textContent = title;
  part(button, "span").textContent = phrase;
}
