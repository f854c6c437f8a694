"""One run: described, simulated, linked, exported, and what it offers to jump to."""
