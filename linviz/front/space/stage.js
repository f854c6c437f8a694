// The large picture: a canvas that is painted at most once a frame, its numbers as a table, and itself
// for a file.

import { parts } from "../page/part.js";
import { fitted } from "../draw/painter.js";
import { coursesOf } from "./courses.js";
import { addHand } from "./starts.js";
import { heldOf, placeOf } from "./state.js";
import { WORDS } from "./words.js";

/** @typedef {import("./picture.js").Kind} Kind */
/** @typedef {import("./picture.js").Look} Look */

const USUAL = 17; // pixels of the type at which lines and rings have their usual size

/**
 * What a picture is painted from, at a size of type.
 * @param {{ state: import("./state.js").State, t: number, ink: any, scales?: boolean }} shown
 * @param {Kind} kind
 * @param {number} fontSize
 * @param {boolean} small
 * @returns {Look}
 */
export function lookOf({ state, t, ink, scales = false }, { family }, fontSize, small) {
  const courses = coursesOf(state, family);
  return { state, t, ink, scales, courses, held: heldOf(state, family), fontSize, small, scale: fontSize / USUAL };
}

/**
 * @param {{ shown: () => { state: import("./state.js").State, t: number, ink: any }, kind: () => Kind, table: any }} options
 */
export function createStage({ shown, kind, table }) {
  const element = document.createElement("div");
  element.className = "plot stage";
  element.innerHTML = `<canvas class="base" role="img" tabindex="0"></canvas><p class="heard" aria-live="polite"></p>`;
  const [canvas, heard] = parts(element, ".base, .heard");
  let size = { width: 0, height: 0 };
  let painted = /** @type {import("./picture.js").Painted | null} */ (null);
  const make = (/** @type {import("./picture.js").Size} */ box, /** @type {number} */ fontSize) =>
    kind().painter(box, lookOf(shown(), kind(), fontSize, false));
  const stage = {
    element,
    frames: /** @type {number[]} */ ([]), // milliseconds that the last ones took
    items: 0,
    get painted() {
      return painted;
    },
    describe: (/** @type {string} */ text) => canvas.setAttribute("aria-label", text),
    say: (/** @type {string} */ text) => (heard.textContent = text),
    focus: () => canvas.focus({ preventScroll: true }),
    fit(/** @type {import("./picture.js").Size} */ box) {
      size = { ...box };
      stage.draw();
    },
    draw() {
      if (size.width < 20 || size.height < 20) return;
      const began = performance.now();
      painted = make(size, shown().ink.labels);
      canvas.setAttribute("aria-description", painted.turns ? WORDS.canvas.turned : WORDS.canvas.flat);
      const context = fitted(canvas, size.width, size.height);
      context.clearRect(0, 0, size.width, size.height);
      stage.items = painted.paint(context) || 0;
      stage.frames = [...stage.frames.slice(-59), performance.now() - began];
    },
    /** @param {any} context @param {number} width @param {number} height @param {number} fontSize */
    render(context, width, height, fontSize) {
      context.clearRect(0, 0, width, height);
      make({ width, height }, fontSize).paint(context);
    },
    /** Another picture of the room, for a file. @param {Kind} other */
    of: (other) => ({
      render(
        /** @type {any} */ context,
        /** @type {number} */ width,
        /** @type {number} */ height,
        /** @type {number} */ fontSize,
      ) {
        context.clearRect(0, 0, width, height);
        other.painter({ width, height }, lookOf(shown(), other, fontSize, false)).paint(context);
      },
    }),
    table: () => tableOf(shown(), kind()),
  };
  addHand(canvas, { ...table, painted: () => painted });
  return stage;
}

/** @param {{ state: import("./state.js").State, t: number }} shown @param {Kind} kind */
function tableOf({ state, t }, { name, family }) {
  const { table, pictures } = WORDS;
  const letters = table.letters[family];
  const of = (/** @type {string} */ when) => letters.map((letter) => `${letter} ${when}`);
  const columns = [
    table.start,
    ...of(table.start),
    ...of(table.now),
    ...of(table.end),
    table.loss,
    table.C,
    table.goes,
  ];
  const rows = coursesOf(state, family).map((course, k) => {
    const now = course.at(t);
    return [
      String(k + 1),
      ...placeOf(state.starts[family][k], state.s),
      ...(now ?? letters.map(() => null)),
      ...course.end,
      now && course.loss(now),
      course.C,
      table.kinds[course.kind],
    ];
  });
  const { title } = /** @type {any} */ (pictures)[name];
  return { caption: table.caption(title, t.toPrecision(3)), columns, rows };
}
