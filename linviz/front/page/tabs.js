// Where there is room for one picture only: a row of buttons that choose it.

import { inOrder, ordered } from "./layout.js";
import { WORDS } from "./words.js";

/** @param {HTMLElement} root @param {{ name: string, title: string }[]} panels */
export function createTabs(root, panels) {
  const nav = document.createElement("nav");
  nav.className = "tabs";
  nav.setAttribute("aria-label", WORDS.page.tabs);
  const buttons = inOrder(panels).map(({ name, title }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.tab = name;
    button.textContent = name === "tree" ? WORDS.page.tree : title.split(" ")[0];
    return button;
  });
  nav.append(...buttons);

  /** @param {string} name */
  function choose(name) {
    root.dataset.tab = name;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.tab === name));
    for (const panel of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".panels > .panel"))) {
      panel.toggleAttribute("data-front", panel.classList.contains(`panel-${name}`));
    }
  }

  nav.addEventListener("click", ({ target }) => {
    const name = target instanceof HTMLElement && target.dataset.tab;
    if (name) choose(name);
  });
  return {
    root: nav,
    // Those shown; the one in front stays, if it is among them.
    /** @param {string[]} shown */
    show(shown) {
      for (const button of buttons) button.hidden = !shown.includes(button.dataset.tab ?? "");
      nav.hidden = shown.length < 2;
      const before = root.dataset.tab ?? "";
      choose(shown.includes(before) ? before : ordered(shown)[0]);
    },
  };
}
