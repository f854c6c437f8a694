// Python in a worker: it fetches the packed files, starts Pyodide, and passes messages on.

const scope = /** @type {any} */ (self);
/** @type {any} */
let receive = null;
const suspends = "Suspending" in WebAssembly; // then a run can stop to hear what came meanwhile

const SETUP = `
import asyncio
from pyodide.ffi import can_run_sync, run_sync, to_js
from linviz.panels.worker import Worker

def start(post):
    def breathe():
        if can_run_sync():
            run_sync(asyncio.sleep(0))
    worker = Worker(lambda text, buffers: post(text, to_js(buffers)), breathe)
    return lambda text, buffers: worker.receive(text, [buffer.to_bytes() for buffer in buffers])
start
`;

scope.onmessage = ({ data }) => {
  if (data.files) return begin(data.files).catch((error) => scope.postMessage({ failed: lastLine(error) }));
  if (suspends) receive.callPromising(data.text, data.buffers);
  else receive(data.text, data.buffers);
};

// Of a Python error the line that says what it is.
const lastLine = (error) =>
  String(error?.message ?? error)
    .trim()
    .split("\n")
    .pop();

async function begin(files) {
  const blobs = await fetched(files);
  serve(blobs);
  scope.importScripts("py/pyodide.js");
  const pyodide = await scope.loadPyodide({ indexURL: new URL("py/", self.location.href).href });
  await pyodide.loadPackage(["numpy", "scipy"], { messageCallback() {}, errorCallback() {}, checkIntegrity: false });
  pyodide.unpackArchive(await blobs["linviz.zip"].arrayBuffer(), "zip", { extractDir: "/home/pyodide" });
  const start = await pyodide.runPythonAsync(SETUP);
  receive = start((text, buffers) => scope.postMessage({ text, buffers }));
  scope.postMessage({ ready: true, suspends });
}

// All files at once, unpacked as they come.
async function fetched(files) {
  const total = Object.values(files).reduce((sum, size) => sum + size, 0);
  let done = 0;
  let told = 0;
  const count = (chunk, controller) => {
    done += chunk.byteLength;
    controller.enqueue(chunk);
    if (performance.now() - told < 100 && done < total) return;
    told = performance.now();
    scope.postMessage({ done, total });
  };
  const names = Object.keys(files);
  const found = await Promise.all(
    names.map(async (name) => {
      const response = await fetch(`py/${name}.gz`);
      if (!response.ok) throw new Error(`py/${name}.gz: ${response.status}`);
      const counted = /** @type {any} */ (response.body).pipeThrough(new TransformStream({ transform: count }));
      return new Response(counted.pipeThrough(new DecompressionStream("gzip"))).blob();
    }),
  );
  return Object.fromEntries(names.map((name, k) => [name, found[k]]));
}

// From now on Pyodide's own requests are answered from what is here.
function serve(blobs) {
  const [fetchAnew, importAnew] = [scope.fetch.bind(self), scope.importScripts.bind(self)];
  const blobOf = (url) => blobs[String(url?.url ?? url).replace(/.*\//, "")];
  const typeOf = (url) => (String(url?.url ?? url).endsWith(".wasm") ? "application/wasm" : "application/octet-stream");
  scope.fetch = async (url, options) => {
    const blob = blobOf(url);
    return blob ? new Response(blob, { headers: { "Content-Type": typeOf(url) } }) : fetchAnew(url, options);
  };
  scope.importScripts = (...urls) =>
    importAnew(
      ...urls.map((url) =>
        blobOf(url) ? URL.createObjectURL(new Blob([blobOf(url)], { type: "text/javascript" })) : url,
      ),
    );
}
