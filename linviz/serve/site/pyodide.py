"""Python for the browser: the pinned files of Pyodide, each verified."""

from __future__ import annotations

import hashlib
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PYODIDE = "0.27.7"
RELEASE = f"https://cdn.jsdelivr.net/pyodide/v{PYODIDE}/full/"

# sha256, as in the lock file of that release
RUNTIME = {
    "pyodide.js": "b4cb23a53aba19c221659b9fb40a2f18281d685691dc06647fb0afd0681baf98",
    "pyodide.asm.js": "6b4c90de5b7172873f04f21884d0e9d2274e305fe32116558fe3e4fbe3618d51",
    "pyodide.asm.wasm": "a50dd1843f805a0b7c45b61037ee0d7b26dfe85efe0e18ef95a34ad24e401f5f",
    "python_stdlib.zip": "16611534726e5d8ac2bd8f926410b2dcb8d6f49aa24913463533b457a2115c16",
}


@dataclass(frozen=True, slots=True)
class Package:
    """One that comes with Pyodide, as its lock file has it.

    Attributes
    ----------
    name, version, file_name : str
    sha256 : str
    depends : tuple of names
    kind : "package" or "shared_library"
    """

    name: str
    version: str
    file_name: str
    sha256: str
    depends: tuple[str, ...] = ()
    kind: str = "package"

    def entry(self, content: bytes) -> dict[str, Any]:
        """What a lock file says of it, with this content."""
        return {
            "name": self.name,
            "version": self.version,
            "file_name": self.file_name,
            "install_dir": "site" if self.kind == "package" else "dynlib",
            "sha256": hashlib.sha256(content).hexdigest(),
            "package_type": self.kind,
            "imports": [self.name] if self.kind == "package" else [],
            "depends": list(self.depends),
            "unvendored_tests": False,
        }


CARRIED = (
    Package(
        "numpy",
        "2.0.2",
        "numpy-2.0.2-cp312-cp312-pyodide_2024_0_wasm32.whl",
        "ebb61241d962b98b21597d7ce43b67668a6d5bab3acec4fbe958657320d7cd08",
    ),
    Package(
        "openblas",
        "0.3.26",
        "openblas-0.3.26.zip",
        "787ea9a8a5cd160204388d03324b3b7ce5c9aea14b5680cec987f837e76c5198",
        kind="shared_library",
    ),
    Package(
        "scipy",
        "1.14.1",
        "scipy-1.14.1-cp312-cp312-pyodide_2024_0_wasm32.whl",
        "997c50a61564a8ce6a56ea98a42e7f4427e5eb98475a73233e83df6a184f415c",
        depends=("numpy", "openblas"),
    ),
)


def pinned(source: str | Path | None = None) -> dict[str, bytes]:
    """The files of Pyodide that a site needs, by name.

    Parameters
    ----------
    source : folder or address, optional
        Where they are taken from; Pyodide's own release where not given.

    Raises
    ------
    ValueError
        If a file is missing there or is not the pinned one.
    """
    place = str(source or RELEASE)
    digests = RUNTIME | {package.file_name: package.sha256 for package in CARRIED}
    return {name: _verified(place, name, digest) for name, digest in digests.items()}


def lock(files: dict[str, bytes]) -> bytes:
    """The lock file that belongs to these files: Pyodide reads from it what is there."""
    packages = {package.name: package.entry(files[package.file_name]) for package in CARRIED}
    info = {
        "abi_version": "2024_0",
        "arch": "wasm32",
        "platform": "emscripten_3_1_58",
        "python": "3.12.7",
        "version": PYODIDE,
    }
    return json.dumps({"info": info, "packages": packages}, sort_keys=True).encode()


def _verified(place: str, name: str, digest: str) -> bytes:
    try:
        content = _read(place, name)
    except (OSError, urllib.error.URLError) as error:
        raise ValueError(
            f"expected {name} of Pyodide {PYODIDE} in {place}, found {error}: download that "
            "release, and name the folder with --pyodide FOLDER"
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise ValueError(
            f"expected {name} of Pyodide {PYODIDE} with sha256 {digest[:12]}…, found "
            f"{found[:12]}… in {place}: it is another version, or was changed"
        )
    return content


def _read(place: str, name: str) -> bytes:
    if not place.startswith(("https://", "http://")):
        return Path(place, name).read_bytes()
    with urllib.request.urlopen(f"{place.rstrip('/')}/{name}", timeout=60) as answer:
        content: bytes = answer.read()
    return content
