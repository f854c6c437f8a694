"""Each sentence about a moment against the run: every number in it is recomputed, none is left.

What is expected is read off the run by definitions written out anew, never by the code that writes
sentences.
"""

import re

import numpy as np
import pytest

import linviz as lv
from linviz.core.experiment.run import Run
from linviz.core.landscape.course import Course
from linviz.core.landscape.stays import named_counts
from linviz.core.model.words import written
from linviz.core.statements.now import Told, steady, telling
from linviz.panels.now import content

MOMENTS = 50

NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e−?\d+)?")
# sets, names of modes, how many modes of how many, and the law of a flat saddle
COUNTED = (
    r"\{[^}]*\}", r"\d+ of modes \d+ (?:and|to) \d+", r"modes? \d+(?:(?:, | and | to )\d+)*",
    r"\d+ of \d+ modes", r"all \d+ modes", r"\d+ modes?", r"like 1/ε(?:\^\{\d+\})?",
    r"waits \d+ times as long",
)  # fmt: skip


def text(pieces: tuple[tuple[object, ...], ...]) -> str:
    return "".join(str(piece[0]) for piece in pieces)


def learned_in(sentence: str) -> set[int]:
    """Modes that a sentence says are known, from 1."""
    found = re.search(r"knows? (?:modes? )?([\d, and to]+)", sentence)
    numbers = found[1] if found else ""
    ends = re.match(r"(\d+) to (\d+)", numbers)
    if ends:
        return set(range(int(ends[1]), int(ends[2]) + 1))
    return {int(k) for k in re.findall(r"\d+", numbers)}


LISTED = r"(?<!of )modes? ((?:\d+(?:, | and | to )?)+)"


def modes_in(words: str, after: str = "") -> set[int]:
    """Modes that are named one by one, from 1."""
    found: set[int] = set()
    for listed in re.findall(LISTED + after, words):
        for first, last in re.findall(r"(\d+)(?: to (\d+))?", listed):
            found |= set(range(int(first), int(last or first) + 1))
    return found


def check_sentences(run: Run, kept: Run | None = None) -> None:
    """Headline, facts and short form at many moments, of one run or of two."""
    trajectory, said, told = run.trajectory, telling(run, kept), content(run, kept=kept)
    second = kept.trajectory if kept else run.beside
    course = Course(second) if second is not None and second.law.is_linear else None
    for k in np.unique(np.linspace(0, len(trajectory.t) - 1, MOMENTS).astype(int)).tolist():
        words = said.at(k)
        for sentence in map(text, (words.headline, words.facts, words.short)):
            assert "«" not in sentence
            assert not re.search(r"converge|prove", sentence), sentence
        spoken = [word for word in text(words.short).split() if re.search(r"\w", word)]
        assert len(spoken) <= 12, text(words.short)
        own, theirs = _parted(words)
        check_of_one(run.course, k, own)
        assert own[1].removeprefix("● ").startswith(f"L = {steady(trajectory.loss[k])}")
        check_place(run, k, own[0], told)
        if second is not None:
            check_second(run, second, kept.course if kept else course, k, theirs)


def _parted(words: Told) -> tuple[list[str], list[str]]:
    """What is said of the run, and of the one beside it."""
    own, theirs = [], []
    for sentence in map(text, (words.headline, words.facts, words.short)):
        first, _, then = sentence.partition("○")
        own.append(first)
        theirs.append(then)
    if any(theirs) and " · it can rest" in own[1]:  # of a run whose loss is in the headline
        own[1], theirs[1] = own[1].split(" · it can rest")
    return own, theirs


def check_of_one(course: Course, k: int, sentences: list[str]) -> None:
    """Each number and mode that is said of a run is its own at that frame."""
    trajectory, moment = course.trajectory, course.frame(k)
    stay, after, s = moment.stay, moment.next, trajectory.problem.singular_values
    before = [each.level for each in course.stays if each.last < k][-1:]
    counts, one = (stay and stay.inertia) or (), len(moment.modes) == 1
    strengths = trajectory.strengths[k]
    j = moment.modes[0] if one else 0
    decimals = str(int(np.clip(2 - np.floor(np.log10(s[j])), 0, 6))) if one else "0"
    known: dict[str, list[str]] = {
        "^(?:● )?L = #": [steady(trajectory.loss[k])],
        "falling by #": [steady(trajectory.gradient_norm[k] ** 2)],
        "near level #": [written(stay.level)] if stay else [],
        r" · from (?:\S* at|level) #": [written(level) for level in before],
        r"next rest: (?:\S* at|level) #": [written(after.level)] if after else [],
        "settling toward L = #": [written(after.level)] if after else [],
        "below L = #": [written(trajectory.problem.residual_loss)],
        "Stopped at t = #": [written(trajectory.t[k])],
        "# ways? down": [str(counts[0])] if counts else [],
        "# directions? flat": [str(counts[1])] if counts else [],
        r"e\^\{# t\}": [written(-stay.fastest, 3)] if stay and stay.fastest else [],
        "learned, # of(?! modes)": [steady(strengths[j], decimals)] if one else [],
        r"learned, \S+ of (?!modes)#": [written(s[j])] if one else [],
        "coming down to #": [written(s[j])] if one else [],
        r"coming down to \S+ now #": [steady(strengths[j])] if one else [],
    }
    near = set(stay.learned + stay.missed) if stay else set()
    if after is not None:
        near |= set(after.learned + after.missed)
    for told in sentences:
        assert modes_in(told) <= {i + 1 for i in (*moment.modes, *near)}, told
        for mode in modes_in(told, " (?:is |are )?coming down"):
            assert strengths[mode - 1] > s[mode - 1], told
        for mode in modes_in(told, " (?:is|are) being learned"):
            assert strengths[mode - 1] <= s[mode - 1], told
        check_numbers(told, known, ("learned, # of #", "coming down to #, now #"))


