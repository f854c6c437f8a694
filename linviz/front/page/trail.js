// The states that a visitor has been in, as queries of links, and where among them she is now.

const MOST = 100;

/** @typedef {{ id: number, query: string }} Stop */

/** @param {number} [most] */
export function createTrail(most = MOST) {
  /** @type {Stop[]} */
  let stops = [];
  let at = -1;
  let last = 0;
  return {
    get now() {
      return stops[at] ?? null;
    },
    get before() {
      return stops[at - 1] ?? null;
    },
    get after() {
      return stops[at + 1] ?? null;
    },
    /**
     * Here is another state: what came after the one before is gone. Null if it is the same one.
     * @param {string} query
     */
    add(query) {
      if (query === stops[at]?.query) return null;
      last += 1;
      stops = [...stops.slice(0, at + 1), { id: last, query }].slice(-most);
      at = stops.length - 1;
      return stops[at];
    },
    /**
     * The state where she is now is written in another way.
     * @param {string} query
     */
    rewrite(query) {
      if (at >= 0) stops[at] = { ...stops[at], query };
    },
    /**
     * To a state that is known; null if it is not.
     * @param {number} id
     */
    go(id) {
      const k = stops.findIndex((stop) => stop.id === id);
      if (k < 0) return null;
      at = k;
      return stops[at];
    },
    /**
     * Begin anew at a state that is not known.
     * @param {string} query
     */
    begin(query) {
      last += 1;
      [stops, at] = [[{ id: last, query }], 0];
      return stops[0];
    },
  };
}
