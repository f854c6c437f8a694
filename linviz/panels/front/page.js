// The page: controls, four panels and the time bar, all fed by one message a run.

import { withArrays } from "./arrays.js";
import { createClock } from "./clock.js";
import { createControls } from "./controls.js";
import { createEdits } from "./edits.js";
import { watchKernel } from "./heartbeat.js";
import { loadPlotly } from "./library.js";
import { createMatrices } from "./matrices.js";
import { createPanel } from "./panel.js";
import { createSpectra } from "./spectra.js";
import { createTheory } from "./theory.js";
import { createTimeBar } from "./timebar.js";

const SKELETON = `
  <header><h1>linviz</h1><p class="tagline">gradient flow of a deep linear network, beside what theory says of it</p>
    <p class="verdict" role="status" aria-live="polite"></p>
    <span class="progress" hidden><span class="spinner" aria-hidden="true"></span><span class="progress-words"></span>
      <button type="button" class="stop">Stop</button></span></header>
  <div class="notice" role="alert" hidden><p></p><button type="button" aria-label="Close the message">×</button></div>
  <main class="panels"></main>`;

const TITLES = {
  loss: "Loss",
  modes: "Modes",
  invariants: "Invariants C<sub>j</sub> = W<sub>j+1</sub><sup>⊤</sup>W<sub>j+1</sub> − W<sub>j</sub>W<sub>j</sub><sup>⊤</sup>",
  hessian: "Hessian at the limit",
};

function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "linviz";
  root.innerHTML = SKELETON;
  root.dataset.page = String(document.querySelector('meta[name="linviz-static"]') !== null);
  const find = (selector) => root.querySelector(selector);
  const clock = createClock();
  const edits = createEdits(model);
  const ink = () => inkOf(root);
  const controls = createControls(edits.push, edits.upload, refuse);
  const panels = Object.entries(TITLES).map(([name, title]) => createPanel({ name, title, clock, ink }));
  const matrices = addMatrices(panels[2], clock, ink);
  const spectra = createSpectra(model, panels[3], clock);
  const theory = createTheory(model);
  const timebar = createTimeBar(clock, (view) => model.send({ type: "view", ...view }));
  find("header").after(controls.root);
  find(".panels").append(...panels.map((panel) => panel.root));
  find(".verdict").before(theory.button);
  root.append(timebar.root, theory.dialog);
  addLossSwitch(panels[0], model);
  panels[3].root.querySelector("h2").insertAdjacentHTML("afterend", '<span class="moving">black circles: at the moment shown</span>');

  function showRun() {
    const run = withArrays(model.get("run"));
    if (!run.figures) return;
    root.linviz = { run, clock };
    clock.renew(run.t, run.view.log_time);
    matrices.show(run.matrices);
    panels[2].root.dataset.matrices = String(run.matrices.sizes.length);
    spectra.show(run.id);
    panels.forEach((panel) => {
      const { name } = panel;
      panel.show(run.figures[name], run.words[name]);
    });
    controls.show(run.form);
    timebar.show(run);
    if (root.dataset.run !== String(run.id)) theory.outdate();
    find(".verdict").textContent = run.words.verdict;
    find('[data-view="log_loss"]').checked = run.view.log_loss;
    root.dataset.run = run.id;
    root.dataset.ready = "true";
  }

  function refuse(words) {
    find(".notice").hidden = false;
    find(".notice p").textContent = words;
    controls.flag();
  }

  function showStatus() {
    const status = model.get("status");
    edits.answer(status.request);
    find(".progress").hidden = status.state !== "running";
    find(".progress-words").textContent = status.words;
    root.dataset.state = status.state;
    root.dataset.stale = String(status.state !== "ready");
    const notice = find(".notice");
    notice.hidden = status.state !== "error" && !status.note;
    notice.querySelector("p").textContent = status.state === "error" ? status.words : status.note;
    if (status.state === "error") controls.flag();
    if (status.state === "ready" && root.linviz) controls.show(root.linviz.run.form);
  }

  find(".notice button").addEventListener("click", () => (find(".notice").hidden = true));
  find(".stop").addEventListener("click", () => model.send({ type: "stop" }));
  model.on("change:run", showRun);
  model.on("change:status", showStatus);
  panels.forEach((panel, k) => (panel.name = Object.keys(TITLES)[k]));
  el.append(root);
  showRun();
  showStatus();
  const unwatch = watchKernel(model, root, edits);
  requestIdleCallback(() => bringPlotly(model, panels), { timeout: 1500 });
  return unwatch;
}

async function bringPlotly(model, panels) {
  const Plotly = await loadPlotly(model).catch((error) => console.warn(`linviz: ${error.message}`));
  if (!Plotly) return; // the canvas pictures stay; hover, zoom and export are missing
  panels.forEach((panel) => {
    panel.library = Plotly;
    panel.upgrade();
  });
}

function addMatrices(panel, clock, ink) {
  const strip = document.createElement("div");
  strip.className = "matrices";
  strip.innerHTML = '<canvas role="img" aria-label="Heat maps of the matrices C at the moment shown"></canvas>';
  panel.picture.prepend(strip);
  const matrices = createMatrices(strip.firstElementChild);
  panel.decorate = (_context, _axes, fontSize) => matrices.draw(clock.t, fontSize, ink());
  return matrices;
}

function addLossSwitch(panel, model) {
  const label = document.createElement("label");
  label.className = "switch";
  label.innerHTML = '<input type="checkbox" data-view="log_loss"> log loss';
  panel.root.querySelector("h2").after(label);
  label.firstElementChild.addEventListener("change", (event) => {
    model.send({ type: "view", log_loss: event.target.checked });
  });
}

function inkOf(root) {
  const style = getComputedStyle(root);
  const color = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: color("text"),
    axis: color("axis"),
    grid: color("grid"),
    cursor: color("cursor"),
    family: style.fontFamily,
  };
}

export default { render };
