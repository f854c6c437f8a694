// The rooms of the page: one run, the space in which it moves, many starts. Each is made when it is
// first entered; what is open in it stands in the view, so that links, undo and saved pages know it.

import { createBoth } from "../space/both.js";
import { createTimeBar } from "../time/timebar.js";
import { createStarts } from "../starts/room.js";
import { WORDS } from "./words.js";

/**
 * @typedef {object} Room
 * @property {HTMLElement} root stands where headline, controls and pictures of a run stand
 * @property {() => void} enter it is seen from now on
 * @property {() => void} leave it is not: nothing is drawn or computed
 * @property {(state: string) => string[]} restore what a link, undo or the room itself has written, "" is afresh; says what of it the room does not know
 * @property {(run: any) => void} take another run is shown
 * @property {() => void} restyle colors or the size of the type have changed
 * @property {() => { t: number, last: number } | null} [moment] of its own time bar, for the link; null where it has none
 * @property {() => Saved[]} [pictures] those of it that Share offers
 * @property {() => void} dispose
 */
/** @typedef {{ name: string, title: string, save: (kind: string) => void }} Saved */
/**
 * @typedef {object} Maker
 * @property {string} name
 * @property {boolean} alone whether it needs no Python
 * @property {((page: any, tools: Tools) => Room) | null} create none in a page that has no such room
 */
/**
 * @typedef {object} Tools
 * @property {(state: string) => void} write what is open, once the hand rests
 * @property {(clock: any) => any} bar a time bar for a clock of the room's own; the room has it in its root
 */

/** @type {Maker[]} */
export const MAKERS = [
  { name: "space", alone: true, create: createBoth },
  { name: "starts", alone: false, create: createStarts },
];

/** @param {any} page @param {Maker[]} makers */
export function createRooms(page, makers = MAKERS) {
  const { root, find } = page;
  /** @type {Map<string, Room>} */
  const made = new Map();
  const nav = find(".rooms");
  const offered = makers.filter(({ alone, create }) => create && (alone || !isWithoutPython(root)));
  nav.append(...["run", ...offered.map(({ name }) => name)].map(button), ...lectures());
  nav.hidden = nav.childElementCount < 2;
  nav.addEventListener("click", (/** @type {any} */ { target }) => {
    if (target.dataset.to) page.view.set({ room: target.dataset.to });
  });
  let [at, misread] = ["run", ""];

  /** @param {Maker} maker */
  function make({ name, create }) {
    const room = /** @type {NonNullable<Maker["create"]>} */ (create)(page, {
      write: (state) => state !== page.view.now[name] && page.view.set({ [name]: state }),
      bar: (clock) => createTimeBar(clock, (given) => page.view.set(given), root),
    });
    room.root.classList.add("place");
    room.root.hidden = true;
    made.set(name, room);
    find(".panels").after(room.root);
    if (page.run) room.take(page.run);
    return room;
  }

  /** @param {string} name */
  function go(name) {
    made.get(at)?.leave();
    for (const [each, { root }] of made) root.hidden = each !== name;
    at = root.dataset.place = name;
    page.timebar.root.hidden = name !== "run";
    for (const each of nav.querySelectorAll("button")) {
      each.toggleAttribute("data-here", each.dataset.to === name);
      each.setAttribute("aria-current", each.dataset.to === name ? "page" : "false");
    }
    made.get(name)?.enter();
  }

  return {
    get at() {
      return at;
    },
    // What a link says that its room does not know, in words.
    get misread() {
      return misread;
    },
    // What the view says.
    show(/** @type {Record<string, any>} */ view) {
      const maker = offered.find(({ name }) => name === view.room);
      const room = maker && (made.get(maker.name) ?? make(maker));
      const wrong = room?.restore(view[view.room]) ?? [];
      const quoted = wrong.slice(0, 3).map((part) => `'${part.slice(0, 40)}'`);
      misread = wrong.length ? WORDS.page.misread(quoted.join(", ")) : "";
      if (misread) page.tell([page.model.get("status").note, misread].filter(Boolean).join(" "));
      const name = maker ? view.room : "run";
      if (name !== root.dataset.place) go(name);
      room?.restyle();
    },
    // Of the room that is seen, where it has its own.
    moment: () => made.get(at)?.moment?.() ?? null,
    pictures: () => made.get(at)?.pictures?.() ?? null,
    take: (/** @type {any} */ run) => made.forEach((room) => room.take(run)),
    dispose: () => made.forEach((room) => room.dispose()),
  };
}

/** @param {HTMLElement} root */
const isWithoutPython = (root) =>
  root.dataset.kernel === "none" || document.querySelector('meta[name="linviz-file"]') !== null;

/** @returns {Record<string, string>} */
function titles() {
  const { run, space, starts } = WORDS.rooms;
  return { run, space, starts };
}

/** @param {string} name */
function button(name) {
  const element = document.createElement("button");
  Object.assign(element, { type: "button", textContent: titles()[name] });
  element.dataset.to = name;
  return element;
}

// Where the lectures are, if they are served beside this page.
function lectures() {
  const place = /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[name="linviz-lectures"]'));
  if (!place) return [];
  const link = document.createElement("a");
  Object.assign(link, { href: place.content, textContent: WORDS.rooms.lectures });
  return [link];
}
