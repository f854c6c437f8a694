// The link to what is on the screen: written to the address bar of a page of our own, read on opening.

import { DEFAULTS } from "./view.js";

const WRITE_AFTER = 300;

/** @typedef {{ query: string, kept: string | null, files?: string[] }} Run what a link says of their files besides */
/** @typedef {Record<string, any> & { panels: string[], hidden: string[] }} View */
/** @typedef {{ t: number, last: number }} Moment */

// Whether this page may write the address: one of Voila's, and the first dashboard in it.
/** @param {HTMLElement} root */
export function ownsAddress(root) {
  if (document.body.dataset.voila !== "voila") return false;
  const shared = /** @type {Window & { linvizAddress?: HTMLElement }} */ (window);
  if (!shared.linvizAddress?.isConnected) shared.linvizAddress = root;
  return shared.linvizAddress === root;
}

// Query of the link, by the names that the kernel reads.
/** @param {Run} run @param {View} view @param {Moment} clock @param {string[]} usual panels that a link need not name */
export function queryOf(run, view, clock, usual) {
  /** @type {[string, string | number][]} */
  const pairs = [];
  for (const [name, usual] of Object.entries(DEFAULTS)) {
    const value = view[name];
    // a lecture scenario brings axes of its own: there they are always named
    const named = /(^|&)preset=/.test(run.query) && name.startsWith("log_");
    if (value !== usual || named) pairs.push([name, typeof value === "boolean" ? Number(value) : value]);
  }
  if (view.panels.join() !== usual.join()) pairs.push(["panels", view.panels.join(",")]);
  if (view.hidden.length > 0) pairs.push(["hidden", view.hidden.join(",")]);
  if (clock.t < clock.last) pairs.push(["t", Number(clock.t.toPrecision(6))]);
  const [file = "", fileOfKept = ""] = run.files ?? [];
  if (run.kept) pairs.push(["A", [run.kept, fileOfKept].filter(Boolean).join("&")]);
  const text = (/** @type {[string, string | number]} */ [name, value]) =>
    `${name}=${encodeURIComponent(value).replace(/%2C/g, ",")}`;
  return [run.query, file, ...pairs.map(text)].filter(Boolean).join("&");
}

/** @param {() => string} query */
export function createAddress(query) {
  let timer = 0;
  /** @type {string | null} */
  let written = null;
  const show = (/** @type {string} */ next) => `${window.location.pathname}?${next}`;
  return {
    /**
     * Another state: the browser's Back leads to the one before.
     * @param {unknown} entry
     */
    push(entry) {
      clearTimeout(timer);
      written = query();
      history.pushState(entry, "", show(written));
    },
    /**
     * What the browser is to know of the state here.
     * @param {unknown} entry
     */
    mark: (entry) => history.replaceState(entry, ""),
    /** The browser has gone to another entry, whose address is its own. */
    leave() {
      clearTimeout(timer);
      written = null;
    },
    // Soon, so that a dragged slider does not fill the browser's log of addresses.
    write() {
      // the plain address stays plain until something is changed
      if (written === null && window.location.search.length < 2) written = query();
      clearTimeout(timer);
      timer = window.setTimeout(() => {
        const next = query();
        if (next === written) return;
        written = next;
        history.replaceState(history.state, "", show(next));
      }, WRITE_AFTER);
    },
    stop: () => clearTimeout(timer),
  };
}
