// The controls: they send edits and show the scenario in force.

import { showCards } from "./cards.js";
import { createFiles } from "./files.js";
import { formMarkup } from "./form.js";
import { holdSliders, sliderValue } from "../hand/sliders.js";
import { inputs, part, setValue, tidy } from "./rows.js";
import { showForm, showMoved } from "./values.js";
import { drawWires } from "./wires.js";
import { WORDS } from "../page/words.js";

/** @typedef {import("./form.js").Catalogue} Catalogue */
/** @typedef {{ form: import("./values.js").Form, kept: string | null, milestones: import("./cards.js").Milestone[] }} Run */
/**
 * What the controls ask for.
 * @typedef {object} Asked
 * @property {(field: string, value: unknown, index?: number[]) => void} send
 * @property {(name: string, targets: number, content: ArrayBuffer, reading?: string) => void} upload
 * @property {(targets: number) => void} split
 * @property {HTMLElement} place where a file is asked about
 * @property {(words: string) => void} refuse
 * @property {(on: boolean) => void} keep
 * @property {() => string[]} hidden controls that a link hides
 * @property {import("../hand/hand.js").Hand} hand that holds the sliders
 * @property {() => { dims: number[], weights: ArrayLike<number>[], words: string[] } | null} network at the moment shown
 */

/** @param {Catalogue} catalogue @param {Asked} given */
export function createControls(catalogue, given) {
  const root = document.createElement("form");
  Object.assign(root, { className: "controls", ariaLabel: WORDS.form.name });
  root.innerHTML = formMarkup(`linviz-${nextNumber()}`, catalogue.controls);
  root.addEventListener("submit", (event) => event.preventDefault());
  fillMenus(root, catalogue);
  const files = createFiles(root, catalogue.max_upload, given);
  const asked = { ...given, send: files.forgoing(given.send) };
  /** @type {HTMLInputElement | null} */
  let last = null; // the control that was moved last
  let kept = false;
  /** @param {HTMLInputElement} input */
  const moved = (input) => {
    last = input;
    sendEdit(root, files, asked, input);
  };
  listen(root, moved);
  holdSliders(root, asked.hand);
  root.addEventListener("input", ({ target }) => {
    const input = /** @type {HTMLInputElement} */ (target);
    if (input.type === "range") last = input;
  });
  for (const name of ["draw", "reset"]) {
    part(root, `.${name}`).addEventListener("click", () => {
      last = null;
      asked.send(name, null);
    });
  }
  part(root, ".freeze").addEventListener("click", () => asked.keep(!kept));
  root.addEventListener("click", (event) => step(/** @type {HTMLElement} */ (event.target), asked));
  return {
    ...{ root, files },
    /** @param {Run} run */
    show(run) {
      showForm(root, catalogue, run.form);
      files.show(run.form);
      kept = run.kept !== null;
      part(root, ".freeze").textContent = kept ? WORDS.form.release : WORDS.form.keep;
      showCards(root, run.milestones, asked.hidden(), asked.send);
    },
    move() {
      const wires = /** @type {SVGElement | null} */ (root.querySelector(".wires"));
      const network = asked.network();
      if (network && wires) drawWires(wires, network.dims, network.weights, network.words);
    },
    tell: (/** @type {string} */ field, /** @type {ArrayLike<number>} */ values) => tellNumbers(root, field, values),
    // The scenario of this moment, while something is dragged: its numbers, and nothing that comes or goes.
    /** @param {import("./values.js").Form} form */
    follow: (form) => showMoved(root, catalogue, form),
    // Nothing is held and all is answered: sliders follow the scenario again.
    settle() {
      for (const input of inputs(root, "[data-held]")) delete input.dataset.held;
    },
    flag: () => last?.setAttribute("aria-invalid", "true"),
  };
}

// Numbers that follow the hand before the scenario does: by their index, or the only one.
/** @param {HTMLElement} root @param {string} field @param {ArrayLike<number>} values */
function tellNumbers(root, field, values) {
  for (const input of inputs(root, `input[type="number"][data-field="${field}"]`)) {
    const value = values[Number(input.dataset.index ?? 0)];
    if (value !== undefined) setValue(input, tidy(value));
  }
}

