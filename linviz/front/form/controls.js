// The controls: they send edits and show the scenario in force.

import { formMarkup } from "./form.js";
import { indexed } from "../page/text.js";

export function createControls(catalogue, send, upload, refuse, keep) {
  const root = document.createElement("form");
  root.className = "controls";
  root.setAttribute("aria-label", "Controls");
  // every dashboard has a copy of this module: they count in what they share, the window
  window.linvizCount = (window.linvizCount ?? 0) + 1;
  root.innerHTML = formMarkup(`linviz-${window.linvizCount}`, catalogue.controls);
  root.addEventListener("submit", (event) => event.preventDefault());
  const find = (selector) => root.querySelector(selector);
  for (const [field, list] of Object.entries(catalogue.menus)) {
    const select = find(`select[data-field="${field}"]`);
    if (select) options(select, list);
  }

  root.addEventListener("input", (event) => {
    if (event.target.type === "range") edited(event.target);
    else if (event.target.type === "number") event.target.dataset.typing = "true";
  });
  for (const end of ["change", "focusout"]) {
    root.addEventListener(end, (event) => delete event.target.dataset.typing);
  }
  // a decimal comma would be dropped without a word
  root.addEventListener("beforeinput", (event) => {
    if (event.target.type !== "number" || event.data !== ",") return;
    event.preventDefault();
    document.execCommand("insertText", false, ".");
  });
  root.addEventListener("change", (event) => {
    if (event.target.type !== "range") edited(event.target);
  });
  find(".draw").addEventListener("click", () => press("draw"));
  find(".reset").addEventListener("click", () => press("reset"));
  find(".freeze").addEventListener("click", () => keep(!root.kept));

  function press(field) {
    last = null;
    send(field, null);
  }

  let last = null; // the control that was moved last

  function edited(input) {
    last = input;
    const { field, index } = input.dataset;
    if (input.type === "file") return sendFile(input);
    if (input.name === "until" || input.classList.contains("horizon")) return sendHorizon(input);
    if (field === "data") {
      find(".upload").hidden = input.value !== "file";
      if (input.value === "file") return find('input[type="file"]').focus();
    }
    if (!field) return;
    if (input.type === "number" && !input.value)
      return refuse("expected a number, found an empty field: enter one, with a decimal point where it needs one");
    const path = index === undefined ? [] : index.split(",").map(Number);
    send(field, valueOf(input), path);
  }

  async function sendFile(input) {
    const file = input.files[0];
    if (!file) return;
    const [most, found] = [catalogue.max_upload, file.size].map((bytes) => (bytes / 1e6).toFixed(1).replace(".0", ""));
    if (file.size > catalogue.max_upload) {
      return refuse(`expected a file of at most ${most} MB, found ${found} MB: keep fewer samples`);
    }
    upload(file.name, Number(find(".targets").value), await file.arrayBuffer());
  }

  function sendHorizon(input) {
    const time = find(".horizon");
    const toTime = input === time || find('[name="until"][value="time"]').checked;
    if (!toTime) return send("t_end", null);
    if (!time.value) time.value = time.placeholder || "10";
    send("t_end", Number(time.value));
  }

  return {
    root,
    show(run) {
      showForm(root, catalogue, run.form);
      root.kept = run.kept !== null;
      find(".freeze").textContent = root.kept ? "Let A go" : "Keep as A";
      showMilestones(root, run.milestones, send);
    },
    flag: () => flag(last, true),
  };
}

// Values that mean something for this very problem, as buttons beside the controls they belong to.
function showMilestones(root, milestones, send) {
  root.querySelectorAll(".milestones").forEach((place) => {
    const own = milestones.filter((m) => m.t === null && place.dataset.for.split(" ").includes(m.control));
    rows(
      place,
      own.length,
      () => milestoneButton(send),
      (button, k) => {
        button.replaceChildren(...indexed(own[k].label));
        button.title = own[k].words;
        button.setAttribute("aria-label", `Set to ${own[k].label}: ${own[k].words}`);
        button.dataset.milestone = own[k].label;
        button.dataset.control = own[k].control;
      },
    );
  });
}

function milestoneButton(send) {
  const button = element('<button type="button" class="milestone"></button>');
  button.addEventListener("click", () => send("milestone", button.dataset.milestone));
  return button;
}

function valueOf(input) {
  if (input.type === "checkbox") return input.checked;
  if (input.type === "radio") return input.value === "true";
  if (input.type === "range" && "log" in input.dataset) return tidy(10 ** Number(input.value));
  return input.tagName === "SELECT" ? input.value : Number(input.value);
}

function tidy(value) {
  return Number(value.toPrecision(3));
}

function options(select, list) {
  select.replaceChildren(...list.map(([value, text]) => new Option(text, value)));
}

function flag(input, invalid) {
  input?.setAttribute?.("aria-invalid", String(invalid));
}

// Show the scenario in force; what the user is typing at this moment is left alone.
function showForm(root, catalogue, form) {
  const find = (selector) => root.querySelector(selector);
  const named = Object.fromEntries(catalogue.controls.map((control) => [control.name, control]));
  root.querySelectorAll('[aria-invalid="true"]').forEach((input) => flag(input, false));
  root.querySelectorAll("[data-uses]").forEach((element) => {
    element.hidden = !element.dataset.uses.split(" ").some((field) => form.used.includes(field));
  });
  for (const { kind, edit } of catalogue.controls) {
    if (kind === "menu") find(`[data-field="${edit}"]`).value = form[edit];
    if (!NUMBERS.has(kind)) continue;
    root.querySelectorAll(`[data-field="${edit}"]`).forEach((input) => setNumber(input, form[edit]));
  }
  showPreset(find('[data-field="preset"]'), catalogue.menus.preset, form);
  showData(root, form);
  showWidths(find(".widths"), named.widths, form);
  showTarget(root, named.singular_values, form);
  showLists(root, form);
  showHorizon(root, form);
  for (const [name, words] of Object.entries(form.words)) find(`.${name}-words`).textContent = words;
}

