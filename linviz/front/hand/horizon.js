// The end of the time bar in the hand: how long the run lasts.

import { pixelsOf } from "../page/scaled.js";
import { written } from "../draw/numbers.js";
import { valueAt } from "../draw/scale.js";
import { WORDS } from "../page/words.js";
import { createGrip } from "./grip.js";

const [LEAST, MOST] = [1e-12, 1e9]; // of a horizon
const NEAREST = 0.02; // of the axis: a run that is shorter is not drawn

/** @param {any} page */
export function addHorizonGrip(page) {
  const { clock, hand, root } = page;
  const track = root.querySelector(".timebar .track");

  let spot = /** @type {number | null} */ (null); // where the hand is, while the bar ends elsewhere

  function place() {
    const away = spot === null ? 0 : (spot - track.getBoundingClientRect().right) / pixelsOf(track);
    grip.element.style.setProperty("--at", `${away}px`);
  }

  const thing = () => {
    let box = /** @type {DOMRect | null} */ (null); // of the bar, read only when it is dragged
    const { scale, last } = clock;
    const held = hand.held?.field === "t_end";
    const value = held && typeof hand.value === "number" ? hand.value : last;
    // as the axis stands when it is taken in the hand
    const at = (/** @type {number} */ share) => valueAt(scale, share);
    return {
      label: WORDS.hand.until,
      field: "t_end",
      index: [],
      value,
      low: Math.max(LEAST, NEAREST * value),
      high: MOST,
      step: value / 100,
      words: written(value, 3),
      moved: (/** @type {number} */ dx) => {
        box ??= /** @type {DOMRect} */ (track.getBoundingClientRect());
        const scale = pixelsOf(track);
        spot = box.right + dx * scale;
        place();
        return at(Math.max(NEAREST, 1 + (dx * scale) / box.width));
      },
    };
  };

  const grip = createGrip(hand, { upright: false, title: WORDS.hand.horizon, thing });
  grip.element.classList.add("horizon-grip");
  grip.element.addEventListener("dblclick", () => page.edits.push("t_end", null));
  track.append(grip.element);
  new ResizeObserver(place).observe(track); // it ends where the run does
  hand.on("release", () => {
    spot = null;
    place();
  });
  return {
    show() {
      grip.element.hidden = !page.alive("t_end");
      grip.show();
    },
  };
}
