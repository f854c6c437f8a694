// A button that asks for the eigenvalues of the moment shown, where there are too many for every one.

import { WORDS } from "../page/words.js";

/**
 * @param {HTMLElement} element  the picture
 * @param {() => void} press
 */
export function createDoor(element, press) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "count-here", hidden: true });
  let waits = /** @type {any} */ (null); // for the answer, and in which run
  button.addEventListener("click", () => {
    press();
    waits = shown;
    name();
  });
  let shown = /** @type {any} */ (null);
  let known = 0; // answers
  function name() {
    const busy = waits !== null && waits === shown;
    const words = busy ? WORDS.pictures.counting : WORDS.pictures.countHere;
    if (button.textContent === words) return;
    [button.disabled, button.textContent] = [busy, words];
  }
  element.append(button);
  return {
    /** @param {any} run @param {boolean} open */
    offer(run, open) {
      const answers = run.asked?.length ?? 0;
      if (run.id !== shown || answers > known) waits = null;
      [shown, known] = [run.id, answers];
      button.hidden = !open;
      name();
    },
  };
}
