"""What is downloaded stays small."""

import base64
import hashlib
import io
import zipfile
from pathlib import Path

import linviz
from linviz.panels.module import bare

PACKAGE = Path(linviz.__file__).parent
WHEEL = 800_000  # bytes
METADATA = 4_000  # of a wheel: README, license, entry points, and where they stand


def test_the_wheel_is_below_800_kilobytes() -> None:
    packed, record = io.BytesIO(), []
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path in sorted(PACKAGE.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                name, content = path.relative_to(PACKAGE.parent), path.read_bytes()
                if path.suffix == ".js":  # as docs/wheel.py has it
                    content = bare(content.decode()).encode()
                wheel.writestr(str(name), content)
                digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode()
                record.append(f"{name},sha256={digest.rstrip('=')},{len(content)}")
        wheel.writestr("linviz.dist-info/RECORD", "\n".join(record))
    assert len(packed.getvalue()) < WHEEL - METADATA


def test_no_library_of_others_is_shipped() -> None:
    largest = max((PACKAGE / "front").rglob("*.js"), key=lambda path: path.stat().st_size)
    assert largest.stat().st_size < 40_000, largest
