"""How a file of numbers was read, and what else it could mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from linviz.core.model import checks

SEPARATORS: Mapping[str, str] = {
    "comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "blank": " ",
}  # fmt: skip
DECIMALS: Mapping[str, str] = {"point": ".", "decimal-comma": ","}
THOUSANDS: Mapping[str, str] = {
    "plain": "",
    "thousands-comma": ",",
    "thousands-point": ".",
    "thousands-blank": " ",
    "thousands-mark": "'",
}
_FLAGS = ("header", "index", "classes", "percent")
_SAID_IF_NOT = ("header", "index")  # nothing else is taken for granted of any file
_TARGETS = "targets-"


@dataclass(frozen=True, slots=True)
class Reading:
    """How the text of a file becomes numbers; a field that is None is as the file shows it.

    Parameters
    ----------
    separator : "," or ";" or "|" or a tab or a blank
        What stands between two cells; a blank is any number of them.
    decimal : "." or ","
    thousands : "", "," or "." or a blank or "'"
        What stands between groups of three digits.
    header : bool
        Whether the first row has names.
    index : bool
        Whether the first column only counts or names the rows: it is left out.
    classes : bool
        Whether the last column says to which class a sample belongs: it becomes one target for
        each class, in the order of the alphabet or of the numbers, 1 for the sample's own.
    percent : bool
        Whether cells such as 50% are 0.5.
    targets : int
        How many of the last columns are targets; with `classes`, 1.

    Raises
    ------
    ValueError
        If a field is not what it may be.

    Examples
    --------
    >>> Reading(separator=";", decimal=",", targets=2).text
    'semicolon,decimal-comma,targets-2'
    """

    separator: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    header: bool | None = None
    index: bool | None = None
    classes: bool | None = None
    percent: bool | None = None
    targets: int | None = None

    def __post_init__(self) -> None:
        for name, known in _SIGNS.items():
            if (value := getattr(self, name)) is not None:
                checks.one_of(value, name, tuple(known.values()))
        for name in _FLAGS:
            if (value := getattr(self, name)) is not None:
                checks.boolean(value, name)
        if self.targets is not None and checks.as_whole(self.targets) is None:
            raise ValueError(
                f"expected targets, a whole number of columns, found {checks.brief(self.targets)}"
            )
        if self.classes and self.targets not in (None, 1):
            raise ValueError(
                f"expected one target column that names the classes, found targets = "
                f"{self.targets}: ask for one target, or read the columns as numbers"
            )

    @property
    def text(self) -> str:
        """What a link says of it: the words of `from_text`."""
        words = [
            word
            for name, known in _SIGNS.items()
            for word, sign in known.items()
            if getattr(self, name) == sign and sign != ""
        ]
        for name in _FLAGS:
            if (flag := getattr(self, name)) is not None and (flag or name in _SAID_IF_NOT):
                words += [name] if flag else [f"no-{name}"]
        return ",".join([*words, *([] if self.targets is None else [f"{_TARGETS}{self.targets}"])])

    @classmethod
    def from_text(cls, text: str) -> Reading:
        """The reading that a link's words ask for; words that say nothing of a field leave it open.

        Raises
        ------
        ValueError
            If one of them is unknown.

        Examples
        --------
        >>> Reading.from_text("tab,header,targets-3").targets
        3
        """
        given: dict[str, Any] = {}
        for word in filter(None, str(text)[:200].split(",")):
            known = _MEANINGS.get(word)
            if known is None and word.startswith(_TARGETS) and word[len(_TARGETS) :].isdecimal():
                known = {"targets": int(word[len(_TARGETS) :])}
            if known is None:
                raise ValueError(
                    f"expected how a file is read, among {', '.join(_MEANINGS)} and {_TARGETS}1, "
                    f"found {checks.brief(word)}"
                )
            given |= known
        if {"separator", "decimal"} <= given.keys():  # it says all: the rest is not so
            given = {"thousands": "", "classes": False, "percent": False} | given
        return cls(**given)

    def with_open(self, **usual: Any) -> Reading:
        """The reading with these values in the fields that are open.

        Examples
        --------
        >>> Reading(header=True).with_open(header=False, targets=1)
        Reading(header=True, targets=1)
        """
        return replace(self, **{k: v for k, v in usual.items() if getattr(self, k) is None})

    def with_fields(self, given: Mapping[str, Any]) -> Reading:
        """The reading with these values in these fields."""
        return replace(self, **given)

    def has(self, given: Mapping[str, Any]) -> bool:
        """Whether its fields have these values."""
        return all(getattr(self, name) == value for name, value in given.items())

    def __repr__(self) -> str:
        said = ((f.name, getattr(self, f.name)) for f in fields(self))
        return f"Reading({', '.join(f'{k}={v!r}' for k, v in said if v is not None)})"

    @property
    def words(self) -> str:
        """The same for people: what stands between the cells, and what else was done.

        Examples
        --------
        >>> Reading(separator=";", decimal=",", header=True, targets=2).words
        'semicolons, decimal commas, names in the first row'
        """
        return ", ".join(said for name, value, said in _SAID if getattr(self, name) == value)


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to read a file.

    Attributes
    ----------
    words : str
        What it would mean.
    reading : Reading
        All of it, to be asked for.
    chosen : bool
        Whether the file was read so.
    """

    words: str
    reading: Reading
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What a file does not say itself: each of the answers reads it in another way.

    Attributes
    ----------
    about : str
        The field of `Reading` that is asked for.
    words : str
    answers : tuple of Answer
    """

    about: str
    words: str
    answers: tuple[Answer, ...]

    @property
    def said(self) -> str:
        """What was done where nobody was asked, or nothing.

        Examples
        --------
        >>> index = Reading(index=True)
        >>> answers = Answer("row numbers, left out", index, True), Answer("an input", Reading())
        >>> Question("index", "Does the first column only count?", answers).said
        'Does the first column only count? Read as: row numbers, left out.'
        """
        chosen = [answer.words for answer in self.answers if answer.chosen]
        return f"{self.words} Read as: {chosen[0]}." if chosen else ""


@dataclass(frozen=True, slots=True)
class Doubts:
    """What is asked about a file, beside its first rows.

    Attributes
    ----------
    questions : tuple of Question
    preview : tuple of tuples of str
        The first cells of the first rows, as they stand in the file.
    """

    questions: tuple[Question, ...]
    preview: tuple[tuple[str, ...], ...]

    def with_targets(self, targets: int) -> Doubts | None:
        """What is left to ask where the table is split elsewhere."""
        questions = tuple(
            replace(
                question,
                answers=tuple(
                    replace(answer, reading=replace(answer.reading, targets=targets))
                    for answer in question.answers
                ),
            )
            for question in self.questions
            if question.about != "classes"
        )
        return replace(self, questions=questions) if questions else None

    @property
    def open(self) -> tuple[Question, ...]:
        """The questions without whose answer the file cannot be read."""
        return tuple(q for q in self.questions if not any(a.chosen for a in q.answers))

    @property
    def remedy(self) -> str:
        """What is to be said, as Python takes it."""
        question = self.open[0]
        reading = question.answers[0].reading
        names = _DECIDED.get(question.about, (question.about,))
        said = {name: getattr(reading, name) for name in names}
        plain = {"decimal": ".", "thousands": "", "percent": False}
        return repr(Reading(**{k: v for k, v in said.items() if plain.get(k) != v}))

    @property
    def said(self) -> str:
        """What was decided where nobody was asked, in words."""
        return " ".join(filter(None, (question.said for question in self.questions)))


class UnclearFileError(ValueError):
    """A file that can be read once it is said how.

    Attributes
    ----------
    fault : str
        What cannot be read.
    doubts : Doubts
        The readings that are offered.

    Examples
    --------
    >>> UnclearFileError("row 2, column 1 holds '50%'", Doubts((), ())).doubts.questions
    ()
    """

    def __init__(self, fault: str, doubts: Doubts) -> None:
        super().__init__(f"{fault}, or say {doubts.remedy}" if doubts.open else fault)
        self.fault = fault
        self.doubts = doubts


_SIGNS: Mapping[str, Mapping[str, str]] = {
    "separator": SEPARATORS,
    "decimal": DECIMALS,
    "thousands": THOUSANDS,
}
_MEANINGS: Mapping[str, Mapping[str, Any]] = {
    **{word: {name: sign} for name, known in _SIGNS.items() for word, sign in known.items()},
    **{name: {name: True} for name in _FLAGS},
    **{f"no-{name}": {name: False} for name in _FLAGS},
}
_DECIDED: Mapping[str, tuple[str, ...]] = {  # fields, by what is asked about
    "thousands": ("decimal", "thousands", "percent"),
    "percent": ("decimal", "percent"),
}
_SAID: tuple[tuple[str, object, str], ...] = (
    ("separator", ",", "commas"),
    ("separator", ";", "semicolons"),
    ("separator", "|", "bars"),
    ("separator", "\t", "tabs"),
    ("separator", " ", "blanks between cells"),
    ("decimal", ",", "decimal commas"),
    ("thousands", ",", "commas between thousands"),
    ("thousands", ".", "points between thousands"),
    ("thousands", " ", "blanks between thousands"),
    ("thousands", "'", "marks between thousands"),
    ("percent", True, "percentages as parts of 1"),
    ("header", True, "names in the first row"),
    ("index", True, "the first column left out"),
    ("classes", True, "a target for each class"),
)
