r"""One mode of a decoupled flow, in closed form.

Balanced, depth N, product u, target s >= 0:

.. math:: \dot u = N |u|^{2 - 2/N} (s - u).

Unbalanced, one hidden layer, :math:`\lambda = w_2^2 - w_1^2` (or its analog for vectors):

.. math:: \dot u = \sqrt{4u^2 + \lambda^2}\,(s - u).

For N >= 3 time is a hypergeometric function of u, inverted here in the variable
:math:`\ln(u/(s-u))`, in which it is well-conditioned from the plateau to the very end. Private
functions return u and the gap s - u, each to full relative accuracy.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, hyp2f1, psi

from linviz.core.flow.roots import find_root
from linviz.core.model import checks
from linviz.core.model.problem import Matrix
from linviz.core.model.tolerances import (
    CURVE_SLACK,
    IDENTITY,
    LEAST_POWER,
    LINEAR_CLOCK,
    NO_IMBALANCE,
)

Pair = tuple[Matrix, Matrix]

TERMS = 64  # of a series in powers of at most 1/2
LARGEST_LOG = 700.0  # of a number that is one
FAR_ABOVE = 1e20  # so many times its target, a mode does not know of it


def balanced_mode(s: float, u0: float, t: ArrayLike, N: int) -> Matrix:
    r"""Strength u(t) of a mode of a balanced, aligned network of N layers.

    .. math:: \dot u = N |u|^{2 - 2/N} (s - u), \qquad u(0) = u_0

    Parameters
    ----------
    s : float
        The target's strength, >= 0.
    u0 : float
        The product's strength at t = 0, of either sign. One of the wrong sign goes to 0.
    t : array of any shape, >= 0
    N : int
        The number of layers, >= 1.

    Raises
    ------
    ValueError
        If s or t is negative, N < 1, or s and the start are too small for such late times.

    References
    ----------
    Saxe, McClelland, Ganguli 2014, arXiv:1312.6120 (N = 2: logistic); N >= 3:
    :math:`Nt = F(u) - F(u_0)`, :math:`F(v) = \frac{v^b}{sb}\,{}_2F_1(1, b; 1+b; v/s)`, b = 2/N - 1.

    Examples
    --------
    >>> balanced_mode(2.0, 1e-6, [0.0, 5.0, 10.0], 2).round(6)
    array([1.000000e-06, 1.991789e+00, 2.000000e+00])
    """
    return balanced_pair(s, u0, checked_times(t), _checked(s, N))[0]


def half_time(s: float, a0: float, N: int) -> float:
    r"""Time at which a balanced mode that starts at :math:`u = a_0^N` has reached s/2.

    Exact; its approximation for small a_0 is `plateau_length`.

    Raises
    ------
    ValueError
        If not 0 < a_0^N <= s/2, N < 1, or the time is beyond floating point.

    References
    ----------
    Saxe, McClelland, Ganguli 2014, arXiv:1312.6120.

    Examples
    --------
    >>> [round(half_time(s, 1e-3, 2), 3) for s in (4.0, 2.0, 1.0)]
    [1.9, 3.627, 6.908]
    """
    N = _checked(s, N)
    u0 = math.copysign(_power(abs(a0), N), a0)
    if not 0 < u0 <= s / 2:
        raise ValueError(f"expected a start 0 < a0**N <= s/2 = {s / 2:.6g}, found {u0:.6g}")
    if N == 1:
        return math.log(2 * (s - u0) / s)
    y0 = math.log(u0) - math.log(s - u0)
    if N == 2:
        return -y0 / (2 * s)
    b = 2 / N - 1
    rise = _clock(b, np.zeros(1)) - _clock(b, np.full(1, y0))
    return _finite(float(rise[0]) * (_power(s, 2 / N - 2) / N))


def plateau_length(s: float, a0: float, N: int) -> float:
    r"""Leading order of `half_time` as a_0 goes to 0.

    .. math:: \frac{\ln(s/a_0^2)}{2s}\ (N = 2), \qquad \frac{a_0^{-(N-2)}}{(N-2)\,s}\ (N \ge 3)

    Raises
    ------
    ValueError
        If not N >= 2, a_0 > 0 and s > 0, or the time is beyond floating point.

    Examples
    --------
    >>> round(plateau_length(1.0, 1e-3, 3)), round(half_time(1.0, 1e-3, 3), 1)
    (1000, 999.1)
    """
    N = _checked(s, N)
    if N == 1 or not (a0 > 0 and s > 0):
        raise ValueError(f"expected N >= 2, a0 > 0 and s > 0, found N = {N}, a0 = {a0}, s = {s}")
    if N == 2:
        return _finite((math.log(s) - 2 * math.log(a0)) / 2 / s)
    return _finite(_power(a0, 2 - N) / (N - 2) / s)


def balanced_pair(s: float, u0: float, t: Matrix, N: int) -> Pair:
    """Strength and gap s - u of a balanced mode."""
    if u0 == 0 and N > 1:
        return np.zeros_like(t), np.full_like(t, s)
    if N == 1:
        gap = (s - u0) * np.exp(-t)
        return s - gap, gap
    if s <= abs(u0) / FAR_ABOVE:  # as with s = 0: d|u|^-q/dt = q N, for either sign
        q = 2 - 2 / N
        u = u0 * (1 + q * N * abs(u0) ** q * t) ** (-1 / q)
        if (np.abs(u) >= FAR_ABOVE * s).all():
            return u, s - u
        if min(s, s / abs(u0)) ** q < LEAST_POWER:
            raise ValueError(f"expected earlier times, found t = {t.max():g} for s = {s:g}")
    if N == 2:
        return _logistic(s, u0, t)
    if abs(u0) < LEAST_POWER * s:  # as good as zero, on a plateau longer than any run
        if N * s * abs(u0) ** (1 - 2 / N) * t.max(initial=0.0) > LINEAR_CLOCK:
            raise ValueError(f"expected earlier times, found t = {t.max():g} for u(0) = {u0:g}")
        return np.full_like(t, u0), np.full_like(t, s)
    tau = N * s ** (2 - 2 / N) * t
    if u0 < 0:
        p = _wrong_sign(-u0 / s, tau, N)
        return -s * p, s * (1 + p)
    if u0 == s:
        return np.full_like(t, s), np.zeros_like(t)
    # v = u/s, or its inverse where u0 > s: z' ∝ z^(1 - b) (1 - z) either way, y = logit z
    above = u0 > s
    b = 2 - 2 / N if above else 2 / N - 1
    y0 = math.log(s) - math.log(u0 - s) if above else math.log(u0) - math.log(s - u0)
    y = _logit_at(b, y0, tau)
    if above:
        return s / expit(y), -s * np.exp(-y)
    return s * expit(y), s * expit(-y)


def unbalanced_pair(s: float, u0: float, lam: float, t: Matrix) -> Pair:
    r"""Strength and gap of an unbalanced mode, H = 1.

    With :math:`z = e^{\mathrm{arcsinh}(2u/\lambda)}` and its limits :math:`z_+`, :math:`-1/z_+`,
    :math:`(z - z_+)/(z + 1/z_+)` decays like :math:`e^{-\omega t}`,
    :math:`\omega = \sqrt{4s^2 + \lambda^2}`.
    """
    if lam <= NO_IMBALANCE * (s + abs(u0)):
        return balanced_pair(s, u0, t, 2)
    limit = math.exp(math.asinh(2 * s / lam))
    z0 = math.exp(math.asinh(2 * u0 / lam))
    omega = math.hypot(2 * s, lam)
    E, rise = np.exp(-omega * t), -np.expm1(-omega * t)
    # every term is positive: nothing cancels
    below = z0 * rise + 1 / limit + limit * E
    z = (z0 * (limit + E / limit) + rise) / below
    gap = 0.25 * lam * E * (limit - z0) * (limit + 1 / limit) / below * (1 + 1 / (z * limit))
    return 0.25 * lam * (z - 1 / z), gap


def _logistic(s: float, u0: float, t: Matrix) -> Pair:
    E = np.exp(-2 * s * t)
    if u0 < 0:  # p = -u decays like exp(-2 s t)
        p = s * -u0 * E / (s - u0 * -np.expm1(-2 * s * t))
        return -p, s + p
    below = s * E - u0 * np.expm1(-2 * s * t)
    return s * u0 / below, s * (s - u0) * E / below


def _clock(b: float, y: Matrix) -> Matrix:
    r"""Antiderivative of :math:`z^{b-1}/(1 - z)` in z, as a function of y = logit(z)."""
    z, rest = expit(y), expit(-y)
    # z^b, though z itself may underflow, and not beyond floating point
    power = np.exp(np.minimum(-b * np.logaddexp(0.0, -y), LARGEST_LOG))
    value = np.empty_like(y)
    low = y < 0
    value[low] = power[low] / b * hyp2f1(1.0, b, 1 + b, z[low])
    # around z = 1: -ln(1 - z) + z^b sum_n (b)_n/n! (1 - z)^n [ψ(n + 1) - ψ(b + n)]
    n = np.arange(TERMS)
    rising = np.concatenate([[1.0], np.cumprod((b + n[:-1]) / (n[:-1] + 1))])
    weights = rising * (psi(n + 1.0) - psi(b + n))
    series = np.polynomial.polynomial.polyval(rest[~low], weights)
    value[~low] = np.logaddexp(0.0, y[~low]) + power[~low] * series
    return value


def _logit_at(b: float, y0: float, tau: Matrix) -> Matrix:
    """Invert the clock: y with clock(y) = clock(y0) + tau."""
    goal = _clock(b, np.full(1, y0))[0] + tau
    # dy/dtau = z^-b lies between its value at y0 and 1
    speeds = 1.0, math.exp(min(b * float(np.logaddexp(0.0, -y0)), LARGEST_LOG))
    low, high = y0 + min(speeds) * tau, y0 + max(speeds) * tau
    return _inverted(lambda y: _clock(b, y) - goal, low, high)


def _wrong_sign(p0: float, tau: Matrix, N: int) -> Matrix:
    """|u|/s of a mode on the wrong side of zero: p' = -p^q (1 + p), from p0 down to 0."""
    q = 2 - 2 / N

    def above(p: Matrix) -> Matrix:  # time from infinity, for p >= 1
        return p**-q / q * np.asarray(hyp2f1(1.0, q, 1 + q, -1 / p))

    def below(p: Matrix) -> Matrix:  # the same up to a constant, for p <= 1
        return p ** (1 - q) / (q - 1) * np.asarray(hyp2f1(1.0, 1 - q, 2 - q, -p))

    one = np.ones(1)
    shift = (above(one) - below(one))[0]

    def clock(x: Matrix) -> Matrix:  # x = -ln p
        p = np.exp(-x)
        return np.where(p > 1, above(np.maximum(p, 1.0)), below(np.minimum(p, 1.0)) + shift)

    x0 = -math.log(p0)
    goal = clock(np.full(1, x0))[0] + tau
    # from -p^q (1 + p0) <= p' <= -p^q
    power = p0 ** (1 - q)
    low = np.log(power + (q - 1) * tau) / (q - 1)
    high = np.log(power + (q - 1) * (1 + p0) * tau) / (q - 1)
    return np.exp(-_inverted(lambda x: clock(x) - goal, low, high))


def _inverted(function: Callable[[Matrix], Matrix], low: Matrix, high: Matrix) -> Matrix:
    """Root of a rising function between two bounds, which roundoff may put on the wrong side."""
    slack = IDENTITY * (1 + np.abs(low)) + CURVE_SLACK * (high - low)
    return find_root(function, low - slack, high + slack)


def _power(base: float, exponent: float) -> float:
    """A power that may be infinite."""
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf


def _finite(time: float) -> float:
    if not math.isfinite(time):
        raise ValueError("expected a mode that is learned in finite time, found more than 1e308")
    return time


def checked_times(t: ArrayLike) -> Matrix:
    """Return times as an array, or say what is wrong with them."""
    times = checks.array(t, "times t")
    if times.size and times.min() < 0:
        raise ValueError(f"expected finite times t >= 0, found {checks.brief(t)}")
    return times


def _checked(s: float, N: int) -> int:
    checks.real(s, "a target s", 0)
    return checks.whole(N, "the number N of layers", 1)
