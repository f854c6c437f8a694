"""Gradient flow of deep linear neural networks.

Order of arguments everywhere: problem, W, ..., *, options. ``dims = (d_0, ..., d_{H+1})``, input
first; ``W`` is a tuple of H + 1 arrays, ``W[j-1]`` = W_j of shape (d_j, d_{j-1}).
"""

from linviz.core.data import DataSet, digits, read_csv, read_data, read_npz
from linviz.core.flow import gradient_flow
from linviz.core.hessian import Spectrum, hessian, hessian_vector_product, ntk, spectrum
from linviz.core.initialization import (
    aligned,
    balanced,
    certified,
    gaussian,
    lambda_balanced,
    on_stable_manifold,
    orthogonal,
    with_singular_values,
    xavier,
    zeros,
)
from linviz.core.integrator import FlowError
from linviz.core.invariants import drift, invariants, n_independent, norm_gaps, relative_drift
from linviz.core.landscape import CriticalPoint, classify, critical_point, predicted_inertia
from linviz.core.modes import mode_strengths
from linviz.core.problem import Problem, critical_values, minimum_loss
from linviz.core.run import Run, run
from linviz.core.scenario import Scenario
from linviz.core.simulation import simulate
from linviz.core.trajectory import Trajectory
from linviz.core.weights import gradient, loss, product

__version__ = "0.1.0"

__all__ = [
    "CriticalPoint",
    "DataSet",
    "FlowError",
    "Problem",
    "Run",
    "Scenario",
    "Spectrum",
    "Trajectory",
    "aligned",
    "balanced",
    "certified",
    "classify",
    "critical_point",
    "critical_values",
    "digits",
    "drift",
    "gaussian",
    "gradient",
    "gradient_flow",
    "hessian",
    "hessian_vector_product",
    "invariants",
    "lambda_balanced",
    "loss",
    "minimum_loss",
    "mode_strengths",
    "n_independent",
    "norm_gaps",
    "ntk",
    "on_stable_manifold",
    "orthogonal",
    "predicted_inertia",
    "product",
    "read_csv",
    "read_data",
    "read_npz",
    "relative_drift",
    "run",
    "simulate",
    "spectrum",
    "with_singular_values",
    "xavier",
    "zeros",
]
