r"""Coefficients of explicit Runge-Kutta methods of order 4 that are stable on long real intervals.

The stability polynomial is :math:`R_s = w P_m`, m = s - 4: w, of degree 4 with complex zeros, and
the polynomial P_m orthogonal for the weight :math:`w^2 / \sqrt{1 - x^2}`, whose three-term
recurrence m stages follow; four more stages complete w and the conditions of order 4. That is the
construction of Abdulle, "Fourth order Chebyshev methods with recurrence relation", SIAM J. Sci.
Comput. 23 (2002). The numbers below were found anew, by `benchmarks/coefficients.py`: the longest
interval with |R_s| <= 0.95 by linear programming, then zeros and final stages by solving the
conditions of order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from linviz.core.model.problem import Matrix


@dataclass(frozen=True, slots=True, eq=False)
class Coefficients:
    r"""One method of s stages, for autonomous dw/dt = f(w).

    .. math:: g_{j+1} = \mu_j h f(g_j) + \nu_j g_j + (1 - \nu_j) g_{j-1}, \qquad
              k_i = f(g_m + h \sum_{l<i} a_{il} k_l), \qquad w_1 = g_m + h \sum_i b_i k_i

    Attributes
    ----------
    degree : s
    length : the method is stable for eigenvalues of h times the Jacobian in [-length, 0]
    mu, nu : tuples of s - 4
    a : three tuples, of 1, 2 and 3 numbers
    b : four
    error : five, h times their sum with k_1, ..., k_4, f(w_1) is the error of order 4
    """

    degree: int
    length: float
    mu: tuple[float, ...]
    nu: tuple[float, ...]
    a: tuple[tuple[float, ...], ...]
    b: tuple[float, ...]
    error: tuple[float, ...]


def degree_for(length: float) -> int:
    """The least degree that is stable over an interval of this length, or the largest there is."""
    return next((s for s in TABLE if TABLE[s][0] >= length), MOST_STAGES)


@cache
def coefficients(degree: int) -> Coefficients:
    """The method of one of the degrees in `TABLE`.

    Examples
    --------
    >>> method = coefficients(10)
    >>> len(method.mu), round(method.length / 10**2, 2)
    (6, 0.32)
    """
    length, right, *rest = TABLE[degree]
    mu, nu = recurrence(degree - 4, length, right, rest[:4])
    v = rest[4:]
    a, b = ((v[0],), tuple(v[1:3]), tuple(v[3:6])), tuple(v[6:])
    return Coefficients(degree, length, mu, nu, a, b, _embedded(mu, nu, a, b))


def recurrence(
    m: int, length: float, right: float, zeros: list[float]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """mu and nu by Stieltjes' procedure on [-length, -right], normalized to 1 at z = 0."""
    half = (length - right) / 2
    start = 1 + right / half  # x at z = 0
    x = np.cos(np.pi * (np.arange(m + 10) + 0.5) / (m + 10))
    z = (x - start) * half
    w = np.ones_like(x)
    for re, im in (zeros[:2], zeros[2:]):
        w *= (z - re) ** 2 + im**2
    w = (w / w.max()) ** 2
    before, p = np.zeros_like(x), np.ones_like(x)
    q_before, q, norm_before = 0.0, 1.0, 1.0
    mu, nu = [], []
    for j in range(m):
        norm = float(np.sum(w * p * p))
        alpha, beta = float(np.sum(w * x * p * p)) / norm, norm / norm_before if j else 0.0
        p, before = (x - alpha) * p - beta * before, p
        q_next = (start - alpha) * q - beta * q_before
        mu.append(q / half / q_next)
        nu.append((start - alpha) * q / q_next)
        size = abs(q)
        q_before, q, norm_before = q / size, q_next / size, norm / size**2
        p, before = p / size, before / size
    return tuple(mu), tuple(nu)


def rates(e: Matrix) -> Matrix:
    """Elementary weights of h f(g) from those of g, for the eight trees of order 4 at most."""
    return np.array([1, e[0], e[0] ** 2, e[1], e[0] ** 3, e[0] * e[1], e[2], e[3]])


def elementary_weights(
    mu: tuple[float, ...],
    nu: tuple[float, ...],
    a: tuple[tuple[float, ...], ...],
    b: tuple[float, ...],
) -> tuple[Matrix, list[Matrix]]:
    """Of the method's result and of its last five rates; order 4 asks for 1 / 1, 2, 3, 6, ..."""
    before, g = np.zeros(8), np.zeros(8)
    for m, n in zip(mu, nu, strict=True):
        before, g = g, m * rates(g) + n * g + (1 - n) * before
    k: list[Matrix] = [rates(g)]
    for row in a:
        k.append(rates(g + sum(x * ki for x, ki in zip(row, k, strict=True))))
    end = g + sum(x * ki for x, ki in zip(b, k, strict=True))
    return end, [*k, rates(end)]


