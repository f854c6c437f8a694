"""The controls of the page, in the order in which they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from linviz.core.experiment import limits
from linviz.core.experiment.catalogue.fields import FIELDS

Kind = Literal[
    "menu", "data", "slider", "stepper", "number", "seed", "cell", "widths", "target", "marks",
    "numbers", "layers", "said", "horizon", "button", "reset", "time",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Control:
    """One control of the page.

    Attributes
    ----------
    name : str
        In links and of `dashboard(controls=...)`.
    title : str
        In the list of the controls.
    section : str
        The legend of the set that it stands in, "More" for what is rarely used and shown on
        request; "" for one outside of the form.
    kind : str
        How it looks: a menu, a slider with a number, a number, a number in a row of them, check
        marks or numbers for the items of a list, a button, words, ... .
    label : str
        What stands beside it; its title where not given.
    edit : str
        What is edited by it, as `edits.edited` calls it; its name where not given.
    uses : str
        The fields of a scenario without which it is not shown; "" for one that always is.
    step, low, high : float or None
        Of its number; where not given any, and the range of the field that it edits.
    slider : (low, high, step) or None
        Of its slider; of a `log` one, of the logarithm to base 10.
    log, grows : bool
        Whether the slider is logarithmic, and whether it grows to hold what is typed.
    """

    name: str
    title: str
    section: str = ""
    kind: Kind = "number"
    label: str = ""
    edit: str = ""
    uses: str = ""
    step: float | None = None
    low: float | None = None
    high: float | None = None
    slider: tuple[float, float, float] | None = None
    log: bool = False
    grows: bool = False

    def content(self) -> dict[str, Any]:
        """As plain values, complete."""
        edit = self.edit or self.name
        field = FIELDS.get(edit)
        numbers = field is not None and field.kind in ("real", "whole")
        return {
            "name": self.name,
            "title": self.title,
            "section": self.section,
            "kind": self.kind,
            "label": self.label or self.title,
            "edit": edit,
            "uses": self.uses,
            "step": self.step,
            "low": field.low if field and numbers and self.low is None else self.low,
            "high": field.high if field and numbers and self.high is None else self.high,
            "slider": self.slider and list(self.slider),
            "log": self.log,
            "grows": self.grows,
        }


_START, _BESIDE, _REST = "Start", "Beside it", "More"

CONTROLS: dict[str, Control] = {
    control.name: control
    for control in (
        Control("preset", "Scenario: start from", "Scenario", "menu", "Start from"),
        Control("widths", "Widths", "Network", "widths", low=1, high=limits.MAX_WIDTH),
        Control("rule", "Rule of the initial weights", _START, "menu", "Rule"),
        Control(
            "scale", "Scale", _START, "slider", "Scale ε", uses="scale", slider=(-4, 0.5, 0.05),
            log=True,
        ),
        Control(
            "lam", "Imbalance λ", _START, "slider", uses="lam", slider=(-5, 5, 0.05), grows=True,
        ),
        Control(
            "alpha", "Rate α to certify", _START, "slider", uses="alpha", slider=(-2, 2, 0.05),
            log=True,
        ),
        Control("missed", "Modes that the saddle misses", _START, "marks", uses="missed"),
        Control(
            "strengths", "Strength of each mode", _START, "numbers",
            "Strength of each mode, in every layer", "strength", "strengths",
        ),
        Control(
            "layers", "Singular values of each layer", _START, "layers",
            edit="layer_singular_value", uses="layer_singular_values",
        ),
        Control("by_hand", "What was set by hand", _START, "said", uses="weights origin since"),
        Control("seed", "Seed and new draw", _START, "seed", "Seed", uses="seed", step=1),
        Control(
            "singular_values", "Singular values of the target", "Target", "target", low=0,
            high=limits.MAX_SINGULAR_VALUE,
        ),
        Control("data", "Data set", "Target", "data"),
        Control(
            "step", "Step of the descent", _BESIDE, "slider", "Step / critical step", uses="step",
            slider=(0.05, 1.5, 0.05),
        ),
        Control("momentum", "Momentum", _BESIDE, "cell", "momentum", uses="momentum", step=0.1),
        Control(
            "weight_decay", "Weight decay", _BESIDE, "cell", "weight decay", uses="weight_decay",
            step=0.01,
        ),
        Control(
            "label_noise", "Label noise", _BESIDE, "cell", "label noise", uses="label_noise",
            step=0.1,
        ),
        Control(
            "H", "Hidden layers H", _REST, "stepper", "Hidden layers H", step=1, low=0,
            high=limits.MAX_HIDDEN_LAYERS,
        ),
        Control("beside", "What runs beside it", _REST, "menu", "Beside it"),
        Control("horizon", "How long the run lasts", _REST, "horizon", edit="t_end"),
        Control("reset", "Start over", _REST, "reset", "Start over"),
        Control("freeze", "Compare: keep as A", _REST, "button", "Keep as A"),
        Control("time", "Time bar", kind="time"),
    )
}  # fmt: skip
