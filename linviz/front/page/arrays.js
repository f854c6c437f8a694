// Typed arrays out of a widget's message: {dtype, shape, data: DataView} becomes a typed array that
// knows its shape.

const TYPES = /** @type {Record<string, any>} */ ({
  float64: Float64Array,
  float32: Float32Array,
  int32: Int32Array,
});

/**
 * @param {any} value
 * @returns {any}
 */
export function withArrays(value) {
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  if (value.data instanceof DataView && value.dtype in TYPES) return typedArray(value);
  if (Array.isArray(value)) return value.map(withArrays);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withArrays(item)]));
}

/** @param {{ dtype: string, shape: number[], data: DataView }} given */
function typedArray({ dtype, shape, data }) {
  const { buffer, byteOffset, byteLength } = data;
  // a copy, because a typed array must start at a multiple of its item's size
  return Object.assign(new TYPES[dtype](buffer.slice(byteOffset, byteOffset + byteLength)), { shape });
}

/**
 * With every array where it belongs: one that comes again came as {same: its first place}.
 * @param {any} value
 * @param {any} whole
 * @returns {any}
 */
export function withRepeats(value, whole = value) {
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  if ("same" in value) return value.same.reduce((/** @type {any} */ at, /** @type {any} */ key) => at[key], whole);
  if (Array.isArray(value)) return value.map((item) => withRepeats(item, whole));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withRepeats(item, whole)]));
}

/**
 * Index of the last item <= x in an ascending array (0 where x comes before all of them).
 * @param {ArrayLike<number>} ascending
 * @param {number} x
 */
export function lastBefore(ascending, x) {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (ascending[middle] <= x) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Value at x on the polyline through (xs, ys).
 * @param {ArrayLike<number>} xs
 * @param {ArrayLike<number>} ys
 * @param {number} x
 */
export function interpolated(xs, ys, x) {
  const i = lastBefore(xs, x);
  if (i >= xs.length - 1 || x <= xs[0]) return ys[i];
  const share = (x - xs[i]) / (xs[i + 1] - xs[i]);
  return ys[i] + share * (ys[i + 1] - ys[i]);
}
