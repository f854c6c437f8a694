// Where colors and widths of lines are full: of each scale of matrices, and of the edges of a network. They
// stand still, as axes do, while something is held.

/** @typedef {Record<string, number>} Limits by the name of the scale */
/** @typedef {{ heats?: import("./picture.js").Heat[], network?: import("./picture.js").Network | null }} Drawn */

const EDGES = "edges";

/**
 * @param {Drawn} picture
 * @returns {Limits} of what is not 0 everywhere
 */
export function limitsOf({ heats = [], network = null }) {
  /** @type {[string, number][]} */
  const scales = heats.map(({ scale, limit }) => [scale, limit]);
  for (const { limit } of network?.edges ?? []) scales.push([EDGES, limit]);
  return Object.fromEntries(scales.filter(([, limit]) => limit > 0));
}

/**
 * The picture with these.
 * @template {Drawn} P
 * @param {P} picture
 * @param {Limits} limits
 * @returns {P}
 */
export function limited(picture, limits) {
  const { heats, network } = picture;
  const own = (/** @type {number} */ limit, /** @type {string} */ scale) => (limit > 0 && limits[scale]) || limit;
  return {
    ...picture,
    ...(heats && { heats: heats.map((heat) => ({ ...heat, limit: own(heat.limit, heat.scale) })) }),
    ...(network && {
      network: { ...network, edges: network.edges.map((edge) => ({ ...edge, limit: own(edge.limit, EDGES) })) },
    }),
  };
}

/**
 * Those of one picture or the other, where both have them joined.
 * @param {Limits} was
 * @param {Limits} own
 * @param {(was: number, own: number) => number} join
 * @returns {Limits}
 */
export function joinedLimits(was, own, join) {
  return Object.fromEntries(
    Object.entries(own).map(([scale, limit]) => [scale, scale in was ? join(was[scale], limit) : limit]),
  );
}
