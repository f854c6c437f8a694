// A page saved as a file: a model that answers from the data in the file, as the kernel would.

import { render } from "./page.js";

function start() {
  const data = decoded(JSON.parse(document.getElementById("linviz-data").textContent));
  const model = createModel(data);
  const el = document.getElementById("linviz-page");
  render({ model, el });
  el.querySelector(".linviz").dataset.snapshot = "true"; // the scenario is fixed: no controls
  el.querySelector(".tagline").textContent = data.note;
  el.querySelectorAll(".files [data-file]:not([data-file=json])").forEach((button) => button.parentElement.remove());
}

function createModel(data) {
  const listeners = new Map();
  const tell = (event, ...values) => (listeners.get(event) ?? []).forEach((callback) => callback(...values));
  const later = (message, ...buffers) => setTimeout(() => tell("msg:custom", message, buffers), 0);
  let axes = { log_loss: data.run.view.log_loss, log_time: data.run.view.log_time };
  const answers = {
    ping: (message) => later({ type: "pong", request: message.request }),
    rest: () => later(data.later.message, ...data.later.buffers),
    download: () => later({ type: "download", name: "linviz.json", mime: "application/json" }, data.json),
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

// Bytes stand in the file as {base64}; arrays need them as a DataView, like those from a kernel.
function decoded(value) {
  if (value === null || typeof value !== "object") return value;
  if ("base64" in value) return new DataView(Uint8Array.from(atob(value.base64), (c) => c.charCodeAt(0)).buffer);
  if (Array.isArray(value)) return value.map(decoded);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decoded(item)]));
}

start();
