// The room's controls: widths and depth of the scenario, how many starts, what the visitor predicts, and
// what to try next.

import { part } from "../page/part.js";
import { SAID } from "./words.js";

export const NUMBERS = [100, 1000, 10000];

/** @typedef {{ field: string, value: unknown, index?: number[] }} Edit */
/** @typedef {{ dims: number[], H: number, rule: string }} Form */

const chips = (/** @type {string} */ name, /** @type {string} */ title) =>
  `<fieldset class="chips" data-of="${name}"><legend>${title}</legend><div class="toggle"></div></fieldset>`;
const MARKUP = `${chips("width", SAID.hidden)}${chips("layers", SAID.layers)}${chips("n", SAID.starts)}
  <p class="hint size"></p>
  <p class="row"><button type="button" class="act"></button><button type="button" class="more-starts"></button></p>
  <progress class="part" max="1" aria-label="${SAID.starts}" hidden></progress>
  <p class="hint far" role="status"></p>
  <fieldset class="predict"><label class="switch"><input type="checkbox" class="first"> ${SAID.predict}</label>
    <label class="slider"><span></span><output></output><input type="range" min="0" max="100" step="1" class="guess"></label></fieldset>
  <fieldset class="tries"><legend>${SAID.tries}</legend><div class="cards"></div></fieldset>`;

/**
 * @param {{ edit: (edits: Edit[]) => void, wanted: (n: number) => void, act: () => void, more: () => void,
 *   predict: (on: boolean) => void, guess: (share: number, rests: boolean) => void }} on
 */
export function createRail(on) {
  const root = document.createElement("div");
  Object.assign(root, { className: "rail", innerHTML: MARKUP });
  const find = (/** @type {string} */ selector) => part(root, selector);
  let form = /** @type {Form | null} */ (null);
  let tries = /** @type {Card[]} */ ([]);
  root.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    const of = /** @type {HTMLElement | null} */ (button?.closest(".chips"))?.dataset.of;
    const value = Number(button?.dataset.value);
    if (of === "n") on.wanted(value);
    else if (of && form) on.edit(of === "width" ? widened(form, value) : [{ field: "H", value }]);
    else if (button?.dataset.try) on.edit(tries[Number(button.dataset.try)].edits);
  });
  find(".act").addEventListener("click", on.act);
  find(".more-starts").addEventListener("click", on.more);
  find(".first").addEventListener("change", (/** @type {any} */ event) => on.predict(event.target.checked));
  for (const event of ["input", "change"]) {
    find(".guess").addEventListener(event, () => on.guess(find(".guess").value / 100, event === "change"));
  }

  return {
    root,
    /** @param {any} run @param {number} n */
    show(run, n) {
      form = /** @type {Form} */ (run.form);
      const { dims } = form;
      const least = Math.min(dims[0], dims[dims.length - 1]);
      const hidden = dims.slice(1, -1);
      const width = hidden.every((each) => each === hidden[0]) ? hidden[0] : -1;
      fill(find('[data-of="width"]'), [least, least + 1, least + 2], width, String);
      find('[data-of="width"]').hidden = hidden.length === 0;
      fill(find('[data-of="layers"]'), [1, 2, 3], hidden.length, String);
      fill(find('[data-of="n"]'), NUMBERS, n, SAID.many);
    },
    /** @param {Card[]} cards */
    offer(cards) {
      tries = cards;
      find(".cards").replaceChildren(...cards.map(cardOf));
    },
    /** @param {{ act: string, more: string, far: string, size: string }} words @param {number} done of all, 1 without a bar */
    tell({ act, more, far, size }, done) {
      Object.assign(find(".part"), { value: done, hidden: done === 1 });
      Object.assign(find(".act"), { textContent: act, hidden: act === "" });
      Object.assign(find(".more-starts"), { textContent: more, hidden: more === "" });
      find(".far").textContent = far;
      find(".size").textContent = size;
    },
    /** @param {boolean} first @param {string} label @param {string} value @param {number} share */
    foretell(first, label, value, share) {
      find(".first").checked = first;
      find(".predict .slider").hidden = !first;
      find(".predict .slider span").textContent = label;
      find(".predict output").textContent = value;
      find(".guess").value = String(Math.round(100 * share));
    },
  };
}

/** @param {HTMLElement} set @param {number[]} values @param {number} chosen @param {(value: number) => string} worded */
function fill(set, values, chosen, worded) {
  const place = part(set, ".toggle");
  const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.value;
  const within = place.contains(document.activeElement);
  place.replaceChildren(
    ...values.map((value) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: worded(value), ariaPressed: String(value === chosen) });
      button.dataset.value = String(value);
      return button;
    }),
  );
  if (within) /** @type {HTMLElement | null} */ (place.querySelector(`[data-value="${focused}"]`))?.focus();
}

/** @param {Form} form @param {number} width @returns {Edit[]} */
const widened = ({ dims }, width) =>
  dims.slice(1, -1).map((_, j) => ({ field: "width", value: width, index: [j + 1] }));

/** @typedef {{ title: string, seen: string, edits: Edit[] }} Card what to try next, as the kernel tells it */

/** @param {Card} card @param {number} k */
function cardOf({ title, seen }, k) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "milestone", innerHTML: `<b>${title}</b><span>${seen}</span>` });
  button.dataset.try = String(k);
  return button;
}
