// The network that is shown, cut open: planes through its weights in which the run moves, a map of its
// starts, and how much the way depends on the start. The kernel computes each picture when it is asked for.

import { fitted } from "../../draw/painter.js";
import { createPlot } from "../../draw/plot.js";
import { createTables } from "../../draw/table.js";
import { createInk } from "../../draw/theme.js";
import { createPanel } from "../../page/panel.js";
import { mathMarkup } from "../../page/formula.js";
import { part } from "../../page/part.js";
import { asText, entryOf, saved } from "../files.js";
import { createLectureLink } from "../lecture.js";
import { WORDS } from "../words.js";
import { createAnswers } from "./answers.js";
import { componentsOf, paintAtlas } from "./atlas.js";
import { createDesk } from "./desk.js";
import { paintGround } from "./ground.js";
import { addHand } from "./hand.js";
import { growth, nextPart, rowsOf } from "./mosaic.js";
import { NETWORK } from "./words.js";

/** @typedef {{ width: number, height: number }} Size */

const { pictures, ...SAID } = NETWORK;
const RESTS = 350; // ms: so long the moment stands before its plane is asked for
export const NAMES = Object.keys(pictures);

/** @param {any} page @param {import("../../page/rooms.js").Tools} tools */
export function createNetwork(page, tools) {
  const root = document.createElement("div");
  root.className = "space network";
  root.innerHTML = `<div class="where"><div class="said"><p class="headline" role="status"></p><p class="facts"></p></div><div class="equations"></div></div>
    <nav class="gallery list" aria-label="${WORDS.handles.others}"></nav>`;
  const room = /** @type {any} */ ({ page, tools, root, chosen: NAMES[0], seen: false, ink: createInk(page.root) });
  room.desk = createDesk({
    choose: (said) => asked(room, said),
    open: (query) => page.edits.open(query),
    halt: () => halt(room),
  });
  room.answers = createAnswers(page, () => show(room));
  room.tables = createTables();
  room.canvas = canvasOf(room);
  room.plot = createPlot({ name: "plot", clock: page.clock, ink: room.ink, size: () => room.ink().labels });
  room.panel = panelOf(room);
  room.lecture = createLectureLink(room.panel.root);
  room.bar = tools.bar(page.clock);
  room.bar.root.dataset.ticked = "true";
  room.bar.root.hidden = true;
  part(root, ".gallery").append(...NAMES.map((name) => entry(room, name)));
  root.append(room.panel.root, room.desk.root, room.bar.root, room.tables.dialog);
  page.clock.listen(() => room.seen && move(room));
  return {
    root,
    enter() {
      room.seen = true;
      room.bar.root.hidden = false;
      ask(room);
    },
    leave() {
      room.seen = false;
      page.clock.taken();
      room.bar.root.hidden = true;
    },
    restore(/** @type {string} */ name) {
      if (!NAMES.includes(name)) return [name];
      if (name !== room.chosen) {
        room.chosen = name;
        ask(room);
      }
      return [];
    },
    take(/** @type {any} */ run) {
      if (run.id !== room.run?.id) {
        room.answers.forget();
        room.desk.forget();
        room.stopped = false;
      }
      room.run = run;
      if (room.seen) ask(room);
    },
    restyle() {
      room.ink.renew();
      room.plot.draw();
      room.canvas.draw();
    },
    pictures: () => NAMES.filter(room.answers.drawn).map((name) => entryOf(sourceOf(room, name))),
    dispose: () => room.bar.dispose(),
  };
}

/** @param {any} room @param {string} name */
function entry(room, name) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", innerHTML: "<b></b><span></span>" });
  button.dataset.name = name;
  const { title, phrase } = /** @type {any} */ (pictures)[name];
  part(button, "b").textContent = title;
  part(button, "span").textContent = phrase;
  button.addEventListener("click", () => {
    room.chosen = name;
    room.tools.write(name);
    ask(room);
  });
  return button;
}

// What the chosen picture needs of the kernel, unless it is there.
/** @param {any} room */
function ask(room) {
  if (!room.seen || !room.run) return;
  const { chosen, page, run } = room;
  room.bar.show({ ...run, view: page.view.now });
  const { stays } = run.now;
  const saddle = stays.filter((/** @type {any} */ { missed }) => missed.length > 0).at(-1);
  const said = /** @type {Record<string, any>} */ ({
    curvature: { t: Math.min(page.clock.t, page.clock.last) },
    escape: { missed: saddle ? saddle.missed.map((/** @type {number} */ k) => k - 1) : [0] },
  });
  const usual = said[chosen] ?? {};
  room.desk.show(chosen, modesOf(run), usual);
  room.answers.ask(chosen, room.desk.of(chosen, usual));
  show(room);
}

