// What the page shows: the run and the status, whether they are stored ones or Python's.

import { createAnswers, createListeners, decoded, unpacked } from "../page/stored.js";

export function createScreen(first) {
  const { tell, on, off } = createListeners();
  let data = first;
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
    get: (name) => ({ run, moved, status })[name],
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
    // A lecture scenario as it was stored.
    async open(address, request) {
      const response = await fetch(address);
      data = decoded(await unpacked(response.body));
      data.run = renumbered(data.run, run.id, run.view.id);
      for (const each of data.later) each.message = { ...each.message, id: data.run.id };
      screen.answers = answers();
      screen.showRun(data.run);
      screen.stored = true;
      screen.setStatus({ state: "ready", words: "", request, opened: true });
    },
  };
  return screen;
}

// The page tells runs, and views that come from outside, by numbers that only rise.
export const renumbered = (run, id, view) => ({
  ...run,
  id: run.id + id,
  view: { ...run.view, id: run.view.id + view },
});
