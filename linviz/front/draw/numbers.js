// How numbers are written in pictures: with true minus signs and as many digits as one can read.

/**
 * To the digits that float32 has.
 * @param {number} value
 */
export function rounded(value) {
  return Number(value.toPrecision(6));
}

/**
 * @param {number} value
 * @param {number} digits
 */
export function written(value, digits = 3) {
  const size = Math.abs(value);
  const plain = size === 0 || (size >= 1e-3 && size < 1e5);
  const text = plain ? String(Number(value.toPrecision(digits))) : value.toExponential(Math.min(1, digits - 1));
  return text.replace("e+", "e").replaceAll("-", "−");
}
