// The panels: which picture each has, and what they share.

import { savePicture, svgText } from "../draw/export.js";
import { createBridge } from "../draw/bridge.js";
import { createHessian } from "../draw/hessian.js";
import { createMatrices } from "../draw/matrices.js";
import { createNetwork } from "../draw/network.js";
import { ask } from "./ask.js";
import { addMoment } from "./moment.js";
import { createPanel } from "./panel.js";
import { part } from "./part.js";
import { isSaved } from "./skeleton.js";
import { createPlot } from "../draw/plot.js";
import { createTree } from "../draw/tree.js";
import { addLevelGrips } from "../hand/modes.js";
import { addWeightGrip } from "../hand/weights.js";
import { WORDS } from "./words.js";

/** @typedef {{ name: string, title: string, picture: string, switch: string, one_run: boolean, usual: boolean }} Entry */

// What draws a picture, and what a heading holds, by the names that the catalogue has for them.
const PICTURES = {
  plot: createPlot,
  network: createNetwork,
  matrices: createMatrices,
  tree: createTree,
  spectrum: createHessian,
};
const SWITCHES = { log_loss: addLossSwitch, matrices: addMatrixChoice, moment: addMoment };

export function createPanels(page, entries, tables, ink) {
  const { root, clock } = page;
  const list = entries.map((entry) => panelOf(entry, page, tables, ink));
  const switches = list.flatMap((panel, k) => SWITCHES[entries[k].switch]?.(panel, page) ?? []);
  // a matrix that is pointed at, in whatever picture or formula, stands out in all
  root.addEventListener("linviz-light", (event) => list.forEach((panel) => panel.picture.light?.(event.detail)));
  const [loss, tree] = ["loss", "tree"].map((name) => list.find((panel) => panel.name === name));
  const bridge = createBridge({ root, clock, ink }, { loss, tree });
  let drawn = false; // at the moment that the clock is about to tell
  clock.listen(() => {
    if (!drawn) list.forEach((panel) => panel.picture.move());
    if (!drawn) bridge.draw();
    drawn = false;
  });
  const grips = addGrips(page, list);
  watchFull(root);
  let style = "";
  return {
    list,
    show(run) {
      switches.forEach((each) => each.show?.(run));
      // all words before all pictures: each picture measures its box, which the words may move
      const own = list.filter(({ name }) => run.pictures[name]);
      own.forEach((panel) => panel.say(run));
      own.forEach((panel) => panel.picture.show(run));
      own.forEach((panel) => panel.describe(run));
      list.forEach((panel) => panel.root.removeAttribute("data-waits"));
      bridge.show(run);
      grips.forEach((grip) => grip.show());
      drawn = true;
    },
    // Pictures alone, of a run as it is foreseen or while it is dragged: those that cannot follow wait for
    // the kernel. With `told` the clock tells of the same moment next.
    preview(run, told = false) {
      drawn = told;
      for (const { name, root, picture } of list) {
        if (!(name in run.pictures) || root.hidden) continue;
        if (picture.preview) picture.preview(run);
        else picture.show(run);
      }
      bridge.show(run);
      for (const { name, root } of list) root.toggleAttribute("data-waits", !(name in run.pictures));
      grips.forEach((grip) => grip.show());
    },
    // Axes and colors that glide.
    reach(scales, share) {
      for (const { name, picture } of list) {
        if (scales[name]) picture.reach?.(scales[name].panes, share, scales[name].limits);
      }
      bridge.draw();
    },
    // The colors or the type may have changed.
    restyle() {
      const { lecture, theme } = root.dataset;
      switches.forEach((each) => each.restyle?.());
      requestAnimationFrame(bridge.settle); // what stands where is known then
      ink.renew();
      const next = `${lecture} ${theme} ${ink().labels} ${ink().alone}`;
      if (style === next) return;
      style = next;
      list.forEach((panel) => panel.picture.draw());
    },
  };
}

