// The room's two halves: small networks in closed form, and the network that is shown, cut open.

import { isSaved } from "../page/skeleton.js";
import { NAMES, createNetwork } from "./network/network.js";
import { createSpace } from "./space.js";
import { NETWORK } from "./network/words.js";

const PREFIX = "net.";

/** @param {any} page @param {import("../page/rooms.js").Tools} tools @returns {import("../page/rooms.js").Room} */
export function createBoth(page, tools) {
  const root = document.createElement("div");
  root.className = "halves";
  const small = createSpace(page, tools);
  const network = createNetwork(page, { ...tools, write: (name) => tools.write(PREFIX + name) });
  let kept = ""; // of the small networks, while the other half is seen
  const doors = [door(NETWORK.door, () => tools.write(PREFIX + NAMES[0])), door(NETWORK.back, () => tools.write(kept))];
  doors[0].hidden = isSaved() || page.root.dataset.kernel === "none"; // the kernel makes its pictures
  [small, network].forEach((half, k) => half.root.querySelector(".gallery")?.append(doors[k]));
  root.append(small.root, network.root);
  let [now, seen] = [small, false];
  network.root.hidden = true;

  /** @param {any} half */
  function go(half) {
    if (half === now) return;
    if (seen) now.leave();
    now.root.hidden = true;
    now = half;
    now.root.hidden = false;
    if (seen) now.enter();
  }

  return {
    root,
    enter() {
      seen = true;
      now.enter();
    },
    leave() {
      seen = false;
      now.leave();
    },
    restore(text) {
      const isNetwork = text.startsWith(PREFIX);
      if (!isNetwork) kept = text;
      const wrong = isNetwork ? network.restore(text.slice(PREFIX.length)) : small.restore(text);
      go(isNetwork ? network : small);
      return wrong;
    },
    take(run) {
      small.take(run);
      network.take(run);
    },
    moment: () => now.moment?.() ?? null,
    pictures: () => now.pictures?.() ?? [],
    restyle: () => now.restyle(),
    dispose() {
      small.dispose();
      network.dispose();
    },
  };
}

/** @param {string} text @param {() => void} open */
function door(text, open) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "door", textContent: text });
  button.dataset.as = "door";
  button.addEventListener("click", open);
  return button;
}
