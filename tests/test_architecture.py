"""The layers core, figures, panels, serve: each imports only those before it."""

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
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
    "figures": {"numpy", "plotly"},
    "panels": {"numpy", "ipywidgets", "anywidget", "traitlets"},
}
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES = 350
MOST_LINES_OF_A_FUNCTION = 40  # its docstring does not count
SPLINTER = 40  # lines of a file that needs two others which need it


@cache
def parsed(path: Path) -> ast.Module:
    """The module's tree; many tests look at all of them."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the layer"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "linviz":
            names.add(linviz.HOMES.get(node.attr, f"linviz.{node.attr}"))  # loaded when asked for
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


def literals(path: Path) -> list[float]:
    """The float literals of a module, and the negative powers of whole ones."""
    nodes = list(ast.walk(parsed(path)))
    powers = [n for n in nodes if isinstance(n, ast.BinOp) and isinstance(n.op, ast.Pow)]
    values = [n.value for n in nodes if isinstance(n, ast.Constant)]
    values += [
        eval(ast.unparse(n)) for n in powers if re.fullmatch(r"\d+ \*\* \(?-\d+\)?", ast.unparse(n))
    ]
    return [x for x in values if isinstance(x, float)]


def test_small_numbers_stand_in_tolerances_only() -> None:
    home = PACKAGE / "core" / "model" / "tolerances.py"
    for path in MODULES:
        small = [x for x in literals(path) if 0 < abs(x) < 1e-4]
        assert path == home or not small, f"{path.relative_to(PACKAGE)} has {small}"
    assert sum(0 < x < 1e-4 for x in literals(home)) > 50


def test_every_tolerance_says_what_it_is_measured_by_and_is_used() -> None:
    home = PACKAGE / "core" / "model" / "tolerances.py"
    text = home.read_text(encoding="utf-8")
    others = " ".join(path.read_text(encoding="utf-8") for path in MODULES if path != home)
    for line in text.splitlines():
        if re.match(r"[A-Z_]+ = ", line):
            assert "  # " in line, line
            assert re.search(rf"\b{line.split()[0]}\b", others), f"{line.split()[0]} is not used"


def test_a_constant_s_name_has_one_value() -> None:
    """In the whole package; each file of the catalogue has its own ENTRY, by which it is found."""
    found: dict[str, dict[str, str]] = {}
    for path in MODULES:
        for node in parsed(path).body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", 0)]
            value = getattr(node, "value", None)
            for target in targets if value is not None else ():
                pair = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
                parts = zip(target.elts, value.elts, strict=True) if pair else [(target, value)]
                for name, part in parts:
                    if isinstance(name, ast.Name) and name.id.isupper() and name.id[0] != "_":
                        place = str(path.relative_to(PACKAGE))
                        found.setdefault(name.id, {})[place] = ast.unparse(part)
    assert len(found) > 100
    del found["ENTRY"]
    several = {name: places for name, places in found.items() if len(set(places.values())) > 1}
    assert not several, f"one name, several values: {several}"


SOURCES = [*MODULES, *sorted((PACKAGE / "front").rglob("*.js"))]


def test_no_module_is_named_after_nothing() -> None:
    vague = {"utils", "util", "helpers", "config", "types", "common", "misc", "base", "tools"}
    vague |= {"target", "bounds", "tables", "shares", "levels", "landmarks", "frames"}
    assert not [path for path in SOURCES if path.stem in vague]


def test_no_two_modules_of_a_folder_share_a_prefix() -> None:
    """What they share would be the name of a folder."""
    first: dict[tuple[Path, str], list[str]] = {}
    for path in SOURCES:
        words = re.split("[_-]", path.stem)
        first.setdefault((path.parent, words[0] or path.stem), []).append(path.stem)
    assert not [stems for stems in first.values() if len(stems) > 1]


def test_no_small_module_serves_one_other_only() -> None:
    """It would be a part of that one: entries of the catalogue and homes of public names aside."""
    importers: dict[str, set[Path]] = {}
    for path in MODULES:
        for name in imported(path):  # a module, or something of it
            importers.setdefault(name, set()).add(path)
            importers.setdefault(name.rpartition(".")[0], set()).add(path)
    for path in MODULES:
        place = path.relative_to(PACKAGE.parent).with_suffix("")
        name = ".".join(place.parts)
        small = len(path.read_text(encoding="utf-8").splitlines()) <= SPLINTER
        if small and not path.stem.startswith("__") and "catalogue" not in place.parts:
            lonely = len(importers.get(name, set())) < 2 and name not in linviz.HOMES.values()
            assert not lonely, f"{place} is a splinter"


# ---------------------------------------------------------------- names of the catalogue

# the makers themselves, which stand before the catalogue, and those that are about certain entries
NAMING = (
    *("core/model", "core/flow", "core/experiment/catalogue", "core/experiment/milestones"),
    *("core/experiment/presets.py", "core/experiment/commentary.py", "__init__.py"),
)
ENTRIES = {*RULES, *DATA, *BESIDE}


def asked_by_name(tree: ast.AST) -> set[str]:
    """Names of entries among the texts, but for defaults and the kinds of a law of motion."""
    spared: set[ast.AST] = set()
    asking = [n for n in ast.walk(tree) if isinstance(n, ast.Compare | ast.match_case)]
    compared = {part for node in asking for part in ast.walk(getattr(node, "pattern", node))}
    for node in ast.walk(tree):
        if isinstance(node, ast.arguments):
            spared |= {default for default in (*node.defaults, *node.kw_defaults) if default}
        elif isinstance(node, ast.ClassDef):
            spared |= {each.value for each in node.body if isinstance(each, ast.AnnAssign)} - {None}
        elif isinstance(node, ast.Compare) and getattr(node.left, "attr", "") == "kind":
            spared |= set(node.comparators)
        elif getattr(node, "value", "") == "nothing" and node not in compared:
            spared.add(node)  # where it is not compared, a word of a sentence
    texts = (n for n in ast.walk(tree) if isinstance(n, ast.Constant) and n not in spared)
    return {node.value for node in texts if node.value in ENTRIES}


def test_no_code_asks_for_a_rule_a_data_set_or_an_activation_by_name() -> None:
    """A new entry would be forgotten there."""
    for path in MODULES:
        place = path.relative_to(PACKAGE).as_posix()
        if not place.startswith(NAMING):
            found = asked_by_name(parsed(path))
            assert not found, f"{place} names {found}: ask the entry's fields instead"


def test_the_test_of_names_sees_what_it_is_for() -> None:
    asking = 'def f(c, rule="zeros"):\n    return c.rule == "gaussian" or {"tanh": "nothing"}'
    assert asked_by_name(ast.parse(asking)) == {"gaussian", "tanh"}
    assert asked_by_name(ast.parse('c.beside == "nothing"')) == {"nothing"}
    assert asked_by_name(ast.parse('c.beside in ("nothing", "x")')) == {"nothing"}
    assert asked_by_name(ast.parse('match c:\n    case "nothing":\n        pass')) == {"nothing"}
    assert asked_by_name(ast.parse('print("nothing")')) == set()


def test_the_browser_knows_no_rule_data_set_or_activation_by_name() -> None:
    names = "|".join(map(re.escape, sorted(ENTRIES)))
    asking = re.compile(rf"""["'`](?:{names})["'`]""")
    for path in sorted((PACKAGE / "front").rglob("*.js")):
        if not path.name.endswith(".min.js"):
            found = asking.findall(path.read_text(encoding="utf-8"))
            assert not found, f"{path.name} names {found}: read the catalogue instead"


# ---------------------------------------------------------------- sizes


def inner(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """What is defined inside, one floor down."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield child
        else:
            yield from inner(child)


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    """Lines of a function, without its docstring and what is defined inside."""
    without = [*inner(node), *([node.body[0]] if ast.get_docstring(node) is not None else [])]
    return _span(node) - sum(map(_span, without))


def _span(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_file_is_longer_than_350_lines() -> None:
    """Of the browser's side too; the lines of its functions are counted by ``npm run check``."""
    files = [*MODULES, *(PACKAGE / "front").rglob("*.js")]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {p.relative_to(PACKAGE): n for p, n in lengths.items() if n > MOST_LINES} == {}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_function_is_longer_than_40_lines(path: Path) -> None:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert lines_of(node) <= MOST_LINES_OF_A_FUNCTION, f"{node.name} is too long"


def test_lines_are_counted_without_docstring_and_inner_functions() -> None:
    text = (
        'def f():\n    """One.\n\n    Two.\n    """\n    def g():\n        return 1\n    return g\n'
    )
    f, g = (n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef))
    assert (lines_of(f), lines_of(g)) == (2, 2)


# ---------------------------------------------------------------- public names


@cache
def classes() -> frozenset[str]:
    """Names of all classes of the package that are not its files' own."""
    trees = [parsed(path) for path in MODULES]
    found = {n.name for tree in trees for n in ast.walk(tree) if isinstance(n, ast.ClassDef)}
    return frozenset(name for name in found if not name.startswith("_"))


def signatures(node: ast.stmt) -> Iterator[ast.expr]:
    """The annotations that a public name shows: arguments, results, fields."""
    if isinstance(node, ast.AnnAssign):
        yield node.annotation
    if isinstance(node, ast.FunctionDef):
        given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        yield from (a.annotation for a in given if a.annotation is not None)
        if node.returns is not None:
            yield node.returns
    if isinstance(node, ast.ClassDef):
        for part in node.body:
            name = getattr(part, "name", "") or getattr(getattr(part, "target", None), "id", "")
            if not name.startswith("_") or name == "__init__":
                yield from signatures(part)


HOMES = dict(linviz.HOMES)
for package in map(import_module, linviz.PACKAGES.values()):
    HOMES |= {name: getattr(package, name).__module__ for name in getattr(package, "__all__", ())}
PUBLIC = list(HOMES.items())


@pytest.mark.parametrize(("name", "home"), PUBLIC, ids=[name for name, _ in PUBLIC])
def test_every_name_in_a_public_signature_is_exported(name: str, home: str) -> None:
    known = classes() - HOMES.keys()
    module = import_module(home)
    known = {n for n in known if isinstance(getattr(module, n, type), type)}  # else an alias
    tree = ast.parse(inspect.getsource(module))
    (node,) = [n for n in tree.body if getattr(n, "name", "") == name] or [ast.Pass()]
    for annotation in signatures(node):
        shown = {n.id for n in ast.walk(annotation) if isinstance(n, ast.Name)}
        assert not shown & known, f"{name} shows what is not exported"


@pytest.mark.parametrize("layer", ["core", "figures"])
def test_every_public_function_is_reachable(layer: str) -> None:
    """It is a public name, or something in the package uses it: else only tests would."""
    trees = {path: parsed(path) for path in MODULES}
    nodes = [node for tree in trees.values() for node in ast.walk(tree)]
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    used |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    for path, tree in trees.items():
        for node in tree.body if path.is_relative_to(PACKAGE / layer) else ():
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                reached = {*used, *HOMES}
                assert node.name in reached, f"{path.relative_to(PACKAGE)}: {node.name}"
