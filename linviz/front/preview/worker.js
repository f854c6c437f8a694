// Answers in a thread of its own. What takes too long is done again with less: first digits, then moments.

import { answer } from "./answer.js";

const [SOON, FINE, COARSE] = [8, 1e-6, 1e-4]; // ms; relative tolerances
const [MOST, MOST_AT_REST, LEAST] = [120, 400, 60]; // moments
const [EFFORT, AT_REST] = [4e5, 2e6]; // steps times weights: what takes more the kernel computes

let most = MOST;

self.onmessage = ({ data: { id, job, resting } }) => {
  const began = performance.now();
  const hurried = { rtol: FINE, most, patience: SOON, effort: EFFORT };
  const found = resting
    ? answer(job, { rtol: FINE, most: MOST_AT_REST, patience: Infinity, effort: AT_REST })
    : (answer(job, hurried) ?? answer(job, { ...hurried, rtol: COARSE, patience: Infinity }));
  const took = performance.now() - began;
  if (!resting) most = took > 2 * SOON ? Math.max(LEAST, most >> 1) : Math.min(MOST, most + 10);
  self.postMessage({ id, found, took });
};
