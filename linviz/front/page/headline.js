// Where the run is at the moment shown: one sentence in the modes' colors, and a line of numbers.

import { nowAt } from "../time/now.js";
import { indexed } from "./text.js";

const STILL_AFTER = 700; // ms: a voice that speaks while time moves is noise

/** @typedef {[text: string, look: number | string, bold?: number]} Piece a mode's number, or the side it speaks of */

/**
 * @param {HTMLElement} place
 * @param {{ t: number }} clock
 * @param {() => boolean} inHall
 */
export function createHeadline(place, clock, inHall) {
  place.innerHTML = `<p class="headline" role="status" aria-live="off"></p><p class="facts"></p>`;
  const [headline, facts] = /** @type {HTMLElement[]} */ ([...place.children]);
  /** @type {any} */
  let run = null;
  let said = "";
  let dragged = ""; // what is said while something is held
  let [timer, frame] = [0, 0];
  const phone = window.matchMedia("(max-width: 560px)"); // no room for long sentences

  function write() {
    if (dragged) return;
    const now = nowAt(run, clock.t);
    const sentence = inHall() || phone.matches ? now.short : now.headline;
    facts.replaceChildren(...told(now.facts));
    if (String(sentence) === said) return;
    said = String(sentence);
    headline.replaceChildren(...sentence.flatMap(signed).map(piece));
    // when the page is laid out in any case, just before it is painted
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => whole(headline));
  }

  // what is live already when it is written is heard
  const speak = () => {
    headline.setAttribute("aria-live", "polite");
    headline.replaceChildren(...headline.childNodes);
  };

  return {
    /** @param {any} shown */
    show(shown) {
      [run, said] = [shown, ""];
      this.move();
    },
    move() {
      if (!run) return;
      headline.setAttribute("aria-live", "off");
      write();
      clearTimeout(timer);
      timer = window.setTimeout(speak, STILL_AFTER);
    },
    /**
     * While something is dragged this is said, and nothing of the run, which is behind the hand.
     * @param {string} words or "" when all is answered
     */
    drag(words) {
      if (words === dragged) return;
      if (!dragged) facts.replaceChildren();
      [dragged, said] = [words, ""];
      if (!words) return this.move();
      headline.setAttribute("aria-live", "off");
      headline.style.fontSize = "";
      rewrite(headline, indexed(words));
    },
    stop() {
      clearTimeout(timer);
      cancelAnimationFrame(frame);
    },
  };
}

// Words in place of words: no node comes or goes, by which the browser would find the page's styles anew.
/** @param {HTMLElement} place @param {(string | HTMLElement)[]} parts */
function rewrite(place, parts) {
  const { firstChild, childNodes } = place;
  const plain = parts.length === 1 && typeof parts[0] === "string";
  if (plain && childNodes.length === 1 && firstChild instanceof Text) firstChild.data = String(parts[0]);
  else place.replaceChildren(...parts);
}

// A sentence longer than the room kept for it is set smaller, so that nothing below it moves.
/** @param {HTMLElement} headline */
function whole(headline) {
  headline.style.fontSize = "";
  for (let size = 96; size >= 60 && headline.scrollHeight > headline.clientHeight + 1; size -= 4) {
    headline.style.fontSize = `calc(var(--headline) * ${size / 100})`;
  }
}

// Facts are parted by a comma, or by a point in the middle; one that has no room is left out whole.
/** @param {Piece[]} facts */
function told(facts) {
  const groups = [document.createElement("span")];
  for (const [text, ...look] of facts) {
    for (const words of text.split(/(?=, | · )/)) {
      if (/^(, | · )/.test(words)) groups.push(document.createElement("span"));
      groups[groups.length - 1].append(piece([words, ...look]));
    }
  }
  return groups;
}

// The sign of a run stays beside its name.
/** @param {Piece} given @returns {Piece[]} */
const signed = ([text, ...look]) =>
  text
    .split(/([●○] \S+)/)
    .map((words) => (/^[●○] /.test(words) ? [words, "who"] : [words, .../** @type {[any]} */ (look)]));

/** @param {Piece} given */
function piece([text, look, bold = 0]) {
  const element = document.createElement(bold ? "b" : "span");
  if (look) element.dataset.look = String(look);
  element.append(...indexed(text));
  return element;
}
