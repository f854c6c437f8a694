"""Downloads of a run: every number comes back to the last bit, and the run can be made again."""

import csv as csv_reader
import io
import json
import zipfile
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import linviz as lv
from linviz.core.experiment import export, limits
from linviz.core.experiment.catalogue.beside import BESIDE
from linviz.core.experiment.catalogue.rules import RULES
from linviz.core.experiment.export import csv, csv_tables, npz, run_arrays
from linviz.core.experiment.json import scenario_from_json, scenario_json
from linviz.core.experiment.run import run
from linviz.core.model import checks
from linviz.core.model.problem import Problem

RNG = np.random.default_rng(5)
FILE = lv.DataSet("measured", RNG.standard_normal((4, 9)), RNG.standard_normal((2, 9)), "noise")
ON_FILE = lv.Scenario(dims=(4, 3, 2), data=FILE.digest, scale=0.4, seed=2, t_end=3)

SCENARIOS = {
    "plain": lv.Scenario(dims=(3, 4, 3, 2), singular_values=(2, 1), scale=0.3, t_end=8),
    "no hidden layer": lv.Scenario(dims=(3, 2), singular_values=(2, 1)),
    "descent": lv.Scenario(dims=(2, 3, 2), singular_values=(2, 1), beside="descent", scale=0.5),
    "tanh": lv.Scenario(dims=(2, 3, 2), singular_values=(2, 1), beside="tanh", t_end=2),
    "exact": lv.Scenario(dims=(3, 3, 2), singular_values=(2, 1), rule="aligned", t_end=6),
    "nothing moves": lv.Scenario(dims=(2, 1, 2), singular_values=(2, 1), rule="zeros"),
    "zero target": lv.Scenario(dims=(2, 2, 2), singular_values=(0, 0), scale=0.5, t_end=2),
    "file": ON_FILE,
    "whitened file": replace(ON_FILE, whitened=True),
}


def test_a_large_product_is_left_out_since_it_follows_from_the_layers(monkeypatch):
    study = run(SCENARIOS["descent"])
    n = len(study.trajectory.t)
    assert {"P", "C1"} <= run_arrays(study).keys()
    for most, names in ((9 * n, {"P", "C1"}), (9 * n - 1, {"P"}), (4 * n - 1, set())):
        monkeypatch.setattr(export, "MOST_DERIVED", most)
        arrays, tables = loaded(npz(study)), csv_tables(study)
        assert arrays.keys() & {"P", "C1"} == names
        assert ('"P[1,1]"' in tables["weights.csv"]) == ("P" in names)
        assert ('"C1[1,1]"' in tables["invariants.csv"]) == ("C1" in names)
        assert {"W1", "W2", "C1_eigenvalues", "drift"} <= arrays.keys()


@pytest.fixture(scope="module", params=SCENARIOS)
def study(request):
    return run(SCENARIOS[request.param], datasets={FILE.digest: FILE})


def loaded(content):
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        return dict(archive)


def read(text):
    """Columns of a table by name, as text."""
    header, *rows = csv_reader.reader(io.StringIO(text))
    assert len(set(header)) == len(header)
    return dict(zip(header, map(list, zip(*rows, strict=True)), strict=True))


def same_bits(found, expected):
    found, expected = np.asarray(found), np.asarray(expected)
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    assert found.tobytes() == expected.tobytes()


def test_npz_gives_every_array_back(study):
    written, found = run_arrays(study), loaded(npz(study))
    assert list(found) == list(written)
    for name, array in written.items():
        same_bits(found[name], array)
    trajectory = study.trajectory
    same_bits(found["t"], trajectory.t)
    same_bits(found["loss"], trajectory.loss)
    for j, (Wj, end) in enumerate(zip(trajectory.W, trajectory.limit, strict=True), start=1):
        same_bits(found[f"W{j}"], Wj)
        same_bits(found[f"W{j}_limit"], end)


