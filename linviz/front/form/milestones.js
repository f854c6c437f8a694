// Values that mean something for this very problem, as buttons beside the controls they belong to.

import { element, rows } from "./rows.js";
import { indexed } from "../page/text.js";

/** @typedef {{ control: string, label: string, words: string, t: number | null }} Milestone */

/**
 * @param {HTMLElement} root
 * @param {Milestone[]} milestones
 * @param {(field: string, label: string) => void} send
 */
export function showMilestones(root, milestones, send) {
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".milestones"))) {
    const controls = (place.dataset.for ?? "").split(" ");
    const own = milestones.filter((m) => m.t === null && controls.includes(m.control));
    const make = () => milestoneButton(send);
    rows(place, own.length, make, (button, k) => {
      button.replaceChildren(...indexed(own[k].label));
      button.title = own[k].words;
      button.setAttribute("aria-label", `Set to ${own[k].label}: ${own[k].words}`);
      button.dataset.milestone = own[k].label;
      button.dataset.control = own[k].control;
    });
  }
}

/** @param {(field: string, label: string) => void} send */
function milestoneButton(send) {
  const button = element('<button type="button" class="milestone"></button>');
  button.addEventListener("click", () => send("milestone", button.dataset.milestone ?? ""));
  return button;
}
