"""The lecture scenarios, in lecture order, each with a title and what to look for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from linviz.core.experiment.scenario import Scenario
from linviz.core.model.checks import one_of
from linviz.core.model.tolerances import SMALL_START


@dataclass(frozen=True, slots=True)
class Preset:
    """A scenario with its commentary.

    Attributes
    ----------
    title : str
    look_for : str
        Two sentences: what to look at, and what it shows.
    scenario : Scenario
    log_loss, log_time : bool
        The axes on which it is seen best.
    seen : str
        What is to be seen, in the few words of a menu.
    moment : float or None
        The moment that the title speaks of; None is the end.
    """

    title: str
    look_for: str
    scenario: Scenario
    log_loss: bool = False
    log_time: bool = False
    seen: str = ""
    moment: float | None = None


def _root(value: float, n_layers: int) -> float:
    """Strength of each of n layers whose product has the given strength."""
    return float(round(value ** (1 / n_layers), 12))


LECTURE: Mapping[str, Preset] = MappingProxyType(
    {
        "invariants": Preset(
            "Everything moves, C does not",
            "The loss falls by many decades while every eigenvalue of C₁ and C₂ stays put. "
            "Gradient descent beside it lets them drift, in proportion to its step.",
            Scenario(
                dims=(4, 5, 3, 2),
                singular_values=(2, 1),
                scale=0.5,
                seed=0,
                t_end=10,
                beside="descent",
                step=0.0756,
            ),
            log_loss=True,
            seen="the loss falls by decades, C stays",
            moment=1,
        ),
        "certified-rate": Preset(
            "A certified exponential rate",
            "C₁ has three and C₂ two positive eigenvalues, as the theorem asks, so the loss "
            "stays below a falling bound from the start. The run itself ends about a third faster "
            "than is certified.",
            Scenario(
                dims=(4, 4, 3, 2),
                singular_values=(2, 1),
                rule="with_singular_values",
                layer_singular_values=((0.2, 0.15, 0.1, 0.05), (1.2, 1.2, 1.2), (1.7, 1.7)),
                scale=0.1,
                seed=0,
                t_end=4,
            ),
            log_loss=True,
            seen="the loss stays below its bound",
            moment=0.5,
        ),
        "margin": Preset(
            "The certificate is silent, the margin speaks",
            "All C are zero, so imbalance certifies nothing. But L(0) is below ½s₃², the lowest "
            "saddle, and this margin certifies a rate all the same.",
            Scenario(
                dims=(3, 3, 3, 3),
                singular_values=(2, 1.5, 1),
                rule="aligned",
                strengths=tuple(_root(0.8 * s, 3) for s in (2, 1.5, 1)),
                t_end=6,
            ),
            log_loss=True,
            seen="all C are 0, the margin gives a rate",
            moment=0.5,
        ),
        "staircase": Preset(
            "The staircase, with its exact solution",
            "Aligned and balanced weights learn one mode after the other, the strongest first, "
            "each along a sigmoid that has a closed form. The circles are that form.",
            Scenario(
                dims=(4, 4, 3),
                singular_values=(4, 2, 1),
                rule="aligned",
                scale=1e-3,
                t_end=12,
            ),
            seen="one mode after the other, on known curves",
            moment=2.5,
        ),
        "depth": Preset(
            "Depth lengthens plateaus",
            "The same small start waits longer before it learns when there are more layers. "
            "Move H from 1 to 4: the steps move to the right and the largest eigenvalue grows.",
            Scenario(
                dims=(3, 3, 3, 3, 3), singular_values=(2, 1.3, 0.6), rule="aligned", scale=0.3
            ),
            seen="more layers, longer waits",
            moment=1,
        ),
        "saddle-to-saddle": Preset(
            "From saddle to saddle, one hidden layer",
            "From a tiny random start the loss rests at 15, 7, 2.5 and 0.5 before it vanishes, "
            "and learns mode k at about ln(1/scale)/sₖ. Divide the scale by ten: mode k "
            "waits ln(10)/sₖ longer.",
            Scenario(dims=(5, 6, 4), singular_values=(4, 3, 2, 1), scale=SMALL_START, seed=0),
            seen="rests at 15, 7, 2.5 and 0.5",
            moment=6,
        ),
        "saddle-to-saddle-deep": Preset(
            "From saddle to saddle, two hidden layers",
            "The same levels, but with two hidden layers all waiting times grow like one over "
            "the scale. They depend on the draw: try others.",
            Scenario(dims=(3, 4, 4, 3), singular_values=(3, 2, 1), scale=0.05, seed=1),
            seen="rests grow like one over the scale",
            moment=7,
        ),
        "stable-manifold": Preset(
            "On the stable manifold of a saddle",
            "Mode 1 starts at exactly zero and stays there, so the run ends in a strict saddle "
            "with three negative eigenvalues. Almost every other start avoids it.",
            Scenario(
                dims=(4, 3, 3),
                singular_values=(3, 2, 1),
                rule="on_stable_manifold",
                missed=(0,),
                scale=0.4,
                seed=0,
            ),
            seen="mode 1 stays 0: it ends in a saddle",
            moment=10,
        ),
        "non-strict": Preset(
            "Near a flat saddle (not strict)",
            "Modes 1 and 2 are learned and mode 3 starts at strength 0.03 in each layer: at the"
            " saddle no eigenvalue is negative. The wait grows like one over that strength, not"
            " like its logarithm.",
            Scenario(
                dims=(3, 3, 3, 3),
                singular_values=(3, 2, 1),
                rule="aligned",
                strengths=(_root(3, 3), _root(2, 3), 0.03),
            ),
            seen="a flat saddle, a long wait",
            moment=20,
        ),
        "determinant": Preset(
            "The determinant trap",
            "A balanced square start whose product has a negative determinant can never reach "
            "the target. It creeps to the saddle at 0.5, ever more slowly.",
            Scenario(
                dims=(2, 2, 2, 2),
                singular_values=(2, 1),
                rule="aligned",
                strengths=(_root(0.9, 3), -_root(0.6, 3)),
                t_end=400,
            ),
            log_time=True,
            seen="the wrong sign never reaches the target",
            moment=100,
        ),
        "bottleneck": Preset(
            "A bottleneck",
            "A layer of width 2 lets the product have rank 2 only, so the third mode is missed "
            "and the loss ends at 0.5. Here that is the global minimum: no eigenvalue is "
            "negative.",
            Scenario(dims=(4, 2, 3), singular_values=(3, 2, 1), scale=0.5, seed=0),
            seen="width 2 loses mode 3",
            moment=10,
        ),
        "lazy-rich": Preset(
            "Lazy and rich, by imbalance",
            "With C = 4I the kernel, which says how fast P moves, changes by only a fifth, and the "
            "loss falls almost exponentially. Set λ to 0.5, then −4: the sign matters, not only "
            "the size.",
            Scenario(
                dims=(5, 3, 3),
                singular_values=(2, 1.2, 0.7),
                rule="lambda_balanced",
                lam=4,
                scale=0.1,
                seed=0,
            ),
            log_loss=True,
            seen="imbalance keeps the kernel still",
            moment=0.3,
        ),
        "edge": Preset(
            "The edge of stability",
            "At 1.05 of the critical step no minimum is stable, and gradient descent ends in "
            "bounded oscillation. At 0.95 it converges, slowly, to one that is flat enough.",
            Scenario(
                dims=(3, 3, 2),
                singular_values=(2, 1),
                scale=0.5,
                seed=0,
                t_end=15,
                beside="descent",
                step=1.05,
            ),
            log_loss=True,
            seen="descent past the critical step never rests",
            moment=10,
        ),
        "weight-decay": Preset(
            "Weight decay",
            "Beside the flow runs gradient descent with weight decay: its C decays "
            "exponentially, and its modes end below the target. The weakest mode is lost.",
            Scenario(
                dims=(3, 3, 3),
                singular_values=(2, 1, 0.2),
                scale=0.5,
                seed=0,
                t_end=60,
                beside="descent",
                step=0.1,
                weight_decay=0.3,
            ),
            seen="C decays, the weakest mode is lost",
            moment=50,
        ),
        "raw-data": Preset(
            "Raw against whitened data",
            "The inputs are stretched, so the weak directions are learned late and the loss "
            "falls in stages. Choose whitened: the same critical values, less the loss that no "
            "linear map avoids, at another pace.",
            Scenario(dims=(3, 4, 2), data="stretched", scale=0.3, seed=0),
            log_time=True,
            seen="stretched inputs, late directions",
            moment=2,
        ),
        "digits": Preset(
            "Handwritten digits, and a test",
            "300 digits are learned, 1497 others are the test. A linear network of any depth ends "
            "at the errors of the best linear map W_LR, but on the way, near t = 60, its test "
            "error passes below it.",
            Scenario(dims=(64, 16, 16, 10), data="few_digits", scale=0.1, seed=0, t_end=1000),
            log_time=True,
            moment=60,
            seen="the test error passes below W_LR's on the way",
        ),
        "relu": Preset(
            "A ReLU network keeps the diagonal",
            "Beside the flow runs a ReLU network from the same weights: the diagonals of its C "
            "are kept, and with tanh they move. These data are nearly linear, so the "
            "linear network fits them better.",
            Scenario(dims=(3, 5, 4, 2), data="cloud", scale=0.5, seed=0, t_end=6, beside="relu"),
            seen="ReLU keeps only the diagonals of C",
            moment=3,
        ),
        "relu-fold": Preset(
            "A fold: where a ReLU network does better",
            "No linear map of these twelve points of y = |x| comes below 0.77, however many layers "
            "it has. The ReLU network from the same weights comes near 0, though from other draws "
            "it may stop at 0.77.",
            Scenario(dims=(2, 6, 1), data="fold", scale=0.5, seed=0, t_end=15, beside="relu"),
            log_loss=True,
            moment=10,
            seen="no linear map fits |x|, ReLU does",
        ),
        "relu-stuck": Preset(
            "One start: linear arrives, ReLU is stuck",
            "Both weights start at −0.5: the linear network learns, but behind a ReLU nothing "
            "passes, the gradient is zero and the loss stays at ½s². So it does from 5/8 of all "
            "directions of two weights; without the ReLU it is a line of them.",
            Scenario(
                dims=(1, 1, 1),
                singular_values=(2,),
                rule="aligned",
                strengths=(-0.5,),
                t_end=4,
                beside="relu",
            ),
            moment=3,
            seen="linear arrives, ReLU stays at ½s²",
        ),
        "basins": Preset(
            "Where do random starts end?",
            "Press New draw again and again: almost every start ends in a global minimum, as is "
            "proved for one hidden layer. Balanced starts, which have measure zero, stay at 0.5 in "
            "about half of the draws (until roundoff frees them, near t = 33).",
            Scenario(dims=(3, 3, 3), singular_values=(2, 1.5, 1), scale=0.5, seed=0, t_end=15),
            seen="draw again: nearly all end at a minimum",
            moment=10,
        ),
    }
)

presets: Mapping[str, Scenario] = MappingProxyType(
    {name: preset.scenario for name, preset in LECTURE.items()}
)


def preset_of(scenario: Scenario, likely: str = "") -> str:
    """Name of the preset that the scenario is, the likely one first, or "".

    Examples
    --------
    >>> preset_of(presets["staircase"]), preset_of(Scenario(seed=77))
    ('staircase', '')
    """
    names = [likely, *presets] if likely else presets
    return next((name for name in names if presets[name] == scenario), "")


def preset_named(name: object) -> Scenario:
    """The preset of that name, whoever asks for it.

    Raises
    ------
    ValueError
        If there is none.
    """
    return presets[one_of(name, "a preset", presets)]
