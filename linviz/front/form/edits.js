// Sends edits to the kernel, one message at a time: while an answer is awaited only the newest value of
// each control is kept, so a dragged slider never runs ahead of the picture.

import { createSent } from "../page/kept.js";

/** @typedef {{ send: (content: object, callbacks?: object, buffers?: ArrayBuffer[]) => void }} Model the kernel's side */
/** @typedef {{ field: string, value: unknown, index: number[] }} Edit */
/**
 * Edits for one message: those of one hold, or of none (0), by the control that they are of.
 * @typedef {{ hold: number, held: boolean, edits: Map<string, Edit> }} Batch
 */

/**
 * @param {Model} model
 * @param {() => boolean} refused whether nobody is there to answer
 */
export function createEdits(model, refused = () => false) {
  /** @type {Batch[]} */
  const waiting = [];
  const [files, sending] = [createSent(), createSending(model)];
  const { deliver } = sending;

  function flush() {
    const batch = sending.pending ? null : waiting.shift();
    if (batch && !refused()) deliver(messageOf(batch));
  }

  /** @param {number} hold @param {boolean} held */
  function batchOf(hold, held) {
    let batch = waiting[waiting.length - 1];
    if (batch?.hold !== hold) {
      batch = { hold, held, edits: new Map() };
      waiting.push(batch);
    }
    batch.held = held;
    return batch;
  }

  return {
    get pending() {
      return sending.pending || waiting.length > 0;
    },
    /**
     * @param {string} field
     * @param {unknown} value
     * @param {number[]} index
     * @param {number} hold of which this is a move, or 0; all of a hold edit what was before it
     * @param {boolean} held whether more moves may come
     */
    push(field, value, index = [], hold = 0, held = false) {
      batchOf(hold, held).edits.set(`${field}:${index}`, { field, value, index });
      flush();
    },
    /**
     * Several at once: one run comes of them.
     * @param {{ field: string, value: unknown, index?: number[] }[]} list
     */
    together(list) {
      for (const { field, value, index = [] } of list) {
        batchOf(0, false).edits.set(`${field}:${index}`, { field, value, index });
      }
      flush();
    },
    /**
     * Back to what was before a hold.
     * @param {number} hold
     */
    undo(hold) {
      batchOf(hold, false).edits.clear();
      flush();
    },
    /** @param {string} name @param {number} targets @param {ArrayBuffer} content @param {string} [reading] how it is read */
    upload(name, targets, content, reading) {
      const how = reading === undefined ? {} : { reading };
      files.note({ name, targets, content, ...how });
      deliver({ type: "upload", name, targets, ...how }, [content]);
    },
    /** @param {number} targets of the file that is loaded */
    split(targets) {
      deliver({ type: "split", targets });
    },
    /**
     * All as a link says, but for the moment shown.
     * @param {string} search
     */
    open(search) {
      waiting.length = 0; // what was asked for before
      return deliver({ type: "open", search, back: true });
    },
    files,
    // All that is not answered, in order: another kernel may be asked for it.
    get owed() {
      return [...sending.awaited, ...waiting.map((batch) => ({ message: messageOf(batch), buffers: [] }))];
    },
    /**
     * What another page was asked for; nothing is held any more.
     * @param {import("../page/kept.js").Asked[]} asked
     */
    resume(asked) {
      for (const { message, buffers } of asked) {
        const still = message.type === "edit" ? { hold: 0, held: false } : {};
        if ("request" in message || message.type === "edit") deliver({ ...message, ...still }, buffers);
        else model.send(message, {}, buffers);
      }
    },
    get sent() {
      return sending.sent;
    },
    /** Whether what was answered last is what it came to: no move of something that is still held. */
    get ended() {
      return sending.ended;
    },
    /** @param {number} request */
    answer(request) {
      sending.answer(request);
      flush();
    },
  };
}

// Numbers what is sent, and knows what is not answered.
/** @param {Model} model */
function createSending(model) {
  /** @type {import("../page/kept.js").Asked[]} */
  let awaited = [];
  let sent = 0;
  let answered = 0;
  let ended = true;
  return {
    get sent() {
      return sent;
    },
    get pending() {
      return sent > answered;
    },
    get awaited() {
      return awaited;
    },
    get ended() {
      return ended;
    },
    /** @param {object} message @param {ArrayBuffer[]} [buffers] */
    deliver(message, buffers = []) {
      sent += 1;
      const numbered = { ...message, request: sent };
      awaited.push({ message: numbered, buffers });
      if (buffers.length > 0) model.send(numbered, {}, buffers);
      else model.send(numbered);
      return sent;
    },
    /** @param {number} request */
    answer(request) {
      answered = Math.max(answered, request);
      const last = awaited.filter(({ message }) => message.request <= answered).at(-1);
      if (last) ended = last.message.held !== true;
      awaited = awaited.filter(({ message }) => message.request > answered);
    },
  };
}

/** @param {Batch} batch */
function messageOf({ hold, held, edits }) {
  return { type: "edit", edits: [...edits.values()], hold, held, sent_at: performance.now() };
}

/**
 * What the hand does is sent: every move while the kernel alone can answer it, and what it comes to.
 * @param {ReturnType<typeof createEdits>} edits
 * @param {import("../hand/hand.js").Hand} hand
 * @param {(field: string) => boolean} elsewhere whether moves are answered without the kernel
 */
export function followHand(edits, hand, elsewhere) {
  let sent = false;
  hand.on("hold", () => {
    sent = false;
  });
  hand.on("move", ({ field, value, index, number }) => {
    if (elsewhere(field)) return;
    sent = true;
    edits.push(field, value, index, number, true);
  });
  hand.on("release", ({ field, value, index, number, moved, undone }) => {
    if (undone && sent) edits.undo(number);
    else if (moved && !undone) edits.push(field, value, index, number, false);
  });
}
