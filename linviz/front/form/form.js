// Markup of the form, made from the catalogue: native inputs, each with a name and the field that it
// edits. A control says how it looks by its `kind`; which there are, the kernel says.

/**
 * @typedef {object} Control
 * @property {string} name
 * @property {string} title
 * @property {string} section legend of the set that it stands in
 * @property {string} kind
 * @property {string} label
 * @property {string} edit what the kernel calls an edit of it
 * @property {string} uses the scenario's field without which it is hidden, or ""
 * @property {number | null} step
 * @property {number | null} low
 * @property {number | null} high
 * @property {number[] | null} slider low, high and step
 * @property {boolean} log
 * @property {boolean} grows
 */
/**
 * What the kernel says that there is to choose.
 * @typedef {object} Catalogue
 * @property {Control[]} controls
 * @property {Record<string, string[][]>} menus for each field pairs of a value and its title
 * @property {number} max_upload bytes
 */

// What stands at the end of a set: the kernel's words, and buttons for values that mean something.
/** @type {Record<string, string>} */
const WORDS = { preset: "preset", data: "data", widths: "size", beside: "beside" };
const LAST = ["button", "reset"]; // at the end of a set, what starts over behind all else
const WITHOUT_MILESTONES = new Set(["preset", "data"]);

/** @param {string} text */
const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");

/** @param {Control} control */
const marks = ({ name, uses }) => `data-control="${name}"${uses ? ` data-uses="${uses}"` : ""}`;

/** @param {Control} control @param {string} more */
function number({ edit, low, high, step }, more = "") {
  const range = `${low === null ? "" : ` min="${low}"`}${high === null ? "" : ` max="${high}"`}`;
  return `<input type="number"${range} step="${step ?? "any"}" data-field="${edit}"${more}>`;
}

/** @type {Record<string, (control: Control, id: string) => string>} */
const KINDS = {
  menu: (c) => `<label class="row" ${marks(c)}>${c.label}<select data-field="${c.edit}"></select></label>`,
  data: (
    c,
  ) => `<div class="set" ${marks(c)}><label class="row">${c.label}<select data-field="${c.edit}"></select></label>
    <div class="row upload" hidden>
      <label>File<input type="file" accept=".csv,.txt,.tsv,.npz"></label>
      <label>target columns (CSV)<input type="number" class="targets" min="1" max="128" value="1"></label>
      <p class="hint">CSV: a row is a sample, the last columns are the targets. NPZ: arrays X (d_x, m) and Y (d_y, m).</p></div>
    <div class="row choice" role="radiogroup" aria-label="Raw or whitened data">
      <label><input type="radio" name="white" value="false" data-field="whitened"> raw data</label>
      <label><input type="radio" name="white" value="true" data-field="whitened"> whitened</label></div></div>`,
  slider: (c, id) => {
    const [low, high, step] = c.slider ?? [0, 1, 0.1];
    const kind = `${c.log ? " data-log" : ""}${c.grows ? ` data-grows="${high}"` : ""}`;
    return `<div class="row" ${marks(c)}><label for="${id}-${c.name}">${c.label}</label>
      <input type="range" min="${low}" max="${high}" step="${step}" data-field="${c.edit}"${kind} aria-label="${escaped(c.label)}, slider">
      ${number(c, ` id="${id}-${c.name}"`)}</div>`;
  },
  number: (c) => `<label class="row" ${marks(c)}>${c.label}${number(c)}</label>`,
  seed: (c, id) => `<div class="row" ${marks(c)}><label for="${id}-${c.name}">${c.label}</label>
      ${number(c, ` id="${id}-${c.name}"`)}<button type="button" class="draw">New draw</button></div>`,
  cell: (c) => `<label ${marks(c)}>${c.label}${number(c)}</label>`,
  widths: (c) => `<div class="cells widths" ${marks(c)}></div>`,
  target: (c) => `<div class="set" ${marks(c)}><label class="row">Pattern<select data-field="pattern"></select></label>
    <div class="sliders singular-values"></div></div>`,
  marks: (c) =>
    `<fieldset class="${c.name}" ${marks(c)}><legend>${c.label}</legend><div class="cells"></div></fieldset>`,
  numbers: (c) => KINDS.marks(c, ""),
  layers: (c) => `<fieldset class="${c.name}" ${marks(c)}><legend>${c.label}</legend><div></div></fieldset>`,
  horizon: (c) => `<div class="row choice" ${marks(c)} role="radiogroup" aria-label="${escaped(c.label)}">
      <label><input type="radio" name="until" value="limit"> to the limit point</label>
      <label><input type="radio" name="until" value="time"> to time</label>
      <input type="number" class="horizon" min="0" step="any" aria-label="Time at which the run ends"></div>`,
  reset: (c) => KINDS.button(c, ""),
  button: (c) => `<button type="button" class="${c.name}" ${marks(c)}>${c.label}</button>`,
};

/**
 * Markup of the form; ids get a prefix of their own, for there may be two pages in one notebook.
 * @param {string} id
 * @param {Control[]} controls
 */
export function formMarkup(id, controls) {
  const sections = new Map();
  for (const control of controls) {
    if (!KINDS[control.kind]) continue; // it stands elsewhere
    sections.set(control.section, [...(sections.get(control.section) ?? []), control]);
  }
  return [...sections].map(([legend, own]) => section(id, legend, own)).join("");
}

/** @param {string} id @param {string} legend @param {Control[]} controls */
function section(id, legend, controls) {
  const buttons = LAST.flatMap((kind) => controls.filter((c) => c.kind === kind));
  const others = controls.filter((c) => !buttons.includes(c));
  const words = controls.flatMap(({ name }) => (WORDS[name] ? [`<p class="hint ${WORDS[name]}-words"></p>`] : []));
  const names = controls.map(({ name }) => name).filter((name) => !WITHOUT_MILESTONES.has(name));
  const milestones = names.length > 0 ? `<div class="milestones" data-for="${names.join(" ")}"></div>` : "";
  const last = buttons.length > 0 ? `<div class="row">${buttons.map((c) => KINDS.button(c, id)).join("")}</div>` : "";
  return `<fieldset><legend>${legend}</legend>${runs(others, id)}${words.join("")}${milestones}${last}</fieldset>`;
}

// Cells that follow each other stand in one row.
/** @param {Control[]} controls @param {string} id */
function runs(controls, id) {
  let text = "";
  for (let k = 0; k < controls.length; ) {
    if (controls[k].kind !== "cell") {
      text += KINDS[controls[k].kind](controls[k++], id);
      continue;
    }
    const cells = [];
    while (controls[k]?.kind === "cell") cells.push(controls[k++]);
    const uses = cells.map((c) => c.uses).join(" ");
    text += `<div class="cells" data-uses="${uses}">${cells.map((c) => KINDS.cell(c, id)).join("")}</div>`;
  }
  return text;
}
