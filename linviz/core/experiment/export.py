r"""A run as files: arrays (NPZ) and tables (CSV).

Each file alone is enough to make the run again: it holds the scenario with every field, and X and
Y where they came from a file. Numbers are written so that they read back to the last bit.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linviz.core.experiment.catalogue.data import UPLOADED, data_entry
from linviz.core.experiment.json import scenario_json
from linviz.core.experiment.run import Run
from linviz.core.flow.trajectory import Trajectory
from linviz.core.model.critical_values import critical_levels
from linviz.core.model.problem import Matrix

Array = NDArray[Any]

MOST_DERIVED = 2_000_000  # numbers; the entries of a larger P, or of larger C_j, follow from W
MOST_LEVELS = 4096


def run_arrays(run: Run) -> dict[str, Array]:
    r"""Everything of a run as arrays; n moments, N = H + 1 layers, numbered from 1.

    ================================  ==========================================================
    name                              content and shape
    ================================  ==========================================================
    scenario                          text (): `scenario_json`
    dims                              widths (N + 1,), input first
    X, Y                              the data the flow was run on (d_x, m), (d_y, m)
    t, loss, gradient_norm            (n,)
    strengths                         `mode_strengths` (n, d_y)
    singular_values                   of the target (d_y,)
    critical_values, critical_missed  losses (k,) and the modes each misses, bool (k, d_y);
                                      those of nested sets only where there are more than 4096
    W1, ..., WN                       (n, d_j, d_{j-1})
    P                                 their product (n, d_y, d_x); left out where it has more than
                                      2 million entries
    C1, ..., CH                       (n, d_j, d_j); left out where all of them together have
                                      more than 2 million entries
    C1_eigenvalues, ...               (n, d_j), descending
    drift                             :math:`\|C_j(t) - C_j(0)\|_F` (n, H)
    W1_limit, ..., WN_limit           the limit point (or the last one) (d_j, d_{j-1})
    hessian_eigenvalues               there, ascending (n_params,)
    hessian_tolerance                 (): up to this size they count as zero
    exact_t, exact_loss               (k,), where an exact solution is known
    beside_t, beside_loss, beside_W1  the run beside the flow, where there is one: (m,), (m,),
                                      (m, d_j, d_{j-1})
    ================================  ==========================================================

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> arrays = run_arrays(run(Scenario(dims=(2, 3, 2), singular_values=(2, 1))))
    >>> arrays["W1"].shape[1:], arrays["C1"].shape[1:], arrays["critical_values"]
    ((3, 2), (3, 3), array([2.5, 2. , 0.5, 0. ]))
    """
    trajectory = run.trajectory
    problem, dims = trajectory.problem, trajectory.dims
    levels = critical_levels(problem, dims, most=MOST_LEVELS)
    modes = range(problem.n_modes)
    misses = [[k in missed for k in modes] for missed in levels]
    arrays: dict[str, Array] = {
        "scenario": np.array(scenario_json(run)),
        "dims": np.array(dims),
        "X": problem.X,
        "Y": problem.Y,
        "t": trajectory.t,
        "loss": trajectory.loss,
        "gradient_norm": trajectory.gradient_norm,
        "strengths": run.strengths,
        "singular_values": problem.singular_values,
        "critical_values": np.array(list(levels.values())),
        "critical_missed": np.array(misses, dtype=bool),
        **_layers("W", trajectory.W),
        **_products(trajectory),
        **_invariant_arrays(trajectory),
        **{f"{name}_limit": Wj for name, Wj in _layers("W", trajectory.limit).items()},
        "hessian_eigenvalues": run.spectrum.eigenvalues,
        "hessian_tolerance": np.array(run.spectrum.tolerance),
    }
    if run.exact is not None:
        arrays["exact_t"], arrays["exact_loss"] = run.exact
    if run.beside is not None:
        arrays |= {"beside_t": run.beside.t, "beside_loss": run.beside.loss}
        arrays |= _layers("beside_W", run.beside.W)
    return arrays


def npz(run: Run) -> bytes:
    """`run_arrays` as a compressed NPZ archive, which ``numpy.load`` opens without pickle.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> archive = npz(run(Scenario(dims=(2, 2), singular_values=(2, 1))))
    >>> with np.load(io.BytesIO(archive)) as arrays:
    ...     arrays["dims"]
    array([2, 2])
    """
    file = io.BytesIO()
    arrays: dict[str, Any] = dict(run_arrays(run))
    np.savez_compressed(file, **arrays)  # numpy 2.0 knows no allow_pickle: none of them needs it
    return file.getvalue()


def csv_tables(run: Run) -> dict[str, str]:
    """Tables of a run by file name, a row for each moment and a header row.

    ``loss.csv``: t, loss, gradient_norm and exact_loss, empty where it is not known. ``modes.csv``:
    the strengths. ``invariants.csv``: entries C1[a,b] with a <= b (they are symmetric), eigenvalues
    descending, drift; not for H = 0. ``weights.csv``: W1[a,b], ..., and the product P[a,b]. The
    entries of C_j and P are left out where `run_arrays` leaves them out.
    ``hessian.csv``: a row for each eigenvalue, with its sign. ``beside.csv``: the run beside the
    flow. ``data.csv``: X and Y where they came from a file, a row for each sample. Indices count
    from 1, as in the paper.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> tables = csv_tables(run(Scenario(dims=(1, 1), singular_values=(2,))))
    >>> list(tables)
    ['loss.csv', 'modes.csv', 'weights.csv', 'hessian.csv']
    >>> tables["weights.csv"].splitlines()[0]
    't,"W1[1,1]","P[1,1]"'
    """
    arrays = run_arrays(run)
    t, H = arrays["t"], run.scenario.H
    layers = [f"W{j}" for j in range(1, H + 2)]
    tables = {
        "loss.csv": _loss_table(arrays),
        "modes.csv": _table([("t", t), *_columns("mode", arrays["strengths"])]),
    }
    if H > 0:
        tables["invariants.csv"] = _invariants_table(arrays, H)
    matrices = {name: arrays[name] for name in [*layers, "P"] if name in arrays}
    tables["weights.csv"] = _weights_table(t, matrices)
    values, tolerance = run.spectrum.eigenvalues, run.spectrum.tolerance
    signs = np.where(np.abs(values) <= tolerance, 0, np.sign(values)).astype(int)
    number = np.arange(1, len(values) + 1)
    tables["hessian.csv"] = _table([("number", number), ("eigenvalue", values), ("sign", signs)])
    if run.beside is not None:
        beside = {name: arrays[f"beside_{name}"] for name in layers}
        tables["beside.csv"] = _weights_table(arrays["beside_t"], beside, arrays["beside_loss"])
    if data_entry(run.scenario.data) is UPLOADED:
        columns = [*_columns("x", arrays["X"].T), *_columns("y", arrays["Y"].T)]
        tables["data.csv"] = _table(columns)
    return tables


def csv(run: Run) -> bytes:
    """`csv_tables` with ``scenario.json`` in one ZIP archive; the same bytes for the same run.

    Examples
    --------
    >>> from linviz.core.experiment.run import run
    >>> from linviz.core.experiment.scenario import Scenario
    >>> archive = csv(run(Scenario(dims=(1, 1), singular_values=(2,))))
    >>> zipfile.ZipFile(io.BytesIO(archive)).namelist()[-1]
    'scenario.json'
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**csv_tables(run), "scenario.json": scenario_json(run)}.items():
            entry = zipfile.ZipInfo(name)  # dated 1980, whatever the clock says
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text.encode())
    return file.getvalue()


