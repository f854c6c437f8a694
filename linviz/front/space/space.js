// The room Space: small networks whose flow is known in closed form. One large picture, the others small; a
// headline of now, handles, a table, an equation, and the time bar with a clock of the room's own.

import { createTables } from "../draw/table.js";
import { createInk } from "../draw/theme.js";
import { mathMarkup } from "../page/formula.js";
import { createHeadline } from "../page/headline.js";
import { createPanel } from "../page/panel.js";
import { part } from "../page/part.js";
import { createClock } from "../time/clock.js";
import { coursesOf } from "./courses.js";
import { asText, entryOf, saved } from "./files.js";
import { createGallery } from "./gallery.js";
import { createHandles } from "./handles.js";
import { KINDS, kindOf } from "./picture.js";
import { createLectureLink } from "./lecture.js";
import { createStage } from "./stage.js";
import { MOST_STARTS, heldOf, misread, placeOf, read, rounded, withStarts, written } from "./state.js";
import { toldOf } from "./told.js";
import { WORDS } from "./words.js";

/** @typedef {import("./state.js").State} State */

const NAMES = KINDS.map(({ name }) => name);
const BESIDE = 0.02; // from the sheet
const MORPH = 1100; // ms
const OPENS_AT = 0.8; // the moment at which a family is first shown

/** @param {any} page @param {import("../page/rooms.js").Tools} tools @returns {import("../page/rooms.js").Room} */
export function createSpace(page, tools) {
  const root = document.createElement("div");
  root.className = "space";
  const clock = createClock();
  const room = /** @type {any} */ ({ page, tools, root, clock, state: read("", NAMES), seen: false, family: "" });
  Object.assign(root, { room }); // for who looks at the page from outside
  room.ink = createInk(page.root);
  room.shown = () => ({ state: room.state, t: clock.t, ink: room.ink(), scales: room.handles?.scales ?? false });
  room.kind = () => kindOf(room.state.picture);
  room.course = () => heldCourse(room);
  room.ends = () => coursesOf(room.state, room.kind().family).map(({ basin }) => basin);
  room.viewed = page.root.dataset.ready === "true" ? page.view.now.id : null; // else a link is being opened
  furnish(room);
  clock.set(OPENS_AT);
  const draw = painter(room);
  room.draw = draw;
  clock.listen(() => {
    draw(false);
    if (room.seen && page.owns) page.address.write();
  });
  return {
    root,
    enter() {
      room.seen = true;
      room.bar.root.hidden = false;
      retell(room);
      draw(true);
    },
    leave() {
      room.seen = false;
      clock.taken();
      room.bar.root.hidden = true; // its keys are another's now
    },
    restore(text) {
      if (text !== written(room.state)) {
        room.state = read(text, NAMES);
        arrange(room);
      }
      toMoment(room);
      return misread(text, NAMES);
    },
    moment: () => momentOf(room),
    pictures: () => KINDS.map((kind) => entryOf(sourceOf(room, kind))),
    take() {},
    restyle() {
      room.ink.renew();
      draw(true);
    },
    dispose() {
      room.bar.dispose();
      room.headline.stop();
      room.gallery.dispose();
    },
  };
}

/** @param {any} room */
function furnish(room) {
  const { root, clock, page, tools } = room;
  root.innerHTML = `<div class="where"><div class="said"></div><div class="equations"></div></div>`;
  room.stage = createStage({ shown: room.shown, kind: room.kind, table: tableOf(room) });
  room.tables = createTables();
  room.panel = panelOf(room);
  room.lecture = createLectureLink(room.panel.root);
  room.gallery = createGallery({ shown: room.shown, choose: (name) => choose(room, name) });
  room.handles = createHandles(deskOf(room));
  room.handles.forget();
  room.headline = createHeadline(part(root, ".said"), clock, () => page.root.dataset.lecture === "true");
  room.bar = tools.bar(clock);
  room.bar.root.dataset.ticked = "true"; // no picture over time stands above it
  room.note = Object.assign(document.createElement("p"), { className: "remark" });
  root.append(
    room.panel.root,
    room.gallery.beside,
    room.handles.root,
    room.note,
    room.gallery.root,
    room.bar.root,
    room.tables.dialog,
  );
  arrange(room);
}

