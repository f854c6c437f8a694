// What all dialogs are: a heading with its buttons, closed by one of them, by Escape or by a click
// beside it. The markup is our own.

import { WORDS } from "./words.js";

/**
 * @param {string} name
 * @param {string} label
 * @param {string} body
 * @param {string} tools
 */
export function createDialog(name, label, body, tools = "") {
  const dialog = document.createElement("dialog");
  dialog.className = name;
  dialog.setAttribute("aria-label", label);
  dialog.innerHTML = `<form method="dialog"><h2>${label}</h2>${tools}<button>${WORDS.close}</button></form>${body}`;
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  return dialog;
}
