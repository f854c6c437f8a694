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

// In a notebook, keys typed here are ours: JupyterLab would insert cells or restart the kernel.
export function keepKeys(root) {
  root.dataset.lmSuppressShortcuts = "true";
  root.tabIndex = -1; // a click on a picture leaves the focus here, not on the cell
  root.addEventListener("keydown", (event) => event.ctrlKey || event.metaKey || event.stopPropagation());
}
