// A served page whose kernel has ended, or jams, starts again with the scenario that its address says.

import { part } from "./part.js";
import { WORDS } from "./words.js";

const JAMMED = 60_000; // ms of silence, after which a kernel that is there is given up too
const READ = 2500; // ms in which the words are read
const [MOST, WITHIN] = [3, 600_000]; // that many times within these ms: another scenario may be the cure
const KEPT = "linviz-again"; // when it started again, in the session's storage

let begun = false;

/**
 * @param {HTMLElement} root
 * @param {number} silent how long nobody has answered, in ms
 * @param {() => void} keep what was asked for and nobody has answered
 * @param {() => void} tell that the kernel is lost
 */
export async function startAgain(root, silent, keep, tell) {
  if (begun || !(await mayBegin(silent)) || begun) return;
  const before = /** @type {number[]} */ (JSON.parse(sessionStorage.getItem(KEPT) ?? "[]")).filter(
    (at) => Date.now() - at < WITHIN,
  );
  if (before.length >= MOST) return;
  begun = true;
  sessionStorage.setItem(KEPT, JSON.stringify([...before, Date.now()]));
  tell();
  part(root, ".lost p").textContent = WORDS.page.again;
  setTimeout(() => {
    keep();
    location.reload();
  }, READ);
}

/**
 * Whether the server is there to start from, and the kernel has ended or jams.
 * @param {number} silent
 */
async function mayBegin(silent) {
  const gone = await isGone();
  return gone || (gone === false && silent > JAMMED);
}

/**
 * Whether the kernel has ended, as the server says it; null where nobody says anything.
 * @returns {Promise<boolean | null>}
 */
export async function isGone() {
  const text = document.getElementById("jupyter-config-data")?.textContent;
  if (!text) return null;
  const { baseUrl, kernelId } = JSON.parse(text);
  try {
    const answer = await fetch(`${baseUrl}linviz/kernels/${kernelId}`);
    if (answer.ok) return (await answer.text()) === "gone";
    // a Jupyter server that shows notebooks by Voila, as on Binder
    const told = await fetch(`${baseUrl}api/kernels/${kernelId}`);
    return told.status === 404 || (told.ok && (await told.json()).execution_state === "dead");
  } catch {
    return null; // the picture stays
  }
}
