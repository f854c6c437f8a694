// What the room's controls do, and what they show: how many starts, stop and go on, what is predicted.

import { slopeOf, written } from "./state.js";
import { levelOf, showWaits } from "./waits.js";
import { SAID } from "./words.js";

/** @param {any} room */
export function railOf(room) {
  const { page, asking } = room;
  const change = (/** @type {object} */ given) => {
    Object.assign(room.open, given);
    room.write(written(room.open));
    showRail(room);
  };
  return {
    edit: (/** @type {any} */ edits) => page.edits.together(edits),
    wanted(/** @type {number} */ n) {
      change({ n });
      if (n > (asking.state.study?.n ?? 0)) asking.go(n);
    },
    act() {
      if (asking.state.running) asking.stop();
      else asking.go(room.open.n);
      showRail(room);
    },
    more() {
      change({ n: Math.min(asking.state.study?.most ?? room.open.n, 2 * room.open.n) });
      asking.go(room.open.n);
    },
    predict(/** @type {boolean} */ first) {
      change({ first });
      if (asking.state.study) showWaits(room);
    },
    // While it moves nothing is written.
    guess(/** @type {number} */ guess, /** @type {boolean} */ rests) {
      room.open.guess = guess;
      if (rests) change({});
      else showRail(room);
      if (asking.state.study) showWaits(room);
    },
  };
}

export function showRail(/** @type {any} */ room) {
  if (!room.run || !room.rail) return;
  const { study, running, wanted } = room.asking.state;
  const { n, first, guess } = room.open;
  const done = study?.n ?? 0;
  room.rail.show(room.run, n);
  const left = done > 0 ? (study.seconds / done) * (wanted - done) : 0;
  const far = running ? SAID.waitingFor(done, wanted, left) : done > 0 && done < n ? SAID.stopped(done, n) : "";
  const size = study ? SAID.size(study.scenario.dims, study.scenario.words, study.scenario.scale) : "";
  room.rail.tell(
    {
      act: running ? SAID.stop : done === 0 ? SAID.go : done < n ? SAID.onward : "",
      more: !running && done >= n && done < (study?.most ?? 0) ? SAID.more(Math.min(n, study.most - n)) : "",
      far: [far, isSite() ? SAID.inBrowser : ""].filter(Boolean).join(" "),
      size: study?.scenario.replaced ? `${size}. ${SAID.replaced}` : size,
    },
    running && left >= 2 ? done / wanted : 1,
  );
  const power = study ? study.levels[levelOf(room)]?.law.law === "power" : false;
  const slope = slopeOf(guess, power);
  room.rail.foretell(
    first,
    power ? SAID.exponent : SAID.halving,
    (power ? slope : Math.LN2 / slope).toPrecision(2),
    guess,
  );
}

/** Whether Python runs in the browser. */
const isSite = () => document.querySelector("#linviz-site") !== null;
