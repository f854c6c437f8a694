"""The critical values as a graph, beside what the landscape says of each."""

from itertools import combinations
from math import comb

import numpy as np
import pytest

import linviz as lv
from linviz.core.geometry import CriticalTree, critical_tree
from linviz.core.model.problem import Problem


def names(tree: CriticalTree) -> list[str]:
    return [node.name for node in tree.nodes]


@pytest.mark.parametrize("dims", [(4, 4, 4), (5, 3, 4, 4), (4, 1, 4), (4, 4)])
def test_nodes_are_the_critical_values_with_their_signs(dims: tuple[int, ...]) -> None:
    problem = Problem.canonical((4, 3, 2, 1), d_x=dims[0])
    tree = critical_tree(problem, dims)
    expected = lv.critical_values(problem, dims)
    assert {node.missed: node.level for node in tree.nodes} == expected
    assert tree.whole
    assert tree.count == len(expected)
    for node in tree.nodes:
        assert set(node.learned) | set(node.missed) == set(range(4))
        signs = lv.predicted_inertia(problem, dims, node.missed, balanced=True)
        assert node.inertia == signs
        assert signs is not None
        lowest = node.level == min(expected.values())
        flat = "flat saddle" if signs[0] == 0 else "saddle"
        assert node.kind == ("minimum" if lowest else flat)


def test_an_edge_learns_one_mode_and_goes_down() -> None:
    tree = critical_tree(Problem.canonical((5, 3, 2, 1)), (4, 4, 4, 4))
    nodes = tree.nodes
    expected = {
        (a, b)
        for a, upper in enumerate(nodes)
        for b, lower in enumerate(nodes)
        if set(upper.learned) < set(lower.learned) and len(lower.learned) == len(upper.learned) + 1
    }
    assert set(tree.edges) == expected
    assert len(tree.edges) == 4 * 2**3
    assert all(nodes[a].level > nodes[b].level for a, b in tree.edges)


def test_of_equal_strengths_only_their_number_tells_nodes_apart() -> None:
    tree = critical_tree(Problem.canonical((2, 2, 2, 1)), (4, 4, 4))
    assert tree.count == len(tree.nodes) == 4 * 2
    assert "{1 of modes 1 to 3} | {2 of modes 1 to 3,4}" in names(tree)
    levels = np.array([node.level for node in tree.nodes])
    assert len(np.unique(levels)) == 8
    for any_one in combinations(range(3), 2):
        assert tree.nodes[tree.find(any_one)].learned == (0, 1)
    with pytest.raises(ValueError, match="expected modes of a node of the tree"):
        critical_tree(Problem.canonical((2, 1)), (2, 1, 2)).find((0, 1))


def test_above_eight_modes_the_way_of_a_small_start_and_what_is_beside_it() -> None:
    problem = Problem.canonical(tuple(range(12, 0, -1)))
    tree = critical_tree(problem, (12, 5, 12), along=[(3, 7)])
    learned = {node.learned for node in tree.nodes}
    assert {tuple(range(k)) for k in range(6)} <= learned
    assert {(3, 7), (3,), (0, 3, 7)} <= learned
    assert max(map(len, learned)) == 5  # the bottleneck
    assert not tree.whole
    assert tree.count == sum(comb(12, k) for k in range(6))


def test_sixty_modes_are_counted_exactly_and_have_few_nodes() -> None:
    tree = critical_tree(Problem.canonical(np.linspace(2, 1, 60)), (60, 60, 60))
    assert tree.count == 2**60
    assert len(tree.nodes) == 61


def test_residual_loss_of_data_lifts_every_node() -> None:
    rng = np.random.default_rng(0)
    problem = Problem(rng.normal(size=(3, 20)), rng.normal(size=(2, 20)))
    tree = critical_tree(problem, (3, 3, 2))
    assert min(node.level for node in tree.nodes) == problem.residual_loss > 0
    assert tree.nodes[0].level == pytest.approx(lv.loss(problem, lv.zeros((3, 3, 2))))


def test_where_there_is_nothing_to_learn_one_node_is_left() -> None:
    tree = critical_tree(Problem(np.eye(2), np.zeros((2, 2))), (2, 2, 2))
    assert [(node.learned, node.kind) for node in tree.nodes] == [((), "minimum")]
    assert tree.edges == ()


@pytest.mark.parametrize("along", [[(0, 1)], [(4,)], [(-1,)]])
def test_what_a_network_cannot_learn_is_refused(along: list[tuple[int, ...]]) -> None:
    with pytest.raises(ValueError, match="expected at most 1 learned modes among 0 to 3"):
        critical_tree(Problem.canonical((4, 3, 2, 1)), (4, 1, 4), along=along)
