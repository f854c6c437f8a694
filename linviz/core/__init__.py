"""Numbers: problems, weights, the gradient flow, invariants, landscape (numpy, scipy)."""