const titleOf = (/** @type {string} */ name) => /** @type {any} */ (WORDS.pictures)[name].title;

// A picture of the room for a file.
/** @param {any} room @param {import("./picture.js").Kind} kind */
const sourceOf = ({ stage, panel, ink }, kind) => ({
  ...{ picture: stage.of(kind), name: `space-${kind.name}`, title: titleOf(kind.name), box: panel.box, ink: ink() },
});

/** @param {any} room */
function panelOf(room) {
  const { stage, tables, page } = room;
  const title = () => titleOf(room.state.picture);
  const large = () => sourceOf(room, room.kind());
  const actions = {
    save: (/** @type {string} */ kind) => saved(large(), kind),
    written: (/** @type {number} */ width, /** @type {number} */ height, /** @type {number} */ fontSize) =>
      asText(large(), width, height, fontSize),
    table: () => tables.open(stage, title(), large().name),
    full() {
      room.root.toggleAttribute("data-alone", true);
      page.root.requestFullscreen?.().catch(() => {});
    },
  };
  const panel = createPanel({ name: "space", title: title(), oneRun: false, picture: stage, actions });
  panel.root.dataset.front = "true";
  const leave = () => room.root.toggleAttribute("data-alone", false);
  part(panel.root, ".leave").addEventListener("click", leave);
  page.root.addEventListener("fullscreenchange", () => document.fullscreenElement || leave());
  return panel;
}

// What the hand on the large picture asks for.
/** @param {any} room */
function tableOf(room) {
  const family = () => room.kind().family;
  return {
    state: () => room.state,
    kind: room.kind,
    held: () => heldOf(room.state, family()),
    hold(/** @type {number} */ k) {
      room.handles.forget();
      change(room, { held: k }, true);
      const place = placeOf(room.state.starts[family()][k], room.state.s)
        .map((x) => x.toFixed(2))
        .join(", ");
      room.stage.say(WORDS.canvas.held(k + 1, room.state.starts[family()].length, place));
    },
    move(/** @type {number} */ k, /** @type {any} */ start) {
      room.handles.forget();
      move(room, k, start);
    },
    add(/** @type {any} */ start) {
      const all = room.state.starts[family()];
      if (all.length >= MOST_STARTS) return page(room).tell(WORDS.canvas.full(MOST_STARTS));
      room.handles.forget();
      room.state = withStarts(room.state, family(), (starts) => [...starts, start]);
      change(room, { held: all.length }, true);
    },
    remove: (/** @type {number} */ k) => remove(room, k),
    turn(/** @type {[number, number]} */ turn) {
      const rounded = turn.map((x) => Number(x.toFixed(2)));
      change(room, { turns: { ...room.state.turns, [family()]: rounded } }, false);
    },
    rest: () => room.tools.write(written(room.state)),
  };
}

const page = (/** @type {any} */ room) => room.page;

/** @param {any} room */
function deskOf(room) {
  const family = () => room.kind().family;
  return {
    state: () => room.state,
    change: (/** @type {Partial<State>} */ given) => change(room, given, false),
    rest: () => room.tools.write(written(room.state)),
    held() {
      const k = heldOf(room.state, family());
      return k < 0 ? null : { k, start: room.state.starts[family()][k] };
    },
    move: (/** @type {number} */ k, /** @type {any} */ start) => move(room, k, start),
    act(/** @type {string} */ name) {
      const k = heldOf(room.state, family());
      if (name === "remove") return remove(room, k);
      const [, b, w] = placeOf(room.state.starts[family()][k], room.state.s);
      const beside = name === "tie" ? [0] : [BESIDE, -BESIDE];
      const made = beside.map((off) => ({ at: [off, rounded(b), rounded(w)], tied: true }));
      room.state = withStarts(room.state, family(), (all) =>
        [...all.slice(0, k), ...made, ...all.slice(k + 1)].slice(0, MOST_STARTS),
      );
      change(room, {}, true);
    },
  };
}

/** @param {any} room @param {number} k @param {any} start */
function move(room, k, start) {
  const { family } = room.kind();
  room.state = withStarts(room.state, family, (starts) => starts.map((each, i) => (i === k ? start : each)));
  change(room, {}, false);
}

