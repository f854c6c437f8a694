// Markup of the form, made from the catalogue: native inputs, each with a name and the field that it
// edits. A control says how it looks by its `kind`; which there are, the kernel says.

import { WORDS } from "../page/words.js";

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
 * @property {Record<string, string[][]>} menus for each field a value, its title, and what is to be seen then
 * @property {number} max_upload bytes
 */

/** @type {Record<string, string>} controls behind which the kernel's words stand, by the name of these */
const HINTS = { preset: "preset", data: "data", beside: "beside" };
const LAST = ["button", "reset"]; // at the end of a set, what starts over behind all else
const ON_REQUEST = "More"; // the section, as the kernel calls it

/** @param {string} text */
const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");

// A label within a sentence: "scale ε".
/** @param {string} label */
const midway = (label) => label.charAt(0).toLowerCase() + label.slice(1);

/** @param {Control} control */
const marks = ({ name, uses }) => `data-control="${name}"${uses ? ` data-uses="${uses}"` : ""}`;

/** @param {Control} control @param {string} more */
function number({ edit, low, high, step }, more = "") {
  const range = `${low === null ? "" : ` min="${low}"`}${high === null ? "" : ` max="${high}"`}`;
  return `<input type="number"${range} step="${step ?? "any"}" data-field="${edit}"${more}>`;
}

// The menu itself is the browser's own; what is chosen is written over as many lines as it needs.
/** @param {string} field @param {string} label */
const pick = (field, label) => `<span class="pick"><span class="picked" aria-hidden="true"></span>
  <select data-field="${field}" aria-label="${escaped(label)}"></select></span>`;

/** @param {string} label @param {string} inside */
export const stepper = (label, inside) => `<span class="stepper">
  <button type="button" class="less" aria-label="${escaped(WORDS.form.less(label))}">−</button>${inside}
  <button type="button" class="plus" aria-label="${escaped(WORDS.form.plus(label))}">+</button></span>`;

/** @type {Record<string, (control: Control, id: string) => string>} */
const KINDS = {
  // what stands among others says what it is
  menu: (c) =>
    `<div class="row" ${marks(c)}>${c.section === ON_REQUEST ? `<span aria-hidden="true">${c.label}</span>` : ""}${pick(c.edit, c.label)}</div>`,
  data: (c) => `<div class="set" ${marks(c)}>${pick(c.edit, c.label)}
    <div class="row upload" hidden>
      <label>${WORDS.form.file}<input type="file" accept=".csv,.txt,.tsv,.npz"></label>
      <label>${WORDS.form.targets}<input type="number" class="targets" min="1" max="128" value="1"></label>
      <p class="hint">${WORDS.form.fileHint}</p></div>
    <div class="row choice" role="radiogroup" aria-label="${WORDS.form.rawOrWhitened}" data-uses="whitened">
      <label><input type="radio" name="white" value="false" data-field="whitened"> ${WORDS.form.raw}</label>
      <label><input type="radio" name="white" value="true" data-field="whitened"> ${WORDS.form.whitened}</label></div></div>`,
  slider: (c, id) => {
    const [low, high, step] = c.slider ?? [0, 1, 0.1];
    const kind = `${c.log ? " data-log" : ""}${c.grows ? ` data-grows="${high}"` : ""}`;
    return `<div class="row slider" ${marks(c)}><label for="${id}-${c.name}">${c.label}</label>
      ${number(c, ` id="${id}-${c.name}"`)}
      <input type="range" min="${low}" max="${high}" step="${step}" data-field="${c.edit}"${kind} data-label="${escaped(midway(c.label))}" aria-label="${escaped(WORDS.form.slider(c.label))}"></div>`;
  },
  stepper: (c, id) => `<div class="row apart" ${marks(c)}><label for="${id}-${c.name}">${c.label}</label>
    ${stepper(c.label, number(c, ` id="${id}-${c.name}"`))}</div>`,
  number: (c) => `<label class="row apart" ${marks(c)}>${c.label}${number(c)}</label>`,
  seed: (c, id) => `<div class="row apart" ${marks(c)}><label for="${id}-${c.name}">${c.label}</label>
      ${number(c, ` id="${id}-${c.name}"`)}<button type="button" class="draw">${WORDS.form.draw}</button></div>`,
  cell: (c) => `<label class="apart" ${marks(c)}>${c.label}${number(c)}</label>`,
  widths: (c) => `<div class="drawn" ${marks(c)}><svg class="wires" aria-hidden="true"></svg><div class="between"></div>
    <div class="cells widths"></div><p class="hint size-words"></p></div>`,
  target: (c) => `<div class="cells singular-values" ${marks(c)}></div>`,
  marks: (c) =>
    `<fieldset class="${c.name}" ${marks(c)}><legend>${c.label}</legend><div class="cells"></div></fieldset>`,
  numbers: (c) => KINDS.marks(c, ""),
  layers: (c) => `<fieldset class="${c.name}" ${marks(c)}><legend>${c.label}</legend><div></div></fieldset>`,
  said: (c) => `<p class="hint ${c.name}-words" ${marks(c)}></p>`,
  horizon: (c) => `<div class="row choice" ${marks(c)} role="radiogroup" aria-label="${escaped(c.label)}">
      <label><input type="radio" name="until" value="limit"> ${WORDS.form.toLimit}</label>
      <label><input type="radio" name="until" value="time"> ${WORDS.form.toTime}</label>
      <input type="number" class="horizon" min="0" step="any" aria-label="${WORDS.form.horizon}"></div>`,
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
  const rest = sections.get(ON_REQUEST) ?? [];
  sections.delete(ON_REQUEST);
  const shown = [...sections].map(([legend, own]) => `<fieldset><legend>${legend}</legend>${set(own, id)}</fieldset>`);
  return `${shown.join("")}<fieldset class="try"><legend>${WORDS.form.tries}</legend><div class="cards"></div></fieldset>
    <details class="rest"><summary>${WORDS.form.more}</summary><p class="hint look-words"></p>
    ${pattern(controls)}${set(rest, id)}<div class="cards"></div></details>`;
}

// Of the target: a value for all of them at once.
/** @param {Control[]} controls */
function pattern(controls) {
  const target = controls.find(({ kind }) => kind === "target");
  return target
    ? `<div class="row" ${marks(target)}>${WORDS.form.pattern} ${pick("pattern", WORDS.form.patternOf)}</div>`
    : "";
}

// Cells that follow each other stand in one block, buttons at the end.
/** @param {Control[]} controls @param {string} id */
function set(controls, id) {
  const buttons = LAST.flatMap((kind) => controls.filter((c) => c.kind === kind));
  const others = controls.filter((c) => !buttons.includes(c));
  let text = "";
  for (let k = 0; k < others.length; ) {
    if (others[k].kind !== "cell") {
      text += KINDS[others[k].kind](others[k], id);
      if (HINTS[others[k].name]) text += `<p class="hint ${HINTS[others[k].name]}-words"></p>`;
      k += 1;
      continue;
    }
    const cells = [];
    while (others[k]?.kind === "cell") cells.push(others[k++]);
    const uses = cells.map((c) => c.uses).join(" ");
    text += `<div class="cells" data-uses="${uses}">${cells.map((c) => KINDS.cell(c, id)).join("")}</div>`;
  }
  const last = buttons.length > 0 ? `<div class="row">${buttons.map((c) => KINDS.button(c, id)).join("")}</div>` : "";
  return text + last;
}
