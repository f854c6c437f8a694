// Python in the browser: fetched when it is needed, in a worker that can be ended and begun anew.

import { WORDS } from "../page/words.js";

const HEARS_WITHIN = 400; // milliseconds in which a run that hears is told to stop

/**
 * @param {{ python: Record<string, { size: number, version: string }>, compiled: boolean, worker: string }} site
 * @param {{ state: () => { state: object, buffers: Uint8Array[] },
 *           message: (content: any, buffers: DataView[]) => void, progress: (done: number, total: number) => void,
 *           begun: () => void, failed: (words: string) => void }} hooks
 */
export function createPython(site, hooks) {
  /** @type {Worker | null} */
  let worker = null;
  let ready = false; // to take messages
  let suspends = false;
  let hears = () => {};
  /** @type {Record<string, Blob> | null} what was fetched, for the next one */
  let blobs = null;

  function begin() {
    ready = false;
    try {
      worker = new Worker(`worker.js?${site.worker}`);
    } catch {
      return void setTimeout(() => hooks.failed(isFromDisk() ? WORDS.site.fromDisk : WORDS.site.noWorker), 0);
    }
    const own = worker;
    worker.onerror = (event) => own === worker && hooks.failed(event.message || WORDS.site.noWorker);
    worker.onmessage = ({ data }) => own === worker && hear(data);
    worker.postMessage({ files: site.python, blobs, compiled: site.compiled });
  }

  function hear(data) {
    if (data.failed) hooks.failed(data.failed);
    else if (data.blobs) blobs = data.blobs;
    else if (data.heard) hears();
    else if (data.asks) {
      suspends = data.suspends;
      worker?.postMessage(hooks.state());
      ready = true; // it takes what comes in order
      hooks.begun();
    } else if (data.total) hooks.progress(data.done, data.total);
    else {
      const { content, views } = parsed(data);
      hooks.message(content, views);
    }
  }

  function end() {
    worker?.terminate();
    worker = null;
    ready = false;
  }

  return {
    get begun() {
      return worker !== null;
    },
    get ready() {
      return ready;
    },
    begin,
    end,
    // Asks for a stop; where Python does not hear it, another one has to be begun.
    /** @param {object} message @param {() => void} heard @param {() => void} again */
    stop(message, heard, again) {
      if (!suspends) return again();
      const asked = worker;
      const late = setTimeout(() => asked === worker && again(), HEARS_WITHIN);
      hears = () => {
        clearTimeout(late);
        heard();
      };
      worker?.postMessage({ ...asText(message), told: true });
    },
    send: (message, buffers = []) => worker?.postMessage(asText(message, buffers)),
  };
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
