// The page that a server with kernels sends: what is stored of its first screen is shown at once, and
// the kernel's page, once it is there, goes on with it.

import { isGone } from "../page/again.js";
import { render } from "../page/page.js";
import { part } from "../page/part.js";
import { decoded } from "../page/stored.js";
import { WORDS } from "../page/words.js";
import { createScreen } from "../site/screen.js";
import { createModel } from "./kernel.js";
import { shownBy } from "./link.js";
import { createLive } from "./live.js";

const VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]'; // which says what the kernel's page is
const [MOST, TRIES] = [2, "linviz-tries"]; // that many times a page is asked for anew whose kernel ended on its way

const shared = /** @type {any} */ (window);
const place = () => part(document, "#linviz-page");
const drop = () => {
  document.documentElement.dataset.linvizFirst = "true"; // the words of waiting go
};

// The stored screen, if it is the one that the link asks for.
/** @param {ArrayBuffer} data */
function showStored(data) {
  const first = decoded(data);
  const view = shownBy(window.location.search, first.run, first.run.catalogue);
  // the kernel's own page may have come first
  if (!view || document.querySelector(".linviz")) return null;
  const axes = `${Number(view.log_loss)}${Number(view.log_time)}`;
  first.run = { ...first.run, view: { ...first.run.view, ...view }, pictures: first.pictures[axes] };
  const screen = createScreen(first);
  screen.setStatus({ opened: true });
  const model = createModel(screen, window.location.search);
  drop();
  render({ model, el: place() });
  return model;
}

// The page is all that the server sends, and talks to its kernel itself.
async function startAlone() {
  /** @type {any} */
  let first = null;
  let there = false;
  const stored = Promise.resolve(shared.linvizFirst.data).then((data) => {
    if (data && !there) first = showStored(data);
  });
  if (document.readyState === "loading") {
    await new Promise((done) => document.addEventListener("DOMContentLoaded", done, { once: true }));
  }
  const cells = part(document, "#rendered_cells");
  const view = cells.querySelector(VIEW);
  if (!view) {
    await stored;
    if (first) return first.failed();
    drop();
    cells.dataset.told = "true";
    return;
  }
  const { baseUrl, kernelId } = JSON.parse(part(document, "#jupyter-config-data").textContent);
  const address = new URL(`${baseUrl}api/kernels/${kernelId}/channels`, window.location.href).href;
  const cut = async () => {
    if (!(await isGone())) return;
    if (there || first) live.end();
    else anew();
  };
  const live = createLive(address.replace("http", "ws"), JSON.parse(view.textContent).model_id, cut);
  await live.begun;
  there = true;
  sessionStorage.removeItem(TRIES);
  cells.hidden = true;
  if (first) return first.join(live.model);
  drop();
  render({ model: live.model, el: place() });
}

// A page that shows nothing yet, and whose kernel has ended.
function anew() {
  const before = Number(sessionStorage.getItem(TRIES) ?? 0);
  sessionStorage.setItem(TRIES, String(before + 1));
  if (before < MOST) window.location.reload();
  else part(document, "#loading").textContent = WORDS.served.ended;
}

// The page is one of a notebook's outputs, which Voila's scripts bring.
async function startWithin() {
  const data = await shared.linvizFirst.data;
  const model = data && showStored(data);
  if (!model) return;
  shared.linvizFirst = {
    // The kernel's page is there: this one becomes it, and stands where it was to stand.
    join(/** @type {any} */ live, /** @type {HTMLElement} */ to) {
      delete shared.linvizFirst;
      to.append(part(document, ".linviz"));
      delete document.documentElement.dataset.linvizFirst;
      window.dispatchEvent(new Event("resize")); // JupyterLab's frame has no size while it is hidden
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

if (document.querySelector('meta[name="linviz-alone"]')) startAlone();
else startWithin();