def test_the_arrays_are_what_their_names_say(study):
    found, H = loaded(npz(study)), study.scenario.H
    n, N = len(found["t"]), H + 1
    for k in {0, n // 2, n - 1}:
        W = [found[f"W{j}"][k] for j in range(1, N + 1)]
        M = found["Y"] - np.linalg.multi_dot([*W[::-1], found["X"]])
        assert found["loss"][k] == pytest.approx(0.5 * np.sum(M**2), rel=1e-9, abs=1e-18)
        P = np.linalg.multi_dot(W[::-1]) if H else W[0]
        np.testing.assert_allclose(found["P"][k], P, atol=1e-14)
        problem = Problem(found["X"], found["Y"])
        slope = np.sqrt(sum(np.sum(Gj**2) for Gj in lv.gradient(problem, W)))
        assert found["gradient_norm"][k] == pytest.approx(slope, rel=1e-12)
        for j in range(1, H + 1):
            C = W[j].T @ W[j] - W[j - 1] @ W[j - 1].T
            np.testing.assert_allclose(found[f"C{j}"][k], C, atol=1e-14)
            values = found[f"C{j}_eigenvalues"][k]
            np.testing.assert_allclose(values, np.linalg.eigvalsh(C)[::-1], atol=1e-13)
            moved = np.linalg.norm(found[f"C{j}"][k] - found[f"C{j}"][0])
            assert found["drift"][k, j - 1] == pytest.approx(moved, abs=1e-15)
    assert found["drift"].shape == (n, H)
    assert found["strengths"].shape == (n, len(found["Y"]))
    levels = lv.critical_values(study.trajectory.problem, study.scenario.dims)
    masks = [tuple(np.flatnonzero(mask).tolist()) for mask in found["critical_missed"]]
    assert dict(zip(masks, found["critical_values"].tolist(), strict=True)) == levels
    hess = lv.hessian(study.trajectory.problem, study.trajectory.limit)
    expected = np.linalg.eigvalsh(hess)
    scale = max(1.0, np.abs(expected).max())
    np.testing.assert_allclose(found["hessian_eigenvalues"], expected, atol=1e-10 * scale)
    assert ("exact_t" in found) == (study.exact is not None)
    assert ("beside_t" in found) == (study.scenario.beside != "nothing")


def test_the_tables_read_back_to_the_last_bit(study):
    tables = {name: read(text) for name, text in csv_tables(study).items()}
    arrays, H = run_arrays(study), study.scenario.H
    layers = [f"W{j}" for j in range(1, H + 2)]

    def compare(table, name, array, indices=()):
        title = f"{name}[{','.join(str(i + 1) for i in indices)}]" if indices else name
        column = array[:, *indices]
        same_bits(np.array([float(cell) for cell in tables[table][title]]), column)

    for name in ("t", "loss", "gradient_norm"):
        compare("loss.csv", name, arrays[name])
    matrices = {"weights.csv": [(name, name) for name in [*layers, "P"]]}
    matrices["modes.csv"] = [("mode", "strengths")]
    if study.beside is not None:
        matrices["beside.csv"] = [(name, f"beside_{name}") for name in layers]
        for name in ("t", "loss"):
            compare("beside.csv", name, arrays[f"beside_{name}"])
    if H > 0:
        names = [f"C{j}_eigenvalue" for j in range(1, H + 1)]
        matrices["invariants.csv"] = [(name, f"{name}s") for name in names]
    for table, pairs in matrices.items():
        entries = [
            (title, name, i) for title, name in pairs for i in np.ndindex(arrays[name].shape[1:])
        ]
        for title, name, index in entries:
            compare(table, title, arrays[name], index)
    for j in range(1, H + 1):
        compare("invariants.csv", f"C{j}_drift", arrays["drift"][:, j - 1])
        for a, b in np.ndindex(arrays[f"C{j}"].shape[1:]):
            compare("invariants.csv", f"C{j}", arrays[f"C{j}"], (min(a, b), max(a, b)))
    assert ("invariants.csv" in tables) == (H > 0)


def test_the_table_of_the_hessian_counts_its_signs(study):
    table = read(csv_tables(study)["hessian.csv"])
    same_bits(np.array([float(v) for v in table["eigenvalue"]]), study.spectrum.eigenvalues)
    assert table["number"] == [str(k + 1) for k in range(study.scenario.n_parameters)]
    spectrum = study.spectrum
    counts = [table["sign"].count(sign) for sign in ("-1", "0", "1")]
    assert counts == [spectrum.n_negative, spectrum.n_zero, spectrum.n_positive]


def test_exact_losses_stand_at_their_moments():
    study = run(SCENARIOS["exact"])
    table = read(csv_tables(study)["loss.csv"])
    cells = zip(table["t"], table["exact_loss"], strict=True)
    known = {float(t): float(value) for t, value in cells if value}
    assert known == dict(zip(*(values.tolist() for values in study.exact), strict=True))
    assert 0 < len(known) < len(table["t"])


def test_the_files_alone_make_the_run_again(study):
    """Scenario from the text, data from the arrays: the very same losses."""
    found = loaded(npz(study))
    scenario = scenario_from_json(str(found["scenario"]))
    assert scenario == study.scenario
    data = lv.DataSet("from the archive", found["X"], found["Y"], "as the run saw them")
    again = lv.simulate(scenario, datasets={scenario.data: data})
    same_bits(again.t, study.trajectory.t)
    same_bits(again.loss, study.trajectory.loss)


def test_the_zip_alone_makes_a_run_on_a_file_again():
    study = run(ON_FILE, datasets={FILE.digest: FILE})
    with zipfile.ZipFile(io.BytesIO(csv(study))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    data = lv.read_csv(files["data.csv"], targets=2)
    assert data.digest == FILE.digest
    scenario = scenario_from_json(files["scenario.json"].decode())
    same_bits(lv.simulate(scenario, datasets={data.digest: data}).loss, study.trajectory.loss)
    assert "data.csv" not in csv_tables(run(SCENARIOS["plain"]))


def test_the_same_run_gives_the_same_bytes(study):
    again = run(study.scenario, datasets={FILE.digest: FILE})
    assert npz(again) == npz(study)
    assert csv(again) == csv(study)
    for content in (npz(study), csv(study)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.testzip() is None
            assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


def test_the_zip_holds_the_tables_and_the_scenario(study):
    with zipfile.ZipFile(io.BytesIO(csv(study))) as archive:
        found = {name: archive.read(name).decode() for name in archive.namelist()}
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o644}
    assert found == {**csv_tables(study), "scenario.json": scenario_json(study)}


def test_the_summary_says_what_came_of_the_run(study):
    document = json.loads(scenario_json(study))
    assert document["scenario"] == json.loads(json.dumps(asdict(study.scenario)))
    assert "\n".join(document["code"]) == study.scenario.code
    result, spectrum = document["result"], study.spectrum
    assert result["status"] == study.trajectory.status
    assert result["limit"]["kind"] == study.point.kind
    assert result["loss"]["end"] == study.trajectory.loss[-1]
    signs = [result["hessian"][name] for name in ("n_negative", "n_zero", "n_positive")]
    assert signs == [spectrum.n_negative, spectrum.n_zero, spectrum.n_positive]
    assert result["drift"]["absolute"] == lv.drift(study.trajectory).max(initial=0)
    assert result["integrator"]["rtol"] == study.trajectory.rtol
    assert (result["beside"] is None) == (study.beside is None)
    assert document["versions"]["linviz"] == lv.__version__
    assert document["versions"]["numpy"] == np.__version__


def test_what_diverged_is_still_json():
    scenario = replace(SCENARIOS["descent"], step=9, scale=2)
    study = run(scenario)
    assert study.beside.status == "diverged"
    assert json.loads(scenario_json(study))["result"]["beside"]["status"] == "diverged"
    assert scenario_from_json(scenario_json(study)) == scenario
    same_bits(loaded(npz(study))["beside_loss"], study.beside.loss)


def test_large_invariants_are_left_out_with_their_eigenvalues_kept():
    study = run(lv.Scenario(dims=(2, 128, 4, 128, 2), singular_values=(2, 1), t_end=3))
    found = run_arrays(study)
    assert len(found["t"]) * 2 * 128**2 > 2_000_000
    assert not {"C1", "C2", "C3"} & set(found)
    assert found["C1_eigenvalues"].shape == (len(found["t"]), 128)
    names = list(read(csv_tables(study)["invariants.csv"]))
    assert names[:2] == ["t", "C1_eigenvalue[1]"]
    assert names[-1] == "C3_drift"
    assert len(names) == 1 + 128 + 4 + 128 + 3


numbers = st.floats(0, limits.MAX_SCALE)
scenarios = st.builds(
    lambda dims, s, layers, **rest: lv.Scenario(
        dims=(max(dims[0], len(s)), *dims[1:], len(s)),
        singular_values=tuple(s),
        layer_singular_values=tuple(map(tuple, layers)),
        **rest,
    ),
    dims=st.lists(st.integers(1, 6), min_size=1, max_size=4),
    s=st.lists(st.floats(0, 1000), min_size=1, max_size=4),
    layers=st.lists(st.lists(numbers, max_size=3), max_size=3),
    data=st.sampled_from(["canonical", "digits", "0f3fa3a16b9c55b5"]),
    whitened=st.booleans(),
    rule=st.sampled_from(tuple(RULES)),
    scale=numbers,
    seed=st.integers(0, checks.MAX_SEED),
    strengths=st.lists(st.floats(-10, 10), max_size=4).map(tuple),
    missed=st.sets(st.integers(0, 5)).map(tuple),
    lam=st.floats(-100, 100),
    t_end=st.none() | st.floats(1e-12, 1e9),
    beside=st.sampled_from(tuple(BESIDE)),
    step=st.floats(1e-3, 10),
    label_noise=numbers,
)


@given(scenarios)
def test_any_scenario_comes_back(scenario):
    assert scenario_from_json(scenario_json(scenario)) == scenario


@settings(max_examples=12)
@given(
    st.builds(
        lv.Scenario,
        dims=st.sampled_from([(2, 2), (3, 2, 2), (2, 1, 3, 2)]),
        singular_values=st.lists(st.floats(0.1, 3), min_size=2, max_size=2).map(tuple),
        scale=st.floats(0.1, 1),
        seed=st.integers(0, 99),
        t_end=st.floats(0.1, 3),
        beside=st.sampled_from(["nothing", "descent"]),
    )
)
def test_any_run_comes_back(scenario):
    study = run(scenario)
    for name, array in loaded(npz(study)).items():
        same_bits(array, run_arrays(study)[name])
    table = read(csv_tables(study)["loss.csv"])
    same_bits(np.array(table["loss"], dtype=float), study.trajectory.loss)
    again = lv.simulate(scenario_from_json(scenario_json(study)))
    same_bits(again.loss, study.trajectory.loss)


GOOD = json.loads(scenario_json(lv.Scenario()))


def changed(**fields):
    return json.dumps({**GOOD, "scenario": {**GOOD["scenario"], **fields}})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected a scenario as JSON"),
        ("lv.Scenario()", "expected a scenario as JSON"),
        ("[1, 2]", "expected a JSON object, found"),
        ("{}", "expected an object under 'scenario', found None"),
        ('{"scenario": [1]}', "expected an object under 'scenario'"),
        ('{"scenario": {}, "scenario": {}}', "a name stands twice"),
        ('{"scenario": {"scale": NaN}}', "NaN is no number"),
        ('{"scenario": {"scale": -Infinity}}', "is no number"),
        ('{"scenario": {"scale": 1e999}}', "expected scale to be a number"),
        ('{"scenario": {"seed": 1%s}}' % ("0" * 5000), "expected"),
        ("[" * 100_000 + "]" * 100_000, "expected at most 200 brackets"),
        ('{"a": ' * 150 + "1" + "}" * 150, "found 'a': remove it"),
        (" " * 1_000_001, "expected a text of at most 1000000 characters"),
        (b"{}", "expected a text"),
        (json.dumps({**GOOD, "format": "linviz run 2"}), "expected the format 'linviz run 1'"),
        (json.dumps({**GOOD, "widths": 1}), "found 'widths': remove it"),
        (changed(widths=[2, 2]), "expected fields of a scenario, found 'widths'"),
        (changed(__class__="x"), "found '__class__'"),
        (changed(dims=[2, 10**9, 2]), "expected width d_1"),
        (changed(dims="5,5,4,3"), "expected a list"),
        (changed(dims=[5, 5, 4, 3.5]), "expected width d_3"),
        (changed(singular_values=[3, 2]), "as many singular values as outputs"),
        (changed(singular_values={"0": 1}), "expected a list"),
        (changed(whitened="no"), "expected true or false for whitened, found 'no'"),
        (changed(whitened=1), "expected true or false"),
        (changed(rule="import os"), "expected a rule among"),
        (changed(rule=None), "expected a rule among"),
        (changed(data=["digits"]), "expected data"),
        (changed(data="\ud800"), "expected data as printable text, found '\\ud800'"),
        (changed(data="a\n"), "expected data as printable text"),
        (changed(scale="0.5"), "expected scale to be a number"),
        (changed(scale=True), "expected scale to be a number"),
        (changed(seed=None), "expected seed to be a whole number"),
        (changed(layer_singular_values=[1, 2]), "expected a list"),
        (changed(t_end=-1), "expected a horizon"),
        (changed(beside="x" * 5000), "expected beside among"),
    ],
)
def test_other_texts_are_refused_in_words(text, message):
    with pytest.raises(ValueError, match="expected") as refused:
        scenario_from_json(text)
    assert message in str(refused.value)
    assert len(str(refused.value)) < 400


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(list(GOOD["scenario"])), values, max_size=3))
def test_whatever_a_field_holds_it_is_a_scenario_or_refused(fields):
    try:
        scenario, refused = scenario_from_json(changed(**fields)), ""
    except ValueError as error:
        scenario, refused = None, str(error)
    if scenario is None:
        assert "expected" in refused
    else:
        assert scenario_from_json(scenario_json(scenario)) == scenario