const modesOf = (/** @type {any} */ run) =>
  Math.max(0, ...run.now.stays.map((/** @type {any} */ { learned, missed }) => learned.length + missed.length));

// Another of the same picture.
/** @param {any} room @param {object} said */
function asked(room, said) {
  room.answers.ask(room.chosen, said, true);
}

/** @param {any} room */
function show(room) {
  const { chosen, root } = room;
  const answer = room.answers.of(chosen);
  for (const button of root.querySelectorAll(".gallery button")) {
    button.setAttribute("aria-pressed", String(button.dataset.name === chosen));
  }
  const { title, phrase } = /** @type {any} */ (pictures)[chosen];
  part(room.panel.root, "h2").textContent = title;
  part(room.panel.root, ".phrase").textContent = phrase;
  room.lecture.show(chosen);
  part(root, ".equations").innerHTML = SAID.equations[/** @type {"run"} */ (chosen)]
    .map((tex) => mathMarkup(tex))
    .join("");
  const isPlot = Boolean(answer?.picture);
  room.canvas.element.hidden = isPlot;
  room.plot.element.hidden = !isPlot;
  if (isPlot) room.plot.show({ pictures: { plot: answer.picture }, words: { plot: "" } });
  const [headline, facts] = answer ? tell(answer) : [SAID.waits, ""];
  part(root, ".headline").textContent = headline;
  part(root, ".facts").textContent = facts;
  room.canvas.describe(`${title}. ${headline}`);
  if (answer?.what === "map" && !answer.reason) grow(room, answer);
  fit(room);
}

// The next part of the map, where the hand is, else in the middle.
/** @param {any} room @param {import("./mosaic.js").Mosaic} map */
function grow({ answers, desk, hand, stopped }, map) {
  const next = nextPart(map, hand.at ?? [0, 0]);
  desk.grow(next === null ? "whole" : stopped ? "stopped" : "grows");
  if (next && !stopped) answers.ask("map", next, true);
}

/** @param {any} room */
function halt(room) {
  room.stopped = !room.stopped;
  if (room.stopped) room.answers.stop();
  show(room);
}

/** @param {any} answer @returns {[string, string]} */
function tell(answer) {
  if (answer.reason) return [SAID.none, `${answer.reason[0].toUpperCase()}${answer.reason.slice(1)}.`];
  const teller = /** @type {any} */ (SAID.told)[answer.what];
  return teller(answer.what === "map" ? countsOf(answer) : answer);
}

/** @param {import("./mosaic.js").Mosaic} map */
function countsOf(map) {
  const none = map.component.reduce((sum, each) => sum + Number(each === -1), 0) / map.component.length;
  return { ...growth(map), t_end: map.t_end, kinds: componentsOf(map.component).length, none };
}

/** @param {any} room */
function move(room) {
  const answer = room.answers.of(room.chosen);
  if (answer?.picture) room.plot.move();
  else if (answer?.what !== "map") room.canvas.draw();
  if (answer?.what === "curvature" && !answer.reason) follow(room);
}

// The plane of two eigenvectors is that of the moment at which time rests.
/** @param {any} room */
function follow(room) {
  clearTimeout(room.timer);
  room.timer = window.setTimeout(() => {
    const { page, answers, chosen, seen } = room;
    const t = Math.min(page.clock.t, page.clock.last);
    if (!seen || chosen !== "curvature" || room.bar.moment() !== page.clock) return;
    if (answers.of(chosen)?.t !== t) answers.ask(chosen, { t }, true);
  }, RESTS);
}

/** @param {any} room */
function fit(room) {
  if (room.size) room.panel.picture.fit(room.size);
}

