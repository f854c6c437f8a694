"""Values of a run's own problem for a control to jump to."""