def _embedded(
    mu: tuple[float, ...],
    nu: tuple[float, ...],
    a: tuple[tuple[float, ...], ...],
    b: tuple[float, ...],
) -> tuple[float, ...]:
    """The combination of the last five rates that vanishes to order 3."""
    _, k = elementary_weights(mu, nu, a, b)
    null = np.linalg.svd(np.array([ki[:4] for ki in k]).T)[2][-1]
    return tuple(float(x) for x in ERROR_SCALE * null)


# The combination is known up to a factor. This one makes the error of the runs about ten times the
# tolerance: the estimate, of order 3, is larger by far than what the method of order 4 does wrong.
ERROR_SCALE = 0.003

# degree: length, right end of the interval, two complex zeros of w, a_21, a_31, ..., a_43, b
# fmt: off
TABLE: dict[int, tuple[float, ...]] = {
    5: (
        5.999506835937501, 3.0, -2.0113813568343564, 1.0869076080928681,
        -0.22192307431210354, 2.85625466176557, 0.31417605322318765, -0.27187355770554594,
        0.6525947777907454, -0.11271713229233864, 0.13154495431593305, 0.8489236032460911,
        -0.012436639087451786, 0.4325005679228784, 0.269701135745743, 0.1339221928327694,
    ),
    6: (
        9.8752412109375, 3.5, -2.1602928646097013, 1.1683434358571767,
        -0.21969868366171705, 3.0621600986666753, 0.27508282551106494, -0.2786520454358244,
        0.619407415167415, -0.1377661633070099, 0.12993141929592245, 0.815505287793166,
        -0.04008638376412411, 0.4180264643953992, 0.25838172851324714, 0.12658848818978405,
    ),
    7: (
        14.457243041992191, 3.5, -2.2485910231172457, 1.2110987740666455,
        -0.2287984458324741, 3.1916961115835814, 0.2657741990146266, -0.26338322358843697,
        0.5901874866659049, -0.12718137611218025, 0.12586019556134728, 0.7775369091273763,
        -0.033391285676527875, 0.39686809171025383, 0.24789418701150273, 0.12276226232733736,
    ),
    8: (
        19.748125, 4.0, -2.307442790760956, 1.2383517535847313,
        -0.2389612797202557, 3.2801517665674913, 0.26341546296480667, -0.2484926591343953,
        0.569056092112017, -0.1135357400176016, 0.12204992752573286, 0.7482991850607388,
        -0.02312722029017936, 0.3801476322296225, 0.2399164163522647, 0.12018670515659953,
    ),
    10: (
        32.47088623046875, 8.0, -2.3753622143903392, 1.267555450174005,
        -0.2570144457543772, 3.3853076531940425, 0.2658260204066334, -0.2246985982303575,
        0.5417924889400095, -0.08955185082593439, 0.1165264355903349, 0.7087614489278348,
        -0.003819633378844282, 0.35720814234492165, 0.22932073377367318, 0.11724557371494043,
    ),
    12: (
        47.9991796875, 4.5, -2.4136435382774755, 1.2837029901703632,
        -0.2692611885564151, 3.445064511136426, 0.26898101790728085, -0.20933442937828034,
        0.5257569557535677, -0.07421337601050008, 0.11303435270003451, 0.6849510636490329,
        0.008849409763201798, 0.34347526235276116, 0.22300655506159414, 0.11568209102472278,
    ),
    14: (
        66.36688720703124, 4.5, -2.4358867826320165, 1.2925301233726678,
        -0.27796173781804073, 3.480440974752937, 0.27179322341030365, -0.19921214860666359,
        0.5159425265100879, -0.06414255265638431, 0.11096394749894949, 0.6701889683320567,
        0.01737172130194609, 0.3350193090455044, 0.21909787976899334, 0.11478382214915511,
    ),
    17: (
        99.22733154296876, 4.5, -2.455685954715004, 1.3002242662471226,
        -0.2864147238037004, 3.512103028175712, 0.27470187724237005, -0.18979605620353784,
        0.5071030251598387, -0.0549452418288341, 0.10913058288912106, 0.6568119632544115,
        0.025253314813652047, 0.327430496577614, 0.21555399428512143, 0.11400283637637522,
    ),
    20: (
        138.452880859375, 4.5, -2.467266142118679, 1.3046567349204794,
        -0.2916716737008977, 3.5306856051623092, 0.2765691166392058, -0.18413164632812246,
        0.5019031387093175, -0.04950388460903779, 0.10807033351937415, 0.6489086419545137,
        0.029960967159429888, 0.32298546723624794, 0.21345876786152165, 0.11355588564457733,
    ),
    24: (
        200.65359374999997, 4.5, -2.4764730703063926, 1.3081437996238463,
        -0.296023437694165, 3.5454919749170513, 0.27814185028985905, -0.17954485280675553,
        0.49775421155788224, -0.045151182380392854, 0.10723502352047305, 0.6425840640604253,
        0.03375146581827862, 0.3194505351245347, 0.21178162373840176, 0.11320676214289276,
    ),
    28: (
        274.16265625, 4.5, -2.4820364486024356, 1.3102387019066173,
        -0.29871967331765714, 3.554447342774832, 0.27912218291065, -0.1767495371354557,
        0.4952484462172208, -0.042524200650888196, 0.10673569420824189, 0.6387571365815946,
        0.03604937864007199, 0.3173222647985792, 0.21076611063529038, 0.1129984387253101,
    ),
    34: (
        405.97120000000007, 4.5, -2.486163779014208, 1.3115768840660038,
        -0.30124290438519197, 3.5613424005250764, 0.2802789228832061, -0.1740428225756601,
        0.49302164085729366, -0.03993389907765568, 0.1062962363791355, 0.6352849853157784,
        0.038363638529634383, 0.3153739536295164, 0.20987311284846125, 0.112864080881474,
    ),
    40: (
        562.57, 4.5, -2.4898598208049476, 1.3131567471017929,
        -0.30262594848325963, 3.5670648809643675, 0.2805625690026505, -0.17275294272832353,
        0.4917057672828359, -0.03879865211601154, 0.10603619795942755, 0.6333330430302527,
        0.03932378706504366, 0.31431853689790207, 0.2093277103473294, 0.1127102862682307,
    ),
    48: (
        810.8708000000001, 4.5, -2.492807169440769, 1.314413698261643,
        -0.3037407743644398, 3.5716304514985393, 0.2807957737778119, -0.17171734068148586,
        0.4906547296469032, -0.037889021422762854, 0.10582888698629953, 0.6317719251979242,
        0.040094900564837624, 0.31347535406340765, 0.2088918261139001, 0.1125882602125866,
    ),
    58: (
        1184.7328000000002, 4.5, -2.494921705941295, 1.3153139062951178,
        -0.3045471414249017, 3.5749071787744207, 0.2809668803246172, -0.17097050328355645,
        0.48989972657157016, -0.03723402614825213, 0.10568000720598002, 0.6306495499700927,
        0.040651047191114856, 0.3128695698812089, 0.20857863158123963, 0.11250105673121741,
    ),
    70: (
        1726.48, 4.5, -2.496364288365529, 1.3159272932635826,
        -0.30510041075624417, 3.5771432089213944, 0.2810854311724338, -0.17045920580591029,
        0.48938424897603855, -0.03678607024439231, 0.1055784617634991, 0.629882642437651,
        0.04103184224546235, 0.3124559186445329, 0.20836471402177, 0.1124417314525852,
    ),
    84: (
        2486.9012000000002, 4.5, -2.4973304972595183, 1.3163377839773758,
        -0.30547240849733726, 3.5786411097432826, 0.28116565758440876, -0.17011585123138048,
        0.48903871668201776, -0.036485566599437316, 0.10551035630230898, 0.6293685690515279,
        0.04128750974116843, 0.3121786619962166, 0.20822136172679684, 0.11240207340226424,
    ),
    100: (
        3525.2500000000005, 4.5, -2.4979773535314442, 1.316612445541605,
        -0.30572209517944965, 3.579644037619563, 0.28121974641094194, -0.16988563346493338,
        0.4888073109445946, -0.03628422082331392, 0.10546484630558883, 0.6290241409081425,
        0.04145895075890765, 0.3119929844868625, 0.20812532596448016, 0.11237555808787668,
    ),
    120: (
        5077.129999999999, 4.5, -2.4984512611421588, 1.3168135934225769,
        -0.305905350768544, 3.5803788730425032, 0.2812595439511477, -0.16971681980566722,
        0.4886377939579557, -0.03613650770299097, 0.10543144965637559, 0.6287716460322027,
        0.041584690924564474, 0.3118569175827356, 0.2080549420398166, 0.11235614912222618,
    ),
}
# fmt: on
MOST_STAGES = max(TABLE)
