// A page in a notebook that was saved and has no kernel: pictures, time and words are there, what is
// to be computed is not.

import { part, parts } from "./part.js";
import { WORDS } from "./words.js";

// What only a kernel answers.
const ASKING = ".files button, [data-view=log_loss], [data-view=log_time]";

/**
 * @param {HTMLElement} root
 * @param {boolean} on
 * @returns {boolean} whether it was not so
 */
export function showSnapshot(root, on) {
  if (on === (root.dataset.kernel === "none")) return false;
  if (on) root.dataset.kernel = "none";
  else delete root.dataset.kernel;
  Object.assign(part(root, ".tagline"), { textContent: on ? WORDS.page.snapshot : "", hidden: !on });
  const controls = part(root, ".controls");
  controls.inert = on;
  controls.dataset.needs = WORDS.page.needsKernel;
  for (const element of parts(root, ASKING)) {
    element.disabled = on;
    element.title = on ? WORDS.page.needsKernel : "";
  }
  return true;
}
