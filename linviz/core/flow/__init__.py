"""How it moves: the gradient flow, descent and nonlinear networks, to their ends."""
