// The Hessian's eigenvalues along the run: asked for as soon as no newer run comes, and kept with
// the run as `run.spectra`.

import { ask, hearLater } from "../page/ask.js";

const SETTLED = 150; // ms without a newer run

/**
 * @typedef {{ t: Float64Array, n: number, eigenvalues: Float64Array, counts: Int32Array }} Spectra
 * moments (m,), eigenvalues (m, n) ascending, and (m, 3) the ways down, flat and up or -1; n weights
 * @typedef {Spectra & { other: Spectra | null }} Compared with those of the run that is compared
 * @typedef {{ type: string, id: number, n: number, other: number }} Told
 */

/**
 * @param {Told} message
 * @param {DataView[]} buffers
 * @returns {Compared}
 */
function unpacked(message, buffers) {
  // copies, because a typed array must start at a multiple of its item's size
  const copies = buffers.map((b) => b.buffer.slice(b.byteOffset, b.byteOffset + b.byteLength));
  const [t, eigenvalues, counts, otherT, others] = copies;
  const none = new Int32Array(0);
  const other = { t: new Float64Array(otherT), n: message.other, eigenvalues: new Float64Array(others), counts: none };
  return {
    t: new Float64Array(t),
    n: message.n,
    eigenvalues: new Float64Array(eigenvalues),
    counts: new Int32Array(counts),
    other: other.t.length > 0 ? other : null,
  };
}

/**
 * @param {any} model
 * @param {() => void} changed called when the eigenvalues of the run shown have come
 */
export function createEigenvalues(model, changed) {
  /** @type {any} */
  let run = null;
  let shown = false; // the run, with all that is there of it
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /**
   * @param {Told} message
   * @param {DataView[]} buffers
   */
  function hear(message, buffers) {
    if (!["spectra", "moment"].includes(message.type) || message.id !== run?.id) return;
    const spectra = unpacked(message, buffers);
    if (message.type === "moment") run.asked = [...(run.asked ?? []), spectra];
    else run.spectra = spectra;
    if (shown) changed();
  }
  const later = hearLater(model, "spectra", hear);

  return {
    /** @param {any} next the run shown: on other axes it is the same one */
    show(next) {
      if (run?.id === next.id) {
        [next.spectra, next.asked] = [run.spectra, run.asked];
        run = next;
        return;
      }
      [run, shown] = [next, false];
      later.stored();
      shown = true;
      clearTimeout(timer);
      if (run.spectra) return;
      timer = setTimeout(() => ask(model, { type: "spectra" }), SETTLED);
    },
    dispose() {
      clearTimeout(timer);
      later.stop();
    },
  };
}
