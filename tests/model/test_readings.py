"""What text files say of themselves is taken; what they leave open is asked about, or refused."""

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import linviz as lv
from linviz.core.model.reading import Reading, UnclearFileError

ROWS = np.array([[0.5, -1.25, 3.5], [2.5, 1.75, 4.5], [0.125, 3.25, 2.0], [1.5, 2.0, -0.75]])


def lines(*rows, end="\n"):
    return (end.join(rows) + end).encode()


def read(content, targets=1, **reading):
    return lv.read_data("a.csv", content, targets=targets, reading=Reading(**reading))


def asked(content, targets=1, **reading):
    """Each question's subject, and whether its answers are chosen."""
    try:
        doubts = read(content, targets, **reading).doubts
    except UnclearFileError as error:
        doubts = error.doubts
    return {} if doubts is None else {
        q.about: [a.chosen for a in q.answers] for q in doubts.questions
    }  # fmt: skip


def written(separator, decimal, *, header=False, rows=ROWS):
    text = [separator.join(f"{x:.15g}".replace(".", decimal) for x in row) for row in rows]
    return lines(*([separator.join("xyz"[: rows.shape[1]])] if header else []), *text)


@given(
    marks=st.sampled_from([";,", "\t,", " ,", "|,", ";.", "\t.", " .", "|.", ",."]),
    header=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"]),
    above=st.sampled_from(["", "# experiment 7, 2024\n", "// a; b\n# c\n", "# a\n\n", "% x\n"]),
)
@settings(max_examples=60)
def test_what_a_file_says_itself_is_read_without_a_question(marks, header, encoding, above):
    content = (above + written(*marks, header=header).decode()).encode(encoding)
    data = lv.read_data("a.csv", content)
    assert np.array_equal(np.vstack([data.X, data.Y]).T, ROWS)
    assert data.doubts is None
    assert (data.reading.separator, data.reading.decimal) == (marks[0], marks[1])
    again = lv.read_data("a.csv", content, reading=Reading.from_text(data.reading.text))
    assert (again.digest, again.reading) == (data.digest, data.reading)


@pytest.mark.parametrize(
    ("content", "first"),
    [
        (b"sep=;\na;b\n1;2\n3;5\n", [1, 2]),
        (b"sep = ;\r\na;b\r\n1,5;2\r\n", [1.5, 2]),
        ("a,b\n−1.5,2\n".encode(), [-1.5, 2]),
        (b'"sep=,"\r\n1.5,2\r\n3,5\r\n', [1.5, 2]),
        (b'"1,5","2,5"\n"3,5","4"\n', [1.5, 2.5]),
        (b'"a";"b"\n"1";"20,33"\n"2";"40,2"\n', [1, 20.33]),
        (b"  1.0   2.0\n 10.0  20.0\n", [1, 2]),
        (b"a,b\n1,2\n# a remark\n3,4.5\n", [1, 2]),
        ("größe;länge\n1,5;2\n2,5;3\n".encode("cp1252"), [1.5, 2]),
        (b"1,5e3;2,5\n2;-1,5E-2\n", [1500, 2.5]),
    ],
)
def test_other_ways_to_write_a_table(content, first):
    data = lv.read_data("a.txt", content)
    assert [*data.X[:, 0], *data.Y[:, 0]] == first
    assert data.doubts is None


def test_a_bad_cell_below_comments_is_told_by_its_row_in_the_file():
    content = b"# one\n# two\na,b\n1,2\n# three\n3,x\n"
    with pytest.raises(ValueError, match="row 6, column 2 holds 'x'"):
        lv.read_data("a.csv", content)


def test_a_first_row_that_counts_is_asked_about():
    body = lines("0.5,0.95,0.1", "0.3,0.4,0.8", "0.5,0.02,0.75")
    for names, usual in (("0,1,2", True), ("1,2,3", True), ("2019,2020,2021", True)):
        assert asked(lines(names) + body) == {"header": [usual, not usual]}
    data = read(b"0,1,2\n" + body)
    assert data.X.shape == (2, 3)
    assert "names, left out: 3 samples" in data.description
    answers = data.doubts.questions[0].answers
    other = lv.read_data("a.csv", b"0,1,2\n" + body, reading=answers[1].reading)
    assert other.X.shape == (2, 4)
    assert [a.chosen for a in other.doubts.questions[0].answers] == [False, True]
    # whole numbers below, two columns, or rows that count as well: a sample like the others
    assert asked(b"1,2,3\n4,6,6\n7,8,8\n") == {"header": [False, True]}
    assert asked(b"0,1\n0.5,1.9\n2,4.5\n") == {"header": [False, True]}
    assert asked(b"1,2,3\n4,5,6\n7,8,9\n") == {}


