// What to try next: each card says what it will change before it is pressed, and what is to be seen.

import { element, part, rows } from "./rows.js";
import { indexed } from "../page/text.js";

/**
 * @typedef {object} Milestone
 * @property {string} control
 * @property {string} label
 * @property {string} words
 * @property {number | null} t
 * @property {string[]} changes
 * @property {string} seen
 */

const MOST = 2; // at once; all others on request

/**
 * The first of each control, as far as they are offered; and the others.
 * @param {Milestone[]} milestones
 * @param {string[]} hidden controls
 */
export function chosen(milestones, hidden) {
  const all = milestones.filter((m) => m.t === null);
  const offered = all.filter((m) => !hidden.includes(m.control));
  const firsts = offered.filter((m, k) => offered.findIndex((other) => other.control === m.control) === k);
  const first = firsts.slice(0, MOST);
  return [first, all.filter((m) => !first.includes(m))];
}

/**
 * @param {HTMLElement} root
 * @param {Milestone[]} milestones
 * @param {string[]} hidden
 * @param {(field: string, label: string) => void} send
 */
export function showCards(root, milestones, hidden, send) {
  const [first, others] = chosen(milestones, hidden);
  for (const [place, own] of /** @type {[string, Milestone[]][]} */ ([
    [".try", first],
    [".rest", others],
  ])) {
    const cards = part(root, `${place} .cards:last-child`);
    rows(
      cards,
      own.length,
      () => card(send),
      (button, k) => show(button, own[k]),
    );
  }
  part(root, ".try").hidden = first.length === 0;
}

/** @param {HTMLElement} button @param {Milestone} milestone */
function show(button, { label, control, words, changes, seen }) {
  part(button, ".what").replaceChildren(...indexed(label));
  part(button, ".changes").replaceChildren(...indexed(changes.join(", ")));
  part(button, ".seen").replaceChildren(...indexed(seen));
  button.title = words;
  button.dataset.milestone = label;
  button.dataset.control = control;
}

/** @param {(field: string, label: string) => void} send */
function card(send) {
  const button = element(
    '<button type="button" class="milestone"><b class="what"></b> <span class="changes"></span> <span class="seen"></span></button>',
  );
  button.addEventListener("click", () => send("milestone", button.dataset.milestone ?? ""));
  return button;
}
