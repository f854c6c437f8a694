// The six panels: which picture each has, and what they share.

import { savePicture } from "../draw/export.js";
import { createMatrices } from "../draw/matrices.js";
import { createNetwork } from "../draw/network.js";
import { createPanel } from "./panel.js";
import { createPlot } from "../draw/plot.js";
import { createSpectra } from "../draw/spectra.js";

const TITLES = {
  loss: "Loss",
  modes: "Modes",
  network: "Network",
  invariants: "Invariants Cⱼ = Wⱼ₊₁ᵀWⱼ₊₁ − WⱼWⱼᵀ",
  hessian: "Hessian at the end",
  matrices: "Matrices",
};

const PICTURES = { network: createNetwork, matrices: createMatrices };

export function createPanels(page, tables, ink) {
  const { root, model, clock } = page;
  const list = Object.entries(TITLES).map(([name, title]) => {
    let picture = null;
    const size = () => fontSize(root, picture.element);
    picture = (PICTURES[name] ?? createPlot)({ name, clock, ink, size });
    const save = (kind) => savePicture(picture, { name, kind, title, ink: ink(), ...shape(picture, size()) });
    const actions = { save, table: () => tables.open(picture, title), full: () => toFull(root, name) };
    return createPanel({ name, title, picture, actions });
  });
  const named = Object.fromEntries(list.map((panel) => [panel.name, panel]));
  const spectra = createSpectra(model, named.hessian, clock, ink);
  addLossSwitch(named.loss, page);
  addMatrixChoice(named.matrices, page);
  named.hessian.root
    .querySelector("h2")
    .insertAdjacentHTML(
      "afterend",
      '<span class="moving" title="open circles: eigenvalues at the moment shown">○ now</span>',
    );
  clock.listen(() => list.forEach((panel) => panel.picture.move()));
  watchFull(root);
  let style = "";
  return {
    list,
    show(run) {
      spectra.show(run.id);
      // all words before all pictures: each picture measures its box, which the words may move
      list.forEach((panel) => panel.say(run));
      list.forEach((panel) => panel.picture.show(run));
      named.loss.root.querySelector("[data-view]").checked = run.view.log_loss;
    },
    // The colors or the type may have changed.
    restyle() {
      const { lecture, theme } = root.dataset;
      named.matrices.root.querySelector("select").value = page.view.now.matrices;
      named.matrices.picture.choose(page.view.now.matrices);
      if (style === `${lecture} ${theme}`) return;
      style = `${lecture} ${theme}`;
      ink.renew();
      list.forEach((panel) => panel.picture.draw());
    },
  };
}

// Type that grows with the picture, larger for the last row of a lecture hall.
function fontSize(root, element) {
  const { width } = element.getBoundingClientRect();
  const least = window.innerWidth >= 1600 ? 15 : 12;
  const most = root.dataset.full ? 24 : 17;
  const plain = Math.max(least, Math.min(most, 8.5 + width / 120));
  return root.dataset.lecture === "true" ? 1.3 * plain : plain;
}

// As on the screen; of a panel that is not shown, a usual size.
function shape(picture, fontSize) {
  const { width, height } = picture.element.getBoundingClientRect();
  return width > 50 ? { width, height, fontSize } : { width: 760, height: 480, fontSize: 15 };
}

function addLossSwitch(panel, page) {
  const label = document.createElement("label");
  label.className = "switch";
  label.innerHTML = '<input type="checkbox" data-view="log_loss"> log loss';
  panel.root.querySelector("h2").after(label);
  label.firstElementChild.addEventListener("change", (event) => page.view.set({ log_loss: event.target.checked }));
}

function addMatrixChoice(panel, page) {
  const label = document.createElement("label");
  label.className = "switch";
  label.innerHTML = `<select aria-label="Which matrices are shown"><option value="weights">W and product P</option>
    <option value="invariants">invariants C</option></select>`;
  panel.root.querySelector("h2").after(label);
  label.lastElementChild.addEventListener("change", (event) => page.view.set({ matrices: event.target.value }));
}

// One panel with the time bar fills the screen; where the browser has no full screen, the page.
function toFull(root, name) {
  root.dataset.full = name;
  root.querySelector(".scrubber").focus({ preventScroll: true }); // the keys of time act at once
  root.requestFullscreen?.().catch(() => {});
}

function leave(root) {
  root.querySelector(`.panel-${root.dataset.full} .more`)?.focus();
  delete root.dataset.full;
  if (document.fullscreenElement === root) document.exitFullscreen();
}

function watchFull(root) {
  root.addEventListener("fullscreenchange", () => {
    if (document.fullscreenElement !== root) delete root.dataset.full;
  });
  root.addEventListener("click", (event) => event.target.matches(".leave") && leave(root));
  root.addEventListener("keydown", (event) => event.key === "Escape" && root.dataset.full && leave(root));
}
