// A service worker: what was fetched once is kept, and what the page names besides, so that a second visit
// needs no network. A page is asked for anew where there is a network; all else has its version in its
// address.

const KEPT = "linviz";
const scope = /** @type {any} */ (self);

scope.addEventListener("install", () => scope.skipWaiting());
scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener("message", (event) => event.waitUntil(keepAll(event.data)));
scope.addEventListener("fetch", (event) => {
  if (event.request.method === "GET" && event.request.url.startsWith(scope.registration.scope))
    event.respondWith(answer(event));
});

async function answer(event) {
  const { request } = event;
  const opens = request.mode === "navigate";
  const kept = await caches.open(KEPT);
  const address = opens ? pageOf(request.url) : request.url;
  const known = await kept.match(address);
  if (known && !opens) return known;
  try {
    const response = await fetch(request);
    if (response.ok) event.waitUntil(keep(kept, address, response.clone()));
    return response;
  } catch (error) {
    if (known) return known;
    throw error;
  }
}

// What a link says is not part of the page's address.
function pageOf(url) {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.replace(/\/index\.html$/, "/")}`;
}

// One after the other: what is shown comes first.
async function keepAll({ pages, files }) {
  const kept = await caches.open(KEPT);
  const addressOf = (name) => new URL(name, scope.registration.scope).href;
  for (const page of pages) await fetchAndKeep(kept, addressOf(page), "no-cache");
  for (const file of files) {
    const address = addressOf(file);
    if (!(await kept.match(address))) await fetchAndKeep(kept, address, "force-cache");
  }
}

async function fetchAndKeep(kept, address, cache) {
  const response = await fetch(address, { cache }).catch(() => null);
  if (response?.ok) await keep(kept, address, response);
}

// In place of another version. Where the browser has no room for it nothing is kept.
async function keep(kept, address, response) {
  try {
    await kept.put(address, response);
    const all = await kept.keys(address, { ignoreSearch: true });
    await Promise.all(all.filter(({ url }) => url !== address).map((other) => kept.delete(other)));
  } catch {
    await kept.delete(address);
  }
}
