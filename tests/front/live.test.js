// How a served page talks to its kernel: Jupyter's websocket, without Jupyter's scripts.
//
// Killed by: a message that is packed otherwise; bytes in the wrong place; a question that is lost and not
// asked again; a connection that is cut off and not tried anew, or through which nothing more is sent.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { packed, unpacked } from "../../linviz/front/served/line.js";
import { createLive } from "../../linviz/front/served/live.js";

/** @type {Socket[]} */
let sockets = [];

class Socket extends EventTarget {
  /** @param {string} address @param {string} protocol */
  constructor(address, protocol) {
    super();
    Object.assign(this, { address, protocol, sent: [] });
    sockets.push(this);
  }
  /** @param {ArrayBuffer} message */
  send(message) {
    /** @type {any} */ (this).sent.push(unpacked(message));
  }
  /** @param {string} type @param {object} [given] */
  event(type, given = {}) {
    this.dispatchEvent(Object.assign(new Event(type), given));
  }
  /** @param {string} msg_type @param {object} content @param {ArrayBuffer[]} [buffers] */
  hear(msg_type, content, buffers) {
    this.event("message", { data: packed({ msg_type }, content, buffers) });
  }
}

const sent = (/** @type {any} */ socket) => socket.sent.map((/** @type {any} */ each) => each.content.data.content);
const saying = (/** @type {object} */ data) => ({ comm_id: "page", data });
const STATE = { method: "update", state: { run: { id: 1, t: {} }, status: {} }, buffer_paths: [["run", "t", "data"]] };

beforeEach(() => {
  sockets = [];
  /** @type {any} */ (globalThis).WebSocket = Socket;
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => mock.timers.reset());

test("a message is a table of where its parts begin, and the parts", () => {
  const bytes = Uint8Array.from([1, 2, 3]).buffer;
  const message = packed({ msg_type: "comm_msg" }, { word: "ä" }, [bytes, new ArrayBuffer(0)]);
  const table = new DataView(message);
  assert.equal(table.getBigUint64(0, true), 8n); // seven parts, and the end
  assert.equal(table.getBigUint64(8, true), 72n);
  assert.equal(table.getBigUint64(64, true), BigInt(message.byteLength));
  assert.equal(new TextDecoder().decode(message.slice(72, 77)), "shell");
  const { header, content, buffers } = unpacked(message);
  assert.deepEqual([header, content], [{ msg_type: "comm_msg" }, { word: "ä" }]);
  assert.deepEqual(
    buffers.map(({ byteLength }) => byteLength),
    [3, 0],
  );
  assert.equal(buffers[0].getUint8(2), 3);
});

test("the kernel's page is asked for its state until it says it, and followed from then on", async () => {
  const { begun, model } = createLive("ws://here/channels", "page", () => {});
  const [socket] = /** @type {any[]} */ (sockets);
  model.send({ type: "early" }, {}, []);
  assert.deepEqual(socket.sent, []);
  socket.event("open");
  assert.deepEqual(sent(socket), [{ type: "early" }, { type: "state" }]);
  socket.hear("status", { execution_state: "idle" });
  mock.timers.tick(3000);
  assert.deepEqual(sent(socket).slice(2), [{ type: "state" }]); // the first may have been lost
  /** @type {any[]} */
  const told = [];
  for (const event of ["change:run", "change:status", "msg:custom"])
    model.on(event, (...said) => told.push([event, said]));
  socket.hear("comm_msg", { ...saying(STATE), comm_id: "another" });
  assert.deepEqual(told, []);
  socket.hear("comm_msg", saying(STATE), [Float64Array.from([7]).buffer]);
  await begun;
  assert.deepEqual(
    told.map(([event]) => event),
    ["change:run", "change:status"],
  );
  assert.equal(model.get("run").t.data.getFloat64(0, true), 7);
  socket.hear("comm_msg", saying({ method: "custom", content: { type: "pong" } }));
  assert.deepEqual(told.at(-1)[1][0], { type: "pong" });
  mock.timers.tick(10_000);
  assert.equal(socket.sent.length, 3);
});

test("a connection that is cut off is tried anew, and what was said meanwhile is sent through it", () => {
  let cut = 0;
  const { model } = createLive("ws://here/channels", "page", () => {
    cut += 1;
  });
  const [socket] = /** @type {any[]} */ (sockets);
  socket.event("open");
  socket.hear("status", { execution_state: "busy" });
  socket.hear("comm_msg", saying({ ...STATE, buffer_paths: [] }));
  assert.equal(model.widget_manager.kernel.status, "busy");
  socket.event("close");
  assert.deepEqual([cut, model.widget_manager.kernel.status], [1, "unknown"]);
  model.send({ type: "edit" }, {}, []);
  mock.timers.tick(250);
  const next = /** @type {any} */ (sockets[1]);
  assert.equal(next.address, socket.address); // by its session the server knows who comes back
  next.event("open");
  assert.deepEqual(sent(next), [{ type: "edit" }]); // the state is there already
  for (const _ of Array(60)) {
    sockets.at(-1)?.event("close");
    mock.timers.tick(8000);
  }
  assert.ok(sockets.length > 30 && sockets.length < 50); // not for ever
});

test("a kernel that is known to have ended is not looked for", () => {
  const { end, model } = createLive("ws://here/channels", "page", () => end());
  sockets[0].event("open");
  sockets[0].event("close");
  mock.timers.tick(60_000);
  assert.equal(sockets.length, 1);
  assert.equal(model.widget_manager.kernel.status, "dead");
});
