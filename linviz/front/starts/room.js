// The room of many starts: the conjecture as a measurement. Its starts are draws of the scenario that the
// page shows; each can be opened there.

import { createClock } from "../time/clock.js";
import { createInk } from "../draw/theme.js";
import { part } from "../page/part.js";
import { WORDS } from "../page/words.js";
import { createAsking } from "./asking.js";
import { createBand } from "./band.js";
import { createCounts } from "./counts.js";
import { restingAt, waiting } from "./gather.js";
import { createLines, MOST_LINES } from "./lines.js";
import { openStart, tellOpened, tellStart } from "./opening.js";
import { createRail } from "./rail.js";
import { createSlope } from "./slope.js";
import { AFRESH, misread, read } from "./state.js";
import { railOf, showRail } from "./steering.js";
import { createSurvival } from "./survival.js";
import { facts, sentence } from "./told.js";
import { addLevels, levelOf, remember, showWaits, title } from "./waits.js";
import { SAID } from "./words.js";

const PARTS = ["lines", "counts", "survival", "slope"];
const pane = (/** @type {string} */ name) =>
  `<section class="pane" data-pane="${name}"><div class="named"><div class="titles"><h2></h2><span class="phrase"></span></div></div><div class="sheet"></div></section>`;
const MARKUP = `<div class="saying"><p class="headline" role="status"></p><p class="facts"></p><p class="law" aria-hidden="true"></p></div>
  <nav class="tabs" aria-label="${WORDS.page.tabs}">${PARTS.map((name) => `<button type="button" data-tab="${name}">${SAID.tabs[/** @type {"lines"} */ (name)]}</button>`).join("")}</nav>
  <div class="four">${PARTS.map(pane).join("")}</div>`;

/**
 * @param {any} page
 * @param {{ write: (state: string) => void }} tools
 */
export function createStarts(page, { write }) {
  const root = document.createElement("div");
  Object.assign(root, { className: "starts", innerHTML: MARKUP });
  const find = (/** @type {string} */ selector) => part(root, selector);
  const clock = createClock();
  const ink = createInk(page.root);
  const room = /** @type {any} */ ({
    page,
    root,
    find,
    clock,
    ink,
    write,
    open: { ...AFRESH },
    others: [],
    here: false,
    key: "",
  });
  addParts(room);
  find(".four").before(room.rail.root);
  root.append(room.band.root);
  room.follow = () => follow(room);
  clock.listen(room.follow);
  room.heard = () => tellOpened(room);
  page.model.on("change:status", room.heard);
  find('[data-pane="lines"] .sheet').insertAdjacentHTML("beforeend", `<p class="pointed" role="status"></p>`);
  addTabs(room);
  addLevels(room);
  page.starts = room;
  return faceOf(room);
}

/** What the room is made of. @param {any} room */
function addParts(room) {
  const { page, clock, ink, find } = room;
  const sheet = (/** @type {string} */ name) => find(`[data-pane="${name}"] .sheet`);
  room.asking = createAsking(page.model, {
    began: () => showStudy(room),
    came: (_, block) => takeBlock(room, block),
    failed(words) {
      if (words) page.tell(words);
      showRail(room);
    },
  });
  const opens = (/** @type {number} */ k) => k >= 0 && openStart(room, k);
  const study = () => room.asking.state.study;
  room.lines = createLines(sheet("lines"), {
    ink,
    clock,
    open: opens,
    wanted: () => room.open.n,
    tell: (k) => tellStart(room, k),
    moved: () => align(room),
  });
  room.counts = createCounts(sheet("counts"), (level) => study() && opens(restingAt(study(), level, clock.t)));
  room.survival = createSurvival(sheet("survival"), {
    ink,
    open: (wait) => opens(waiting(study(), levelOf(room), wait)),
  });
  room.slope = createSlope(sheet("slope"), ink);
  room.band = createBand(clock, page.root, ink);
  room.rail = createRail(railOf(room));
}

