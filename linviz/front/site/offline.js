// A service worker: what was fetched once is kept, so that a second visit needs no network. The page
// itself is asked for anew where there is a network; all else has its version in its address.

const KEPT = "linviz";
const scope = /** @type {any} */ (self);

scope.addEventListener("install", () => scope.skipWaiting());
scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener("fetch", (event) => {
  if (event.request.method === "GET" && event.request.url.startsWith(scope.registration.scope))
    event.respondWith(answer(event.request));
});

async function answer(request) {
  const kept = await caches.open(KEPT);
  const opens = request.mode === "navigate"; // what a link says is not part of the page's address
  const known = await kept.match(request, { ignoreSearch: opens });
  if (known && !opens) return known;
  try {
    const response = await fetch(request);
    if (response.ok) {
      await kept.delete(request, { ignoreSearch: true }); // another version
      await kept.put(request, response.clone());
    }
    return response;
  } catch (error) {
    if (known) return known;
    throw error;
  }
}
