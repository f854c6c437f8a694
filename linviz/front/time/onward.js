// Going on from here: the weights of the moment shown become the start of the next run, with what runs
// beside it chosen anew.

import { element, inputs } from "../form/rows.js";
import { part } from "../page/part.js";
import { WORDS } from "../page/words.js";
import { steady } from "./now.js";

/** @typedef {import("../form/form.js").Control} Control */

const NUMBERS = ["slider", "number", "cell"]; // kinds of controls that are one number

/**
 * @param {any} page
 * @param {import("../form/form.js").Catalogue & { uses: Record<string, string[]> }} catalogue
 */
export function addOnward(page, catalogue) {
  const { root, clock, edits } = page;
  const button = element(
    `<button type="button" class="go-on" aria-haspopup="true" aria-expanded="false" title="${WORDS.onward.title}"><span>${WORDS.onward.short}</span></button>`,
  );
  const menu = element(menuMarkup(catalogue));
  const phone = matchMedia("(max-width: 560px)"); // there it stands in the menu of time
  const place = () => part(root, phone.matches ? ".time-menu" : ".transport").append(button, menu);
  phone.addEventListener("change", place);
  place();
  const beside = /** @type {HTMLSelectElement} */ (part(menu, "select"));
  beside.replaceChildren(...catalogue.menus.beside.map(([value, text]) => new Option(text, value)));

  const used = () => catalogue.uses[beside.value] ?? [];
  const own = () => inputs(menu, "input").filter(({ dataset }) => used().includes(dataset.of ?? ""));

  function show() {
    part(menu, ".from").textContent = WORDS.onward.from(steady(clock.t));
    for (const input of inputs(menu, "input")) {
      /** @type {HTMLElement} */ (input.parentElement).hidden = !own().includes(input);
    }
    const long = page.run.form.t_end === null && used().length > 0;
    part(menu, ".until").textContent = long ? WORDS.onward.until(page.run.form.suggested_t_end) : "";
  }

  function open() {
    const { form } = page.run;
    beside.value = form.beside;
    for (const input of inputs(menu, "input")) input.value = String(form[input.dataset.of ?? ""]);
    show();
    menu.showPopover();
    const { top, left } = button.getBoundingClientRect();
    menu.style.bottom = `${window.innerHeight - top + 4}px`; // it grows upward
    menu.style.left = `${Math.max(4, Math.min(left, window.innerWidth - menu.offsetWidth - 4))}px`;
    beside.focus();
  }

  /** @param {Event} event */
  function go(event) {
    event.preventDefault();
    const numbers = own().map(({ dataset, value }) => ({ field: dataset.of ?? "", value: Number(value) }));
    const { t_end, suggested_t_end } = page.run.form;
    // what is near its end would else be over at once
    const longer = t_end === null && numbers.length > 0 ? [{ field: "t_end", value: Number(suggested_t_end) }] : [];
    edits.together([
      { field: "continue", value: clock.t },
      { field: "beside", value: beside.value },
      ...numbers,
      ...longer,
    ]);
    menu.hidePopover();
  }

  beside.addEventListener("change", show);
  menu.addEventListener("submit", go);
  menu.addEventListener("keydown", (event) => event.key !== "Escape" && event.stopPropagation()); // no keys of time
  menu.addEventListener("toggle", (event) => {
    const isOpen = /** @type {ToggleEvent} */ (event).newState === "open";
    button.setAttribute("aria-expanded", String(isOpen));
  });
  button.addEventListener("click", () => (menu.matches(":popover-open") ? menu.hidePopover() : open()));
  return {
    show() {
      button.hidden = !page.alive("continue");
    },
  };
}

/** @param {{ controls: Control[], uses: Record<string, string[]> }} catalogue */
function menuMarkup({ controls, uses }) {
  const fields = new Set(Object.values(uses).flat());
  const chosen = controls.filter(({ kind, edit }) => NUMBERS.includes(kind) && fields.has(edit));
  const rows = chosen.map(
    ({ edit, label, low, high }) =>
      `<label>${label}<input type="number" data-of="${edit}" min="${low}" max="${high}" step="any" required></label>`,
  );
  return `<form class="menu go-on-menu" popover aria-label="${WORDS.onward.title}"><p class="from"></p>
    <label>${WORDS.onward.beside}<select></select></label>${rows.join("")}<p class="until"></p>
    <button type="submit" class="go">${WORDS.onward.go}</button></form>`;
}
