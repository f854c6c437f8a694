// Where a link leads, and the same link for a public address: a site, or a launcher such as Binder.

import { WORDS } from "./words.js";

const LAUNCHED = "voila/render/notebooks/dashboard.ipynb"; // what Binder is to open
const KEPT = "linviz-public-address";

/** @typedef {{ href: string, words: string, open: boolean, framed: boolean }} Leads
 *   `open`: whether another computer comes there; `framed`: whether it can stand within a page */

/**
 * @param {string} text what somebody typed
 * @returns {URL | null} null if it is no address of a page
 */
export function addressOf(text) {
  if (!/^https?:\/\/[^\s"'<>]{1,500}$/.test(text)) return null;
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** @param {URL} address */
const isLauncher = ({ pathname }) => /^\/v2\//.test(pathname);

/** @param {string} host */
const isHere = (host) => host === "localhost" || host === "[::1]" || /^127\./.test(host);

/**
 * The link for a public address. To a launcher the query goes within what it is to open.
 * @param {URL} address
 * @param {string} query
 * @returns {Leads}
 */
export function leadsTo(address, query) {
  if (isHere(address.hostname)) return { ...atHome(address, query), words: WORDS.share.here };
  if (!isLauncher(address)) {
    const href = `${address.origin}${address.pathname}?${query}`;
    return { href, words: WORDS.share.public(address.host), open: true, framed: true };
  }
  const opens = (address.searchParams.get("urlpath") ?? LAUNCHED).split("?")[0];
  const href = `${address.origin}${address.pathname}?urlpath=${encodeURIComponent(`${opens}?${query}`)}`;
  return { href, words: WORDS.share.launcher(address.host), open: true, framed: false };
}

/**
 * The link to the page itself.
 * @param {{ origin: string, pathname: string, host: string, hostname: string }} location
 * @param {string} query
 * @param {boolean} site whether it needs no server
 * @returns {Leads}
 */
export function leadsHome(location, query, site) {
  const { hostname, host, pathname } = location;
  if (isHere(hostname)) return { ...atHome(location, query), words: site ? WORDS.share.hereSite : WORDS.share.here };
  if (/\/user\/[^/]+\//.test(pathname)) return { ...atHome(location, query), words: WORDS.share.ownServer(host) };
  return { ...atHome(location, query), words: (site ? WORDS.share.site : WORDS.share.served)(host), open: true };
}

/** @param {{ origin: string, pathname: string }} location @param {string} query @returns {Leads} */
const atHome = ({ origin, pathname }, query) => ({
  href: `${origin}${pathname}?${query}`,
  words: "",
  open: false,
  framed: true,
});

// The public address that was named in this browser, kept where it keeps anything.
export const named = {
  get: () => {
    try {
      return localStorage.getItem(KEPT) ?? "";
    } catch {
      return ""; // a browser that keeps nothing
    }
  },
  /** @param {string} text */
  set: (text) => {
    try {
      if (text) localStorage.setItem(KEPT, text);
      else localStorage.removeItem(KEPT);
    } catch {
      // it is known until the page goes
    }
  },
};

// The same pictures as an element: of a site, which has the script for it; "" for a room that it has not.
/** @param {string} href */
export function panelOf(href) {
  const { origin, pathname, search } = new URL(href);
  const pairs = new URLSearchParams(search);
  if (pairs.get("room") === "starts") return "";
  const panels = pairs.get("panels") ?? "loss,modes";
  const asked = search.slice(1).replace(/"/g, "%22").replace(/&/g, "&amp;");
  const script = new URL("linviz-panel.js", origin + pathname).href;
  return `<script src="${script}"></script><linviz-panel scenario="${asked}" panels="${panels}"></linviz-panel>`;
}

/** @param {string} href @param {number} height */
export function frameOf(href, height) {
  const written = `${href}&embed=1`.replace(/&/g, "&amp;").replace(/"/g, "&quot;");
  return `<iframe src="${written}" title="linviz" width="100%" height="${height}" style="border: 0" loading="lazy" referrerpolicy="origin" allow="fullscreen"></iframe>`;
}
