"""What the README and CITATION.cff say of version and address, filled in from one place each.

    python docs/release.py

The version stands in `linviz/__init__.py`; its tag is v and the version. The addresses of the
repository and of the page as a static site stand in `pyproject.toml` under `[project.urls]` as
`Repository` and `Site`. While there is no repository, the README has no badge and shows the picture
beside it; once there is one, this puts in the badge, with the tag, and the picture's whole address,
which a package index needs. Once there is a site, it is the first way to try linviz.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURE = "notebooks/dashboard.png"
SCREEN = "?urlpath=voila%2Frender%2Fnotebooks%2Fdashboard.ipynb"
HOST = "https://github.com/"


def version() -> str:
    """That of the checkout."""
    text = (ROOT / "linviz" / "__init__.py").read_text(encoding="utf-8")
    (found,) = re.findall(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    return str(found)


def repository() -> str:
    """Owner and name, such as "someone/linviz", or "" while there is no repository."""
    address = _address("Repository", re.escape(HOST) + r"[\w.-]+/[\w.-]+", f"{HOST}OWNER/NAME")
    return address.removeprefix(HOST)


def site() -> str:
    """Address of the page as a static site, or "" while there is none."""
    return _address("Site", r"https://[^\s<>()?#]+", "https://HOST/FOLDER/")


def _address(name: str, form: str, words: str) -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    address = str(project.get("urls", {}).get(name, ""))
    if address and not re.fullmatch(form, address):
        raise ValueError(f"expected {name} as {words}, found {address!r}")
    return address


def readme(text: str, version: str, repository: str, site: str = "") -> str:
    r"""The README with its badge, the site, and the address of its picture.

    >>> print(readme("# linviz\n\n![It](notebooks/dashboard.png)\n", "1.0", "me/linviz"))
    # linviz
    <BLANKLINE>
    [![Binder](https://mybinder.org/badge_logo.svg)](https://mybinder.org/v2/gh/me/linviz/v1.0?urlpath=voila%2Frender%2Fnotebooks%2Fdashboard.ipynb)
    <BLANKLINE>
    ![It](https://raw.githubusercontent.com/me/linviz/v1.0/notebooks/dashboard.png)
    <BLANKLINE>
    """
    text = re.sub(r"\[!\[Binder\].*\n\n|\*\*Try it\*\*.*\n\n", "", text)
    if site:
        words = f"**Try it** in any browser, with nothing to install: <{site}>"
        text = re.sub(r"(?=\*\*Open it\*\*)", f"{words}\n\n", text, count=1)
    picture = PICTURE
    if repository:
        target = f"{repository}/v{version}"
        badge = "[![Binder](https://mybinder.org/badge_logo.svg)]"
        badge += f"(https://mybinder.org/v2/gh/{target}{SCREEN})"
        text = re.sub(r"\A(# .*\n\n)", lambda title: f"{title[1]}{badge}\n\n", text)
        picture = f"https://raw.githubusercontent.com/{target}/{PICTURE}"
    return re.sub(r"\]\([^)]*" + re.escape(PICTURE) + r"\)", f"]({picture})", text)


def citation(text: str, version: str, repository: str, site: str = "") -> str:
    """CITATION.cff with its version and, where there is one, its repository."""
    text = re.sub(r"^version: .*$", f"version: {version}", text, flags=re.MULTILINE)
    text = re.sub(r"^repository-code: .*\n", "", text, flags=re.MULTILINE)
    if repository:
        line = f"repository-code: {HOST}{repository}\n"
        text = re.sub(r"^(?=license:)", line, text, count=1, flags=re.MULTILINE)
    return text


FILES = {"README.md": readme, "CITATION.cff": citation}


def stale() -> dict[str, str]:
    """The files that say something else, with what they should hold."""
    said = {name: (ROOT / name).read_text(encoding="utf-8") for name in FILES}
    due = {name: fill(said[name], version(), repository(), site()) for name, fill in FILES.items()}
    return {name: text for name, text in due.items() if text != said[name]}


def main() -> int:
    for name, text in stale().items():
        (ROOT / name).write_text(text, encoding="utf-8")
        print(f"{name} is now up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
