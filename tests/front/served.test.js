// What a served page is asked for before, while and after its kernel comes, or when that one ends, is done.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { createEdits } from "../../linviz/front/form/edits.js";
import { createKeeping, createSent, keep, takeKept } from "../../linviz/front/page/kept.js";
import { createModel } from "../../linviz/front/served/kernel.js";
import { shownBy } from "../../linviz/front/served/link.js";
import { createScreen } from "../../linviz/front/site/screen.js";

const shared = /** @type {any} */ (globalThis);
const CATALOGUE = { panels: [{ name: "loss" }, { name: "modes" }], controls: [{ name: "seed" }, { name: "scale" }] };

beforeEach(() => {
  shared.window = { location: { href: "http://here/", search: "" } };
  const stored = new Map();
  shared.sessionStorage = {
    getItem: (/** @type {string} */ name) => stored.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ value) => stored.set(name, value),
    removeItem: (/** @type {string} */ name) => stored.delete(name),
  };
});

const runOf = (id, seed) => {
  const view = { id: 1, colors: "auto", log_loss: false, log_time: false, panels: ["loss"], hidden: [], t: null };
  return { id, query: `v=1&seed=${seed}`, seed, view, pictures: {}, catalogue: CATALOGUE };
};

/** What is stored of a first screen whose seed is 3. */
function stored() {
  const run = runOf(1, 3);
  const later = [1, 2].map(() => ({ message: { type: "later", id: 1 }, buffers: [] }));
  return createScreen({ run, pictures: { "00": {} }, later, json: new ArrayBuffer(0) });
}

/** A kernel: it answers when it is told to. */
function kernel(seed = 3, id = 1) {
  const listeners = new Map();
  const state = { run: runOf(id, seed), status: { state: "ready", words: "", note: "", request: 0, opened: true } };
  /** @type {any[]} */
  const heard = [];
  const tell = (event, ...values) => listeners.get(event)?.(...values);
  const model = {
    heard,
    get: (name) => state[name],
    on: (event, callback) => listeners.set(event, callback),
    send: (message) => heard.push(message),
    answer() {
      for (const message of heard.splice(0)) {
        if (message.type === "ping") tell("msg:custom", { type: "pong", request: message.request }, []);
        if (message.type !== "edit") continue;
        state.run = runOf(state.run.id + 1, message.edits.find(({ field }) => field === "seed").value);
        state.status = { ...state.status, request: message.request };
        tell("change:run");
        tell("change:status");
      }
    },
  };
  return model;
}

/** The page's side: its edits, and what it shows. */
function page(screen, search = "") {
  const model = createModel(screen, search);
  const edits = createEdits(model);
  model.on("change:status", () => edits.answer(model.get("status").request));
  model.on("msg:custom", (message) => message.type === "pong" && edits.answer(message.request));
  return { model, edits, ids: () => model.get("run").id, seed: () => model.get("run").seed };
}

test("an edit of the stored screen is done by the kernel when it comes, as a later run", () => {
  const { model, edits, ids, seed } = page(stored());
  edits.push("seed", 11);
  assert.equal(seed(), 3);
  const live = kernel();
  model.join(live);
  live.answer();
  assert.equal(seed(), 11);
  assert.equal(ids(), 2);
  assert.equal(edits.pending, false);
});

test("edits before, while and after the kernel comes are all done, in their order", () => {
  const { model, edits, seed, ids } = page(stored());
  edits.push("seed", 11);
  edits.push("seed", 12);
  const live = kernel();
  model.join(live);
  edits.push("seed", 13);
  assert.deepEqual(
    live.heard.map(({ edits: [edit] }) => edit.value),
    [11],
  );
  live.answer();
  assert.equal(seed(), 11);
  live.answer();
  assert.equal(seed(), 13);
  edits.push("seed", 14);
  live.answer();
  assert.equal(seed(), 14);
  assert.equal(ids(), 4);
  assert.equal(edits.pending, false);
});

test("a kernel that still opens the link is asked after it, and its pongs answer for no edit", () => {
  const { model, edits, seed } = page(stored(), "?t=1");
  edits.push("seed", 11);
  const live = kernel();
  live.get("status").opened = false;
  model.join(live);
  assert.deepEqual(live.heard.splice(0), [{ type: "open", search: "?t=1" }]);
  model.send({ type: "ping", request: edits.sent });
  live.answer();
  assert.equal(edits.pending, true);
  live.get("status").opened = true;
  edits.push("seed", 12);
  model.join(live);
  live.answer();
  live.answer();
  assert.equal(seed(), 12);
});

test("a kernel whose run is another one is shown as a later run, and so are those that follow", () => {
  const { model, edits, ids, seed } = page(stored());
  const live = kernel(7, 5);
  model.join(live);
  assert.deepEqual([ids(), seed()], [2, 7]);
  edits.push("seed", 8);
  live.answer();
  assert.deepEqual([ids(), seed()], [3, 8]);
});

