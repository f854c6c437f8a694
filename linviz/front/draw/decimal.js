// Exact decimals k · 10^e: a tick is one of them, so that its label says where it stands.

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** @typedef {{ k: bigint, e: number }} Decimal */

/**
 * The nearest number.
 * @param {Decimal} decimal
 */
export function numberOf({ k, e }) {
  return Number(`${k}e${e}`);
}

/**
 * The largest whole number n with n · m · 10^e <= x, exactly.
 * @param {number} x
 * @param {bigint} m
 * @param {number} e
 */
export function wholeTimes(x, m, e) {
  const [numerator, denominator] = fraction(x);
  const n = e < 0 ? numerator * 10n ** BigInt(-e) : numerator;
  const d = denominator * m * (e < 0 ? 1n : 10n ** BigInt(e));
  return floored(n, d);
}

/**
 * The fraction that a number is.
 * @param {number} x
 */
function fraction(x) {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const digits = (bits & 0xfffffffffffffn) | (exponent === 0 ? 0n : 1n << 52n);
  const signed = bits >> 63n ? -digits : digits;
  const power = Math.max(exponent, 1) - 1075;
  return power < 0 ? [signed, 1n << BigInt(-power)] : [signed << BigInt(power), 1n];
}

/**
 * @param {bigint} n
 * @param {bigint} d positive
 */
export function floored(n, d) {
  const quotient = n / d;
  return n < 0n && quotient * d !== n ? quotient - 1n : quotient;
}

/**
 * In digits, with as many after the point as 10^e needs.
 * @param {Decimal} decimal
 */
export function plain({ k, e }) {
  if (k === 0n) return "0";
  const digits = String(k < 0n ? -k : k);
  const sign = k < 0n ? "−" : "";
  if (e >= 0) return sign + digits + "0".repeat(e);
  const padded = digits.padStart(1 - e, "0");
  return `${sign}${padded.slice(0, e)}.${padded.slice(e)}`;
}

/**
 * As 1.5e−7.
 * @param {Decimal} decimal
 */
export function scientific({ k, e }) {
  if (k === 0n) return "0";
  const digits = String(k < 0n ? -k : k);
  const rest = digits.slice(1).replace(/0+$/, "");
  const exponent = e + digits.length - 1;
  return `${k < 0n ? "−" : ""}${digits[0]}${rest && `.${rest}`}e${exponent < 0 ? "−" : ""}${Math.abs(exponent)}`;
}

/**
 * A power of ten, as it is written by hand.
 * @param {number} n
 */
export function power(n) {
  if (n === 0) return "1";
  if (n === 1) return "10";
  const digits = [...String(Math.abs(n))].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");
  return `10${n < 0 ? "⁻" : ""}${digits}`;
}
