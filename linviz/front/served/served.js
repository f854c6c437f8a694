// The page that a server with kernels sends: what is stored of its first screen is shown at once, and
// the kernel's page, once it is there, goes on with it.

import { render } from "../page/page.js";
import { part } from "../page/part.js";
import { decoded } from "../page/stored.js";
import { createScreen } from "../site/screen.js";
import { createModel } from "./kernel.js";
import { shownBy } from "./link.js";

function start() {
  const shared = /** @type {any} */ (window);
  const { data } = shared.linvizFirst;
  const alone = document.querySelector('meta[name="linviz-alone"]') !== null;
  const first = decoded(data);
  const view = shownBy(window.location.search, first.run, first.run.catalogue);
  // the kernel's own page may have come first
  if (!view || document.querySelector(".linviz")) return;
  const axes = `${Number(view.log_loss)}${Number(view.log_time)}`;
  first.run = { ...first.run, view: { ...first.run.view, ...view }, pictures: first.pictures[axes] };
  const screen = createScreen(first);
  screen.setStatus({ opened: true });
  const model = createModel(screen, window.location.search);
  document.documentElement.dataset.linvizFirst = "true"; // the words of waiting go
  render({ model, el: part(document, "#linviz-page") });
  shared.linvizFirst = {
    // The kernel's page is there: this one becomes it, and stands where it was to stand.
    join(/** @type {any} */ live, /** @type {HTMLElement} */ place) {
      delete shared.linvizFirst;
      if (alone) part(document, "#rendered_cells").hidden = true;
      else settleIn(place);
      model.join(live);
      return () => {};
    },
    // The page is asked for anew: what it was asked for is not lost.
    keep: () => /** @type {any} */ (part(document, ".linviz")).linviz.page.keep(),
    // There will be none: what was shown in its place are words.
    failed() {
      part(document, "#rendered_cells").hidden = true;
      model.failed();
    },
  };
}

// A notebook has more in it than its page.
/** @param {HTMLElement} place */
function settleIn(place) {
  place.append(part(document, ".linviz"));
  delete document.documentElement.dataset.linvizFirst;
  window.dispatchEvent(new Event("resize")); // JupyterLab's frame has no size while it is hidden
}

start();
