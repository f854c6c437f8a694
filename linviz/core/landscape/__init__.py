"""Where a run can rest: Hessian, critical points and their kinds, rests near saddles."""
