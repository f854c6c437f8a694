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
  const entries = KINDS.map((kind) => {
    const { title, phrase } = /** @type {any} */ (WORDS.pictures)[kind.name];
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.name = kind.name;
    button.setAttribute("aria-label", WORDS.handles.open(title));
    button.innerHTML = "<canvas></canvas><b></b><span></span>";
    part(button, "b").textContent = title;
    part(button, "span").textContent = phrase;
    button.addEventListener("click", () => choose(kind.name));
    root.append(button);
    return { kind, button, canvas: part(button, "canvas"), width: 0, height: 0 };
  });
  const size = new ResizeObserver((changed) => {
    for (const { target, contentRect } of changed) {
      const entry = entries.find(({ canvas }) => canvas === target);
      if (entry) Object.assign(entry, { width: contentRect.width, height: contentRect.height });
      if (entry) draw(entry);
    }
  });
  for (const { canvas } of entries) size.observe(canvas);

  /** @param {typeof entries[number]} entry */
  function draw({ kind, button, canvas, width, height }) {
    if (width < 20 || height < 20) return;
    const context = fitted(canvas, width, height);
    context.clearRect(0, 0, width, height);
    const isLarge = button.dataset.as === "beside" && width > LARGE; // with its axes
    const fontSize = isLarge ? 0.92 * shown().ink.labels : SMALL;
    kind.painter({ width, height }, lookOf(shown(), kind, fontSize, !isLarge)).paint(context);
  }

  return {
    root,
    /** @param {string} large @param {string} beside */
    arrange(large, beside) {
      for (const { kind, button } of entries) {
        button.dataset.as = kind.name === large ? "large" : kind.name === beside ? "beside" : "other";
        button.setAttribute("aria-pressed", String(kind.name === large));
      }
    },
    draw: () => entries.forEach(draw),
    /** Those that move with the large one: the one beside it. */
    follow: () => entries.filter(({ button }) => button.dataset.as === "beside").forEach(draw),
    dispose: () => size.disconnect(),
  };
}
