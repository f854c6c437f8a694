// A start of the study becomes the run that the page shows, and its course is told.

import { startOf } from "./gather.js";
import { courseOf } from "./told.js";
import { SAID } from "./words.js";

/** A start is the scenario's, but for its seed. @param {any} room @param {number} k */
export function openStart(room, k) {
  const { study } = room.asking.state;
  const start = startOf(study, k);
  if (!start) return;
  const { rule, scale, seed } = study.scenario;
  const { page } = room;
  page.edits.together([
    { field: "rule", value: rule },
    { field: "scale", value: scale },
    { field: "seed", value: seed + k },
  ]);
  page.view.set({ room: "run" });
  room.words = SAID.opened(k, courseOf(study, start));
}

/** Of a start that was opened its course is told once its run is there. @param {any} room */
export function tellOpened(room) {
  const { page } = room;
  if (!room.words || page.edits.pending || page.model.get("status").state !== "ready") return;
  page.tell(room.words);
  room.words = "";
}

/** @param {any} room @param {number} k */
export function tellStart(room, k) {
  const { study } = room.asking.state;
  const start = study && k >= 0 ? startOf(study, k) : null;
  const place = room.find(".pointed");
  place.textContent = start ? SAID.opened(k, courseOf(study, start)) : "";
}
