"""Headline, stay, counts and numbers of a moment agree with each other and with the core.

Killed by: a headline of the stay before; the count of another set; numbers of another frame; a
minimum told of a run that was stopped; more than twelve words for the hall.
"""

import json
import re
from functools import cache

import numpy as np
import pytest

import linviz as lv
from linviz.core.experiment.presets import LECTURE
from linviz.core.experiment.run import Run
from linviz.core.landscape.stays import named_counts
from linviz.core.model.words import written
from linviz.core.statements.now import Told, steady, telling
from linviz.panels.message import with_buffers
from linviz.panels.now import content
from tests.validation.scenarios import drawn

MOMENTS = 50


@cache
def of(name: str) -> Run:
    return lv.run(lv.presets[name])


def text(pieces: tuple[tuple[object, ...], ...]) -> str:
    return "".join(str(piece[0]) for piece in pieces)


def at(run: Run, t: float) -> Told:
    k = int(np.searchsorted(run.trajectory.t, t, side="right")) - 1
    return telling(run).at(k)


def learned_in(sentence: str) -> set[int]:
    """Modes that a sentence says are known, from 1."""
    found = re.search(r"knows? (?:modes? )?([\d, and to]+)", sentence)
    numbers = found[1] if found else ""
    ends = re.match(r"(\d+) to (\d+)", numbers)
    if ends:
        return set(range(int(ends[1]), int(ends[2]) + 1))
    return {int(k) for k in re.findall(r"\d+", numbers)}


def modes_in(words: str) -> set[int]:
    """Modes that are named one by one, from 1."""
    found: set[int] = set()
    for listed in re.findall(r"(?<!of )modes? ((?:\d+(?:, | and | to )?)+)", words):
        for first, last in re.findall(r"(\d+)(?: to (\d+))?", listed):
            found |= set(range(int(first), int(last or first) + 1))
    return found


def check_numbers(run: Run, k: int, words: Told) -> None:
    """Each number that is said is the run's at that moment, and no other is said."""
    moment, trajectory = run.now(float(run.trajectory.t[k])), run.trajectory
    stay, after, s = moment.stay, moment.next, trajectory.problem.singular_values
    before = [each.level for each in run.stays if each.last < k][-1:]
    counts, one = (stay and stay.inertia) or (), len(moment.modes) == 1
    known: dict[str, list[str]] = {
        "^L = #": [steady(trajectory.loss[k])],
        "falling by #": [steady(trajectory.gradient_norm[k] ** 2)],
        ", level # of": [written(stay.level)] if stay else [],
        r" · from \S* \| \S* at #": [written(level) for level in before],
        r"next rest: \S* at #": [written(after.level)] if after else [],
        "settling towards L = #": [written(after.level)] if after else [],
        "below L = #": [written(trajectory.problem.residual_loss)],
        "Stopped at t = #": [written(trajectory.t[k])],
        "# ways? down": [str(counts[0])] if counts else [],
        "# directions? flat": [str(counts[1])] if counts else [],
        r"e\^\{# t\}": [written(-stay.fastest, 3)] if stay and stay.fastest else [],
        "learned, # of": [NUMBER.match(_strength(run, k))[0]] if one else [],
        r"learned, \S+ of #": [written(s[moment.modes[0]])] if one else [],
    }
    near = set(stay.learned + stay.missed) if stay else set()
    if after is not None:
        near |= set(after.learned + after.missed)
    for told in map(text, (words.headline, words.facts, words.short)):
        assert not re.search(r"converge|prove", told), told
        assert modes_in(told) <= {j + 1 for j in (*moment.modes, *near)}, told
        rest = told
        for pattern, allowed in known.items():
            for number in re.findall(pattern.replace("#", f"({NUMBER.pattern})"), told):
                assert number in allowed, (told, pattern, allowed)
        for pattern in ("learned, # of #", *known, *COUNTED):
            rest = re.sub(pattern.replace("#", NUMBER.pattern), "", rest)
        assert not re.search(r"\d", rest), (told, rest)


NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e−?\d+)?")
# sets, names of modes, how many modes of how many, and the law of a flat saddle
COUNTED = (
    r"\{[^}]*\}", r"\d+ of modes \d+ (?:and|to) \d+", r"modes? \d+(?:(?:, | and | to )\d+)*",
    r"\d+ of \d+ modes", r"all \d+ modes", r"\d+ modes?", "1/ε", r"\d+ times as long",
)  # fmt: skip


def _strength(run: Run, k: int) -> str:
    j = run.now(float(run.trajectory.t[k])).modes[0]
    size = np.floor(np.log10(run.trajectory.problem.singular_values[j]))
    return steady(run.strengths[k, j], str(int(np.clip(2 - size, 0, 6))))


