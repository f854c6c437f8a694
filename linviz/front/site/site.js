// The page without a server: what is stored is shown at once, and Python comes when it is needed.

import { queryOf } from "../page/address.js";
import { render } from "../page/page.js";
import { part } from "../page/part.js";
import { decoded, streamOf, unpacked } from "../page/stored.js";
import { ownSearch } from "../page/tracking.js";
import { WORDS } from "../page/words.js";
import { keepFiles } from "./keep.js";
import { createModel } from "./model.js";
import { createScreen, linked } from "./screen.js";

const WIDE = 900; // pixels from which Python is fetched at once, unless the visitor saves data
const END = { t: 1, last: 1 }; // no moment

async function start() {
  const site = JSON.parse(part(document, "#linviz-site").textContent);
  if (ownSearch() === "" && site.link) history.replaceState(null, "", `?${site.link}`);
  const data = decoded(await unpacked(streamOf(part(document, "#linviz-data").textContent)));
  const el = part(document, "#linviz-page");
  const query = () => linkOf(el.querySelector(".linviz"));
  const page = () => /** @type {any} */ (el.querySelector(".linviz"))?.linviz?.page;
  const model = createModel(site, linked(data, site.usual), createScreen(data), query, undefined, page);
  // what is kept or sent is all of what is shown, also where the browser has answered a part of it by itself
  el.addEventListener("click", ({ target }) => {
    if (/** @type {Element} */ (target).closest(".open-share")) model.whole();
  });
  render({ model, el });
  for (const hint of el.querySelectorAll(".upload .hint")) hint.append(` ${WORDS.site.stays}`);
  const connection = /** @type {any} */ (navigator).connection;
  // the picture is painted first
  const soon = () => setTimeout(model.begin, 0);
  if (window.innerWidth >= WIDE && !connection?.saveData) requestAnimationFrame(soon);
  if (site.offline) keepFiles(site, model, Boolean(connection?.saveData));
}

// What the page says of itself, once it shows something.
function linkOf(root) {
  const page = root?.linviz?.page;
  return page?.run ? queryOf(page.run, page.view.now, END, page.view.usual) : "";
}

start();