def check_numbers(told: str, known: dict[str, list[str]], whole: tuple[str, ...] = ()) -> None:
    """Each number stands in a known place with a known value."""
    rest = told
    for pattern, allowed in known.items():
        for number in re.findall(pattern.replace("#", f"({NUMBER.pattern})"), told):
            assert number in allowed, (told, pattern, allowed)
    for pattern in (*whole, *known, *COUNTED):
        rest = re.sub(pattern.replace("#", NUMBER.pattern), "", rest)
    assert not re.search(r"\d", rest), (told, rest)


def check_second(
    run: Run, other: lv.Trajectory, course: Course | None, k: int, sentences: list[str]
) -> None:
    """What is said of the run beside it, or of the run A: at the last of its frames by then."""
    t, j = run.trajectory.t[k], 0
    while j + 1 < len(other.t) and other.t[j + 1] <= t:
        j += 1
    headline, facts, short = sentences
    loss = steady(float(np.interp(t, other.t, other.loss)))
    diverged = other.status == "diverged" and t >= other.t[-1]
    rate = other.law.weight_decay if other.law.kind == "descent" else 0.0
    known = {"L = #": [loss], "diverged by t = #": [written(other.t[-1])]}
    if run.edge is not None and other is run.beside:
        known |= {
            "λ ≤ #": [written(2 * (1 + run.scenario.momentum) / other.law.step, 3)],
            "λ ≥ #": [written(run.sharpness_floor, 3)],
        }
    assert ("diverged" in headline) == ("diverged" in short) == diverged
    for sentence in (headline, short):
        if jump := re.search(r"mode (\d+) jumps(?:, (\S+) to ([\d.e−]+\d))?", sentence):
            strengths = other.strengths[:, int(jump[1]) - 1]
            told = [written(value, 2) for value in strengths]
            known["jumps, #"], known[r"jumps, \S+ to #"] = told, told
            rises = np.flatnonzero(np.diff(other.loss) > 0.01 * other.loss[:-1])
            assert np.count_nonzero(np.abs(rises - j) <= 3) >= 2, sentence
            if jump[2]:  # so far it goes in a stretch around this frame
                assert _read(jump[2]) <= 1.06 * strengths[j], sentence
                assert _read(jump[3]) >= 0.94 * strengths[j], sentence
            sentence = re.sub(r"mode \d+ jumps", "jumps", sentence)
        elif course is not None and not diverged and not rate and "the loss" not in sentence:
            check_of_one(course, j, [re.sub(r"L = \S+", "", sentence.split(": ", 1)[1])])
            continue
        check_numbers(sentence, known, (r"jumps, # to #",))
    check_numbers(facts, known)


def _read(number: str) -> float:
    return float(number.replace("−", "-"))


def check_place(run: Run, k: int, own: str, told: dict[str, np.ndarray]) -> None:
    """Kind, set, level and counts are those of the core's stay, and of the eigenvalues."""
    trajectory, stay = run.trajectory, run.course.frame(k).stay
    problem, s = trajectory.problem, trajectory.problem.singular_values
    assert told["stay"][k] == (-1 if stay is None else run.stays.index(stay))
    if stay is None:
        assert not re.search(r"[Nn]ear |minimum", own)
        assert told["counts"][k].tolist() == [-1, -1, -1]
        return
    assert told["counts"][k].tolist() == list(stay.inertia or (-1, -1, -1))
    height = 0.5 * sum(s[i] ** 2 for i in stay.missed)
    assert stay.level == pytest.approx(problem.residual_loss + height)
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
        reduced = lv.Problem.canonical(s, problem.d_x)
        values = np.linalg.eigvalsh(lv.hessian(reduced, layers))
        assert stay.inertia is not None
        assert named_counts(values, stay.inertia)[0][0] == int(ways[1])
