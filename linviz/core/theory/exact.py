r"""Trajectories in closed form, where there is one.

`exact_method` tells which solution applies to these weights, by conditions that hold to roundoff:

1. "linear regression": no hidden layer, any data, :math:`P(t) - W_{LR} = (P(0) - W_{LR})e^{-Gt}`.
2. "Saxe": balanced and aligned with the target's modes, any depth
   (`linviz.core.theory.scalar_modes`).
3. "unbalanced modes": one hidden layer, modes that do not share hidden directions; every network
   with d_x = d_y = 1.
4. "Fukumizu" and "lambda-balanced": one hidden layer, C_1 = 0 or a multiple of the identity
   (`linviz.core.theory.end_to_end`).
5. "end-to-end equation (numerical)": balanced, any depth and data; an equation of P alone, whose
   solution is a numerical integration.

Where X X^T = c I, the flow is that of white data with the target W_LR and the clock c t.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from linviz.core.model.conserved import Conserved
from linviz.core.model.layers import Weights, check_weights, product
from linviz.core.model.problem import Matrix, Problem
from linviz.core.theory.conditions import NUMERICAL, Solution, mode_grams, solution_of
from linviz.core.theory.end_to_end import end_to_end_products, fraction_products
from linviz.core.theory.scalar_modes import balanced_pair, checked_times, unbalanced_pair


def exact_method(
    problem: Problem, W: Sequence[Matrix], *, known: Conserved | None = None
) -> tuple[str | None, str]:
    r"""Name of the exact solution that applies to these weights, and why.

    Parameters
    ----------
    problem : Problem
    W : tuple of N arrays, W[j-1] of shape (d_j, d_{j-1})
    known : Conserved, optional
        What the weights conserve, where it has been computed before.

    Returns
    -------
    name : str or None
        "linear regression", "Saxe", "unbalanced modes", "Fukumizu", "lambda-balanced",
        "end-to-end equation (numerical)", or None.
    reason : str
        The condition that holds, or those that fail, in words with numbers.

    Examples
    --------
    >>> from linviz.core.model.initialization import gaussian
    >>> from linviz.core.model.aligned import aligned
    >>> problem = Problem.canonical((2, 1))
    >>> exact_method(problem, aligned(problem, (2, 2, 2), (0.1, 0.1)))[0]
    'Saxe'
    >>> exact_method(problem, gaussian((2, 2, 2)))[1]
    'no closed form is known: C_1 is no multiple of the identity (off by 0.419)'
    """
    solution = solution_of(problem, check_weights(problem, W), known)
    return solution.name, solution.reason


def exact_product(problem: Problem, W: Sequence[Matrix], t: ArrayLike) -> Matrix:
    r"""Product P(t) of the flow that starts at W, in closed form.

    Parameters
    ----------
    problem : Problem
    W : tuple of N arrays, W[j-1] of shape (d_j, d_{j-1})
    t : array of any shape, >= 0

    Returns
    -------
    array of shape t.shape + (d_y, d_x)

    Raises
    ------
    ValueError
        If no exact solution is known, with the reason; t is negative; or a numerical solution
        cannot be followed so far.

    References
    ----------
    Saxe, McClelland, Ganguli 2014; Fukumizu 1998; Braun et al. 2022; Dominé et al. 2024;
    Arora, Cohen, Hazan 2018: see the module.

    Examples
    --------
    >>> exact_product(Problem.canonical((2,)), (np.ones((1, 1)),), np.log(2)).round(12)
    array([[1.5]])
    """
    W = check_weights(problem, W)
    t = checked_times(t)
    solution, times = _required(problem, W), t.ravel()
    if solution.modes is not None:
        u = _strengths(problem, W, solution, times)[0]
        V = problem.input_modes[:, : problem.n_modes]
        P: Matrix = (problem.output_modes[:, : problem.n_modes] * u[:, None, :]) @ V.T
    else:
        P = _products(problem, W, solution, times)
    return P.reshape(*t.shape, problem.d_y, problem.d_x)


def exact_loss(problem: Problem, W: Sequence[Matrix], t: ArrayLike) -> Matrix:
    r"""Loss L(t) of the flow that starts at W, in closed form.

    It is ``problem.residual_loss`` plus `exact_excess`.

    Parameters
    ----------
    t : array of any shape, >= 0

    Returns
    -------
    array of the shape of t

    Raises
    ------
    ValueError
        If no exact solution is known, with the reason, or t is negative.

    Examples
    --------
    >>> from linviz.core.model.aligned import aligned
    >>> problem = Problem.canonical((4, 2, 1))
    >>> W = aligned(problem, (3, 3, 3), (1e-3, 1e-3, 1e-3))
    >>> exact_loss(problem, W, [0.0, 2.8, 5.0, 20.0]).round(4)
    array([10.5   ,  2.3611,  0.4787,  0.    ])
    """
    return problem.residual_loss + exact_excess(problem, W, t)


def exact_excess(problem: Problem, W: Sequence[Matrix], t: ArrayLike) -> Matrix:
    r"""Loss above the best linear map, :math:`L(t) - L_{res}`, as `exact_loss`.

    Where the modes decouple it has full relative accuracy however small it is.

    Examples
    --------
    >>> exact_excess(Problem.canonical((2,)), (np.ones((1, 1)),), [0.0, 50.0])
    array([5.00000000e-01, 1.86003799e-44])
    """
    W = check_weights(problem, W)
    t = checked_times(t)
    solution, times = _required(problem, W), t.ravel()
    if solution.modes is not None:
        gaps = _strengths(problem, W, solution, times)[1]
        excess = 0.5 * np.sum(gaps**2 * mode_grams(problem), axis=1)
    else:
        if solution.name == "linear regression":
            gap = _regression_gaps(problem, W[0], times)
        else:
            gap = _products(problem, W, solution, times) - problem.least_squares
        excess = 0.5 * np.sum((gap @ problem.input_root) ** 2, axis=(1, 2))
    shaped: Matrix = excess.reshape(t.shape)
    return shaped


def exact_modes(problem: Problem, W: Sequence[Matrix], t: ArrayLike) -> Matrix:
    r"""Strengths :math:`u_k^\top P(t) G^{1/2} v_k` of the target's modes, in closed form.

    Mode k has been learned when its strength is ``problem.singular_values[k]``.

    Returns
    -------
    array of shape t.shape + (d_y,)

    Raises
    ------
    ValueError
        If no exact solution is known, with the reason, or t is negative.

    Examples
    --------
    >>> W = (np.eye(2) / 10, np.eye(2) / 10)
    >>> exact_modes(Problem.canonical((4, 1)), W, 1.0).round(4)
    array([3.5278, 0.0695])
    """
    P = exact_product(problem, W, t)
    V = problem.input_root @ problem.input_modes[:, : problem.n_modes]
    U = problem.output_modes[:, : problem.n_modes]
    modes: Matrix = np.einsum("ik,...ij,jk->...k", U, P, V)
    return modes


def _required(problem: Problem, W: Weights) -> Solution:
    solution = solution_of(problem, W)
    if solution.name is None:
        raise ValueError(
            f"expected weights with an exact solution, found none: {solution.reason}; "
            "use gradient_flow(problem, W)"
        )
    return solution


def _strengths(
    problem: Problem, W: Weights, solution: Solution, times: Matrix
) -> tuple[Matrix, Matrix]:
    """Modes of P and what they lack, (n, d_y) each, where the modes decouple."""
    assert solution.modes is not None
    g = mode_grams(problem)
    roots = np.sqrt(g)
    # without data a mode has no target and no clock
    targets = np.divide(problem.singular_values, roots, out=np.zeros_like(g), where=g > 0)
    pairs = []
    for s, u0, lam, speed in zip(targets, *solution.modes, g, strict=True):
        s, u0, clock = float(s), float(u0), speed * times
        if solution.name == "Saxe":
            pairs.append(balanced_pair(s, u0, clock, len(W)))
        else:
            pairs.append(unbalanced_pair(s, u0, float(lam), clock))
    return np.stack([u for u, _ in pairs], axis=1), np.stack([gap for _, gap in pairs], axis=1)


def _products(problem: Problem, W: Weights, solution: Solution, times: Matrix) -> Matrix:
    """Products at these times, in any order, where the modes do not decouple."""
    ordered, back = np.unique(times, return_inverse=True)
    if solution.name == "linear regression":
        return problem.least_squares + _regression_gaps(problem, W[0], times)
    if solution.name == NUMERICAL:
        return end_to_end_products(problem, product(W), len(W), ordered)[back]
    clock = ordered * float(np.trace(problem.gram)) / problem.d_x
    return fraction_products(problem.least_squares, W, solution.lam, clock)[back]


def _regression_gaps(problem: Problem, P0: Matrix, times: Matrix) -> Matrix:
    r"""Difference :math:`P(t) - W_{LR} = (P(0) - W_{LR}) e^{-Gt}` where H = 0."""
    g, modes = np.linalg.eigh(problem.gram)
    decay = np.exp(-np.maximum(g, 0.0) * times[:, None])
    gaps: Matrix = (((P0 - problem.least_squares) @ modes) * decay[:, None, :]) @ modes.T
    return gaps
