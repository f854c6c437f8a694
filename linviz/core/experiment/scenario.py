"""One experiment in numbers and words: what is trained, from where, for how long.

A `Scenario` is what the controls edit and what code can be printed from. It is the only place where
the size of an experiment is bounded: the library's functions take any size, a scenario does not.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from linviz.core.experiment import limits
from linviz.core.model import checks
from linviz.core.model.layers import n_parameters
from linviz.core.model.problem import Problem, checked_singular_values

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

DATA = ("canonical", "digits", "stretched", "cloud")

BESIDE = ("nothing", "descent", "relu", "leaky_relu", "tanh", "sigmoid", "arctan")


@dataclass(frozen=True, slots=True)
class Scenario:
    r"""Specification of one run of the gradient flow; hashable, and `repr` reproduces it.

    Attributes
    ----------
    dims : widths (d_0, ..., d_{H+1}), input first
        At most 16 hidden layers, widths at most 128, at most 3000 weights in all.
    data : "canonical", "digits", "stretched", "cloud" or the digest of a data set
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
    t_end : float in [1e-12, 1e9], or None
        Horizon in the flow's own (dimensionless) time; None runs to the limit point.
    beside : "nothing", "descent" or the name of an activation
        What runs from the same weights for comparison: gradient descent, or the gradient flow of a
        network with that activation.
    step : float in [0.001, 10]
        Of the descent, in multiples of the critical step; at most 20000 steps are made.
    momentum, weight_decay, label_noise : floats in [0, 0.999], [0, 10], [0, 10]
        Of the descent.

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
    beside: str = "nothing"
    step: float = 0.5
    momentum: float = 0.0
    weight_decay: float = 0.0
    label_noise: float = 0.0

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
        if self.data not in DATA:
            lines.insert(1, "# datasets: {digest: lv.DataSet} with the data set that was uploaded")
            return "\n".join([*lines, "trajectory = lv.simulate(scenario, datasets=datasets)"])
        return "\n".join([*lines, "trajectory = lv.simulate(scenario)"])

    def __repr__(self) -> str:
        default = _DEFAULTS
        fields = [f"{k}={v!r}" for k, v in asdict(self).items() if k in _ALWAYS or v != default[k]]
        return f"Scenario({', '.join(fields)})"


_ALWAYS = ("dims", "rule", "scale", "seed")


def with_depth(scenario: Scenario, H: int) -> Scenario:
    """Scenario with H hidden layers; a new layer has the width of its left neighbor.

    Examples
    --------
    >>> with_depth(Scenario(dims=(4, 5, 3), singular_values=(3, 2, 1)), 2).dims
    (4, 5, 5, 3)
    """
    H = checks.whole(H, "number of hidden layers H", 0, limits.MAX_HIDDEN_LAYERS)
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
    layer = checks.whole(layer, "layer", 0, len(scenario.dims) - 1)
    width = checks.whole(width, f"width d_{layer}", 1, limits.MAX_WIDTH)
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


def _validated(c: Scenario) -> dict[str, object]:
    """Every field in its range and of its type, or what is wrong with the first that is not."""
    layers = limits.listed(c.layer_singular_values, "layers")[: limits.MAX_HIDDEN_LAYERS + 1]
    missed = {
        checks.whole(k, "missed mode", 0, limits.MAX_WIDTH - 1)
        for k in limits.listed(c.missed, "missed modes")
    }
    top = limits.MAX_SINGULAR_VALUE
    fields: dict[str, object] = {
        "dims": limits.layer_widths(c.dims),
        "singular_values": limits.reals(c.singular_values, "singular value", 0, top),
        "whitened": bool(c.whitened),
        "scale": checks.real(c.scale, "scale", 0, limits.MAX_SCALE),
        "seed": checks.whole(c.seed, "seed", 0, checks.MAX_SEED),
        "layer_singular_values": tuple(
            limits.reals(layer, "singular value of a layer", 0, top) for layer in layers
        ),
        "strengths": limits.reals(c.strengths, "strength", -limits.MAX_SCALE, limits.MAX_SCALE),
        "missed": tuple(sorted(missed)),
        "lam": checks.real(c.lam, "imbalance lambda", -100, 100),
        "alpha": checks.real(c.alpha, "rate alpha", 1e-6, 100),
        "t_end": limits.horizon(c.t_end),
        "step": checks.real(c.step, "step", 1e-3, 10),
        "momentum": checks.real(c.momentum, "momentum", 0, 0.999),
        "weight_decay": checks.real(c.weight_decay, "weight decay", 0, 10),
        "label_noise": checks.real(c.label_noise, "label noise", 0, 10),
    }
    if not isinstance(c.rule, str) or c.rule not in RULES:
        raise ValueError(f"expected a rule among {', '.join(RULES)}; found {str(c.rule)[:60]!r}")
    if not isinstance(c.beside, str) or c.beside not in BESIDE:
        known = ", ".join(BESIDE)
        raise ValueError(f"expected beside among {known}; found {str(c.beside)[:60]!r}")
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
