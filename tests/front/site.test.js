// The page without a server: what a Python that is begun anew is handed, and a stored run in place of another.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createModel } from "../../linviz/front/site/model.js";
import { createScreen, linked } from "../../linviz/front/site/screen.js";

const shared = /** @type {any} */ (globalThis);
const CATALOGUE = { panels: [{ name: "loss" }], controls: [{ name: "seed" }] };
const LOOK = { colors: "auto", panels: ["loss"], hidden: [], room: "run", t: null };

const runOf = (/** @type {number} */ id, /** @type {number} */ seed, /** @type {object} */ axes = {}) => ({
  id,
  query: `v=1&seed=${seed}`,
  kept: null,
  view: { id, ...LOOK, log_loss: false, log_time: false, ...axes },
  pictures: {},
  catalogue: CATALOGUE,
});

/** @param {any} run */
function screenOf(run) {
  shared.window = { location: { search: "" } };
  return createScreen({ run, pictures: {}, later: [], json: null });
}

// An engine without a Python: what it is asked for, and its hooks. It does not hear a stop.
function createFake() {
  /** @type {any} */
  const fake = { sent: [], ends: 0, hooks: null };
  const python = {
    ...{ begun: false, ready: false, fetched: false },
    begin: () => (python.begun = true),
    end() {
      fake.ends += 1;
      python.begun = python.ready = false;
    },
    stop: (/** @type {any} */ _message, /** @type {any} */ _heard, /** @type {() => void} */ again) => again(),
    send: (/** @type {any} */ message) => fake.sent.push(message),
  };
  // It is there: what it is handed, and then asked for.
  fake.live = () => {
    fake.sent.length = 0;
    python.fetched = python.ready = true;
    const { state, buffers } = fake.hooks.state();
    fake.hooks.begun();
    return { search: new URLSearchParams(state.search), numbers: state.numbers, files: buffers.length };
  };
  fake.engine = {
    join(/** @type {any} */ hooks) {
      fake.hooks = hooks;
      return python;
    },
  };
  return fake;
}

test("a Python that is begun anew goes on with what is shown, not with what was stored", () => {
  const screen = screenOf(runOf(1, 3));
  const fake = createFake();
  let link = "v=1&seed=3";
  const model = createModel({ presets: [], lectures: {}, rooms: {} }, {}, screen, () => link, fake.engine);
  model.send({ type: "upload", name: "a.csv", request: 1 }, null, [new ArrayBuffer(3)]);
  assert.equal(screen.get("status").state, "running");
  assert.equal(fake.live().files, 1);
  fake.hooks.message({ type: "run", run: runOf(2, 8) }, []);
  // a run is stopped that does not hear
  model.send({ type: "edit", request: 2, edits: [{ field: "scale", value: 1 }] }, null, []);
  model.send({ type: "stop" }, null, []);
  assert.equal(fake.ends, 1);
  assert.deepEqual([screen.get("run").id, screen.get("status").state], [2, "error"]);
  // what is chosen until the next one is there is not lost, and nothing stored stands in for it
  link = "v=1&seed=8&log_loss=1";
  model.send({ type: "view", log_loss: true }, null, []);
  model.send({ type: "edit", request: 3, edits: [{ field: "seed", value: 9 }] }, null, []);
  const next = fake.live();
  assert.deepEqual([next.search.get("seed"), next.search.get("log_loss"), next.files], ["8", "0", 1]);
  assert.equal(next.numbers[0], 2);
  assert.deepEqual(fake.sent[0], { type: "view", log_loss: true, log_time: false });
  const types = fake.sent.map((/** @type {any} */ message) => message.type);
  assert.deepEqual(types.slice(-4).sort(), ["edit", "rest", "spectra", "view"]);
});

test("who stops before Python is there waits for nothing that was edited", () => {
  const screen = screenOf(runOf(1, 3));
  const fake = createFake();
  const model = createModel({ presets: [], lectures: {}, rooms: {} }, {}, screen, () => "", fake.engine);
  model.send({ type: "edit", request: 1, edits: [{ field: "seed", value: 9 }] }, null, []);
  model.send({ type: "freeze" }, null, []);
  model.send({ type: "stop" }, null, []);
  assert.deepEqual([screen.get("status").state, screen.get("status").request], ["ready", 1]);
  fake.live();
  assert.deepEqual(
    fake.sent.map((/** @type {any} */ message) => message.type),
    ["view", "freeze"],
  );
});

test("a stored scenario that is chosen is shown as the one before, on its own axes and in its room", () => {
  const screen = screenOf(runOf(1, 3));
  screen.note({ type: "view", colors: "dark", room: "space", log_time: false });
  const next = { run: runOf(1, 5, { log_time: true }), pictures: { "01": {} }, later: [], json: null };
  assert.ok(screen.open(next, 4, null, "starts"));
  const { view } = screen.get("run");
  assert.deepEqual([view.colors, view.room, view.log_time], ["dark", "starts", true]);
  assert.equal(screen.get("status").request, 4);
  // a link says itself how it is shown
  assert.ok(screen.open(next, 5, "?v=1&seed=5"));
  assert.equal(screen.get("run").view.colors, "auto");
  // also of a site that was built for another look
  const first = { ...next, run: runOf(1, 5, { colors: "dark", log_loss: true, t: 2 }) };
  assert.ok(screen.open(linked(first, { ...LOOK, log_loss: false }), 6, "?v=1&seed=5&t=3"));
  const { colors, log_loss, t } = screen.get("run").view;
  assert.deepEqual([colors, log_loss, t], ["auto", false, 3]);
});
