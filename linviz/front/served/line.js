// What a page and its kernel say to each other, through Jupyter's websocket. A message is a table of
// numbers (how many follow, where each of its parts begins, and where the last one ends) and the parts:
// channel, header, parent's header, metadata, content, and bytes.

const PROTOCOL = "v1.kernel.websocket.jupyter.org";
const HEADER = 1; // place of that part
const CONTENT = 4;
const [FIRST, LAST] = [250, 8000]; // ms before a connection that was cut off is tried anew
const MOST = 40; // times

/** @typedef {{ header: any, content: any, buffers: DataView[] }} Heard */

/**
 * @param {object} header @param {object} content @param {ArrayBuffer[]} buffers
 * @returns {ArrayBuffer}
 */
export function packed(header, content, buffers = []) {
  const texts = ["shell", ...[header, {}, {}, content].map((each) => JSON.stringify(each))];
  const parts = [
    ...texts.map((text) => new TextEncoder().encode(text)),
    ...buffers.map((each) => new Uint8Array(each)),
  ];
  let end = 8 * (parts.length + 2);
  const ends = [end];
  for (const part of parts) {
    end += part.length;
    ends.push(end);
  }
  const all = new Uint8Array(end);
  const table = new DataView(all.buffer);
  for (const [k, number] of [ends.length, ...ends].entries()) table.setBigUint64(8 * k, BigInt(number), true);
  for (const [k, part] of parts.entries()) all.set(part, ends[k]);
  return all.buffer;
}

/**
 * @param {ArrayBuffer} message
 * @returns {Heard}
 */
export function unpacked(message) {
  const table = new DataView(message);
  const numbers = Array.from({ length: Number(table.getBigUint64(0, true)) + 1 }, (_, k) =>
    Number(table.getBigUint64(8 * k, true)),
  );
  const ends = numbers.slice(1);
  const view = (/** @type {number} */ k) => new DataView(message, ends[k], ends[k + 1] - ends[k]);
  const json = (/** @type {number} */ k) => JSON.parse(new TextDecoder().decode(view(k)));
  const places = ends.slice(CONTENT + 2).map((_, k) => CONTENT + 1 + k);
  return { header: json(HEADER), content: json(CONTENT), buffers: places.map(view) };
}

/**
 * A connection that is tried anew where it was cut off; what is said meanwhile is sent once it stands.
 * @param {string} address
 * @param {{ message: (heard: Heard) => void, open: () => void, close: () => void }} hear
 */
export function createLine(address, hear) {
  const session = Math.random().toString(36).slice(2); // by it the server knows who was cut off
  /** @type {ArrayBuffer[]} */
  const waiting = [];
  /** @type {WebSocket | null} */
  let open = null;
  let tries = 0;
  let sent = 0;

  function connect() {
    const socket = new WebSocket(`${address}?session_id=${session}`, PROTOCOL);
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => {
      open = socket;
      tries = 0;
      for (const each of waiting.splice(0)) socket.send(each);
      hear.open();
    });
    socket.addEventListener("message", ({ data }) => hear.message(unpacked(data)));
    socket.addEventListener("close", () => {
      open = null;
      hear.close();
      tries += 1;
      if (tries < MOST) setTimeout(connect, Math.min(FIRST * 2 ** (tries - 1), LAST));
    });
  }

  connect();
  return {
    end() {
      tries = MOST;
    },
    /** @param {string} type @param {object} content @param {ArrayBuffer[]} [buffers] */
    send(type, content, buffers) {
      sent += 1;
      const named = { msg_id: `${session}-${sent}`, msg_type: type, session, username: "", version: "5.3" };
      const message = packed({ ...named, date: new Date().toISOString() }, content, buffers);
      if (open) open.send(message);
      else waiting.push(message);
    },
  };
}
