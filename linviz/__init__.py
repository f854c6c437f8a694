"""Gradient flow of deep linear neural networks."""

__version__ = "0.1.0"