// What of the pictures can be dragged: the target's levels, and each weight.
function addGrips(page, list) {
  const modes = list.find(({ name }) => name === "modes");
  if (modes) addLevelGrips(page, modes.picture);
  return list.filter(({ picture }) => picture.weights).map(({ picture }) => addWeightGrip(page, picture));
}

function panelOf(entry, page, tables, ink) {
  const { root, model, clock } = page;
  const { name, title } = entry;
  // a page that was saved as a file has no Python to compute or to make a figure
  const made = !isSaved();
  let panel = null;
  const size = () => fontSize(ink);
  const bare = () => root.dataset.stacked === "true";
  const picture = PICTURES[entry.picture]({
    name,
    clock,
    ink,
    size,
    bare,
    beside: (learned) => page.edits.push("saddle", learned), // ε away from that saddle
    axes: () => page.still.state,
    choice: () => page.view.now.hessian,
    request: made && ((t) => ask(model, { type: "moment", t })),
  });
  const save = (kind) =>
    savePicture(picture, { name: fileName(page, name), kind, title, ink: ink(), ...shape(panel.box, size()) });
  const written = (width, height, fontSize) =>
    svgText(picture, { width, height, fontSize, ink: ink(), title, words: "" });
  const actions = {
    save,
    written,
    table: () => tables.open(picture, title, fileName(page, name)),
    full: () => toFull(root, name),
  };
  if (made) actions.figure = () => model.send({ type: "download", what: `figure:${name}`, t: null });
  panel = createPanel({ name, title, oneRun: entry.one_run, picture, actions });
  return panel;
}

// Files are named after the scenario.
function fileName({ run }, name) {
  return `${run.stem}-${name}`;
}

// The size of labels that the style sheet has for this screen.
function fontSize(ink) {
  return ink().labels;
}

// As on the screen; of a panel that is not shown, a usual size.
function shape({ width, height }, fontSize) {
  return width > 50 ? { width, height, fontSize } : { width: 760, height: 480, fontSize: 15 };
}

function addLossSwitch(panel, page) {
  const label = inMenu(panel, `<input type="checkbox" data-view="log_loss"> ${WORDS.panel.logLoss}`);
  const box = part(label, "input");
  box.addEventListener("change", () => page.view.set({ log_loss: box.checked }));
  return {
    show(run) {
      box.checked = run.view.log_loss;
    },
  };
}

function addMatrixChoice(panel, page) {
  const label = inMenu(
    panel,
    `<select aria-label="${WORDS.panel.whichMatrices}"><option value="weights">${WORDS.panel.all}</option>
    <option value="invariants">${WORDS.panel.onlyC}</option></select>`,
  );
  const select = part(label, "select");
  select.addEventListener("change", () => page.view.set({ matrices: select.value }));
  return {
    restyle() {
      select.value = page.view.now.matrices;
      panel.picture.choose(page.view.now.matrices);
    },
  };
}

// What changes a picture's axes stands in its menu.
function inMenu(panel, html) {
  const label = document.createElement("label");
  label.className = "switch";
  label.innerHTML = html;
  panel.root.querySelector(".words").after(label);
  return label;
}

// One panel with the time bar fills the screen; where the browser has no full screen, the page.
function toFull(root, name) {
  root.dataset.full = name;
  root.querySelector(`.panel-${name}`).toggleAttribute("data-fills", true);
  root.querySelector(".scrubber").focus({ preventScroll: true }); // the keys of time act at once
  root.requestFullscreen?.().catch(() => {});
}

function leave(root) {
  root.querySelector(`.panel-${root.dataset.full} .more`)?.focus();
  showAll(root);
  if (root.getRootNode().fullscreenElement === root) document.exitFullscreen();
}

function showAll(root) {
  delete root.dataset.full;
  root.querySelector(".panel[data-fills]")?.toggleAttribute("data-fills", false);
}

function watchFull(root) {
  root.addEventListener("fullscreenchange", () => {
    if (root.getRootNode().fullscreenElement !== root) showAll(root);
  });
  root.addEventListener("click", (event) => event.target.matches(".leave") && leave(root));
  root.addEventListener("keydown", (event) => event.key === "Escape" && root.dataset.full && leave(root));
}
