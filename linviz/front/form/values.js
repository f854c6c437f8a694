// The scenario in force, shown in the form; what is being typed at this moment is left alone.

import { stepper } from "./form.js";
import { element, inputs, lowered, part, rows, setValue, tidy } from "./rows.js";
import { WORDS } from "../page/words.js";

/**
 * What the kernel says of the scenario in force; besides, the value of every field by its name.
 * @typedef {Record<string, any> & {
 *   used: string[], preset: string, based_on: string, pattern: string, suggested_t_end: string,
 *   n_modes: number, file: { digest: string, name: string, targets: number } | null, words: Record<string, string>,
 * }} Form
 */
/** @typedef {import("./form.js").Control} Control */
/** @typedef {import("./form.js").Catalogue} Catalogue */

const FEW = 5; // layers that have room under the drawing
const COLORS = 6; // modes
const NUMBERS = new Set(["slider", "stepper", "number", "seed", "cell"]); // controls of one number

/** @param {HTMLElement} root @param {Catalogue} catalogue @param {Form} form */
export function showForm(root, catalogue, form) {
  const named = Object.fromEntries(catalogue.controls.map((control) => [control.name, control]));
  for (const input of inputs(root, '[aria-invalid="true"]')) input.setAttribute("aria-invalid", "false");
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-uses]"))) {
    place.hidden = !place.dataset.uses?.split(" ").some((field) => form.used.includes(field));
  }
  for (const { kind, edit } of catalogue.controls) {
    if (kind === "menu") part(root, `[data-field="${edit}"]`).value = form[edit];
  }
  showNumbers(root, catalogue, form);
  showPreset(part(root, '[data-field="preset"]'), catalogue.menus.preset, form);
  showData(root, form);
  showWidths(part(root, ".widths"), named.widths, form);
  showTarget(root, named.singular_values, form);
  showLists(root, named, form);
  showHorizon(root, form);
  for (const [name, words] of Object.entries(form.words)) part(root, `.${name}-words`).textContent = words;
  for (const place of root.querySelectorAll(".pick")) showPicked(place);
  for (const place of /** @type {HTMLElement[]} */ ([...root.children])) {
    const inside = /** @type {HTMLElement[]} */ ([...place.querySelectorAll("[data-uses]")]);
    const always = place.querySelector("[data-control]:not([data-uses])") !== null;
    if (inside.length > 0 && !always) place.hidden = inside.every((each) => each.hidden);
  }
}

/**
 * The numbers of the form alone.
 * @param {HTMLElement} root
 * @param {Catalogue} catalogue
 * @param {Form} form
 */
export function showMoved(root, catalogue, form) {
  const named = Object.fromEntries(catalogue.controls.map((control) => [control.name, control]));
  showNumbers(root, catalogue, form);
  showTarget(root, named.singular_values, form);
  showLists(root, named, form);
}

/** @param {HTMLElement} root @param {Catalogue} catalogue @param {Form} form */
function showNumbers(root, catalogue, form) {
  for (const { kind, edit } of catalogue.controls) {
    if (!NUMBERS.has(kind)) continue;
    for (const input of inputs(root, `[data-field="${edit}"]`)) setNumber(input, form[edit]);
  }
}

// What is chosen, written out: a menu's own text would be cut.
/** @param {Element} place */
function showPicked(place) {
  const select = /** @type {HTMLSelectElement} */ (part(place, "select"));
  const chosen = select.options[select.selectedIndex];
  part(place, ".picked").textContent = chosen?.dataset.title ?? chosen?.text ?? "";
}

/**
 * Whether the target is made from chosen singular values, and not from data.
 * @param {Form} form
 */
function isChosen(form) {
  return form.used.includes("singular_values");
}

/** @param {HTMLInputElement} input @param {number} value */
function setNumber(input, value) {
  if ("grows" in input.dataset) {
    const far = Math.max(Number(input.dataset.grows), Math.abs(value));
    input.max = String(far);
    if (Number(input.min) < 0) input.min = String(-far);
  }
  const log = "log" in input.dataset;
  setValue(input, log ? Math.log10(Math.max(value, 10 ** Number(input.min))) : value);
}

/** @param {HTMLElement} place @param {string[][]} presets @param {Form} form */
function showPreset(place, presets, form) {
  const select = /** @type {HTMLSelectElement} */ (place);
  const before = presets.find(([name]) => name !== "" && name === form.based_on);
  const own = select.options[0];
  own.text = before ? WORDS.form.changed(before[1]) : presets[0][1];
  own.dataset.title = own.text;
  select.value = form.preset;
}

/** @param {HTMLElement} root @param {Form} form */
function showData(root, form) {
  const select = /** @type {HTMLSelectElement} */ (root.querySelector('[data-field="data"]'));
  const before = /** @type {HTMLOptionElement | null} */ (select.querySelector("option.uploaded"));
  if (form.file) {
    const option = before ?? select.insertBefore(new Option("", ""), select.lastElementChild);
    option.className = "uploaded";
    [option.value, option.textContent] = [form.file.digest, form.file.name];
  }
  const upload = part(root, ".upload");
  const { awaited, wanted } = upload.dataset;
  select.value = wanted ? "file" : form.data;
  upload.hidden = (!form.file || form.data !== form.file.digest) && !awaited && !wanted;
  for (const input of inputs(root, '[name="white"]')) {
    input.checked = input.value === String(form.whitened);
  }
}

