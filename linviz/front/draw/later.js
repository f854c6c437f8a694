// When the page is written to. A canvas that is drawn asks for its styles, so what is written between two of
// them makes the browser find all styles anew: it waits until all are drawn.

/**
 * Does it once, when all that runs now is done.
 * @param {() => void} act
 */
export function later(act) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    queueMicrotask(() => {
      asked = false;
      act();
    });
  };
}

/**
 * Does it with what was given last, once a frame.
 * @template T
 * @param {(given: T) => void} act
 */
export function atFrame(act) {
  let [waits, request] = [false, 0];
  let latest = /** @type {T | undefined} */ (undefined);
  function now() {
    if (!waits) return;
    forget();
    act(/** @type {T} */ (latest));
  }
  function forget() {
    cancelAnimationFrame(request);
    waits = false;
  }
  return {
    next(/** @type {T} */ given) {
      if (!waits) request = requestAnimationFrame(now);
      [waits, latest] = [true, given];
    },
    now,
    forget,
  };
}
