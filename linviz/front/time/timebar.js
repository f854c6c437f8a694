// The time bar: play, steps, speed, a scrubber along the course of the run, the moment, and the keys
// that do the same.

import { interpolated } from "../page/arrays.js";
import { createCourse } from "./course.js";
import { listenKeys } from "./keys.js";
import { nowAt, steady } from "./now.js";
import { part } from "../page/part.js";
import { createPlayer } from "./player.js";
import { WORDS } from "../page/words.js";

const SPEEDS = [0.25, 0.5, 1, 2, 4];
const SPEED_WORDS = { 0.25: "¼×", 0.5: "½×" };
const PLAY = "▶\uFE0E"; // the selector asks for text, where a phone would draw a picture
const PAUSE = "❚❚";

const KINDS = Object.entries(WORDS.time.kinds);

const MARKUP = `
  <span class="transport">
    <button type="button" class="back" aria-label="${WORDS.time.back}" title="${WORDS.time.backKey}">|◀\uFE0E</button>
    <button type="button" class="play" aria-label="${WORDS.time.play}" title="${WORDS.time.playKey}">${PLAY}</button>
    <button type="button" class="forward" aria-label="${WORDS.time.forward}" title="${WORDS.time.forwardKey}">▶\uFE0E|</button>
  </span>
  <span class="track">
    <span class="lane" aria-hidden="true"></span><span class="lane second" aria-hidden="true"></span>
    <input type="range" class="scrubber" min="0" max="1000" step="1" value="1000" aria-label="${WORDS.time.shown}">
    <span class="pips" aria-hidden="true"></span><span class="ticks" aria-hidden="true"></span>
  </span>
  <span class="aside">
    <output class="moment" aria-live="off"></output>
    <span class="legend">${KINDS.map(([kind, text]) => `<span data-of="${kind}"><i data-kind="${kind}"></i>${text}</span>`).join("")}</span>
    <button type="button" class="to-controls">${WORDS.time.controls}</button>
    <button type="button" class="time-more" aria-label="${WORDS.time.more}" aria-haspopup="true" aria-expanded="false">⋯</button>
    <span class="menu time-menu" popover>
      <select class="jump" aria-label="${WORDS.time.milestones}" hidden></select>
      <label>${WORDS.time.speed} <select class="speed" aria-label="${WORDS.time.speedOfPlay}" title="${WORDS.time.speedKeys}">
        ${SPEEDS.map((speed) => `<option value="${speed}">${SPEED_WORDS[speed] ?? `${speed}×`}</option>`).join("")}
      </select></label>
      <label class="switch"><input type="checkbox" data-view="log_time"> ${WORDS.time.log}</label>
    </span>
  </span>
  <p class="glance"><span aria-hidden="true"></span><button type="button" class="stop">${WORDS.stop}</button></p>`;

/**
 * @param {any} clock
 * @param {(given: object) => void} sendView
 * @param {HTMLElement | null} page
 * @param {(direction: number) => void} walk  to the next scenario of the lectures, or the one before
 */
export function createTimeBar(clock, sendView, page = null, walk = () => {}) {
  const root = document.createElement("div");
  root.className = "timebar";
  root.dataset.control = "time";
  Object.assign(root, { role: "group", ariaLabel: WORDS.time.bar });
  root.innerHTML = MARKUP;
  const board = () => /** @type {any} */ (page ?? root.closest(".linviz"));
  const [log, course] = [part(root, "[data-view]"), createCourse(root, clock)];
  const player = createPlayer(clock, () => {
    showPlaying(root.querySelector(".play"), player.playing);
    if (!player.playing) clock.set(clock.t); // who follows the moment learns that it rests
  });
  const speed = createSpeed(root.querySelector(".speed"), player, sendView);
  const [scrubber, jump] = [createScrubber(root, clock, player), createJump(root, clock, player)];
  clock.taken = player.pause;
  part(root, ".play").addEventListener("click", player.toggle);
  log.addEventListener("change", () => sendView({ log_time: log.checked }));
  addMenu(part(root, ".time-more"), part(root, ".time-menu"));
  const unlisten = listenKeys(root, board, () => ({
    ...keysOf(clock, player, speed),
    ...((board()?.dataset.lecture === "true" || board()?.dataset.full) && {
      PageDown: () => walk(1),
      PageUp: () => walk(-1),
    }),
  }));
  const watches = [watchControls(root, board), watchSizes(board, course.measure)];
  clock.listen(() => {
    scrubber.follow();
    jump.follow();
    if (board()) board().dataset.time = String(clock.t);
  });

  return {
    root,
    show(run) {
      log.checked = run.view.log_time;
      speed.show(run.view.speed ?? 1);
      scrubber.show(run);
      jump.show(run.milestones ?? []);
      course.show(run);
      clock.set(clock.t);
    },
    // Of a run that is foreseen, where it rests.
    ...{ align: course.align, preview: course.show },
    // of a run that is told without words
    follow(run) {
      scrubber.show(run);
      course.show(run);
      clock.set(clock.t);
    },
    // What was opened anew: where a link says, or from its start, once it is seen.
    open(run) {
      player.pause();
      if (run.view.t !== null) clock.set(run.view.t);
      else whenSeen(board(), () => player.open(run.now.about));
    },
    // What a link says: a run that plays has no moment of its own.
    moment: () => (player.playing ? { t: clock.last, last: clock.last } : clock),
    dispose() {
      player.dispose();
      unlisten();
      for (const unwatch of watches) unwatch();
    },
  };
}

// A page of its own is seen; a cell of a notebook may lie far below.
function whenSeen(board, act) {
  if (board.dataset.page === "true") return act();
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    act();
  });
  observer.observe(board);
}