// The page as it is asked for anew.
function again(model, edits, files = []) {
  const there = new Set(model.waiting.queue.map(({ message }) => message));
  const asked = [...model.waiting.queue, ...edits.owed.filter(({ message }) => !there.has(message))];
  keep({ view: model.waiting.view, asked, files });
  const next = page(stored());
  const kept = takeKept();
  next.edits.resume(kept.asked);
  return { ...next, kept };
}

test("what the stored screen was asked for outlives a kernel that never came", () => {
  const { model, edits } = page(stored());
  edits.push("seed", 11);
  edits.push("seed", 12);
  const next = again(model, edits);
  const live = kernel();
  next.model.join(live);
  live.answer();
  assert.equal(next.seed(), 12);
  assert.equal(next.edits.pending, false);
});

test("what a kernel has not answered when it dies is asked of the next one, once", () => {
  const { model, edits } = page(stored());
  const dying = kernel();
  model.join(dying);
  edits.push("seed", 11);
  dying.answer();
  edits.push("seed", 12);
  edits.push("seed", 13, [], 4, true);
  edits.upload("a.csv", 1, new Uint8Array([0, 10, 255]).buffer);
  const next = again(model, edits);
  const live = kernel();
  next.model.join(live);
  const [first, file, held] = live.heard;
  assert.equal(live.heard.length, 3);
  assert.equal(first.edits[0].value, 12);
  assert.deepEqual([file.type, file.name, file.targets], ["upload", "a.csv", 1]);
  assert.deepEqual([held.edits[0].value, held.held], [13, false]);
  assert.deepEqual([...new Uint8Array(next.kept.asked[1].buffers[0])], [0, 10, 255]);
  assert.deepEqual(takeKept(), { view: {}, asked: [], files: [] });
});

test("the files of what is shown are known by the data of its run", () => {
  const sent = createSent();
  const [a, b] = ["a", "b"].map((name) => ({ name, targets: 1, content: new ArrayBuffer(1) }));
  sent.note(a);
  assert.deepEqual(sent.of({ query: "data=1", kept: null }), []);
  sent.pair({ query: "data=1" });
  assert.deepEqual(sent.of({ query: "data=1", kept: null }), [a]);
  sent.note(b);
  sent.pair({ query: "data=2&x=1" });
  assert.deepEqual(sent.of({ query: "data=2&x=1", kept: "data=1" }), [b, a]);
  assert.deepEqual(sent.of({ query: "data=1", kept: null }), [a]);
  assert.deepEqual(sent.of({ query: "preset=digits", kept: null }), []);
});

test("a file that the storage cannot take is left out, and the rest is kept", () => {
  const file = { name: "a", targets: 1, content: new ArrayBuffer(5_000_000) };
  keep({ view: {}, asked: [{ message: { type: "edit", edits: [] }, buffers: [] }], files: [file] });
  const { asked, files } = takeKept();
  assert.deepEqual([asked.length, files.length], [1, 0]);
});

test("a link asks for how the stored run is shown, or for another run", () => {
  const run = runOf(1, 3);
  assert.deepEqual(shownBy("", run, CATALOGUE), run.view);
  const shown = shownBy("?colors=dark&panels=modes&t=2.5", run, CATALOGUE);
  assert.deepEqual([shown?.colors, shown?.panels, shown?.t], ["dark", ["modes"], 2.5]);
  for (const other of ["?colors=pink", "?panels=loss,map", "?t=-1", "?seed=4", "?A=dims=2,2"]) {
    assert.equal(shownBy(other, run, CATALOGUE), null);
  }
  assert.ok(shownBy("?v=1&seed=3", run, CATALOGUE));
  const room = shownBy("?v=1&seed=3&room=space&space=inputs~h0~i*0.02,0.9,-0.9", run, CATALOGUE);
  assert.deepEqual([room?.room, room?.space], ["space", "inputs~h0~i*0.02,0.9,-0.9"]);
  assert.equal(shownBy("?room=attic", run, CATALOGUE), null);
  const preset = { ...run, query: "v=1&preset=digits&seed=3" };
  assert.ok(shownBy("?preset=digits", preset, CATALOGUE));
  assert.equal(shownBy("?seed=3", preset, CATALOGUE), null);
});

test("what is to be kept as A stands in the link until it is done, or is let go", () => {
  const keeping = createKeeping();
  const run = { query: "seed=3", kept: null, files: ["file=a.csv"] };
  assert.equal(keeping.of(run), run);
  keeping.ask(true);
  assert.deepEqual(keeping.of(run), { query: "seed=3", kept: "seed=3", files: ["file=a.csv", "file=a.csv"] });
  keeping.take(run); // another run, which came before
  assert.equal(keeping.of(run).kept, "seed=3");
  const done = { ...run, kept: "seed=3" };
  keeping.take(done);
  assert.equal(keeping.of(run), run);
  keeping.ask(false);
  assert.deepEqual(keeping.of(done), { query: "seed=3", kept: null, files: ["file=a.csv"] });
});
