// Python in the browser: fetched when it is needed, in a worker that can be ended and begun anew.

import { WORDS } from "../page/words.js";

const HEARS_WITHIN = 400; // milliseconds in which a run that hears is told to stop

/**
 * @typedef {object} Hooks
 * @property {() => { state: object, buffers: Uint8Array[] }} state what a Python that begins is handed
 * @property {(content: any, buffers: DataView[]) => void} message
 * @property {(done: number, total: number) => void} progress
 * @property {() => void} fetched its files are here
 * @property {() => void} begun
 * @property {() => void} lost another page has ended the Python; it begins anew
 * @property {(words: string) => void} failed
 */
/**
 * @typedef {object} Page
 * @property {Hooks} hooks
 * @property {boolean} wanted
 * @property {boolean} ready to take messages
 * @property {() => void} hears
 */

/**
 * A Python for all dashboards of a document: each has a session of its own in it.
 * @param {{ python: Record<string, { size: number, version: string }>, compiled: boolean, worker: string, base?: string }} site
 *   `base`: where it is, for a document that is elsewhere
 */
export function createEngine(site) {
  const base = site.base ?? new URL("./", window.location.href).href;
  /** @type {Page[]} */
  const pages = [];
  const wanted = () => pages.filter((page) => page.wanted);
  /** @type {Worker | null} */
  let worker = null;
  let asks = false; // for the pages' states: Python is there
  let suspends = false;
  /** @type {Record<string, Blob> | null} what was fetched, for the next one */
  let blobs = null;

  function begin() {
    asks = false;
    try {
      worker = new Worker(addressOf(base, site.worker));
    } catch {
      return void setTimeout(() => fail(isFromDisk() ? WORDS.site.fromDisk : WORDS.site.noWorker), 0);
    }
    const own = worker;
    worker.onerror = (event) => own === worker && fail(event.message || WORDS.site.noWorker);
    worker.onmessage = ({ data }) => own === worker && hear(data);
    worker.postMessage({ files: site.python, blobs, compiled: site.compiled, base });
  }

  /** @param {string} words */
  function fail(words) {
    const told = wanted();
    for (const page of told) page.wanted = false;
    for (const page of told) page.hooks.failed(words);
  }

  /** @param {any} data */
  function hear(data) {
    if (data.failed) fail(data.unreachable ? WORDS.site.unreachable(data.failed) : data.failed);
    else if (data.blobs) {
      blobs = data.blobs;
      for (const { hooks } of wanted()) hooks.fetched();
    } else if (data.heard) pages[data.page].hears();
    else if (data.asks) {
      [asks, suspends] = [true, data.suspends];
      wanted().forEach(join);
    } else if (data.total) for (const { hooks } of wanted()) hooks.progress(data.done, data.total);
    else {
      const { content, views } = parsed(data);
      pages[data.page].hooks.message(content, views);
    }
  }

  /** @param {Page} page */
  function join(page) {
    worker?.postMessage({ ...page.hooks.state(), page: pages.indexOf(page) });
    page.ready = true; // it takes what comes in order
    page.hooks.begun();
  }

  // With it goes what the other pages have in it: they are handed to the next one.
  /** @param {Page} page */
  function end(page) {
    page.wanted = false;
    worker?.terminate();
    worker = null;
    for (const each of pages) each.ready = false;
    const others = wanted();
    if (others.length > 0) begin();
    for (const { hooks } of others) hooks.lost();
  }

  return {
    /** @param {Hooks} hooks */
    join(hooks) {
      /** @type {Page} */
      const page = { hooks, wanted: false, ready: false, hears: () => {} };
      const number = pages.push(page) - 1;
      return {
        get begun() {
          return page.wanted;
        },
        get ready() {
          return page.ready;
        },
        get fetched() {
          return blobs !== null;
        },
        begin() {
          page.wanted = true;
          if (!worker) begin();
          else if (asks) join(page);
        },
        end: () => end(page),
        // Asks for a stop; where Python does not hear it, another one has to be begun.
        /** @param {object} message @param {() => void} heard @param {() => void} again */
        stop(message, heard, again) {
          if (!suspends) return again();
          const asked = worker;
          const late = setTimeout(() => asked === worker && again(), HEARS_WITHIN);
          page.hears = () => {
            clearTimeout(late);
            heard();
          };
          worker?.postMessage({ ...asText(message), told: true, page: number });
        },
        /** @param {object} message @param {ArrayBuffer[]} [buffers] */
        send: (message, buffers = []) => worker?.postMessage({ ...asText(message, buffers), page: number }),
      };
    },
  };
}

// A worker's own file has to be of the document's origin: one from elsewhere is imported by it.
/** @param {string} base @param {string} version */
function addressOf(base, version) {
  const address = new URL(`worker.js?${version}`, base).href;
  if (new URL(base).origin === window.location.origin) return address;
  return URL.createObjectURL(new Blob([`importScripts(${JSON.stringify(address)});`], { type: "text/javascript" }));
}

const isFromDisk = () => window.location.protocol === "file:";

const asText = (message, buffers = []) => ({
  text: JSON.stringify(message),
  buffers: buffers.map((b) => new Uint8Array(b)),
});

// JSON in which {buffer: k} stands for the k-th of the bytes; those that it does not name come after.
function parsed({ text, buffers }) {
  const views = buffers.map((b) => new DataView(b.buffer, b.byteOffset, b.byteLength));
  let named = 0;
  const content = JSON.parse(text, (_, value) => {
    if (value === null || typeof value !== "object" || !("buffer" in value)) return value;
    named += 1;
    return views[value.buffer];
  });
  return { content, views: views.slice(named) };
}