def _products(trajectory: Trajectory) -> dict[str, Array]:
    """P at every moment, unless it is too large."""
    if len(trajectory.t) * trajectory.dims[0] * trajectory.dims[-1] > MOST_DERIVED:
        return {}
    return {"P": trajectory.product}


def _layers(name: str, W: Sequence[Matrix]) -> dict[str, Array]:
    return {f"{name}{j}": Wj for j, Wj in enumerate(W, start=1)}


def _invariant_arrays(trajectory: Trajectory) -> dict[str, Array]:
    """The C_j, unless they are too large, with eigenvalues and drift."""
    arrays: dict[str, Array] = {}
    if len(trajectory.t) * sum(d**2 for d in trajectory.dims[1:-1]) <= MOST_DERIVED:
        arrays |= _layers("C", trajectory.invariants)
    spectra = _layers("C", trajectory.spectra)
    arrays |= {f"{name}_eigenvalues": values for name, values in spectra.items()}
    return {**arrays, "drift": trajectory.drift}


Column = tuple[str, Array | Sequence[float | str]]


def _loss_table(arrays: dict[str, Array]) -> str:
    columns: list[Column] = [(name, arrays[name]) for name in ("t", "loss", "gradient_norm")]
    if "exact_t" in arrays:
        known = dict(zip(arrays["exact_t"].tolist(), arrays["exact_loss"].tolist(), strict=True))
        columns.append(("exact_loss", [known.get(t, "") for t in arrays["t"].tolist()]))
    return _table(columns)


def _invariants_table(arrays: dict[str, Array], H: int) -> str:
    columns: list[Column] = [("t", arrays["t"])]
    for j in range(1, H + 1):
        if f"C{j}" in arrays:
            columns += _columns(f"C{j}", arrays[f"C{j}"], upper=True)
        columns += _columns(f"C{j}_eigenvalue", arrays[f"C{j}_eigenvalues"])
        columns.append((f"C{j}_drift", arrays["drift"][:, j - 1]))
    return _table(columns)


def _weights_table(t: Array, matrices: dict[str, Array], loss: Array | None = None) -> str:
    columns: list[Column] = [("t", t)] if loss is None else [("t", t), ("loss", loss)]
    for name, frames in matrices.items():
        columns += _columns(name, frames)
    return _table(columns)


def _columns(name: str, frames: Array, *, upper: bool = False) -> list[Column]:
    """Columns of the entries of vectors or matrices (n, ...), with indices from 1."""
    return [
        (f"{name}[{','.join(str(i + 1) for i in index)}]", frames[:, *index])
        for index in np.ndindex(frames.shape[1:])
        if not upper or index[0] <= index[1]
    ]


def _table(columns: Iterable[Column]) -> str:
    """CSV text; Python writes floats with as many digits as tell them from all others."""
    names, values = zip(*columns, strict=True)
    header = ",".join(f'"{name}"' if "," in name else name for name in names)
    listed = [v.tolist() if isinstance(v, np.ndarray) else v for v in values]
    rows = (",".join(map(str, row)) for row in zip(*listed, strict=True))
    return "\n".join([header, *rows, ""])
