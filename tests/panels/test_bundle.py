"""The browser's modules joined into one: strictly, each in its own scope, named for debuggers."""

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from linviz.panels import bundle
from linviz.panels.module import read
from linviz.panels.squeezed import squeezed

BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def written(folder: Path, **files: str) -> Path:
    """Modules a, b … of a folder; `page` is the entry."""
    for name, text in files.items():
        path = folder / ("page/page.js" if name == "page" else f"page/{name}.js")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def toy(folder: Path) -> str:
    front = written(
        folder,
        page='import { fail as go } from "./a.js";\n\nexport function render() {\n  go();\n}\n\n'
        "export default { render };\n",
        a='// one\nimport {\n  words,\n} from "./b.js";\n\nexport const fail = () => {\n'
        "  throw new Error(words);\n};\n",
        b='const own = "said";\nexport const words = own;',
    )
    return bundle.joined(bundle.ordered(bundle.ENTRY, front), "linviz.js")


def mapped(script: str) -> list[tuple[str, int] | None]:
    """File and line (from 1) of each line of a script, by its source map."""
    found = re.search(r"^//# sourceMappingURL=data:application/json;base64,(.*)$", script, re.M)
    assert found
    given = json.loads(base64.b64decode(found[1]))
    places: list[tuple[str, int] | None] = []
    source, line = 0, 0
    for segment in given["mappings"].split(";"):
        if not segment:
            places.append(None)
            continue
        numbers, value, shift = [], 0, 0
        for letter in segment:
            digit = BASE64.index(letter)
            value |= (digit & 31) << shift
            shift += 5
            if not digit & 32:
                numbers.append(-(value >> 1) if value & 1 else value >> 1)
                value, shift = 0, 0
        assert numbers[0] == numbers[3] == 0
        source, line = source + numbers[1], line + numbers[2]
        places.append((given["sources"][source], line + 1))
    return places


# ---------------------------------------------------------------- the page's own modules


def test_every_file_is_joined_after_those_it_imports() -> None:
    modules = bundle.ordered(bundle.STANDALONE)
    names = [module.name for module in modules]
    files = {path.relative_to(bundle.FRONT) for path in bundle.FRONT.rglob("*.js")}
    thread = [module.name for module in bundle.ordered(bundle.WORKER)]
    assert not {*thread} & {*names}  # its text is in the page, once
    own = {path.with_suffix("").as_posix() for path in files}
    others = ("site/", "served/", "embed/")  # they stand for the kernel elsewhere
    assert {name for name in own if not name.startswith(others)} == {*names, *thread}
    for k, module in enumerate(modules):
        assert {other for other, _ in module.imports} <= {*names[:k]}
    page = [module.name for module in bundle.ordered(bundle.ENTRY)]
    assert {*names} - {*page} <= {bundle.STANDALONE, "page/alive", "page/stored"}
    assert {*page} <= {*names}


def test_the_joined_script_has_no_import_and_one_export() -> None:
    lines = bundle.script().splitlines()
    assert not [line for line in lines if line.startswith("import")]
    assert [line for line in lines if line.startswith("export")] == ["export default page_page;"]
    thread = bundle.worker_script().splitlines()
    assert not [line for line in thread if line.startswith(("import", "export"))]
    saved = bundle.standalone_script().splitlines()
    assert not [line for line in saved if line.startswith(("import", "export"))]


def test_each_line_names_the_file_and_the_line_it_came_from() -> None:
    script = bundle.script()
    library = (bundle.FRONT / bundle.LIBRARY).read_text(encoding="utf-8")
    put_in = {bundle.WORKER_TEXT: bundle.worker_script(), bundle.LIBRARY_TEXT: library}
    lines, seen = script.splitlines(), set()
    for line, place in zip(lines, mapped(script), strict=False):
        if place is None:
            continue
        file, number = place
        seen.add(place)
        text = (bundle.FRONT.parent.parent / file).read_text(encoding="utf-8").split("\n")
        original = text[number - 1].removeprefix("export ")
        module = file.removeprefix("linviz/front/").removesuffix(".js")
        if module in put_in and original.startswith("const"):
            name, _, literal = line.removesuffix(";").partition(" = ")
            assert (f'{name} = "";', json.loads(literal)) == (original, put_in[module])
            continue
        assert line in (original, ""), place
    for module in bundle.ordered(bundle.ENTRY):
        text = (bundle.FRONT / f"{module.name}.js").read_text(encoding="utf-8")
        numbers = range(1, text.count("\n") + 2)
        assert {(f"linviz/front/{module.name}.js", n) for n in numbers} <= seen


