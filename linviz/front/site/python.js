// Python in the browser: fetched when it is needed, in a worker that can be ended and begun anew.

import { WORDS } from "../page/words.js";

const HEARS_WITHIN = 400; // milliseconds in which a run that hears stops by itself

/**
 * @param {Record<string, number>} files bytes by name, packed
 * @param {{ message: (content: any, buffers: DataView[]) => void, progress: (done: number, total: number) => void,
 *           ready: () => void, failed: (words: string) => void }} hooks
 */
export function createPython(files, hooks) {
  /** @type {Worker | null} */
  let worker = null;
  let ready = false;
  let suspends = false;
  let heard = 0; // messages from the worker

  function begin() {
    worker = new Worker("worker.js");
    worker.onerror = (event) => hooks.failed(event.message || WORDS.site.noWorker);
    worker.onmessage = ({ data }) => hear(data);
    worker.postMessage({ files });
  }

  function hear(data) {
    heard += 1;
    if (data.failed) hooks.failed(data.failed);
    else if (data.ready) {
      ready = true;
      suspends = data.suspends;
      hooks.ready();
    } else if (data.total) hooks.progress(data.done, data.total);
    else if (ready) {
      // what it says before is of a first screen that nobody asked for
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
    // Asks for a stop; whether Python hears it, or has to be begun anew.
    stop(message, again) {
      const before = heard;
      if (suspends) worker?.postMessage(asText(message));
      else return again();
      setTimeout(() => heard === before && again(), HEARS_WITHIN);
    },
    send: (message, buffers = []) => worker?.postMessage(asText(message, buffers)),
  };
}

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
