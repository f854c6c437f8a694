"""The layers core, figures, panels, serve: each imports only those before it."""

import ast
import re
import sys
from pathlib import Path

import pytest

import linviz
from linviz.core.experiment.catalogue.beside import BESIDE
from linviz.core.experiment.catalogue.data import DATA
from linviz.core.experiment.catalogue.rules import RULES

PACKAGE = Path(linviz.__file__).parent
LAYERS = ("core", "figures", "panels", "serve")
PACKAGES = (
    *("model", "flow", "theory", "landscape", "starts", "geometry", "experiment", "statements"),
)
FOREIGN = {
    "core": {"numpy", "scipy"},
    "figures": {"numpy", "scipy", "plotly"},
    "panels": {"numpy", "scipy", "plotly", "ipywidgets", "anywidget", "traitlets"},
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the layer"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_imports_only_the_layers_before_it(layer: str) -> None:
    allowed = LAYERS[: LAYERS.index(layer) + 1]
    files = sorted((PACKAGE / layer).rglob("*.py"))
    assert files
    for path in files:
        for name in imported(path):
            parts = name.split(".")
            if parts[0] == "linviz" and len(parts) > 1 and parts[1] in LAYERS:
                assert parts[1] in allowed, f"{path.relative_to(PACKAGE)} imports {name}"


def test_the_core_has_no_other_packages() -> None:
    found = {path.name for path in (PACKAGE / "core").iterdir() if (path / "__init__.py").exists()}
    assert found <= set(PACKAGES)
    assert {path.name for path in (PACKAGE / "core").glob("*.py")} == {"__init__.py"}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_of_the_core_imports_only_those_before_it(package: str) -> None:
    allowed = PACKAGES[: PACKAGES.index(package) + 1]
    for path in sorted((PACKAGE / "core" / package).rglob("*.py")):
        for name in imported(path):
            parts = name.split(".")
            if parts[:2] == ["linviz", "core"] and len(parts) > 2:
                assert parts[2] in allowed, f"{path.relative_to(PACKAGE)} imports {name}"


@pytest.mark.parametrize("layer", FOREIGN)
def test_a_layer_needs_only_its_own_packages(layer: str) -> None:
    known = FOREIGN[layer] | {"linviz"} | set(sys.stdlib_module_names)
    for path in (PACKAGE / layer).rglob("*.py"):
        foreign = {name.split(".")[0] for name in imported(path)} - known
        assert not foreign, f"{path.relative_to(PACKAGE)} imports {foreign}"


def test_no_module_is_named_after_nothing() -> None:
    vague = {"utils", "util", "helpers", "config", "types", "common", "misc"}
    assert not [path for path in MODULES if path.stem in vague]


# ---------------------------------------------------------------- names of the catalogue

# the makers themselves, which stand before the catalogue, and those that are about certain entries
NAMING = (
    *("core/model", "core/flow", "core/experiment/catalogue", "core/experiment/milestones"),
    *("core/experiment/presets.py", "__init__.py"),
)
ENTRIES = {*RULES, *DATA, *BESIDE}


def asked_by_name(tree: ast.AST) -> set[str]:
    """Names of entries among the texts, but for defaults and the kinds of a law of motion."""
    spared: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.arguments):
            spared |= {default for default in (*node.defaults, *node.kw_defaults) if default}
        elif isinstance(node, ast.ClassDef):
            spared |= {each.value for each in node.body if isinstance(each, ast.AnnAssign)} - {None}
        elif isinstance(node, ast.Compare) and getattr(node.left, "attr", "") == "kind":
            spared |= set(node.comparators)
        elif not isinstance(node, ast.Compare):  # where it is not compared, a word of a sentence
            children = ast.iter_child_nodes(node)
            spared |= {n for n in children if isinstance(n, ast.Constant) and n.value == "nothing"}
    texts = (n for n in ast.walk(tree) if isinstance(n, ast.Constant) and n not in spared)
    return {node.value for node in texts if node.value in ENTRIES}


def test_no_code_asks_for_a_rule_a_data_set_or_an_activation_by_name() -> None:
    """A new entry would be forgotten there."""
    for path in MODULES:
        place = path.relative_to(PACKAGE).as_posix()
        if not place.startswith(NAMING):
            found = asked_by_name(ast.parse(path.read_text(encoding="utf-8")))
            assert not found, f"{place} names {found}: ask the entry's fields instead"


def test_the_test_of_names_sees_what_it_is_for() -> None:
    asking = 'def f(c, rule="zeros"):\n    return c.rule == "gaussian" or {"tanh": "nothing"}'
    assert asked_by_name(ast.parse(asking)) == {"gaussian", "tanh"}
    assert asked_by_name(ast.parse('c.beside == "nothing"')) == {"nothing"}


def test_the_browser_knows_no_rule_data_set_or_activation_by_name() -> None:
    names = "|".join(map(re.escape, sorted(ENTRIES)))
    asking = re.compile(rf"""["'`](?:{names})["'`]""")
    for path in sorted((PACKAGE / "front").rglob("*.js")):
        if not path.name.endswith(".min.js"):
            found = asking.findall(path.read_text(encoding="utf-8"))
            assert not found, f"{path.name} names {found}: read the catalogue instead"
