// Words in the page: indices set low, and text for the clipboard.

import { focusedBy } from "./part.js";

// Indices and powers as the formulas of the theory write them: C_j, λ_max, W_LR, Π_{k<j}, G_j+1;
// a^N, a^{N−2}, s^(1/3). Without braces an index is one run of letters of the same case or of
// digits, so that W_lW_l has two.
const SHIFTED = /([_^])(?:\{([^{}]*)\}|\(([^()]*)\)|((?:[a-z]+|[A-Z]+|\d+)(?:\+\d)?))/gu;

/**
 * A text cut where it is set low or high, with true minus signs.
 * @param {string} text
 * @returns {{ text: string, as: "" | "sub" | "sup" }[]}
 */
export function shifts(text) {
  const signed = text.replace(/(^|[^\p{L}\p{N}]|\de)-(?=[\d.])/gu, "$1−");
  /** @type {{ text: string, as: "" | "sub" | "sup" }[]} */
  const parts = [];
  let end = 0;
  for (const found of signed.matchAll(SHIFTED)) {
    const [all, sign, braced, bracketed, bare] = found;
    if (sign === "_" && bracketed !== undefined) continue;
    parts.push({ text: signed.slice(end, found.index), as: "" });
    parts.push({ text: braced ?? bracketed ?? bare, as: sign === "_" ? "sub" : "sup" });
    end = found.index + all.length;
  }
  parts.push({ text: signed.slice(end), as: "" });
  return parts.filter((part) => part.text !== "");
}

/**
 * The same as nodes.
 * @param {string} text
 * @returns {(string | HTMLElement)[]}
 */
export function indexed(text) {
  return shifts(text).map((part) => {
    if (part.as === "") return part.text;
    const element = document.createElement(part.as);
    element.textContent = part.text;
    return element;
  });
}

// The clipboard is only there on secure pages, by permission; elsewhere the old way, which needs a
// selection: outside an open dialog nothing can be selected.
/**
 * @param {string} text
 * @param {HTMLElement} dialog
 */
export async function copied(text, dialog) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedByHand(text, dialog);
  }
}

/**
 * @param {string} text
 * @param {HTMLElement} dialog
 */
function copiedByHand(text, dialog) {
  const before = focusedBy(dialog);
  const area = document.createElement("textarea");
  area.className = "unseen";
  area.value = text;
  dialog.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return done;
}
