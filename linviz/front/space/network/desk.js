// The handles of a picture of the network: what of it is asked for, and networks whose maps are known.

import { NETWORK } from "./words.js";

const { desk } = NETWORK;
const MAPS = Object.entries(desk.maps); // widths, and what their maps show
const RADII = [0.1, 0.01, 0.001];

/**
 * @param {{ choose: (said: object) => void, open: (query: string) => void, halt: () => void }} room
 */
export function createDesk({ choose, open, halt }) {
  const root = document.createElement("div");
  root.className = "handles";
  Object.assign(root, { role: "group", ariaLabel: desk.group });
  const said = /** @type {Record<string, any>} */ ({ map: { level: 0 }, neighbors: { radius: 0.01 } });

  const halter = document.createElement("button");
  halter.type = "button";
  halter.className = "halt";
  halter.addEventListener("click", halt);

  /** @param {string} picture @param {string} label @param {[string, object][]} options @param {object} [usual] */
  function menu(picture, label, options, usual = options[0][1]) {
    const field = document.createElement("label");
    const list = document.createElement("select");
    list.append(...options.map(([text], k) => new Option(text, String(k))));
    const chosen = JSON.stringify(said[picture] ?? usual);
    list.value = String(
      Math.max(
        0,
        options.findIndex(([, each]) => JSON.stringify(each) === chosen),
      ),
    );
    list.addEventListener("change", () => {
      said[picture] = options[Number(list.value)][1];
      choose(said[picture]);
    });
    list.setAttribute("aria-label", label);
    field.append(label, list);
    return field;
  }

  /** @param {number} count of modes @param {any} usual */
  const MAKERS = (count, usual) =>
    /** @type {Record<string, () => (Node | string)[]>} */ ({
      map: () => [halter, desk.known, ...MAPS.map(button)],
      neighbors: () => [
        menu(
          "neighbors",
          desk.radius,
          RADII.map((radius) => [desk.part(radius), { radius }]),
        ),
      ],
      escape: () => [menu("escape", desk.saddle, saddles(count, usual.missed), usual)],
      invariant: () => (count > 2 ? [menu("invariant", desk.modes, pairs(count))] : []),
    });

  /** @param {[string, string]} given */
  function button([widths, text]) {
    const element = document.createElement("button");
    Object.assign(element, { type: "button", textContent: `(${widths}): ${text}` });
    element.dataset.widths = widths;
    element.addEventListener("click", () =>
      open(`dims=${widths}&singular_values=2,1&rule=gaussian&scale=0.1&seed=3&room=space&space=net.map`),
    );
    return element;
  }

  return {
    root,
    /** What is asked for of a picture. @param {string} picture @param {object} usual */
    of: (picture, usual) => said[picture] ?? usual,
    /** @param {string} picture @param {number} count of modes @param {object} usual what is asked for where nothing was said */
    show(picture, count, usual) {
      const key = `${picture} ${count} ${JSON.stringify([said[picture], usual])}`;
      if (root.dataset.of === key) return;
      root.dataset.of = key;
      root.replaceChildren(...(MAKERS(count, usual)[picture]?.() ?? []));
      root.hidden = root.childNodes.length === 0;
    },
    /** The map grows, it was stopped, or all of it is there. @param {"grows" | "stopped" | "whole"} how */
    grow(how) {
      halter.hidden = how === "whole";
      halter.textContent = how === "grows" ? desk.stop : desk.goOn;
    },
    /** Another network has other modes. */
    forget() {
      delete said.escape;
      delete said.invariant;
    },
  };
}

const range = (/** @type {number} */ from, /** @type {number} */ to) =>
  Array.from({ length: Math.max(0, to - from) }, (_, k) => from + k);

// From the origin down to the last saddle, the strongest modes known; and the one that the run passed.
/** @param {number} count @param {number[]} passed the modes that it misses @returns {[string, object][]} */
function saddles(count, passed) {
  const usual = range(0, count).map((known) => range(known, count));
  const all = usual.some((missed) => String(missed) === String(passed)) ? usual : [...usual, passed];
  return all.map((missed) => {
    const known = range(0, count).filter((k) => !missed.includes(k));
    return [NETWORK.knows(known.map((k) => k + 1)), { missed }];
  });
}

/** @param {number} count @returns {[string, object][]} */
function pairs(count) {
  return range(0, count).flatMap((a) =>
    range(a + 1, count).map((b) => /** @type {[string, object]} */ ([desk.pair(a + 1, b + 1), { modes: [a, b] }])),
  );
}
