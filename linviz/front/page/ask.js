// Asks the kernel for what comes later by itself, if the kernel is still there.

/**
 * The moment may come when the page is being left or its kernel has ended: then nobody waits for
 * the answer, and that the kernel is lost is told by its silence.
 * @param {any} model
 * @param {{ type: string, request?: number, t?: number }} message
 */
export function ask(model, message) {
  try {
    model.send(message);
  } catch {
    // the connection is closed
  }
}

/**
 * What the kernel has answered, or had when a notebook was saved.
 * @param {any} model
 * @param {string} name
 * @param {(message: any, buffers: DataView[]) => void} hear
 */
export function hearLater(model, name, hear) {
  const stored = () => {
    const { message, buffers } = model.get(name) ?? {};
    if (message) hear(message, buffers);
  };
  model.on("msg:custom", hear);
  model.on(`change:${name}`, stored);
  return {
    stored,
    stop() {
      model.off("msg:custom", hear);
      model.off(`change:${name}`, stored);
    },
  };
}
