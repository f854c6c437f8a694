"""Gradient flow of deep linear neural networks.

Order of arguments everywhere: problem, W, ..., *, options. ``dims = (d_0, ..., d_{H+1})``, input
first; ``W`` is a tuple of H + 1 arrays, ``W[j-1]`` = W_j of shape (d_j, d_{j-1}).
"""

from linviz.core.experiment.export import run_arrays
from linviz.core.experiment.json import scenario_from_json, scenario_json
from linviz.core.experiment.milestones.listing import milestones
from linviz.core.experiment.milestones.milestone import Milestone
from linviz.core.experiment.presets import presets
from linviz.core.experiment.run import Run, run
from linviz.core.experiment.scenario import Scenario
from linviz.core.experiment.simulation import simulate
from linviz.core.flow.activation import (
    imbalance_leak,
    neuron_invariants,
    nonlinear_gradient,
    nonlinear_loss,
)
from linviz.core.flow.descent import gradient_descent
from linviz.core.flow.gradient_flow import gradient_flow
from linviz.core.flow.integrator import FlowError
from linviz.core.flow.nonlinear import nonlinear_flow
from linviz.core.flow.trajectory import Trajectory
from linviz.core.landscape.critical_points import (
    CriticalPoint,
    classify,
    critical_point,
    predicted_inertia,
)
from linviz.core.landscape.hessian import Spectrum, hessian, hessian_vector_product, ntk, spectrum
from linviz.core.model.aligned import aligned, certified, on_stable_manifold
from linviz.core.model.critical_values import critical_values, minimum_loss
from linviz.core.model.data import DataSet, digits, read_csv, read_data, read_npz
from linviz.core.model.initialization import (
    balanced,
    gaussian,
    lambda_balanced,
    orthogonal,
    with_singular_values,
    xavier,
    zeros,
)
from linviz.core.model.layers import gradient, invariants, loss, product
from linviz.core.model.problem import Problem
from linviz.core.starts.study import BasinStudy, basin_study
from linviz.core.statements.rows import Statement, statements
from linviz.core.theory.certificates import Rate
from linviz.core.theory.discretization import critical_step, one_step_drift, sharpness_floor
from linviz.core.theory.exact import exact_loss, exact_method, exact_modes, exact_product
from linviz.core.theory.invariants import (
    diagonal_drift,
    drift,
    n_independent,
    norm_gaps,
    relative_drift,
)
from linviz.core.theory.modes import mode_strengths
from linviz.core.theory.rates import asymptotic_rate, certified_rate, observed_rate, rate_bounds

__version__ = "0.1.0"

__all__ = [
    "BasinStudy",
    "CriticalPoint",
    "DataSet",
    "FlowError",
    "Milestone",
    "Problem",
    "Rate",
    "Run",
    "Scenario",
    "Spectrum",
    "Statement",
    "Trajectory",
    "aligned",
    "asymptotic_rate",
    "balanced",
    "basin_study",
    "certified",
    "certified_rate",
    "classify",
    "critical_point",
    "critical_step",
    "critical_values",
    "diagonal_drift",
    "digits",
    "drift",
    "exact_loss",
    "exact_method",
    "exact_modes",
    "exact_product",
    "gaussian",
    "gradient",
    "gradient_descent",
    "gradient_flow",
    "hessian",
    "hessian_vector_product",
    "imbalance_leak",
    "invariants",
    "lambda_balanced",
    "loss",
    "milestones",
    "minimum_loss",
    "mode_strengths",
    "n_independent",
    "neuron_invariants",
    "nonlinear_flow",
    "nonlinear_gradient",
    "nonlinear_loss",
    "norm_gaps",
    "ntk",
    "observed_rate",
    "on_stable_manifold",
    "one_step_drift",
    "orthogonal",
    "predicted_inertia",
    "presets",
    "product",
    "rate_bounds",
    "read_csv",
    "read_data",
    "read_npz",
    "relative_drift",
    "run",
    "run_arrays",
    "scenario_from_json",
    "scenario_json",
    "sharpness_floor",
    "simulate",
    "spectrum",
    "statements",
    "with_singular_values",
    "xavier",
    "zeros",
]


def __getattr__(name: str) -> object:
    """`linviz.dashboard`; ipywidgets and plotly are loaded when it is asked for."""
    if name == "dashboard":
        from linviz.panels import dashboard

        return dashboard
    raise AttributeError(f"module 'linviz' has no attribute {name!r}")
