"""What is downloaded stays small."""

import io
import zipfile
from pathlib import Path

import linviz

PACKAGE = Path(linviz.__file__).parent
WHEEL = 700_000  # bytes
METADATA = 20_000  # of a wheel: its record of files, and the README


def test_the_wheel_is_below_700_kilobytes() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path in sorted(PACKAGE.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                wheel.write(path, path.relative_to(PACKAGE.parent))
    assert len(packed.getvalue()) < WHEEL - METADATA


def test_no_library_of_others_is_shipped() -> None:
    largest = max((PACKAGE / "front").rglob("*.js"), key=lambda path: path.stat().st_size)
    assert largest.stat().st_size < 40_000, largest
