// The handles of a picture of the network: what of it is asked for, and networks whose maps are known.

import { NETWORK } from "./words.js";

const { desk } = NETWORK;
const MAPS = Object.entries(desk.maps); // widths, and what their maps show
const RADII = [0.1, 0.01, 0.001];

/**
 * @param {{ choose: (said: object) => void, open: (query: string) => void }} room
 */
export function createDesk({ choose, open }) {
  const root = document.createElement("div");
  root.className = "handles";
  Object.assign(root, { role: "group", ariaLabel: desk.group });
  const said = /** @type {Record<string, any>} */ ({ map: { across: 16 }, neighbors: { radius: 0.01 } });

  /** @param {string} picture @param {string} label @param {[string, object][]} options */
  function menu(picture, label, options) {
    const field = document.createElement("label");
    const list = document.createElement("select");
    list.append(...options.map(([text], k) => new Option(text, String(k))));
    const chosen = JSON.stringify(said[picture] ?? options[0][1]);
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

  /** @param {number} count of modes */
  const MAKERS = (count) =>
    /** @type {Record<string, () => (Node | string)[]>} */ ({
      map: () => [desk.known, ...MAPS.map(button)],
      neighbors: () => [
        menu(
          "neighbors",
          desk.radius,
          RADII.map((radius) => [desk.part(radius), { radius }]),
        ),
      ],
      escape: () => [menu("escape", desk.saddle, saddles(count))],
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
    /** @param {string} picture @param {number} count of modes */
    show(picture, count) {
      const key = `${picture} ${count} ${JSON.stringify(said[picture])}`;
      if (root.dataset.of === key) return;
      root.dataset.of = key;
      root.replaceChildren(...(MAKERS(count)[picture]?.() ?? []));
      root.hidden = root.childNodes.length === 0;
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

// From the origin down to the last saddle, the strongest modes known.
/** @param {number} count @returns {[string, object][]} */
function saddles(count) {
  return range(0, count).map((known) => [
    NETWORK.knows(range(0, known).map((k) => k + 1)),
    { missed: range(known, count) },
  ]);
}

/** @param {number} count @returns {[string, object][]} */
function pairs(count) {
  return range(0, count).flatMap((a) =>
    range(a + 1, count).map((b) => /** @type {[string, object]} */ ([desk.pair(a + 1, b + 1), { modes: [a, b] }])),
  );
}
