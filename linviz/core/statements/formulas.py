r"""What each statement says in one short sentence and in one formula, and where it is seen best.

Formulas are TeX, of the few commands that the page sets as MathML: fractions, roots, sums and
products with limits, indices and powers, letters and words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Formula:
    """A statement in short.

    Attributes
    ----------
    plain : str
        A sentence of a few words.
    tex : str
    panel : str
        The picture in which it is seen.
    preset : str
        The lecture scenario that shows it better where a run says nothing of it; "" if none does.
    """

    plain: str
    tex: str
    panel: str
    preset: str = ""


_EXCESS = r"(L - L_{res})"

FORMULAS: Mapping[str, Formula] = MappingProxyType(
    {
        "Rescaling": Formula(
            "Rescaling keeps the loss, not the flow",
            r"L(\alpha W_1, W_2/\alpha, \dots) = L(W_1, W_2, \dots)",
            "invariants",
        ),
        "Raw and whitened": Formula(
            "Whitening keeps the rests, not the times",
            r"X \to I, \quad Y \to Y X^T (X X^T)^{-1/2}",
            "loss",
            "raw-data",
        ),
        "Convergence": Formula("Every run comes to rest", r"\nabla L(W(t)) \to 0", "loss"),
        "Decreasing loss": Formula(
            "The loss only falls", r"\frac{dL}{dt} = -\|\nabla L\|^2 \le 0", "loss"
        ),
        "Invariants": Formula(
            "No C_j ever moves",
            r"W_{j+1}^T W_{j+1} - W_j W_j^T = C_j \quad \text{for } j = 1, \dots, H",
            "invariants",
            "invariants",
        ),
        "Independent invariants": Formula(
            "How many numbers are kept",
            r"\sum_{j=1}^{H} \frac{d_j (d_j + 1)}{2} - \frac{k_j (k_j + 1)}{2}, \quad "
            r"k_j = \max(0, d_j - d_{j-1} - d_{j+1})",
            "invariants",
        ),
        "Norm gaps": Formula(
            "Norms keep their distances",
            r"\|W_{j+1}\|^2 - \|W_j\|^2 = \tr C_j",
            "invariants",
            "invariants",
        ),
        "Sign of the determinant": Formula(
            "The determinant keeps its sign",
            r"\sgn \det P(t) = \sgn \det P(0)",
            "matrices",
            "determinant",
        ),
        "Differential inequality": Formula(
            "The loss falls at least this fast",
            rf"\frac{{dL}}{{dt}} \le -2 {_EXCESS} \sum_{{j=1}}^{{H+1}} "
            r"\prod_{k<j} \lambda_{min}(W_k^T W_k) \prod_{l>j} \lambda_{min}(W_l W_l^T)",
            "loss",
            "certified-rate",
        ),
        "Exponential rate": Formula(
            "A rate, where C allows one",
            r"L(t) - L_{res} \le (L(0) - L_{res}) e^{-2 \alpha t}",
            "loss",
            "certified-rate",
        ),
        "Final slope": Formula(
            "The kernel says how steep the end is",
            rf"\frac{{d}}{{dt}} \ln {_EXCESS} \to -2 \lambda_{{min}}(K)",
            "loss",
            "staircase",
        ),
        "Exact solution": Formula(
            "Where modes decouple, the curves are known",
            r"\frac{du_k}{dt} = N u_k^{2-2/N} (s_k - u_k)",
            "modes",
            "staircase",
        ),
        "Critical value": Formula(
            "Rests lie at few heights",
            r"L = L_{res} + \frac{1}{2} \sum_{i \in I} s_i^2 \quad I \text{: the modes missed}",
            "tree",
            "saddle-to-saddle",
        ),
        "Ranks": Formula(
            "One rank for each mode learned",
            r"\rank P = \rank R \le \rank Z, \quad R = W_N \cdots W_2, \quad Z = W_H \cdots W_2",
            "matrices",
        ),
        "Kind of the limit": Formula(
            "Minimum, saddle or flat saddle",
            r"\lambda_{min}(\nabla^2 L) < 0 \text{ at a strict saddle}",
            "hessian",
            "stable-manifold",
        ),
        "Index and nullity": Formula(
            "The limit: count its Hessian’s signs",
            r"n_- + n_0 + n_+ = \sum_{j=1}^{H+1} d_j d_{j-1}",
            "hessian",
            "stable-manifold",
        ),
        "Item (iii)": Formula(
            "One rank too many: a way down",
            r"\rank(W_H \cdots W_2) > \rank(W_{H+1} \cdots W_2)",
            "hessian",
            "stable-manifold",
        ),
        "Trace of the Hessian": Formula(
            "The Hessian’s trace is the kernel’s", r"\tr \nabla^2 L = \tr K", "hessian"
        ),
        "Sharpness floor": Formula(
            "No global minimum is flatter",
            r"\lambda_{max} \ge N \max_{\|v\|=1} (v^T X X^T v)^{1/N} "
            r"\|W_{LR} (X X^T)^{1/2} v\|^{2-2/N}",
            "hessian",
            "edge",
        ),
        "Stable manifold": Formula(
            "Zeros by symmetry stay zero",
            r"u_k^T W_N(0) = 0, \quad W_1(0) v_k = 0 \quad \Rightarrow \quad u_k^T P(t) v_k = 0",
            "modes",
            "stable-manifold",
        ),
        "No non-strict saddle": Formula(
            "C can forbid flat saddles",
            r"n_\pm(C_j) \ge \min(d_0, \dots, d_3) \quad \Rightarrow \quad "
            r"\text{the limit is no flat saddle}",
            "invariants",
            "certified-rate",
        ),
        "Global convergence": Formula(
            "Almost every start finds a global minimum", r"L(W(t)) \to \min L", "tree", "basins"
        ),
        "One step of descent": Formula(
            "One step moves C only a little",
            r"C_j \to C_j + \eta^2 (G_{j+1}^T G_{j+1} - G_j G_j^T)",
            "invariants",
            "invariants",
        ),
        "Drift under descent": Formula(
            "Under descent C drifts with the step",
            r"\|C_j(k) - C_j(0)\| \le \eta^2 \sum_k \sqrt{\|G_j\|^4 + \|G_{j+1}\|^4}",
            "invariants",
            "invariants",
        ),
        "Heavy ball": Formula(
            "Momentum keeps another quantity",
            r"W_{j+1}^T V_{j+1} - V_{j+1}^T W_{j+1} + W_j V_j^T - V_j W_j^T = 0",
            "invariants",
        ),
        "Edge of stability": Formula(
            "Descent rests only where it is flat enough",
            r"\lambda_{max}(\nabla^2 L) \le 2 (1 + \mu) / \eta",
            "hessian",
            "edge",
        ),
        "Modes under weight decay": Formula(
            "Weight decay takes from every mode",
            r"a^{N-2} (s - a^N) = \lambda, \quad u = a^N, \text{ or } u = 0",
            "modes",
            "weight-decay",
        ),
        "Neurons": Formula(
            "It keeps the diagonal of C", r"(C_j)_{ii}(t) = (C_j)_{ii}(0)", "invariants"
        ),
        "Leak": Formula(
            "This activation keeps nothing",
            r"\frac{d}{dt} (C_j)_{ii} = -2 \sum \frac{\partial L}{\partial a} "
            r"(\sigma(z) - z \sigma'(z))",
            "invariants",
        ),
    }
)


def formula_of(name: str) -> Formula:
    """The formula of the statement of that name; of one "under" an activation, that of its kind.

    Examples
    --------
    >>> formula_of("Neurons under relu").plain
    'It keeps the diagonal of C'
    """
    return FORMULAS[name.partition(" under ")[0] if name not in FORMULAS else name]
