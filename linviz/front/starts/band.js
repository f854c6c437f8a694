// The room's time bar: play, and the shares of all starts along time, on the axis of the lines above it.

import { listenKeys } from "../time/keys.js";
import { createPlayer } from "../time/player.js";
import { createSheet } from "./sheet.js";
import { part } from "../page/part.js";
import { WORDS } from "../page/words.js";
import { SAID } from "./words.js";

const [PLAY, PAUSE] = ["▶\uFE0E", "❚❚"];
const MARKUP = `
  <span class="transport"><button type="button" class="play" aria-label="${WORDS.time.play}" title="${WORDS.time.playKey}">${PLAY}</button></span>
  <span class="track"><span class="shares" aria-hidden="true"></span>
    <input type="range" class="scrubber" min="0" max="1000" step="1" value="0" aria-label="${WORDS.time.shown}"></span>
  <output class="moment" aria-live="off"></output>
  <span class="legend">${["saddle", "falling", "minimum"]
    .map((kind) => `<span><i data-kind="${kind}"></i>${SAID.kinds[/** @type {"saddle"} */ (kind)]}</span>`)
    .join("")}</span>`;

/** @typedef {import("./gather.js").Gathered} Gathered */

/**
 * @param {any} clock
 * @param {HTMLElement} board
 * @param {() => any} ink
 */
export function createBand(clock, board, ink) {
  const root = document.createElement("div");
  root.className = "band";
  Object.assign(root, { role: "group", ariaLabel: WORDS.time.bar, innerHTML: MARKUP });
  const [play, scrubber, moment] = [".play", ".scrubber", ".moment"].map((each) => part(root, each));
  let study = /** @type {Gathered | null} */ (null);
  const sheet = createSheet(part(root, ".shares"), () => draw());
  const player = createPlayer(clock, () => {
    play.textContent = player.playing ? PAUSE : PLAY;
    play.setAttribute("aria-label", player.playing ? WORDS.time.pause : WORDS.time.play);
  });
  const by = (/** @type {() => void} */ act) => {
    player.pause();
    act();
  };
  play.addEventListener("click", player.toggle);
  scrubber.addEventListener("input", () => by(() => clock.setPosition(scrubber.value / 1000)));
  const nudge = (/** @type {number} */ step) => () => by(() => clock.setPosition(clock.position + step));
  const unlisten = listenKeys(
    root,
    () => (root.offsetParent ? board : null),
    () => ({
      " ": player.toggle,
      ArrowLeft: nudge(-0.005),
      ArrowRight: nudge(0.005),
      Home: nudge(-1),
      End: nudge(1),
    }),
  );

  function draw() {
    sheet.begin();
    if (study?.shares) drawShares(sheet.context, sheet.size, study, ink());
  }
  return {
    root,
    player,
    // On the axis of the lines: so many pixels from the left of the room.
    align(/** @type {number} */ left, /** @type {number} */ right) {
      root.style.setProperty("--from", `${left}px`);
      root.style.setProperty("--long", `${right - left}px`);
    },
    show(/** @type {Gathered | null} */ next) {
      study = next;
      sheet.soon();
    },
    follow() {
      scrubber.value = String(Math.round(1000 * clock.position));
      moment.textContent = `t = ${worded(clock.t, clock.last)}`;
    },
    dispose() {
      player.dispose();
      unlisten();
      sheet.dispose();
    },
  };
}

/** As many digits as the axis can tell apart. @param {number} t @param {number} last */
export function worded(t, last) {
  const size = Math.floor(Math.log10(last));
  return t.toFixed(Math.max(0, Math.min(4, 2 - (size >= 1 ? size - 1 : size))));
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{ width: number, height: number }} size
 * @param {Gathered} study
 * @param {any} ink
 */
function drawShares(context, { width, height }, study, ink) {
  const { count } = /** @type {{ count: Int32Array }} */ (study.shares);
  const [m, columns] = [study.levels.length, study.times.length];
  for (let i = 0; i < columns - 1; i++) {
    let near = 0;
    for (let level = 0; level < m; level++) near += count[level * columns + i];
    const done = count[m * columns + i];
    const [x, wide] = [(width * i) / (columns - 1), width / (columns - 1) + 0.6];
    let y = 0;
    for (const [part, color] of [
      [near, ink.saddle],
      [study.n - near - done, ink.falling],
      [done, ink.minimum],
    ]) {
      const tall = (height * part) / study.n;
      context.fillStyle = color;
      context.fillRect(x, y, wide, tall);
      y += tall;
    }
  }
  context.fillStyle = ink.text; // a floor under those at a minimum, so that grey tells it too
  const first = Array.from({ length: columns }, (_, i) => count[m * columns + i]).findIndex((each) => each > 0);
  if (first >= 0) context.fillRect((width * first) / (columns - 1), height - 3, width, 3);
}
