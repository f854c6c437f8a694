// Sends edits to the kernel, one at a time: while an answer is awaited only the newest value of
// each control is kept, so a dragged slider never runs ahead of the picture.

/** @typedef {{ send: (content: object, callbacks?: object, buffers?: ArrayBuffer[]) => void }} Model the kernel's side */

/** @param {Model} model */
export function createEdits(model) {
  /** @type {Map<string, { field: string, value: unknown, index: number[] }>} */
  const waiting = new Map();
  let sent = 0;
  let answered = 0;

  function flush() {
    if (sent > answered || waiting.size === 0) return;
    const edits = [...waiting.values()];
    waiting.clear();
    sent += 1;
    model.send({ type: "edit", request: sent, edits, sent_at: performance.now() });
  }

  return {
    get pending() {
      return sent > answered || waiting.size > 0;
    },
    /** @param {string} field @param {unknown} value @param {number[]} index */
    push(field, value, index = []) {
      waiting.set(`${field}:${index}`, { field, value, index });
      flush();
    },
    /** @param {string} name @param {number} targets @param {ArrayBuffer} content */
    upload(name, targets, content) {
      sent += 1;
      model.send({ type: "upload", request: sent, name, targets }, {}, [content]);
    },
    get sent() {
      return sent;
    },
    /** @param {number} request */
    answer(request) {
      answered = Math.max(answered, request);
      flush();
    },
  };
}
