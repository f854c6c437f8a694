"""What is downloaded stays small."""

import base64
import hashlib
import io
import zipfile
from pathlib import Path

import linviz
from linviz.panels.module import bare

PACKAGE = Path(linviz.__file__).parent
WHEEL = 2**20  # bytes
METADATA = 4_000  # of a wheel: README, license, entry points, and where they stand


def test_the_wheel_is_below_a_megabyte() -> None:
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


def test_of_libraries_of_others_one_small_file_is_shipped_with_its_license() -> None:
    shipped = sorted(path.name for path in (PACKAGE / "front" / "vendor").iterdir())
    assert shipped == ["README.md", "lean-qr.LICENSE", "lean-qr.cjs"]
    library = (PACKAGE / "front" / "vendor" / "lean-qr.cjs").read_bytes()
    # index.js of lean-qr 2.7.4, as npm has it
    assert hashlib.sha256(library).hexdigest().startswith("1aaa80f2ea87616a47e9ad358bb11b37")
    assert "MIT License" in (PACKAGE / "front" / "vendor" / "lean-qr.LICENSE").read_text()


def test_no_module_is_as_large_as_a_library() -> None:
    largest = max((PACKAGE / "front").rglob("*.js"), key=lambda path: path.stat().st_size)
    assert largest.stat().st_size < 40_000, largest
