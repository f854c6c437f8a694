"""All eigenvalues of the Hessian at the end of the run, colored by sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from linviz.core.experiment.catalogue.beside import BESIDE
from linviz.core.experiment.run import Run
from linviz.core.landscape.balanced import balanced_eigenvalues
from linviz.core.model.problem import Matrix
from linviz.core.model.words import plural, written
from linviz.figures import overlay, theme
from linviz.figures.axes import padded
from linviz.figures.conversion import to_plotly
from linviz.figures.landscape import Ring
from linviz.figures.picture import Level, Line, Marks, Pane, Picture, Text, axis, level, marks, pane

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_RINGS = 300  # weights: of more the eigenvalues of a moment are not shown
LITTLE_C = 0.05  # of s_i^(2/N), i the first missed mode: up to here C_j moves no ring to be seen


def hessian_figure(run: Run, *, compare: Run | None = None) -> go.Figure:
    r"""Eigenvalues of :math:`\nabla^2 L` at the limit point, ascending; the zeros by tolerance.

    Those of another run to `compare` with are diamonds.
    """
    return to_plotly(hessian_picture(run, compare=compare))


def hessian_picture(run: Run, *, compare: Run | None = None) -> Picture:
    """Picture of `hessian_figure`."""
    own, ends, edge = _own(run), _descent(run), _edge(run)
    values = np.concatenate([[0.0], *(group["y"] for group in own)])
    low, high, most = float(values.min()), float(values.max()), run.scenario.n_parameters
    beside = [*(group["y"] for group in ends), np.array([level["value"] for level in edge])]
    low, high = overlay.held(low, high, np.concatenate(beside), 0.5 * (high - low))
    if compare is not None:
        frozen = compare.spectrum.eigenvalues
        low, high = overlay.held(low, high, frozen)
        most = max(most, len(frozen))
    numbers = axis("number", "number", "linear", (0.0, most + 1.0)) | {"whole": True}
    only = pane(numbers, axis("eigenvalue λ", "λ", "linear", padded(low, high, 0.08), zero=True))
    groups, texts = own + ends, []
    beside_own = len(ends) > 0 or compare is not None
    who = BESIDE[run.scenario.beside].short.lower()
    for group in ends:
        reach = float(group["y"].min()), float(group["y"].max())
        texts += overlay.beyond(*reach, only, who=who)
    if compare is not None:
        groups = [_frozen(compare), *groups]
        texts += _letters(compare, only)
    return {
        "panes": [only],
        "levels": edge,
        "curves": [],
        "marks": groups,
        "texts": texts,
        "heats": [],
        "network": None,
        "spectrum": {"limit": run.at_limit, "verdict": _verdict(run), "rings": _rings(run)},
        "table": {"rows": "points", "kind": "kind" if beside_own else "sign"},
    }


def _verdict(run: Run) -> str:
    """What the limit is, and whether theory predicts its signs."""
    if not run.at_limit:
        return "not at a limit: no verdict"
    found, kind = run.spectrum, _KINDS[run.point.kind]
    counts = (found.n_negative, found.n_zero, found.n_positive)
    if run.predicted is None:
        return kind
    if run.predicted == counts:
        return f"{kind}, as theory predicts"
    down, flat, up = run.predicted
    return f"{kind}; theory: {up} up, {flat} flat, {down} down"


def _rings(run: Run) -> list[Ring]:
    """Eigenvalues at the critical points that the run passes, where it is balanced enough."""
    problem, dims = run.trajectory.problem, run.scenario.dims
    if not problem.is_white or run.scenario.n_parameters > MOST_RINGS or len(dims) == 2:
        return []
    spectra = run.trajectory.conserved.spectra
    size = max((float(np.abs(values).max()) for values in spectra), default=0.0)
    s, N, rings = problem.singular_values, len(dims) - 1, list[Ring]()
    for stay in run.stays:
        first = stay.missed[0] if stay.missed else stay.learned[-1] if stay.learned else 0
        if size <= LITTLE_C * float(s[first]) ** (2 / N):
            values = balanced_eigenvalues(problem, dims, stay.missed)
            rings.append({"learned": [k + 1 for k in stay.learned], "values": values})
    return rings


def _own(run: Run) -> list[Marks]:
    """Negative, zero and positive eigenvalues."""
    values = run.spectrum.eigenvalues
    index, size = _index(values), _size(values, 9)
    first = run.spectrum.n_negative
    last = first + run.spectrum.n_zero
    return [
        marks(index[:first], values[:first], "triangle-down", theme.DOWN, size, "negative"),
        marks(index[first:last], values[first:last], "circle-open", theme.FLAT, size, "zero"),
        marks(index[last:], values[last:], "triangle-up", theme.UP, size, "positive"),
    ]


def _frozen(a: Run) -> Marks:
    """Eigenvalues where the run A ended, as diamonds that are seen around B's marks."""
    values = a.spectrum.eigenvalues
    size = _size(values, 13)
    return marks(_index(values), values, "diamond-open", overlay.COLOR, size, "A: eigenvalue")


