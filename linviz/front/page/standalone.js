// A page saved as a file: a model that answers from the data in the file, as the kernel would.

import { alive, enliven } from "./alive.js";
import { render } from "./page.js";
import { part, parts } from "./part.js";
import { createAnswers, createListeners, decoded, streamOf, unpacked } from "./stored.js";
import { WORDS } from "./words.js";

async function start() {
  const el = part(document, "#linviz-page");
  const data = decoded(await unpacked(streamOf(part(document, "#linviz-data").textContent)));
  render({ model: createModel(data, el), el });
  const root = part(el, ".linviz");
  root.dataset.snapshot = "true"; // the scenario is fixed, but for what can be computed here
  if (data.run.preview) enliven(root);
  Object.assign(part(el, ".tagline"), { textContent: data.note, hidden: false });
  for (const button of parts(el, ".files [data-file]:not([data-file=json])")) button.parentElement.remove();
}

function createModel(data, el) {
  const { tell, on, off } = createListeners();
  const answers = alive(data, createAnswers(data, tell), tell, {
    page: () => part(el, ".linviz").linviz.page,
    edited: (on) => {
      part(el, ".tagline").textContent = on ? WORDS.hand.aliveNote : data.note;
    },
  });
  const status = () => ({ state: "ready", words: "", note: "", request: answers.request, opened: true });
  return {
    get: (name) => (name === "run" ? data.run : status()),
    on,
    off,
    send: (message) => answers[message.type]?.(message),
  };
}

start();
