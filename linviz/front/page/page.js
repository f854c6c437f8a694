// The page: controls, panels and the time bar, all fed by one message a run.

import { createAddress, ownsAddress, queryOf } from "./address.js";
import { withArrays, withRepeats } from "./arrays.js";
import { createClock } from "../time/clock.js";
import { createControls } from "../form/controls.js";
import { createEdits } from "../form/edits.js";
import { createEigenvalues } from "../time/eigenvalues.js";
import { freeKeys, keepKeys } from "./focus.js";
import { watchKernel } from "./heartbeat.js";
import { createPanels } from "./panels.js";
import { part, parts } from "./part.js";
import { createShare } from "./share.js";
import { createTables } from "../draw/table.js";
import { indexed } from "./text.js";
import { createInk } from "../draw/theme.js";
import { createTheory } from "./theory.js";
import { createTimeBar } from "../time/timebar.js";
import { createView, createViewDialog } from "./view.js";

// On a page of its own it has the page's landmarks; in a notebook those are the notebook's.
const SKELETON = (alone) => `
  <header><${alone ? "h1" : "p"} class="name">linviz</${alone ? "h1" : "p"}><p class="tagline">gradient flow of a deep linear network, beside what theory says of it</p>
    <div class="outcome"><p class="verdict" role="status" aria-live="polite"></p><p class="budget"></p>
      <p class="progress" hidden><span class="spinner" aria-hidden="true"></span><span class="progress-words"></span>
      <button type="button" class="stop">Stop</button></p></div>
    <nav class="doors" aria-label="Page"></nav>
    <p class="compare" role="status" hidden></p></header>
  <div class="told"><div class="notice" role="alert" hidden><p></p><button type="button" aria-label="Close the message">×</button></div></div>
  <div class="panels" ${alone ? 'role="main"' : ""}></div>`;

export function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "linviz";
  const alone = isAlone();
  root.innerHTML = SKELETON(alone);
  root.dataset.page = String(alone);
  const find = (selector) => part(root, selector);
  const clock = createClock();
  const edits = createEdits(model);
  const page = /** @type {any} */ ({ root, model, clock, edits, find, run: null, note: () => {}, beside: () => {} });
  el.append(root);
  const tables = createTables();
  const keep = (on) => model.send({ type: on ? "freeze" : "unfreeze" });
  const { catalogue } = model.get("run");
  page.controls = createControls(catalogue, {
    send: edits.push,
    upload: edits.upload,
    refuse: (words) => refuse(page, words),
    keep,
  });
  page.panels = createPanels(page, catalogue.panels, tables, createInk(root));
  page.theory = createTheory(model);
  page.eigenvalues = createEigenvalues(model, () => clock.set(clock.t));
  page.timebar = createTimeBar(clock, (given) => page.view.set(given), root);
  find("header").after(page.controls.root);
  find(".panels").append(...page.panels.list.map((panel) => panel.root));
  root.append(page.timebar.root, page.theory.dialog, tables.dialog);
  page.view = createView(root, model, {
    changed: () => {
      page.panels.restyle();
      page.note();
    },
  });
  addDoors(page);
  // the first note is of the whole screen, not of a part that is there already
  page.note = () => page.owns && root.dataset.ready === "true" && page.address.write();
  freeKeys(root);
  if (!alone) keepKeys(root);
  return open(page);
}

// Whether the page is all that the document shows: then it fills the window.
function isAlone() {
  const others = parts(document, ".linviz");
  for (const other of others) other.dataset.page = "false";
  const own = document.querySelector('meta[name="linviz-alone"], meta[name="linviz-file"]') !== null;
  return own && others.length === 0 && document.querySelector(".jp-MarkdownCell") === null;
}

