"""The lecture notebooks: their grammar, their links, their numbers, and how Voila shows them."""

import ast
import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from runs import known
from scipy.optimize import brentq
from serving import voila_on

import linviz as lv
from linviz.core.experiment.catalogue.rules import RULES
from linviz.core.experiment.presets import LECTURE
from linviz.core.experiment.run import Run
from linviz.core.experiment.scenario import Scenario
from linviz.core.starts.intervals import exact_intervals
from linviz.core.theory.invariants import diagonal_drift, relative_drift
from linviz.panels import bundle, catalogue
from linviz.panels.control import CONTROLS
from linviz.panels.edits import edited
from linviz.panels.many import Many, drawn_from
from linviz.panels.panel import PANELS
from linviz.panels.shown import Shown
from linviz.panels.space import asked

FOLDER = Path(__file__).parent.parent / "notebooks"
NAMES = sorted(path.stem for path in FOLDER.glob("[0-9][0-9]-*.ipynb"))
ALL = ["index", *NAMES, "dashboard"]
FEW = ("01", "06", "da")  # rendered by Voila each time: two lectures and the dashboard
GRAMMAR = ["Goals", "Theory", "Tasks", "Panel", "Legend"]
MOST_LINES = 60

Notebook = dict[str, Any]


def notebook(name: str) -> Notebook:
    content: Notebook = json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))
    return content


def cells(name: str, kind: str) -> list[str]:
    return ["".join(c["source"]) for c in notebook(name)["cells"] if c["cell_type"] == kind]


def text_of(name: str) -> str:
    return "\n\n".join(cells(name, "markdown"))


def headings(name: str) -> list[tuple[int, str]]:
    found = re.findall(r"^(#+) (.+)$", text_of(name), re.MULTILINE)
    return [(len(marks), text) for marks, text in found]


def section(name: str, heading: str) -> str:
    return re.split(r"^## ", text_of(name).split(f"## {heading}\n")[1], flags=re.MULTILINE)[0]


def tasks(name: str) -> list[tuple[str, str]]:
    """Question and solution of each task."""
    found = []
    for part in re.split(r"^\d+\. ", section(name, "Tasks"), flags=re.MULTILINE)[1:]:
        question, solution = part.split("<details><summary>Solution</summary>")
        found.append((question.strip(), plain(solution.split("</details>")[0])))
    return found


def plain(text: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", text)).replace("−", "-")


def call(name: str) -> ast.Call:
    """The panel call of a lecture."""
    statement = ast.parse(cells(name, "code")[0]).body[-1]
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Call)
    return statement.value


def shown(name: str) -> dict[str, tuple[str, ...]]:
    return {str(k.arg): ast.literal_eval(k.value) for k in call(name).keywords}


def scenario(name: str) -> Scenario:
    """The scenario that the lecture's own cell shows."""
    tree = ast.parse(cells(name, "code")[0])
    namespace: dict[str, Any] = {}
    exec(ast.unparse(ast.Module(tree.body[:-1], [])), namespace)
    found = eval(ast.unparse(call(name).args[0]), namespace)
    assert isinstance(found, Scenario)
    return found


# ---------------------------------------------------------------- grammar


def test_there_are_ten_lectures_numbered_in_order() -> None:
    assert [name[:2] for name in NAMES] == [f"{k:02d}" for k in range(1, 11)]
    others = {path.stem for path in FOLDER.glob("*.ipynb")} - set(NAMES)
    assert others == {"index", "dashboard"}


@pytest.mark.parametrize("name", ALL)
def test_a_notebook_is_clean(name: str) -> None:
    content = notebook(name)
    assert content["metadata"]["kernelspec"]["name"] == "python3"
    assert content["metadata"]["title"]
    assert content["nbformat"] == 4
    code = [c for c in content["cells"] if c["cell_type"] == "code"]
    assert len(code) == (name != "index")
    for cell in code:
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
    ids = [c["id"] for c in content["cells"]]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("name", NAMES)
def test_a_lecture_keeps_the_grammar(name: str) -> None:
    (level, title), *rest = headings(name)
    assert level == 1
    assert title == f"{int(name[:2])}. {notebook(name)['metadata']['title']}"
    assert rest == [(2, heading) for heading in GRAMMAR]
    assert section(name, "Panel").strip() == ""  # the picture is all there is to it
    kinds = [c["cell_type"] for c in notebook(name)["cells"]]
    assert kinds.index("code") == len(kinds) - 2
    lines = text_of(name).splitlines()
    assert len(lines) <= MOST_LINES


@pytest.mark.parametrize("name", NAMES)
def test_a_lecture_calls_one_panel_and_holds_no_logic(name: str) -> None:
    tree = ast.parse(cells(name, "code")[0])
    imports, rest = tree.body[:2], tree.body[2:]
    assert [ast.unparse(line) for line in imports] == [
        "import linviz as lv",
        "from linviz.panels import dashboard",
    ]
    assert len(rest) <= 2
    assert ast.unparse(call(name).func) == "dashboard"
    assert set(shown(name)["panels"]) <= set(PANELS)
    assert set(shown(name)["controls"]) <= set(CONTROLS)
    assert 1 <= len(shown(name)["panels"]) <= 3
    assert len(shown(name)["controls"]) <= 5
    scenario(name)


@pytest.mark.parametrize("name", NAMES)
def test_solutions_are_folded_one_for_each_task(name: str) -> None:
    found = tasks(name)
    assert 2 <= len(found) <= 4
    assert text_of(name).count("<details>") == text_of(name).count("</details>") == len(found)
    for question, solution in found:
        assert "<details" not in question
        assert len(solution) > 20
        assert re.search(r"\d", solution)