/** @param {any} room */
function canvasOf(room) {
  const element = document.createElement("div");
  element.className = "plot stage";
  element.innerHTML = `<canvas class="base" role="img" tabindex="0"></canvas>`;
  const canvas = part(element, "canvas");
  /** @type {any} */
  let painted = null;
  const make = (/** @type {Size} */ size, /** @type {number} */ fontSize, name = room.chosen) => {
    const answer = room.answers.of(name);
    if (!answer || answer.picture || answer.reason) return null;
    const look = { answer, t: room.page.clock.t, times: room.run.t, ink: room.ink(), fontSize };
    return answer.what === "map" ? paintAtlas(size, { ...look, hand: room.hand }) : paintGround(size, look);
  };
  room.hand = addHand(/** @type {HTMLCanvasElement} */ (canvas), {
    painted: () => painted,
    open: (place) => room.answers.open(place),
    moved: () => picture.draw(),
  });
  const picture = {
    element,
    draw() {
      if (!room.size || room.size.width < 20 || element.hidden) return;
      const context = fitted(canvas, room.size.width, room.size.height);
      context.clearRect(0, 0, room.size.width, room.size.height);
      painted = make(room.size, room.ink().labels);
      painted?.paint(context);
      canvas.style.cursor = painted?.from ? "pointer" : "";
    },
    describe: (/** @type {string} */ text) => canvas.setAttribute("aria-label", text),
    /** A picture for a file. @param {string} name */
    of: (name) => ({
      /** @param {any} context @param {number} width @param {number} height @param {number} fontSize */
      render(context, width, height, fontSize) {
        context.clearRect(0, 0, width, height);
        make({ width, height }, fontSize, name)?.paint(context);
      },
    }),
    table: () => tableOf(room),
  };
  return picture;
}

/** @param {any} room */
function tableOf(room) {
  const answer = room.answers.of(room.chosen);
  const { title } = /** @type {any} */ (pictures)[room.chosen];
  if (!answer || answer.reason) return { caption: title, columns: [], rows: [] };
  if (answer.path) {
    const rows = Array.from(room.run.t, (t, k) => [t, answer.path[2 * k], answer.path[2 * k + 1], answer.distance[k]]);
    return { caption: title, columns: SAID.columns.run, rows };
  }
  if (answer.what === "map") return { caption: title, columns: SAID.columns.map, rows: rowsOf(answer) };
  const rows = answer.points.map((/** @type {any} */ { place, within, kind }) => [...place, within, kind]);
  return { caption: title, columns: SAID.columns.invariant, rows };
}

// A picture for a file; of the two kinds the plots are drawn by another.
/** @param {any} room @param {string} name */
function sourceOf({ answers, canvas, plot, run, size, ink }, name) {
  const answer = answers.of(name);
  const { title } = /** @type {any} */ (pictures)[name];
  return {
    ...{ picture: answer?.picture ? plotOf(plot, answer) : canvas.of(name), name: `${run.stem}-${name}`, title },
    ...{ box: size ?? { width: 0, height: 0 }, ink: ink() },
  };
}

/** @param {any} plot @param {any} answer */
const plotOf = (plot, answer) => ({
  render(/** @type {any[]} */ ...where) {
    plot.show({ pictures: { plot: answer.picture }, words: { plot: "" } });
    plot.render(...where);
  },
});

/** @param {any} room */
function panelOf(room) {
  const { canvas, plot, page } = room;
  const drawn = () => (plot.element.hidden ? canvas : plot);
  const title = () => /** @type {any} */ (pictures)[room.chosen].title;
  const source = () => sourceOf(room, room.chosen);
  const element = document.createElement("div");
  element.className = "either";
  element.append(canvas.element, plot.element);
  const picture = {
    element,
    describe: canvas.describe,
    fit(/** @type {Size} */ box) {
      room.size = { ...box };
      plot.fit(box);
      canvas.draw();
    },
  };
  const panel = createPanel({
    ...{ name: "cut", title: title(), oneRun: false, picture },
    actions: {
      save: (/** @type {string} */ kind) => saved(source(), kind),
      written: (/** @type {number} */ width, /** @type {number} */ height, /** @type {number} */ fontSize) =>
        asText(source(), width, height, fontSize),
      table: () => room.tables.open(drawn(), title(), source().name),
      full() {
        room.root.toggleAttribute("data-alone", true);
        page.root.requestFullscreen?.().catch(() => {});
      },
    },
  });
  panel.root.dataset.front = "true";
  const leave = () => room.root.toggleAttribute("data-alone", false);
  part(panel.root, ".leave").addEventListener("click", leave);
  page.root.addEventListener("fullscreenchange", () => document.fullscreenElement || leave());
  return panel;
}