// Pictures that come, go or change their width take the bar's ground with them.
function watchSizes(board, align) {
  let request = 0;
  const soon = () => {
    cancelAnimationFrame(request);
    request = requestAnimationFrame(align);
  };
  const observer = new ResizeObserver(soon);
  requestAnimationFrame(() => {
    for (const element of board()?.querySelectorAll(".timebar, .panel .picture") ?? []) observer.observe(element);
  });
  return () => {
    observer.disconnect();
    cancelAnimationFrame(request);
  };
}

function addMenu(button, menu) {
  menu.addEventListener("toggle", (event) => {
    button.setAttribute("aria-expanded", String(event.newState === "open"));
  });
  button.addEventListener("click", () => {
    menu.togglePopover();
    if (!menu.matches(":popover-open")) return;
    const { top, right } = button.getBoundingClientRect();
    menu.style.top = `${Math.max(4, top - menu.offsetHeight - 4)}px`;
    menu.style.left = `${Math.max(4, right - menu.offsetWidth)}px`;
  });
}

// On a small screen the controls are below the pictures: a way there and back, and what came of it.
function watchControls(root, board) {
  const button = root.querySelector(".to-controls");
  const at = () => root.dataset.at === "controls";
  button.addEventListener("click", () => {
    board()
      .querySelector(at() ? ".panels" : ".controls")
      .scrollIntoView({ block: "start" });
  });
  const observer = new IntersectionObserver(
    ([{ isIntersecting }]) => {
      root.dataset.at = isIntersecting ? "controls" : "pictures";
      button.textContent = isIntersecting ? WORDS.time.pictures : WORDS.time.controls;
    },
    { rootMargin: "0px 0px -45% 0px" },
  );
  requestAnimationFrame(() => {
    const controls = board()?.querySelector(".controls");
    if (controls) observer.observe(controls);
  });
  return () => observer.disconnect();
}

function showPlaying(button, playing) {
  button.textContent = playing ? PAUSE : PLAY;
  button.setAttribute("aria-label", playing ? WORDS.time.pause : WORDS.time.play);
}

function keysOf(clock, player, speed) {
  const to = (position) => paused(player, () => clock.setPosition(position));
  const nudge = (direction) => (event) => {
    if (event.shiftKey) paused(player, () => clock.step(direction));
    else to(clock.position + direction / 200);
  };
  return {
    " ": player.toggle,
    ArrowLeft: nudge(-1),
    ArrowRight: nudge(1),
    Home: () => to(0),
    End: () => to(1),
    "+": () => speed.change(1),
    "-": () => speed.change(-1),
  };
}

// Whoever moves the moment by hand stops the playing.
function paused(player, action) {
  player.pause();
  action();
}

function createSpeed(select, player, sendView) {
  let heard = null; // what the kernel said last: an answer to an older choice changes nothing
  const use = (value) => {
    player.speed = value;
    select.value = String(value);
  };
  const choose = (value) => {
    use(value);
    sendView({ speed: value });
  };
  select.addEventListener("change", () => choose(Number(select.value)));
  return {
    show(value) {
      if (value !== heard && SPEEDS.includes(value)) use(value);
      heard = value;
    },
    change(steps) {
      const next = SPEEDS[SPEEDS.indexOf(player.speed) + steps];
      if (next) choose(next);
    },
  };
}

function createScrubber(root, clock, player) {
  const [back, forward, range, moment] = [".back", ".forward", ".scrubber", ".moment"].map((s) =>
    root.querySelector(s),
  );
  let run = null;
  back.addEventListener("click", () => paused(player, () => clock.step(-1)));
  forward.addEventListener("click", () => paused(player, () => clock.step(1)));
  range.addEventListener("input", () => paused(player, () => clock.setPosition(range.value / 1000)));
  return {
    show(next) {
      run = next;
      const there = new Set([...[...run.now.stays, ...(run.now.beside ?? [])].map(({ kind }) => kind), "falling"]);
      if (there.has("origin")) there.add("flat saddle");
      if (there.has("unclear")) there.add("saddle");
      for (const entry of root.querySelectorAll(".legend [data-of]")) entry.hidden = !there.has(entry.dataset.of);
    },
    follow() {
      range.value = Math.round(1000 * clock.position);
      if (!run) return;
      moment.textContent = `t = ${steady(clock.t)}`;
      const loss = interpolated(run.t, run.loss, clock.t);
      const where = nowAt(run, clock.t)
        .short.map(([text]) => text)
        .join("");
      range.setAttribute("aria-valuetext", WORDS.time.at(steady(clock.t), steady(loss), where));
    },
  };
}

// The milestones that are moments: a list that names the one shown.
function createJump(root, clock, player) {
  const list = root.querySelector(".jump");
  let told = [];
  const chosen = () => told[list.value - 1];
  list.addEventListener("change", () => chosen() && paused(player, () => clock.set(chosen().t)));
  return {
    show(milestones) {
      told = player.milestones = milestones.filter(({ t }) => Number.isFinite(t) && t <= clock.last * (1 + 1e-9));
      list.replaceChildren(new Option(WORDS.time.jump, "0"), ...told.map(optionOf));
      list.hidden = told.length === 0;
    },
    follow() {
      const here = (milestone) => milestone && Math.abs(clock.positionOf(milestone.t) - clock.position) < 1e-9;
      if (!here(chosen())) list.value = String(told.findIndex(here) + 1);
      list.title = chosen()?.words ?? WORDS.time.moments;
    },
  };
}

function optionOf({ label, words }, k) {
  const option = new Option(label, String(k + 1));
  option.title = words;
  return option;
}
