"""What is said of two runs, or of a run and what a card would change, against both of them."""

import re
from dataclasses import fields

import numpy as np

import linviz as lv
from linviz.core.experiment.catalogue.fields import FIELDS
from linviz.core.experiment.milestones import milestones
from linviz.core.experiment.run import Run
from linviz.core.model.words import written
from linviz.figures.compare import changes, compare_words

ENDS = {
    "global minimum": "the minimum",
    "strict saddle": "a strict saddle",
    "non-strict saddle": "a flat saddle (not strict)",
}


def check_comparison(a: Run, b: Run) -> None:
    """How A and B ended, what tells them apart, and what was changed."""
    words = compare_words(a, b)
    ends, _, rest = words.partition(". ")
    if ends.startswith("Both "):
        told = re.sub(r"^(end|stop|diverge)\b", r"\1s", ends.removeprefix("Both "))
        _check_end(a, told)
        _check_end(b, told)
    else:
        found = re.fullmatch(r"A (.*); B (.*)", ends)
        assert found, words
        _check_end(a, found[1])
        _check_end(b, found[2])
    measured, _, changed = rest.replace("Their settings are the same.", "").partition("Changed: ")
    measured = re.sub(r"^From A to B: |\. ?$", "", measured)
    for part in filter(None, measured.split(", ")):
        name, x, y = _change(part)
        for run, number in ((a, x), (b, y)):
            assert number == _number(run, name), words
    if changed:
        check_changes(a.scenario, b.scenario, changed.removesuffix("."))


def _check_end(run: Run, told: str) -> None:
    trajectory = run.trajectory
    found = re.fullmatch(r"ends at (.*), L = (\S+)", told)
    if found:
        assert trajectory.status == "converged"
        assert found[1] == ENDS[run.point.kind]
        loss = run.point.loss if run.point.loss > 1e-12 * trajectory.loss[0] else 0.0
        assert found[2] in (written(run.point.loss), written(loss)), told
        return
    found = re.fullmatch(r"(stops at|diverges by) t = (\S+), L = (\S+)", told)
    assert found, told
    assert not run.at_limit
    assert (found[1] == "diverges by") == (trajectory.status == "diverged")
    assert found.groups()[1:] == (written(trajectory.t[-1]), written(trajectory.loss[-1]))


def _number(run: Run, name: str) -> str:
    """A number that tells two runs apart."""
    trajectory = run.trajectory
    if name.startswith("99 %"):
        share = (trajectory.loss - trajectory.loss[-1]) / (trajectory.loss[0] - trajectory.loss[-1])
        k = int(np.flatnonzero(share <= 0.01)[0])
        t = trajectory.t[k - 1 : k + 1]
        return written(float(np.interp(-0.01, -share[k - 1 : k + 1], t)))
    if name == "drift of C":
        return written(float(trajectory.relative_drift.max(initial=0.0)))
    values = run.spectrum.eigenvalues
    return {"ways down": str(run.spectrum.n_negative), "λ_max": written(values[-1])}[name]


def check_changes(a: lv.Scenario, b: lv.Scenario, told: str) -> None:
    """Each setting that is told is B's and was A's; of those that both use none is left out."""
    rest = told
    if a.H != b.H:
        assert rest.startswith(f"H {a.H} → {b.H}"), told
        rest = rest.removeprefix(f"H {a.H} → {b.H}")
    for field in FIELDS.values():
        before, after = (getattr(c, field.name) for c in (a, b))
        name = f"{field.words} (in {field.unit})" if field.unit else field.words
        said = re.search(rf"(?:^|, )(?:sets the )?{re.escape(name)}(?= |,|$)", rest)
        both = field.name in a.in_use & b.in_use
        if said is None:
            hidden = field.name == "dims" and a.H != b.H and before != after
            assert not both or before == after or hidden, (told, name)
            continue
        assert before != after, (told, name)
        numbers = [isinstance(v, int | float) and not isinstance(v, bool) for v in (before, after)]
        if all(numbers):
            values = [str(v) if isinstance(v, int) else written(v) for v in (before, after)]
            assert f"{name} {values[0]} → {values[1]}" in rest, told
        elif isinstance(after, str) and field.name in b.entries:
            assert b.entries[field.name].words in rest, told


def check_cards(run: Run) -> None:
    """What a card says that it changes is what its scenario changes, with the numbers it names."""
    s = run.trajectory.problem.singular_values
    names = {field.name for field in fields(lv.Scenario)}
    for card in milestones(run):
        if card.scenario is None:
            continue
        told = changes(run.scenario, card.scenario)
        assert told or card.control in ("missed", "widths", "strengths"), card.label
        check_changes(run.scenario, card.scenario, ", ".join(told))
        assert {n for n in names if getattr(run.scenario, n) != getattr(card.scenario, n)}
        ratio = re.fullmatch(r"Start 10 times (larger|smaller)", card.label)
        if ratio:
            factor = 10 if ratio[1] == "larger" else 0.1
            assert np.isclose(card.scenario.scale, factor * run.scenario.scale)
        if sooner := re.fullmatch(r"mode (\d+) comes (\S+) sooner", card.seen):
            assert sooner[2] == f"{np.log(10) / s[int(sooner[1]) - 1]:.2g}"
        if level := re.fullmatch(r"saddle at (\S+)", card.label):
            missed = 0.5 * sum(s[k] ** 2 for k in card.scenario.missed)
            assert level[1] == f"{run.trajectory.problem.residual_loss + missed:.4g}"
        if beside := re.fullmatch(r"Start beside \{([\d,–]*)\}", card.label):
            learned = {int(k) - 1 for k in beside[1].split(",") if k.isdigit()}
            if ends := re.fullmatch(r"1–(\d+)", beside[1]):
                learned = set(range(int(ends[1])))
            assert learned == set(range(np.count_nonzero(s))) - set(card.scenario.missed)
        if lost := re.fullmatch(r"mode (\d+) ends at 0", card.seen):
            assert card.label == f"mode {lost[1]} is lost"


def _change(part: str) -> tuple[str, str, str]:
    found = re.fullmatch(r"(.*?) (\S+) → (\S+)", part)
    assert found, part
    return found[1], found[2], found[3]
