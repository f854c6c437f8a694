// Parts of a form: elements made of markup, rows that come and go, numbers that are set.

import { focusedBy } from "../page/part.js";

/** @param {string} html */
export function element(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return /** @type {HTMLElement} */ (template.content.firstElementChild);
}

/**
 * The one element of a form that is always there.
 * @template {HTMLElement} [T=HTMLInputElement]
 * @param {Element} root
 * @param {string} selector
 */
export function part(root, selector) {
  return /** @type {T} */ (root.querySelector(selector));
}

/**
 * All the inputs that match.
 * @param {Element} root
 * @param {string} selector
 */
export function inputs(root, selector) {
  return /** @type {HTMLInputElement[]} */ ([...root.querySelectorAll(selector)]);
}

/**
 * Add or remove rows at the end and show the others anew, so that focus is never lost.
 * @param {HTMLElement} container
 * @param {number} count
 * @param {(k: number) => HTMLElement} make
 * @param {(row: HTMLElement, k: number) => void} show
 */
export function rows(container, count, make, show) {
  while (container.children.length > count) container.lastElementChild?.remove();
  while (container.children.length < count) container.append(make(container.children.length));
  for (const [k, row] of [...container.children].entries()) show(/** @type {HTMLElement} */ (row), k);
}

/**
 * Give an input a value, unless somebody is typing or dragging there.
 * @param {HTMLInputElement} input
 * @param {number | string} value
 */
export function setValue(input, value) {
  const focused = input === focusedBy(input);
  if (focused && input.type === "number" && (input.dataset.typing || Number(input.value) === value)) return;
  if (input.dataset.held) return;
  const text = String(value);
  if (input.value !== text) input.value = text;
}

/** @param {number} value */
export function tidy(value, digits = 3) {
  return Number(value.toPrecision(digits));
}

/** @param {number} number */
export function lowered(number) {
  return [...String(number)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]).join("");
}
