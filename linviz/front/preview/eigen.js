// Eigenvalues of symmetric matrices, by reflections to three diagonals and then rotations; singular
// values with their vectors, by rotations of rows (Jacobi; Golub and Van Loan, Matrix Computations, 8).

const ROUNDOFF = 2 ** -52;
const MOST_SWEEPS = 30;

// Ascending, of a symmetric matrix (n, n), which is used up.
export function eigenvalues(/** @type {Float64Array} */ a, /** @type {number} */ n) {
  const [d, e] = [new Float64Array(n), new Float64Array(n)]; // the diagonal, and what is below it
  for (let k = 0; k < n; k++) {
    if (k < n - 2) reflect(a, n, k);
    d[k] = a[k * n + k];
    if (k < n - 1) e[k] = a[(k + 1) * n + k];
  }
  for (let l = 0; l < n; l++) settle(d, e, l, n);
  return d.sort();
}

// What is in column k below its second entry becomes 0.
function reflect(a, n, k) {
  let square = 0;
  for (let i = k + 1; i < n; i++) square += a[i * n + k] ** 2;
  const first = a[(k + 1) * n + k];
  const length = first > 0 ? -Math.sqrt(square) : Math.sqrt(square);
  const half = square - first * length;
  if (half === 0 || square === first * first) return;
  const [v, p] = [new Float64Array(n), new Float64Array(n)];
  for (let i = k + 1; i < n; i++) v[i] = a[i * n + k];
  v[k + 1] -= length;
  let inner = 0;
  for (let i = k + 1; i < n; i++) {
    let sum = 0;
    for (let j = k + 1; j < n; j++) sum += a[i * n + j] * v[j];
    p[i] = sum / half;
    inner += p[i] * v[i];
  }
  for (let i = k + 1; i < n; i++) p[i] -= (inner / (2 * half)) * v[i];
  for (let i = k + 1; i < n; i++) for (let j = k + 1; j < n; j++) a[i * n + j] -= v[i] * p[j] + p[i] * v[j];
  a[(k + 1) * n + k] = length;
}

// Implicit QL steps until the l-th value stands alone.
function settle(d, e, l, n) {
  for (let turn = 0; turn < MOST_SWEEPS; turn++) {
    let m = l;
    while (m < n - 1 && Math.abs(e[m]) > ROUNDOFF * (Math.abs(d[m]) + Math.abs(d[m + 1]))) m++;
    if (m === l) return;
    let g = (d[l + 1] - d[l]) / (2 * e[l]);
    let r = Math.hypot(g, 1);
    g = d[m] - d[l] + e[l] / (g + (g >= 0 ? r : -r));
    let [s, c, p] = [1, 1, 0];
    let i = m - 1;
    for (; i >= l; i--) {
      const [f, b] = [s * e[i], c * e[i]];
      r = Math.hypot(f, g);
      e[i + 1] = r;
      if (r === 0) break;
      [s, c] = [f / r, g / r];
      g = d[i + 1] - p;
      r = (d[i] - g) * s + 2 * c * b;
      p = s * r;
      d[i + 1] = g + p;
      g = c * r - b;
    }
    if (r === 0 && i >= l) [d[i + 1], e[m]] = [d[i + 1] - p, 0];
    else [d[l], e[l], e[m]] = [d[l] - p, g, 0];
  }
}

/**
 * Of a matrix (m, n), m ≤ n: singular values descending, as rows of m the left vectors, as rows of n the
 * right ones times their values.
 */
export function singular(/** @type {Float64Array} */ matrix, /** @type {number} */ m, /** @type {number} */ n) {
  const [rows, left, values] = [matrix.slice(), new Float64Array(m * m), new Float64Array(m)];
  for (let i = 0; i < m; i++) left[i * m + i] = 1;
  for (let sweep = 0, turned = true; turned && sweep < MOST_SWEEPS; sweep++) {
    turned = false;
    for (let i = 1; i < m; i++) for (let j = 0; j < i; j++) if (rotate(rows, left, i, j, m, n)) turned = true;
  }
  for (let i = 0; i < m; i++) {
    for (let k = i * n; k < (i + 1) * n; k++) values[i] += rows[k] * rows[k];
    values[i] = Math.sqrt(values[i]);
  }
  const order = Array.from(values.keys()).sort((i, j) => values[j] - values[i]);
  return {
    values: order.map((i) => values[i]),
    left: order.map((i) => left.subarray(i * m, (i + 1) * m)),
    right: order.map((i) => rows.subarray(i * n, (i + 1) * n)),
  };
}

// Turns two rows until they are at right angles; whether they were not.
function rotate(rows, left, i, j, m, n) {
  let [a, b, c] = [0, 0, 0];
  for (let k = 0; k < n; k++) {
    a += rows[i * n + k] ** 2;
    b += rows[j * n + k] ** 2;
    c += rows[i * n + k] * rows[j * n + k];
  }
  if (Math.abs(c) <= ROUNDOFF * Math.sqrt(a * b)) return false;
  const zeta = (b - a) / (2 * c);
  const tangent = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  turn(rows, i * n, j * n, n, cosine, cosine * tangent);
  turn(left, i * m, j * m, m, cosine, cosine * tangent);
  return true;
}

function turn(all, i, j, n, cosine, sine) {
  for (let k = 0; k < n; k++) {
    const x = all[i + k];
    all[i + k] = cosine * x - sine * all[j + k];
    all[j + k] = sine * x + cosine * all[j + k];
  }
}
