// What a page shows of a run where no Python answers: how it is packed, and what it answers itself.

// What was packed by gzip.
/** @param {ReadableStream | null} stream */
export const unpacked = (stream) =>
  new Response(/** @type {ReadableStream} */ (stream).pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();

/** @param {string} text */
export const streamOf = (text) => new Blob([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]).stream();

// A line of JSON that says how long the bytes after it are; of each of them the bytes 0, 8, 16 … come
// first, then 1, 9, 17 …
/** @param {ArrayBuffer} content */
export function decoded(content) {
  const all = new Uint8Array(content);
  let place = all.indexOf(10);
  const { sizes, data } = JSON.parse(new TextDecoder().decode(all.subarray(0, place)));
  const buffers = sizes.map((/** @type {number} */ size) => {
    const bytes = new Uint8Array(size);
    for (let k = 0; k < 8; k += 1)
      for (let i = k; i < size; i += 8) {
        place += 1;
        bytes[i] = all[place];
      }
    return bytes.buffer;
  });
  return placed(data, buffers);
}

// Where bytes are needed they stand as {bytes: which, from: where they
// begin}; arrays need them as a DataView, like those from a kernel.
/** @param {any} value @param {ArrayBuffer[]} buffers */
function placed(value, buffers) {
  if (value === null || typeof value !== "object") return value;
  if ("bytes" in value) return new DataView(buffers[value.bytes], value.from);
  if (Array.isArray(value)) return value.map((item) => placed(item, buffers));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, placed(item, buffers)]));
}

// Answers of a stored run, as the kernel would give them; undefined where it has none.
/** @param {any} data @param {(event: string, ...values: any[]) => void} tell */
export function createAnswers(data, tell) {
  const later = (message, ...buffers) => setTimeout(() => tell("msg:custom", message, buffers), 0);
  let axes = { log_loss: data.run.view.log_loss, log_time: data.run.view.log_time };
  return {
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
}

// Who listens to what.
export function createListeners() {
  const listeners = new Map();
  return {
    tell: (event, ...values) => {
      for (const callback of listeners.get(event) ?? []) callback(...values);
    },
    on: (event, callback) => listeners.set(event, [...(listeners.get(event) ?? []), callback]),
    off: (event, callback) =>
      listeners.set(
        event,
        (listeners.get(event) ?? []).filter((one) => one !== callback),
      ),
  };
}
