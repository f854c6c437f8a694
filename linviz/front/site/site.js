// The page without a server: what is stored is shown at once, and Python comes when it is needed.

import { render } from "../page/page.js";
import { part } from "../page/part.js";
import { decoded, streamOf, unpacked } from "../page/stored.js";
import { ownSearch } from "../page/tracking.js";
import { createModel } from "./model.js";
import { createScreen } from "./screen.js";

const WIDE = 900; // pixels from which Python is fetched at once, unless the visitor saves data

async function start() {
  const site = JSON.parse(part(document, "#linviz-site").textContent);
  if (ownSearch() === "" && site.link) history.replaceState(null, "", `?${site.link}`);
  const data = decoded(await unpacked(streamOf(part(document, "#linviz-data").textContent)));
  const model = createModel(site, createScreen(data));
  render({ model, el: part(document, "#linviz-page") });
  const connection = /** @type {any} */ (navigator).connection;
  if (window.innerWidth >= WIDE && !connection?.saveData) model.begin();
  if (site.offline) navigator.serviceWorker?.register("offline.js");
}

start();
