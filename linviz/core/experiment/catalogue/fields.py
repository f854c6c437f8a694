"""The fields of a scenario: what each is called, which values it takes, and in which unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from linviz.core.experiment import limits
from linviz.core.model import checks
from linviz.core.model.tolerances import LEAST_RATE

Kind = Literal[
    "widths", "reals", "wholes", "layers", "real", "whole", "flag", "choice", "data", "horizon",
    "weights", "origin",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a scenario.

    Attributes
    ----------
    name : str
        In code, links and JSON.
    words : str
        In a sentence.
    kind : str
        What a value is: "real" and "whole" are one number, "reals" and "wholes" a list of them,
        "layers" a list of numbers for each layer, "widths" (d_0, ..., d_{H+1}), "flag" yes or no,
        "choice" a name out of the catalogue, "data" that or a digest, "horizon" a time or None,
        "weights" the text of some (see `linviz.core.model.letters`), "origin" the query of a link.
    low, high : float
        Range of its numbers.
    unit : str
        What a number is a multiple of; "" where it is dimensionless.
    noun : str
        What one of its numbers is called where it is refused; `words` where not given.
    """

    name: str
    words: str
    kind: Kind = "real"
    low: float = 0.0
    high: float = 0.0
    unit: str = ""
    noun: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "noun", self.noun or self.words)


_TOP = limits.MAX_SINGULAR_VALUE
_SCALE = limits.MAX_SCALE

DIMS = Field("dims", "widths", "widths", 1, limits.MAX_WIDTH)
SINGULAR_VALUES = Field(
    "singular_values", "singular values", "reals", 0, _TOP, noun="singular value"
)
DATA_SET = Field("data", "data", "data")
WHITENED = Field("whitened", "whitened", "flag")
RULE = Field("rule", "rule", "choice", noun="a rule")
SCALE = Field("scale", "scale", "real", 0, _SCALE)
SEED = Field("seed", "seed", "whole", 0, checks.MAX_SEED)
LAYER_SINGULAR_VALUES = Field(
    "layer_singular_values", "singular values of the layers", "layers", 0, _TOP,
    noun="singular value of a layer",
)  # fmt: skip
STRENGTHS = Field("strengths", "strengths", "reals", -_SCALE, _SCALE, noun="strength")
MISSED = Field("missed", "missed modes", "wholes", 0, limits.MAX_WIDTH - 1, noun="missed mode")
LAM = Field("lam", "imbalance λ", "real", -100, 100, noun="imbalance lambda")
ALPHA = Field("alpha", "rate α to certify", "real", LEAST_RATE, 100, noun="rate alpha")
WEIGHTS = Field("weights", "weights set by hand", "weights")
ORIGIN = Field("origin", "run that it goes on from", "origin")
SINCE = Field("since", "time at which it goes on", "real", 0, limits.MAX_TIME)
T_END = Field("t_end", "run until", "horizon", limits.MIN_TIME, limits.MAX_TIME)
BESIDE_IT = Field("beside", "beside it", "choice", noun="beside")
STEP = Field("step", "step", "real", 1e-3, 10, unit="critical steps")
MOMENTUM = Field("momentum", "momentum", "real", 0, 0.999)
WEIGHT_DECAY = Field("weight_decay", "weight decay", "real", 0, 10)
LABEL_NOISE = Field("label_noise", "label noise", "real", 0, 10)

# in the order in which the controls stand and differences are told
FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        field.name: field
        for field in (
            *(DIMS, DATA_SET, WHITENED, SINGULAR_VALUES, RULE, SCALE, LAM, ALPHA, MISSED),
            *(STRENGTHS, LAYER_SINGULAR_VALUES, SEED, WEIGHTS, ORIGIN, SINCE, T_END, BESIDE_IT),
            *(STEP, MOMENTUM, WEIGHT_DECAY, LABEL_NOISE),
        )
    }
)

ALWAYS = (DIMS, DATA_SET, RULE, T_END, BESIDE_IT)  # what every run depends on
