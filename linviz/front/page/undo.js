// Undo and redo of everything that changes the scenario or how it is shown: by buttons, by keys and,
// on a page that has the address, by the browser's Back and Forward.

import { createTrail } from "./trail.js";
import { WORDS } from "./words.js";

/** @typedef {{ linviz?: { page: number, id: number } } | null} Entry of the browser's history */
/**
 * @typedef {object} Screen
 * @property {HTMLElement} root
 * @property {() => string} query of the state shown, without its moment
 * @property {() => boolean} drawn what came last is on the screen
 * @property {() => boolean} resting nothing is held or awaited
 * @property {(query: string) => number} restore the number of the request
 * @property {{ push: (entry: Entry) => void, mark: (entry: Entry) => void, leave: () => void } | null} address
 */

const LOST_AFTER = 1000; // ms after which a way through the browser's history leads nowhere

const isMac = () => /Mac|iPhone|iPad/.test(navigator.platform);

/** @param {Screen} screen */
export function createUndo({ root, query, drawn, resting, restore, address }) {
  const trail = createTrail();
  const page = Date.now(); // entries of the browser outlive a page that is loaded again
  const [undo, redo] = buttons();
  let awaited = 0; // the request that restores a state
  let step = false; // what comes onto the screen is one, though the next one may be under way
  const history = createWay(walk);

  /** @param {number} id @returns {Entry} */
  const entry = (id) => ({ linviz: { page, id } });

  function show() {
    undo.disabled = trail.before === null;
    redo.disabled = trail.after === null;
  }

  /** @param {import("./trail.js").Stop | null} stop */
  function enter(stop) {
    if (!stop) return;
    awaited = restore(stop.query);
    show();
  }

  /** @param {-1 | 1} direction */
  function walk(direction) {
    const next = direction < 0 ? trail.before : trail.after;
    if (!next || root.dataset.hand === "true" || root.dataset.snapshot === "true") return;
    if (!address) enter(trail.go(next.id));
    else history.go(direction);
  }

  /** @param {PopStateEvent} event */
  function onPop({ state }) {
    const own = /** @type {Entry} */ (state)?.linviz;
    address?.leave();
    enter((own?.page === page && trail.go(own.id)) || trail.begin(window.location.search.slice(1)));
    history.arrive();
  }

  const keys = /** @type {HTMLElement | Window} */ (root.dataset.page === "true" ? window : root);
  const onKey = (/** @type {Event} */ event) => {
    const direction = directionOf(/** @type {KeyboardEvent} */ (event));
    if (direction === 0) return;
    event.preventDefault();
    event.stopPropagation();
    walk(direction);
  };
  undo.addEventListener("click", () => walk(-1));
  redo.addEventListener("click", () => walk(1));
  keys.addEventListener("keydown", onKey, true);
  if (address) window.addEventListener("popstate", onPop);
  show();
  return {
    buttons: [undo, redo],
    get restoring() {
      return awaited > 0;
    },
    /**
     * Something may have changed.
     * @param {number} answered the last request that is
     * @param {boolean} [ended] whether it was no move of what is held
     */
    note(answered, ended = false) {
      step ||= ended;
      if (!drawn() || !(step || resting())) return;
      step = false;
      if (answered < awaited) return;
      const restored = awaited > 0 && answered === awaited; // else there is a change since
      awaited = 0;
      if (restored) return trail.rewrite(query());
      const first = trail.now === null;
      const stop = trail.add(query());
      if (!stop) return;
      if (first) address?.mark(entry(stop.id));
      else address?.push(entry(stop.id));
      show();
    },
    stop() {
      keys.removeEventListener("keydown", onKey, true);
      window.removeEventListener("popstate", onPop);
    },
  };
}

// Steps through the browser's history, one after the other: of two at once it would forget one.
/** @param {(direction: -1 | 1) => void} walk */
function createWay(walk) {
  let owed = 0; // steps asked for while it is on its way
  let timer = 0; // while it is
  function arrive() {
    clearTimeout(timer);
    const direction = Math.sign(owed);
    [timer, owed] = [0, owed - direction];
    if (direction !== 0) walk(/** @type {-1 | 1} */ (direction));
  }
  return {
    arrive,
    /** @param {-1 | 1} direction */
    go(direction) {
      if (timer) owed += direction;
      else {
        window.history.go(direction);
        timer = window.setTimeout(arrive, LOST_AFTER);
      }
    },
  };
}

/**
 * What a key means: -1 for undo, 1 for redo. Who types keeps the keys for what is typed.
 * @param {KeyboardEvent} event
 */
export function directionOf({ key, ctrlKey, metaKey, shiftKey, altKey, target }) {
  const typing = /** @type {HTMLElement | null} */ (target)?.closest?.(
    "[data-typing], textarea, [contenteditable], input[type=text]",
  );
  if (!(ctrlKey || metaKey) || altKey || typing) return 0;
  const pressed = key.toLowerCase();
  if (pressed === "z") return shiftKey ? 1 : -1;
  return pressed === "y" && ctrlKey && !shiftKey ? 1 : 0;
}

function buttons() {
  const key = isMac() ? "⌘" : "Ctrl+";
  const shift = isMac() ? "⇧⌘" : "Ctrl+Shift+";
  return [
    { mark: "↶", text: WORDS.undo.undo, title: WORDS.undo.undoKey(`${key}Z`), seen: true },
    { mark: "↷", text: WORDS.undo.redo, title: WORDS.undo.redoKey(`${shift}Z`), seen: false },
  ].map(({ mark, text, title, seen }) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "undo", title });
    button.setAttribute("aria-label", text);
    button.innerHTML = `<i aria-hidden="true">${mark}</i>${seen ? `<span> ${text}</span>` : ""}`;
    return button;
  });
}
