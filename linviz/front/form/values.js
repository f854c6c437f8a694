// The scenario in force, shown in the form; what is being typed at this moment is left alone.

import { element, inputs, lowered, part, rows, setValue, tidy } from "./rows.js";

/**
 * What the kernel says of the scenario in force; besides, the value of every field by its name.
 * @typedef {Record<string, any> & {
 *   used: string[], preset: string, based_on: string, pattern: string, suggested_t_end: string,
 *   n_modes: number, file: { digest: string, name: string } | null, words: Record<string, string>,
 * }} Form
 */
/** @typedef {import("./form.js").Control} Control */
/** @typedef {import("./form.js").Catalogue} Catalogue */

const NUMBERS = new Set(["slider", "number", "seed", "cell"]); // controls of one number

/** @param {HTMLElement} root @param {Catalogue} catalogue @param {Form} form */
export function showForm(root, catalogue, form) {
  const named = Object.fromEntries(catalogue.controls.map((control) => [control.name, control]));
  for (const input of inputs(root, '[aria-invalid="true"]')) input.setAttribute("aria-invalid", "false");
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-uses]"))) {
    place.hidden = !place.dataset.uses?.split(" ").some((field) => form.used.includes(field));
  }
  for (const { kind, edit } of catalogue.controls) {
    if (kind === "menu") part(root, `[data-field="${edit}"]`).value = form[edit];
    if (!NUMBERS.has(kind)) continue;
    for (const input of inputs(root, `[data-field="${edit}"]`)) setNumber(input, form[edit]);
  }
  showPreset(part(root, '[data-field="preset"]'), catalogue.menus.preset, form);
  showData(root, form);
  showWidths(part(root, ".widths"), named.widths, form);
  showTarget(root, named.singular_values, form);
  showLists(root, named, form);
  showHorizon(root, form);
  for (const [name, words] of Object.entries(form.words)) part(root, `.${name}-words`).textContent = words;
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
  if ("grows" in input.dataset) input.max = String(Math.max(Number(input.dataset.grows), value));
  const log = "log" in input.dataset;
  setValue(input, log ? Math.log10(Math.max(value, 10 ** Number(input.min))) : value);
}

/** @param {HTMLElement} place @param {string[][]} presets @param {Form} form */
function showPreset(place, presets, form) {
  const select = /** @type {HTMLSelectElement} */ (place);
  const before = presets.find(([name]) => name !== "" && name === form.based_on);
  select.options[0].text = before ? `${before[1]} (changed)` : presets[0][1];
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
  select.value = form.data;
  part(root, ".upload").hidden = !form.file || form.data !== form.file.digest;
  for (const input of inputs(root, '[name="white"]')) {
    input.disabled = isChosen(form); // what is made so is white
    input.checked = input.value === String(isChosen(form) || form.whitened);
  }
}

/** @param {HTMLElement} container @param {Control} control @param {Form} form */
function showWidths(container, control, form) {
  const last = form.dims.length - 1;
  rows(container, form.dims.length, widthCell, (cell, i) => {
    const role = i === 0 ? " in" : i === last ? " out" : "";
    /** @type {ChildNode} */ (cell.firstChild).textContent = `d${lowered(i)}${role}`;
    const input = part(cell, "input");
    input.max = String(control.high);
    input.disabled = !isChosen(form) && (i === 0 || i === last);
    setValue(input, form.dims[i]);
  });
}

/** @param {HTMLElement} root @param {Control} control @param {Form} form */
function showTarget(root, control, form) {
  const pattern = part(root, '[data-field="pattern"]');
  pattern.disabled = !isChosen(form);
  pattern.value = form.pattern;
  /** @type {number[]} */
  const values = form.singular_values;
  const top = Math.max(5, ...values.map((s) => Math.ceil(s)));
  rows(part(root, ".singular-values"), values.length, sliderRow, (row, k) => {
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
    setValue(part(cell, "input"), form.strengths[k]);
  });
  rows(part(root, ".layers > div"), form.layer_singular_values.length, layerRow, (row, j) => {
    const values = form.layer_singular_values[j];
    const value = (/** @type {number} */ k) => {
      const name = `σ${lowered(k + 1)}`;
      return numberCell(layers.edit, [j, k], name, `${name} of W${lowered(j + 1)}`);
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
  const name = `Width d${lowered(i)}`;
  return element(
    `<label> <input type="number" min="1" step="1" data-field="width" data-index="${i}" aria-label="${name}"></label>`,
  );
}

/** @param {string} field @param {number[]} index @param {string} name */
function numberCell(field, index, name, whole = name) {
  const input = `<input type="number" step="any" data-field="${field}" data-index="${index}" aria-label="${whole}">`;
  return element(`<label>${name}${input}</label>`);
}

/** @param {string} field @param {number} k */
function checkCell(field, k) {
  return element(`<label><input type="checkbox" data-field="${field}" data-index="${k}"> mode ${k + 1}</label>`);
}

/** @param {number} j */
function layerRow(j) {
  return element(`<div><span class="layer-name">W${lowered(j + 1)}</span><div class="cells"></div></div>`);
}

/** @param {number} k */
function sliderRow(k) {
  const name = `s${lowered(k + 1)}`;
  return element(`<div class="row slider-row"><span>${name}</span>
    <input type="range" min="0" max="5" step="0.05" data-field="singular_value" data-index="${k}" aria-label="Singular value ${name}, slider">
    <input type="number" min="0" max="1000" step="any" data-field="singular_value" data-index="${k}" aria-label="Singular value ${name}"></div>`);
}
