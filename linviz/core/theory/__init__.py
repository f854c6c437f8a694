"""What must hold along a run: invariants, modes, certificates, rates, exact solutions."""
