// Answers in a thread of its own. What takes too long is done with less: first digits, then moments.

import { answer } from "./answer.js";

const [SOON, FINE] = [8, 1e-6]; // ms; relative tolerance
const [MOST, MOST_AT_REST, LEAST] = [120, 400, 60]; // moments
const [EFFORT, AT_REST] = [4e5, 2e6]; // steps times weights: what takes more the kernel computes

let most = MOST;

self.onmessage = ({ data: { id, job, resting } }) => {
  const began = performance.now();
  const [count, patience, effort] = resting ? [MOST_AT_REST, Infinity, AT_REST] : [most, SOON, EFFORT];
  const found = answer(job, { rtol: FINE, most: count, patience, effort });
  const took = performance.now() - began;
  if (!resting) most = took > 2 * SOON ? Math.max(LEAST, most >> 1) : Math.min(MOST, most + 10);
  self.postMessage({ id, found, took });
};
