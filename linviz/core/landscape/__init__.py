"""Where a run can rest: Hessian, critical points and their kinds, stays near critical points."""
