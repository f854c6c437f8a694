"""One experiment in numbers and words: what is trained, from where, for how long.

A `Scenario` is what the controls edit and what code can be printed from. It is the only place where
the size of an experiment is bounded: the library's functions take any size, a scenario does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache

from linviz.core import bounds, initialization
from linviz.core.data import DataSet, digits
from linviz.core.flow import Trajectory, gradient_flow
from linviz.core.problem import Problem, checked_singular_values
from linviz.core.weights import Weights, n_parameters

Interrupt = Callable[[float, float], bool]

RULES = (
    "gaussian",
    "xavier",
    "orthogonal",
    "balanced",
    "lambda_balanced",
    "aligned",
    "with_singular_values",
    "on_stable_manifold",
    "certified",
    "zeros",
)


@dataclass(frozen=True, slots=True)
class Scenario:
    r"""Specification of one run of the gradient flow; hashable, and `repr` reproduces it.

    Attributes
    ----------
    dims : widths (d_0, ..., d_{H+1}), input first
        At most 16 hidden layers, widths at most 128, at most 3000 weights in all.
    data : "canonical", "digits" or the digest of a data set
        Where X and Y come from. Canonical: X = I, Y = (D_Y 0).
    singular_values : d_y numbers in [0, 1000]
        The diagonal of D_Y; used by canonical data only.
    whitened : bool
        Whether data other than canonical are replaced by their whitened, canonical form.
    rule : one of `RULES`
        How the initial weights are made; each is the function of that name.
    scale, seed : float in [0, 10], int in [0, 2**32)
        Size and draw of the initial weights, where the rule has them.
    layer_singular_values : one tuple per layer
        For "with_singular_values"; missing entries repeat `scale`.
    strengths : numbers
        For "aligned": a_k of every layer; missing entries repeat `scale`.
    missed : ascending mode numbers from 0
        For "on_stable_manifold": the modes that the saddle misses.
    lam : float in [-100, 100]
        For "lambda_balanced": :math:`C_j = \lambda I`.
    alpha : float in (0, 100]
        For "certified": the rate that the theory is to guarantee.
    t_end : float in (0, 1e9], or None
        Horizon in the flow's own (dimensionless) time; None runs to the limit point.

    Raises
    ------
    ValueError
        If a field is out of its range: what was expected and what was found.

    Examples
    --------
    >>> Scenario(dims=(2, 3, 2), singular_values=(2, 1), scale=0.1).n_parameters
    12
    >>> Scenario(dims=(2, 3, 2), singular_values=(2, 1), t_end=-1)
    Traceback (most recent call last):
        ...
    ValueError: expected a horizon in (0, 1e+09], or None to run to the limit, found -1
    """

    dims: tuple[int, ...] = (5, 5, 4, 3)
    singular_values: tuple[float, ...] = (3.0, 2.0, 1.0)
    data: str = "canonical"
    whitened: bool = False
    rule: str = "gaussian"
    scale: float = 0.1
    seed: int = 3
    layer_singular_values: tuple[tuple[float, ...], ...] = ()
    strengths: tuple[float, ...] = ()
    missed: tuple[int, ...] = (0,)
    lam: float = -1.0
    alpha: float = 1.0
    t_end: float | None = None

    def __post_init__(self) -> None:
        for name, value in _validated(self).items():
            object.__setattr__(self, name, value)

    @property
    def H(self) -> int:
        """Number of hidden layers."""
        return len(self.dims) - 2

    @property
    def n_parameters(self) -> int:
        """Number of weights."""
        return n_parameters(self.dims)

    @property
    def code(self) -> str:
        """Lines of Python that reproduce the run."""
        lines = ["import linviz as lv", "", f"scenario = lv.{self!r}"]
        if self.data not in ("canonical", "digits"):
            lines.insert(1, "# datasets: {digest: lv.DataSet} with the data set that was uploaded")
            return "\n".join([*lines, "trajectory = lv.simulate(scenario, datasets=datasets)"])
        return "\n".join([*lines, "trajectory = lv.simulate(scenario)"])

    def __repr__(self) -> str:
        default = _DEFAULTS
        fields = [f"{k}={v!r}" for k, v in asdict(self).items() if k in _ALWAYS or v != default[k]]
        return f"Scenario({', '.join(fields)})"


_ALWAYS = ("dims", "rule", "scale", "seed")


def problem_of(scenario: Scenario, datasets: Mapping[str, DataSet] | None = None) -> Problem:
    """Problem that a scenario trains on.

    Examples
    --------
    >>> problem_of(Scenario(dims=(3, 2), singular_values=(2, 1))).Y
    array([[2., 0., 0.],
           [0., 1., 0.]])
    """
    if scenario.data == "canonical":
        problem = Problem.canonical(scenario.singular_values, d_x=scenario.dims[0])
    elif scenario.data == "digits":
        problem = _digits_problem(scenario.whitened)
    elif datasets is not None and scenario.data in datasets:
        data = datasets[scenario.data]
        problem = Problem(X=data.X, Y=data.Y)
        problem = problem.whitened() if scenario.whitened else problem
    else:
        raise ValueError(
            f"expected data 'canonical', 'digits' or the digest of a data set that is loaded, "
            f"found {scenario.data!r}: load the file again"
        )
    return problem


def weights_of(scenario: Scenario, problem: Problem) -> Weights:
    """Initial weights of a scenario, made by its rule.

    Examples
    --------
    >>> scenario = Scenario(dims=(2, 1, 2), singular_values=(2, 1), rule="zeros")
    >>> weights_of(scenario, problem_of(scenario))[0]
    array([[0., 0.]])
    """
    return _MAKERS[scenario.rule](scenario, problem)


def simulate(
    scenario: Scenario,
    *,
    datasets: Mapping[str, DataSet] | None = None,
    max_seconds: float = 20.0,
    interrupt: Interrupt | None = None,
) -> Trajectory:
    """Gradient flow of a scenario.

    Parameters
    ----------
    scenario : Scenario
    datasets : mapping of digest to DataSet, optional
        Where a scenario's data are looked up if they are neither canonical nor the digits.
    max_seconds : float
        Budget of wall time; the trajectory so far comes back with status "budget".
    interrupt : callable (t, loss) -> bool, optional
        Called often; the run ends where it returns True.

    Examples
    --------
    >>> trajectory = simulate(Scenario(dims=(2, 2, 2), singular_values=(2, 1)))
    >>> trajectory.status
    'converged'
    """
    problem = problem_of(scenario, datasets)
    W = weights_of(scenario, problem)
    return gradient_flow(
        problem, W, t_end=scenario.t_end, max_seconds=max_seconds, interrupt=interrupt
    )


def with_depth(scenario: Scenario, H: int) -> Scenario:
    """Scenario with H hidden layers; a new layer has the width of its left neighbor.

    Examples
    --------
    >>> with_depth(Scenario(dims=(4, 5, 3), singular_values=(3, 2, 1)), 2).dims
    (4, 5, 5, 3)
    """
    H = bounds.whole(H, "number of hidden layers H", 0, bounds.MAX_HIDDEN_LAYERS)
    hidden = scenario.dims[1:-1][:H]
    new = hidden[-1] if hidden else max(scenario.dims[-1], min(scenario.dims[0], 10))
    hidden += (new,) * (H - len(hidden))
    return replace(scenario, dims=(scenario.dims[0], *hidden, scenario.dims[-1]))


def with_width(scenario: Scenario, layer: int, width: int) -> Scenario:
    """Scenario with another width d_layer; the last one sets the number of singular values too.

    Examples
    --------
    >>> with_width(Scenario(dims=(4, 4), singular_values=(4, 3, 2, 1)), 1, 2).singular_values
    (4.0, 3.0)
    """
    layer = bounds.whole(layer, "layer", 0, len(scenario.dims) - 1)
    width = bounds.whole(width, f"width d_{layer}", 1, bounds.MAX_WIDTH)
    dims = (*scenario.dims[:layer], width, *scenario.dims[layer + 1 :])
    if scenario.data == "canonical" and layer == len(dims) - 1:
        s = scenario.singular_values[:width]
        while len(s) < width:
            s += (round(s[-1] / 2, 6),)
        missed = tuple(k for k in scenario.missed if k < width) or (0,)
        return replace(scenario, dims=dims, singular_values=s, missed=missed)
    return replace(scenario, dims=dims)


def with_problem(scenario: Scenario, data: str, whitened: bool, problem: Problem) -> Scenario:
    """Scenario on other data: the widths at both ends follow the problem."""
    dims = (problem.d_x, *scenario.dims[1:-1], problem.d_y)
    missed = tuple(k for k in scenario.missed if k < problem.d_y) or (0,)
    return replace(scenario, data=data, whitened=whitened, dims=dims, missed=missed)


@lru_cache(maxsize=2)
def _digits_problem(whitened: bool) -> Problem:
    data = digits()
    problem = Problem(X=data.X, Y=data.Y)
    return problem.whitened() if whitened else problem


def _fill(values: tuple[float, ...], n: int, default: float) -> tuple[float, ...]:
    """The first n values, completed by the default."""
    return values[:n] + (default,) * (n - len(values))


def _aligned(scenario: Scenario, problem: Problem) -> Weights:
    n_modes = min(*scenario.dims, problem.d_y)
    return initialization.aligned(
        problem, scenario.dims, _fill(scenario.strengths, n_modes, scenario.scale)
    )


def _with_singular_values(scenario: Scenario, problem: Problem) -> Weights:
    dims, given = scenario.dims, scenario.layer_singular_values
    layers = tuple(
        _fill(given[j] if j < len(given) else (), min(dims[j], dims[j + 1]), scenario.scale)
        for j in range(len(dims) - 1)
    )
    return initialization.with_singular_values(dims, layers, seed=scenario.seed)


def _scaled(name: str) -> Callable[[Scenario, Problem], Weights]:
    make = getattr(initialization, name)
    return lambda c, problem: make(c.dims, scale=c.scale, seed=c.seed)


_MAKERS: dict[str, Callable[[Scenario, Problem], Weights]] = {
    "gaussian": _scaled("gaussian"),
    "xavier": lambda c, problem: initialization.xavier(c.dims, seed=c.seed),
    "orthogonal": _scaled("orthogonal"),
    "balanced": _scaled("balanced"),
    "lambda_balanced": lambda c, problem: initialization.lambda_balanced(
        c.dims, c.lam, c.scale, seed=c.seed
    ),
    "aligned": _aligned,
    "with_singular_values": _with_singular_values,
    "on_stable_manifold": lambda c, problem: initialization.on_stable_manifold(
        problem, c.dims, missed=c.missed, scale=c.scale, seed=c.seed
    ),
    "certified": lambda c, problem: initialization.certified(c.dims, c.alpha, seed=c.seed),
    "zeros": lambda c, problem: initialization.zeros(c.dims),
}


def _validated(c: Scenario) -> dict[str, object]:
    """Every field in its range and of its type, or what is wrong with the first that is not."""
    layers = bounds.listed(c.layer_singular_values, "layers")[: bounds.MAX_HIDDEN_LAYERS + 1]
    missed = {
        bounds.whole(k, "missed mode", 0, bounds.MAX_WIDTH - 1)
        for k in bounds.listed(c.missed, "missed modes")
    }
    top = bounds.MAX_SINGULAR_VALUE
    fields: dict[str, object] = {
        "dims": bounds.layer_widths(c.dims),
        "singular_values": bounds.reals(c.singular_values, "singular value", 0, top),
        "whitened": bool(c.whitened),
        "scale": bounds.real(c.scale, "scale", 0, bounds.MAX_SCALE),
        "seed": bounds.whole(c.seed, "seed", 0, bounds.MAX_SEED),
        "layer_singular_values": tuple(
            bounds.reals(layer, "singular value of a layer", 0, top) for layer in layers
        ),
        "strengths": bounds.reals(c.strengths, "strength", -bounds.MAX_SCALE, bounds.MAX_SCALE),
        "missed": tuple(sorted(missed)),
        "lam": bounds.real(c.lam, "imbalance lambda", -100, 100),
        "alpha": bounds.real(c.alpha, "rate alpha", 1e-6, 100),
        "t_end": bounds.horizon(c.t_end),
    }
    if not isinstance(c.rule, str) or c.rule not in RULES:
        raise ValueError(f"expected a rule among {', '.join(RULES)}; found {str(c.rule)[:60]!r}")
    if not isinstance(c.data, str) or len(c.data) > 100:
        raise ValueError("expected data 'canonical', 'digits' or a data set's digest")
    if c.data == "canonical":
        _check_canonical(c)
    return fields


def _check_canonical(c: Scenario) -> None:
    """As many singular values as outputs, and no fewer inputs."""
    n, last = len(checked_singular_values(c.singular_values)), len(c.dims) - 1
    if c.dims[last] != n:
        raise ValueError(
            f"expected as many singular values as outputs, found {n} of them and "
            f"d_{last} = {c.dims[last]}"
        )
    if c.dims[0] < n:
        raise ValueError(
            f"expected d_x >= d_y, found d_0 = {c.dims[0]} inputs and d_{last} = {n} outputs: "
            "widen the input or remove singular values"
        )


_DEFAULTS = {f: Scenario.__dataclass_fields__[f].default for f in Scenario.__dataclass_fields__}
