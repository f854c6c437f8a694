// The time bar: play, a scrubber along the time axis, and the moment in words.

import { interpolated } from "./arrays.js";

const SECONDS = 8; // a run is played in this time, whatever its length

export function createTimeBar(clock, sendView) {
  const root = document.createElement("div");
  root.className = "timebar";
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Time");
  root.innerHTML = `<button type="button" class="play" aria-label="Play">▶</button>
    <input type="range" class="scrubber" min="0" max="1000" step="1" value="1000" aria-label="Time shown">
    <output class="moment"></output>
    <label class="switch"><input type="checkbox" data-view="log_time"> log time</label>
    <button type="button" class="to-controls">Controls</button>`;
  const [play, scrubber, moment, log] = [...root.querySelectorAll(".play, .scrubber, .moment, [data-view]")];
  let run = null;
  let playing = null;

  function step(now) {
    const share = (now - playing.at) / (1000 * SECONDS);
    clock.setPosition(playing.from + share);
    if (playing.from + share >= 1) stop();
    else playing.frame = requestAnimationFrame(step);
  }

  function stop() {
    cancelAnimationFrame(playing?.frame);
    playing = null;
    [play.textContent, play.ariaLabel] = ["▶", "Play"];
  }

  root.querySelector(".to-controls").addEventListener("click", () => {
    root.closest(".linviz").querySelector(".controls").scrollIntoView({ block: "start" });
  });
  play.addEventListener("click", () => {
    if (playing) return stop();
    const from = clock.position >= 0.999 ? 0 : clock.position;
    playing = { from, at: performance.now() };
    [play.textContent, play.ariaLabel] = ["❚❚", "Pause"];
    playing.frame = requestAnimationFrame(step);
  });
  scrubber.addEventListener("input", () => {
    stop();
    clock.setPosition(scrubber.value / 1000);
  });
  log.addEventListener("change", () => sendView({ log_time: log.checked }));

  const KEYS = {
    " ": () => play.click(),
    ArrowLeft: () => nudge(-1),
    ArrowRight: () => nudge(1),
    Home: () => nudge(-1000),
    End: () => nudge(1000),
  };
  function nudge(steps) {
    stop();
    clock.setPosition(clock.position + steps / 200);
  }
  document.addEventListener("keydown", (event) => {
    const elsewhere = event.target.closest?.("input, select, button, textarea, dialog, a, summary");
    if (elsewhere || event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
    if (!root.isConnected || document.querySelectorAll(".linviz").length > 1) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  clock.listen(() => {
    if (!playing || document.activeElement !== scrubber) scrubber.value = Math.round(1000 * clock.position);
    if (!run) return;
    const loss = interpolated(run.t, run.loss, clock.t);
    moment.textContent = `t = ${clock.t.toPrecision(3)},  L = ${loss.toPrecision(3)}`;
    scrubber.setAttribute("aria-valuetext", moment.textContent);
    root.closest(".linviz").dataset.time = String(clock.t);
  });
  return {
    root,
    show(next) {
      run = next;
      log.checked = run.view.log_time;
      clock.set(clock.t);
    },
  };
}