def check(run: Run) -> None:
    trajectory, said, told = run.trajectory, telling(run), content(run)
    problem, s = trajectory.problem, trajectory.problem.singular_values
    reduced = lv.Problem.canonical(s, problem.d_x)
    for k in np.unique(np.linspace(0, len(trajectory.t) - 1, MOMENTS).astype(int)).tolist():
        moment, words = run.now(float(trajectory.t[k])), said.at(k)
        sentence, facts = text(words.headline), text(words.facts)
        stay = moment.stay
        assert "«" not in sentence + facts + text(words.short)
        spoken = [word for word in text(words.short).split() if re.search(r"\w", word)]
        assert len(spoken) <= 12, text(words.short)
        if run.beside is None:
            check_numbers(run, k, words)
            assert facts.startswith(f"L = {steady(trajectory.loss[k])}")
        assert told["stay"][k] == (-1 if stay is None else run.stays.index(stay))
        if stay is None:
            assert not re.search(r"[Nn]ear |minimum:", sentence.split("○")[0])
            assert told["counts"][k].tolist() == [-1, -1, -1]
            continue
        assert told["counts"][k].tolist() == list(stay.inertia or (-1, -1, -1))
        height = 0.5 * sum(s[i] ** 2 for i in stay.missed)
        assert stay.level == pytest.approx(problem.residual_loss + height)
        own = sentence.split("○")[0]
        assert ("minimum" in own) == (stay.kind == "minimum")
        assert ("at a global" in own.lower()) == (stay.kind == "minimum" and stay.is_limit)
        assert not stay.is_limit or trajectory.status == "converged"
        assert ("flat" in own) == (stay.kind == "flat saddle")
        if "know" in own and " of modes" not in own:  # of equal strengths only the number
            assert learned_in(own) == {i + 1 for i in stay.learned}
        ways = re.search(r"(\d+) ways? down", own)
        if ways and sum(Wj[0].size for Wj in trajectory.W) <= 120:
            layers = [np.array(Wj[k]) for Wj in trajectory.W]
            layers[0] = layers[0] @ problem.input_root @ problem.input_modes
            layers[-1] = problem.output_modes.T @ layers[-1]
            values = np.linalg.eigvalsh(lv.hessian(reduced, layers))
            assert stay.inertia is not None
            assert named_counts(values, stay.inertia)[0][0] == int(ways[1])


@pytest.mark.parametrize("name", ["saddle-to-saddle", "stable-manifold", "edge", "raw-data"])
def test_words_and_counts_agree_with_the_core(name: str) -> None:
    check(of(name))


@pytest.mark.long
@pytest.mark.parametrize("name", LECTURE)
def test_words_and_counts_agree_with_the_core_in_every_lecture(name: str) -> None:
    check(of(name))


@pytest.mark.parametrize("k", range(12))
def test_words_and_counts_agree_with_the_core_from_a_few_starts(k: int) -> None:
    try:
        run = lv.run(drawn(778, k))
    except (ValueError, lv.FlowError):  # as below
        return
    check(run)


@pytest.mark.long
@pytest.mark.parametrize("block", range(6))
def test_words_and_counts_agree_with_the_core_from_any_start(block: int) -> None:
    for k in range(50 * block, 50 * block + 50):
        try:
            run = lv.run(drawn(777, k))
        except (ValueError, lv.FlowError):  # a rule that these widths or data do not allow
            continue
        check(run)
        json.dumps(with_buffers(content(run)), default=len, allow_nan=False)


def test_the_sentences_are_short_and_plain() -> None:
    run = of("saddle-to-saddle")
    assert text(at(run, 6).headline) == (
        "Near the saddle that knows modes 1 and 2: 8 ways down, mode 3 takes one."
    )
    assert [mode for _, mode in at(run, 6).headline if mode] == [1, 2, 3]
    assert text(at(run, 19).headline) == "At a global minimum: nothing leads down."
    assert re.fullmatch(
        r"Falling: mode 4 is being learned, 0\.\d\d of 1\.", text(at(run, 14).headline)
    )
    stopped = lv.run(lv.Scenario(t_end=1))
    assert text(at(stopped, 1).headline) == "Stopped at t = 1, near the origin."
    default = lv.run(lv.Scenario())
    assert text(at(default, 3.5).headline) == (
        "Near saddles that know mode 1: no clear count of ways down, mode 2 comes next."
    )
    assert "flat and steep saddles lie side by side" in text(at(default, 3.5).facts)
    zero = lv.run(lv.Scenario(dims=(2, 2), singular_values=(0, 0)))
    assert text(at(zero, 0).headline) == "Falling, settling towards L = 0."
    assert text(at(zero, zero.trajectory.t[-1]).headline).startswith("At a global minimum")


def test_two_runs_have_a_sentence_each() -> None:
    edge = text(at(of("edge"), 10).headline)
    assert re.fullmatch(
        r"● Flow: at a global minimum\. ○ Descent: mode 1 jumps, 1\.\d to 2\.\d\.", edge
    )
    run = lv.run(lv.Scenario(dims=(2, 2, 2), singular_values=(2, 1), beside="relu", t_end=0.5))
    relu = telling(run).at(3)
    assert run.beside is not None
    loss = np.interp(run.trajectory.t[3], run.beside.t, run.beside.loss)
    assert text(relu.headline).endswith(f". ○ ReLU network: L = {steady(float(loss))}.")
    kept = lv.run(lv.Scenario(dims=(2, 2, 2), singular_values=(2, 1), scale=0.5))
    both = text(telling(run, kept).at(3).headline)
    assert both.startswith("● B: ")
    assert "○ A: " in both


@pytest.mark.parametrize("name", LECTURE)
def test_a_lecture_names_a_moment_inside_its_run(name: str) -> None:
    moment, t_end = LECTURE[name].moment, LECTURE[name].scenario.t_end
    assert moment is not None
    assert moment > 0
    assert t_end is None or moment <= t_end


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(("saddle-to-saddle", "saddle"), ("saddle-to-saddle-deep", "flat saddle")),
        *(("stable-manifold", "saddle"), ("non-strict", "flat saddle")),
        *(("depth", "origin"), ("bottleneck", "minimum"), ("staircase", "saddle")),
    ],
)
def test_the_moment_is_what_the_title_speaks_of(name: str, kind: str) -> None:
    moment = LECTURE[name].moment
    assert moment is not None
    stay = of(name).now(moment).stay
    assert stay is not None
    assert stay.kind == kind
