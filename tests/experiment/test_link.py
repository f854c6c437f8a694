"""A link carries a scenario whole, and hostile ones are refused in words."""

import contextlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import linviz as lv
from linviz.core.experiment.catalogue.beside import BESIDE
from linviz.core.experiment.catalogue.rules import RULES
from linviz.core.experiment.link import LINKED, MAX_LENGTH, from_query, to_query
from linviz.core.experiment.scenario import Scenario
from linviz.core.model.letters import text_of

reals = st.floats(0, 10, allow_nan=False)
signed = st.floats(-10, 10, allow_nan=False)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    n = draw(st.integers(1, 4))
    hidden = draw(st.lists(st.integers(1, 6), max_size=4))
    dims = (draw(st.integers(n, 6)), *hidden, n)
    return Scenario(
        dims=dims,
        singular_values=tuple(sorted(draw(st.lists(reals, min_size=n, max_size=n)), reverse=True)),
        rule=draw(st.sampled_from(tuple(RULES))),
        scale=draw(reals),
        seed=draw(st.integers(0, 2**32 - 1)),
        layer_singular_values=tuple(
            map(tuple, draw(st.lists(st.lists(reals, max_size=3), max_size=3)))
        ),
        strengths=tuple(draw(st.lists(signed, max_size=4))),
        missed=tuple(draw(st.sets(st.integers(0, n - 1), max_size=n))),
        lam=draw(signed),
        alpha=draw(st.floats(1e-6, 100)),
        t_end=draw(st.none() | st.floats(1e-3, 1e9)),
        beside=draw(st.sampled_from(tuple(BESIDE))),
        step=draw(st.floats(1e-3, 10)),
        momentum=draw(st.floats(0, 0.999)),
        weight_decay=draw(reals),
        label_noise=draw(reals),
    )


@given(scenarios())
@settings(max_examples=200)
def test_a_link_opens_the_very_scenario(scenario: Scenario) -> None:
    assert from_query(to_query(scenario)) == scenario


@pytest.mark.parametrize("name", lv.presets)
def test_every_preset_has_a_link(name: str) -> None:
    scenario = lv.presets[name]
    assert from_query(to_query(scenario)) == scenario
    assert from_query(f"preset={name}") == scenario


def test_every_field_of_a_scenario_is_in_the_link() -> None:
    """A field added later must not be lost on the way."""
    scenario = Scenario(
        dims=(64, 8, 10), data="digits", whitened=True, rule="xavier", scale=1, seed=1,
        layer_singular_values=((1,),), strengths=(1,), missed=(1,), lam=2, alpha=2, t_end=5,
        beside="descent", step=1, momentum=0.5, weight_decay=1, label_noise=1,
    )  # fmt: skip
    query = to_query(scenario)
    by_hand = Scenario((1, 1), (1,), rule="set_by_hand", weights=text_of([[[0.5]]]), since=2)
    goes_on = Scenario((1, 1), (1,), rule="set_by_hand", origin=to_query(by_hand), since=2)
    own = {"weights": by_hand, "origin": goes_on, "since": by_hand}
    for name in set(LINKED) - {"singular_values"}:
        assert f"{name}=" in (to_query(own[name]) if name in own else query)
    assert all(from_query(to_query(each)) == each for each in (scenario, by_hand, goes_on))


def test_links_of_yesterday_keep_their_meaning() -> None:
    """What a link leaves out is the default; these texts were sent and must open the same."""
    assert from_query("dims=5,5,4,3&singular_values=3,2,1&rule=gaussian&scale=0.1&seed=3") == (
        Scenario(dims=(5, 5, 4, 3), singular_values=(3, 2, 1), scale=0.1, seed=3)
    )
    link = "dims=4,3,3&singular_values=3,2,1&rule=on_stable_manifold&scale=0.4&seed=0&missed=0,2"
    assert from_query(link) == Scenario(
        dims=(4, 3, 3), singular_values=(3, 2, 1), rule="on_stable_manifold", scale=0.4, seed=0,
        missed=(0, 2), lam=-1, alpha=1, t_end=None, beside="nothing", step=0.5,
    )  # fmt: skip


