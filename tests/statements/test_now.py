"""Headline, stay, counts and numbers of a moment agree with each other and with the core.

Killed by: a headline of the stay before; the count of another set; numbers of another frame; a
minimum told of a run that was stopped; more than twelve words for the hall; a mode that comes down
told as being learned; the second run's numbers of another of its frames.
"""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from comparing import check_cards, check_comparison
from runs import known
from sentences import check_sentences, text
from staying import check

import linviz as lv
from linviz.core.experiment.presets import LECTURE
from linviz.core.experiment.run import Run
from linviz.core.statements.now import Told, steady, telling
from linviz.panels.message import with_buffers
from linviz.panels.now import content
from linviz.panels.panel import PANELS
from linviz.panels.shown import Shown
from tests.validation.scenarios import drawn


def of(name: str) -> Run:
    return known(lv.presets[name])


def at(run: Run, t: float) -> Told:
    k = int(np.searchsorted(run.trajectory.t, t, side="right")) - 1
    return telling(run).at(k)


@pytest.mark.parametrize("name", ["saddle-to-saddle", "stable-manifold", "edge", "raw-data"])
def test_words_and_counts_agree_with_the_core(name: str) -> None:
    check_sentences(of(name))


@pytest.mark.long
@pytest.mark.parametrize("name", LECTURE)
def test_words_and_counts_agree_with_the_core_in_every_lecture(name: str) -> None:
    check_sentences(of(name))


@pytest.mark.parametrize("k", range(12))
def test_words_and_counts_agree_with_the_core_from_a_few_starts(k: int) -> None:
    try:
        run = lv.run(drawn(778, k))
    except (ValueError, lv.FlowError):  # as below
        return
    check_sentences(run)
    check_cards(run)
    check_sentences(run, of("bottleneck"))
    check_comparison(of("bottleneck"), run)


@pytest.mark.long
@pytest.mark.parametrize("block", range(6))
def test_stays_words_and_counts_agree_with_the_core_from_any_start(block: int) -> None:
    before = None
    for k in range(50 * block, 50 * block + 50):
        try:
            run = lv.run(drawn(777, k))
        except (ValueError, lv.FlowError):  # a rule that these widths or data do not allow
            continue
        check(run)
        check_sentences(run)
        check_cards(run)
        if before is not None:  # the one before is A
            check_sentences(run, before)
            check_comparison(before, run)
        before = run
        json.dumps(with_buffers(content(run)), default=len, allow_nan=False)


def test_the_sentences_are_short_and_plain() -> None:
    run = of("saddle-to-saddle")
    assert text(at(run, 6).headline) == (
        "Near the saddle that knows modes 1 and 2: 8 ways down, mode 3 takes one."
    )
    assert [look for _, look in at(run, 6).headline if look] == [1, 2, "down", 3]
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
    assert text(at(zero, 0).headline) == "Falling, settling toward L = 0."
    assert text(at(zero, zero.trajectory.t[-1]).headline).startswith("At a global minimum")


FROM_ABOVE = lv.Scenario(dims=(2, 2, 2), singular_values=(2, 1), rule="aligned", strengths=(3, 2))


def test_a_mode_from_above_comes_down() -> None:
    run = known(FROM_ABOVE)
    check_sentences(run)
    assert text(at(run, 0).headline) == "Falling: mode 1 is coming down to 2, now 9.00."
    assert text(at(run, 0).short) == "Falling: mode 1 is coming down."
    assert "modes 1 and 2 are coming down." in text(at(run, 0.1).headline)
    stopped = known(replace(FROM_ABOVE, t_end=0.1))
    assert text(at(stopped, 1).headline) == "Stopped at t = 0.1, modes 1 and 2 coming down."
    apart = known(replace(FROM_ABOVE, strengths=(0.5, 3)))
    check_sentences(apart)
    assert text(at(apart, 0).headline) == "Falling: mode 2 is coming down to 1, now 9.00."
    both = [text(telling(apart).at(k).headline) for k in range(len(apart.trajectory.t))]
    assert "Falling: mode 1 is being learned, mode 2 is coming down." in both


@pytest.mark.parametrize("scale", [2.0, 6.0])
def test_a_large_start_and_an_overshoot_say_on_which_side_they_are(scale: float) -> None:
    run = known(lv.Scenario(dims=(4, 4, 3), singular_values=(1, 0.5, 0.2), scale=scale, seed=1))
    check_sentences(run)
    told = [text(telling(run).at(k).headline) for k in range(len(run.trajectory.t))]
    assert any("coming down" in sentence for sentence in told)
    assert any("being learned" in sentence for sentence in told)
    descent = known(replace(FROM_ABOVE, strengths=(0.5, 0.4), beside="descent", step=0.9))
    check_sentences(descent)
    said = [text(telling(descent).at(k).headline) for k in range(len(descent.trajectory.t))]
    assert any("○ Descent: mode 1 coming down" in sentence for sentence in said)


def test_verdicts_have_their_colors() -> None:
    run, deep = of("saddle-to-saddle"), of("saddle-to-saddle-deep")
    assert ("8 ways down", "down") in at(run, 6).headline
    assert ("nothing leads down", "minimum") in at(run, 19).headline
    assert ("at a global minimum", "minimum") in at(of("edge"), 10).headline
    flat = [told for told in telling(deep).texts if ("flat", "flat") in told.headline]
    assert flat


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


@pytest.mark.parametrize("name", ["saddle-to-saddle", "saddle-to-saddle-deep", "edge", "digits"])
def test_a_title_has_one_short_phrase_that_is_not_the_headline(name: str) -> None:
    run = of(name)
    sentences = " ".join(text(told.headline) for told in telling(run).texts)
    for panel in PANELS.values():
        if not panel.applies(Shown(run)):
            continue
        phrase = panel.phrase(Shown(run))
        assert len(phrase.split()) <= 7, phrase
        assert len(re.split("[.;]", phrase)) <= 2
        assert not phrase or phrase not in sentences
