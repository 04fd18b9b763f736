"""What adjusted values earn by a curve, and how sure that is."""

import numpy as np

from evaluations.ledger.curves import Curve, earned_float, slope_at
from evaluations.rankings.rules.crossed import Floats

# Of anything between 0 and 100.
MOST_VARIANCE = 2500.0


def on_curve(
    curve: Curve | None, values: Floats, variances: Floats
) -> tuple[Floats, Floats]:
    """Return what adjusted values earn, and the variance of that.

    It goes by the local slope. Points lie between 0 and 100, so that on the steepest
    curve they vary by no more than 50 squared (Popoviciu 1935). A correction may take a
    value below 0: that earns nothing, it costs nothing either.
    """
    if curve is None:
        return np.maximum(values, 0.0), variances
    earned = [earned_float(curve, value) for value in values.tolist()]
    slopes = np.array([slope_at(curve, value) for value in values.tolist()])
    return np.array(earned), np.minimum(slopes**2 * variances, MOST_VARIANCE)
