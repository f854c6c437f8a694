// The switch of the Hessian: the moment shown, or the limit; at the end of time they are one.

import { ask } from "./ask.js";
import { parts } from "./part.js";
import { WORDS } from "./words.js";

const REST = 600; // ms without a newer run, before what takes longer than a picture is asked for

/**
 * @param {{ root: HTMLElement, picture: { move: () => void } }} panel
 * @param {any} page
 */
export function addMoment(panel, page) {
  const { model, clock } = page;
  const html = `<span class="toggle" role="group" aria-label="${WORDS.panel.whichHessian}">
    <button type="button" data-hessian="now">${WORDS.panel.now}</button><button type="button" data-hessian="limit"></button></span>`;
  panel.root.querySelector(".titles")?.insertAdjacentHTML("afterend", html);
  const buttons = parts(panel.root, "[data-hessian]");
  let id = /** @type {number | null} */ (null);
  let timer = 0;
  const press = () => {
    const shown = clock.t >= clock.last ? "limit" : page.view.now.hessian;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.hessian === shown));
  };
  for (const button of buttons) {
    button.addEventListener("click", () => page.view.set({ hessian: button.dataset.hessian }));
  }
  clock.listen(press);
  return {
    /** @param {any} run */
    show(run) {
      buttons[1].textContent = run.pictures.hessian.spectrum.limit ? WORDS.panel.limit : WORDS.panel.end;
      press();
      if (run.id === id) return;
      id = run.id;
      clearTimeout(timer);
      timer = window.setTimeout(() => ask(model, { type: "rest" }), REST);
    },
    restyle() {
      press();
      panel.picture.move();
    },
  };
}
