// Data from a file: chosen or dropped, read by the kernel, and asked about where it does not say how.

import { inputs, part, setValue } from "./rows.js";
import { WORDS } from "../page/words.js";
import { focusedBy } from "../page/part.js";

/** @typedef {{ words: string, reading: string, chosen: boolean }} Answer */
/** @typedef {{ about: string, words: string, answers: Answer[] }} Question */
/**
 * What the kernel asks about a file; none of the questions where all is clear.
 * @typedef {object} Asking
 * @property {string} name
 * @property {string} digest of its data, or "" where they could not be read
 * @property {string[][]} preview
 * @property {Question[]} questions
 */
/**
 * @typedef {object} Sender
 * @property {(name: string, targets: number, content: ArrayBuffer, reading?: string) => void} upload
 * @property {(targets: number) => void} split
 * @property {(words: string) => void} refuse
 * @property {HTMLElement} place where a file is asked about
 */

/**
 * @param {HTMLElement} root of the form
 * @param {number} most bytes
 * @param {Sender} asked
 */
export function createFiles(root, most, asked) {
  /** @type {{ name: string, content: ArrayBuffer } | null} the file that was sent last */
  let last = null;
  /** @type {string[]} the data beside which the questions stand */
  let beside = [];
  let data = "";
  const { place } = asked;
  const group = `${root.querySelector("[id]")?.id}-asked`; // there may be two pages in one notebook
  const targets = () => Number(part(root, ".targets").value);
  const clear = () => {
    place.hidden = true;
    place.replaceChildren();
  };
  const close = () => {
    clear();
    part(root, "select").focus();
  };
  place.addEventListener("keydown", (event) => event.key === "Escape" && close());
  place.addEventListener("change", ({ target }) => {
    const { value } = /** @type {HTMLInputElement} */ (target);
    if (last) asked.upload(last.name, targets(), last.content.slice(0), value);
  });
  /** @param {File} file */
  const send = async (file) => {
    clear();
    const [allowed, found] = [most, file.size].map((bytes) => (bytes / 1e6).toFixed(1).replace(".0", ""));
    if (file.size > most) return asked.refuse(WORDS.form.tooLarge(allowed, found));
    const content = await file.arrayBuffer().catch(() => null);
    if (content === null) return asked.refuse(WORDS.form.unreadable(file.name));
    last = { name: file.name, content };
    asked.upload(file.name, targets(), content.slice(0));
  };
  return {
    send,
    /** @param {HTMLInputElement} input */
    choose(input) {
      const file = input.files?.[0];
      if (!file) return;
      input.value = ""; // else the same file, corrected and chosen again, would be no change
      return send(file);
    },
    /** Another number of targets: the file that is loaded is split anew. @param {HTMLInputElement} input */
    split(input) {
      if (part(root, ".upload").dataset.loaded === "true") asked.split(Number(input.value));
    },
    /** @param {Asking} asking */
    ask(asking) {
      if (asking.questions.length === 0) return clear();
      beside = [data, asking.digest];
      showQuestions(place, asking, group, close);
      place.hidden = false;
      if (asking.digest === "") inputs(place, "input")[0]?.focus(); // nothing is read before it is answered
    },
    // A link waits for its file: the place to choose it is shown.
    await() {
      part(root, ".upload").dataset.awaited = "true";
      part(root, ".upload").hidden = false;
    },
    // A file of one's own is wanted: answers to what was asked for before leave its place as it is.
    want() {
      part(root, ".upload").dataset.wanted = "true";
      part(root, 'input[type="file"]').focus();
    },
    /** Whoever asks for another change wants none. @param {import("./controls.js").Asked["send"]} send */
    forgoing(send) {
      /** @type {typeof send} */
      return (...change) => {
        delete part(root, ".upload").dataset.wanted;
        send(...change);
      };
    },
    /** @param {import("./values.js").Form} form */
    show(form) {
      data = form.data;
      const loaded = form.file !== null && data === form.file.digest;
      part(root, ".upload").dataset.loaded = String(loaded);
      if (loaded) for (const name of ["awaited", "wanted"]) delete part(root, ".upload").dataset[name];
      if (form.file && loaded) setValue(part(root, ".targets"), form.file.targets);
      if (beside.at(-1) === data) beside = [data]; // once they are shown, the data of before are others
      if (!beside.includes(data)) clear();
    },
  };
}

/**
 * The first rows of the file, and each question with its answers.
 * @param {HTMLElement} place
 * @param {Asking} asking
 * @param {string} group
 * @param {() => void} close
 */
function showQuestions(place, asking, group, close) {
  const title = document.createElement("p");
  title.className = "asked-name";
  title.textContent = WORDS.form.howRead(asking.name);
  place.setAttribute("aria-label", title.textContent);
  const done = document.createElement("button");
  [done.type, done.textContent] = ["button", WORDS.close];
  done.addEventListener("click", close);
  const before = inputs(place, ":checked").map(({ value }) => value);
  const had = place.contains(focusedBy(place));
  const questions = asking.questions.map((one) => questionOf(one, group));
  place.replaceChildren(title, previewOf(asking.preview), ...questions, done);
  // who answers by keyboard goes on where she was
  const same = inputs(place, "input").find(({ value }) => before.includes(value)) ?? inputs(place, ":checked")[0];
  if (had) same?.focus();
}

/** @param {string[][]} rows */
function previewOf(rows) {
  const table = document.createElement("table");
  for (const cells of rows) {
    const row = table.insertRow();
    for (const cell of cells) row.insertCell().textContent = cell;
  }
  const scroll = document.createElement("div");
  scroll.className = "preview";
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", WORDS.form.firstRows);
  scroll.append(table);
  return scroll;
}

/** @param {Question} question @param {string} group */
function questionOf({ about, words, answers }, group) {
  const set = document.createElement("fieldset");
  const legend = document.createElement("legend");
  legend.textContent = words;
  set.append(legend);
  for (const answer of answers) {
    const input = document.createElement("input");
    [input.type, input.name, input.value] = ["radio", `${group}-${about}`, answer.reading];
    input.checked = answer.chosen;
    const label = document.createElement("label");
    label.append(input, ` ${answer.words}`);
    set.append(label);
  }
  return set;
}
