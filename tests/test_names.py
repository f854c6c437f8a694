"""The public names: each is the object of its home module, and is loaded when it is asked for."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import linviz


def loaded_by(code: str) -> set[str]:
    """The modules, outside the standard library, that these lines load in a fresh interpreter."""
    program = f"import sys; before = set(sys.modules)\n{code}\nprint(*set(sys.modules) - before)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return {m for m in done.stdout.split() if m.split(".")[0] not in sys.stdlib_module_names}


@pytest.mark.parametrize("name", linviz.HOMES)
def test_a_public_name_is_the_object_of_its_home_module(name: str) -> None:
    found = getattr(linviz, name)
    assert found is getattr(import_module(linviz.HOMES[name]), name)
    if callable(found):
        assert found.__module__ == linviz.HOMES[name]


@pytest.mark.parametrize("name", linviz.PACKAGES)
def test_a_public_package_is_reached_by_its_name(name: str) -> None:
    program = f"import linviz; print(linviz.{name}.__name__)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == linviz.PACKAGES[name], done.stderr
    assert isinstance(getattr(linviz, name), ModuleType)


def test_type_checkers_read_the_names_that_are_there() -> None:
    tree = ast.parse(Path(linviz.__file__).read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    told = {}
    for node in block.body:
        assert isinstance(node, ast.ImportFrom)
        for alias in node.names:
            assert alias.asname == alias.name  # or it is not exported
            told[alias.name] = node.module
    packages = {name: home.rpartition(".")[0] for name, home in linviz.PACKAGES.items()}
    assert told == linviz.HOMES | packages


def test_all_and_dir_list_the_public_names() -> None:
    assert linviz.__all__ == sorted(linviz.HOMES)
    assert {*linviz.HOMES, *linviz.PACKAGES, "__version__"} <= set(dir(linviz))


def test_import_linviz_loads_nothing_else() -> None:
    assert loaded_by("import linviz") == {"linviz"}


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("linviz.Problem; linviz.gaussian; linviz.invariants; linviz.Scenario", {"scipy"}),
        ("linviz.classify", {"scipy.integrate", "scipy.optimize"}),
        ("linviz.gradient_flow; linviz.run; linviz.basin_study", {"plotly", "ipywidgets"}),
    ],
)
def test_a_name_loads_only_what_it_uses(code: str, absent: set[str]) -> None:
    found = loaded_by(f"import linviz\n{code}")
    assert "numpy" in found
    assert not {m for m in found if m in absent or m.split(".")[0] in absent}


@pytest.mark.parametrize("name", linviz.__all__)
def test_a_public_name_has_a_docstring_and_a_function_an_example(name: str) -> None:
    item = getattr(linviz, name)
    assert not callable(item) or item.__doc__
    if callable(item) and not isinstance(item, type):
        assert ">>>" in item.__doc__, f"{name} shows no example"


def test_no_other_name_is_made_up() -> None:
    with pytest.raises(AttributeError, match="no attribute 'dashbord'"):
        linviz.dashbord  # noqa: B018
