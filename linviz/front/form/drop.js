// A file that is dropped anywhere on the page is read; while it hovers, the page says so.

import { WORDS } from "../page/words.js";

/**
 * @param {HTMLElement} root
 * @param {EventTarget} place where a file may be dropped: a browser would leave the page for it
 * @param {(file: File) => void} take
 * @param {(words: string) => void} refuse
 * @returns {() => void} to end it
 */
export function watchDrops(root, place, take, refuse) {
  /** @param {(event: DragEvent, files: DataTransfer) => void} act @returns {EventListener} */
  const ofFiles = (act) => (event) => {
    const { dataTransfer } = /** @type {DragEvent} */ (event);
    if (dataTransfer?.types.includes("Files")) act(/** @type {DragEvent} */ (event), dataTransfer);
  };
  const leave = () => delete root.dataset.drop;
  /** @type {[string, EventListener][]} */
  const listeners = [
    [
      "dragover",
      ofFiles((event, files) => {
        event.preventDefault();
        files.dropEffect = "copy";
        root.dataset.drop = WORDS.form.dropHere;
      }),
    ],
    ["dragleave", (event) => /** @type {DragEvent} */ (event).relatedTarget === null && leave()],
    ["dragend", leave],
    [
      "drop",
      ofFiles((event, { files }) => {
        event.preventDefault();
        leave();
        if (files.length === 1) take(files[0]);
        else refuse(WORDS.form.oneFile(files.length));
      }),
    ],
  ];
  for (const [name, listener] of listeners) place.addEventListener(name, listener);
  return () => {
    for (const [name, listener] of listeners) place.removeEventListener(name, listener);
  };
}
