"""The SVG that Python writes is the one that the page records, element by element."""

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from runs import known

import linviz as lv
from linviz.core.experiment.run import Run
from linviz.figures import drift, hessian, invariants, loss, modes, theme
from linviz.figures.picture import Picture
from linviz.figures.svg import to_svg
from linviz.figures.ticks import Space, Span, ticks_of
from linviz.panels.bundle import FRONT

SCENARIOS = {
    "default": lv.Scenario(),
    "no hidden layer": lv.Scenario(dims=(3, 2), singular_values=(2, 1)),
    "certified": lv.Scenario(rule="certified", alpha=1.0),
    "exact": lv.presets["staircase"],
    "descent": lv.Scenario(beside="descent", step=1.2, t_end=20),
    "tanh": lv.Scenario(dims=(3, 4, 2), data="cloud", scale=0.5, t_end=1, beside="tanh"),
}
SIZES = ((760, 480, 15), (390, 300, 12))
ORIGIN = "http://localhost:1/"

RECORD = """async ([pictures, sizes, ink]) => {
  const [axes, painter, svg] = await Promise.all(
    ["axes", "painter", "svg"].map((name) => import(`/draw/${name}.js`)));
  return pictures.flatMap((picture) => sizes.map(([width, height, fontSize]) => {
    const context = svg.createSvg(width, height, ink.paper);
    context.describe("a title", "some & words");
    const panes = axes.placedPanes(picture, width, height, fontSize);
    painter.paint(context, { picture, panes, width, height, fontSize }, ink);
    return context.toString();
  }));
}"""
INK = {
    "text": theme.INK,
    "axis": theme.BORDER,
    "grid": theme.GRID,
    "paper": theme.PAPER,
    "soft": theme.FAINT_TEXT,
    "faint": theme.FAINT,
    "band": theme.BAND,
    "halo": theme.HALO,
    "family": theme.FONT,
    "dark": False,
    "bold": 1,
}


@pytest.fixture(scope="module")
def drawn() -> list[Picture]:
    kept = known(replace(lv.Scenario(), scale=2.0, t_end=3))
    found: list[Picture] = []
    for scenario in SCENARIOS.values():
        study = known(scenario)
        found += [*pictures(study, False, None), *pictures(study, True, kept)]
    return found


def pictures(study: Run, log: bool, compare: Run | None) -> list[Picture]:
    return [
        loss.loss_picture(study, log_loss=log, log_time=log, compare=compare),
        modes.modes_picture(study, log_time=log, compare=compare),
        invariants.invariants_picture(study, log_time=log, compare=compare),
        drift.drift_picture(study, log_time=log, compare=compare),
        hessian.hessian_picture(study, compare=compare),
    ]


@pytest.mark.browser
def test_every_picture_is_written_as_the_page_records_it(
    new_page: Callable[..., Any], drawn: list[Picture]
) -> None:
    page = new_page()
    page.route(f"{ORIGIN}**", answered)
    page.goto(ORIGIN)
    plain = json.loads(json.dumps(drawn, default=np.ndarray.tolist))
    recorded = iter(page.evaluate(RECORD, [plain, SIZES, INK]))
    for picture in drawn:
        for width, height, size in SIZES:
            look = {"title": "a title", "about": "some & words"}
            own = to_svg(picture, width=width, height=height, size=size, **look)
            ours, theirs = list(elements(own)), list(elements(next(recorded)))
            assert len(ours) == len(theirs)
            for one, other in zip(ours, theirs, strict=True):
                assert one[:3] == other[:3]
                np.testing.assert_allclose(one[3], other[3], atol=0.02, err_msg=str(one[:3]))


TICKS = """async (cases) => {
  const { ticksOf } = await import("/draw/ticks.js");
  return cases.map(([scale, space, whole]) => {
    const { ticks, note } = ticksOf(scale, space, whole);
    return [ticks.map(({ value, text }) => [value, text]), note];
  });
}"""


