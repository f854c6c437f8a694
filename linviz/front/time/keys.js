// Keys that act where no control has the focus: only on the dashboard that was touched last or, on
// a page of its own, on the only one there.

export function listenKeys(bar, board, keys) {
  let touched = null;
  const touch = (event) => (touched = originOf(event).closest?.(".linviz") ?? null);
  const mine = () => {
    if (touched?.isConnected) return touched === board();
    return board()?.dataset.page === "true" && document.querySelectorAll(".linviz").length === 1;
  };
  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    const acts = keys();
    if (
      !(event.key in acts) ||
      !bar.isConnected ||
      bar.hidden ||
      !mine() ||
      taken(originOf(event), event.key, bar, board())
    )
      return;
    event.preventDefault();
    event.stopPropagation(); // a notebook has its own use of arrows
    acts[event.key](event);
  }
  // JupyterLab takes keys on the document while they come down: the window is before it
  const listened = /** @type {[EventTarget, string, (event: any) => void][]} */ ([
    [window, "keydown", onKey],
    [document, "pointerdown", touch],
    [document, "focusin", touch],
  ]);
  for (const [target, name, listener] of listened) target.addEventListener(name, listener, true);
  return () => {
    for (const [target, name, listener] of listened) target.removeEventListener(name, listener, true);
  };
}

// Where it happened, also within a panel that has a tree of its own.
const originOf = (event) => event.composedPath()[0] ?? event.target;

// Whether what has the focus needs the key itself.
function taken(target, key, bar, board) {
  if (!target.closest || board.querySelector("dialog[open]")) return true;
  if (bar.contains(target) && target.matches(".scrubber")) return false;
  if (bar.contains(target) && target.matches("button")) return key === " ";
  if (target.closest("input, select, button, textarea, dialog, a, summary, [contenteditable]")) return true;
  const focusable = target.closest("[tabindex]"); // a table that scrolls, say
  if (focusable?.matches("canvas")) return key !== " "; // a picture has keys of its own
  return focusable !== null && focusable !== board && board.contains(focusable);
}
