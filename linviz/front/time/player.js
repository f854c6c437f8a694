// Playing a run: the moment moves by itself, evenly along the axis or, where the reader prefers
// reduced motion, in jumps. It follows the time that has passed, so slow drawing queues nothing.

const SECONDS = 8; // a run is played in this time at speed 1, whatever its length
const JUMPS = 20;

const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export function createPlayer(clock, changed) {
  const player = { speed: 1, playing: false, milestones: [], play, pause, toggle, open, dispose };
  let halt = null;

  function play() {
    if (player.playing) return;
    if (clock.position >= 0.999) clock.setPosition(0);
    player.playing = true;
    halt = (isCalm() ? jump : flow)(clock, player, pause);
    changed();
  }

  function pause() {
    if (!player.playing) return;
    halt();
    player.playing = false;
    changed();
  }

  function toggle() {
    if (player.playing) pause();
    else play();
  }

  // A scenario opens at its start and plays once to its end; for who prefers less motion, at the
  // moment that it is about.
  function open(about) {
    pause();
    clock.set(isCalm() ? (about ?? clock.last) : clock.first);
    if (!isCalm()) play();
  }

  const onHidden = () => document.hidden && pause();
  document.addEventListener("visibilitychange", onHidden);
  function dispose() {
    pause();
    document.removeEventListener("visibilitychange", onHidden);
  }
  return player;
}

function flow(clock, player, ended) {
  let before = null; // the first frame moves nothing: the page may have been in the background
  let request = requestAnimationFrame(frame);
  function frame(now) {
    const passed = now - (before ?? now);
    before = now;
    clock.setPosition(clock.position + (player.speed * passed) / (1000 * SECONDS));
    if (clock.position >= 1) ended();
    else request = requestAnimationFrame(frame);
  }
  return () => cancelAnimationFrame(request);
}

function jump(clock, player, ended) {
  const wait = () => (1000 * SECONDS) / JUMPS / player.speed;
  let timer = setTimeout(next, wait());
  function next() {
    const here = clock.position;
    clock.setPosition(stops(clock, player.milestones).find((p) => p > here + 1e-9) ?? 1);
    if (clock.position >= 1) ended();
    else timer = setTimeout(next, wait());
  }
  return () => clearTimeout(timer);
}

// Where jumps land: even shares of the axis, and each milestone instead of the shares next to it.
function stops(clock, milestones) {
  const told = milestones.map(({ t }) => clock.positionOf(t));
  const even = Array.from({ length: JUMPS }, (_, k) => (k + 1) / JUMPS);
  const free = even.filter((p) => p === 1 || told.every((q) => Math.abs(p - q) >= 0.5 / JUMPS));
  return [...told, ...free].sort((a, b) => a - b);
}
