// Two weights squared: z = w1 + i w2 becomes z², and every path a straight line.

import { RADIUS } from "./plane.js";
import { flatPainter } from "./weights.js";

export const UNFOLDED = {
  ...{ name: "unfolded", family: /** @type {const} */ ("plane"), beside: "weights", radius: RADIUS },
  handles: ["sharp", "s", "alpha", "step", "rectified", "past", "remove"],
  equations: ["\\frac{d u}{d t} = (s - u)\\sqrt{C^2 + 4 u^2}", "u = w_2 w_1"],
  painter: flatPainter(1),
};