/** What the page asks of a room. @param {any} room */
function faceOf(room) {
  const { root, asking } = room;
  return {
    root,
    state: room,
    enter() {
      room.here = true;
      begin(room);
    },
    leave() {
      room.here = false;
      room.band.player.pause();
      asking.stop();
    },
    restore(/** @type {string} */ text) {
      const open = read(text);
      const more = open.n > room.open.n;
      room.open = open;
      if (room.here && more && asking.state.study) asking.go(open.n);
      showRail(room);
      if (asking.state.study) showWaits(room);
      return misread(text);
    },
    take(/** @type {any} */ run) {
      room.run = run;
      if (room.here) begin(room);
    },
    restyle() {
      room.ink.renew();
      room.lines.again();
      follow(room);
      for (const each of [room.survival, room.slope]) each.soon();
      room.band.show(asking.state.study);
    },
    dispose() {
      room.page.model.off("change:status", room.heard);
      for (const each of [asking, room.lines, room.survival, room.slope, room.band]) each.dispose();
    },
  };
}

/** The study of what the page shows, unless it is there; what was dropped meanwhile is asked for again. */
function begin(/** @type {any} */ room) {
  if (!room.run) return;
  const { dims, rule, scale, seed, data, whitened, singular_values: s, t_end: end } = room.run.form;
  const key = JSON.stringify([dims, rule, scale, seed, data, whitened, s, end]);
  showRail(room);
  if (key === room.key) {
    if (!room.open.first && room.asking.state.study?.n < room.open.n) return room.asking.go(room.open.n);
    return room.asking.again();
  }
  remember(room);
  room.key = key;
  delete room.root.dataset.starts;
  room.lines.show(null);
  room.counts.clear();
  room.asking.begin(room.open.n, !room.open.first);
}

/** The axes are there, and theory. */
function showStudy(/** @type {any} */ room) {
  const { study } = room.asking.state;
  room.lines.show(study);
  room.band.show(study);
  const total = study.levels[levelOf(room)]?.law.total ?? null;
  say(room, ["", study.n || !room.open.first ? SAID.computing : SAID.theoryFirst(total !== null), ""], []);
  room.rail.offer(study.tries);
  showWaits(room);
  showRail(room);
}

function takeBlock(/** @type {any} */ room, /** @type {any} */ block) {
  const { study } = room.asking.state;
  const { clock } = room;
  const fresh = block.first === 0;
  if (fresh) {
    clock.renew(study.times, null);
    room.lines.show(study);
  }
  room.lines.drop(block, window.matchMedia("(prefers-reduced-motion: reduce)").matches);
  room.band.show(study);
  if (fresh) room.band.player.open(study.times[Math.floor(study.times.length / 3)]);
  showWaits(room);
  showRail(room);
  room.root.dataset.starts = String(study.n);
  clock.set(clock.t);
}

/** What belongs to the moment shown. */
function follow(/** @type {any} */ room) {
  const { study } = room.asking.state;
  room.lines.soon();
  room.band.follow();
  title(room, "lines", SAID.lines, study?.n ? SAID.drawn(study.n, MOST_LINES) : "");
  title(room, "counts", SAID.counts, SAID.countsPhrase);
  if (!study?.n) return;
  room.counts.show(study, room.clock.t, room.lines.frame(), room.ink().labels);
  say(room, sentence(study, levelOf(room)), facts(study, room.clock.t));
}

/** @param {any} room @param {import("./told.js").Sentence} told @param {string[]} numbers */
function say({ find }, [before, middle, after], numbers) {
  const told = document.createElement("b");
  const headline = find(".headline");
  told.innerHTML = middle; // our own words
  const next = before + told.textContent + after;
  if (headline.textContent !== next) headline.replaceChildren(before, told, after);
  find(".facts").replaceChildren(
    ...numbers.map((text) => Object.assign(document.createElement("span"), { textContent: text })),
  );
}

/** The band has the axis of the lines above it. */
function align(/** @type {any} */ room) {
  if (!room.band) return;
  const { left, right } = room.lines.frame();
  const from = sheetLeft(room);
  room.band.align(from + left, from + right);
  follow(room);
}
const sheetLeft = (/** @type {any} */ { root, find }) =>
  find('[data-pane="lines"] .sheet').getBoundingClientRect().left - root.getBoundingClientRect().left;

/** On a small screen one picture at a time. @param {any} room */
function addTabs({ root, find }) {
  const show = (/** @type {string} */ name) => {
    root.dataset.front = name;
    for (const button of root.querySelectorAll("[data-tab]")) {
      button.setAttribute("aria-pressed", String(button.dataset.tab === name));
    }
  };
  find(".tabs").addEventListener(
    "click",
    (/** @type {any} */ { target }) => target.dataset.tab && show(target.dataset.tab),
  );
  show(PARTS[0]);
}
