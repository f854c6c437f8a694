"""``linviz study``: many random starts, or a sweep, from a file; it goes on where it stopped."""

import argparse
import json
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linviz.core import starts
from linviz.core.experiment.json import scenario_from_json
from linviz.core.experiment.scenario import Scenario
from linviz.core.experiment.simulation import problem_of
from linviz.core.flow.integrator import FlowError
from linviz.core.model import checks
from linviz.core.starts.bar import Bar
from linviz.core.starts.kept import SHARE
from linviz.core.starts.measurement import MOST_STARTS
from linviz.core.starts.sheet import beside, check_writable

WORDS_OF_STUDY = """\
Run many random starts of a scenario and write what became of them. FILE is JSON:

  {"scenario": {"dims": [2, 3, 2], "singular_values": [2, 1], "rule": "gaussian",
                "scale": 0.02, "seed": 0},
   "study": {"n": 5000, "t_end": 60, "scales": [], "widths": [], "depths": []}}

The scenario is one as linviz saves it; lists in "study" make a sweep. What it will cost is told
first. Ctrl-C stops it; the same command goes on where it stopped.
"""
ASKABLE = ("n", "t_end", "scales", "widths", "depths")
MOST_WORKERS = 256
STOPPED = 130  # the exit code of what Ctrl-C has ended


@dataclass(frozen=True)
class Asked:
    """What a file asks for."""

    scenario: Scenario
    n: int
    t_end: float
    axes: dict[str, Any]

    @classmethod
    def of(cls, path: Path) -> "Asked":
        """What this file asks for, or what is wrong with it."""
        try:
            given = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise ValueError(f"expected a file, found none named {path}") from None
        except (OSError, ValueError) as error:
            raise ValueError(f"expected {path} to be JSON, found: {str(error)[:200]}") from None
        if not isinstance(given, dict) or not isinstance(given.get("scenario"), dict):
            raise ValueError(f'expected {{"scenario": {{…}}, "study": {{…}}}} in {path}')
        more = given.get("study", {})
        if not isinstance(more, dict) or not set(more) <= set(ASKABLE):
            wrong = sorted(set(more) - set(ASKABLE)) if isinstance(more, dict) else more
            raise ValueError(
                f'expected {", ".join(ASKABLE)} in "study", found {checks.brief(wrong)}'
            )
        scenario = scenario_from_json(json.dumps({"scenario": given["scenario"]}))
        t_end = more.get("t_end", scenario.t_end or 60.0)
        axes = {name: more[name] for name in ASKABLE[2:] if more.get(name)}
        return cls(scenario, more.get("n", 1000), t_end, axes)

    @property
    def arguments(self) -> tuple[Any, ...]:
        """As a study, a sweep and a forecast take them."""
        s = self.scenario
        return problem_of(s), s.dims, self.n, s.rule, s.scale, s.seed


def run(argv: list[str]) -> int:
    """Parse the arguments, run the study, write it, say what was found; return the exit code."""
    options = _parser().parse_args(argv)
    stopped: list[int] = []
    before = {
        signum: signal.signal(signum, lambda number, _: _heard(stopped, number))
        for signum in (signal.SIGINT, signal.SIGTERM)
    }
    bar = Bar()
    try:
        asked = Asked.of(options.file)
        kind = ".csv" if asked.axes else ".npz"
        out = options.out or options.file.with_suffix(kind)
        _check_name(out, asked)
        parts = out.with_name(f"{out.name}.parts")
        workers = 1 if checks.whole(asked.n, "n", 1, MOST_STARTS) <= SHARE else options.workers
        told = starts.cost(*asked.arguments, t_end=asked.t_end, workers=workers, **asked.axes)
        print(f"linviz: {told.words}", file=sys.stderr, flush=True)
        with _warnings_in_words():
            found = _computed(asked, workers, parts, bar, lambda: bool(stopped))
    except FlowError as error:
        return _ended(error, bool(stopped), options.file)
    except (ValueError, OSError) as error:
        print(f"linviz: {error}", file=sys.stderr)
        return 2
    finally:
        bar.close()
        for signum, handler in before.items():
            signal.signal(signum, handler)
    return _written(found, out, parts)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="linviz study",
        description=WORDS_OF_STUDY,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="what to study, as JSON")
    parser.add_argument(
        "--out",
        type=Path,
        help="where to write: .npz or .parquet; of a sweep the table, .csv (default: beside FILE)",
    )
    parser.add_argument(
        "--workers",
        type=_workers,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes (default: as many as there are processors)",
    )
    return parser