def _letters(a: Run, pane: Pane) -> list[Text]:
    """The letter A at its last eigenvalue, and how far they go."""
    values = a.spectrum.eigenvalues
    low, high = float(values[0]), float(values[-1])
    texts = overlay.beyond(low, high, pane, at_start=False)
    if high <= pane["y"]["range"][1]:
        x = len(values) - 0.012 * pane["x"]["range"][1]
        texts.append(overlay.text("A", x, high, "above", "right"))
    return texts


def _index(values: Matrix) -> Matrix:
    """Numbers from 1."""
    return np.arange(1, len(values) + 1, dtype=float)


def _size(values: Matrix, size: int) -> int:
    """Size of a mark: less where there are many."""
    return size if len(values) <= 150 else size - 3


def hessian_words(run: Run) -> str:
    """The verdict and the counts, what theory predicts of such a point, and the run beside it."""
    text = _own_words(run)
    if run.beside is None or run.edge is None:
        return text
    if run.beside.status == "diverged":
        return f"{text} Descent diverged: no □."
    edge = f"λ = {written(run.edge)}" + (" (dashed)" if _edge_is_near(run) else "")
    stable = f"stable are minima with all λ below {edge.removeprefix('λ = ')}."
    if run.beside.status == "converged":
        return f"{text} □: end of descent; {stable}"
    if run.beside_spectrum is not None:
        return f"{text} □: last step of descent, not at rest; {stable}"
    return f"{text} Descent is not at rest; {stable}"


def _own_words(run: Run) -> str:
    """Verdict and counts of the flow."""
    found, point, predicted = run.spectrum, run.point, run.predicted
    counts = (found.n_negative, found.n_zero, found.n_positive)
    told = f"▼ {plural(counts[0], 'way')} down, ○ {counts[1]} flat, ▲ {counts[2]} up"
    zero = f"(flat: |λ| ≤ {written(found.tolerance, 2)})"
    if not run.trajectory.problem.is_white:
        zero = "(counted in whitened coordinates)"
    if not run.at_limit:
        t, slope = written(run.trajectory.t[-1]), written(point.gradient_norm, 2)
        where = ", near the origin" if "near the origin" in point.reason else ""
        text = f"At t = {t}{where}; not at a limit (‖∇L‖ = {slope})"
        return f"{text}, so no verdict: {told} {zero}."
    text = f"At the end a {point.kind}: {told}"
    if predicted is None:
        return f"{text} {zero}; {_SIGNS_ALONE[point.kind]}."
    if predicted == counts:
        return f"{text}, as theory predicts {zero}."
    text += " {}; theory: {}, {} and {}".format(zero, *predicted)
    if counts[0] <= predicted[0] and counts[2] <= predicted[2]:
        return f"{text}: {counts[1] - predicted[1]} too small to be told from flat."
    return f"{text}."


def _edge_is_near(run: Run) -> bool:
    """Whether the edge can be drawn without squashing the flow's eigenvalues."""
    return run.edge is not None and run.edge <= 1.5 * float(run.spectrum.eigenvalues[-1])


def _descent(run: Run) -> list[Marks]:
    """Eigenvalues where gradient descent ended."""
    if run.beside is None or not run.beside.law.is_linear:
        return []
    if run.beside_spectrum is None:
        return []
    values = run.beside_spectrum.eigenvalues
    return [marks(_index(values), values, "square-open", theme.INK, 8, "gradient descent")]


def _edge(run: Run) -> list[Level]:
    """The edge of stability: no stable minimum of the descent lies above it."""
    if run.edge is None or not _edge_is_near(run):
        return []
    line: Line = {"color": theme.INK, "dash": "dash", "width": 1.5}
    words = theme.label(f"○ 2/step = {written(run.edge, 3)}", line)
    return [level(run.edge, line, f"edge of stability {written(run.edge)}", words)]


_KINDS = {  # beside a headline that says where the run is
    "global minimum": "minimum",
    "strict saddle": "strict",
    "non-strict saddle": "not strict",
}
_SIGNS_ALONE = {
    "global minimum": "theory: no way down",
    "strict saddle": "theory: at least one way down",
    "non-strict saddle": "theory: no way down, though it is no minimum",
}
