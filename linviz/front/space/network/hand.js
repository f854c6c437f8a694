// A hand on the map of starts: the place that a mouse, a finger or the keys point at; there it grows next.

const STEP = 1 / 24; // of the map's half, by a key
const KEYS = /** @type {Record<string, [number, number]>} */ ({
  ...{ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] },
});

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{ painted: () => any, open: (place: [number, number]) => void, moved: () => void }} map
 */
export function addHand(canvas, { painted, open, moved }) {
  const hand = { at: /** @type {[number, number] | null} */ (null), byKeys: false };
  const placeOf = (/** @type {MouseEvent} */ { offsetX, offsetY }) => painted()?.from?.(offsetX, offsetY) ?? null;
  canvas.addEventListener("pointermove", (event) => {
    const shown = hand.byKeys;
    Object.assign(hand, { at: placeOf(event), byKeys: false });
    if (shown) moved();
  });
  canvas.addEventListener("pointerleave", () => {
    if (!hand.byKeys) hand.at = null;
  });
  canvas.addEventListener("click", (event) => {
    const place = placeOf(event);
    if (place) open(place);
  });
  canvas.addEventListener("keydown", (event) => {
    const edge = painted()?.edge;
    if (!edge || event.ctrlKey || event.metaKey || event.altKey) return;
    const way = KEYS[event.key];
    if (way) {
      const from = hand.at ?? [0, 0];
      const at = from.map((x, k) => Math.min(edge, Math.max(-edge, x + way[k] * edge * STEP)));
      Object.assign(hand, { at, byKeys: true });
      moved();
    } else if (event.key === "Enter" && hand.at) open(hand.at);
    else return;
    event.preventDefault();
    event.stopPropagation(); // they move no time
  });
  canvas.addEventListener("blur", () => {
    if (!hand.byKeys) return;
    Object.assign(hand, { at: null, byKeys: false });
    moved();
  });
  return hand;
}
