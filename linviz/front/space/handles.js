// The handles of a picture beside it: sliders, switches and buttons, shown as the large picture has them.

import { part } from "../page/part.js";
import { OPENING, placeOf, rounded } from "./state.js";
import { WORDS } from "./words.js";

/** @typedef {import("./state.js").State} State */
/**
 * @typedef {object} Desk
 * @property {() => State} state
 * @property {(given: Partial<State>) => void} change
 * @property {() => void} rest the hand has let go
 * @property {() => { start: import("./state.js").Start, k: number } | null} held
 * @property {(k: number, start: import("./state.js").Start) => void} move
 * @property {(act: string) => void} act
 */

const { handles } = WORDS;
const ALPHA = 2.5; // the largest
const MOST = 2.3; // of a weight that it makes

/** @type {Record<string, { min: number, max: number, step: number, label: string, title?: string, show: (x: number) => string }>} */
const SLIDERS = {
  s: { min: 0.5, max: 2, step: 0.05, label: handles.s, show: (x) => x.toFixed(2) },
  alpha: {
    min: -1,
    max: 1,
    step: 0.01,
    label: handles.alpha,
    title: handles.alphaHelp,
    show: (x) => `α = ${(ALPHA ** x).toFixed(2)}`,
  },
  step: { min: 0, max: 1.2, step: 0.02, label: handles.step, show: (x) => (x === 0 ? handles.flow : x.toFixed(2)) },
  slice: { min: -1.5, max: 1.5, step: 0.05, label: handles.slice, show: (x) => x.toFixed(2).replace("-", "−") },
  unfold: { min: 0, max: 1, step: 0.01, label: handles.unfold, show: (x) => `${Math.round(100 * x)} %` },
};
const SWITCHES = { rectified: [handles.rectified, handles.rectifiedHelp], past: [handles.past, handles.pastHelp] };
const BUTTONS = {
  tie: [handles.tie, handles.tieHelp],
  part: [handles.part, handles.partHelp],
  remove: [handles.remove, ""],
};

/** @param {Desk} desk */
export function createHandles(desk) {
  const root = document.createElement("div");
  root.className = "handles";
  Object.assign(root, { role: "group", ariaLabel: handles.group });
  const key = `<p class="key" data-of="sharp"><span>${handles.sharp}</span><i></i><span></span><span></span></p>
    <p class="row" data-of="directions"><span>${handles.directions}</span><span><i class="way-in"></i> ${handles.inward}</span><span><i class="way-down"></i> ${handles.downward}</span><span><i class="leaf"></i> ${handles.leaf}</span></p>
    <p class="row" data-of="cells"><span><i class="arc"></i> ${handles.arcs}</span><span><i class="corner"></i> ${handles.corners}</span></p>`;
  root.innerHTML =
    key +
    Object.keys(SLIDERS).map(slider).join("") +
    `<div class="row">${Object.entries(SWITCHES).map(box).join("")}${Object.entries(BUTTONS).map(button).join("")}</div>`;
  /** @type {number[] | null} */
  let base = null; // the held start before α moved it
  const input = (/** @type {string} */ name) => part(root, `[name="${name}"]`);

  function onInput(/** @type {any} */ { target }) {
    const { name, value, checked } = target;
    if (name === "alpha") scale(Number(value));
    else if (name in SLIDERS) desk.change({ [name]: Number(value) });
    else if (name in SWITCHES) desk.change({ [name]: checked });
  }

  /** @param {number} power */
  function scale(power) {
    const held = desk.held();
    if (!held) return;
    base ??= placeOf(held.start, desk.state().s);
    const alpha = ALPHA ** power;
    const [w1, w2] = [base[0] * alpha, base[1] / alpha];
    if (Math.max(Math.abs(w1), Math.abs(w2)) <= MOST)
      desk.move(held.k, { at: [rounded(w1), rounded(w2)], tied: false });
    part(root, `[data-of="alpha"] output`).textContent = SLIDERS.alpha.show(power);
  }

  root.addEventListener("input", onInput);
  root.addEventListener("change", () => desk.rest());
  root.addEventListener("click", ({ target }) => {
    const act = target instanceof HTMLElement ? target.dataset.act : undefined;
    if (act) desk.act(act);
  });
  return {
    root,
    /** Whether α moves the held start. */
    get scales() {
      return base !== null;
    },
    /** Another start is held, or it was moved by something else: α begins at 1. */
    forget() {
      base = null;
      input("alpha").value = "0";
      part(root, `[data-of="alpha"] output`).textContent = SLIDERS.alpha.show(0);
    },
    /** @param {string[]} offered */
    show(offered) {
      const state = /** @type {any} */ (desk.state());
      for (const element of root.querySelectorAll("[data-of]")) {
        /** @type {any} */ (element).hidden = !offered.includes(/** @type {any} */ (element).dataset.of);
      }
      for (const [name, { show }] of Object.entries(SLIDERS)) {
        if (name === "alpha") continue;
        input(name).value = String(state[name]);
        part(root, `[data-of="${name}"] output`).textContent = show(state[name]);
      }
      const ends = root.querySelectorAll(".key span");
      ends[1].textContent = handles.gentle(2 * state.s);
      ends[2].textContent = handles.sharpest(2 * state.s + 4);
      for (const name of Object.keys(SWITCHES)) input(name).checked = state[name];
    },
  };
}

/** @param {string} name */
function slider(name) {
  const { min, max, step, label, title = "" } = SLIDERS[name];
  return `<label data-of="${name}" title="${title}"><span>${label}</span><input type="range" name="${name}" min="${min}" max="${max}" step="${step}" value="${/** @type {any} */ (OPENING)[name] ?? 0}" aria-label="${label}"><output></output></label>`;
}

/** @param {[string, string[]]} given */
const box = ([name, [label, title]]) =>
  `<label class="switch" data-of="${name}" title="${title}"><input type="checkbox" name="${name}"> ${label}</label>`;

/** @param {[string, string[]]} given */
const button = ([act, [label, title]]) =>
  `<button type="button" data-act="${act}" data-of="${act}" title="${title}">${label}</button>`;