/** @param {HTMLElement} root @param {Catalogue} catalogue */
function fillMenus(root, { menus }) {
  for (const [field, list] of Object.entries(menus)) {
    const select = root.querySelector(`select[data-field="${field}"]`);
    select?.replaceChildren(...list.map(([value, text, seen]) => option(value, text, seen)));
  }
}

/** @param {string} value @param {string} text @param {string} [seen] */
function option(value, text, seen) {
  const made = new Option(seen ? WORDS.form.option(text, seen) : text, value);
  made.dataset.title = text;
  return made;
}

// A button beside a number makes it one less or more; one between two layers makes another.
/** @param {HTMLElement} target @param {Asked} asked */
function step(target, asked) {
  const button = /** @type {HTMLButtonElement | null} */ (target.closest(".less, .plus, .between button"));
  if (!button) return;
  const { add, remove } = button.dataset;
  if (add !== undefined) return asked.send("layer", true, [Number(add)]);
  if (remove !== undefined) return asked.send("layer", false, [Number(remove)]);
  const input = part(/** @type {Element} */ (button.closest(".stepper")), "input");
  const { field = "", index } = input.dataset;
  const value = Number(input.value) + (button.classList.contains("plus") ? 1 : -1);
  input.value = String(value); // the next click counts from here
  asked.send(field, value, index === undefined ? [] : [Number(index)]);
}

// Every dashboard has a copy of this module: they count in what they share, the window.
function nextNumber() {
  const shared = /** @type {Window & { linvizCount?: number }} */ (window);
  shared.linvizCount = (shared.linvizCount ?? 0) + 1;
  return shared.linvizCount;
}

/** @param {HTMLFormElement} root @param {(input: HTMLInputElement) => void} moved */
function listen(root, moved) {
  const of = (/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.target);
  root.addEventListener("input", (event) => {
    if (of(event).type === "number") of(event).dataset.typing = "true";
  });
  for (const end of ["change", "focusout"]) {
    root.addEventListener(end, (event) => delete of(event).dataset.typing);
  }
  // a decimal comma would be dropped without a word
  root.addEventListener("beforeinput", (event) => {
    if (of(event).type !== "number" || event.data !== ",") return;
    event.preventDefault();
    document.execCommand("insertText", false, ".");
  });
  root.addEventListener("change", (event) => {
    if (of(event).type !== "range") moved(of(event));
  });
}

/** @param {HTMLElement} root @param {ReturnType<typeof createFiles>} files @param {Asked} asked @param {HTMLInputElement} input */
function sendEdit(root, files, asked, input) {
  const { field, index } = input.dataset;
  if (input.type === "file") return files.choose(input);
  if (input.classList.contains("targets")) return files.split(input);
  if (input.name === "until" || input.classList.contains("horizon")) return sendHorizon(root, asked, input);
  if (field === "data") {
    part(root, ".upload").hidden = input.value !== "file";
    if (input.value === "file") return files.want();
  }
  if (!field) return;
  if (input.type === "number" && !input.value) {
    return asked.refuse(WORDS.form.empty);
  }
  asked.send(field, valueIn(input), index === undefined ? [] : index.split(",").map(Number));
}

/** @param {HTMLElement} root @param {Asked} asked @param {HTMLInputElement} input */
function sendHorizon(root, asked, input) {
  const time = part(root, ".horizon");
  const [toTime] = inputs(root, '[name="until"][value="time"]');
  if (input !== time && !toTime.checked) return asked.send("t_end", null);
  if (!time.value) time.value = time.placeholder || "10";
  asked.send("t_end", Number(time.value));
}

/** @param {HTMLInputElement} input */
function valueIn(input) {
  if (input.type === "checkbox") return input.checked;
  if (input.type === "radio") return input.value === "true";
  if (input.type === "range") return sliderValue(input);
  return input.tagName === "SELECT" ? input.value : Number(input.value);
}
