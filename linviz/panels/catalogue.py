"""What the page is made of: its panels, and its controls in the order in which they stand.

The browser gets all of it as JSON, with the menus of the core's catalogue: it makes the form, the
dialogs and the panels from that, and knows no rule, data set or activation by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from linviz.core.experiment import limits
from linviz.core.experiment.catalogue.beside import BESIDE
from linviz.core.experiment.catalogue.data import DATA, UPLOADED
from linviz.core.experiment.catalogue.entry import Entry
from linviz.core.experiment.catalogue.fields import FIELDS
from linviz.core.experiment.catalogue.rules import RULES
from linviz.core.experiment.presets import LECTURE
from linviz.panels.patterns import PATTERNS

MAX_UPLOAD = 10_000_000  # bytes: what one message over the websocket may hold


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture of a run with its words.

    Attributes
    ----------
    name : str
        In links and of `dashboard(panels=...)`.
    title : str
        Its heading; what follows " = " is its formula.
    picture : "plot", "network" or "matrices"
        What draws it.
    switch : "", "log_loss", "matrices" or "moment"
        What its heading holds: a switch of the view, or the sign of what moves with the time.
    one_run : bool
        Whether it shows B alone where two runs are compared.
    """

    name: str
    title: str
    picture: Literal["plot", "network", "matrices"] = "plot"
    switch: Literal["", "log_loss", "matrices", "moment"] = ""
    one_run: bool = False


PANELS: dict[str, Panel] = {
    panel.name: panel
    for panel in (
        Panel("loss", "Loss", switch="log_loss"),
        Panel("modes", "Modes"),
        Panel("network", "Network", "network", one_run=True),
        Panel("invariants", "Invariants Cⱼ = Wⱼ₊₁ᵀWⱼ₊₁ − WⱼWⱼᵀ"),
        Panel("hessian", "Hessian at the end", switch="moment"),
        Panel("matrices", "Matrices", "matrices", "matrices", one_run=True),
    )
}

Kind = Literal[
    "menu", "data", "slider", "number", "seed", "cell", "widths", "target", "marks", "numbers",
    "layers", "horizon", "button", "reset", "time",
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
        The legend of the set that it stands in; "" for one outside of the form.
    kind : str
        How it looks: a menu, a slider with a number, a number, a number in a row of them, check
        marks or numbers for the items of a list, a button, ... .
    label : str
        What stands beside it; its title where not given.
    edit : str
        What is edited by it, as `edits.edited` calls it; its name where not given.
    uses : str
        The field of a scenario without which it is not shown; "" for one that always is.
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


_START, _RUN = "Initial weights", "Run"

CONTROLS: dict[str, Control] = {
    control.name: control
    for control in (
        Control("preset", "Scenario: start from", "Scenario", "menu", "Start from"),
        Control("data", "Data set", "Data", "data"),
        Control(
            "H", "Hidden layers H", "Network", "slider", step=1, low=0,
            high=limits.MAX_HIDDEN_LAYERS, slider=(0, 8, 1), grows=True,
        ),
        Control("widths", "Widths", "Network", "widths", low=1, high=limits.MAX_WIDTH),
        Control(
            "singular_values", "Singular values of the target", "Target: singular values",
            "target", low=0, high=limits.MAX_SINGULAR_VALUE,
        ),
        Control("rule", "Rule of the initial weights", _START, "menu", "Rule"),
        Control(
            "scale", "Scale", _START, "slider", uses="scale", slider=(-4, 0.5, 0.05), log=True
        ),
        Control("lam", "Imbalance λ", _START, uses="lam", step=0.1),
        Control("alpha", "Rate α to certify", _START, uses="alpha", step=0.1),
        Control("missed", "Modes that the saddle misses", _START, "marks", uses="missed"),
        Control(
            "strengths", "Strength of each mode", _START, "numbers",
            "Strength of each mode, in every layer", "strength", "strengths",
        ),
        Control(
            "layers", "Singular values of each layer", _START, "layers",
            edit="layer_singular_value", uses="layer_singular_values",
        ),
        Control("seed", "Seed and new draw", _START, "seed", "Seed", uses="seed", step=1),
        Control("horizon", "How long the run lasts", _RUN, "horizon", edit="t_end"),
        Control("beside", "What runs beside it", _RUN, "menu", "Beside it"),
        Control(
            "step", "Step of the descent", _RUN, "slider", "Step / critical step", uses="step",
            slider=(0.05, 1.5, 0.05),
        ),
        Control("momentum", "Momentum", _RUN, "cell", "momentum", uses="momentum", step=0.1),
        Control(
            "weight_decay", "Weight decay", _RUN, "cell", "weight decay", uses="weight_decay",
            step=0.01,
        ),
        Control(
            "label_noise", "Label noise", _RUN, "cell", "label noise", uses="label_noise", step=0.1
        ),
        Control("reset", "Start over", _RUN, "reset", "Start over"),
        Control("freeze", "Compare: keep as A", _RUN, "button", "Keep as A"),
        Control("time", "Time bar", kind="time"),
    )
}  # fmt: skip


Menu = list[list[str]]


def content() -> dict[str, Any]:
    """Everything that the browser makes the page of, as plain values."""
    return {
        "panels": [
            {
                "name": panel.name,
                "title": panel.title,
                "picture": panel.picture,
                "switch": panel.switch,
                "one_run": panel.one_run,
            }
            for panel in PANELS.values()
        ],
        "controls": [control.content() for control in CONTROLS.values()],
        "menus": {
            "preset": [["", "your own"], *([n, preset.title] for n, preset in LECTURE.items())],
            "data": [*_menu(DATA), [UPLOADED.name, UPLOADED.title]],
            "pattern": [["", "as set below"], *([n, p.title] for n, p in PATTERNS.items())],
            "rule": _menu(RULES),
            "beside": _menu(BESIDE),
        },
        "max_upload": MAX_UPLOAD,
    }


def _menu(entries: dict[str, Entry]) -> Menu:
    return [[entry.name, entry.title] for entry in entries.values()]