def test_a_first_row_of_words_and_numbers_is_refused_and_offered_as_names():
    content = b"year,2019,2020\n0.5,1.5,2.5\n1.5,3.5,4.5\n"
    with pytest.raises(UnclearFileError, match=r"row 1, column 1 .*say Reading\(header=True\)"):
        read(content)
    assert read(content, header=True).X.shape == (2, 2)


@pytest.mark.parametrize(
    ("above", "start", "n", "expected"),
    [
        ("", 0, 6, [True, False]),
        (",a,y", 0, 6, [True, False]),
        ("index,a,y", 1, 3, [True, False]),
        ("index,a,y", 17, 3, [True, False]),
        ("height,a,y", 17, 6, None),
        ("Id,a,y", 1, 4, [True, False]),
        ("t,a,y", 0, 4, [False, True]),
        ("height,a,y", 1, 3, None),
        ("height,a,y", 1, 6, [False, True]),
        ('"a","y"', 1, 4, [True, False]),
    ],
)
def test_a_first_column_that_counts_is_asked_about(above, start, n, expected):
    rows = [f"{k},{k * k + 0.5},{1.5 - k}" for k in range(start, start + n)]
    content = lines(*([above] if above else []), *rows)
    assert asked(content) == ({} if expected is None else {"index": expected})
    data = read(content)
    assert len(data.X) == (1 if expected == [True, False] else 2)
    assert len(read(content, index=False).X) == 2


@pytest.mark.parametrize(("above", "left_out"), [(",a,y", True), ("id,a,y", False)])
def test_row_numbers_that_were_shuffled_are_asked_about(above, left_out):
    content = lines(above, "7,0.5,1.5", "2,1.25,0.5", "9,2.5,0.25")
    assert asked(content) == {"index": [left_out, not left_out]}
    assert len(read(content).X) == (1 if left_out else 2)
    assert asked(lines("id,a,y", "7,0.5,1.5", "2,1.25,0.5", "7,2.5,0.25")) == {}


def test_a_first_column_of_words_is_refused_and_offered_as_names():
    content = b"car,hp,y\nMazda,1.5,2\nDatsun,2.5,4\n"
    with pytest.raises(UnclearFileError, match=r"row 2, column 1 holds 'Mazda'.*index=True"):
        read(content)
    assert read(content, index=True).X.tolist() == [[1.5, 2.5]]
    assert read(b"hp,y\nMazda,1.5,2\nDatsun,2.5,4\n").X.tolist() == [[1.5, 2.5]]  # as R writes it


def test_labels_are_offered_as_classes():
    content = lines("a,b,kind", *(f"{k}.5,{k * k},{'bca'[k % 3]}" for k in range(6)))
    words = r"row 2, column 3 holds 'b'.*classes=True"
    with pytest.raises(UnclearFileError, match=words) as caught:
        read(content)
    (question,) = caught.value.doubts.questions
    assert "3 labels (a, b, c)" in question.words
    assert caught.value.doubts.preview[:2] == (("a", "b", "kind"), ("0.5", "0", "b"))
    data = lv.read_data("a.csv", content, reading=question.answers[0].reading)
    assert data.classes.tolist() == [1, 2, 0, 1, 2, 0]
    assert "the classes a, b and c" in data.description
    with pytest.raises(ValueError, match="expected the 3 targets of its classes"):
        data.with_targets(2)


@pytest.mark.parametrize("bad", ["NA", "", "n/a", "null", "?"])
def test_what_is_missing_is_refused_and_is_no_class(bad):
    for row in (f"4,{bad},6", f"4,5,{bad}"):
        content = lines("a,b,y", "1,2,3", row, "7,8,10")
        with pytest.raises(ValueError, match=r"row 3, column \d .*remove the row or the column"):
            read(content)
    with pytest.raises(ValueError, match="row 2, column 3 holds 'x'") as caught:
        read(lines("a,b,y", "1,2,x", f"4,5,{bad}", "1,2,z"))
    assert not isinstance(caught.value, UnclearFileError)


def test_a_target_of_few_whole_numbers_is_asked_about():
    rows = [f"{k}.5,{k * k},{k % 3}" for k in range(30)]
    data = read(lines("a,b,y", *rows))
    assert data.Y.shape == (1, 30)
    assert "The target has three values only (0, 1, 2): classes? Read as: numbers" in (
        data.description
    )
    answers = data.doubts.questions[-1].answers
    as_classes = lv.read_data("a.csv", lines("a,b,y", *rows), reading=answers[1].reading)
    assert as_classes.Y.sum(axis=0).tolist() == [1.0] * 30
    assert as_classes.classes.tolist() == [k % 3 for k in range(30)]
    one_hot = [f"{k}.5,{k * k},{int(k % 2 == 0)},{k % 2}" for k in range(30)]
    assert asked(lines(*one_hot)) == {}  # they name the class already
    assert asked(lines(*(f"{k}.5,{k * k},{k % 29}" for k in range(30)))) == {}


