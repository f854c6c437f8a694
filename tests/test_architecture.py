"""The layers core, figures, panels, serve: each imports only those before it."""

import ast
import sys
from pathlib import Path

import pytest

import linviz

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
