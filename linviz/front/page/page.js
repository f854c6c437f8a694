// The page: controls, panels and the time bar, all fed by one message a run.

import { withArrays, withRepeats } from "./arrays.js";
import { createClock } from "../time/clock.js";
import { createControls } from "../form/controls.js";
import { addDoors } from "./doors.js";
import { watchDrops } from "../form/drop.js";
import { createEdits, followHand } from "../form/edits.js";
import { createEquations } from "./equations.js";
import { createEigenvalues } from "../time/eigenvalues.js";
import { freeKeys, keepKeys } from "./focus.js";
import { changeOf } from "../hand/change.js";
import { createGhost } from "../hand/ghost.js";
import { createHand, worded } from "../hand/hand.js";
import { createPreview } from "../hand/preview.js";
import { createKeeping, keep, takeKept } from "./kept.js";
import { createHeadline } from "./headline.js";
import { watchKernel } from "./heartbeat.js";
import { inOrder, roomOf } from "./layout.js";
import { showMoved } from "./moved.js";
import { atFrame } from "../draw/later.js";
import { createPanels } from "./panels.js";
import { part } from "./part.js";
import { createRooms } from "./rooms.js";
import { isAlone, isSaved, skeleton } from "./skeleton.js";
import { createStill } from "../hand/still.js";
import { showSnapshot } from "./snapshot.js";
import { createTables } from "../draw/table.js";
import { createTabs } from "./tabs.js";
import { indexed } from "./text.js";
import { createInk } from "../draw/theme.js";
import { createTheory } from "./theory.js";
import { addHorizonGrip } from "../hand/horizon.js";
import { addOnward } from "../time/onward.js";
import { beginning, withLogTime } from "../time/logtime.js";
import { createTimeBar } from "../time/timebar.js";
import { ownSearch } from "./tracking.js";
import { createView } from "./view.js";
import { WORDS } from "./words.js";
import { addWays, networkNow } from "./ways.js";

export function render({ model, el }) {
  // what was stored of the first screen is on it already, and goes on with this model
  const first = /** @type {any} */ (window).linvizFirst;
  return first?.join ? first.join(model, el) : begin(model, el);
}

function begin(model, el) {
  const root = document.createElement("div");
  root.className = "linviz";
  const alone = isAlone();
  root.innerHTML = skeleton(alone);
  root.dataset.page = String(alone);
  const find = (selector) => part(root, selector);
  const clock = createClock();
  const edits = createEdits(model, () => isSnapshot(page));
  const hand = createHand(root);
  const page = /** @type {any} */ ({ root, model, clock, edits, find, hand, run: null, note: () => {} });
  Object.assign(page, { alive: isAlive(page), tell: (words) => notify(page, words), keeping: createKeeping() });
  el.append(root);
  const tables = createTables();
  const { catalogue } = model.get("run");
  page.controls = createControls(catalogue, askedOf(page));
  page.panels = createPanels(page, catalogue.panels, tables, createInk(root));
  page.theory = createTheory(model, root, addWays(page, catalogue));
  page.eigenvalues = createEigenvalues(model, () => clock.set(clock.t));
  page.timebar = createTimeBar(clock, (given) => page.view.set(given), root, walk(page));
  page.equations = createEquations(root, find(".equations"));
  page.headline = createHeadline(find(".said"), clock, () => root.dataset.lecture === "true");
  page.tabs = createTabs(root, page.panels.list);
  assemble(page, tables);
  page.rooms = createRooms(page);
  page.view = createView(root, model, {
    entries: catalogue.panels,
    arrange: page.tabs.show,
    changed: () => changeLook(page),
  });
  addDoors(page);
  addHand(page);
  page.onward = [addHorizonGrip(page), addOnward(page, catalogue)];
  page.size = watchSize(page);
  page.note = noter(page);
  freeKeys(root);
  page.unkeep = alone ? () => {} : keepKeys(root);
  return open(page);
}

// The first note is of the whole screen, not of a part that is there already.
const noter = (page) => (ended) => {
  if (page.root.dataset.ready !== "true") return;
  page.undo.note(page.model.get("status").request, ended);
  if (page.owns) page.address.write();
};

// The type, and in a notebook the layout too, depend on the size of the screen.
function watchSize({ root, panels }) {
  const size = new ResizeObserver(([{ contentRect }]) => {
    root.dataset.room = roomOf(contentRect.width);
    panels.restyle();
  });
  size.observe(root);
  // what fills the screen has type of its own, also where the size is the same
  new MutationObserver(() => panels.restyle()).observe(root, { attributeFilter: ["data-full"] });
  return size;
}

