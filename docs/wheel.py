"""The wheel has the browser's code without its comments, a quarter of it, and the lectures."""

import importlib.util
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):
    """What hatchling calls before it puts a wheel together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Have each module of `linviz/front` as `bare` makes it, and the notebooks as they are."""
        if version == "editable":  # the checkout itself
            return
        root, made = Path(self.root), Path(tempfile.mkdtemp(prefix="linviz-front-"))
        bare = _module(root / "linviz" / "panels" / "module.py").bare
        for path in sorted((root / "linviz" / "front").rglob("*.js")):
            name = path.relative_to(root).as_posix()
            copy = made / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(bare(path.read_text(encoding="utf-8")) + "\n", encoding="utf-8")
            build_data["force_include"][str(copy)] = name
        for path in sorted((root / "notebooks").glob("*.ipynb")):
            build_data["force_include"][str(path)] = f"linviz/lectures/{path.name}"


def _module(path: Path) -> Any:
    """A file of the package that needs none of what it depends on."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # where dataclasses look for it
    spec.loader.exec_module(module)
    return module
