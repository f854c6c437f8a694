// Asks the kernel for what comes later by itself, if the kernel is still there.

/**
 * The moment may come when the page is being left or its kernel has ended: then nobody waits for
 * the answer, and that the kernel is lost is told by its silence.
 * @param {any} model
 * @param {{ type: string, request?: number }} message
 */
export function ask(model, message) {
  try {
    model.send(message);
  } catch {
    // the connection is closed
  }
}