function changeLook(page) {
  page.panels.restyle();
  if (page.view) page.rooms.show(page.view.now);
  page.headline.move();
  page.note();
}

// Whether somebody answers where this field is moved: the kernel, or else the preview.
const isAlive = (page) => (/** @type {string} */ field) =>
  page.root.dataset.kernel !== "none" && (!isSaved() || (page.preview?.can(field) ?? false));

// Whether nothing can be asked for; who asks is told.
function isSnapshot({ root, tell }) {
  const on = root.dataset.kernel === "none";
  if (on) tell(WORDS.page.needsKernel);
  return on;
}

// What the controls ask for.
function askedOf(page) {
  const { edits, model } = page;
  return {
    send: (field, value, index = []) => {
      page.ghost.announce(changeOf(field, index, model.get("run").catalogue.controls, page.run.form));
      edits.push(field, value, index);
    },
    upload: edits.upload,
    split: edits.split,
    place: page.find(".asked"),
    refuse: (words) => refuse(page, words),
    keep(on) {
      page.keeping.ask(on);
      model.send({ type: on ? "freeze" : "unfreeze" });
      if (page.owns) page.address.write();
    },
    hand: page.hand,
    hidden: () => page.view.now.hidden,
    network: () => networkNow(page),
  };
}

// What is dragged is sent, and said until it is answered.
function addHand(page) {
  const { hand, edits, headline, panels } = page;
  page.still = createStill(hand, (scales, share) => {
    panels.reach(scales, share);
    page.timebar.align();
  });
  page.ghost = createGhost(hand, panels.list, () => page.run);
  page.foresee = (run) => {
    page.panels.preview({ ...run, pictures: page.still.take(run.made, false) });
    page.timebar.preview(run);
  };
  page.preview = createPreview(page);
  followHand(edits, hand, (field) => (page.preview?.can(field) && !page.preview.lost) ?? false);
  const told = atFrame(({ label, field, index, value }) => {
    page.preview.draw(); // what is written after the canvases does not make them ask for styles
    headline.drag(WORDS.hand.dragging(label, worded(value)));
    if (index.length === 0) page.controls.tell(field, [value]);
  });
  hand.on("move", told.next);
  hand.on("release", ({ undone }) => {
    told.now();
    if (undone && page.run && !edits.pending) page.controls.show(page.run); // else the answer does
    settle(page);
  });
}

function settle({ hand, edits, headline, controls, still }) {
  if (hand.held || edits.pending) return;
  still.settle();
  headline.drag("");
  controls.settle();
}

// Files are dropped, and asked about.
function addFiles(page) {
  const { root, model } = page;
  const { files } = page.controls;
  model.on("msg:custom", (message) => {
    if (message.type === "question") files.ask(message);
    if (message.type !== "awaited") return;
    if (!page.kept.files.shift()) files.await(); // else it is on its way
  });
  if (isSaved()) return () => {}; // nobody would read it
  // a browser leaves its page for a file that is dropped beside the place for it
  const place = root.dataset.page === "true" ? document : root;
  return watchDrops(root, place, files.send, (words) => refuse(page, words));
}

function assemble({ root, find, controls, panels, tabs, timebar, theory }, tables) {
  find(".where").after(controls.root);
  find(".panels").append(...inOrder(panels.list).map((/** @type {any} */ panel) => panel.root));
  find(".panels").after(tabs.root);
  root.append(timebar.root, theory.dialog, tables.dialog);
}

function open(page) {
  const { root, model, find, edits } = page;
  const search = page.owns ? ownSearch() : "";
  const awaited = search !== "";
  const onRun = () => showRun(page, awaited);
  const onStatus = () => {
    showStatus(page);
    if (awaited && root.dataset.ready !== "true") showRun(page, awaited);
  };
  find(".notice button").addEventListener("click", () => (find(".notice").hidden = true));
  root.addEventListener("click", (event) => event.target.matches(".stop") && model.send({ type: "stop" }));
  page.kept = takeKept();
  page.keep = () => keepAll(page);
  const undrop = addFiles(page);
  model.on("change:run", onRun);
  model.on("change:moved", () => showMoved(page));
  model.on("change:status", onStatus);
  if (awaited) model.send({ type: "open", search });
  if (Object.keys(page.kept.view).length > 0) model.send(page.kept.view);
  onRun();
  // the link waits for the files of the kernel before, and what was asked for since for the link
  for (const file of page.kept.files) edits.upload(file.name, file.targets, file.content, file.reading);
  edits.resume(page.kept.asked);
  showStatus(page);
  const unwatch = watchKernel(model, root, edits, { snapshot: (on) => becomeSnapshot(page, on), keep: page.keep });
  return () => {
    unwatch();
    page.still.stop();
    page.unkeep();
    undrop();
    page.unprint();
    page.timebar.dispose();
    page.eigenvalues.dispose();
    page.view.dispose();
    page.undo.stop();
    page.address.stop();
    page.headline.stop();
    page.preview.dispose();
    page.size.disconnect();
    page.rooms.dispose();
  };
}