def _workers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text[:9]) <= MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"expected 1 to {MOST_WORKERS} processes, found {text!r}")
    return int(text)


def _check_name(out: Path, asked: Asked) -> None:
    kinds = (".csv",) if asked.axes else (".npz", ".parquet")
    if out.suffix not in kinds:
        raise ValueError(f"expected --out to end in {' or '.join(kinds)}, found {out.name!r}")
    if not asked.axes:
        check_writable(out)


@contextmanager
def _warnings_in_words() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("default", RuntimeWarning)
        warnings.showwarning = lambda words, *_: print(f"linviz: {words}", file=sys.stderr)
        yield


def _heard(stopped: list[int], number: int) -> None:
    """Stop between two steps; who asks twice is not kept waiting."""
    if stopped:
        os._exit(STOPPED)
    stopped.append(number)


def _computed(
    asked: Asked, workers: int, parts: Path, bar: Bar, interrupt: Callable[[], bool]
) -> starts.StartStudy | starts.Sweep:
    compute: Callable[..., Any] = starts.sweep if asked.axes else starts.study
    options = {"t_end": asked.t_end, "progress": bar, "interrupt": interrupt, "checkpoint": parts}
    options |= asked.axes
    if workers == 1:
        found: starts.StartStudy | starts.Sweep = compute(*asked.arguments, **options)
        return found
    for library in ("OMP", "OPENBLAS", "MKL"):  # each worker has one processor to itself
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, signal.signal, (signal.SIGINT, signal.SIG_DFL))
    try:
        found = compute(*asked.arguments, executor=pool, **options)
    except BaseException:
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return found


def _ended(error: FlowError, stopped: bool, file: Path) -> int:
    """Words for a study that did not come to its end."""
    kept = isinstance(error, starts.StudyStoppedError)
    words = "stopped; what was computed is kept" if stopped else str(error)
    again = f"; the same command goes on from there: linviz study {file}" if kept else ""
    print(f"linviz: {words}{again}", file=sys.stderr)
    return STOPPED if stopped else 1


def _written(found: starts.StartStudy | starts.Sweep, out: Path, parts: Path) -> int:
    """Write what was found, and take the pieces away once it is safe."""
    try:
        if isinstance(found, starts.Sweep):
            beside(out, lambda file: file.write(found.csv().encode()))
            for k, study in enumerate(found.studies):
                starts.save(study, out.with_name(f"{out.stem}-{k:03d}.npz"))
            print(f"{out}: {len(found.rows)} rows of {len(found.studies)} studies")
        else:
            starts.save(found, out)
            for end, share in found.shares.items():
                print(f"{end}: {share}{f'  ({share.caution})' if share.caution else ''}")
            print(f"written to {out}")
    except (ValueError, OSError) as error:
        print(f"linviz: {error}", file=sys.stderr)
        print(f"linviz: {_saved_elsewhere(found, out, parts)}", file=sys.stderr)
        return 1
    shutil.rmtree(parts, ignore_errors=True)
    return 0


def _saved_elsewhere(found: starts.StartStudy | starts.Sweep, out: Path, parts: Path) -> str:
    """Put what has no room beside its file into a new folder for temporary files, and say where."""
    studies = found.studies if isinstance(found, starts.Sweep) else (found,)
    try:
        folder = Path(tempfile.mkdtemp(prefix="linviz-"))
        for k, study in enumerate(studies):
            starts.save(study, folder / f"{out.stem}-{k:03d}.npz")
    except OSError:
        return f"what {parts} has is kept: make room, and the same command goes on from there"
    return f"what was computed is in {folder}"