// Controls of one number.
const NUMBERS = new Set(["slider", "number", "seed", "cell"]);

function setNumber(input, value) {
  if ("grows" in input.dataset) input.max = Math.max(Number(input.dataset.grows), value);
  const log = "log" in input.dataset;
  set(input, log ? Math.log10(Math.max(value, 10 ** Number(input.min))) : value);
}

function showPreset(select, presets, form) {
  const chosen = presets.find(([name]) => name && name === form.based_on);
  select.options[0].text = chosen ? `${chosen[1]} (changed)` : presets[0][1];
  select.value = form.preset;
}

function showWidths(container, control, form) {
  const last = form.dims.length - 1;
  rows(container, form.dims.length, widthCell, (cell, i) => {
    cell.firstChild.textContent = i === 0 ? "d₀ in" : i === last ? `d${sub(i)} out` : `d${sub(i)}`;
    const input = cell.querySelector("input");
    input.max = control.high;
    input.disabled = !chosen(form) && (i === 0 || i === last);
    set(input, form.dims[i]);
  });
}

// Whether the target is made from chosen singular values, and not from data.
function chosen(form) {
  return form.used.includes("singular_values");
}

function showHorizon(root, form) {
  const until = form.t_end === null ? "limit" : "time";
  root.querySelector(`[name="until"][value="${until}"]`).checked = true;
  const time = root.querySelector(".horizon");
  time.placeholder = form.suggested_t_end;
  set(time, form.t_end === null ? "" : form.t_end);
}

function showData(root, form) {
  const find = (selector) => root.querySelector(selector);
  const select = find('[data-field="data"]');
  let option = select.querySelector("option.uploaded");
  if (form.file) {
    option ??= select.insertBefore(new Option("", ""), select.lastElementChild);
    option.className = "uploaded";
    [option.value, option.textContent] = [form.file.digest, form.file.name];
  }
  select.value = form.data;
  find(".upload").hidden = !form.file || form.data !== form.file.digest;
  root.querySelectorAll('[name="white"]').forEach((input) => {
    input.disabled = chosen(form); // what is made so is white
    input.checked = input.value === String(chosen(form) || form.whitened);
  });
}

function showTarget(root, control, form) {
  const find = (selector) => root.querySelector(selector);
  find('[data-field="pattern"]').disabled = !chosen(form);
  find('[data-field="pattern"]').value = form.pattern;
  const top = Math.max(5, ...form.singular_values.map((s) => Math.ceil(s)));
  rows(find(".singular-values"), form.singular_values.length, sliderRow, (row, k) => {
    row.querySelectorAll("input").forEach((input) => {
      input.disabled = !chosen(form);
      input.max = input.type === "range" ? top : control.high;
      set(input, tidy(form.singular_values[k]));
    });
  });
}

// Check marks and numbers for the items of a list.
function showLists(root, form) {
  const find = (selector) => root.querySelector(selector);
  rows(find(".missed .cells"), form.n_modes, checkCell, (cell, k) => {
    cell.querySelector("input").checked = form.missed.includes(k);
  });
  rows(
    find(".strengths .cells"),
    form.strengths.length,
    (k) => numberCell("strength", [k], `a${sub(k + 1)}`),
    (cell, k) => {
      set(cell.querySelector("input"), form.strengths[k]);
    },
  );
  rows(find(".layers > div"), form.layer_singular_values.length, layerRow, (row, j) => {
    const values = form.layer_singular_values[j];
    rows(
      row.querySelector(".cells"),
      values.length,
      (k) => {
        const name = `σ${sub(k + 1)}`;
        return numberCell("layer_singular_value", [j, k], name, `${name} of W${sub(j + 1)}`);
      },
      (cell, k) => set(cell.querySelector("input"), values[k]),
    );
  });
}

// Add or remove rows at the end and show the others anew, so that focus is never lost.
function rows(container, count, make, show) {
  while (container.children.length > count) container.lastElementChild.remove();
  while (container.children.length < count) container.append(make(container.children.length));
  [...container.children].forEach(show);
}

function set(input, value) {
  if (
    input === document.activeElement &&
    input.type === "number" &&
    (input.dataset.typing || Number(input.value) === value)
  )
    return;
  if (input === document.activeElement && input.type === "range") return;
  input.value = value;
}

function sub(number) {
  return [...String(number)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]).join("");
}

function element(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

function widthCell(i) {
  return element(
    `<label> <input type="number" min="1" step="1" data-field="width" data-index="${i}" aria-label="Width d${sub(i)}"></label>`,
  );
}

function numberCell(field, index, name, whole = name) {
  const input = `<input type="number" step="any" data-field="${field}" data-index="${index}" aria-label="${whole}">`;
  return element(`<label>${name}${input}</label>`);
}

function checkCell(k) {
  return element(`<label><input type="checkbox" data-field="missed" data-index="${k}"> mode ${k + 1}</label>`);
}

function layerRow(j) {
  return element(`<div><span class="layer-name">W${sub(j + 1)}</span><div class="cells"></div></div>`);
}

function sliderRow(k) {
  const name = `s${sub(k + 1)}`;
  return element(`<div class="row slider-row"><span>${name}</span>
    <input type="range" min="0" max="5" step="0.05" data-field="singular_value" data-index="${k}" aria-label="Singular value ${name}, slider">
    <input type="number" min="0" max="1000" step="any" data-field="singular_value" data-index="${k}" aria-label="Singular value ${name}"></div>`);
}
