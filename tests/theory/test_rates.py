"""Certified rates: the bounds hold along the flow, or say which hypothesis fails."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import linviz as lv
from linviz.core.experiment.run import run
from linviz.core.model.conserved import Conserved
from linviz.core.model.layers import excess_loss
from linviz.core.statements.rows import statements
from linviz.core.theory.certificates import (
    cumulative_rate,
    data_factor,
    kernel_bound,
    layer_floors,
    proposition_rate,
    two_sided_rate,
)
from linviz.core.theory.margins import (
    deficiency_rate,
    imbalance_margin_rate,
    lazy_rate,
    singular_floor,
)
from linviz.core.theory.rates import (
    BOUNDS,
    _kernel_minimum,
    a_posteriori_bound,
    asymptotic_rate,
    certified_rate,
    observed_rate,
    rate_bounds,
)

RULES = ("gaussian", "near", "imbalanced", "balanced", "opposite")


def random_widths(rng: np.random.Generator, H: int, largest: int = 5) -> tuple[int, ...]:
    dims = rng.integers(1, largest + 1, size=H + 2)
    dims[0] = max(dims[0], dims[-1])
    return tuple(int(d) for d in dims)


def start(rule: str, problem: lv.Problem, dims: tuple[int, ...], seed: int) -> tuple:
    """Weights of which some have a certificate: imbalance of either sign, or a margin."""
    rng = np.random.default_rng(seed)
    if rule == "gaussian":
        return lv.gaussian(dims, float(rng.uniform(0.3, 1.5)), seed=seed)
    if rule == "balanced":
        return lv.balanced(dims, 0.7, seed=seed)
    if rule == "near":  # balanced near the least-squares map, then out of balance
        U, s, Vt = np.linalg.svd(problem.least_squares)
        root = np.append(s ** (1 / (len(dims) - 1)), np.zeros(max(dims)))
        W = [np.eye(b, a) * root[:b, None] for a, b in itertools.pairwise(dims)]
        W[0] = W[0] @ Vt
        W[-1] = U @ W[-1]
        return tuple(Wj + 0.05 * rng.standard_normal(Wj.shape) for Wj in W)
    sizes = np.geomspace(0.1, 2.5, len(dims) - 1)
    if rule == "opposite":
        sizes = sizes[::-1]
    parts = [lv.orthogonal(pair, float(c), seed=seed) for pair, c in _layers(dims, sizes)]
    return tuple(Wj[0] for Wj in parts)


def _layers(dims, sizes):
    return zip(itertools.pairwise(dims), sizes, strict=True)


def random_problem(rng: np.random.Generator, dims: tuple[int, ...], data: str) -> lv.Problem:
    d_x, d_y = dims[0], dims[-1]
    s = np.sort(rng.uniform(0.5, 2.5, d_y))[::-1]
    if data == "white":
        return lv.Problem.canonical(s, d_x=d_x)
    X = rng.standard_normal((d_x, d_x + 3)) / 2
    if data == "deficient" and d_x > 1:
        X[-1] = X[:-1].sum(axis=0)
    return lv.Problem(X=X, Y=rng.standard_normal((d_y, d_x + 3)))


def reduced_kernel(problem: lv.Problem, W) -> float:
    """Smallest eigenvalue of the kernel on the range of the data, by an explicit basis of it."""
    left = np.linalg.svd(problem.X)[0]
    basis = left[:, : problem.rank]
    lift = np.kron(basis, np.eye(problem.d_y))
    return float(np.linalg.eigvalsh(lift.T @ lv.ntk(problem, W) @ lift)[0])


def excess(problem: lv.Problem, trajectory: lv.Trajectory) -> np.ndarray:
    return np.array(
        [excess_loss(problem, [Wj[k] for Wj in trajectory.W]) for k in range(len(trajectory.t))]
    )


def assert_obeys(problem: lv.Problem, trajectory: lv.Trajectory, alpha: float) -> None:
    """L(t) - L_res stays below the bound while it is larger than its own rounding errors."""
    losses = excess(problem, trajectory)
    known = losses > 1e-13 * losses[0]
    bound = losses[0] * np.exp(-2 * alpha * trajectory.t) * (1 + 1e-6)
    assert (losses[known] <= bound[known]).all(), float((losses[known] / bound[known]).max())


def test_the_master_inequality_holds_at_random_weights():
    rng = np.random.default_rng(1)
    tight = 0
    for trial in range(1000):
        dims = random_widths(rng, int(rng.integers(0, 4)))
        problem = random_problem(rng, dims, ("white", "raw", "deficient")[trial % 3])
        W = tuple(rng.standard_normal((b, a)) for a, b in itertools.pairwise(dims))
        bound, smallest = kernel_bound(problem, W), reduced_kernel(problem, W)
        assert smallest >= bound - 1e-9
        tight += bound > 0.1 * smallest > 0
    assert tight > 100  # the bound says something


def test_the_kernel_bound_is_the_sum_of_the_slides():
    rng = np.random.default_rng(2)
    W = tuple(rng.standard_normal(shape) for shape in ((3, 3), (3, 3), (2, 3)))

    def low(S):
        return np.linalg.eigvalsh(S)[0]

    expected = (
        low(W[1] @ W[1].T) * low(W[2] @ W[2].T)
        + low(W[0].T @ W[0]) * low(W[2] @ W[2].T)
        + low(W[0].T @ W[0]) * max(low(W[1].T @ W[1]), 0)
    )
    problem = lv.Problem.canonical((2, 1), d_x=3)
    assert kernel_bound(problem, W) == pytest.approx(expected, rel=1e-12)


@hypothesis_settings(max_examples=60)
@given(
    seed=st.integers(0, 10**6),
    H=st.integers(0, 3),
    rule=st.sampled_from(RULES),
    data=st.sampled_from(("white", "raw", "deficient")),
)
def test_the_loss_obeys_every_certificate(seed, H, rule, data):
    rng = np.random.default_rng(seed)
    dims = random_widths(rng, H, 4)
    if rule in ("near", "imbalanced"):  # widths for which there are certificates
        dims = (dims[0], *sorted(dims[1:], reverse=True))
        dims = (max(dims[0], dims[-1]), *dims[1:])
    problem = random_problem(rng, dims, data)
    W = start(rule, problem, dims, seed)
    rates = rate_bounds(problem, W)
    best = certified_rate(problem, W)
    assert best.alpha == pytest.approx(max(rate.alpha for rate in rates), rel=1e-12)
    assert all(rate.reason for rate in rates)
    if best.alpha == 0:
        return
    trajectory = lv.gradient_flow(problem, W, t_end=20 / best.alpha, rtol=1e-13)
    assert_obeys(problem, trajectory, best.alpha)
    # the bounds that hold for every target hold for the kernel itself
    frames = np.linspace(0, len(trajectory.t) - 1, 8).astype(int)
    kernels = [reduced_kernel(problem, [Wj[k] for Wj in trajectory.W]) for k in frames]
    assert min(kernels) >= best.alpha * (1 - 1e-6)


def test_every_bound_applies_to_some_start_and_fails_for_another():
    applies = dict.fromkeys(range(len(BOUNDS)), 0)
    silent = dict.fromkeys(range(len(BOUNDS)), 0)
    for seed, rule in itertools.product(range(10), RULES):
        rng = np.random.default_rng(seed)
        dims = (3, 3, 2) if seed % 2 else (2, 2, 2)
        problem = random_problem(rng, dims, "raw" if seed % 3 else "white")
        for k, rate in enumerate(rate_bounds(problem, start(rule, problem, dims, seed))):
            applies[k] += rate.alpha > 0
            silent[k] += rate.alpha == 0
    problem = lv.Problem.canonical((2, 1.5))
    near = lv.aligned(problem, (2, 2, 2), (1.4, 1.2))
    applies[4] += deficiency_rate(problem, near).alpha > 0
    assert min(applies.values()) > 0
    assert min(silent.values()) > 0


def test_bounds_are_ordered():
    """Cumulative is at least the product, two-sided at least the cumulative."""
    rng = np.random.default_rng(3)
    for seed in range(50):
        dims = (3, *sorted(rng.integers(1, 5, size=3), reverse=True))
        dims = (max(dims[0], dims[-1]), *(int(d) for d in dims[1:]))
        problem = random_problem(rng, dims, "raw")
        W = start("imbalanced", problem, dims, seed)
        one, two, three = (
            bound(problem, W).alpha for bound in (proposition_rate, cumulative_rate, two_sided_rate)
        )
        assert one <= two * (1 + 1e-12) <= three * (1 + 2e-12)


def test_two_sided_is_at_least_the_sum_without_accumulation():
    rng = np.random.default_rng(4)
    strict = 0
    for seed in range(40):
        dims = ((3, 3, 3, 2), (2, 3, 3, 2), (3, 2, 3, 2), (2, 2, 2, 2))[seed % 4]
        problem = random_problem(rng, dims, "white")
        sizes = rng.permutation([0.2, 1.0, 2.0])
        parts = [lv.gaussian(pair, 0.1, seed=seed) for pair in itertools.pairwise(dims)]
        more = [lv.orthogonal(pair, float(c)) for pair, c in _layers(dims, sizes)]
        W = tuple(a[0] + b[0] for a, b in zip(parts, more, strict=True))
        C = [np.linalg.eigvalsh(Cj)[::-1] for Cj in lv.invariants(W)]
        N = len(W)

        def forward(k, C=C, dims=dims):  # [λ_{d_{k-1}}(-C_k)]_+
            values = -C[k - 1][::-1]
            return max(values[dims[k - 1] - 1], 0) if dims[k - 1] <= values.size else 0.0

        def backward(l, C=C, dims=dims):  # [λ_{d_l}(C_{l-1})]_+
            values = C[l - 2]
            return max(values[dims[l] - 1], 0) if dims[l] <= values.size else 0.0

        plain = sum(
            np.prod([forward(k) for k in range(1, p)])
            * np.prod([backward(l) for l in range(p + 1, N + 1)])
            for p in range(1, N + 1)
        )
        alpha = two_sided_rate(problem, W).alpha
        assert alpha >= plain - 1e-12
        strict += alpha > plain + 1e-6
    assert strict > 0


def test_a_single_eigenvalue_is_no_rate():
    """The reading "alpha is one eigenvalue of C_j" fails; product and cumulative bound hold."""
    problem = lv.Problem.canonical((0.01,))
    W = tuple(np.array([[w]]) for w in (0.0, np.sqrt(0.1), np.sqrt(0.2)))
    assert [float(Cj[0, 0]) for Cj in lv.invariants(W)] == pytest.approx([0.1, 0.1])
    trajectory = lv.gradient_flow(problem, W, t_end=30.0, rtol=1e-12)
    ratio = trajectory.loss[-1] / trajectory.loss[0]
    assert ratio == pytest.approx(0.297, abs=5e-4)
    assert ratio > np.exp(-2 * 0.1 * 30)  # the wrong reading
    product, cumulative = proposition_rate(problem, W), cumulative_rate(problem, W)
    assert product.alpha == pytest.approx(0.01)
    assert cumulative.alpha == pytest.approx(0.02)
    assert np.exp(-2 * cumulative.alpha * 30) == pytest.approx(0.301, abs=5e-4)
    assert_obeys(problem, trajectory, cumulative.alpha)


def test_the_smallest_eigenvalue_is_the_wrong_one():
    """The "d_{j+1}-smallest eigenvalue" is not positive where d_j >= 2 d_{j+1}."""
    problem = lv.Problem.canonical((2.0,), d_x=2)
    W = lv.certified((2, 4, 1), 3.0)
    values = np.linalg.eigvalsh(lv.invariants(W)[0])  # ascending
    assert values[0] <= 0 < values[-1]
    assert proposition_rate(problem, W).alpha == pytest.approx(values[-1])


def test_the_published_form_of_imbalance_and_margin():
    """Δ_- goes with σ_{d_y}; the other pairing is false for d_x != d_y."""
    rng = np.random.default_rng(5)
    wrong = 0
    for _ in range(3000):
        d_y, d_1 = int(rng.integers(1, 4)), int(rng.integers(1, 6))
        d_x = d_y + int(rng.integers(0, 3))
        sizes = rng.uniform(0.05, 2.0, size=2)
        W = (sizes[0] * rng.standard_normal((d_1, d_x)), sizes[1] * rng.standard_normal((d_y, d_1)))
        P = W[1] @ W[0]
        # a target that is the product itself: the margin is exact
        problem = lv.Problem(X=np.eye(d_x), Y=P)
        sigma = np.append(np.linalg.svd(P, compute_uv=False), np.zeros(d_x))
        C = np.linalg.eigvalsh(W[1].T @ W[1] - W[0] @ W[0].T)[::-1]

        def positive(values, k):
            return max(values[k - 1], 0.0) if k <= values.size else 0.0

        up = positive(C, 1) - positive(C, d_y)
        down = positive(-C[::-1], 1) - positive(-C[::-1], d_x)
        middle = positive(C, d_y) + positive(-C[::-1], d_x)

        def bound(a, b, middle=middle, up=up, down=down):
            first = -down + np.sqrt((down + middle) ** 2 + 4 * a**2)
            return 0.5 * (first - up + np.sqrt((up + middle) ** 2 + 4 * b**2))

        published = bound(sigma[d_y - 1], sigma[d_x - 1])
        kernel = float(np.linalg.eigvalsh(lv.ntk(problem, W))[0])
        alpha = imbalance_margin_rate(problem, W).alpha
        assert alpha <= kernel + 1e-9
        assert alpha == pytest.approx(published, rel=1e-6, abs=1e-7)
        wrong += bound(sigma[d_x - 1], sigma[d_y - 1]) > kernel + 1e-6
    assert wrong > 0


def test_each_bracket_bounds_its_own_layer():
    """(x - a)(x + c) >= σ² for x = λ_min(W_2W_2ᵀ), a = λ_{d_y}(C)_+ and c = λ_1(-C)_+."""
    rng = np.random.default_rng(6)
    for _ in range(2000):
        d_y = int(rng.integers(1, 4))
        d_1, d_x = d_y + int(rng.integers(0, 4)), int(rng.integers(1, 5))
        W_1 = rng.standard_normal((d_1, d_x)) * rng.uniform(0.05, 2)
        W_2 = rng.standard_normal((d_y, d_1)) * rng.uniform(0.05, 2)
        C = np.linalg.eigvalsh(W_2.T @ W_2 - W_1 @ W_1.T)[::-1]
        x = np.linalg.eigvalsh(W_2 @ W_2.T)[0]
        sigma = np.linalg.svd(W_2 @ W_1, compute_uv=False)
        smallest = sigma[d_y - 1] if d_y <= sigma.size else 0.0
        a, c = max(C[d_y - 1], 0), max(-C[-1], 0)
        assert (x - a) * (x + c) >= smallest**2 - 1e-9


def test_layer_floors_hold_along_the_flow():
    for seed in range(6):
        dims = ((3, 4, 3, 2), (4, 2, 3, 2))[seed % 2]
        problem = random_problem(np.random.default_rng(seed), dims, "raw")
        W = start("imbalanced", problem, dims, seed)
        floors = layer_floors(Conserved(W))
        trajectory = lv.gradient_flow(problem, W, rtol=1e-10)
        for floor, Wl in zip(floors, trajectory.W, strict=True):
            sigma = np.linalg.svd(Wl, compute_uv=False)
            if Wl.shape[1] <= Wl.shape[2]:
                assert (sigma[:, -1] ** 2 >= floor - 1e-8).all()
            else:
                assert floor == 0


@pytest.mark.parametrize("data", ["white", "raw", "deficient"])
def test_singular_values_stay_above_their_floor(data):
    seen = 0
    for seed in range(8):
        rng = np.random.default_rng(seed)
        problem = random_problem(rng, (3, 3, 2), data)
        W = start("near", problem, (3, 3, 2), seed)
        floors = [singular_floor(problem, W, k) for k in (1, 2, 3)]
        trajectory = lv.gradient_flow(problem, W)
        sigma = np.linalg.svd(trajectory.W[1] @ trajectory.W[0], compute_uv=False)
        assert floors[2] == 0
        assert (sigma >= np.array(floors[:2]) - 1e-6).all()
        seen += floors[1] > 0
    assert seen > 0


@pytest.mark.parametrize("dims", [(4, 3, 2), (3, 5, 5, 3), (2, 4, 3, 2, 2), (3, 2)])
@pytest.mark.parametrize("alpha", [0.05, 2.0, 40.0])
def test_certified_starts_are_certified(dims, alpha):
    problem = lv.Problem.canonical(np.arange(dims[-1], 0, -1.0), d_x=dims[0])
    if len(dims) == 2:
        assert certified_rate(problem, lv.gaussian(dims)).alpha == 1.0
        return
    W = lv.certified(dims, alpha, seed=3)
    assert proposition_rate(problem, W).alpha >= alpha
    assert certified_rate(problem, W).alpha >= alpha


def test_scenario_certified_rate():
    """d = (4,4,3,2), W_2 and W_3 semi-orthogonal times 1.2 and 1.7."""
    problem = lv.Problem.canonical((2, 1), d_x=4)
    W = (
        lv.gaussian((4, 4), 0.1, seed=0)[0],
        lv.orthogonal((4, 3), 1.2, seed=1)[0],
        lv.orthogonal((3, 2), 1.7, seed=2)[0],
    )
    first, second = (np.linalg.eigvalsh(Cj)[::-1] for Cj in lv.invariants(W))
    assert second == pytest.approx([1.45, 1.45, -1.44], abs=1e-12)
    alpha = proposition_rate(problem, W).alpha
    assert alpha == pytest.approx(first[2] * 1.45)
    assert 1.44 * 1.45 > alpha > 1.75  # near 1.913, the value of one draw of W_1
    cumulative = cumulative_rate(problem, W)
    assert cumulative.alpha == pytest.approx(first[2] * (first[2] + 1.45))
    trajectory = lv.gradient_flow(problem, W, t_end=4.0, rtol=1e-11)
    assert_obeys(problem, trajectory, cumulative.alpha)
    assert 2 * observed_rate(trajectory).alpha == pytest.approx(11.4, rel=0.15)
    assert certified_rate(problem, W).reason


def test_scenario_certificate_silent_margin_speaks():
    """Balanced: the C_j certify nothing, the margin c does, with exponent 2 · 3 c^(4/3)."""
    problem = lv.Problem.canonical((2, 1.5, 1))
    strengths = np.array([2.0, 1.5, 1.0]) + 0.326 * np.array([1, -1, 1]) / np.sqrt(3)
    W = lv.aligned(problem, (3, 3, 3, 3), strengths ** (1 / 3))
    assert proposition_rate(problem, W).alpha == 0
    rate = certified_rate(problem, W)
    assert rate.method == "deficiency margin"
    assert 2 * rate.alpha == pytest.approx(3.545, abs=2e-3)
    trajectory = lv.gradient_flow(problem, W, rtol=1e-11)
    assert_obeys(problem, trajectory, rate.alpha)
    assert 2 * observed_rate(trajectory).alpha == pytest.approx(6.0, rel=0.05)


def test_scenario_lazy_and_rich():
    """C = λ I: a certificate 2λ for λ > 0 (d_y = d_1), none for λ < 0 (d_x > d_1)."""
    problem = lv.Problem.canonical((2, 1.2, 0.7), d_x=5)
    rich = {}
    for lam in (4.0, 0.5, 0.0, -0.5, -4.0):
        W = lv.lambda_balanced((5, 3, 3), lam, 0.05, seed=1)
        rich[lam] = certified_rate(problem, W).alpha
        if lam > 0:
            trajectory = lv.gradient_flow(problem, W, rtol=1e-11)
            assert rich[lam] == pytest.approx(lam)
            assert_obeys(problem, trajectory, rich[lam])
    assert rich[0.0] == rich[-0.5] == rich[-4.0] == 0


def test_lazy_ball():
    problem = lv.Problem.canonical((2.0, 1.5))
    W = lv.aligned(problem, (2, 2, 2), (1.4, 1.2))
    W = (W[0] + 0.01, W[1])
    rate = lazy_rate(problem, W)
    kernel = float(np.linalg.eigvalsh(lv.ntk(problem, W))[0])
    rho = np.sqrt(2 * excess_loss(problem, W))
    assert rate.alpha == pytest.approx(((kernel**0.5 + (kernel - 4 * rho) ** 0.5) / 2) ** 2)
    assert "asks for" in lazy_rate(problem, lv.gaussian((2, 2, 2), 0.1)).reason


@pytest.mark.parametrize(
    ("dims", "W", "words"),
    [
        ((2, 3, 2), "rank two of three", "C_1 has 1 positive eigenvalue, the theorem asks for 2"),
        ((2, 2, 3, 2), "gaussian", "d_1 = 2 < d_2 = 3: the theorem asks for widths"),
        ((3, 3, 3), "balanced", "the margin s_3"),
    ],
)
def test_the_reason_names_the_hypothesis_that_fails(dims, W, words):
    problem = lv.Problem.canonical(np.arange(dims[-1], 0, -1.0), d_x=dims[0])
    weights = {
        "rank two of three": (np.zeros((3, 2)), np.diag([3.0, 0.0, 0.0])[:2]),
        "gaussian": lv.gaussian(dims, 0.1),
        "balanced": lv.balanced(dims, 0.01),
    }[W]
    rate = certified_rate(problem, weights)
    assert (rate.alpha, rate.method) == (0.0, "none")
    assert words in rate.reason


def test_no_rate_for_a_bottleneck():
    problem = lv.Problem.canonical((3, 2, 1), d_x=4)
    for seed, dims in enumerate(((4, 2, 3), (4, 5, 1, 3), (4, 2, 6, 3))):
        for rule in ("gaussian", "imbalanced", "opposite", "balanced"):
            assert certified_rate(problem, start(rule, problem, dims, seed)).alpha == 0
    assert "bottleneck" in two_sided_rate(problem, lv.gaussian((4, 2, 3))).reason
    assert "bottleneck" in deficiency_rate(problem, lv.balanced((4, 2, 3))).reason


def test_raw_data_scale_the_rate():
    """Data c I: every rate is c times that of white data with the target W_LR."""
    W = lv.certified((3, 3, 2), 1.0, seed=5)
    white = lv.Problem.canonical((2, 1), d_x=3)
    scaled = lv.Problem(X=2.0 * np.eye(3), Y=2.0 * white.Y)
    assert data_factor(scaled) == pytest.approx(4.0)
    for one, four in zip(rate_bounds(white, W), rate_bounds(scaled, W), strict=True):
        assert four.alpha == pytest.approx(4 * one.alpha)
    assert "smallest nonzero eigenvalue of X Xᵀ, 4" in proposition_rate(scaled, W).reason


def test_data_without_inputs_have_no_rate():
    problem = lv.Problem(X=np.zeros((2, 2)), Y=np.eye(2))
    W = lv.certified((2, 2, 2), 1.0)
    assert all(rate.alpha == 0 for rate in rate_bounds(problem, W))
    assert "X = 0" in certified_rate(problem, W).reason


@pytest.mark.parametrize("data", ["white", "raw", "deficient"])
def test_the_asymptotic_slope_is_the_kernel_at_the_limit(data):
    problem = random_problem(np.random.default_rng(7), (3, 4, 2), data)
    W = lv.gaussian((3, 4, 2), 0.8, seed=0)
    trajectory = lv.gradient_flow(problem, W, rtol=1e-11)
    alpha = asymptotic_rate(problem, trajectory.limit)
    assert alpha == pytest.approx(reduced_kernel(problem, trajectory.limit), rel=1e-9)
    values = lv.spectrum(problem, trajectory.limit)
    nonzero = values.eigenvalues[values.eigenvalues > values.tolerance]
    assert alpha == pytest.approx(float(nonzero.min()), rel=1e-6)
    assert observed_rate(trajectory).alpha == pytest.approx(alpha, rel=1e-3)


@pytest.mark.parametrize("data", ["white", "raw", "deficient"])
@pytest.mark.parametrize("H", [0, 1, 2, 3])
def test_the_kernel_s_minimum_without_the_kernel(H: int, data: str) -> None:
    """As from the whole kernel, less the zeros of directions that hold no data."""
    rng = np.random.default_rng(H)
    for _ in range(30):
        dims = random_widths(rng, H)
        problem = random_problem(rng, dims, data)
        W = lv.gaussian(dims, 1.0, seed=int(rng.integers(99)))
        if rng.random() < 0.3:  # of lower rank
            W = (W[0] * (np.arange(len(W[0]))[:, None] > 0), *W[1:])
        values = np.linalg.eigvalsh(lv.ntk(problem, W))
        expected = values[(problem.d_x - problem.rank) * problem.d_y]
        assert _kernel_minimum(problem, W) == pytest.approx(expected, abs=1e-13 * values[-1])


def test_no_matrix_as_wide_as_the_kernel_is_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """128 inputs and outputs have a kernel of 2 GB."""
    s, sizes = np.linspace(3, 1, 128), []
    take_apart = np.linalg.eigvalsh

    def watched(A: np.ndarray) -> np.ndarray:
        sizes.append(len(A))
        assert len(A) <= 128
        return take_apart(A)

    monkeypatch.setattr(np.linalg, "eigvalsh", watched)
    wide = lv.Problem.canonical(s)
    for dims in ((128, 128), (128, 129, 128)):
        W = lv.critical_point(wide, dims, missed=())
        floor = s[-1] if len(dims) == 3 else 0.5
        assert asymptotic_rate(wide, W) == pytest.approx(2 * floor)
    one = lv.Problem.canonical([1.0, *[0.0] * 127])
    assert asymptotic_rate(one, lv.critical_point(one, (128, 1, 128), missed=())) == 0
    assert sizes
    narrow = lv.Problem.canonical(s[:3], d_x=128)
    W = lv.critical_point(narrow, (128, 4, 4, 3), missed=())
    assert asymptotic_rate(narrow, W) == pytest.approx(s[2] ** (4 / 3))


def test_a_kernel_s_minimum_that_is_roundoff_is_no_rate():
    run = lv.run(lv.Scenario((2, 2, 2), singular_values=(1, 0), rule="balanced", scale=0.5))
    assert "algebraic" in run.trajectory.reason
    assert run.final_rate.alpha == 0
    weak = np.diag([1.0, 1e-7])  # no roundoff: the least that the data leave
    W = (np.array([[1.0, 1.0]]),)
    assert asymptotic_rate(lv.Problem(weak, W[0] @ weak), W) == pytest.approx(1e-14, rel=1e-6)


def test_a_saddle_has_no_asymptotic_rate_by_the_kernel():
    problem = lv.Problem.canonical((2, 1))
    W = lv.critical_point(problem, (2, 2, 2), missed=(1,))
    with pytest.raises(ValueError, match=r"expected a limit point with L = L_res, found .* 0.5"):
        asymptotic_rate(problem, W)


def test_the_observed_rate_says_why_there_is_none():
    problem = lv.Problem.canonical((2, 1))
    W = lv.gaussian((2, 2, 2), 0.5)
    short = observed_rate(lv.gradient_flow(problem, W, t_end=0.01))
    assert short.alpha == 0
    assert "a factor of 100 is needed" in short.reason
    still = observed_rate(lv.gradient_flow(problem, lv.zeros((2, 2, 2)), t_end=1.0))
    assert still.alpha == 0
    assert still.reason == "the loss is at its limit from the start"


def test_the_observed_rate_towards_a_saddle():
    """On the stable manifold the slope is the smallest positive eigenvalue of the Hessian."""
    problem = lv.Problem.canonical((3, 2, 1))
    W = lv.on_stable_manifold(problem, (3, 3, 3), missed=(2,), scale=0.8, seed=1)
    trajectory = lv.gradient_flow(problem, W, rtol=1e-12)
    spectrum = lv.spectrum(problem, trajectory.limit)
    positive = spectrum.eigenvalues[spectrum.eigenvalues > spectrum.tolerance]
    assert spectrum.n_negative > 0
    assert observed_rate(trajectory).alpha >= 0.9 * positive.min()


@pytest.mark.parametrize("data", ["white", "deficient"])
def test_the_a_posteriori_bound(data):
    problem = random_problem(np.random.default_rng(8), (3, 3, 2), data)
    trajectory = lv.gradient_flow(problem, lv.gaussian((3, 3, 2), 0.8, seed=2), rtol=1e-11)
    bound, losses = a_posteriori_bound(trajectory), excess(problem, trajectory)
    known = losses > 1e-13 * losses[0]
    assert bound[0] == pytest.approx(losses[0])
    assert (losses[known] <= bound[known] * (1 + 1e-6)).all()
    assert bound[known][-1] < 1e-3 * bound[0]  # it says something


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("start", ["zeros", "one layer", "tiny"])
@pytest.mark.parametrize("dims", [(2, 2, 1), (3, 4, 1), (2, 3, 3, 1), (3, 3, 2)])
def test_a_margin_of_roundoff_certifies_nothing(seed, start, dims):
    """P = 0: the margin is s_k - |s|, never positive, and 0 for one output."""
    rng = np.random.default_rng(seed)
    problem = lv.Problem(
        rng.standard_normal((dims[0], 5)) * 10.0 ** rng.integers(-3, 4),
        rng.standard_normal((dims[-1], 5)),
    )
    W = list(lv.zeros(dims))
    if start == "one layer":
        W[0] = 0.1 * rng.standard_normal(W[0].shape)
    if start == "tiny":
        W = [1e-12 * rng.standard_normal(Wj.shape) for Wj in W]
    assert singular_floor(problem, W, dims[-1]) == 0
    rate = lv.certified_rate(problem, W)
    gap = data_factor(problem) * max(float(np.sum(Wj**2)) for Wj in W)
    assert rate.alpha <= gap  # what the C_j of tiny weights give is as tiny
    if start == "zeros":
        assert (rate.alpha, rate.method) == (0, "none")
        assert "is not positive" in rate.reason or "the theorem asks" in rate.reason


def test_a_margin_above_roundoff_is_kept():
    problem = lv.Problem.canonical((2.0, 1.0))
    for margin in (1e-10, 1e-6, 0.5):
        W = (np.diag([2.0, margin]), np.eye(2))
        assert singular_floor(problem, W, 2) == pytest.approx(margin, rel=1e-5)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"rule": "aligned", "strengths": (1.3, 1.1)}, "certifies nothing; the margin certifies"),
        ({"rule": "gaussian", "scale": 0.05}, ""),
    ],
)
def test_the_statements_on_rates_are_told_apart(rule, words):
    study = run(lv.Scenario(dims=(2, 2, 2), singular_values=(2, 1.5), **rule))
    row = next(row for row in statements(study) if row.name == "Exponential rate")
    assert words in row.theory
    assert row.holds is not False
    assert ("imbalance theorem" in row.theory) == bool(words)
