// Ways from a statement of the theory to its picture or scenario, and the network as it is now.

import { moment } from "../draw/heat.js";

/** @param {any} page @param {{ panels: { name: string, title: string }[], menus: Record<string, string[][]> }} catalogue */
export function addWays(page, { panels, menus }) {
  const { root, edits, clock } = page;
  const titles = {
    panel: new Map(panels.map(({ name, title }) => [name, title.split(" = ")[0]])),
    preset: new Map(menus.preset.map(([name, title]) => [name, title])),
  };
  clock.listen(() => page.controls.move());
  return {
    panel: (/** @type {string} */ name) => showPanel(page, name),
    preset: (/** @type {string} */ name) => edits.push("preset", name),
    title: (/** @type {"panel" | "preset"} */ kind, /** @type {string} */ name) =>
      kind === "preset" && root.dataset.snapshot === "true" ? "" : (titles[kind].get(name) ?? ""),
  };
}

// Of the little network above its widths.
/** @param {any} page @returns {{ dims: number[], weights: ArrayLike<number>[], words: string[] } | null} */
export function networkNow({ run, clock }) {
  if (!run) return null;
  const { neurons, edges } = run.pictures.network.network;
  const weights = edges.map((/** @type {any} */ each) => moment(each, clock.t));
  const last = neurons.length - 1; // whose words, and the first one's, are x and the prediction
  const words = neurons.map((/** @type {any} */ each, /** @type {number} */ j) => (j % last ? each.words : ""));
  return { dims: run.dims, weights, words };
}

// Beside what is shown, in front where there is room for one.
/** @param {any} page @param {string} name */
function showPanel({ root, view, tabs }, name) {
  if (!view.now.panels.includes(name)) view.set({ panels: [...view.now.panels, name] });
  tabs?.choose?.(name);
  const panel = /** @type {HTMLElement} */ (root.querySelector(`.panel-${name}`));
  panel.scrollIntoView({ block: "nearest" });
  panel.dataset.pointed = "true";
  panel.addEventListener("animationend", () => delete panel.dataset.pointed, { once: true });
}
