// A saved page that is alive: what the browser can compute by itself is edited there without a server.

import { withArrays, withRepeats } from "./arrays.js";
import { afterMove, follows } from "../hand/job.js";
import { edited } from "../hand/partial.js";
import { parts } from "./part.js";
import { WORDS } from "./words.js";

/**
 * Controls that the browser can follow by itself; the others are grey, and said to need Python.
 * @param {any} root
 */
export function enliven(root) {
  const { page } = root.linviz;
  const { controls } = page;
  const show = controls.show.bind(controls);
  root.dataset.alive = "true";
  controls.root.insertAdjacentHTML("afterbegin", `<p class="hint">${WORDS.hand.alive}</p>`);
  controls.show = (run) => {
    show(run);
    for (const input of parts(controls.root, "input, select, button, textarea")) {
      const free = input.matches(".reset") || follows(run.preview, input.dataset.field ?? "");
      if (!free) input.disabled = true;
      input.closest(".row, .mode, label")?.toggleAttribute("data-locked", !free);
    }
  };
  controls.show(page.run);
}

const axesOf = ({ log_loss, log_time }) => `${Number(log_loss)}${Number(log_time)}`;

/**
 * The answers of a stored run, and those to its edits.
 * @param {any} data
 * @param {Record<string, (message: any) => void>} answers
 * @param {(event: string) => void} tell
 * @param {{ page: () => any, edited: (on: boolean) => void }} place
 */
export function alive(data, answers, tell, place) {
  const saved = data.run;
  let last = /** @type {any} */ (null); // what is known of the last run, and what was found of it
  let moved = /** @type {Record<string, any>} */ ({});
  const picture = () => data.pictures[axesOf(data.run.view)];

  function draw() {
    const made = withRepeats(withArrays(picture()));
    const base = { ...withArrays({ ...saved, pictures: null }), made, view: data.run.view };
    const told = Object.entries(moved).map(([name, value]) => `${name} = ${value}`);
    const code = `${WORDS.hand.edited(told.join(", "))}\n${saved.code}`;
    data.run = { ...edited(base, last.known, last.found), id: data.run.id, code };
  }

  async function edit({ field, value, index }) {
    const page = place.page();
    const known = field === "reset" ? null : afterMove(page.run, { field, index, value });
    const found = known && (await page.preview.whole(known));
    if (field !== "reset" && !found) return page.tell(WORDS.page.needsKernel);
    data.run = { ...data.run, id: data.run.id + 1 };
    [last, moved] = found
      ? [
          { known, found },
          { ...moved, [[field, ...index.slice(0, 3).map((k) => k + 1)].join(" ")]: value },
        ]
      : [null, {}];
    if (last) draw();
    else data.run = { ...saved, id: data.run.id, view: data.run.view, pictures: picture() };
    tell("change:run");
  }

  return {
    request: 0,
    ...answers,
    rest: (message) => last || answers.rest(message),
    spectra: (message) => last || answers.spectra(message),
    view(message) {
      const { log_loss, log_time } = { ...data.run.view, ...message };
      if (!last) return answers.view(message);
      if (axesOf({ log_loss, log_time }) === axesOf(data.run.view)) return;
      data.run = { ...data.run, view: { ...data.run.view, log_loss, log_time } };
      draw();
      tell("change:run");
    },
    async edit({ edits, request }) {
      for (const each of edits) await edit(each);
      this.request = request;
      place.edited(last !== null);
      tell("change:status");
    },
  };
}
