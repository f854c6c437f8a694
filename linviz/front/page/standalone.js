// A page saved as a file: a model that answers from the data in the file, as the kernel would.

import { render } from "./page.js";
import { part, parts } from "./part.js";
import { WORDS } from "./words.js";

async function start() {
  const { bytes, data: stored } = await unpacked(part(document, "#linviz-data").textContent);
  const buffers = bytes.map((text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
  const data = decoded(stored, buffers);
  const model = createModel(data);
  const el = part(document, "#linviz-page");
  render({ model, el });
  part(el, ".linviz").dataset.snapshot = "true"; // the scenario is fixed: no controls
  Object.assign(part(el, ".tagline"), { textContent: data.note, hidden: false });
  for (const button of parts(el, ".files [data-file]:not([data-file=json])")) button.parentElement.remove();
}

// JSON that was packed by gzip; what a browser cannot unpack it says in words.
async function unpacked(text) {
  if (!("DecompressionStream" in window)) {
    part(document, "#linviz-page").textContent = WORDS.page.needsBrowser;
    throw new Error("no DecompressionStream");
  }
  const packed = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

function createModel(data) {
  const listeners = new Map();
  const tell = (event, ...values) => {
    for (const callback of listeners.get(event) ?? []) callback(...values);
  };
  const later = (message, ...buffers) => setTimeout(() => tell("msg:custom", message, buffers), 0);
  let axes = { log_loss: data.run.view.log_loss, log_time: data.run.view.log_time };
  const answers = {
    ping: (message) => later({ type: "pong", request: message.request }),
    rest: () => later(data.later[0].message, ...data.later[0].buffers),
    spectra: () => later(data.later[1].message, ...data.later[1].buffers),
    download: () => later({ type: "download", name: `${data.run.stem}.json`, mime: "application/json" }, data.json),
    view: ({ log_loss = axes.log_loss, log_time = axes.log_time }) => {
      if (log_loss === axes.log_loss && log_time === axes.log_time) return;
      axes = { log_loss, log_time };
      const pictures = data.pictures[`${Number(log_loss)}${Number(log_time)}`];
      data.run = { ...data.run, pictures, view: { ...data.run.view, ...axes } };
      tell("change:run");
    },
  };
  return {
    get: (name) => (name === "run" ? data.run : { state: "ready", words: "", note: "", request: 0, opened: true }),
    on: (event, callback) => listeners.set(event, [...(listeners.get(event) ?? []), callback]),
    off: (event, callback) =>
      listeners.set(
        event,
        (listeners.get(event) ?? []).filter((one) => one !== callback),
      ),
    send: (message) => answers[message.type]?.(message),
  };
}

// Bytes stand in a list of their own, and where they are needed as {bytes: which, from: where they
// begin}; arrays need them as a DataView, like those from a kernel.
function decoded(value, buffers) {
  if (value === null || typeof value !== "object") return value;
  if ("bytes" in value) return new DataView(buffers[value.bytes], value.from);
  if (Array.isArray(value)) return value.map((item) => decoded(item, buffers));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decoded(item, buffers)]));
}

start();
