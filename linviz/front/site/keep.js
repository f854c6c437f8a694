// For a visit without a network: tells the service worker what to keep. What this page has fetched before
// it was there comes from the browser's own store.

/**
 * @param {any} site
 * @param {{ on: (event: string, act: () => void) => void }} model
 * @param {boolean} sparing whether the visitor saves data: then only what is used is kept
 */
export function keepFiles(site, model, sparing) {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return; // a page that is not secure may keep nothing
  serviceWorker.register("offline.js");
  const tell = async (pages, files) => (await serviceWorker.ready).active?.postMessage({ pages, files });
  const python = Object.entries(site.python).map(([name, { version }]) => `py/${name}.gz?${version}`);
  model.on("change:python", () => tell([], python));
  const worker = `worker.js?${site.worker}`; // which says what is missing
  if (sparing) return tell(["./"], [worker]);
  const stored = Object.entries(site.stored).map(([name, version]) => `stored/${name}.gz?${version}`);
  tell(["./", ...site.pages], [worker, ...stored]);
}
