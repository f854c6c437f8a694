// How the page looks: panels, controls, size and theme. It is the browser's; the kernel is told, so
// that a link or a file made there knows it too.

import { createDialog } from "./dialog.js";
import { inHall, offered, place } from "./layout.js";
import { part, parts } from "./part.js";
import { WORDS } from "./words.js";

const FEW = 8; // controls that are all shown at once

// What a link leaves out.
export const DEFAULTS = {
  log_loss: false,
  log_time: false,
  lecture: false,
  embed: false,
  colors: "auto",
  matrices: "weights",
  hessian: "now",
  speed: 1,
  room: "run",
  space: "",
  starts: "",
};

export function createView(root, model, { entries, arrange, changed }) {
  const usual = entries.filter((entry) => entry.usual).map(({ name }) => name);
  let drawn = entries.map(({ name }) => name);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const view = { ...DEFAULTS, panels: [], hidden: [], t: null, id: 0 };

  // JupyterLab says itself whether it is light; elsewhere the computer does
  const prefersDark = () => {
    const light = document.body.dataset.jpThemeLight;
    const elsewhere = light === undefined || document.body.dataset.voila !== undefined;
    return elsewhere ? dark.matches : light === "false";
  };

  function apply() {
    const theme = view.colors === "auto" ? (prefersDark() ? "dark" : "light") : view.colors;
    root.dataset.theme = theme;
    root.dataset.lecture = String(view.lecture);
    root.dataset.embed = String(view.embed);
    root.dataset.asks = String(view.embed && view.hidden.length > 0); // who chose controls wants those left
    // who also opened something in another room wants the doors to it; they stay when that is as at first again
    const opened = view.room !== "run" || view.space !== "" || view.starts !== "";
    root.dataset.doors = String(root.dataset.asks === "true" && (opened || root.dataset.doors === "true"));
    if (root.dataset.page === "true") document.documentElement.dataset.linvizTheme = theme;
    const panels = offered(view.panels, usual, entries, drawn);
    const shown = view.lecture ? inHall(panels, usual) : panels;
    place(root, shown);
    arrange(shown);
    hide();
    changed();
  }

  const hide = () => hideControls(root, new Set(view.hidden));

  dark.addEventListener("change", apply);
  const themes = new MutationObserver(apply);
  themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  return {
    usual,
    get now() {
      return view;
    },
    // Chosen here: seen at once, and told.
    set(given) {
      Object.assign(view, given);
      apply();
      model.send({ type: "view", ...given });
    },
    // The pictures that there are of a run.
    offer(names) {
      if (names.join() === drawn.join()) return;
      drawn = names;
      if (view.panels.length > 0) apply();
    },
    // Chosen by the kernel (a link, a preset); true if the view is new.
    take(given) {
      const fresh = given.id !== view.id;
      if (fresh) Object.assign(view, given);
      else Object.assign(view, { log_loss: given.log_loss, log_time: given.log_time });
      if (fresh) apply();
      return fresh;
    },
    hide, // anew, where controls have come or gone
    dispose() {
      dark.removeEventListener("change", apply);
      themes.disconnect();
    },
  };
}

// A control may stand in a set of controls; the set goes when all of its controls have gone.
function hideControls(root, hidden) {
  const off = (element) => hidden.has(element.dataset.control);
  root.querySelectorAll(":is(.controls, .timebar)[data-control], .controls [data-control]").forEach((element) => {
    element.dataset.off = String(off(element));
  });
  const sets = [...root.querySelectorAll(".controls > :is(fieldset, details)")];
  for (const set of sets) {
    const inside = [...set.querySelectorAll("[data-control]")];
    if (inside.length > 0) set.dataset.off = String(inside.every(off));
  }
  const rest = root.querySelector(".controls .rest");
  const shown = [...root.querySelectorAll(".controls [data-control]:not(.milestone)")].filter((each) => !off(each));
  rest?.toggleAttribute("data-few", shown.length <= FEW);
  if (rest && shown.length <= FEW) rest.open = true;
  root.dataset.bare = String(sets.every((set) => set.dataset.off === "true"));
}

// The dialog in which a lecturer prepares the page.
export function createViewDialog(view, panels, controls) {
  const themes = Object.entries(WORDS.view.themes).map(([value, text]) => `<option value="${value}">${text}</option>`);
  const dialog = createDialog(
    "look",
    WORDS.view.name,
    `
    <div class="scroll">
    <fieldset class="choose-panels"><legend>${WORDS.view.pictures}</legend></fieldset>
    <fieldset><legend>${WORDS.view.looks}</legend>
      <label><input type="checkbox" class="lecture"> ${WORDS.view.hall}</label>
      <label>${WORDS.view.colors} <select class="theme">${themes.join("")}</select></label></fieldset>
    <fieldset class="choose-controls"><legend>${WORDS.view.controls}</legend>
      <div class="row"><button type="button" class="all">${WORDS.view.showAll}</button><button type="button" class="none">${WORDS.view.hideAll}</button></div>
      <p class="hint">${WORDS.view.hint}</p></fieldset></div>`,
  );
  const find = (selector) => part(dialog, selector);
  find(".choose-panels").append(...panels.map(([name, title]) => box("panel", name, title)));
  find(".choose-controls").append(...controls.map(([name, title]) => box("control", name, title)));
  const boxes = (kind) => parts(dialog, `[data-${kind}]`);
  const check = (kind, isOn) => {
    for (const input of boxes(kind)) input.checked = isOn(input.dataset[kind]);
  };
  const chosen = (kind, on) =>
    boxes(kind)
      .filter((input) => input.checked === on)
      .map((input) => input.dataset[kind]);
  find(".lecture").addEventListener("change", (event) => view.set({ lecture: event.target.checked }));
  find(".theme").addEventListener("change", (event) => view.set({ colors: event.target.value }));
  find(".choose-panels").addEventListener("change", (event) => {
    if (chosen("panel", true).length === 0) event.target.checked = true; // one at least
    view.set({ panels: chosen("panel", true) });
  });
  find(".choose-controls").addEventListener("change", () => view.set({ hidden: chosen("control", false) }));
  for (const [button, on] of Object.entries({ ".all": true, ".none": false })) {
    find(button).addEventListener("click", () => {
      check("control", () => on);
      view.set({ hidden: chosen("control", false) });
    });
  }
  return {
    dialog,
    open() {
      find(".lecture").checked = view.now.lecture;
      find(".theme").value = view.now.colors;
      check("panel", (name) => view.now.panels.includes(name));
      check("control", (name) => !view.now.hidden.includes(name));
      dialog.showModal();
    },
  };
}

function box(kind, name, title) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  input.type = "checkbox";
  input.dataset[kind] = name;
  label.append(input, ` ${title}`);
  return label;
}