# ---------------------------------------------------------------- what is known


def test_what_looks_like_an_import_is_none() -> None:
    text = """// import x from "x";
const words = 'import { a } from "./a.js";' + "export default 1";
const pattern = /["'`/*]import (x)/g.test(words) ? 4 / 2 : [/a[/`]b/u];
const page = `import ${words + `${"}"}`} export default ${{ import: 1 }.import} `;
/* export * from "y"; */
export async function act() {
  await page.import;
  const { length, of } = { length: 3, of: words.export };
  return length / of / 2;
}
export const shares = { list: [1, 2], half: (a, b) => a / b };
"""
    module = read("page/a", text)
    assert module.imports == ()
    assert module.exports == ("act", "shares")
    assert module.code == text.replace("export async", "async").replace("export const", "const")


@pytest.mark.parametrize("ending", ["", "\n", "\n\n", "; // so", "\r\n"])
def test_imports_of_any_layout(ending: str) -> None:
    module = read("draw/a", f'import {{\n  x,\n  y as z,\n}} from "../page/b.js"{ending}')
    assert module.imports == (("page/b", (("x", "x"), ("y", "z"))),)
    assert module.code.count("\n") == 3 + ending.count("\n")


@pytest.mark.parametrize(
    ("line", "form"),
    [
        ("export default function f() {}", "a default export"),
        ("export default { f };", "a default export outside the entry"),
        ('export * from "./b.js";', r"export \* from"),
        ("export { f };", "export { … }"),
        ('export { f } from "./b.js";', "an export from another module"),
        ("export let count = 0;", "export let"),
        ("export var count = 0;", "export var"),
        ("export const { a } = f();", "an export of a pattern"),
        ("export const [a] = f();", "an export of a pattern"),
        ("export const a = f(1, 2), b = 2;", "an export of two variables"),
        ('import * as all from "./b.js";', r"import \* as"),
        ('import "./b.js";', "an import for its side effects"),
        ('import b from "./b.js";', "an import of the default"),
        ('import b, { c } from "./b.js";', "an import of the default"),
        ('import { default as b } from "./b.js";', "an import of { default as b }"),
        ('import { b } from "b";', 'an import from "b"'),
        ('import { b } from "./b";', 'an import from "./b"'),
        ('import { b } from "../../b.js";', 'an import from "../../b.js"'),
        ('import { b } from "https://b/b.js";', 'an import from "https'),
        ('const b = await import("./b.js");', "await outside a function|a dynamic import"),
        ('const b = () => import("./b.js");', "a dynamic import"),
        ('const b = `${import("./b.js")}`;', "a dynamic import"),
        ("const here = import.meta.url;", "import.meta"),
        ("await f();", "await outside a function"),
        ('if (f) { import { b } from "./b.js"; }', "import { b }"),
        ('const text = "open', "a string without an end"),
        ("const text = `open", "a template without an end"),
        ("const text = /open", "a regular expression without an end"),
    ],
)
def test_a_form_that_is_not_known_is_refused(line: str, form: str) -> None:
    with pytest.raises(ValueError, match=form) as refused:
        read("page/a", f"const f = 1;\n\n{line}\n")
    words = str(refused.value)
    assert words.startswith("front/page/a.js, line 3: ")
    assert 'known are import { name, other as name } from "./file.js"' in words


