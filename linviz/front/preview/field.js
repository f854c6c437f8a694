// A deep linear network with its loss: packed weights, layer by layer, input first, each row by row. The
// velocity of the gradient flow, Ẇ_j = B_jᵀ (Y − PX) Xᵀ A_jᵀ, and its derivative along a direction.

/**
 * What is trained: widths, input first; YXᵀ; XXᵀ, or null where it is the identity.
 * @typedef {{ dims: number[], cross: Float64Array, gram: Float64Array | null }} Network
 */

const scratch = new Map();

// So many, until the same name is asked for again: what is made anew at each moment is costly to clear away.
export function zeros(/** @type {string} */ name, /** @type {number} */ n) {
  if (scratch.get(name)?.length !== n) scratch.set(name, new Float64Array(n));
  return scratch.get(name).fill(0);
}

// out (m, n) += sign · a (m, k) b (k, n)
export function addProduct(out, a, b, m, k, n, sign = 1) {
  for (let i = 0; i < m; i++)
    for (let l = 0; l < k; l++) {
      const factor = sign * a[i * k + l];
      if (factor !== 0) for (let j = 0; j < n; j++) out[i * n + j] += factor * b[l * n + j];
    }
}

// out (k, n) += aᵀ b, of a (m, k) and b (m, n)
export function addInner(out, a, b, m, k, n) {
  for (let l = 0; l < m; l++)
    for (let i = 0; i < k; i++) {
      const factor = a[l * k + i];
      if (factor !== 0) for (let j = 0; j < n; j++) out[i * n + j] += factor * b[l * n + j];
    }
}

// out (m, k) += sign · a bᵀ, of a (m, n) and b (k, n)
export function addOuter(out, a, b, m, n, k, sign = 1) {
  for (let i = 0; i < m; i++)
    for (let j = 0; j < k; j++) {
      let sum = 0;
      for (let l = 0; l < n; l++) sum += a[i * n + l] * b[j * n + l];
      out[i * k + j] += sign * sum;
    }
}

/** @param {Network} network */
export function createField({ dims, cross, gram }) {
  const N = dims.length - 1;
  const [dx, dy] = [dims[0], dims[N]];
  const starts = dims.map((_, j) => dims.slice(0, j).reduce((sum, d, i) => sum + d * dims[i + 1], 0));
  const known = /** @type {WeakMap<Float64Array, Float64Array[]>} */ (new WeakMap());
  const layers = (/** @type {Float64Array} */ w) => {
    const own = known.get(w) ?? dims.slice(1).map((_, j) => w.subarray(starts[j], starts[j + 1]));
    known.set(w, own);
    return own;
  };
  const wide = () => dims.map((d) => new Float64Array(d * dx));
  const [A, S, dA, dS] = [wide(), wide(), wide(), wide()]; // A_j W_j⋯W_1, S_j = B_jᵀ (Y − PX) Xᵀ
  for (let i = 0; i < dx; i++) A[0][i * dx + i] = 1;

  function forward(W) {
    for (let j = 1; j <= N; j++) addProduct(A[j].fill(0), W[j - 1], A[j - 1], dims[j], dims[j - 1], dx);
    return A[N];
  }

  function backward(W) {
    S[N].set(cross);
    if (gram) addProduct(S[N], A[N], gram, dy, dx, dx, -1);
    else for (let i = 0; i < dy * dx; i++) S[N][i] -= A[N][i];
    for (let j = N; j > 1; j--) addInner(S[j - 1].fill(0), W[j - 1], S[j], dims[j], dims[j - 1], dx);
  }

  return {
    size: starts[N],
    layers,
    A, // of the weights that were given last
    product: (w) => forward(layers(w)),
    velocity(w, out) {
      const [W, V] = [layers(w), layers(out.fill(0))];
      forward(W);
      backward(W);
      V[0].set(S[1]);
      for (let j = 2; j <= N; j++) addOuter(V[j - 1], S[j], A[j - 1], dims[j], dx, dims[j - 1]);
      return out;
    },
    // The Hessian of the loss, (n, n): minus the derivative of the velocity along each weight.
    hessian(w) {
      const [n, W, v] = [starts[N], layers(w), new Float64Array(starts[N])];
      const [V, matrix] = [layers(v), new Float64Array(n * n)];
      forward(W);
      backward(W);
      for (let k = 0; k < n; k++) {
        v.fill(0)[k] = -1;
        for (let j = 1; j <= N; j++) {
          addProduct(dA[j].fill(0), V[j - 1], A[j - 1], dims[j], dims[j - 1], dx);
          addProduct(dA[j], W[j - 1], dA[j - 1], dims[j], dims[j - 1], dx);
        }
        if (gram) addProduct(dS[N].fill(0), dA[N], gram, dy, dx, dx, -1);
        else for (let i = 0; i < dy * dx; i++) dS[N][i] = -dA[N][i];
        const row = layers(matrix.subarray(k * n, (k + 1) * n));
        for (let j = N; j >= 1; j--) {
          addOuter(row[j - 1], dS[j], A[j - 1], dims[j], dx, dims[j - 1]);
          if (j === 1) break;
          addOuter(row[j - 1], S[j], dA[j - 1], dims[j], dx, dims[j - 1]);
          addInner(dS[j - 1].fill(0), V[j - 1], S[j], dims[j], dims[j - 1], dx);
          addInner(dS[j - 1], W[j - 1], dS[j], dims[j], dims[j - 1], dx);
        }
      }
      return matrix;
    },
  };
}
