// How the ticks of an axis are written: in digits, with an exponent each, or with a factor and an
// offset for all of them in the axis' title; and how much room that takes.

import { floored, plain, power, scientific } from "./decimal.js";

/** @typedef {import("./decimal.js").Decimal} Decimal */
/** @typedef {{ texts: string[], note: string }} Written */

const WIDTHS = /** @type {Record<string, number>} */ ({ ".": 0.32, "−": 0.84, e: 0.62, "⁻": 0.53 });
const LARGEST = 6; // digits before the point that need no exponent
const SHORT = 4; // digits that a label may have beside an exponent or a factor
const SMALLEST = -4; // exponent of a digit that needs none

/**
 * The width of a label in units of its type, not less than that of any usual font.
 * @param {string} text
 */
export function widthOf(text) {
  let width = 0;
  for (const letter of text) width += WIDTHS[letter] ?? (letter > "⁬" || "¹²³".includes(letter) ? 0.42 : 0.64);
  return width;
}

/**
 * Ways to write these decimals, all of one exponent, the simplest first.
 * @param {Decimal[]} decimals
 * @returns {Written[]}
 */
export function ways(decimals) {
  const { e } = decimals[0];
  const ks = decimals.map(({ k }) => k);
  const longest = Math.max(...ks.map((k) => String(k < 0n ? -k : k).length));
  const even = ks.every((k, i) => i < 2 || k - ks[i - 1] === ks[1] - ks[0]);
  const list = [];
  if (longest + e <= LARGEST && e >= SMALLEST) list.push({ texts: decimals.map(even ? plain : trimmed), note: "" });
  if (longest <= SHORT) list.push({ texts: decimals.map(scientific), note: "" });
  list.push(longest <= SHORT ? scaled(decimals, longest) : shifted(decimals));
  return list;
}

/**
 * Labels of a few digits, and the power of ten that they are to be multiplied by.
 * @param {Decimal[]} decimals
 * @param {number} longest
 */
function scaled(decimals, longest) {
  const factor = decimals[0].e + longest - 1;
  return { texts: decimals.map(({ k, e }) => trimmed({ k, e: e - factor })), note: times(factor) };
}

/**
 * Without the zeros at its end.
 * @param {Decimal} decimal
 */
function trimmed(decimal) {
  const text = plain(decimal);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/**
 * Labels that count from a round number near all of them.
 * @param {Decimal[]} decimals
 */
function shifted(decimals) {
  const ks = decimals.map(({ k }) => k);
  const { e } = decimals[0];
  const round = 10n ** BigInt(String(ks[ks.length - 1] - ks[0]).length);
  const below = floored(ks[0], round) * round;
  const zero = ks.reduce((best, k) => (zeros(k) > zeros(best) ? k : best), below);
  const offset = roundly({ k: zero, e });
  const factor = e >= SMALLEST + 1 && e <= 0 ? 0 : e;
  const sign = zero < 0n ? "−" : "+";
  const words = `${sign} ${offset.replace(/^−/, "")}`;
  return {
    texts: ks.map((k) => plain({ k: k - zero, e: e - factor })),
    note: factor === 0 ? words : `${times(factor)} ${words}`,
  };
}

/** @param {bigint} k */
function zeros(k) {
  return /0*$/.exec(String(k))?.[0].length ?? 0;
}

/** @param {Decimal} decimal */
function roundly({ k, e }) {
  const digits = String(k).replace("-", "").length + e;
  return digits > 12 || digits < -3 ? scientific({ k, e }) : trimmed({ k, e });
}

/** @param {number} factor */
function times(factor) {
  return factor === 0 ? "" : `×${power(factor)}`;
}
