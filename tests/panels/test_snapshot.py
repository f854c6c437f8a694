"""What is left of a dashboard where there is no kernel: a picture and a sentence."""

import re
import xml.etree.ElementTree as ElementTree
from base64 import b64decode
from typing import Any

import nbformat
import pytest
from nbconvert import HTMLExporter
from runs import known

import linviz as lv
from linviz.core.experiment.presets import LECTURE
from linviz.panels.panel import PANELS
from linviz.panels.shown import Shown
from linviz.panels.snapshot import IMAGE_BYTES, mime_bundle
from linviz.panels.view import View

LECTURES = ("saddle-to-saddle", "edge", "relu", "raw-data", "stable-manifold")
SVG = "{http://www.w3.org/2000/svg}"
VIEW = "application/vnd.jupyter.widget-view+json"


def drawn(shown: Shown) -> ElementTree.Element:
    image = mime_bundle(shown)["image/svg+xml"].encode()
    assert len(image) <= IMAGE_BYTES
    return ElementTree.fromstring(image)


def written(root: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("name", LECTURES)
def test_the_picture_of_a_lecture_is_small_and_says_where_the_run_is(name: str) -> None:
    preset = LECTURE[name]
    view = View(log_loss=preset.log_loss, log_time=preset.log_time)
    shown = Shown(known(preset.scenario), preset=name, view=view)
    said = written(drawn(shown))
    headline = mime_bundle(shown)["text/plain"].splitlines()[0]
    assert said[0].split()[0] in headline
    assert {"Loss", "Critical values", "Modes"} <= set(said)
    assert any(text.startswith("Hessian at the ") for text in said)


def test_it_shows_the_moment_and_the_panels_of_the_view() -> None:
    run = known(lv.Scenario())
    one = drawn(Shown(run, view=View(panels=("modes",), t=4.85)))
    assert "Falling: mode 2 is being learned" in written(one)[0]
    assert "Modes" in written(one)
    assert "Loss" not in written(one)
    many = drawn(Shown(run, view=View(panels=tuple(PANELS))))
    assert float(many.attrib["width"]) > 1.8 * float(one.attrib["width"])
    named = [path.attrib["id"] for path in many.iter(f"{SVG}clipPath")]
    assert len(set(named)) == len(named)


def test_the_text_opens_the_same_screen() -> None:
    page = lv.dashboard(lv.Scenario(seed=5), panels=["loss"])
    text = page._repr_mimebundle_()[0]["text/plain"]
    again = eval(text.splitlines()[1], {"linviz": lv})
    assert again.result.scenario == page.result.scenario
    assert again._repr_mimebundle_()[0]["text/plain"] == text


def converted(output: dict[str, Any], **metadata: Any) -> str:
    cell = nbformat.v4.new_code_cell(
        "lv.dashboard()", outputs=[nbformat.v4.new_output("display_data", output)]
    )
    html, _ = HTMLExporter().from_notebook_node(
        nbformat.v4.new_notebook(cells=[cell], metadata=metadata)
    )
    return str(html)


def test_a_notebook_as_html_holds_the_picture() -> None:
    bundle, _ = lv.dashboard()._repr_mimebundle_()
    assert set(bundle) == {VIEW, "image/svg+xml", "text/plain"}
    html = converted(bundle)
    images = [
        b64decode(data).decode()
        for data in re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    ]
    assert images == [bundle["image/svg+xml"]]


def test_what_changed_since_is_in_the_picture() -> None:
    page = lv.dashboard()
    before = page._repr_mimebundle_()[0]
    page.state.scenario = lv.Scenario(singular_values=(5, 2, 1))
    after = page._repr_mimebundle_()[0]
    assert before["image/svg+xml"] != after["image/svg+xml"]
    assert "5,2,1" in after["text/plain"]


def test_panels_without_axes_have_their_picture_where_each_entry_can_be_seen() -> None:
    run = known(lv.Scenario())
    both = drawn(Shown(run, view=View(panels=("network", "matrices"))))
    assert {"W₁", "P", "d₀ = 5"} <= set(written(both))
    weights = [path for path in both.iter(f"{SVG}path") if "fill-opacity" in path.attrib]
    assert len(weights) > 20
    large = lv.Scenario(dims=(40, 40, 1), singular_values=(1,), t_end=0.1)
    assert "Loss" in written(drawn(Shown(known(large), view=View(panels=("matrices",)))))
