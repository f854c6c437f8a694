// The moment shown, shared by all panels, and its position on the time axis.

import { shareOf, valueAt } from "../draw/scale.js";
import { scaleOf } from "../draw/zoom.js";
import { lastBefore } from "../page/arrays.js";

/** @param {number | null} inner */
const lawOf = (inner) => ({ log: false, ...(inner === null ? {} : { inner }) });

export function createClock() {
  /** @type {(() => void)[]} */
  const listeners = [];
  const clock = {
    t: 0,
    taken: () => {}, // in the hand, on a picture: what plays it stops
    wanted: Infinity, // the moment asked for, in whatever run; its end, whenever that is
    first: 0,
    last: 1,
    inner: /** @type {number | null} */ (null), // up to when a logarithmic axis is even
    times: /** @type {ArrayLike<number>} */ ([0, 1]), // the stored frames
    get scale() {
      return scaleOf({ home: [clock.first, clock.last], range: null, ...lawOf(clock.inner) });
    },
    get position() {
      return clock.positionOf(clock.t);
    },
    /**
     * Share of the axis at a time; before the axis 0, after it 1.
     * @param {number} t
     */
    positionOf(t) {
      if (clock.last <= clock.first) return 1;
      const within = Math.min(clock.last, Math.max(clock.first, t));
      return shareOf(clock.scale, within);
    },
    listen: (/** @type {() => void} */ callback) => listeners.push(callback),
    /** @param {number} t */
    set(t) {
      clock.wanted = t >= clock.last ? Infinity : t;
      clock.t = Math.min(clock.last, Math.max(clock.first, t));
      listeners.forEach((callback) => callback());
    },
    /** @param {number} share */
    setPosition(share) {
      const p = Math.min(1, Math.max(0, share));
      if (p === 1) clock.set(clock.last);
      else clock.set(valueAt(clock.scale, p));
    },
    /**
     * To the next stored frame (direction 1) or the one before (-1).
     * @param {number} direction
     */
    step(direction) {
      const i = lastBefore(clock.times, clock.t);
      const onFrame = clock.times[i] === clock.t;
      const next = direction > 0 ? i + 1 : onFrame ? i - 1 : i;
      clock.set(clock.times[Math.min(clock.times.length - 1, Math.max(0, next))]);
    },
    /**
     * A new run, or another axis, keeps the moment that was asked for, so that the end stays the end.
     * Who listens is told of it by the next `set`, when the run is shown.
     * @param {ArrayLike<number>} times
     * @param {number | null} inner
     */
    renew(times, inner) {
      const { wanted } = clock;
      Object.assign(clock, { times, inner, first: times[0], last: times[times.length - 1] });
      clock.t = Math.min(clock.last, Math.max(clock.first, wanted));
    },
  };
  clock.t = clock.last;
  return clock;
}