function becomeSnapshot({ root, run, onward, clock }, on) {
  if (!showSnapshot(root, on)) return;
  run.saved = on;
  onward.forEach((each) => each.show());
  clock.set(clock.t);
}

// What waits for the kernel to come, and what it has not answered; with the files of what is shown.
function keepAll({ model, edits, run }) {
  const { view, queue } = model.waiting ?? { view: {}, queue: [] };
  const there = new Set(queue.map(({ message }) => message));
  const all = [...queue, ...edits.owed.filter(({ message }) => !there.has(message))];
  const asked = all.filter(({ message: { type } }) => type !== "freeze" && type !== "unfreeze"); // the link says it
  keep({ view, asked, files: run ? edits.files.of(run) : [] });
}

// From scenario to scenario, in the order of the lectures.
function walk({ model, edits }) {
  return (direction) => {
    const { catalogue, form } = model.get("run");
    const names = catalogue.menus.preset.map(([name]) => name).filter((name) => name !== "");
    const here = names.indexOf(form.preset || form.based_on);
    const next = names[here < 0 ? 0 : here + direction];
    if (next) edits.push("preset", next);
  };
}

function showRun(page, awaited) {
  const { root, model, clock, find } = page;
  // a page opened by a link shows nothing until it is there
  const status = model.get("status");
  if (awaited && root.dataset.ready !== "true" && (!status.opened || status.state === "running")) return;
  const run = withArrays(model.get("run"));
  if (!run.pictures) return;
  const elsewhere = run.view.id !== page.view.now.id && !page.undo.restoring;
  const inner = run.view.log_time ? beginning(run.t, run.loss) : null;
  run.made = withLogTime(withRepeats(run.pictures), inner, run.t); // on their own axes
  run.pictures = page.still.take(run.made, elsewhere);
  if (run.id !== page.run?.id) page.ghost.next(false);
  page.run = run;
  page.edits.files.pair(run);
  root.linviz = { run, clock, view: page.view, panels: page.panels.list, page };
  clock.renew(run.t, inner);
  page.view.offer(Object.keys(run.pictures));
  const fresh = page.view.take(run.view);
  page.eigenvalues.show(run);
  page.headline.show(run);
  page.equations.show(run.equations);
  page.preview.take(run);
  page.panels.show(run);
  page.controls.show(run);
  page.timebar.show({ ...run, view: page.view.now });
  page.onward.forEach((each) => each.show());
  if (fresh && !page.undo.restoring) page.timebar.open(run);
  page.rooms.take(run);
  page.view.hide();
  if (root.dataset.run !== String(run.id)) page.theory.outdate(run.id);
  find(".verdict").textContent = run.words.verdict;
  find(".budget").replaceChildren(...indexed(run.words.budget));
  find(".compare").hidden = !run.words.compare;
  find(".compare").replaceChildren(...indexed(run.words.compare));
  page.given = model.get("run"); // which is on the screen now
  root.dataset.run = run.id;
  root.dataset.ready = "true";
  page.note();
}

function notify({ find }, words) {
  find(".notice").hidden = false;
  find(".notice p").textContent = words;
}

function refuse(page, words) {
  notify(page, words);
  page.controls.flag();
}

// Only where it is another: what is written makes the browser find its styles anew.
function renew(place, given) {
  for (const [name, value] of Object.entries(given)) if (place[name] !== value) place[name] = value;
}

function showStatus(page) {
  const { root, model, find, edits, controls } = page;
  const status = model.get("status");
  edits.answer(status.request);
  if (status.state !== "running") settle(page);
  renew(find(".progress"), { hidden: status.state !== "running" });
  renew(find(".progress-words"), { textContent: status.words });
  renew(find(".glance span"), { textContent: status.state === "running" ? status.words : "" });
  renew(root.dataset, { state: status.state, stale: String(status.state !== "ready") });
  const told = status.state === "error" ? status.words : status.note;
  const note = [told, page.rooms.misread].filter(Boolean).join(" ");
  renew(find(".notice"), { hidden: status.state !== "error" && !note });
  renew(find(".notice p"), { textContent: note });
  if (status.state === "error") controls.flag();
  if (status.state === "ready" && page.run && !page.hand.held) controls.show(page.run);
  if (status.state !== "running") page.note(edits.ended);
}

export default { render };
