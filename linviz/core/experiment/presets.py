"""The lecture scenarios, in lecture order; their words are in `commentary`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from linviz.core.experiment.commentary import COMMENTARY
from linviz.core.experiment.scenario import Scenario
from linviz.core.model.checks import one_of
from linviz.core.model.tolerances import SMALL_START


@dataclass(frozen=True, slots=True)
class Preset:
    """A scenario with its commentary.

    Attributes
    ----------
    title : str
    look_for : str
        Two sentences: what to look at, and what it shows.
    scenario : Scenario
    log_loss, log_time : bool
        The axes on which it is seen best.
    seen : str
        What is to be seen, in the few words of a menu.
    moment : float or None
        The moment that the title speaks of; None is the end.
    room : "run" or "starts"
        Where on the page it is seen: as one run, or by many starts.
    """

    title: str
    look_for: str
    scenario: Scenario
    log_loss: bool = False
    log_time: bool = False
    seen: str = ""
    moment: float | None = None
    room: str = "run"


def _preset(
    name: str,
    scenario: Scenario,
    *,
    moment: float,
    log_loss: bool = False,
    log_time: bool = False,
    room: str = "run",
) -> Preset:
    """The lecture scenario of that name, with its words."""
    words = COMMENTARY[name]
    axes = (log_loss, log_time)
    return Preset(words.title, words.look_for, scenario, *axes, words.seen, moment, room)


def _root(value: float, n_layers: int) -> float:
    """Strength of each of n layers whose product has the given strength."""
    return float(round(value ** (1 / n_layers), 12))


LECTURE: Mapping[str, Preset] = MappingProxyType(
    {
        "invariants": _preset(
            "invariants",
            Scenario(
                dims=(4, 5, 3, 2),
                singular_values=(2, 1),
                scale=0.5,
                seed=0,
                t_end=10,
                beside="descent",
                step=0.0756,
            ),
            log_loss=True,
            moment=1,
        ),
        "certified-rate": _preset(
            "certified-rate",
            Scenario(
                dims=(4, 4, 3, 2),
                singular_values=(2, 1),
                rule="with_singular_values",
                layer_singular_values=((0.2, 0.15, 0.1, 0.05), (1.2, 1.2, 1.2), (1.7, 1.7)),
                scale=0.1,
                seed=0,
                t_end=4,
            ),
            log_loss=True,
            moment=0.5,
        ),
        "margin": _preset(
            "margin",
            Scenario(
                dims=(3, 3, 3, 3),
                singular_values=(2, 1.5, 1),
                rule="aligned",
                strengths=tuple(_root(0.8 * s, 3) for s in (2, 1.5, 1)),
                t_end=6,
            ),
            log_loss=True,
            moment=0.5,
        ),
        "staircase": _preset(
            "staircase",
            Scenario(
                dims=(4, 4, 3),
                singular_values=(4, 2, 1),
                rule="aligned",
                scale=1e-3,
                t_end=12,
            ),
            moment=2.5,
        ),
        "depth": _preset(
            "depth",
            Scenario(
                dims=(3, 3, 3, 3, 3), singular_values=(2, 1.3, 0.6), rule="aligned", scale=0.3
            ),
            moment=1,
        ),
        "saddle-to-saddle": _preset(
            "saddle-to-saddle",
            Scenario(dims=(5, 6, 4), singular_values=(4, 3, 2, 1), scale=SMALL_START, seed=0),
            moment=6,
        ),
        "saddle-to-saddle-deep": _preset(
            "saddle-to-saddle-deep",
            Scenario(dims=(3, 4, 4, 3), singular_values=(3, 2, 1), scale=0.05, seed=1),
            moment=7,
        ),
        "stable-manifold": _preset(
            "stable-manifold",
            Scenario(
                dims=(4, 3, 3),
                singular_values=(3, 2, 1),
                rule="on_stable_manifold",
                missed=(0,),
                scale=0.4,
                seed=0,
            ),
            moment=10,
        ),
        "non-strict": _preset(
            "non-strict",
            Scenario(
                dims=(3, 3, 3, 3),
                singular_values=(3, 2, 1),
                rule="aligned",
                strengths=(_root(3, 3), _root(2, 3), 0.03),
            ),
            moment=20,
        ),
        "determinant": _preset(
            "determinant",
            Scenario(
                dims=(2, 2, 2, 2),
                singular_values=(2, 1),
                rule="aligned",
                strengths=(_root(0.9, 3), -_root(0.6, 3)),
                t_end=400,
            ),
            log_time=True,
            moment=100,
        ),
        "bottleneck": _preset(
            "bottleneck",
            Scenario(dims=(4, 2, 3), singular_values=(3, 2, 1), scale=0.5, seed=0),
            moment=10,
        ),
        "lazy-rich": _preset(
            "lazy-rich",
            Scenario(
                dims=(5, 3, 3),
                singular_values=(2, 1.2, 0.7),
                rule="lambda_balanced",
                lam=4,
                scale=0.1,
                seed=0,
            ),
            log_loss=True,
            moment=0.3,
        ),
        "edge": _preset(
            "edge",
            Scenario(
                dims=(3, 3, 2),
                singular_values=(2, 1),
                scale=0.5,
                seed=0,
                t_end=15,
                beside="descent",
                step=1.05,
            ),
            log_loss=True,
            moment=10,
        ),
        "weight-decay": _preset(
            "weight-decay",
            Scenario(
                dims=(3, 3, 3),
                singular_values=(2, 1, 0.2),
                scale=0.5,
                seed=0,
                t_end=60,
                beside="descent",
                step=0.1,
                weight_decay=0.3,
            ),
            moment=50,
        ),
        "raw-data": _preset(
            "raw-data",
            Scenario(dims=(3, 4, 2), data="stretched", scale=0.3, seed=0),
            log_time=True,
            moment=2,
        ),
        "digits": _preset(
            "digits",
            Scenario(dims=(64, 16, 16, 10), data="few_digits", scale=0.1, seed=0, t_end=1000),
            log_time=True,
            moment=60,
        ),
        "relu": _preset(
            "relu",
            Scenario(dims=(3, 5, 4, 2), data="cloud", scale=0.5, seed=0, t_end=6, beside="relu"),
            moment=3,
        ),
        "relu-fold": _preset(
            "relu-fold",
            Scenario(dims=(2, 6, 1), data="fold", scale=0.5, seed=0, t_end=15, beside="relu"),
            log_loss=True,
            moment=10,
        ),
        "relu-stuck": _preset(
            "relu-stuck",
            Scenario(
                dims=(1, 1, 1),
                singular_values=(2,),
                rule="aligned",
                strengths=(-0.5,),
                t_end=4,
                beside="relu",
            ),
            moment=3,
        ),
        "basins": _preset(
            "basins",
            Scenario(dims=(3, 3, 3), singular_values=(2, 1.5, 1), scale=0.5, seed=0, t_end=15),
            moment=10,
            room="starts",
        ),
    }
)

presets: Mapping[str, Scenario] = MappingProxyType(
    {name: preset.scenario for name, preset in LECTURE.items()}
)


def preset_of(scenario: Scenario, likely: str = "") -> str:
    """Name of the preset that the scenario is, the likely one first, or "".

    Examples
    --------
    >>> preset_of(presets["staircase"]), preset_of(Scenario(seed=77))
    ('staircase', '')
    """
    names = [likely, *presets] if likely else presets
    return next((name for name in names if presets[name] == scenario), "")


def preset_named(name: object) -> Scenario:
    """The preset of that name, whoever asks for it.

    Raises
    ------
    ValueError
        If there is none.
    """
    return presets[one_of(name, "a preset", presets)]
