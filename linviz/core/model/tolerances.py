"""Every small number that decides something, each with what it is measured by and why it is so.

Numbers below 1e-4 stand here and nowhere else. What roundoff makes of a quantity is some hundred
units in the last place of the numbers it is summed from, 1e-13 of them; what the integrator makes
of it is its relative tolerance times the number of steps that errors survive, 1e-8 to 1e-6.
"""

from __future__ import annotations

import numpy as np

# floating point itself
EPS = float(np.finfo(float).eps)  # the gap between 1 and the next number
TINY = float(np.finfo(float).tiny)  # the smallest number with all its digits
NOT_ZERO = 1e-300  # in place of a denominator or an argument of a logarithm that may be zero
LEAST_RATIO = 1e-100  # of ratios whose logarithm is taken: far below any that occurs
UNDERFLOW = 1e-150  # of a gradient whose square is compared: the square is still a number
LEAST_POWER = 1e-280  # powers of strengths below this lose digits
A_LITTLE_MORE = 1e-12  # relative: moves an end past roundoff, so that it lies inside

# symmetric matrices and ranks
RELATIVE_TOLERANCE = 1e-10  # of the largest eigenvalue: zero, after cancellation in the entries
RANK_GAP = 1e-9  # of the largest singular value: zero for a product of some layers
RANK_OF_P = 1e-13  # singular values of P up to this, relative to the largest, are and stay zero
KERNEL_RANK = 1e-13  # eigenvalues of the kernel up to this, of the largest, carry no direction
NEWTON_RANK = 1e-6  # eigenvalues that Newton leaves alone, of the largest: flat up to the residual
SINGULAR = 1e-9  # of the largest singular value: below, the sign of the determinant is roundoff
UNRESOLVED = 1e-13  # eigenvalues above this part of the largest may be small instead of zero
SMALL_SINGULAR = 1e-7  # singular values up to this part of the largest are zero at a limit
EQUAL = RELATIVE_TOLERANCE  # singular values that agree to this part: their pair is flat
NEARLY_EQUAL = 1e-8  # the same where the Hessian, whose zeros have a tolerance, may not see a gap
NO_RESIDUAL = 1e-14  # singular value of the residual, relative to Y's: none
LANCZOS = 1e-6  # of an eigenvalue at an end: its vector's residual, whose square is the error
LANCZOS_END = 1e-12  # of the largest Ritz value: the Krylov space is exhausted

# conserved matrices
BALANCED = 1e-13  # C_j of balanced weights, relative to max ‖W_j‖²: its roundoff
ROUNDOFF_OF_C = 1e-13  # eigenvalues of C_j up to this, relative to max ‖W_j‖², are zero
MOST_DRIFT = 2e-8  # of max ‖W_j‖²: what polishing may move C_j by, below the flow's own drift
KEPT_BY_FLOW = 1e-7  # of max ‖W_j‖²: a change of C_j that is the integrator's
KEPT_BY_NETWORK = 1e-6  # relative: what a nonlinear flow keeps to its integrator's tolerance
SHOWN_AS_ZERO = 1e-10  # of max ‖W_j‖²: an entry or eigenvalue of C_j that a picture shows as 0
LEAST_DRIFT = 1e-15  # relative: a drift of 0 on a log axis
FLOOR_OF_DRIFT = 1e-17  # relative: the foot of that axis

# critical points
ROUNDOFF_GRADIENT = 1e-13  # of the sizes of its factors: a gradient that is zero to roundoff
POLISHED = 1e-12  # gradient after polishing, relative to `gradient_scale`
NEAR_POINT = 1e-8  # gradient, of its scale, of a point that is taken for critical
NO_HEADWAY = 1e-9  # of the natural time: a run of many steps that came no further is too fast
CALM = 1e-8  # gradient, relative to `gradient_scale`, at which a saddle is looked for
TRAPPED_CALM = 1e-6  # the same where theory says that the flow rests: before roundoff grows
RESTING_GROWTH = 1e-8  # of the largest eigenvalue: growth that is none
NEAR_SADDLE = 1e-7  # distance from a saddle, relative to the weights, that roundoff competes with
ZERO_PART = 1e-6  # what is below this part of its scale is zero, as far as one can tell
AT_MINIMUM = 1e-12  # of ‖YXᵀ‖: a residual of zero, so that the Hessian is the kernel's
AS_PREDICTED = 1e-8  # of the target's strength: a loss that is the critical value

# losses
CLOSE = 1e-10  # excess loss, relative to `strength`, at which the limit is polished
SET_ASIDE = 1e-8  # excess, so measured, at which one of many runs can be set aside
CLOSE_TO_GAP = 1e-5  # the same, relative to the next critical value above the minimum
LEAST_CLOSE = 1e-22  # of `strength`: the square of roundoff in the map
SETTLED = 1e-5  # distance of P from its limit along a direction, relative to the map's size
LOCATED = 1e-6  # of a step: to where the end is found, far within the integrator's error
AT_LIMIT = 1e-14  # excess loss, relative to ½ Σ s², up to which a limit interpolates
DEEPEST = 1e-13  # excess loss, relative to the start, below which it is rounding
RISE = 1e-12  # of the loss at the start: a rise by rounding
MASTER = 1e-6  # of the first loss: below, its excess is known too badly for an inequality
ROUNDOFF_LOSS = 1e-12  # of the first loss: what is told as 0
ROUNDOFF_SQUARE = 1e-28  # of the first loss, which is a square: the square of 1e-14
RESIDUAL_ROUNDOFF = 1e-10  # of the residual loss: what its subtraction leaves
OWN_ERROR = 1e-8  # relative: the integrator's own error, not told as a difference
GONE = 1e-9  # of the first loss: the excess is over
LOG_FLOOR = 1e-16  # of the largest excess loss: below it a logarithm shows roundoff
LOWEST_DECADE = 1e-12  # the foot of a log axis without data

