// The moment shown, shared by all panels, and its position on the time axis.

export function createClock() {
  const listeners = [];
  const clock = {
    t: 0,
    first: 0,
    last: 1,
    log: false,
    get position() {
      if (clock.last <= clock.first) return 1;
      if (!clock.log) return (clock.t - clock.first) / (clock.last - clock.first);
      const t = Math.max(clock.t, clock.first);
      return Math.log(t / clock.first) / Math.log(clock.last / clock.first);
    },
    listen: (callback) => listeners.push(callback),
    set(t) {
      clock.t = Math.min(clock.last, Math.max(clock.first, t));
      listeners.forEach((callback) => callback());
    },
    setPosition(share) {
      const p = Math.min(1, Math.max(0, share));
      if (!clock.log) clock.set(clock.first + p * (clock.last - clock.first));
      else clock.set(p === 1 ? clock.last : clock.first * (clock.last / clock.first) ** p);
    },
    // A new run keeps the share of the time axis, or shows the end where it was at the end.
    renew(t, log) {
      const share = clock.position;
      clock.log = log;
      clock.first = log && t[0] === 0 ? t[1] : t[0];
      clock.last = t[t.length - 1];
      clock.setPosition(Number.isFinite(share) ? share : 1);
    },
  };
  clock.t = clock.last;
  return clock;
}