/** @param {any} room @param {number} k */
function remove(room, k) {
  const { family } = room.kind();
  if (room.state.starts[family].length < 2) return; // one at least: the headline speaks of it
  room.handles.forget();
  room.state = withStarts(room.state, family, (starts) => starts.filter((_, i) => i !== k));
  change(room, { held: Math.max(0, k - 1) }, true);
}

/** @param {any} room @param {Partial<State>} given @param {boolean} rests */
function change(room, given, rests) {
  const before = room.state;
  room.state = { ...before, ...given };
  if (room.state.picture !== before.picture) arrange(room);
  else {
    room.handles.show(room.kind().handles);
    retell(room);
    room.draw(rests);
  }
  if (rests) room.tools.write(written(room.state));
}

// From the plane to its square and back the one becomes the other; who prefers less motion sees it at once.
/** @param {any} room @param {string} name */
function choose(room, name) {
  const { picture, unfold } = room.state;
  const ends = { weights: 0, unfolded: 1 };
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches || !(picture in ends) || !(name in ends);
  const goal = name === "unfolded" ? 1 : 0;
  if (still) return change(room, { picture: name, unfold: 0 }, true);
  const from = picture === "unfolded" ? 1 : unfold;
  if (picture === "unfolded") change(room, { picture: "weights", unfold: 1 }, false);
  const began = performance.now();
  const next = () => {
    const share = Math.min(1, (performance.now() - began) / MORPH);
    if (!room.seen || room.state.picture !== "weights") return;
    if (share === 1) return change(room, { picture: name, unfold: 0 }, true);
    change(room, { unfold: from + (goal - from) * (share * share * (3 - 2 * share)) }, false);
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}

// Another picture is the large one, or all is another.
/** @param {any} room */
function arrange(room) {
  const kind = room.kind();
  const { title, phrase, note = "" } = /** @type {any} */ (WORDS.pictures)[kind.name];
  part(room.panel.root, "h2").textContent = title;
  part(room.panel.root, ".phrase").textContent = phrase;
  room.lecture.show(kind.name);
  room.note.textContent = note;
  room.note.hidden = note === "";
  room.stage.describe(`${title}: ${phrase}`);
  part(room.root, ".equations").innerHTML = kind.equations.map((/** @type {string} */ tex) => mathMarkup(tex)).join("");
  room.root.dataset.picture = kind.name;
  room.gallery.arrange(kind.name, kind.beside);
  room.handles.show(kind.handles);
  retell(room);
  room.draw?.(true);
}

// The held start, told as a run is: headline, time bar, its stretches.
/** @param {any} room */
function retell(room) {
  const { state, clock, bar, headline } = room;
  const { family } = room.kind();
  const told = toldOf(heldCourse(room), state, family);
  const { t } = clock;
  clock.renew(told.t, null);
  const other = room.family !== family;
  room.family = family;
  clock.t = Math.min(clock.last, Math.max(clock.first, other ? OPENS_AT : t));
  const run = { ...told, view: { ...room.page.view?.now, log_time: false } };
  headline.show(run);
  if (room.seen) bar.show(run);
}

// For the link: that at which a family is first shown, and those while it plays, need not be said.
/** @param {any} room */
function momentOf({ clock, bar }) {
  const rests = bar.moment() === clock;
  return { t: clock.t, last: rests && clock.t !== OPENS_AT ? Infinity : clock.t };
}

// The moment that a link says, when it is opened.
/** @param {any} room */
function toMoment(room) {
  const { id, t } = room.page.view.now;
  if (room.viewed !== id && t !== null) room.clock.set(t);
  room.viewed = id;
}

/** @param {any} room */
function heldCourse({ state, kind }) {
  const { family } = kind();
  return coursesOf(state, family)[heldOf(state, family)];
}

// Draws at most once a frame: the large picture and the one beside it, and when the hand rests all.
/** @param {any} room */
function painter(room) {
  let [request, all] = [0, false];
  return (/** @type {boolean} */ rests) => {
    all ||= rests;
    if (!room.seen || request) return;
    request = requestAnimationFrame(() => {
      request = 0;
      room.stage.draw();
      if (all) room.gallery.draw();
      else room.gallery.follow();
      room.headline.move();
      all = false;
    });
  };
}
