"""Gradient flow of deep linear neural networks.

Order of arguments everywhere: problem, W, ..., *, options. ``dims = (d_0, ..., d_{H+1})``, input
first; ``W`` is a tuple of H + 1 arrays, ``W[j-1]`` = W_j of shape (d_j, d_{j-1}).

Names are loaded when they are first asked for (PEP 562), so that a program pays for the parts it
uses: `import linviz` alone loads neither numpy nor scipy, plotly nor ipywidgets.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what type checkers and editors read; at run time `HOMES` says the same
    from linviz import figures as figures
    from linviz.core import geometry as geometry
    from linviz.core import starts as starts
    from linviz.core.experiment.catalogue.entry import Entry as Entry
    from linviz.core.experiment.catalogue.fields import Field as Field
    from linviz.core.experiment.decisions import Decisions as Decisions
    from linviz.core.experiment.export import run_arrays as run_arrays
    from linviz.core.experiment.json import scenario_from_json as scenario_from_json
    from linviz.core.experiment.json import scenario_json as scenario_json
    from linviz.core.experiment.milestones import milestones as milestones
    from linviz.core.experiment.milestones.milestone import Milestone as Milestone
    from linviz.core.experiment.presets import presets as presets
    from linviz.core.experiment.run import Run as Run
    from linviz.core.experiment.run import run as run
    from linviz.core.experiment.scenario import Scenario as Scenario
    from linviz.core.experiment.simulation import simulate as simulate
    from linviz.core.flow.activation import Activation as Activation
    from linviz.core.flow.backpropagation import nonlinear_gradient as nonlinear_gradient
    from linviz.core.flow.backpropagation import nonlinear_loss as nonlinear_loss
    from linviz.core.flow.descent import gradient_descent as gradient_descent
    from linviz.core.flow.gradient_flow import gradient_flow as gradient_flow
    from linviz.core.flow.integrator import FlowError as FlowError
    from linviz.core.flow.law import GradientFlow as GradientFlow
    from linviz.core.flow.network import NonlinearFlow as NonlinearFlow
    from linviz.core.flow.nonlinear import nonlinear_flow as nonlinear_flow
    from linviz.core.flow.steps import Descent as Descent
    from linviz.core.flow.trajectory import Trajectory as Trajectory
    from linviz.core.geometry.tree import CriticalTree as CriticalTree
    from linviz.core.geometry.tree import CriticalValue as CriticalValue
    from linviz.core.landscape.course import Course as Course
    from linviz.core.landscape.course import Moment as Moment
    from linviz.core.landscape.critical_points import CriticalPoint as CriticalPoint
    from linviz.core.landscape.critical_points import classify as classify
    from linviz.core.landscape.critical_points import critical_point as critical_point
    from linviz.core.landscape.ends import SpectrumEnds as SpectrumEnds
    from linviz.core.landscape.ends import extreme_eigenvalues as extreme_eigenvalues
    from linviz.core.landscape.ends import spectrum_ends as spectrum_ends
    from linviz.core.landscape.hessian import Spectrum as Spectrum
    from linviz.core.landscape.hessian import hessian as hessian
    from linviz.core.landscape.hessian import hessian_vector_product as hessian_vector_product
    from linviz.core.landscape.hessian import ntk as ntk
    from linviz.core.landscape.hessian import spectrum as spectrum
    from linviz.core.landscape.inertia import predicted_inertia as predicted_inertia
    from linviz.core.landscape.stays import Stay as Stay
    from linviz.core.model.aligned import aligned as aligned
    from linviz.core.model.aligned import on_stable_manifold as on_stable_manifold
    from linviz.core.model.conserved import Conserved as Conserved
    from linviz.core.model.critical_values import critical_values as critical_values
    from linviz.core.model.critical_values import minimum_loss as minimum_loss
    from linviz.core.model.data import read_csv as read_csv
    from linviz.core.model.data import read_data as read_data
    from linviz.core.model.data import read_npz as read_npz
    from linviz.core.model.datasets import digits as digits
    from linviz.core.model.initialization import balanced as balanced
    from linviz.core.model.initialization import certified as certified
    from linviz.core.model.initialization import gaussian as gaussian
    from linviz.core.model.initialization import lambda_balanced as lambda_balanced
    from linviz.core.model.initialization import orthogonal as orthogonal
    from linviz.core.model.initialization import sphere as sphere
    from linviz.core.model.initialization import with_singular_values as with_singular_values
    from linviz.core.model.initialization import xavier as xavier
    from linviz.core.model.initialization import zeros as zeros
    from linviz.core.model.layers import gradient as gradient
    from linviz.core.model.layers import invariants as invariants
    from linviz.core.model.layers import loss as loss
    from linviz.core.model.layers import product as product
    from linviz.core.model.problem import Problem as Problem
    from linviz.core.model.reading import Answer as Answer
    from linviz.core.model.reading import Doubts as Doubts
    from linviz.core.model.reading import Question as Question
    from linviz.core.model.reading import Reading as Reading
    from linviz.core.model.reading import UnclearFileError as UnclearFileError
    from linviz.core.model.samples import DataSet as DataSet
    from linviz.core.starts.basin import BasinStudy as BasinStudy
    from linviz.core.starts.basin import basin_study as basin_study
    from linviz.core.statements.rows import statements as statements
    from linviz.core.statements.statement import Statement as Statement
    from linviz.core.theory.certificates import Rate as Rate
    from linviz.core.theory.discretization import drift_bound as drift_bound
    from linviz.core.theory.discretization import one_step_drift as one_step_drift
    from linviz.core.theory.exact import exact_loss as exact_loss
    from linviz.core.theory.exact import exact_method as exact_method
    from linviz.core.theory.exact import exact_modes as exact_modes
    from linviz.core.theory.exact import exact_product as exact_product
    from linviz.core.theory.invariants import diagonal_drift as diagonal_drift
    from linviz.core.theory.invariants import drift as drift
    from linviz.core.theory.invariants import invariant_inertia as invariant_inertia
    from linviz.core.theory.invariants import invariant_spectra as invariant_spectra
    from linviz.core.theory.invariants import n_independent as n_independent
    from linviz.core.theory.invariants import norm_gaps as norm_gaps
    from linviz.core.theory.invariants import relative_drift as relative_drift
    from linviz.core.theory.modes import mode_strengths as mode_strengths
    from linviz.core.theory.neurons import imbalance_leak as imbalance_leak
    from linviz.core.theory.neurons import neuron_invariants as neuron_invariants
    from linviz.core.theory.neurons import single_sample_invariants as single_sample_invariants
    from linviz.core.theory.rates import a_posteriori_bound as a_posteriori_bound
    from linviz.core.theory.rates import asymptotic_rate as asymptotic_rate
    from linviz.core.theory.rates import certified_rate as certified_rate
    from linviz.core.theory.rates import observed_rate as observed_rate
    from linviz.core.theory.rates import rate_bounds as rate_bounds
    from linviz.core.theory.scalar_modes import balanced_mode as balanced_mode
    from linviz.core.theory.scalar_modes import half_time as half_time
    from linviz.core.theory.scalar_modes import plateau_length as plateau_length
    from linviz.core.theory.sharpness import critical_step as critical_step
    from linviz.core.theory.sharpness import sharpness_floor as sharpness_floor
    from linviz.panels.dashboard import dashboard as dashboard
    from linviz.panels.page import Dashboard as Dashboard
    from linviz.panels.state import State as State
    from linviz.panels.view import View as View
    from linviz.serve.site.build import Site as Site
    from linviz.serve.site.build import site as site

__version__ = "0.1.0"

HOMES = {
    "Activation": "linviz.core.flow.activation",
    "Answer": "linviz.core.model.reading",
    "BasinStudy": "linviz.core.starts.basin",
    "Conserved": "linviz.core.model.conserved",
    "Course": "linviz.core.landscape.course",
    "CriticalPoint": "linviz.core.landscape.critical_points",
    "CriticalTree": "linviz.core.geometry.tree",
    "CriticalValue": "linviz.core.geometry.tree",
    "Dashboard": "linviz.panels.page",
    "DataSet": "linviz.core.model.samples",
    "Decisions": "linviz.core.experiment.decisions",
    "Descent": "linviz.core.flow.steps",
    "Doubts": "linviz.core.model.reading",
    "Entry": "linviz.core.experiment.catalogue.entry",
    "Field": "linviz.core.experiment.catalogue.fields",
    "FlowError": "linviz.core.flow.integrator",
    "GradientFlow": "linviz.core.flow.law",
    "Milestone": "linviz.core.experiment.milestones.milestone",
    "Moment": "linviz.core.landscape.course",
    "NonlinearFlow": "linviz.core.flow.network",
    "Problem": "linviz.core.model.problem",
    "Question": "linviz.core.model.reading",
    "Rate": "linviz.core.theory.certificates",
    "Reading": "linviz.core.model.reading",
    "Run": "linviz.core.experiment.run",
    "Scenario": "linviz.core.experiment.scenario",
    "Site": "linviz.serve.site.build",
    "Spectrum": "linviz.core.landscape.hessian",
    "SpectrumEnds": "linviz.core.landscape.ends",
    "State": "linviz.panels.state",
    "Statement": "linviz.core.statements.statement",
    "Stay": "linviz.core.landscape.stays",
    "Trajectory": "linviz.core.flow.trajectory",
    "UnclearFileError": "linviz.core.model.reading",
    "View": "linviz.panels.view",
    "a_posteriori_bound": "linviz.core.theory.rates",
    "aligned": "linviz.core.model.aligned",
    "asymptotic_rate": "linviz.core.theory.rates",
    "balanced": "linviz.core.model.initialization",
    "balanced_mode": "linviz.core.theory.scalar_modes",
    "basin_study": "linviz.core.starts.basin",
    "certified": "linviz.core.model.initialization",
    "certified_rate": "linviz.core.theory.rates",
    "classify": "linviz.core.landscape.critical_points",
    "critical_point": "linviz.core.landscape.critical_points",
    "critical_step": "linviz.core.theory.sharpness",
    "critical_values": "linviz.core.model.critical_values",
    "dashboard": "linviz.panels.dashboard",
    "diagonal_drift": "linviz.core.theory.invariants",
    "digits": "linviz.core.model.datasets",
    "drift": "linviz.core.theory.invariants",
    "drift_bound": "linviz.core.theory.discretization",
    "exact_loss": "linviz.core.theory.exact",
    "exact_method": "linviz.core.theory.exact",
    "exact_modes": "linviz.core.theory.exact",
    "exact_product": "linviz.core.theory.exact",
    "extreme_eigenvalues": "linviz.core.landscape.ends",
    "gaussian": "linviz.core.model.initialization",
    "gradient": "linviz.core.model.layers",
    "gradient_descent": "linviz.core.flow.descent",
    "gradient_flow": "linviz.core.flow.gradient_flow",
    "half_time": "linviz.core.theory.scalar_modes",
    "hessian": "linviz.core.landscape.hessian",
    "hessian_vector_product": "linviz.core.landscape.hessian",
    "imbalance_leak": "linviz.core.theory.neurons",
    "invariant_inertia": "linviz.core.theory.invariants",
    "invariant_spectra": "linviz.core.theory.invariants",
    "invariants": "linviz.core.model.layers",
    "lambda_balanced": "linviz.core.model.initialization",
    "loss": "linviz.core.model.layers",
    "milestones": "linviz.core.experiment.milestones",
    "minimum_loss": "linviz.core.model.critical_values",
    "mode_strengths": "linviz.core.theory.modes",
    "n_independent": "linviz.core.theory.invariants",
    "neuron_invariants": "linviz.core.theory.neurons",
    "nonlinear_flow": "linviz.core.flow.nonlinear",
    "nonlinear_gradient": "linviz.core.flow.backpropagation",
    "nonlinear_loss": "linviz.core.flow.backpropagation",
    "norm_gaps": "linviz.core.theory.invariants",
    "ntk": "linviz.core.landscape.hessian",
    "observed_rate": "linviz.core.theory.rates",
    "on_stable_manifold": "linviz.core.model.aligned",
    "one_step_drift": "linviz.core.theory.discretization",
    "orthogonal": "linviz.core.model.initialization",
    "plateau_length": "linviz.core.theory.scalar_modes",
    "predicted_inertia": "linviz.core.landscape.inertia",
    "presets": "linviz.core.experiment.presets",
    "product": "linviz.core.model.layers",
    "rate_bounds": "linviz.core.theory.rates",
    "read_csv": "linviz.core.model.data",
    "read_data": "linviz.core.model.data",
    "read_npz": "linviz.core.model.data",
    "relative_drift": "linviz.core.theory.invariants",
    "run": "linviz.core.experiment.run",
    "run_arrays": "linviz.core.experiment.export",
    "scenario_from_json": "linviz.core.experiment.json",
    "scenario_json": "linviz.core.experiment.json",
    "sharpness_floor": "linviz.core.theory.sharpness",
    "simulate": "linviz.core.experiment.simulation",
    "single_sample_invariants": "linviz.core.theory.neurons",
    "site": "linviz.serve.site.build",
    "sphere": "linviz.core.model.initialization",
    "spectrum": "linviz.core.landscape.hessian",
    "spectrum_ends": "linviz.core.landscape.ends",
    "statements": "linviz.core.statements.rows",
    "with_singular_values": "linviz.core.model.initialization",
    "xavier": "linviz.core.model.initialization",
    "zeros": "linviz.core.model.initialization",
}
"""The module in which each public name is at home."""

PACKAGES = {
    "figures": "linviz.figures",
    "geometry": "linviz.core.geometry",
    "starts": "linviz.core.starts",
}

__all__ = sorted(HOMES)


def __getattr__(name: str) -> object:
    """The public name, from its home; later it is found without asking."""
    if name in HOMES:
        found = getattr(import_module(HOMES[name]), name)
    elif name in PACKAGES:
        found = import_module(PACKAGES[name])
    else:
        raise AttributeError(f"module 'linviz' has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *HOMES, *PACKAGES})
