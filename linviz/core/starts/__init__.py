"""Many starts at once: ensembles and how they end."""