@pytest.mark.browser
def test_any_axis_has_the_ticks_that_the_page_gives_it(new_page: Callable[..., Any]) -> None:
    page = new_page()
    page.route(f"{ORIGIN}**", answered)
    page.goto(ORIGIN)
    rng = np.random.default_rng(5)
    scales = [random_scale(rng) for _ in range(2000)]
    spaces = [random_space(rng) for _ in scales]
    whole = [not s.log and s.end - s.start > 2 and rng.random() < 0.3 for s in scales]
    names = ("length", "fontSize", "upright", "before", "after", "room")
    cases = [
        (
            {"from": scale.start, "to": scale.end, "log": scale.log},
            dict(zip(names, astuple(space), strict=True)),
            counts,
        )
        for scale, space, counts in zip(scales, spaces, whole, strict=True)
    ]
    for scale, space, counts, theirs in zip(
        scales, spaces, whole, page.evaluate(TICKS, cases), strict=True
    ):
        ticks, note = ticks_of(scale, space, counts)
        assert [[list(tick) for tick in ticks], note] == theirs, (scale, space, counts)


def random_scale(rng: np.random.Generator) -> Span:
    if rng.random() < 0.5:
        start = rng.uniform(-20, 6)
        return Span(start, start + 10 ** rng.uniform(-3, 1.4), True)
    middle, span = rng.integers(-1, 2) * 10 ** rng.uniform(-6, 6), 10 ** rng.uniform(-6, 6)
    start = float(middle - rng.random() * span)
    return Span(start, float(np.nextafter(start, np.inf) + span), False)


def random_space(rng: np.random.Generator) -> Space:
    size = rng.uniform(11, 20)
    upright = bool(rng.random() < 0.5)
    return Space(rng.uniform(60, 600), size, upright, 4.68 * size, 1.1 * size, 3.75 * size)


def answered(route: Any) -> None:
    """The modules of the page, from the disk."""
    path = route.request.url.removeprefix(ORIGIN)
    if not path:
        route.fulfill(body="<!doctype html>", content_type="text/html")
    else:
        route.fulfill(body=Path(FRONT / path).read_text("utf-8"), content_type="text/javascript")


NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
NUMERIC = {"d", "x", "y", "transform", "width", "height", "viewBox", "font-size"} | {
    "stroke-width",
    "stroke-dasharray",
    "stroke-opacity",
    "stroke-miterlimit",
}
Element = tuple[str, str, dict[str, str], list[float]]


def elements(svg: str) -> Iterator[Element]:
    """Each thing drawn: its tag, its text, its looks without their numbers, and the numbers."""
    root = ElementTree.fromstring(svg.encode())
    clips = {
        clip.attrib["id"]: clip[0].attrib["d"] for clip in root.iter() if named(clip) == "clipPath"
    }

    def walk(node: ElementTree.Element, clip: str) -> Iterator[Element]:
        for child in node:
            if named(child) == "g":
                inside = re.findall(r"#(\w+)", child.attrib.get("clip-path", ""))
                yield from walk(child, clips[inside[0]] if inside else "")
            elif named(child) != "defs":
                attributes = dict(child.attrib)
                attributes.setdefault("transform", "matrix(1 0 0 1 0 0)")
                if named(child) != "text":
                    del attributes["transform"]
                numeric = {k: v for k, v in sorted(attributes.items()) if k in NUMERIC}
                numeric["clip"] = clip
                shape = {k: NUMBER.sub("#", v) for k, v in numeric.items()}
                others = {k: v for k, v in attributes.items() if k not in NUMERIC}
                found = " ".join(numeric.values())
                numbers = [float(n) for n in NUMBER.findall(found)]
                yield named(child), child.text or "", shape | others, numbers

    yield from walk(root, "")


def named(node: ElementTree.Element) -> str:
    return node.tag.partition("}")[2]


def test_the_document_is_what_it_says() -> None:
    picture = loss.loss_picture(known(lv.Scenario()))
    root = ElementTree.fromstring(to_svg(picture, title="Loss <L>", about="a & b").encode())
    assert (root.attrib["width"], root.attrib["height"]) == ("760", "480")
    assert [node.text for node in root][:2] == ["Loss <L>", "a & b"]
    said = [node.text for node in root.iter() if named(node) == "text"]
    assert {"time t", "loss L"} <= set(said)
    labels = [level["label"]["words"] for level in picture["levels"] if level["label"]]
    assert labels[0] in said