def test_a_link_says_its_version_and_needs_none() -> None:
    """Links of the time before there was a version say none, and mean the same."""
    query = to_query(Scenario(seed=7))
    assert query.startswith("v=1&")
    assert from_query(query) == from_query(query.removeprefix("v=1&")) == Scenario(seed=7)
    for other in ("2", "", "01", "1.0", "one"):
        with pytest.raises(ValueError, match="expected a link of version 1, found v="):
            from_query(f"v={other}&seed=7")
    with pytest.raises(ValueError, match="once"):
        from_query("v=1&v=1")


def test_a_link_written_by_hand_may_be_short() -> None:
    assert from_query("H=3").H == 3
    assert from_query("?dims=6,6,2").singular_values == (3.0, 2.0)
    assert from_query("") == Scenario()
    assert from_query("preset=staircase&scale=.01&t_end=limit").t_end is None


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("dims=5,5&singular_values=1", "as many singular values"),
        ("dims=5,999999999999", "width"),
        ("dims=5,x", "whole numbers for dims"),
        ("dims=5,500,3", "width"),
        ("dims=" + ",".join(["9"] * 50), "expected"),
        ("scale=nan", "a number for scale"),
        ("scale=inf", "a number for scale"),
        ("scale=1e999", "scale"),
        ("scale=1_0", "a number for scale"),
        ("scale=٣", "scale"),
        ("seed=-1", "whole numbers for seed"),
        ("seed=99999999999", "seed"),
        ("seed=1&seed=2", "once"),
        ("rule=__import__('os')", "a rule among"),
        ("whitened=yes", "0 or 1"),
        ("preset=../../etc/passwd", "a preset among"),
        ("H=99", "H"),
        ("nonsense=1", "expected names among"),
        ("<script>alert(1)</script>=1", "expected names among"),
        ("t_end=-1", "horizon"),
        ("data=" + "x" * 200, "data"),
        ("a=" + "1," * MAX_LENGTH, "characters"),
        ("&".join(f"a{k}=1" for k in range(100)), "60 parts"),
        ("layer_singular_values=1;nan", "layer_singular_values"),
    ],
)
def test_hostile_links_are_refused_with_what_was_expected(query: str, words: str) -> None:
    with pytest.raises(ValueError, match="expected") as caught:
        from_query(query)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 600


@given(scenarios(), st.sampled_from(["digits", "stretched", "0123456789abcdef"]), st.booleans())
def test_a_link_to_other_data_keeps_what_they_do_not_use(
    scenario: Scenario, data: str, whitened: bool
) -> None:
    scenario = replace(scenario, data=data, whitened=whitened)
    assert from_query(to_query(scenario)) == scenario


@pytest.mark.parametrize("name", lv.presets)
def test_a_link_to_other_data_and_a_preset_keeps_both(name: str) -> None:
    for base in (lv.presets[name], Scenario(), Scenario(dims=(2, 1), singular_values=(0.5,))):
        scenario = replace(base, data="digits")
        assert from_query(to_query(scenario, name)) == scenario


def test_a_link_may_be_as_long_as_is_said_with_or_without_its_mark() -> None:
    query = "seed=7&data=" + "x" * 20
    padded = query + "&scale=0." + "1" * (MAX_LENGTH - len(query) - 9)
    assert len(padded) == MAX_LENGTH
    assert from_query(padded) == from_query(f"?{padded}")
    for longer in (f"{padded}1", f"?{padded}1"):
        with pytest.raises(ValueError, match="at most 8000 characters"):
            from_query(longer)


@given(st.text(max_size=200))
@settings(max_examples=300)
def test_no_text_does_anything_but_open_or_be_refused(text: str) -> None:
    for query in (text, f"dims={text}", f"scale={text}", f"layer_singular_values={text}"):
        with contextlib.suppress(ValueError):
            assert isinstance(from_query(query), Scenario)
