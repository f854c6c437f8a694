r"""The steps of gradient descent as a law: a rule with its numbers, and the iterates it makes.

.. math:: v \leftarrow \mu v - \eta (\nabla L + \lambda W), \qquad W \leftarrow W + v

From v = 0. Time is :math:`t = \eta k` after k steps, which is the flow's time where
:math:`\mu = 0`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from linviz.core.flow.field import Field
from linviz.core.flow.integrator import quietly
from linviz.core.model import checks
from linviz.core.model.layers import Weights, gradient, pack, unpack, widths
from linviz.core.model.problem import Matrix, Problem


@dataclass(frozen=True, slots=True)
class Descent:
    """One rule of descent, numbers only: with the start it fixes every iterate.

    Attributes
    ----------
    step : float
        The step size, > 0.
    weight_decay, label_noise : float
        At least 0.
    momentum : float
        0 <= momentum < 1.
    seed : int
        Of the label noise.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> Descent(step=0.1).momentum
    0.0
    """

    step: float
    weight_decay: float = 0.0
    momentum: float = 0.0
    label_noise: float = 0.0
    seed: int = 0

    kind: ClassVar[Literal["descent"]] = "descent"
    is_linear: ClassVar[bool] = True
    may_rise: ClassVar[bool] = True
    rtol: ClassVar[float] = 0.0
    atol: ClassVar[float] = 0.0

    def __post_init__(self) -> None:
        found = {
            "step": checks.positive(self.step, "step"),
            "weight_decay": checks.real(self.weight_decay, "weight_decay", 0),
            "momentum": checks.real(self.momentum, "momentum", 0, 1),
            "label_noise": checks.real(self.label_noise, "label_noise", 0),
            "seed": checks.whole(self.seed, "seed"),
        }
        if found["momentum"] == 1:
            raise ValueError("expected 0 <= momentum < 1, found 1")
        for name, value in found.items():
            object.__setattr__(self, name, value)

    @property
    def edge(self) -> float:
        """Sharpness above which a minimum repels the iterates, 2(1 + momentum)/step, less decay."""
        return 2 * (1 + self.momentum) / self.step - self.weight_decay

    @property
    def remembers(self) -> bool:
        """Whether the next iterate depends on more than the present one."""
        return self.momentum > 0 or self.label_noise > 0

    @property
    def method(self) -> str:
        """The name of the method."""
        name = "heavy ball" if self.momentum > 0 else "gradient descent"
        return f"label-noise {name}" if self.label_noise > 0 else name

    def gradient(self, problem: Problem, W: Weights) -> Weights:
        """Gradient of the loss, without decay and noise."""
        return gradient(problem, W)

    def continued(
        self, problem: Problem, start: Weights, W: Weights, t: float, until: float
    ) -> Weights:
        """Weights at `until` of the descent that starts at `start` and has W at time t.

        The iterate after until/step steps, on a straight line between two of them.
        """
        if self.remembers:
            W, t = start, 0.0
        dims = widths(W)
        ahead = until / self.step - round(t / self.step)
        last = int(ahead)
        with quietly():
            *_, block = iterates(Field(problem, dims), pack(W), self, last + 1)
        before, after = block[-2], block[-1]
        return unpack(before + (ahead - last) * (after - before), dims)


def iterates(field: Field, w: Matrix, rule: Descent, n_steps: int) -> Iterator[Matrix]:
    """Blocks (k + 1, n) of successive iterates; each begins with the last one of the block before.

    The same start and rule give the same numbers to the last bit, however they are cut.
    """
    rng = np.random.default_rng(rule.seed)
    spread = rule.label_noise * field.problem.input_root
    ends = (field.dims[0], field.dims[-1])
    keep, v = 1.0 - rule.step * rule.weight_decay, np.zeros_like(w)
    most = max(8, min(256, 100_000 // field.n))
    for done in range(0, n_steps, most):
        size = min(most, n_steps - done)
        block = np.empty((size + 1, field.n))
        block[0] = w
        noise = spread @ rng.standard_normal((size, *ends)) if rule.label_noise > 0 else None
        for k in range(size):
            cross = field.cross if noise is None else field.cross + noise[k]
            now, after = block[k], block[k + 1]
            np.multiply(field.pushed(now, cross), rule.step, out=after)
            if rule.momentum > 0:
                after += rule.momentum * v - (rule.step * rule.weight_decay) * now
                v = after.copy()
                after += now
            else:
                after += now if keep == 1.0 else keep * now
        w = block[-1]
        yield block
