// The equations of this network; a factor that is pointed at lights its matrix wherever it is shown, and
// a matrix its factor.

import { mathMarkup } from "./formula.js";

const MATRIX = /^(?:W\d+|[YP])$/;

/** @param {string} name @param {string} markup */
const parts = (name, markup) =>
  MATRIX.test(name) ? `<mrow class="factor" data-light="${name}" tabindex="0">${markup}</mrow>` : markup;

/** @param {HTMLElement} root @param {HTMLElement} place */
export function createEquations(root, place) {
  let told = "";
  let lit = "";
  /** @param {Event} event */
  const pointed = ({ target }) => {
    const factor = target instanceof Element ? target.closest("[data-light]") : null;
    const name = factor?.getAttribute("data-light") ?? "";
    if (name !== lit) place.dispatchEvent(new CustomEvent("linviz-light", { bubbles: true, detail: name }));
  };
  for (const type of ["pointerover", "focusin"]) place.addEventListener(type, pointed);
  for (const type of ["pointerleave", "focusout"]) {
    place.addEventListener(type, () => pointed(/** @type {any} */ ({ target: null })));
  }
  root.addEventListener("linviz-light", (event) => {
    lit = /** @type {CustomEvent<string>} */ (event).detail;
    for (const factor of place.querySelectorAll("[data-light]")) {
      factor.toggleAttribute("data-lit", factor.getAttribute("data-light") === lit);
    }
  });
  return {
    /** @param {string[]} equations */
    show(equations) {
      if (equations.join() === told) return; // who points at one goes on pointing
      told = equations.join();
      place.innerHTML = equations.map((tex) => mathMarkup(tex, { parts })).join("");
    },
  };
}
