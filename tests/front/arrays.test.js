import assert from "node:assert/strict";
import { test } from "node:test";

import { interpolated, lastBefore, withArrays, withRepeats } from "../../linviz/front/page/arrays.js";
import { generator } from "./random.js";

test("arrays come out of a message at any offset, in their own memory", () => {
  const bytes = new Uint8Array(3 + 16);
  new DataView(bytes.buffer).setFloat64(3, 1.5, true);
  new DataView(bytes.buffer).setFloat64(11, -2, true);
  const data = new DataView(bytes.buffer, 3, 16);
  const { deep, plain } = withArrays({ deep: [{ x: { dtype: "float64", shape: [2], data } }], plain: "a" });
  assert.deepEqual([...deep[0].x], [1.5, -2]);
  assert.deepEqual(deep[0].x.shape, [2]);
  assert.notEqual(deep[0].x.buffer, bytes.buffer);
  assert.equal(plain, "a");
  assert.equal(withArrays(null), null);
  assert.equal(withArrays(data), data);
});

test("an array that comes again is the first one", () => {
  const [t, other] = [new Float64Array([0, 1]), new Float64Array([0, 2])];
  const { a, b } = withRepeats({ a: [{ t, x: other }, 1], b: { x: { same: ["a", 0, "t"] }, none: null } });
  assert.equal(b.x, t);
  assert.equal(a[0].x, other);
  assert.equal(b.none, null);
});

test("the last item before a place, as a walk along the array finds it", () => {
  const random = generator(1);
  for (let k = 0; k < 500; k++) {
    const items = Array.from({ length: 1 + Math.floor(20 * random()) }, () => Math.floor(10 * random())).sort(
      (a, b) => a - b,
    );
    const x = 12 * random() - 1;
    const walked = items.filter((item) => item <= x).length - 1;
    assert.equal(lastBefore(items, x), Math.max(0, walked));
  }
});

test("values between points are on the line, beyond them those of the ends", () => {
  assert.equal(interpolated([0, 2, 4], [1, 5, 5], 0.5), 2);
  assert.equal(interpolated([0, 2, 4], [1, 5, 7], 2), 5);
  assert.equal(interpolated([0, 2], [1, 5], -1), 1);
  assert.equal(interpolated([0, 2], [1, 5], 9), 5);
});
