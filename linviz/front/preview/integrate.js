// Dormand and Prince's method of order 5(4) with its dense output (Hairer, Nørsett, Wanner, Solving
// Ordinary Differential Equations I, II.5 and II.6): steps as long as the tolerance allows.

const A = [
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
const E = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];
const D = [
  -12715105075 / 11282082432,
  0,
  87487479700 / 32700410799,
  -10690763975 / 1880347072,
  701980252875 / 199316789632,
  -1453857185 / 822651844,
  69997945 / 29380423,
];
const [SAFE, SHORTEST, LONGEST] = [0.9, 0.2, 5]; // of the step that the error asks for; of the last step
const SHORT = 1e-9; // of the way: a first step
const LOOKS = 8; // steps between two looks at the clock

/**
 * From `start` at 0 to `end`: takes the start, then what lies at the `places` of each step, its end the
 * last of them.
 * @param {(w: Float64Array, out: Float64Array) => Float64Array} velocity
 * @param {Float64Array} start
 * @param {number} end
 * @param {{ rtol: number, atol: number, late?: (steps: number) => boolean }} limits  which may become wider on the way
 * @param {(from: number, to: number) => number[]} places  ascending, within (from, to]
 * @param {(t: number, w: Float64Array) => void} take  copies what it keeps
 * @returns {number} steps that were made, or −1 where it was too late
 */
export function integrate(velocity, start, end, limits, places, take) {
  const n = start.length;
  const K = Array.from({ length: 7 }, () => new Float64Array(n));
  let [w, next] = [Float64Array.from(start), new Float64Array(n)];
  const at = new Float64Array(n);
  velocity(w, K[0]);
  take(0, w);
  let [t, steps, grows] = [0, 0, LONGEST];
  let h = Math.min(end, Math.max(firstStep(w, K[0], limits.atol), SHORT * end));
  while (t < end) {
    const last = t + h >= end * (1 - 1e-12);
    if (last) h = end - t;
    stages(velocity, w, next, K, h);
    const error = errorOf(w, next, K, h, limits);
    const factor = Math.min(grows, Math.max(SHORTEST, SAFE * error ** -0.2));
    if (error <= 1) {
      for (const place of places(t, last ? end : t + h)) take(place, dense(at, w, next, K, h, (place - t) / h));
      [w, next, t] = [next, w, last ? end : t + h];
      K[0].set(K[6]);
    }
    grows = error <= 1 ? LONGEST : 1;
    h *= Number.isFinite(factor) ? factor : SHORTEST;
    steps += 1;
    if (!(h > 1e-14 * end) || (steps % LOOKS === 0 && limits.late?.(steps))) return -1;
  }
  return steps;
}

function firstStep(w, v, atol) {
  let [size, speed] = [0, 0];
  for (let i = 0; i < w.length; i++) [size, speed] = [Math.max(size, Math.abs(w[i])), Math.max(speed, Math.abs(v[i]))];
  return speed > 0 ? (0.01 * Math.max(size, atol)) / speed : Infinity;
}

// The last of them is the velocity at the end of the step, `next`.
function stages(velocity, w, next, K, h) {
  for (let s = 1; s < 7; s++) {
    next.set(w);
    for (let k = 0; k < s; k++) {
      const [factor, own] = [h * A[s - 1][k], K[k]];
      if (factor !== 0) for (let i = 0; i < w.length; i++) next[i] += factor * own[i];
    }
    velocity(next, K[s]);
  }
}

function errorOf(w, next, K, h, { rtol, atol }) {
  let sum = 0;
  for (let i = 0; i < w.length; i++) {
    let error = 0;
    for (let k = 0; k < 7; k++) error += E[k] * K[k][i];
    sum += ((h * error) / (atol + rtol * Math.max(Math.abs(w[i]), Math.abs(next[i])))) ** 2;
  }
  return Math.sqrt(sum / w.length);
}

// Of a share of the step.
function dense(out, w, next, K, h, share) {
  if (share >= 1) return next;
  const rest = 1 - share;
  for (let i = 0; i < w.length; i++) {
    let bend = 0;
    for (let k = 0; k < 7; k++) bend += D[k] * K[k][i];
    const [rise, first] = [next[i] - w[i], h * K[0][i] - (next[i] - w[i])];
    const third = rise - h * K[6][i] - first;
    out[i] = w[i] + share * (rise + rest * (first + share * (third + rest * h * bend)));
  }
  return out;
}
