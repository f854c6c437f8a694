// What the page shows: the run and the status, whether they are stored ones or Python's.

import { createAnswers, createListeners } from "../page/stored.js";
import { shownBy } from "../served/link.js";

// The same, for links to it that say by themselves how it is shown: what they leave out is as usual.
/** @param {any} data @param {Record<string, any>} usual */
export const linked = (data, usual) => ({ ...data, run: { ...data.run, view: { ...data.run.view, ...usual } } });

export function createScreen(first) {
  const { tell, on, off } = createListeners();
  let data = first;
  let look = {}; // what was chosen of it since it was opened
  let moved = {}; // what a control that is dragged has moved since the run
  let run = data.run;
  let status = { state: "ready", words: "", note: "", request: 0, opened: window.location.search.length < 2 };
  const answers = () =>
    createAnswers(data, (event, ...values) => {
      if (event === "change:run") run = data.run;
      tell(event, ...values);
    });

  const screen = {
    stored: true, // whether what is shown is what was stored
    answers: answers(),
    on,
    off,
    tell,
    get data() {
      return data;
    },
    get: (name) => ({ run, moved, status })[name],
    /** @param {Record<string, any>} message how it is to be shown */
    note: ({ type: _, ...chosen }) => {
      look = { ...look, ...chosen };
    },
    setStatus(changed) {
      status = { ...status, note: "", ...changed };
      tell("change:status");
    },
    showRun(next) {
      screen.stored = false;
      [run, moved] = [next, {}];
      tell("change:run");
    },
    showMoved(next) {
      moved = next;
      tell("change:moved");
    },
    // The last whole run, where a control has moved since.
    back() {
      if (!("pictures" in moved)) return;
      moved = {};
      tell("change:run");
    },
    /**
     * Another screen as it was stored, if it is the one that the link asks for.
     * @param {any} next @param {number} request
     * @param {string | null} search null asks for it as the one before was shown, but for its axes
     * @param {string} room in which it is then shown
     */
    open(next, request, search, room = "run") {
      const { log_loss, log_time } = next.run.view;
      const view =
        search === null
          ? { ...run.view, ...look, log_loss, log_time, t: null, room }
          : shownBy(search, next.run, next.run.catalogue);
      if (!view) return false;
      look = {};
      const pictures = next.pictures[`${Number(view.log_loss)}${Number(view.log_time)}`];
      const id = { id: run.id + 1, view: { ...view, id: run.view.id + 1 } };
      data = { ...next, run: { ...next.run, ...id, pictures } };
      data.later = next.later.map((each) => ({ ...each, message: { ...each.message, id: run.id + 1 } }));
      screen.answers = answers();
      screen.showRun(data.run);
      screen.stored = true;
      screen.setStatus({ state: "ready", words: "", request, opened: true });
      return true;
    },
  };
  return screen;
}
