"""What is trained, and from where: problem, layers, critical values, initialization, data."""
