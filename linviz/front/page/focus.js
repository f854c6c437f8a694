// Who gets the keys: the controls while they are used by keyboard, the time bar otherwise.

// What was chosen with the pointer gives up the focus, so that space plays and the arrows move time.
export function freeKeys(root) {
  let pointed = false;
  root.addEventListener("pointerdown", () => (pointed = true), true);
  root.addEventListener("keydown", () => (pointed = false), true);
  const free = ({ target }) => {
    if (pointed && target.matches("select, [type=checkbox], [type=radio], [type=range], .controls button")) {
      target.blur();
      if (root.tabIndex === -1) root.focus({ preventScroll: true });
    }
  };
  root.addEventListener("change", free);
  root.addEventListener("click", (event) => event.target.matches(".controls button") && free(event));
}

// In a notebook, keys typed here are ours: JupyterLab would insert cells or restart the kernel. Those
// with Ctrl or Alt, and Shift + Enter, are the notebook's and the browser's; but undoing is ours, and so
// is the editing of text in a field.
export function keepKeys(root) {
  root.tabIndex = -1; // a click on a picture leaves the focus here, not on the cell
  // JupyterLab takes keys on the document while they come down, and not where it sees this mark: the
  // window is before it
  const onKey = (event) => {
    if (event.target instanceof Element && root.contains(event.target)) {
      if (isOurs(event)) root.dataset.lmSuppressShortcuts = "true";
      else delete root.dataset.lmSuppressShortcuts;
    }
  };
  window.addEventListener("keydown", onKey, true);
  root.addEventListener("keydown", (event) => isOurs(event) && event.stopPropagation());
  return () => window.removeEventListener("keydown", onKey, true);
}

/** @param {KeyboardEvent} event */
function isOurs({ key, ctrlKey, metaKey, altKey, shiftKey, target }) {
  if (altKey) return false;
  if (ctrlKey || metaKey) return /^[yz]$/i.test(key) || (/^[acvx]$/i.test(key) && isText(target));
  // they turn slides, also from afar, where nothing here needs them
  if (/^Page(Up|Down)$/.test(key)) return target instanceof Element && target.matches("input, select, textarea");
  return !(shiftKey && key === "Enter");
}

/** @param {EventTarget | null} target */
function isText(target) {
  return (
    target instanceof Element && target.matches("textarea, input:not([type=checkbox], [type=radio], [type=range])")
  );
}
