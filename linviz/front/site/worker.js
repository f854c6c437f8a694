// Python in a worker: it fetches the packed files, starts Pyodide, and passes messages on.

const scope = /** @type {any} */ (self);
const suspends = "Suspending" in WebAssembly; // then a run can stop to hear what came meanwhile

const SETUP = `
import asyncio
import json
from pyodide.ffi import can_run_sync, run_sync, to_js
from linviz.panels.handover import taken_over
from linviz.panels.worker import Worker

def start(post, state, buffers):
    def breathe():
        if can_run_sync():
            run_sync(asyncio.sleep(0))
    session = taken_over(json.loads(state), [buffer.to_bytes() for buffer in buffers])
    worker = Worker(lambda text, buffers: post(text, to_js(buffers)), breathe, session)
    return lambda text, buffers: worker.receive(text, [buffer.to_bytes() for buffer in buffers])
start
`;

/** @type {(page: number, handed: { state: object, buffers: Uint8Array[] }) => (text: string, buffers: Uint8Array[]) => void} */
let start;
const sessions = new Map(); // of the document's dashboards, by their numbers

scope.onmessage = async ({ data }) => {
  try {
    if (data.files) return await begin(data);
    if (data.state) return void sessions.set(data.page, start(data.page, data));
    const hear = sessions.get(data.page);
    if (suspends) await hear.callPromising(data.text, data.buffers);
    else hear(data.text, data.buffers);
    if (data.told) scope.postMessage({ heard: true, page: data.page });
  } catch (error) {
    scope.postMessage({ failed: lastLine(error), unreachable: /** @type {any} */ (error)?.unreachable });
  }
};

// Of a Python error the line that says what it is.
const lastLine = (error) =>
  String(error?.message ?? error)
    .trim()
    .split("\n")
    .pop();

async function begin({ files, blobs, compiled, base = self.location.href }) {
  const found = blobs ?? (await fetched(files, base));
  if (!blobs) scope.postMessage({ blobs: found });
  serve(found);
  scope.importScripts("py/pyodide.js");
  const pyodide = await scope.loadPyodide({ indexURL: new URL("py/", base).href });
  await pyodide.loadPackage(["numpy", "scipy"], { messageCallback() {}, errorCallback() {}, checkIntegrity: false });
  pyodide.unpackArchive(await found["linviz.zip"].arrayBuffer(), "zip", { extractDir: "/home/pyodide" });
  const keep = compiled ? () => {} : await codeKept(pyodide, JSON.stringify(files), base);
  const session = await pyodide.runPythonAsync(SETUP);
  start = (page, handed) => {
    const post = (text, buffers) => scope.postMessage({ text, buffers, page });
    return session(post, JSON.stringify(handed.state), handed.buffers);
  };
  scope.postMessage({ asks: true, suspends });
  setTimeout(keep, 5000);
}

// All files at once, unpacked as they come.
async function fetched(files, base) {
  const total = Object.values(files).reduce((sum, { size }) => sum + size, 0);
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
      const response = await fetch(new URL(`py/${name}.gz?${files[name].version}`, base)).catch(() => {
        throw Object.assign(new Error(`py/${name}.gz`), { unreachable: true });
      });
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

const KEEP = `
import io, os, sys, zipfile
from pathlib import Path

def code():
    """What Python has compiled, for the next time; it is not asked then whether it is up to date."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for module in list(sys.modules.values()):
            path = getattr(module, "__cached__", None)
            if path and os.path.exists(path):
                code = Path(path).read_bytes()
                archive.writestr(path, code[:4] + (1).to_bytes(4, "little") + bytes(8) + code[16:])
    return content.getvalue()

sys.dont_write_bytecode = False
code
`;

// Where the site has sources, they are compiled once: what comes of it is kept by the browser.
async function codeKept(pyodide, version, base) {
  const kept = await scope.caches?.open("linviz-code").catch(() => null);
  if (!kept) return () => {}; // a page that is not secure may keep nothing
  const address = new URL("py/code", base).href;
  const known = await kept.match(address);
  if (known?.headers.get("linviz-version") === version) {
    pyodide.unpackArchive(await known.arrayBuffer(), "zip", { extractDir: "/" });
    return () => {};
  }
  const code = await pyodide.runPythonAsync(KEEP);
  return () => {
    const content = code().toJs();
    kept.put(address, new Response(content, { headers: { "linviz-version": version } })).catch(() => {});
  };
}