def test_lines_with_one_comma_are_asked_about():
    content = b"1,5\n2,5\n3,5\n"
    assert asked(content) == {"separator": [True, False]}
    data = read(content)
    assert (data.X.tolist(), data.Y.tolist()) == ([[1, 2, 3]], [[5, 5, 5]])
    one = data.doubts.questions[0].answers[1].reading
    with pytest.raises(UnclearFileError, match="found 1 columns") as caught:
        lv.read_data("a.csv", content, reading=one)
    assert [a.chosen for a in caught.value.doubts.questions[0].answers] == [False, True]
    targets = lv.read_csv(b"7\n8\n9\n", content)
    assert targets.Y.tolist() == [[1, 2, 3], [5, 5, 5]] or len(targets.Y) == 1
    assert asked(b"1, 5\n2, 5\n") == asked(b"a,b\n1,5\n2,5\n") == asked(b"1,5.5\n2,5\n") == {}
    with pytest.raises(ValueError, match="found 1 columns"):
        read(b"y\n1,5\n2,5\n")


@pytest.mark.parametrize(
    ("content", "place", "reading", "value"),
    [
        (b"a,b,y\n50%,2,3\n40%,5,6\n", "row 2, column 1 holds '50%'", {"percent": True}, 0.5),
        (b"a;b;y\n1;2;3\n50,5%;2;3\n", "row 3, column 1", {"decimal": ",", "percent": True}, 1),
        (b'a,y\n"1,200",3\n"900",2\n', "row 2, column 1 holds '1,200'", {"thousands": ","}, 1200),
        (b"a;y\n1.234,5;3\n2;4\n", "row 2, column 1", {"decimal": ",", "thousands": "."}, 1234.5),
        (b"a;y\n1 200;3\n2;4\n", "row 2, column 1 holds '1 200'", {"thousands": " "}, 1200),
        (b"a;y\n1'200.5;3\n2;4\n", "row 2, column 1", {"thousands": "'"}, 1200.5),
        (b'a,y\n"1,234,567",3\n2,4\n', "row 2, column 1", {"thousands": ","}, 1234567),
    ],
)
def test_percentages_and_thousands_are_refused_and_offered(content, place, reading, value):
    with pytest.raises(UnclearFileError) as caught:
        read(content)
    words = str(caught.value)
    assert place in words
    assert "write it with a decimal point and no other marks" in words
    assert words.endswith(f"or say {Reading(**reading)!r}")
    assert read(content, **reading).X[0, 0] == value
    offered = caught.value.doubts.questions[0].answers[0].reading
    assert lv.read_data("a.csv", content, reading=offered).X[0, 0] == value


def test_marks_that_could_stand_between_thousands_are_asked_about():
    assert asked(b"1,200;2\n1,800;3\n") == {"thousands": [True, False]}
    assert read(b"1,200;2\n1,800;3\n").X.tolist() == [[1.2, 1.8]]
    assert asked(b"1.200;2\n1.800;3\n") == {"thousands": [True, False]}
    assert read(b"1.200;2\n1.800;3\n").X.tolist() == [[1.2, 1.8]]
    assert read(b"1.200;2\n1.800;3\n", decimal=",", thousands=".").X.tolist() == [[1200, 1800]]
    assert asked(b"1.200;2\n0.800;3\n") == asked(b"1.200,2\n1.800,3\n") == {}
    with pytest.raises(ValueError, match=r"row 1, column 2 holds '2\.5'"):
        read(b"1,5;2.5\n", decimal=",")


def test_a_table_is_split_anew():
    content = b"a,b,c\n1,2,3\n4,5,7\n7,8,8\n"
    data = read(content)
    assert data.with_targets(2).digest == read(content, 2).digest
    assert data.with_targets(2).reading == read(content, 2).reading
    assert data.with_targets(2).with_targets(1).digest == data.digest
    with pytest.raises(ValueError, match="found 3 columns and targets = 3"):
        data.with_targets(3)


@pytest.mark.parametrize("text", ["comma,cheese", "targets-x", "targets-", "classes,targets-2"])
def test_a_reading_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="expected"):
        Reading.from_text(text)


@given(st.text(alphabet="0123456789.,;\t\n\r\"'e%-_ #naif", max_size=80))
@settings(max_examples=300)
def test_every_answer_that_is_offered_can_be_read_or_says_why_not(text):
    try:
        doubts = lv.read_data("a.csv", text.encode()).doubts
    except UnclearFileError as error:
        doubts = error.doubts
    except ValueError:
        return
    for question in () if doubts is None else doubts.questions:
        assert sum(answer.chosen for answer in question.answers) <= 1
        for answer in question.answers:
            with contextlib.suppress(ValueError):  # never anything else
                data = lv.read_data("a.csv", text.encode(), reading=answer.reading)
                assert np.isfinite(data.X).all()
