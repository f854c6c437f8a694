r"""The critical values of the loss as a graph: what is learned, and what one more mode leads to.

A node is a set J of learned modes, with the loss :math:`L_{res} + \tfrac12\sum_{i\notin J}s_i^2`;
an edge learns one mode more. Of modes of equal strength only the number learned tells critical
values apart: a node stands for all sets of that many, and names the first ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from math import prod

import numpy as np

from linviz.core.landscape.inertia import predicted_inertia
from linviz.core.model.checks import brief
from linviz.core.model.critical_values import equal_strength, loss_missing, positive_modes
from linviz.core.model.problem import IndexSet, Problem, check_dims
from linviz.core.model.spectra import Inertia

MOST_WHOLE = 8  # modes: of more, the tree has the way of a small start, and what is beside it
MOST_AROUND = 16  # modes: of more, nothing beside the way but its own next ones

Groups = tuple[range, ...]


@dataclass(frozen=True, slots=True)
class CriticalValue:
    """A node of the tree.

    Attributes
    ----------
    learned, missed : tuple of int
        Modes, 0-based and ascending.
    level : float
        The loss at such critical points.
    inertia : (index, nullity, n_positive) or None
        Signs of the Hessian's eigenvalues that theory gives, at balanced points where they depend
        on the point; None where theory gives none.
    kind : str
        "minimum", "saddle" or "flat saddle" (no negative eigenvalue, no minimum), "unclear" where
        theory gives no signs.
    name : str
        Learned and missed modes as people count them, from 1.
    """

    learned: IndexSet
    missed: IndexSet
    level: float
    inertia: Inertia | None
    kind: str
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class CriticalTree:
    """Critical values of the loss, and which mode leads from one to the next.

    Attributes
    ----------
    nodes : tuple of CriticalValue
        By number of learned modes, then from high to low.
    edges : tuple of (int, int)
        Numbers of nodes, the second with one mode more.
    count : int
        How many critical values there are; more than nodes where the tree is not whole.
    groups : tuple of range
        Modes of equal strength stand in one range.
    """

    nodes: tuple[CriticalValue, ...]
    edges: tuple[tuple[int, int], ...]
    count: int
    groups: Groups

    @property
    def whole(self) -> bool:
        """Whether every critical value has its node."""
        return len(self.nodes) == self.count

    def find(self, learned: Iterable[int]) -> int:
        """Number of the node for these learned modes.

        Raises
        ------
        ValueError
            If the tree has no such node.

        Examples
        --------
        >>> critical_tree(Problem.canonical((2, 2, 1)), (3, 3, 3)).find((1,))
        2
        """
        places = {node.learned: k for k, node in enumerate(self.nodes)}
        found = places.get(_first_ones(learned, self.groups))
        if found is None:
            raise ValueError(f"expected modes of a node of the tree, found {brief(learned)}")
        return found


def critical_tree(
    problem: Problem, dims: Sequence[int], *, along: Iterable[Sequence[int]] = ()
) -> CriticalTree:
    r"""Tree of the critical values :math:`L_{res} + \tfrac12\sum_{i\notin J}s_i^2`.

    Whole up to eight modes; of more it has the nested sets {}, {1}, {1, 2}, … that a small start
    visits, the sets `along` a run, and those one mode away. Without a hidden layer only the
    minimum is critical.

    Parameters
    ----------
    problem : Problem
    dims : sequence of int
        Widths, input first.
    along : iterable of sequences of int
        Learned modes, 0-based, that have nodes in any case.

    Raises
    ------
    ValueError
        If `dims` does not fit the problem, or a set `along` cannot be learned.

    References
    ----------
    arXiv:1811.03568, proposition "Landscape of deep linear networks".

    Examples
    --------
    >>> tree = critical_tree(Problem.canonical((2, 1)), (2, 2, 2))
    >>> [(node.name, node.level, node.inertia and node.inertia[0]) for node in tree.nodes]
    [('{} | {1,2}', 2.5, 4), ('{2} | {1}', 2.0, 2), ('{1} | {2}', 0.5, 1), ('{1,2} | {}', 0.0, 0)]
    >>> tree.edges
    ((0, 1), (0, 2), (1, 3), (2, 3))
    """
    dims = check_dims(problem, dims)
    modes = positive_modes(problem)
    most = min(modes, *dims)
    least = 0 if len(dims) > 2 else most  # without a hidden layer the loss is convex
    groups = _groups(problem, modes)
    asked = {_first_ones(_checked(each, modes, most), groups) for each in along}
    sets = _all_sets(groups) if modes <= MOST_WHOLE else _beside(asked, groups, most)
    kept = asked | {each for each in sets if least <= len(each) <= most}
    nodes = [_node(problem, dims, learned, groups) for learned in kept]
    nodes.sort(key=lambda node: (len(node.learned), -node.level, node.learned))
    places = {node.learned: k for k, node in enumerate(nodes)}
    edges = [
        (places[node.learned], places[more])
        for node in nodes
        for more in _one_more(node.learned, groups)
        if more in places
    ]
    return CriticalTree(tuple(nodes), tuple(sorted(edges)), _count(groups, least, most), groups)


def _groups(problem: Problem, modes: int) -> Groups:
    """Neighbors of equal strength together."""
    s = problem.singular_values
    cuts = [k for k in range(1, modes) if not equal_strength(s, k - 1, k)]
    return tuple(range(a, b) for a, b in pairwise([0, *cuts, modes])) if modes else ()


def _checked(learned: Sequence[int], modes: int, most: int) -> IndexSet:
    found = tuple(sorted({int(k) for k in learned}))
    if len(found) > most or any(not 0 <= k < modes for k in found):
        raise ValueError(
            f"expected at most {most} learned modes among 0 to {modes - 1}, found {found}: "
            "a network learns as many as its narrowest layer is wide"
        )
    return found


def _first_ones(learned: Iterable[int], groups: Groups) -> IndexSet:
    """As many of each group, its first ones."""
    known = set(learned)
    return tuple(k for group in groups for k in group[: len(known.intersection(group))])


def _all_sets(groups: Groups) -> Iterator[IndexSet]:
    for counts in product(*(range(len(group) + 1) for group in groups)):
        yield tuple(k for group, n in zip(groups, counts, strict=True) for k in group[:n])


def _one_more(learned: IndexSet, groups: Groups) -> Iterator[IndexSet]:
    for group in groups:
        free = [k for k in group if k not in learned]
        if free:
            yield tuple(sorted((*learned, free[0])))


def _one_less(learned: IndexSet, groups: Groups) -> Iterator[IndexSet]:
    for group in groups:
        taken = [k for k in group if k in learned]
        if taken:
            yield tuple(k for k in learned if k != taken[-1])


def _beside(asked: set[IndexSet], groups: Groups, most: int) -> set[IndexSet]:
    """The way of a small start and what was asked for, with what is one mode away."""
    modes = groups[-1].stop if groups else 0
    way = {tuple(range(k)) for k in range(most + 1)} | asked
    if modes > MOST_AROUND:
        return way
    around = {other for each in way for other in _one_more(each, groups)}
    return way | around | {other for each in way for other in _one_less(each, groups)}


def _count(groups: Groups, least: int, most: int) -> int:
    """How many critical values: one for each choice of a number from each group."""
    if least == most:
        return 1
    if sum(map(len, groups)) <= most:
        return prod(len(group) + 1 for group in groups)
    ways = np.array([1], dtype=object)  # by number of learned modes, of any size
    for group in groups:
        ways = np.convolve(ways, np.ones(len(group) + 1, dtype=object))
    return int(sum(ways[: most + 1]))


def _node(
    problem: Problem, dims: tuple[int, ...], learned: IndexSet, groups: Groups
) -> CriticalValue:
    modes = groups[-1].stop if groups else 0
    missed = tuple(k for k in range(modes) if k not in learned)
    most = min(modes, *dims)
    inertia = predicted_inertia(problem, dims, missed, balanced=True)
    if learned == tuple(range(most)):
        kind = "minimum"
    elif inertia is None:
        kind = "saddle" if len(dims) == 3 else "unclear"
    else:
        kind = "saddle" if inertia[0] else "flat saddle"
    name = f"{_braces(learned, groups)} | {_braces(missed, groups)}"
    return CriticalValue(learned, missed, loss_missing(problem, missed), inertia, kind, name)


def _braces(chosen: IndexSet, groups: Groups) -> str:
    """Modes from 1 in braces; of equal ones how many."""
    parts = []
    for group in groups:
        n = len(set(chosen).intersection(group))
        if 0 < n < len(group):
            parts.append(f"{n} of modes {group[0] + 1} to {group[-1] + 1}")
        else:
            parts += [str(k + 1) for k in group if n]
    return "{" + ",".join(parts) + "}"
