"""One experiment in numbers and words: what is trained, from where, for how long.

A `Scenario` is what the controls edit and what code can be printed from. Its size is limited (see
`limits`): the library's functions take any size, a scenario does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from linviz.core.experiment import limits
from linviz.core.experiment.catalogue.beside import BESIDE
from linviz.core.experiment.catalogue.data import DATA, UPLOADED, data_entry
from linviz.core.experiment.catalogue.entry import Entry
from linviz.core.experiment.catalogue.fields import (
    ALWAYS,
    FIELDS,
    ORIGIN,
    SINGULAR_VALUES,
    WEIGHTS,
    Field,
)
from linviz.core.experiment.catalogue.rules import RULES
from linviz.core.model import checks
from linviz.core.model.initialization import gaussian, zeros
from linviz.core.model.layers import n_parameters
from linviz.core.model.letters import resized, text_of, weights_in
from linviz.core.model.problem import Problem, checked_singular_values


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
    rule : name of a rule in the catalogue
        How the initial weights are made; each is the function of that name.
    scale, seed : float in [0, 10], int in [0, 2**32)
        Size and draw of the initial weights, where the rule has them.
    layer_singular_values : one tuple per layer
        For "with_singular_values"; missing entries repeat `scale`.
    strengths : numbers
        For "aligned": a_k of every layer; missing entries repeat `scale`.
    missed : ascending mode numbers from 0
        For "on_stable_manifold" and "near_saddle": the modes that the saddle misses.
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
    weights : text, or one matrix a layer
        For "set_by_hand": at most 300 weights, each of at most 1e6; kept as text, to the last bit
        (base64url of float64, little-endian, W_1 first, row by row). "" where no rule reads it.
    origin, since : text, float in [0, 1e9]
        For "set_by_hand": the query of a link (see `Run.scenario_at`) whose run, made again, has
        the weights at the time `since`; with `weights` only the time, for the record.

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
    weights: str = ""
    origin: str = ""
    since: float = 0.0

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
    def entries(self) -> dict[str, Entry]:
        """What it names of the catalogue, by the field that names it."""
        return {
            "data": data_entry(self.data),
            "rule": RULES[self.rule],
            "beside": BESIDE[self.beside],
        }

    @property
    def in_use(self) -> frozenset[str]:
        """Names of the fields that the run depends on: a rule, data, what runs beside use some.

        Examples
        --------
        >>> sorted(Scenario(rule="zeros").in_use)
        ['beside', 'data', 'dims', 'rule', 'singular_values', 't_end']
        """
        used = (entry.in_use(self) for entry in self.entries.values())
        return frozenset(field.name for field in ALWAYS).union(*used)

    @property
    def code(self) -> str:
        """Lines of Python that reproduce the run."""
        lines = ["import linviz as lv", "", f"scenario = lv.{self!r}"]
        if data_entry(self.data) is UPLOADED:
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
    return with_dims(scenario, (scenario.dims[0], *hidden, scenario.dims[-1]))


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
    if _chooses_target(scenario) and layer == len(dims) - 1:
        s = scenario.singular_values[:width]
        while len(s) < width:
            s += (round(s[-1] / 2, 6),)
        missed = tuple(k for k in scenario.missed if k < width) or (0,)
        return with_dims(scenario, dims, singular_values=s, missed=missed)
    return with_dims(scenario, dims)


def with_dims(scenario: Scenario, dims: tuple[int, ...], **others: Any) -> Scenario:
    """Scenario with other widths, and other fields; of weights set by hand stays what still fits.

    The rest of them is drawn as a Gaussian start; so are all of them where there would be more
    than can be set by hand, or they are those that another run left.

    Examples
    --------
    >>> start = Scenario((2, 1), (1,), rule="set_by_hand", weights=[[[3, 4]]], scale=0.1)
    >>> weights_in(with_dims(start, (1, 1)).weights, (1, 1))
    (array([[3.]]),)
    """
    if dims != scenario.dims and WEIGHTS.name in scenario.in_use:
        limits.layer_widths(dims)
        if not scenario.weights or n_parameters(dims) > limits.MAX_BY_HAND:
            others = {"rule": _DEFAULTS["rule"]} | others
        else:
            W = weights_in(scenario.weights, scenario.dims)
            drawn = gaussian(dims, scenario.scale or 1.0, seed=scenario.seed)
            if scenario.scale == 0:
                drawn = zeros(dims)
            others = {"weights": text_of(resized(W, dims, drawn))} | others
    return replace(scenario, dims=dims, **others)


def with_problem(scenario: Scenario, data: str, whitened: bool, problem: Problem) -> Scenario:
    """Scenario on other data: the widths at both ends follow the problem."""
    dims = (problem.d_x, *scenario.dims[1:-1], problem.d_y)
    missed = tuple(k for k in scenario.missed if k < problem.n_modes) or (0,)
    return with_dims(scenario, dims, data=data, whitened=whitened, missed=missed)


def _chooses_target(scenario: Scenario) -> bool:
    """Whether its data are made from the singular values, as many as outputs."""
    return SINGULAR_VALUES in data_entry(scenario.data).fields


def _validated(c: Scenario) -> dict[str, object]:
    """Every field in its range and of its type, or what is wrong with the first that is not."""
    found = {
        name: _CHECKS[field.kind](getattr(c, name), field)
        for name, field in FIELDS.items()
        if field.kind in _CHECKS
    }
    checks.one_of(c.rule, "a rule", RULES)
    checks.one_of(c.beside, "beside", BESIDE)
    checks.text(c.data, f"data {', '.join(DATA)} or a data set's digest", 100)
    if _chooses_target(c):
        _check_ends(c)
    if WEIGHTS not in RULES[c.rule].fields:  # nobody reads them, and a link would carry them
        return found | {"weights": "", "origin": "", "since": 0.0}
    weights = _weights(c.weights, limits.layer_widths(c.dims))
    return found | {"weights": weights, "origin": "" if weights else _origin(c.origin)}


def _weights(given: Any, dims: tuple[int, ...]) -> str:
    """The weights set by hand as text, checked."""
    if isinstance(given, str) and not given:
        return ""
    n = n_parameters(dims)
    if n > limits.MAX_BY_HAND:
        raise ValueError(
            f"expected at most {limits.MAX_BY_HAND} weights to be set by hand, found {n}: make a "
            "layer narrower, or go on from a run (Run.scenario_at)"
        )
    text = given if isinstance(given, str) else text_of(given)
    weights_in(checks.text(text, "weights", limits.MAX_LETTERS), dims)
    return text


def _origin(given: object) -> str:
    """The link of the run that this one goes on from, where that has to be made again."""
    origin = checks.text(given, "the link of the run to go on from", limits.MAX_ORIGIN)
    if origin.count(ORIGIN.name) >= limits.MAX_ORIGINS:
        raise ValueError(
            f"expected at most {limits.MAX_ORIGINS} runs, each going on from the one before, found "
            "more: set the weights by hand in a smaller network, or start anew"
        )
    return origin


def _wholes(value: object, field: Field) -> tuple[int, ...]:
    """Different whole numbers, ascending."""
    items = limits.listed(value, f"{field.noun}s")
    low, high = int(field.low), int(field.high)
    return tuple(sorted({checks.whole(k, field.noun, low, high) for k in items}))


def _layers(value: object, field: Field) -> tuple[tuple[float, ...], ...]:
    """A list of numbers for each layer, at most."""
    layers = limits.listed(value, "layers")[: limits.MAX_HIDDEN_LAYERS + 1]
    return tuple(limits.reals(layer, field.noun, field.low, field.high) for layer in layers)


_CHECKS: Mapping[str, Callable[[object, Field], object]] = {
    "widths": lambda value, field: limits.layer_widths(value),
    "reals": lambda value, field: limits.reals(value, field.noun, field.low, field.high),
    "wholes": _wholes,
    "layers": _layers,
    "real": lambda value, field: checks.real(value, field.noun, field.low, field.high),
    "whole": lambda value, field: checks.whole(value, field.noun, int(field.low), int(field.high)),
    "flag": lambda value, field: checks.boolean(value, field.name),
    "horizon": lambda value, field: limits.horizon(value),
}


def _check_ends(c: Scenario) -> None:
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