def test_the_entry_may_have_a_default_of_names_only() -> None:
    assert read("page/page", "export default { a, b };\n", entry=True).exports == ("a", "b")
    with pytest.raises(ValueError, match="line 1: a default export"):
        read("page/page", "export default { a: 1 };\n", entry=True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('import { a } from "./b.js";\nfunction a() {}\n', "line 2: a declared here and imported"),
        ('import { a } from "./b.js";\nexport const a = 1;\n', "line 2: a declared here and"),
        ('import { a } from "./b.js";\nimport { c as a } from "./c.js";\n', "a imported twice"),
    ],
)
def test_a_name_with_two_meanings_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read("page/a", text)


def test_a_module_that_is_missing_is_refused(tmp_path: Path) -> None:
    front = written(tmp_path, page='import { a } from "./a.js";\n')
    with pytest.raises(
        ValueError, match=r"no module front/page/a\.js, which front/page/page\.js i"
    ):
        bundle.ordered(bundle.ENTRY, front)


def test_a_name_that_is_not_exported_is_refused(tmp_path: Path) -> None:
    front = written(
        tmp_path, page='import { a } from "./a.js";\n', a="export const b = 1;\nconst a = 1;\n"
    )
    with pytest.raises(ValueError, match=r"imports a from page/a\.js, which exports only b\."):
        bundle.ordered(bundle.ENTRY, front)


def test_modules_that_import_each_other_are_refused(tmp_path: Path) -> None:
    front = written(
        tmp_path,
        page='import { a } from "./a.js";\n',
        a='import { b } from "./b.js";\nexport const a = 1;\n',
        b='import { a } from "./a.js";\nexport const b = 1;\n',
    )
    with pytest.raises(ValueError, match=r"page/a\.js → page/b\.js → page/a\.js; move what"):
        bundle.ordered(bundle.ENTRY, front)


def test_two_modules_may_use_one_name_and_see_only_what_they_import(tmp_path: Path) -> None:
    script = toy(tmp_path)
    assert "const page_b = (() => {" in script
    assert "const page_a = (({ words }) => {" in script
    assert "const page_page = (({ fail: go }) => {" in script
    assert "return { words }; })();" in script
    assert script.index("page_b = ") < script.index("page_a = ") < script.index("page_page = ")


# ---------------------------------------------------------------- in a browser


@pytest.mark.browser
@pytest.mark.parametrize("inline", [False, True])
def test_an_error_names_the_file_and_its_line(
    new_page: Callable[..., Page], tmp_path: Path, inline: bool
) -> None:
    page, script = new_page(), toy(tmp_path)
    if inline:  # as in a saved page
        plain = script.replace("export default page_page;", "window.render = page_page.render;")
        page.set_content(f'<p>\n\n<script type="module">\n{plain}</script>')
        stack = page.evaluate("() => { try { render(); } catch (e) { return e.stack; } }")
    else:  # as anywidget does it
        stack = page.evaluate(
            """async text => {
              const url = URL.createObjectURL(new Blob([text], {type: 'text/javascript'}));
              const { render } = (await import(url)).default;
              try { render(); } catch (error) { return error.stack; }
            }""",
            script,
        )
    places = mapped(script)
    numbers = [int(n) - (1 if inline else 0) for n in re.findall(r"linviz\.js:(\d+):", stack)]
    assert [places[n - 1] for n in numbers[:2]] == [
        ("linviz/front/page/a.js", 7),
        ("linviz/front/page/page.js", 4),
    ], stack


def test_a_squeezed_module_keeps_its_lines_where_they_end_a_statement() -> None:
    text = (
        "const a = 1; // one\n\n/** two\n * lines */\nfunction f (x, y) {\n  return x / 2 / y\n}\n"
        "const t = `  ${ f(a, 2) + `} ${ a }` }  // stays\n  `;\nconst r = / {2}/g.test('a  b')\n"
        "  ? a - -a : a + ++a\nlet b = a\n++b\n"
    )
    assert squeezed("a", text) == (
        "const a=1;function f(x,y){return x/2/y\n}\n"
        "const t=`  ${f(a,2)+`} ${a}`}  // stays\n  `;const r=/ {2}/g.test('a  b')\n"
        "?a- -a:a+ ++a\nlet b=a\n++b"
    )