function addDoors(page) {
  const { root, model, clock, find } = page;
  const link = () => queryOf(page.run, page.view.now, clock, page.panels.list.length);
  page.address = createAddress(link);
  page.owns = ownsAddress(root);
  const share = createShare(model, {
    link: () => linkOf(page, link()),
    moment: () => (clock.t < clock.last ? clock.t : null),
    code: () => codeOf(page.run, link()),
    tell: (words) => notify(page, words),
    pictures: page.panels.list.map(({ name, title, save }) => ({ name, title, save })),
  });
  const controls = model.get("run").catalogue.controls.map(({ name, title }) => [name, title]);
  const look = createViewDialog(
    page.view,
    page.panels.list.map(({ name, title }) => [name, title]),
    controls,
  );
  const doors = Object.entries({ Share: share.open, View: look.open }).map(([text, open]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `open-${text.toLowerCase()}`;
    button.textContent = text;
    button.addEventListener("click", open);
    return button;
  });
  find(".doors").append(page.theory.button, ...doors);
  root.append(share.dialog, look.dialog);
  clock.listen(() => page.note());
}

function codeOf(run, query) {
  return `${run.code}\n\n# the same screen in a notebook\nlv.dashboard(link="${query}")`;
}

// In a notebook the address is not ours: there the link is for any page that linviz serves.
function linkOf(page, query) {
  const { origin, pathname } = window.location;
  if (page.owns)
    return {
      href: `${origin}${pathname}?${query}`,
      words: "It carries the scenario, the seed, the moment, and what is hidden.",
    };
  return {
    href: `?${query}`,
    words: "Put this behind the address of any linviz page; in a notebook the code below does the same.",
  };
}

function open(page) {
  const { root, model, find, edits } = page;
  const awaited = page.owns && window.location.search.length > 1;
  const onRun = () => showRun(page, awaited);
  const onStatus = () => {
    showStatus(page);
    if (awaited && root.dataset.ready !== "true") showRun(page, awaited);
  };
  find(".notice button").addEventListener("click", () => (find(".notice").hidden = true));
  root.addEventListener("click", (event) => event.target.matches(".stop") && model.send({ type: "stop" }));
  model.on("change:run", onRun);
  model.on("change:status", onStatus);
  if (awaited) model.send({ type: "open", search: window.location.search });
  onRun();
  showStatus(page);
  const unwatch = watchKernel(model, root, edits);
  return () => {
    unwatch();
    page.timebar.dispose();
    page.eigenvalues.dispose();
    page.view.dispose();
    page.address.stop();
  };
}

function showRun(page, awaited) {
  const { root, model, clock, find } = page;
  // a page opened by a link shows nothing until it is there
  const status = model.get("status");
  if (awaited && root.dataset.ready !== "true" && (!status.opened || status.state === "running")) return;
  const run = withArrays(model.get("run"));
  if (!run.pictures) return;
  run.pictures = withRepeats(run.pictures);
  page.run = run;
  root.linviz = { run, clock, view: page.view, panels: page.panels.list };
  clock.renew(run.t, run.view.log_time);
  const fresh = page.view.take(run.view);
  if (fresh) clock.set(run.view.t ?? clock.last);
  page.eigenvalues.show(run);
  page.panels.show(run);
  page.controls.show(run);
  page.timebar.show({ ...run, view: page.view.now });
  page.view.hide();
  if (root.dataset.run !== String(run.id)) page.theory.outdate();
  find(".verdict").textContent = run.words.verdict;
  find(".glance span").textContent = run.words.verdict;
  find(".budget").replaceChildren(...indexed(run.words.budget));
  find(".compare").hidden = !run.words.compare;
  find(".compare").replaceChildren(...indexed(run.words.compare));
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

function showStatus(page) {
  const { root, model, find, edits, controls } = page;
  const status = model.get("status");
  edits.answer(status.request);
  find(".progress").hidden = status.state !== "running";
  find(".budget").hidden = status.state === "running"; // the same place, so that nothing jumps
  find(".progress-words").textContent = status.words;
  find(".glance span").textContent = status.state === "running" ? status.words : find(".verdict").textContent;
  root.dataset.state = status.state;
  root.dataset.stale = String(status.state !== "ready");
  const notice = find(".notice");
  notice.hidden = status.state !== "error" && !status.note;
  notice.querySelector("p").textContent = status.state === "error" ? status.words : status.note;
  if (status.state === "error") controls.flag();
  if (status.state === "ready" && page.run) controls.show(page.run);
}

export default { render };
