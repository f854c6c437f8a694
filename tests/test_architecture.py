"""The layers core, figures, panels, serve: each imports only those before it."""

import ast
import subprocess
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


def test_import_linviz_loads_neither_plotly_nor_ipywidgets() -> None:
    code = "import sys, linviz; print([m for m in ('plotly', 'ipywidgets') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_no_module_is_named_after_nothing() -> None:
    vague = {"utils", "util", "helpers", "config", "types", "common", "misc"}
    assert not [path for path in MODULES if path.stem in vague]


def test_every_public_name_has_a_docstring_with_an_example() -> None:
    for name in linviz.__all__:
        item = getattr(linviz, name)
        assert not callable(item) or item.__doc__, name
        if callable(item) and not isinstance(item, type):
            assert ">>>" in item.__doc__, f"{name} shows no example"


def test_linviz_dashboard_is_the_page_and_nothing_else_is_made_up() -> None:
    from linviz.panels import dashboard

    assert linviz.dashboard is dashboard
    with pytest.raises(AttributeError, match="no attribute 'dashbord'"):
        linviz.dashbord  # noqa: B018