/** @param {HTMLElement} container @param {Control} control @param {Form} form */
function showWidths(container, control, form) {
  const last = form.dims.length - 1;
  container.dataset.few = String(last < FEW);
  container.dataset.columns = String(last + 1);
  rows(container, form.dims.length, widthCell, (cell, i) => {
    part(cell, ".layer-name").textContent = `d${lowered(i)}`;
    for (const input of inputs(cell, "input, button")) {
      input.disabled = !isChosen(form) && (i === 0 || i === last);
    }
    const input = part(cell, "input");
    input.max = String(control.high);
    setValue(input, form.dims[i]);
    part(cell, ".less").disabled ||= form.dims[i] <= 1;
  });
  showBetween(part(/** @type {Element} */ (container.parentElement), ".between"), last);
}

// Over the drawing: between two columns a layer more, over a hidden one that layer less.
/** @param {HTMLElement} place @param {number} last */
function showBetween(place, last) {
  const few = last < FEW;
  rows(
    place,
    few ? 2 * last - 1 : 0,
    () => element('<button type="button"></button>'),
    (button, k) => {
      const [adds, j] = [k % 2 === 0, Math.ceil(k / 2)];
      button.textContent = adds ? "+" : "×";
      button.dataset[adds ? "add" : "remove"] = String(j);
      delete button.dataset[adds ? "remove" : "add"];
      const between = [j, j + 1].map((i) => `d${lowered(i)}`);
      const words = adds ? WORDS.form.addLayer(between[0], between[1]) : WORDS.form.removeLayer(j);
      button.setAttribute("aria-label", words);
      button.title = words;
      button.style.left = `${(100 * (k / 2 + 1)) / (last + 1)}%`;
    },
  );
}

/** @param {HTMLElement} root @param {Control} control @param {Form} form */
function showTarget(root, control, form) {
  const pattern = part(root, '[data-field="pattern"]');
  pattern.disabled = !isChosen(form);
  pattern.value = form.pattern;
  /** @type {number[]} */
  const values = form.singular_values;
  const top = Math.max(5, ...values.map((s) => Math.ceil(s)));
  const place = part(root, ".singular-values");
  place.hidden = !isChosen(form); // those of data stand in the picture of the modes
  rows(place, values.length, sliderRow, (row, k) => {
    if (values.length <= COLORS) row.style.setProperty("--mode", `var(--mode-${k + 1})`);
    else row.style.removeProperty("--mode"); // above six none has a color of its own
    for (const input of inputs(row, "input")) {
      input.disabled = !isChosen(form);
      input.max = String(input.type === "range" ? top : control.high);
      setValue(input, tidy(values[k]));
    }
  });
}

/**
 * Check marks and numbers for the items of a list.
 * @param {HTMLElement} root
 * @param {Record<string, Control>} named
 * @param {Form} form
 */
function showLists(root, named, form) {
  const { missed, strengths, layers } = named;
  rows(
    part(root, ".missed .cells"),
    form.n_modes,
    (k) => checkCell(missed.edit, k),
    (cell, k) => {
      part(cell, "input").checked = form.missed.includes(k);
    },
  );
  const strength = (/** @type {number} */ k) => numberCell(strengths.edit, [k], `a${lowered(k + 1)}`);
  rows(part(root, ".strengths .cells"), form.strengths.length, strength, (cell, k) => {
    setValue(part(cell, "input"), tidy(form.strengths[k], 4));
  });
  rows(part(root, ".layers > div"), form.layer_singular_values.length, layerRow, (row, j) => {
    const values = form.layer_singular_values[j];
    const value = (/** @type {number} */ k) => {
      const name = `σ${lowered(k + 1)}`;
      return numberCell(layers.edit, [j, k], name, WORDS.form.valueOf(name, `W${lowered(j + 1)}`));
    };
    rows(part(row, ".cells"), values.length, value, (cell, k) => setValue(part(cell, "input"), values[k]));
  });
}

/** @param {HTMLElement} root @param {Form} form */
function showHorizon(root, form) {
  const until = form.t_end === null ? "limit" : "time";
  part(root, `[name="until"][value="${until}"]`).checked = true;
  const time = part(root, ".horizon");
  time.placeholder = form.suggested_t_end;
  setValue(time, form.t_end ?? "");
}

/** @param {number} i */
function widthCell(i) {
  const name = WORDS.form.width(`d${lowered(i)}`);
  const input = `<input type="number" min="1" step="1" data-field="width" data-index="${i}" aria-label="${name}">`;
  return element(`<div class="width"><span class="layer-name"></span>${stepper(name, input)}</div>`);
}

/** @param {string} field @param {number[]} index @param {string} name */
function numberCell(field, index, name, whole = name) {
  const input = `<input type="number" step="any" data-field="${field}" data-index="${index}" aria-label="${whole}">`;
  return element(`<label>${name}${input}</label>`);
}

/** @param {string} field @param {number} k */
function checkCell(field, k) {
  return element(
    `<label><input type="checkbox" data-field="${field}" data-index="${k}"> ${WORDS.form.mode(k + 1)}</label>`,
  );
}

/** @param {number} j */
function layerRow(j) {
  return element(`<div><span class="layer-name">W${lowered(j + 1)}</span><div class="cells"></div></div>`);
}

/** @param {number} k */
function sliderRow(k) {
  const name = WORDS.form.singularValue(`s${lowered(k + 1)}`);
  const field = `data-field="singular_value" data-index="${k}"`;
  return element(`<div class="mode"><input type="number" min="0" max="1000" step="any" ${field} aria-label="${name}">
    <input type="range" min="0" max="5" step="0.05" ${field} data-label="s${lowered(k + 1)}" aria-label="${WORDS.form.slider(name)}"></div>`);
}