# identities and theorems checked beside a run
IDENTITY = 1e-12  # relative: identities that hold to roundoff
INEQUALITY = 1e-6  # relative: an inequality along a run, to the integrator's error
SHARP = 1e-9  # relative: a bound on eigenvalues at a limit that is known to roundoff
TRACES = 1e-10  # relative: two traces that are equal
SAME = 1e-5  # difference to a closed form, in the loss and in the time, relative
NOTHING = 1e-9  # part of dL/dt that is rounding
ROUNDOFF = 1e-13  # of the numbers that are summed: some hundred units in the last place
DECOUPLED = 1e-12  # of max |XXᵀ|: modes that are its eigenvectors
ILL_CONDITIONED = 1e-8  # rate of the last mode, of the first's: no limit can be told from a plateau

# integrators and solvers
RTOL_FLOW = 2e-9  # relative, for drifts of C_j below 1e-7
RTOL_NETWORK = 1e-8  # the same for networks with an activation, whose kinks err by 1e-6 anyway
RTOL_MANY = 1e-6  # of many runs at once, whose ends are counted, not read off
RTOL_HELD = 1e-6  # of runs that are seen while a control is dragged: far below a pixel
RTOL_NEIGHBORS = 1e-10  # of runs whose small distances are told
LEAST_RADIUS = 1e-7  # of the start's size: nearer neighbors would be told by their roundoff
RTOL_IMPLICIT = 1e-8  # of the few of them that are finished alone
RTOL_PRODUCT = 1e-12  # of the equation of P, which stands for a closed form
LEAST_RTOL = 1e-13  # below, the error test measures roundoff
LEAST_RTOL_LSODA = 1e-12  # the same for LSODA
LOOSE = 1e-7  # tolerance from which order 4 is as good as order 8
GROWTH_ERROR = 1e-5  # (h λ)^order of a mode that grows, to which Adams' methods follow it
LEAST_STEP = 1e-14  # a step below this part of the horizon is no step
LEAST_PART_OF_TIME = 1e-12  # of t: a step below it is lost in the clock's roundoff
AT_HORIZON = 1e-15  # of the horizon: the rest of the way is rounding
LEAST_ERROR = 1e-8  # of the tolerance: an error of 0 in the choice of the next step
OF_QUOTIENT = 1e-7  # of the weights' size, a difference: half of the digits, for a 5 % estimate
OF_ROUNDING = 1e-11  # of the weights' size: a step as short has no speed beyond roundoff
LEAST_ERROR_OF_MANY = 1e-10  # the same in the fifth order method
CONJUGATE = 1e-24  # of the first squared residual of conjugate gradients: 1e-12 squared
GROWTH_TO_COME = 1e-6  # growth times t: nothing will come of it in the time that has passed
KINK_LAYER = 1e-6  # width of a kink's layer, relative to the start's largest pre-activation
ROOT = 1e-15  # absolute: a root that lies between 0 and 1
ROOT_RELATIVE = 1e-14  # relative
MINIMUM_OF_CURVE = 1e-12  # relative: the place of a minimum whose value is asked for
CURVE_SLACK = 1e-9  # of an interval: room for the clock's own error
LINEAR_CLOCK = 1e-16  # of a mode's change: it has not begun to move
NO_IMBALANCE = 1e-100  # of the strengths: an imbalance below it moves no digit
SECONDS_A_LAYER = 3e-6  # what one layer's part of a velocity costs on a usual processor

# starts and what a scenario may ask for
CERTIFIED_MARGIN = 1e-9  # relative: keeps a certified rate above the one asked for, past roundoff
LEAST_RATE = 1e-6  # the slowest rate to certify
LEAST_HORIZON = 1e-12  # steps below are under the resolution of the integrator's clock
LEAST_PROBABILITY = 1e-12  # of a tail: below, a start's distance from the wall is roundoff
RARE = 1e-6  # a probability: as deep as a tail is followed, unless it is asked for
SMALL_START = 1e-6  # the scale of the lecture's smallest start

# pictures
SHORT_MOVE = 1e-5  # of the picture: no move
LEAST_SQUARE = 1e-30  # of a length in a picture
TOLD_AS_ZERO = 1e-6  # of the largest number beside it
DRAWN_AS_ZERO = 1e-12  # the foot of a picture of strengths
AXIS_SLACK = 1e-10  # of an axis: a tick at its end is not lost to rounding
DECADE_SLACK = 1e-9  # of a decade: a step that is a power of ten is found as one
