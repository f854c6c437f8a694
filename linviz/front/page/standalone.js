// A page saved as a file: a model that answers from the data in the file, as the kernel would.

import { render } from "./page.js";
import { part, parts } from "./part.js";
import { createAnswers, createListeners, decoded, streamOf, unpacked } from "./stored.js";
import { WORDS } from "./words.js";

async function start() {
  const el = part(document, "#linviz-page");
  if (!("DecompressionStream" in window)) {
    el.textContent = WORDS.page.needsBrowser;
    return;
  }
  const data = decoded(await unpacked(streamOf(part(document, "#linviz-data").textContent)));
  render({ model: createModel(data), el });
  part(el, ".linviz").dataset.snapshot = "true"; // the scenario is fixed: no controls
  Object.assign(part(el, ".tagline"), { textContent: data.note, hidden: false });
  for (const button of parts(el, ".files [data-file]:not([data-file=json])")) button.parentElement.remove();
}

function createModel(data) {
  const { tell, on, off } = createListeners();
  const answers = createAnswers(data, tell);
  return {
    get: (name) => (name === "run" ? data.run : { state: "ready", words: "", note: "", request: 0, opened: true }),
    on,
    off,
    send: (message) => answers[message.type]?.(message),
  };
}

start();
