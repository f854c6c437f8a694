r"""Which exact solution applies to given weights.

Every condition holds to roundoff or not at all: tolerances are a few dozen ulps of the numbers that
are compared, so that a weight of 1e-9 that ought to be 1e-7 is not taken for balanced beside a
layer of norm 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linviz.core.model.aligned import decouples
from linviz.core.model.conserved import Conserved
from linviz.core.model.layers import Weights
from linviz.core.model.problem import Matrix, Problem
from linviz.core.model.tolerances import BALANCED

NUMERICAL = "end-to-end equation (numerical)"
ULPS = 64 * float(np.finfo(float).eps)


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """The exact solution that applies, and the numbers that it starts from.

    Attributes
    ----------
    name : str or None
    reason : str
    modes : pair of arrays (d_y,), or None
        Where modes decouple: strengths of P in the target's modes, and the imbalance of each.
    lam : float
        C_1 = lam I, for one hidden layer.
    """

    name: str | None
    reason: str
    modes: tuple[Matrix, Matrix] | None = None
    lam: float = 0.0


def solution_of(problem: Problem, W: Weights, known: Conserved | None = None) -> Solution:
    """The first solution that applies, simplest first, or the conditions that fail."""
    if len(W) == 1:
        return Solution("linear regression", "no hidden layer: the gap decays like exp(-G t)")
    if decouples(problem, range(problem.n_modes)):
        strengths = _aligned_strengths(problem, W)
        if strengths is not None:
            words = "balanced and aligned with the target's modes"
            return Solution("Saxe", words, (strengths, np.zeros_like(strengths)))
        modes = _unbalanced_modes(problem, W) if len(W) == 2 else None
        if modes is not None:
            words = "one hidden layer, in which no two modes share a direction"
            return Solution("unbalanced modes", words, modes)
    conserved = known or Conserved(W)
    lam, off = _imbalance(conserved)
    if len(W) == 2 and off == 0 and scalar_gram(problem) is not None:
        if lam == 0:
            return Solution("Fukumizu", "one hidden layer, C_1 = 0")
        return Solution("lambda-balanced", f"one hidden layer, C_1 = {lam:.6g} I", lam=lam)
    if lam == 0 and off == 0:
        return Solution(NUMERICAL, "balanced: P follows an equation of its own, not in closed form")
    return Solution(None, f"no closed form is known: {_obstacle(problem, conserved, lam, off)}")


def mode_grams(problem: Problem) -> Matrix:
    r"""Eigenvalue of :math:`XX^\top` for each mode's input direction, one for
    each mode."""
    V = problem.input_modes[:, : problem.n_modes]
    g: Matrix = np.sum(V * (problem.gram @ V), axis=0)
    # a direction without data has exactly none
    return np.where(g > ULPS * problem.d_x * np.abs(problem.gram).max(), g, 0.0)


def scalar_gram(problem: Problem) -> float | None:
    r"""The number c > 0 of :math:`XX^\top = cI`, to roundoff, or None."""
    G = problem.gram
    c = float(np.trace(G)) / len(G)
    near = c > 0 and float(np.abs(G - c * np.eye(len(G))).max()) <= ULPS * len(G) * c
    return c if near else None


def _aligned_strengths(problem: Problem, W: Weights) -> Matrix | None:
    r"""Strengths of P if each mode's chain of vectors is balanced: :math:`W_j^\top W_jx = a^2x`."""
    U, V = problem.output_modes, problem.input_modes
    norms = [float(np.linalg.norm(Wj, 2)) for Wj in W]
    few = ULPS * max(max(Wj.shape) for Wj in W)
    n = problem.n_modes
    if float(np.linalg.norm(W[0] @ V[:, n:])) > few * norms[0]:
        return None
    if float(np.linalg.norm(W[-1].T @ U[:, n:])) > few * norms[-1]:
        return None
    strengths = np.zeros(n)
    for k in range(n):
        u, v = U[:, k], V[:, k]
        enters = float(np.linalg.norm(W[0] @ v)) > few * norms[0]
        leaves = float(np.linalg.norm(W[-1].T @ u)) > few * norms[-1]
        if enters or leaves:
            end = _chain_end(W, v, norms, few)
            if end is None:
                return None
            strengths[k] = u @ end
            across = end - strengths[k] * u
            if float(np.linalg.norm(across)) > few * len(W) * norms[-1] * _root(strengths[k], W):
                return None
    return strengths


def _chain_end(W: Weights, v: Matrix, norms: Sequence[float], few: float) -> Matrix | None:
    """P v, if every layer stretches its vector by one and the same singular value."""
    x, first = v, 0.0
    for Wj, norm in zip(W, norms, strict=True):
        y = Wj @ x
        size, length = float(np.linalg.norm(y)), float(np.linalg.norm(x))
        if size == 0:
            return None
        stretch = size / length
        first = first or stretch
        if abs(stretch - first) > few * max(norm, max(norms)):
            return None
        if float(np.linalg.norm(Wj.T @ y - stretch**2 * x)) > few * norm * size:
            return None
        x = y
    return x


def _root(u: float, W: Weights) -> float:
    """Length of the chain before the last layer, for a mode of strength u."""
    return float(abs(u) ** (1 - 1 / len(W)))


def _unbalanced_modes(problem: Problem, W: Weights) -> tuple[Matrix, Matrix] | None:
    """Strengths and imbalances, H = 1, if modes meet in no direction of the hidden layer."""
    n = problem.n_modes
    A, B = W[0] @ problem.input_modes, W[1].T @ problem.output_modes  # (d_1, d_x), (d_1, d_y)
    Z = np.hstack([A, B])
    owner = np.concatenate([np.minimum(np.arange(E.shape[1]), n) for E in (A, B)])
    lengths = np.linalg.norm(Z, axis=0)
    few = ULPS * max(W[0].shape + W[1].shape)
    largest = max(float(np.linalg.norm(Wj, 2)) for Wj in W)
    shared = np.abs(Z.T @ Z) > few * largest * (lengths[:, None] + lengths)
    if (shared & (owner[:, None] != owner)).any():
        return None
    a, b = A[:, :n], B[:, :n]
    return np.sum(a * b, axis=0), np.linalg.norm(a + b, axis=0) * np.linalg.norm(a - b, axis=0)


def _imbalance(conserved: Conserved) -> tuple[float, float]:
    """The common multiple lam of I nearest to the C_j, and how far they are off; 0 to roundoff."""
    C, zero = conserved.invariants, BALANCED * conserved.size
    lam = sum(float(np.trace(Cj)) for Cj in C) / sum(len(Cj) for Cj in C)
    lam = lam if abs(lam) > zero else 0.0
    off = max(float(np.linalg.norm(Cj - lam * np.eye(len(Cj)))) for Cj in C)
    return lam, off if off > zero else 0.0


def _obstacle(problem: Problem, conserved: Conserved, lam: float, off: float) -> str:
    """Why no solution applies, in words."""
    if len(conserved.W) > 2:
        return f"the weights are not balanced (max ‖C_j‖ = {conserved.largest:.3g})"
    if off > 0:
        return f"C_1 is no multiple of the identity (off by {off:.3g})"
    return (
        f"C_1 = {lam:.4g} I is not 0 and X Xᵀ is no multiple of the identity "
        f"(condition number {problem.condition:.3g})"
    )
