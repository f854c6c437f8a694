"""The words of the lecture scenarios, all in one place: for another language, rewritten here.

What they promise is measured by ``tests/experiment/test_presets.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Commentary:
    """What is said of a lecture scenario.

    Attributes
    ----------
    title : str
    seen : str
        What is to be seen, in the few words of a menu: nothing that the title says.
    look_for : str
        Two sentences: what to look at, and what it shows.
    """

    title: str
    seen: str
    look_for: str


COMMENTARY: Mapping[str, Commentary] = MappingProxyType(
    {
        "invariants": Commentary(
            "Everything moves, C does not",
            "the loss falls by decades, C stays",
            "The loss falls by many decades, and no eigenvalue of C₁ or C₂ moves. "
            "Gradient descent beside it lets them drift, in proportion to its step.",
        ),
        "certified-rate": Commentary(
            "A rate that is certain",
            "the loss stays below its bound",
            "C₁ has three positive eigenvalues and C₂ two, as the theorem asks, so the loss stays "
            "below a falling bound from the start. The run itself ends about a third faster.",
        ),
        "margin": Commentary(
            "C says nothing, the start is low",
            "all C are 0, and yet a rate is certain",
            "All C are zero, so they certify no rate. But L(0) lies below ½s₃², the lowest saddle, "
            "and this margin certifies one all the same.",
        ),
        "staircase": Commentary(
            "The staircase, with its exact solution",
            "one mode after the other",
            "Aligned and balanced weights learn one mode after the other, the strongest first, "
            "each along an S-shaped curve with a known formula. The circles are that formula.",
        ),
        "depth": Commentary(
            "Depth lengthens plateaus",
            "more layers, longer waits",
            "The same small start waits longer before it learns when there are more layers. "
            "Move H from 1 to 4: the steps move to the right and the largest eigenvalue grows.",
        ),
        "saddle-to-saddle": Commentary(
            "From saddle to saddle, one hidden layer",
            "the loss rests at 15, 7, 2.5 and 0.5",
            "From a tiny random start the loss rests at 15, 7, 2.5 and 0.5 before it vanishes, and "
            "learns mode k at about ln(1/scale)/sₖ. A scale ten times smaller: mode k waits "
            "ln(10)/sₖ longer.",
        ),
        "saddle-to-saddle-deep": Commentary(
            "From saddle to saddle, two hidden layers",
            "half the scale, twice the wait",
            "The same kind of run, but with two hidden layers all waits grow like one over the "
            "scale. They depend on the draw: try others.",
        ),
        "stable-manifold": Commentary(
            "Caught by a saddle",
            "mode 1 stays at zero for ever",
            "Mode 1 starts at exactly zero and stays there, so the run ends in a saddle with three "
            "ways down. Almost every other start avoids it.",
        ),
        "non-strict": Commentary(
            "Not strict: the long wait",
            "mode 3 waits like 1 over its strength",
            "Modes 1 and 2 are learned and mode 3 starts at strength 0.03 in each layer: at the "
            "saddle no eigenvalue is negative. The wait grows like one over that strength, not "
            "like its logarithm.",
        ),
        "determinant": Commentary(
            "The determinant trap",
            "the wrong sign never reaches the target",
            "A balanced square start whose product has a negative determinant can never reach the "
            "target. It creeps to the saddle at 0.5, ever more slowly.",
        ),
        "bottleneck": Commentary(
            "A bottleneck",
            "width 2 loses mode 3",
            "A layer of width 2 lets the product have rank 2 only, so the third mode is missed and "
            "the loss ends at 0.5. Here that is the global minimum: no eigenvalue is negative.",
        ),
        "lazy-rich": Commentary(
            "Lazy and rich, by imbalance",
            "imbalance keeps the kernel still",
            "With C = 4I the kernel, which says how fast P moves, changes by only a fifth, and the "
            "loss falls almost exponentially. Set λ to 0.5, then −4: the sign matters, not only "
            "the size.",
        ),
        "edge": Commentary(
            "The edge of stability",
            "descent never comes to rest",
            "At 1.05 of the critical step no minimum is stable, and gradient descent ends in "
            "bounded oscillation. At 0.95 it converges, slowly, to one that is flat enough.",
        ),
        "weight-decay": Commentary(
            "Decay costs every mode",
            "C fades, the weakest mode is lost",
            "Beside the flow runs gradient descent with weight decay: its C decays exponentially, "
            "and its modes end below the target. The weakest mode is lost.",
        ),
        "raw-data": Commentary(
            "Raw against whitened data",
            "weak directions come late",
            "The inputs are stretched, so the weak directions are learned late and the loss falls "
            "in stages. Choose whitened: the same critical values, less the loss that no linear "
            "map avoids, at another pace.",
        ),
        "digits": Commentary(
            "Handwritten digits",
            "the test error dips, then rises again",
            "300 digits are learned, 1497 others are the test. A linear network of any depth ends "
            "at the errors of the best linear map W_LR, but on the way, near t = 60, its test "
            "error passes below it.",
        ),
        "relu": Commentary(
            "ReLU keeps a part of C",
            "only the diagonals of C stay",
            "Beside the flow runs a ReLU network from the same weights: the diagonals of its C are "
            "kept, and with tanh they move. These data are nearly linear, so the linear network "
            "fits them better.",
        ),
        "relu-fold": Commentary(
            "A fold: where ReLU does better",
            "only ReLU fits |x|",
            "No linear map of these twelve points of y = |x| comes below 0.77, however many layers "
            "it has. The ReLU network from the same weights comes near 0, though from other draws "
            "it may stop at 0.77.",
        ),
        "relu-stuck": Commentary(
            "Linear arrives, ReLU is stuck",
            "behind ReLU the loss stays at ½s²",
            "Both weights start at −0.5: the linear network learns, but behind a ReLU nothing "
            "passes, the gradient is zero and the loss stays at ½s². So it does from 5/8 of all "
            "directions of two weights; without the ReLU it is a line of them.",
        ),
        "basins": Commentary(
            "Where do random starts end?",
            "1000 at once: all arrive",
            "Many starts runs 1000 of them: all reach a global minimum, as is proved of almost "
            "every start for one hidden layer; the count alone says only that fewer than 0.4 % "
            "stay. Balanced starts, a set of measure zero, stay at 0.5 in about half of the draws.",
        ),
    }
)