@pytest.mark.parametrize("name", NAMES)
def test_claims_say_what_they_are(name: str) -> None:
    theory = section(name, "Theory")
    assert re.search(r"\*\*(Proved|Open|Numerical)", theory)
    assert ("**Open**" in theory) == name.startswith("08")


@pytest.mark.parametrize("name", ALL)
def test_headings_go_down_one_level_at_a_time(name: str) -> None:
    levels = [level for level, _ in headings(name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", ALL)
def test_no_notebook_needs_a_typesetter_or_speaks_of_its_making(name: str) -> None:
    text = json.dumps(notebook(name), ensure_ascii=False)
    assert "$" not in text
    assert "\\\\(" not in text
    assert not re.search(r"/work|/tmp|shared/|\bissues?\b|\bsession|\bhelper|TODO|pypi", text, re.I)
    assert not re.search(r"colour|behaviour|initialis|normalis|centre", text)


@pytest.mark.parametrize("name", ALL)
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", text_of(name)):
        assert "://" not in target
        assert (FOLDER / target).is_file(), target
    if name in NAMES:
        assert "](index.ipynb)" in text_of(name)


def test_the_index_lists_all_in_order_with_a_sentence_and_the_time() -> None:
    text = text_of("index")
    items = re.findall(r"^(\d+)\. \[(.+?)\]\((\S+)\.ipynb\) \((.+?)\)\. (.+)$", text, re.MULTILINE)
    assert [item[2] for item in items] == [*NAMES, "dashboard"]
    assert [int(item[0]) for item in items] == list(range(1, len(items) + 1))
    for _, title, name, length, sentence in items[:-1]:
        assert title == notebook(name)["metadata"]["title"]
        assert re.fullmatch(r"\d+ min", length)
        assert sentence.endswith(".")
    for way in ("JupyterLab", "Voila", "`linviz`"):
        assert way in text


def test_each_lecture_leads_to_the_next() -> None:
    for name, following in pairwise([*NAMES, "dashboard"]):
        assert f"]({following}.ipynb)" in section(name, "Legend")


LABELS = {  # as the page writes them, and the control that shows each
    "Hidden layers H": "H",
    "Scale": "scale",
    "Keep as A": "freeze",
    "Singular values of each layer": "layers",
    "Seed": "seed",
    "raw data": "data",
    "whitened": "data",
    "Data set": "data",
    "12 samples, a Gaussian cloud": "data",
    "Start": "rule",
    "Imbalance λ": "lam",
    "Modes that the saddle misses": "missed",
    "Pattern": "singular_values",
    "Strength of each mode, in every layer": "strengths",
    "Beside it": "beside",
    "to time": "horizon",
    "Step / critical step": "step",
    "weight decay": "weight_decay",
}
MADE = {
    "d": "widths",
    "a": "strengths",
    "σ": "layers",
}  # d₁, a₃, σ₁ of W₂: made in the page
SHOWN = {  # always there
    *("limit", "Many starts", "Loss", "Conserved", "Hessian", "Jump to …", "One run"),
    "Still waiting",
    *("Space", "Your network, cut open", "Small networks", "(αw₁, w₂/α)", "ReLU"),
    *("Two weights", "The same, squared", "Two inputs", "Its loss"),
    *("Three weights", "A slice", "The cone"),
    *("The run’s plane", "Two curvatures", "The invariant plane"),
    *("A map of starts", "Neighbors come apart", "Beside a saddle"),
}
PICTURES = [  # of the room Space: each has a lecture that uses it
    *("02 Two weights", "02 The same, squared", "02 A map of starts", "03 Two curvatures"),
    *("06 The invariant plane", "07 The run’s plane", "07 Neighbors come apart", "07 Two inputs"),
    *("07 Its loss", "08 Beside a saddle", "08 Three weights", "08 A slice", "08 The cone"),
]


@pytest.mark.parametrize("name", NAMES)
def test_a_task_names_controls_that_the_panel_has(name: str) -> None:
    words = json.dumps(catalogue.content(), ensure_ascii=False)
    page, controls = bundle.script() + words, shown(name)["controls"]
    named = re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", " ".join(q for q, _ in tasks(name)))
    for label in named:
        if label in SHOWN:
            assert label.lower() in page.lower()
        elif label in LABELS:
            assert label in page
            assert LABELS[label] in controls, label
        else:
            assert MADE[label[0]] in controls, label
            assert re.fullmatch(r"[da][₀-₉]|σ[₀-₉] of W[₀-₉]", label)
    for preset in re.findall(r'presets\["([^"]+)"\]', cells(name, "code")[0]):
        assert preset in LECTURE


@pytest.mark.parametrize("picture", PICTURES)
def test_each_picture_of_the_room_space_has_its_lecture(picture: str) -> None:
    number, name = picture.split(" ", 1)
    words = " ".join(f"{question} {solution}" for question, solution in tasks(lecture(number)))
    assert name in words
    assert f'title: "{name}"' in words_of_space()


def test_no_picture_of_the_room_space_is_left_out() -> None:
    titles = set(re.findall(r'title: "(.+?)"', words_of_space()))
    assert titles == {picture.split(" ", 1)[1] for picture in PICTURES}


def words_of_space() -> str:
    folder = Path(lv.__file__).parent / "front" / "space"
    return "".join(path.read_text(encoding="utf-8") for path in folder.rglob("words.js"))


# ---------------------------------------------------------------- numbers

Values = Sequence[float]
Edits = Sequence[tuple[Any, ...]]


def first(study: Run) -> tuple[np.ndarray, ...]:
    return tuple(Wj[0] for Wj in study.trajectory.W)


def half_times(study: Run) -> list[float]:
    """When each curve of the panel Modes passes half of its target."""
    t, target = study.trajectory.t, study.trajectory.problem.singular_values
    shares = (study.strengths / target).T
    return [float(np.interp(0.5, share, t)) for share in shares]


def third_half(study: Run) -> Values:
    return half_times(study)[2:3]


def fourth_half(study: Run) -> Values:
    return half_times(study)[3:]


def start(study: Run) -> Values:
    return study.trajectory.loss[:1]


def end(study: Run) -> Values:
    return study.trajectory.loss[-1:]


def last_time(study: Run) -> Values:
    return study.trajectory.t[-1:]


def modes(study: Run) -> Values:
    return study.strengths[-1]


def rests(study: Run) -> Values:
    return [value for value, _ in study.rests.values()]


def levels(study: Run) -> Values:
    """All critical values, the highest first."""
    values = lv.critical_values(study.trajectory.problem, study.scenario.dims).values()
    return sorted(values, reverse=True)


def condition(study: Run) -> Values:
    return [study.trajectory.problem.condition]


def spectra(study: Run) -> list[Values]:
    """Eigenvalues of each C_j, ascending."""
    return [np.linalg.eigvalsh(C) for C in lv.invariants(first(study))]


def lowest(study: Run) -> Values:
    return spectra(study)[0][:1]


def largest(study: Run) -> Values:
    return study.spectrum.eigenvalues[-1:]


def index(study: Run) -> Values:
    return [study.spectrum.n_negative]


def loss_and_index(study: Run) -> Values:
    return [*end(study), *index(study)]


def certified(study: Run) -> Values:
    return [study.rate.alpha]


def observed(study: Run) -> Values:
    return [lv.observed_rate(study.trajectory).alpha]


def beside(study: Run) -> lv.Trajectory:
    assert study.beside is not None
    return study.beside


def beside_end(study: Run) -> Values:
    return beside(study).loss[-1:]


def beside_drift(study: Run) -> Values:
    measure = relative_drift if study.scenario.beside == "descent" else diagonal_drift
    return [measure(beside(study)).max()]


def beside_modes(study: Run) -> Values:
    return np.linalg.svd(lv.product(beside(study).limit), compute_uv=False)


def beside_largest(study: Run) -> Values:
    return lv.spectrum(beside(study).problem, beside(study).limit).eigenvalues[-1:]


def oscillation(study: Run) -> Values:
    late = beside(study).loss[beside(study).t > 0.5 * beside(study).t[-1]]
    return [late.min(), late.max()]


def edge(study: Run) -> Values:
    """Largest eigenvalue at which a minimum holds descent."""
    critical = lv.critical_step(study.trajectory.problem, study.scenario.H + 1)
    return [2 / (study.scenario.step * critical)]


def circles(study: Run, t: float) -> Values:
    """The Hessian's eigenvalues at a moment, ascending: the black circles."""
    trajectory = study.trajectory
    return np.linalg.eigvalsh(lv.hessian(trajectory.problem, trajectory.at(t)))


def rings(number: str, family: str) -> np.ndarray:
    """The starts that a lecture puts into the room Space, as numbers of its link."""
    link = str(shown(lecture(number))["link"])
    (said,) = [part[1:] for part in link.split("~") if part.startswith(family)]
    return np.array([[float(x) for x in each.strip("*").split(",")] for each in said.split(";")])


def stretched(_: Run) -> Values:
    """Lecture 2: where the largest α of the slider takes the run's start."""
    w1, w2 = rings("02", "p")[0]
    return [w1 * 2.5, w2 / 2.5]


def stretched_gap(study: Run) -> Values:
    w1, w2 = stretched(study)
    return [w2**2 - w1**2]


def stretched_sharpness(study: Run) -> Values:
    return [float(lv.geometry.minimum_sharpness(stretched_gap(study)[0], 1.0))]


def losses_of_relu(_: Run) -> np.ndarray:
    """Lecture 2: where the eight starts on the circle end."""
    w1, w2 = lv.geometry.relu_end(rings("02", "p")[1:], 1.0).T
    return np.asarray((1.0 - w2 * np.maximum(w1, 0.0)) ** 2 / 2)


def dead(study: Run) -> Values:
    return [sum(losses_of_relu(study) > 1e-9)]


def dead_loss(study: Run) -> Values:
    return [losses_of_relu(study).max()]


def kinds_of_minima(study: Run) -> Values:
    """Lecture 2: the colors of the map of starts."""
    corners = [(0, 0), (0, 3), (3, 0), (3, 3)]  # of the tiles
    found = [asked_of_space(study, "map", level=1, tile=[*at])["component"] for at in corners]
    return [int((np.unique(np.stack(found)) >= 0).sum())]


def beside_the_border(study: Run) -> bool:
    """Lecture 2: a start so near w₂ = −w₁ that the cells of the finest map cannot tell."""
    (w1,), (w2,) = (Wj.ravel() for Wj in first(study))
    told = asked_of_space(study, "map", level=0)
    return bool(0 < abs(w1 + w2) < 2 * told["extent"] / told["levels"][-1])


def asked_of_space(study: Run, what: str, **said: Any) -> dict[str, Any]:
    """What the page is told when that picture is opened."""
    return asked(Shown(study), {"what": what} | said)(lambda *_: False)


def curvatures(study: Run) -> Values:
    last = float(study.trajectory.t[-1])
    return [float(c) for c in asked_of_space(study, "curvature", t=last)["curvature"]]


def plane_of(study: Run) -> lv.geometry.InvariantPlane:
    return lv.geometry.invariant_plane(study.trajectory.problem, study.scenario.dims)


def in_plane(*kinds: str) -> Callable[[Run], Values]:
    """Lecture 6: how many critical points of each kind the invariant plane has."""
    return lambda r: [sum(p.within == kind for p in plane_of(r).points) for kind in kinds]


def falls_to_zero(study: Run) -> bool:
    """Lecture 6: in the plane two negative strengths go to 0, under the flow of the network."""
    W = plane_of(study).weights((-0.5, -0.5))
    run = lv.gradient_flow(study.trajectory.problem, W, t_end=1e4)
    return bool(np.abs(run.limit[0][:2]).max() < 0.02)


def zero_of_plane(study: Run) -> lv.CriticalPoint:
    return lv.classify(study.trajectory.problem, plane_of(study).weights((0.0, 0.0)))


def shares(study: Run) -> Values:
    """Lecture 7, in percent: of the motion in the plane that is refused, and in the one shown."""
    plane = lv.geometry.plane_of_run(study.trajectory, study.stays)
    assert plane.refused is not None
    assert sum(point.t < study.trajectory.t[-1] for point in plane.points) == 2
    return [100 * plane.refused, 100 * plane.share]


def growth(study: Run) -> Values:
    """Lecture 7: by what factor distances grow, as digits and power of ten."""
    grown = asked_of_space(study, "neighbors", radius=0.01)["growth"]
    power = int(np.floor(np.log10(grown)))
    return [grown / 10.0**power]


def sides(_: Run) -> bool:
    """Lecture 7: the first two starts are told by their distance from the sheet."""
    (above, b, w), (below, *same), *_ = rings("07", "i")
    assert same == [b, w]
    a = on_sheet(b, w)
    ends = [lv.geometry.saddle_basin(a + off, b, w, 1.0) for off in (above, below)]
    return bool(ends[0] > 0 > ends[1])


def on_sheet(b: float, w: float) -> float:
    return float(brentq(lambda a: float(lv.geometry.saddle_basin(a, b, w, 1.0)), -9, 9))


def sheet_end(_: Run) -> Values:
    """Lecture 7: the saddle of the third start, which is on the sheet."""
    off, b, w = rings("07", "i")[2]
    assert off == 0
    return [float(np.sign(b)) * (on_sheet(b, w) ** 2 + b**2 - w**2) ** 0.5]


def leaf(_: Run) -> Values:
    """Lecture 7: C of the fourth start."""
    a, b, w = rings("07", "i")[3]
    return [w**2 - a**2 - b**2]


def leaving(order: int) -> Callable[[Run], Values]:
    """Lecture 8: what is measured beside the saddle that misses mode 3."""

    def measure(study: Run) -> Values:
        found = asked_of_space(study, "escape", missed=[2])
        assert found["order"] == order
        return [found["measured"]]

    return measure


def ends_of_three(_: Run) -> np.ndarray:
    return lv.geometry.chain_end(rings("08", "c"), 1.0)


def parted(study: Run) -> bool:
    return [tuple(np.sign(end)) for end in ends_of_three(study)[:2]] == [(1, 1, 1), (-1, -1, 1)]


def smallest_of_three(_: Run) -> Values:
    return list({float(np.abs(start).min()) for start in rings("08", "c")[:2]})


def constant(*values: float) -> Callable[[Run], Values]:
    """Arithmetic of the solution itself."""
    return lambda _: values


def layer(value: float, j: int, k: int = 1) -> tuple[Any, ...]:
    """σ_k of W_j set to a value."""
    return ("layer_singular_value", value, (j - 1, k - 1))


def missing(*numbers: int) -> Edits:
    """Only these modes ticked; mode 1 is so at first."""
    return [("missed", True, (k - 1,)) for k in numbers] + [("missed", 1 in numbers, (0,))]


def third(value: float) -> tuple[Any, ...]:
    return ("strength", value, (2,))


def kind(name: str) -> Callable[[Run], bool]:
    return lambda study: study.point.kind == name


H0, H1, H2, H3 = ([("H", H)] for H in range(4))
WHITE, CLOUD, AT_SEED_0 = ("whitened", True), ("data", "cloud"), ("seed", 0)
SHARP, MIRRORED = [layer(2, 1), layer(0.125, 2)], [layer(0.125, 1), layer(2, 2)]
STRONG, WEAK = [layer(2.5, 3, 1), layer(2.5, 3, 2)], [layer(1, 3, 2)]
ORTHOGONAL, GAUSSIAN, ZERO = [("rule", "orthogonal")], [("rule", "gaussian")], ("rule", "zeros")
AT_ONCE = ("t_end", 0.001)
LONG_TANH = [("beside", "tanh"), ("t_end", 30)]
DECAY = [("step", 0.2), ("weight_decay", 0.3)]


# Lecture, task, what the visitor does, what is measured then, and the solution's own words, with
# braces round the numbers measured. Without numbers the measurement says whether they are true.
@cache
def many_starts(start: Scenario) -> lv.starts.StartStudy:
    """The study of the room of many starts, of 1000 of them."""
    whole = Many(drawn_from(start), known(start).trajectory.problem)
    while whole.n < 1000:
        whole.block_from(whole.n, 1000, lambda: False)
    return whole.study


def arrived_and_near(study: Run) -> Values:
    counts = many_starts(study.scenario).counts
    near = sum(count for end, count in counts.items() if end.startswith("near"))
    return [counts["global minimum"], near]


def level_of_the_near(study: Run) -> Values:
    found = many_starts(study.scenario)
    (missed,) = found.basin.saddles
    return [lv.critical_values(found.basin.problem, found.basin.dims)[missed]]


def level_of_the_waiting(study: Run) -> Values:
    """What the curve of those that still wait does not go below: nobody leaves."""
    found = many_starts(study.scenario).survival()
    assert found.n_censored == arrived_and_near(study)[1]
    assert found.share[-1] == pytest.approx(found.n_censored / found.n)
    return [found.share[-1]]


BALANCED = [("rule", "balanced"), ("scale", 0.5)]


CLAIMS: list[tuple[str, int, Edits, Callable[[Run], Values | bool], str]] = [
    ("01", 1, H0, half_times, "t = {0.67}, {0.64} and {0.59}"),
    ("01", 2, H1, half_times, "t = {0.75}, {1.32} and {2.30}"),
    ("01", 2, H1, constant(0.1, 0.1**2), "u = {0.1}² = {0.01}"),
    ("01", 3, H2, third_half, "t = {9.1}"),
    ("01", 3, H2, lambda r: [third_half(r)[0] / 2.30], "{four} times as long as with H = 1"),
    ("01", 3, H2, rests, "near {10.5}, {2.5} and {0.5}"),
    *[("01", 4, H, modes, "singular values {4}, {2} and {1}") for H in (H0, H1, H2)],
    *[("01", 4, H, kind("global minimum"), "a global minimum") for H in (H0, H1, H2)],
    ("02", 1, [], start, "L(0) = {0.28125}"),
    ("02", 1, SHARP, start, "L(0) = {0.28125}"),
    ("02", 1, SHARP, constant(2 * 0.125), "the product is {0.25}"),
    ("02", 1, [], lowest, "from {0} to"),
    ("02", 1, SHARP, lowest, "to {-3.984}"),
    ("02", 1, [], largest, "at the limit from {2}"),
    ("02", 1, SHARP, largest, "to {4.458} = √(3.984² + 4)"),
    ("02", 1, [], constant((3.984**2 + 4) ** 0.5), "to {4.458} = √(3.984² + 4)"),
    ("02", 1, MIRRORED, lowest, "C₁ = {3.984}"),
    ("02", 2, [], lambda r: np.allclose(np.ravel(first(r)), rings("02", "p")[0]), "w₂w₁ = 0.25"),
    ("02", 2, [], lambda r: [np.prod(first(r))], "w₂w₁ = {0.25}"),
    ("02", 2, [], stretched, "({-1.25}, {-0.2})"),
    ("02", 2, [], lowest, "from {0} to"),
    ("02", 2, [], stretched_gap, "to {-1.52}"),
    ("02", 2, [], largest, "of sharpness {2},"),
    ("02", 2, [], stretched_sharpness, "one of {2.51}"),
    ("02", 3, [AT_SEED_0], end, "with loss {0.5}"),
    ("02", 3, [AT_SEED_0], lambda r: r.spectrum.eigenvalues, "eigenvalues {-1} and {1}"),
    ("02", 3, [AT_SEED_0], lambda r: "only roundoff" in r.trajectory.reason, "only roundoff"),
    ("02", 3, [AT_SEED_0, layer(0.51, 2)], rests, "the loss rests near {0.5}"),
    ("02", 3, [], constant(0.51), "With {0.51} the loss"),
    ("02", 3, [AT_SEED_0, layer(0.51, 2)], kind("global minimum"), "a global minimum"),
    ("02", 3, [AT_SEED_0, layer(0.51, 2)], kinds_of_minima, "of {2} kinds of minimum"),
    ("02", 3, [AT_SEED_0, layer(0.51, 2)], beside_the_border, "lies at the border"),
    ("02", 4, [], dead, "{Five}: the four"),
    ("02", 4, [], lambda r: [sum(rings("02", "p")[1:, 0] < 0)], "the {four} with w₁ < 0"),
    ("02", 4, [], dead_loss, "at the loss {0.5}"),
    ("02", 4, [], lambda r: len(rings("02", "p")) == 9, "Five"),
    ("03", 1, [], end, "At {5.806}"),
    ("03", 1, [WHITE], end, "at {0}"),
    ("03", 1, [], lambda r: [r.trajectory.problem.residual_loss], "= {5.806}"),
    ("03", 1, [], levels, "raw {25.75}, {18.85}, {12.71} and {5.806}"),
    ("03", 1, [WHITE], levels, "whitened {19.95}, {13.04}, {6.908} and {0}"),
    ("03", 2, [], last_time, "t = {18} raw"),
    ("03", 2, [WHITE], last_time, "{3.0} whitened"),
    ("03", 2, [], half_times, "{0.017} and {0.52} raw"),
    ("03", 2, [WHITE], half_times, "{0.31} and {0.53} whitened"),
    ("03", 2, [], condition, "cond(XXᵀ) = {1111}"),
    ("03", 3, [], curvatures, "{0} and {1096} raw"),
    ("03", 3, [WHITE], curvatures, "{0} and {10.28} whitened"),
    ("03", 3, [], constant(1096.154 / 10.277), "{107} times as steep"),
    ("03", 4, [CLOUD], condition, "cond(XXᵀ) = {5.601}"),
    ("03", 4, [CLOUD], last_time, "t = {14} raw"),
    ("03", 4, [CLOUD, WHITE], last_time, "{6} whitened"),
    ("04", 1, [("rule", "balanced")], lambda r: np.abs(lowest(r)[0]) < 1e-12, "all zero"),
    ("04", 1, ORTHOGONAL, lambda r: [spectra(r)[0][0]], "one eigenvalue {-0.25} in each"),
    ("04", 1, ORTHOGONAL, lambda r: [spectra(r)[1][0]], "one eigenvalue {-0.25} in each"),
    ("04", 1, ORTHOGONAL, lambda r: np.abs(spectra(r)[0][1:]).max() < 1e-12, "the others zero"),
    ("04", 2, [], lowest, "from {-1.59}"),
    ("04", 2, [("scale", 1.5)], lowest, "to {-14.3}"),
    ("04", 2, [("scale", 1.5)], lambda r: relative_drift(r.trajectory).max() < 1e-8, "below 10⁻⁸"),
    ("04", 3, [("rule", "lambda_balanced")], lambda r: lv.norm_gaps(first(r))[:1], "By {7}"),
    ("04", 4, [ZERO], end, "with loss {2.5}"),
    ("05", 1, [], lambda r: lowest(r), "the 4th largest is {1.40}"),
    ("05", 1, [], lambda r: spectra(r)[1][1:3], "has {-1.44} twice and {1.45} twice"),
    ("05", 1, [], lambda r: spectra(r)[1][::3], "has {-1.44} twice and {1.45} twice"),
    (
        "05",
        1,
        [],
        lambda r: [spectra(r)[1][2], spectra(r)[1][1]],
        "{1.45} (the 2nd smallest {-1.44})",
    ),
    ("05", 1, [], lambda r: [lowest(r)[0] * spectra(r)[1][2]], "1.40 · 1.45 = {2.03}"),
    ("05", 1, [], certified, "1.40 · (1.45 + 1.40) = {3.99}"),
    ("05", 1, [], observed, "observed: {5.6}"),
    ("05", 2, STRONG, certified, "Certified {8.694}"),
    ("05", 2, STRONG, observed, "observed {10.55}"),
    ("05", 3, WEAK, lambda r: [sum(v > 0 for v in spectra(r)[1])], "only {1} positive"),
    ("05", 3, WEAK, certified, "certifies {1.344}"),
    ("05", 3, WEAK, observed, "observed: {4.2}"),
    ("05", 4, GAUSSIAN, lambda r: r.rate.alpha == 0, "None is certified"),
    ("05", 4, GAUSSIAN, kind("global minimum"), "a global minimum"),
    ("05", 4, GAUSSIAN, last_time, "near t = {16}"),
    ("05", 4, GAUSSIAN, lambda r: len(rests(r)) == 2, "two plateaus"),
    ("06", 1, missing(1), loss_and_index, "Mode 1: loss {4.5}, index {3}"),
    ("06", 1, missing(2), loss_and_index, "Mode 2: loss {2}, index {2}"),
    ("06", 1, missing(1, 3), loss_and_index, "Modes 1 and 3: loss {5}, index {5}"),
    ("06", 1, [], lambda r: levels(r)[::-1], "{0}, {0.5}, {2}, {2.5}, {4.5}, {5}, {6.5} and {7}"),
    (
        "06",
        2,
        [],
        in_plane("minimum", "saddle"),
        "Nine: {4} minima, one for each choice of signs; {4} sad",
    ),
    ("06", 2, [], lambda r: len(plane_of(r).points) == 9, "Nine"),
    ("06", 2, [], lambda r: plane_of(r).points[-1].within == "maximum", "a maximum of this cut"),
    ("06", 2, [], lambda r: plane_of(r).points[-1].strengths == (0, 0), "and 0, a maximum"),
    ("06", 2, [], lambda r: zero_of_plane(r).kind == "strict saddle", "0 is a strict saddle"),
    ("06", 2, [], lambda r: zero_of_plane(r).missed == (0, 1), "it misses modes 1 and 2"),
    ("06", 2, [], lambda r: [zero_of_plane(r).index], "its index is {6}"),
    ("06", 3, [("width", 2, (1,)), *missing(3)], end, "with loss {0.5}"),
    ("06", 3, [("width", 2, (1,)), *missing(3)], kind("global minimum"), "The global minimum"),
    ("06", 3, [("width", 2, (1,))], lambda r: len(levels(r)) == 7, "seven are left"),
    ("06", 4, [*H2, *missing(1, 2, 3)], index, "with {9} negative eigenvalues"),
    ("06", 4, [*H2, *missing(1, 2, 3)], kind("strict saddle"), "a strict saddle"),
    ("06", 4, [*H2, *missing(1, 2, 3)], lambda r: [r.point.rank_Z], "is {3} > 0"),
    ("06", 4, [*H2, ZERO], lambda r: [r.spectrum.n_zero], "all {30} eigenvalues vanish"),
    ("06", 4, [*H2, ZERO], kind("non-strict saddle"), "the saddle is not strict"),
    ("07", 1, [], lambda r: levels(r)[:1], "At {15} (all missing)"),
    ("07", 1, [], lambda r: rests(r)[1:2], "{7} (2, 3 and 4, shortly)"),
    ("07", 1, [], lambda r: rests(r)[2:], "{2.5} (3 and 4) and {0.5} (4)"),
    ("07", 2, [], fourth_half, "t = {14.8}"),
    ("07", 2, [("scale", 1e-4)], fourth_half, "t = {10.2}"),
    ("07", 2, [], constant(float(np.log(100))), "ln(100)/s₄ = {4.605}"),
    (
        "07",
        1,
        [],
        lambda r: [sum(circles(r, 10) < -0.1), circles(r, 10)[0]],
        "{Three} ▼, near {-1}",
    ),
    ("07", 2, [], growth, "grow {1.9}·10⁶ times"),
    ("07", 2, [("scale", 1e-4)], growth, "then {1.9}·10⁴ times"),
    ("07", 3, [], lambda r: shares(r)[:1], "only {59} % of the motion and is refused"),
    ("07", 3, [], lambda r: shares(r)[1:], "of the two principal directions holds {96} %"),
    ("07", 3, [("pattern", "equal")], rests, "one plateau, at {2}"),
    (
        "07",
        3,
        [("pattern", "equal")],
        lambda r: [min(half_times(r)), max(half_times(r))],
        "between t = {13} and {15}",
    ),
    ("07", 4, [], lambda r: [rings("07", "i")[0, 0]], "begin {0.02} above"),
    ("07", 4, [], sides, "with w > 0 and with w < 0"),
    ("07", 4, [], sheet_end, "saddle b = {-0.74}"),
    ("07", 4, [], leaf, "C = {0.96} > 0"),
    ("07", 4, [], lambda r: [2 * leaf(r)[0]], "e-{1.92} t"),
    ("08", 1, [], third_half, "t = {32.5}"),
    ("08", 1, [third(0.015)], third_half, "t = {65.8}"),
    ("08", 1, [], constant(1 / 0.03, 1 / 0.015), "{33.3} and {66.7}"),
    ("08", 1, [], leaving(1), "{1.000} for H = 2"),
    ("08", 1, H3, leaving(2), "{1.997} for H = 3"),
    ("08", 1, H1, leaving(0), "slope {0.999}"),
    ("08", 3, [third(-0.03)], end, "the loss {0.5}"),
    ("08", 3, [third(-0.03)], lambda r: "det P" in r.trajectory.reason, "det P is negative"),
    ("08", 3, [*H1, third(-0.03)], third_half, "t = {3.5}"),
    ("08", 2, [], arrived_and_near, "There are {991}; the other {9}"),
    ("08", 2, [], level_of_the_near, "at the loss {0.5}"),
    ("08", 2, [], lambda r: [100 * exact_intervals(0, 1000)[1]], "fewer than {0.37} %"),
    ("08", 3, BALANCED, lambda r: arrived_and_near(r)[1:], "starts {496} are near"),
    ("08", 3, BALANCED, level_of_the_waiting, "level at {0.80} of those"),
    ("08", 4, [], smallest_of_three, "{0.45}, alone changes"),
    ("08", 4, [], parted, "to (+ + +) and to (- - +)"),
    ("08", 4, [], lambda r: set(np.abs(rings("08", "c")[2, :2])), "both are {0.5} the start"),
    ("08", 4, [], lambda r: ends_of_three(r)[2], "the saddle ({0}, {0}, {0.75})"),
    ("08", 4, [], lambda r: (ends_of_three(r)[3] == 0).all(), "it ends at 0"),
    *[
        ("09", 1, [("beside", s)], lambda r: beside_drift(r)[0] < 1e-7, "Below 10⁻⁷ for both")
        for s in ("relu", "leaky_relu")
    ],
    ("09", 2, [("beside", "tanh")], beside_drift, "{0.047}, 0.16"),
    ("09", 2, [("beside", "sigmoid")], beside_drift, ", {0.16} and"),
    ("09", 2, [("beside", "arctan")], beside_drift, "and {0.040}"),
    ("09", 3, LONG_TANH, end, "rests at {0.0408}"),
    ("09", 3, LONG_TANH, lambda r: [r.trajectory.problem.residual_loss], "rests at {0.0408}"),
    ("09", 3, LONG_TANH, beside_end, "is at {0.0376}"),
    ("09", 3, LONG_TANH, beside_drift, "grown to {0.11}"),
    ("10", 1, [], oscillation, "between {0.07} and {0.12}"),
    ("10", 1, [], edge, "below λ = {3.81}"),
    ("10", 1, [], lambda r: [lv.sharpness_floor(r.trajectory.problem, 2)], "minimum has {4}"),
    ("10", 2, [("step", 0.95)], largest, "has {4.83}"),
    ("10", 2, [("step", 0.95)], edge, "the edge {4.21}"),
    ("10", 2, [("step", 0.95)], beside_largest, "it has {4.01}"),
    ("10", 3, [("step", 0.2)], beside_drift, "{0.033}, 0.015"),
    ("10", 3, [("step", 0.1)], beside_drift, ", {0.015} and"),
    ("10", 3, [("step", 0.05)], beside_drift, "and {0.0075}"),
    ("10", 4, DECAY, beside_end, "At {0.09}"),
    ("10", 4, DECAY, constant(0.3, 0.3), "({0.3}² + {0.3}²)"),
    ("10", 4, DECAY, beside_modes, "at {1.7} and {0.7}"),
]
WORDS = {"Three": "3", "four": "4", "Five": "5"}


def lecture(number: str) -> str:
    return next(name for name in NAMES if name.startswith(number))


@cache
def study(number: str, edits: tuple[tuple[Any, ...], ...]) -> Run:
    result = scenario(lecture(number))
    for edit in edits:
        result = edited(result, *edit)
    return known(result)


@pytest.mark.parametrize(("number", "task", "edits", "measure", "words"), CLAIMS)
def test_a_solutions_numbers_are_true(number, task, edits, measure, words) -> None:
    _, solution = tasks(lecture(number))[task - 1]
    assert re.sub("[{}]", "", words) in solution
    claimed = [WORDS.get(n, n) for n in re.findall(r"\{(.+?)\}", words)]
    found = measure(study(number, tuple(edits)))
    if not claimed:
        assert found is True or found is np.True_
        return
    assert len(found) == len(claimed)
    for value, text in zip(found, claimed, strict=True):
        digits = len(text.partition(".")[2])
        assert round(float(value), digits) == pytest.approx(float(text), abs=1e-9), words


@pytest.mark.parametrize("name", NAMES)
def test_no_decimal_number_of_a_solution_goes_unchecked(name: str) -> None:
    for task, (_, solution) in enumerate(tasks(name), start=1):
        words = " ".join(c[4] for c in CLAIMS if c[:2] == (name[:2], task))
        checked = set(re.findall(r"\{(.+?)\}", words))
        found = set(re.findall(r"-?\d+\.\d+", solution))
        assert {n.lstrip("-") for n in found} <= {n.lstrip("-") for n in checked}, task
        assert words, f"task {task} claims nothing that is checked"


def test_the_counterexample_to_the_slides_rate() -> None:
    """Lecture 5: one eigenvalue of one C_j is not a rate, the product over j is."""
    W = tuple(np.array([[w]]) for w in (0.0, 0.1**0.5, 0.2**0.5))
    trajectory = lv.gradient_flow(lv.Problem.canonical((0.01,)), W, t_end=30)
    assert [C.item() for C in lv.invariants(W)] == pytest.approx([0.1, 0.1])
    share = trajectory.loss[-1] / trajectory.loss[0]
    theory = plain(section(lecture("05"), "Theory"))
    for value, text in (
        (share, "0.297"),
        (np.exp(-2 * 0.1 * 30), "0.0025"),
        (np.exp(-2 * 0.1 * 0.1 * 30), "0.549"),
    ):
        assert text in theory
        assert value == pytest.approx(float(text), abs=0.5 * 10.0 ** -len(text[2:]))


# ---------------------------------------------------------------- in the browser


@pytest.fixture(scope="module")
def voila(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Plain Voila on the folder, as the index says."""
    with voila_on(FOLDER, tmp_path_factory.mktemp("voila") / "log") as url:
        yield url


# the icon font that plain Voila asks for elsewhere; a message from a page that is being left
EXCUSED = ("ERR_NAME_NOT_RESOLVED", "Cannot send")


@pytest.fixture
def forgiving(heard: Any) -> Iterator[None]:
    """Nothing but the icon font may be asked of others, and nothing else may go wrong."""
    yield
    foreign, errors = list(heard.foreign), list(heard.errors)
    heard.foreign.clear()
    heard.errors.clear()
    assert [url for url in foreign if "/@fortawesome/" not in url] == []
    assert [error for error in errors if not any(words in error for words in EXCUSED)] == []


@pytest.mark.browser
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name[:2] in FEW else pytest.mark.long)
        for name in [*NAMES, "dashboard"]
    ],
)
def test_voila_renders_a_notebook(page: Page, voila: str, forgiving: None, name: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{voila}voila/render/{name}.ipynb")
    page.wait_for_selector('.linviz[data-ready="true"]')
    told = page.locator(".jp-MarkdownOutput, .jp-RenderedMarkdown")
    for level, text in headings(name):
        expect(told.locator(f"h{level}", has_text=text)).to_have_count(1)
    solutions = told.locator("details")
    expect(solutions).to_have_count(text_of(name).count("<details>"))
    if name in NAMES:
        panels, controls = shown(name)["panels"], shown(name)["controls"]
        for panel in panels:  # so narrow a page has one picture at a time
            if len(panels) > 1:
                page.locator(f'.linviz [data-tab="{panel}"]').click()
            expect(page.locator(".linviz .panel:visible")).to_have_count(1)
            expect(page.locator(f".linviz .panel-{panel} .picture")).to_be_visible()
        expect(page.locator(".linviz [data-tab]:visible")).to_have_count(
            len(panels) if len(panels) > 1 else 0
        )
        own = {field.name for field in RULES[scenario(name).rule].fields}
        for control in sorted(controls, key=lambda each: each not in own):
            uses = [key for key, rule in RULES.items() if control in {f.name for f in rule.fields}]
            if uses and control not in own:  # it comes with a rule
                page.locator('.linviz [data-field="rule"]').select_option(uses[0])
            expect(page.locator(f'.linviz [data-control="{control}"]').first).to_be_visible()
        expect(told.locator("ol")).to_have_count(1)  # the tasks are one list
        assert solutions.first.locator("summary").get_attribute("open") is None
        solutions.first.locator("summary").click()
        first_words = tasks(name)[0][1].split(",")[0].replace("-", "−")
        expect(solutions.first).to_contain_text(first_words)


@pytest.mark.browser
def test_the_index_leads_to_a_lecture_and_back(page: Page, voila: str, forgiving: None) -> None:
    page.goto(f"{voila}voila/render/index.ipynb")
    page.get_by_role("link", name=notebook(NAMES[1])["metadata"]["title"]).click()
    page.wait_for_selector('.linviz[data-ready="true"]')
    expect(page.locator("h1", has_text=headings(NAMES[1])[0][1])).to_be_visible()
    page.get_by_role("link", name="All lectures").click()
    expect(page.locator("h1", has_text=headings("index")[0][1])).to_be_visible()
