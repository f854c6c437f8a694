// What the kernel tells while a control is dragged: pictures and numbers of the run of that moment, and
// no words. All else stays as the last whole run had it.

import { withArrays, withRepeats } from "./arrays.js";
import { withLogTime } from "../time/logtime.js";

/** @param {any} page */
export function showMoved(page) {
  const { root, model, clock } = page;
  const moved = withArrays(model.get("moved") ?? {});
  if (!moved.pictures || !page.run) return;
  const inner = moved.view.log_time ? clock.inner : null; // it stands still, as axes do
  const own = withLogTime(withRepeats(moved.pictures), inner, moved.t);
  const made = { ...page.run.made, ...own };
  const pictures = { ...page.run.pictures, ...page.still.take(own) };
  // of the same flow, longer or shorter, eigenvalues stay what they are
  const known = page.hand.held?.field === "t_end" ? page.run.spectra : undefined;
  const spectra = known && clock.t <= known.t[known.t.length - 1] ? known : undefined;
  page.run = { ...page.run, ...moved, made, pictures, spectra, asked: undefined };
  root.linviz.run = page.run;
  clock.renew(moved.t, inner);
  const told = Object.fromEntries(Object.keys(moved.pictures).map((k) => [k, pictures[k]]));
  page.panels.preview({ ...page.run, pictures: told }, true);
  page.controls.follow(moved.form);
  page.timebar.follow(page.run);
  root.dataset.run = moved.id;
}
