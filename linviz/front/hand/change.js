// A change by one control, in words: what is changed, and the value that it had.

import { lowered } from "../form/rows.js";

/** @typedef {import("./ghost.js").Change} Change */

const ELSEWHERE = new Set(["preset", "data", "reset", "whitened"]); // another problem: nothing to compare with

/**
 * @param {string} field
 * @param {number[]} index
 * @param {import("../form/form.js").Control[]} controls
 * @param {import("../form/values.js").Form} form the scenario in force
 * @returns {Change | null} null where nothing of before is to be compared
 */
export function changeOf(field, index, controls, form) {
  if (ELSEWHERE.has(field)) return null;
  if (field === "singular_value") {
    return { field: `s${index}`, label: `s${lowered(index[0] + 1)}`, value: form.singular_values[index[0]] ?? null };
  }
  if (field === "width") return { field: `d${index}`, label: `d${lowered(index[0])}`, value: form.dims[index[0]] };
  if (field === "layer") return changeOf("H", [], controls, form); // one more of them, or one less
  const label = controls.find(({ edit }) => edit === field)?.label ?? "";
  const value = index.length === 0 && typeof form[field] === "number" ? form[field] : null;
  return { field, label: label.charAt(0).toLowerCase() + label.slice(1), value };
}
