"""What a `Picture` may have of the landscape: eigenvalues beside theory's, and critical values."""

from typing import TypedDict

from linviz.core.model.problem import Matrix


class Ring(TypedDict):
    """Eigenvalues that theory has near the critical point that learns these modes, from 1."""

    learned: list[int]
    values: Matrix


class Eigenvalues(TypedDict):
    """What is said of eigenvalues, those of the limit in the picture's marks.

    Whether they are those of a `limit`, the `verdict` on it, and where theory has them near the
    critical points that the run passes.
    """

    limit: bool
    verdict: str
    rings: list[Ring]


class Node(TypedDict):
    """A critical value: a row of as many pips as there are modes, those learned filled.

    Modes count from 1. It stands at its `level`, above the number of its learned modes. `down` is
    how many ways lead down where that is known, `spent` the share of the run's time beside it, and
    `turn` its place on the run's way, from 0, or -1.
    """

    learned: list[int]
    level: float
    down: int | None
    kind: str
    name: str
    spent: float
    turn: int


class Tree(TypedDict):
    """Critical values and the edges between them, pairs of their numbers.

    Of `count` in all. Up to `pills` modes every node is a row of pips. Modes in one of the `ties`
    have one strength: of these only how many are learned is known. `colors` are those of the modes.
    """

    nodes: list[Node]
    edges: list[tuple[int, int]]
    modes: int
    count: int
    pills: int
    ties: list[list[int]]
    colors: list[str]
