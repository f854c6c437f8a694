import assert from "node:assert/strict";
import { test } from "node:test";

import { shifts } from "../../linviz/front/page/text.js";

/** The parts as marked text: indices in [], powers in <>.
 * @param {string} text */
const marked = (text) =>
  shifts(text)
    .map((part) => (part.as === "sub" ? `[${part.text}]` : part.as === "sup" ? `<${part.text}>` : part.text))
    .join("");

test("indices with and without braces", () => {
  assert.equal(marked("C_j"), "C[j]");
  assert.equal(marked("λ_max ≤ 2, W_LR, L_res"), "λ[max] ≤ 2, W[LR], L[res]");
  assert.equal(marked("Σ_j Π_{k<j} λ_min(W_kᵀ W_k)"), "Σ[j] Π[k<j] λ[min](W[k]ᵀ W[k])");
  assert.equal(marked("W_lW_lᵀ and W_2W_1"), "W[l]W[l]ᵀ and W[2]W[1]");
  assert.equal(marked("G_{j+1}ᵀ G_j+1"), "G[j+1]ᵀ G[j+1]");
  assert.equal(marked("(C_j)_{ii}"), "(C[j])[ii]");
  assert.equal(marked("W_N⋯W_2"), "W[N]⋯W[2]");
});

test("powers", () => {
  assert.equal(marked("a^N with a^{N−2} (s − a^N) = λ"), "a<N> with a<N−2> (s − a<N>) = λ");
  assert.equal(marked("s_k^(1/3)"), "s[k]<1/3>");
  assert.equal(marked("(1 − ηλ)^{2k}"), "(1 − ηλ)<2k>");
});

test("minus signs, and text without any of it", () => {
  assert.equal(marked("-2 and 1e-9"), "−2 and 1e−9");
  assert.equal(marked("two-sided, f(x_) and a ^ b"), "two-sided, f(x_) and a ^ b");
  assert.deepEqual(shifts(""), []);
});
