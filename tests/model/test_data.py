"""Data sets and files: values against the source's, and a refusal in words for everything else."""

import hashlib
import io
import subprocess
import sys
import warnings
import zipfile

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from linviz.core.model.data import DataSet, read_csv, read_data, read_npz
from linviz.core.model.datasets import digits, few_digits, fold
from linviz.core.model.files import LARGEST_ENTRY
from linviz.core.model.problem import Problem

NUMBERS = st.floats(-LARGEST_ENTRY, LARGEST_ENTRY)


def toy(X, Y):
    return DataSet("toy", X, Y, "A toy.")


def archive(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def zipped(members, method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return file.getvalue()


def npy(shape, descr="<f8", body=b""):
    """An array file that announces whatever it likes."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        file, {"descr": descr, "fortran_order": False, "shape": shape}
    )
    return file.getvalue() + body


def refusal(read, *arguments, **options):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the caller looks at the words
        read(*arguments, **options)
    return str(caught.value)


# --- data sets


@given(
    X=hnp.arrays(float, st.tuples(st.integers(2, 4), st.just(3)), elements=NUMBERS),
    Y=hnp.arrays(float, (2, 3), elements=NUMBERS),
)
@settings(max_examples=40)
def test_a_data_set_is_read_only_copies_with_a_digest_of_the_values(X, Y):
    data = toy(X, Y)
    assert np.array_equal(data.X, X)
    assert np.array_equal(data.Y, Y)
    assert data.digest == toy(np.asfortranarray(X), Y.copy()).digest
    assert len(data.digest) == 16
    with pytest.raises(ValueError, match="read-only"):
        data.X[0, 0] = 1.0
    X[0, 0] += 1.0 + abs(X[0, 0])
    assert data.X[0, 0] != X[0, 0]
    if abs(X[0, 0]) <= LARGEST_ENTRY:
        assert toy(X, Y).digest != data.digest


def test_the_digest_depends_on_shapes_and_on_which_matrix_is_which():
    row = np.arange(1.0, 5.0)[None]
    sets = [
        toy(row, row),
        toy(row.reshape(2, 2), row.reshape(2, 2)),
        toy(row.reshape(4, 1), row[:, :1]),
        toy(row, 2 * row),
        toy(2 * row, row),
    ]
    assert len({data.digest for data in sets}) == len(sets)
    assert toy(-0.0 * row, row).digest == toy(0.0 * row, row).digest


def test_the_digest_is_the_documented_hash():
    content = b"1 x 2;" + np.array([1.0, 2.0]).tobytes() + b"1 x 2;" + np.array([3, 6.0]).tobytes()
    assert toy([[1, 2]], [[3, 6]]).digest == hashlib.sha256(content).hexdigest()[:16]


@pytest.mark.parametrize(
    ("X", "Y", "words"),
    [
        ([[1.0, 2.0]], [[1.0]], "same number m of samples"),
        ([[1.0, np.nan]], [[1.0, 1.0]], "in X, found nan at row 1, column 2"),
        ([[1.0], [1.0]], [[1.0], [2e100]], r"in Y, found 2e\+100 at row 2, column 1: rescale"),
        ([1.0], [[1.0]], "X to be a matrix"),
        ([["a"]], [[1.0]], "X to hold real numbers"),
    ],
)
def test_a_data_set_that_is_none_is_refused(X, Y, words):
    with pytest.raises(ValueError, match=words):
        toy(X, Y)


def test_the_largest_entries_overflow_nowhere_in_the_problem():
    problem = Problem(
        **{
            name: getattr(toy([[LARGEST_ENTRY, -LARGEST_ENTRY]], [[0, LARGEST_ENTRY]]), name)
            for name in "XY"
        }
    )
    assert np.isfinite(problem.gram).all()
    assert np.isfinite(problem.residual_loss)


# --- digits


def test_digits_are_those_of_the_source():
    data = digits()
    m = 1797
    assert data.X.shape == (64, m)
    assert data.Y.shape == (10, m)
    levels = data.X * np.sqrt(m) * 16
    np.testing.assert_allclose(levels, levels.round(), atol=1e-12)
    assert levels.round().min() == 0
    assert levels.round().max() == 16
    # the first image, a zero, as the source prints it
    first = [[0, 0, 5, 13, 9, 1, 0, 0], [0, 0, 13, 15, 10, 15, 5, 0], [0, 3, 15, 2, 0, 11, 8, 0]]
    np.testing.assert_array_equal(levels[:24, 0].round().reshape(3, 8), first)
    counts = (data.Y * np.sqrt(m)).sum(axis=1).round()
    np.testing.assert_array_equal(counts, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    np.testing.assert_array_equal(np.argmax(data.Y[:, :10], axis=0), range(10))
    pixel_bytes = levels.T.round().astype(np.uint8).tobytes()
    assert hashlib.sha256(pixel_bytes).hexdigest()[:16] == "8f26b2bd9d135c25"


def test_the_digest_of_the_digits_is_the_one_that_links_carry():
    assert digits().digest == "df760547699b8eee"
    assert digits((0, 1), pixels=4).digest == "392fbf60fb828da0"


@pytest.mark.parametrize(("pixels", "rank", "condition"), [(8, 61, 6.495e6), (4, 16, 2.970e3)])
def test_digits_have_the_rank_and_the_condition_that_the_docstring_states(pixels, rank, condition):
    data = digits(pixels=pixels)
    problem = Problem(data.X, data.Y)
    assert problem.rank == rank
    assert problem.condition == pytest.approx(condition, rel=1e-3)
    s = problem.singular_values
    assert (s[:-1] - s[1:]).min() > 1e-3  # distinct and positive, as the theory of modes asks
    assert s[-1] > 1e-2


@pytest.mark.parametrize("classes", [(0, 1), (7, 2, 4)])
def test_the_loss_is_half_the_mean_squared_error_per_sample(classes):
    data = digits(classes)
    everything = digits()
    label = np.argmax(everything.Y, axis=0)
    kept = np.isin(label, classes)
    x = everything.X[:, kept] * np.sqrt(1797)
    y = (label[kept] == np.array(classes)[:, None]).astype(float)
    P = np.random.default_rng(0).normal(size=(len(classes), 64))
    loss = 0.5 * np.sum((data.Y - P @ data.X) ** 2)
    assert loss == pytest.approx(0.5 * np.mean(np.sum((y - P @ x) ** 2, axis=0)), rel=1e-12)


def test_four_pixels_are_the_means_over_blocks():
    images = digits().X.reshape(8, 8, -1)
    means = (images[::2, ::2] + images[1::2, ::2] + images[::2, 1::2] + images[1::2, 1::2]) / 4
    np.testing.assert_allclose(digits(pixels=4).X, means.reshape(16, -1), rtol=1e-14)


@pytest.mark.parametrize("classes", [(), (3,), (1, 1), (0, 10), (-1, 2), (0.5, 1), "01"])
def test_classes_that_are_none_are_refused(classes):
    with pytest.raises(ValueError, match="two different classes from 0 to 9, found"):
        digits(classes)


@pytest.mark.parametrize("pixels", [0, 2, 16, None])
def test_a_number_of_pixels_that_is_none_is_refused(pixels):
    with pytest.raises(ValueError, match="8 or 4, found"):
        digits(pixels=pixels)


def test_the_digits_are_read_when_they_are_asked_for():
    code = (
        "import linviz.core.model.datasets as d; info = d._packaged_digits.cache_info; "
        "assert info().misses == 0; d.digits(); d.digits((0, 1)); assert info().misses == 1"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# --- CSV


@given(
    table=hnp.arrays(float, st.tuples(st.integers(1, 5), st.integers(2, 5)), elements=NUMBERS),
    separator=st.sampled_from(",;\t"),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    header=st.booleans(),
    quote=st.sampled_from(["", '"']),
    mark=st.sampled_from([b"", b"\xef\xbb\xbf"]),
    tail=st.sampled_from(["", "\n", "\r\n\r\n", "  \n", "SEPARATORS\n"]),
)
@settings(max_examples=100)
def test_csv_round_trip(table, separator, line_end, header, quote, mark, tail):
    rows = [[repr(float(number)) for number in row] for row in table]
    if header:
        rows.insert(0, [f"größe {k}" for k in range(table.shape[1])])
    lines = [separator.join(quote + cell + quote for cell in row) for row in rows]
    tail = tail.replace("SEPARATORS", separator * (table.shape[1] - 1))
    text = line_end.join(lines) + line_end + tail
    data = read_csv(mark + text.encode(), targets=1)
    assert np.array_equal(data.X, table[:, :-1].T)
    assert np.array_equal(data.Y, table[:, -1:].T)


@pytest.mark.parametrize(
    ("content", "X", "Y"),
    [
        (b"1,2", [[1]], [[2]]),
        (b"a,b\n1,2", [[1]], [[2]]),
        (b"1, 2\n 3 ,4\n", [[1, 3]], [[2, 4]]),
        (b'"a, b";"c\nd"\n1;2\n', [[1]], [[2]]),
        (b'"1","2e3"\n.5,-7.\n', [[1, 0.5]], [[2000, -7]]),
    ],
)
def test_small_csv_files(content, X, Y):
    data = read_csv(content, targets=1)
    np.testing.assert_array_equal(data.X, X)
    np.testing.assert_array_equal(data.Y, Y)


def test_the_last_columns_are_the_targets():
    data = read_csv(b"1,2,3,4\n5,6,7,8\n", targets=2)
    np.testing.assert_array_equal(data.X, [[1, 5], [2, 6]])
    np.testing.assert_array_equal(data.Y, [[3, 7], [4, 8]])


def test_two_files_one_for_inputs_and_one_for_targets(tmp_path):
    (tmp_path / "in.csv").write_bytes(b"a;b\n1;2\n3;4\n5;6\n")
    (tmp_path / "out.csv").write_bytes(b"7\n8\n9\n")
    data = read_csv(tmp_path / "in.csv", str(tmp_path / "out.csv"))
    np.testing.assert_array_equal(data.X, [[1, 3, 5], [2, 4, 6]])
    np.testing.assert_array_equal(data.Y, [[7, 8, 9]])
    assert data.name == "in.csv and out.csv"
    assert read_csv(b"1\n", b"2\n").name == "X and Y"
    (tmp_path / "out.csv").write_bytes(b"7\n8\n")
    words = refusal(read_csv, tmp_path / "in.csv", tmp_path / "out.csv")
    assert "samples (rows below the header) in in.csv as in out.csv, found 3 and 2" in words
    assert "found both" in refusal(read_csv, b"1\n", b"2\n", targets=1)
    assert refusal(read_csv, b"1\n2\n", b"1\nx\n").startswith("Y: row 2, column 1 holds 'x'")


BAD_CSV = {
    "text in a cell": (b"a,b\n1,2\n3,x\n", "row 3, column 2 holds 'x', expected a number"),
    "text in the first row": (b"1,b\n1,2\n", "row 1, column 2 holds 'b'"),
    "a long cell": (b"1,2\n1," + b"x" * 99, f"holds '{'x' * 30}…'"),
    "an underscore": (b"1,2\n1_0,2\n", "row 2, column 1 holds '1_0'"),
    "an empty cell": (b"1,2\n,2\n", "row 2, column 1 is empty"),
    "a separator at the end": (b"1,2,\n", "row 1, column 3 is empty"),
    "an empty cell in the header": (b",a,b\n0,1,2\n", "row 1, column 1 is empty in the header"),
    "an empty row": (b"1,2\n\n\n3,4\n", "row 2 is empty: remove it"),
    "an empty first row": (b"\n1,2\n", "row 1 is empty"),
    "a ragged row": (b"a,b,c,d\n1,2,3,4\n1,2,3\n", "row 3 has 3 cells, the rows before it have 4"),
    "a row of one cell": (b"1,2\n3\n", "row 2 has 1 cell, the rows before it have 2"),
    "nan": (b"a,b\n1,2\nnan,3\n", "row 3, column 1 holds 'nan', expected a finite number"),
    "inf": (b"1,2\n1,-Infinity\n", "row 2, column 2 holds '-Infinity', expected a finite number"),
    "overflow": (b"1,2\n1,-1e400\n", "row 2, column 2 holds '-1e400', expected at most 1e+100"),
    "a huge number": (b"1,2\n1,2e100\n", "row 2, column 2 holds '2e100', expected at most 1e+100"),
    "a percentage": (b"a,b\n50%,1\n", "row 2, column 1 holds '50%', expected a number: write it"),
    "after a cell of two lines": (b'"a\nb",c\n1,x\n', "row 2, column 2 holds 'x'"),
    "a stray quotation mark": (b'1,2\n"1"2,3\n', "row 2 is not CSV"),
    "an open quotation mark": (b'1,2\n"1,3\n', "row 2 is not CSV"),
    "nothing": (b"", "expected rows of numbers, found nothing in it"),
    "white space": (b" \n\n", "found nothing in it"),
    "a byte order mark": (b"\xef\xbb\xbf", "found nothing in it"),
    "only a header": (b"a,b\n", "found a header and nothing below it"),
    "one column": (b"1\n2\n", "found 1 columns and targets = 1"),
    "Latin-1": ("a,b\n1,ö\n".encode("latin-1"), "UTF-8, found byte 0xf6 in line 2"),
    "binary": (b"1,2\n\0\1\2", "found a zero byte in line 2"),
}


@pytest.mark.parametrize(("content", "words"), BAD_CSV.values(), ids=BAD_CSV)
def test_a_bad_csv_file_is_refused_with_its_place(content, words):
    message = refusal(read_csv, content, targets=1)
    assert message.startswith("CSV data: ")
    assert words in message


@given(
    table=hnp.arrays(float, st.tuples(st.integers(1, 6), st.integers(2, 4)), elements=NUMBERS),
    place=st.tuples(st.integers(0, 5), st.integers(0, 3)),
    cell=st.sampled_from(["", "x", "nan", "inf", "1e999", "1_0", "--1", "0x1", "1e101"]),
    header=st.booleans(),
)
@settings(max_examples=60)
def test_the_place_of_a_bad_cell_is_that_of_a_spreadsheet(table, place, cell, header):
    rows = [[repr(float(number)) for number in row] for row in table]
    row, column = place[0] % len(rows), place[1] % len(rows[0])
    rows[row][column] = cell
    if header:
        rows.insert(0, ["h"] * len(rows[0]))
    text = "\n".join(",".join(cells) for cells in rows)
    message = refusal(read_csv, text.encode())
    assert message.startswith(f"CSV data: row {row + 1 + header}, column {column + 1} ")


@pytest.mark.parametrize(
    "targets", ["a", 1.5, None, True, 10**5000, "x" * 10**6], ids=lambda value: type(value).__name__
)
def test_the_number_of_targets_is_a_whole_number(targets):
    message = refusal(read_data, "a.csv", b"1,2,3\n", targets=targets)
    assert "a.csv: expected " in message
    assert "targets" in message
    assert len(message) < 300


@pytest.mark.parametrize("targets", [0, -1, 3, 4])
def test_targets_that_leave_no_input_or_no_target_are_refused(targets):
    words = refusal(read_csv, b"1,2,3\n", targets=targets)
    assert f"found 3 columns and targets = {targets}" in words


def test_there_may_be_more_targets_than_inputs():
    data = read_csv(b"1,2,3\n", targets=2)
    assert (data.X.tolist(), data.Y.tolist()) == ([[1.0]], [[2.0], [3.0]])


def test_the_limits_of_a_csv_file(tmp_path):
    content = b"1,2\n" * 3
    (tmp_path / "a.csv").write_bytes(content)
    assert read_csv(content, max_bytes=12, max_numbers=6).X.shape == (1, 3)
    assert "at most 11 bytes, found 12" in refusal(read_csv, content, max_bytes=11)
    words = refusal(read_csv, tmp_path / "a.csv", max_bytes=11)
    assert "a.csv: expected at most 11 bytes, found 12" in words
    assert "at most 5 numbers, found more by row 3" in refusal(read_csv, content, max_numbers=5)
    assert "at most 5 numbers, found 7 or more" in refusal(read_csv, b"1,," * 3, max_numbers=5)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_csv(tmp_path / "a.csv")


# --- NPZ


@given(
    X=hnp.arrays(
        st.sampled_from(["<f8", ">f8", "<f4", "f2", "i1", ">u8", "?"]),
        st.tuples(st.integers(2, 4), st.just(5)),
    ).filter(lambda A: np.isfinite(A).all() and np.abs(A.astype(float)).max() <= LARGEST_ENTRY),
    Y=hnp.arrays(float, (2, 5), elements=NUMBERS),
    save=st.sampled_from([np.savez, np.savez_compressed]),
    order=st.sampled_from("CF"),
)
@settings(max_examples=60)
def test_npz_round_trip(X, Y, save, order):
    file = io.BytesIO()
    save(file, X=np.array(X, order=order), Y=Y, other=np.zeros(3))
    data = read_npz(file.getvalue())
    assert np.array_equal(data.X, X.astype(float))
    assert np.array_equal(data.Y, Y)


def test_npz_from_a_path(tmp_path):
    (tmp_path / "a.npz").write_bytes(archive(X=np.eye(2), Y=np.ones((1, 2))))
    data = read_npz(tmp_path / "a.npz")
    assert (data.name, data.description) == (
        "a.npz", "2 samples with 2 inputs and 1 target from a.npz.",
    )  # fmt: skip
    assert read_npz(str(tmp_path / "a.npz")).digest == data.digest
    assert "found" in refusal(read_npz, tmp_path / "a.npz", max_bytes=10)


ONE = np.ones((1, 2))
BAD_NPZ = {
    "no archive": (b"1,2\n", "expected an NPZ archive, found one that cannot be read"),
    "nothing": (b"", "cannot be read"),
    "a single array": (npy((1, 1), body=b"\0" * 8), "cannot be read"),
    "cut short": (archive(X=ONE, Y=ONE)[:-30], "cannot be read"),
    "no array": (zipped({}), "found no array"),
    "other names": (archive(x=ONE, b=ONE), "arrays named X and Y, found 'b', 'x'"),
    "a spreadsheet": (zipped({"[Content_Types].xml": "<a>"}), "found '[Content_Types].xml'"),
    "only X": (archive(X=ONE), "found 'X'"),
    "objects": (archive(X=np.array([[None, 1]]), Y=ONE), "X to be real numbers, found object"),
    "complex": (archive(X=ONE, Y=1j * ONE), "Y to be real numbers, found complex128"),
    "text": (archive(X=np.array([["1", "2"]]), Y=ONE), "X to be real numbers, found <U1"),
    "dates": (archive(X=ONE.astype("M8[s]"), Y=ONE), "real numbers, found datetime64[s]"),
    "records": (archive(X=np.zeros((1, 2), "f8,i4"), Y=ONE), "X to be real numbers, found [("),
    "one dimension": (archive(X=ONE, Y=ONE[0]), "Y to be a matrix (2-D, one column per sample)"),
    "three dimensions": (archive(X=ONE[None], Y=ONE), "found shape (1, 1, 2)"),
    "an empty matrix": (archive(X=np.ones((2, 0)), Y=ONE), "not empty), found shape (2, 0)"),
    "other samples": (archive(X=np.ones((3, 2)), Y=np.ones((1, 4))), "(3, 2) and (1, 4)"),
    "transposed": (archive(X=np.ones((9, 3)), Y=np.ones((9, 2))), "one per row: save X.T and Y.T"),
    "nan": (archive(X=[[1, 2], [3, np.nan]], Y=ONE), "X, found nan at row 2, column 2"),
    "inf": (archive(X=ONE, Y=[[-np.inf, 1]]), "Y, found -inf at row 1, column 1"),
    "large": (archive(X=1e101 * ONE, Y=ONE), "in X, found 1e+101 at row 1, column 1"),
    "long double": (
        archive(X=ONE * np.finfo(np.longdouble).max, Y=ONE), "X, found inf at row 1, column 1",
    ),
    "text for an array": (zipped({"X.npy": "hello", "Y.npy": "x"}), "cannot be read (X: "),
    "too few bytes": (
        zipped({"X.npy": npy((2, 2), body=b"\0" * 31), "Y.npy": npy((1, 2), body=b"\0" * 16)}),
        "X does not hold the 32 bytes it announces",
    ),
    "too many bytes": (
        zipped({"X.npy": npy((2, 2), body=b"\0" * 33), "Y.npy": npy((1, 2), body=b"\0" * 16)}),
        "X does not hold the 32 bytes it announces",
    ),
    "negative shape": (zipped({"X.npy": npy((-2, -2)), "Y.npy": npy((1, 2))}), "shape (-2, -2)"),
    "a huge shape": (zipped({"X.npy": npy((2**40, 2**40)), "Y": b""}), "at most 2000000 numbers"),
    "a bomb": (zipped({"X.npy": b"\0" * 40_000_000, "Y.npy": b""}), "found 40000000 bytes"),
    "another compression": (
        zipped({"X.npy": npy((1, 1)), "Y.npy": b""}, zipfile.ZIP_LZMA), "compressed by method 14",
    ),
    "a header of nested brackets": (
        zipped({"X.npy": b"\x93NUMPY\1\0" + (5000).to_bytes(2, "little") + b"(" * 5000, "Y": b""}),
        "cannot be read (X: ",
    ),
    "a long header": (
        zipped({"X.npy": b"\x93NUMPY\2\0\xa0\x86\1\0" + b" " * 100_000, "Y.npy": b""}),
        "cannot be read (X: ",
    ),
    "many members": (zipped({f"a{k}": b"" for k in range(1001)}), "found over 1000"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "words"), BAD_NPZ.values(), ids=BAD_NPZ)
def test_a_bad_npz_file_is_refused_in_words(content, words):
    assert words in refusal(read_npz, content)


def test_an_encrypted_archive_is_refused():
    content = bytearray(archive(X=ONE, Y=ONE))
    content[content.index(b"PK\3\4") + 6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    assert "is encrypted, password required" in refusal(read_npz, bytes(content))


def test_a_wrong_checksum_is_refused():
    content = archive(X=ONE, Y=ONE)
    at = content.index(np.ones(2).tobytes())
    assert "Bad CRC-32" in refusal(read_npz, content[:at] + b"\1" + content[at + 1 :])


def test_pickles_are_not_run(tmp_path):
    class Touch:
        def __reduce__(self):
            return (type(tmp_path).touch, (tmp_path / "ran",))

    refusal(read_npz, archive(X=np.array([[Touch()]]), Y=ONE))
    assert not (tmp_path / "ran").exists()


# --- any file


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview])
def test_the_name_says_which_form_a_file_has(wrap):
    table, arrays = b"1\t2\t3\n", archive(X=[[1.0], [2.0]], Y=[[3.0]])
    sets = [
        read_data("a.csv", wrap(table)),
        read_data("dir/B.TSV", wrap(table)),
        read_data("c.txt", wrap(table), targets=1),
        read_data("d.NPZ", wrap(arrays)),
    ]
    assert {data.digest for data in sets} == {toy([[1], [2]], [[3]]).digest}
    assert [data.name for data in sets] == ["a.csv", "B.TSV", "c.txt", "d.NPZ"]


@pytest.mark.parametrize("name", ["a.xlsx", "a", "", ".csv", "a.npy", "a.csv.exe", "a\0", "/"])
def test_other_names_are_refused_with_what_is_accepted(name):
    words = refusal(read_data, name, b"1,2\n")
    assert ".csv, .tsv, .txt" in words
    assert ".npz" in words


def test_a_name_is_cleaned_before_it_is_shown():
    data = read_data("a\n\x1b[31m" + "b" * 99 + ".csv", b"1,2\n")
    assert data.name.isprintable()
    assert len(data.name) == 80
    assert "\n" not in data.description


def test_a_file_over_the_limit_is_refused():
    assert "at most 20000000 bytes" in refusal(read_data, "a.csv", b"1" * 20_000_001)
    assert "at most 20000000 bytes" in refusal(read_data, "a.npz", b"1" * 20_000_001)


def test_more_inputs_than_a_layer_may_have_are_refused():
    assert read_data("a.csv", b"1," * 128 + b"1\n").X.shape == (128, 1)
    words = refusal(read_data, "a.csv", b"1," * 129 + b"1\n")
    assert "a.csv: expected at most 128 inputs, found 129" in words
    assert read_csv(b"1," * 129 + b"1\n").X.shape == (129, 1)


VALID_NPZ = archive(X=[[1.0, 2.0], [3.0, 4.0]], Y=[[5.0, 6.0]])


def nothing_but_value_errors(name, content, targets=1):
    # a warning is no fault of the reader's here: numpy warns of the headers that it refuses
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            data = read_data(name, content, targets=targets)
        except ValueError as error:
            message = str(error)
            assert message
            assert len(message) < 600
        else:
            assert np.isfinite(data.X).all()
            assert np.isfinite(data.Y).all()
            assert data.X.shape[1] == data.Y.shape[1]


@given(
    name=st.sampled_from(["a.csv", "a.npz"]) | st.text(max_size=8),
    content=st.binary(max_size=200),
    targets=st.integers(-1, 3),
)
@example("a.csv", b"\r\r\n", 1)
@settings(max_examples=200)
def test_any_bytes_raise_value_errors_only(name, content, targets):
    nothing_but_value_errors(name, content, targets)


@given(st.text(alphabet='0123456789.,;\t\n\r"eE+-_ naif%x\u0661\u2028', max_size=60))
@settings(max_examples=200)
def test_any_text_raises_value_errors_only(text):
    nothing_but_value_errors("a.csv", text.encode())


@given(
    changes=st.lists(
        st.tuples(st.integers(0, len(VALID_NPZ) - 1), st.integers(0, 255)), min_size=1, max_size=4
    ),
    cut=st.integers(0, len(VALID_NPZ)) | st.just(len(VALID_NPZ)),
)
@settings(max_examples=300)
def test_a_damaged_archive_raises_value_errors_only(changes, cut):
    content = bytearray(VALID_NPZ)
    for at, value in changes:
        content[at] = value
    nothing_but_value_errors("a.npz", bytes(content[:cut]))


@given(
    header=st.binary(max_size=40)
    | st.text("{}()[]'\"descrfotan_hpu<f8O,: 012TrueFalse\\L", max_size=80).map(str.encode),
    version=st.integers(0, 4),
)
@settings(max_examples=200)
def test_any_array_header_raises_value_errors_only(header, version):
    size = len(header).to_bytes(2 if version == 1 else 4, "little")
    member = b"\x93NUMPY" + bytes([version, 0]) + size + header
    nothing_but_value_errors("a.npz", zipped({"X.npy": member, "Y.npy": member}))


# ---------------------------------------------------------------- classes and tests


def test_classes_are_told_of_one_hot_targets_only():
    X = np.eye(3)
    assert DataSet("d", X, [[0, 2, 0], [2, 0, 2]], "").classes.tolist() == [1, 0, 1]
    for Y in ([[0, 2, 0], [2, 0, 1]], [[0, 2, 1], [2, 0, 2]], [[2, 2, 2]], np.zeros((2, 3))):
        assert DataSet("d", X, Y, "").classes is None
    assert DataSet("d", X, -np.eye(3), "").classes is None


def test_decisions_on_leading_axes_and_what_is_refused():
    data = few_digits()
    maps = np.random.default_rng(0).normal(size=(2, 3, 10, 64))
    found = data.decisions(maps)
    assert found.shape == (2, 3, 300)
    assert found[1, 2, 7] == np.argmax(maps[1, 2] @ data.X[:, 7])
    with pytest.raises(ValueError, match=r"expected maps P of shape \(\.\.\., 10, 64\), found"):
        data.decisions(np.eye(64))
    with pytest.raises(ValueError, match="expected test samples of 64 inputs and 10 targets"):
        DataSet("d", data.X, data.Y, "", test=fold())


def test_the_test_part_of_the_digits_is_the_rest_of_them():
    whole, part = digits(), few_digits()
    root = [np.sqrt(n) for n in (1797, 300, 1497)]
    X = np.hstack([root[1] * part.X, root[2] * part.test.X])
    assert np.allclose(X, root[0] * whole.X, atol=1e-12)
    assert np.array_equal(np.append(part.classes, part.test.classes), whole.classes)
    assert part.digest != whole.digest
