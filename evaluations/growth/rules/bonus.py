"""What the scores of a month's projects add to their outlet's month."""

from collections.abc import Collection
from decimal import ROUND_HALF_UP, Decimal

BEST = Decimal(10)


def bonus_points(scores: Collection[Decimal], most: int) -> int:
    """Return an outlet's bonus of one month, in hundredths of a point.

    Only the best score counts, in proportion: 10 brings `most`, 5 half of it, halves
    rounded up. Many weak ideas are worth no more than one.

    Args:
        scores: 0 to 10, one per project scored in that month; none brings nothing.
        most: what a 10 brings, in hundredths, 0 or more.

    Raises:
        ValueError: a score lies outside 0 to 10, or `most` is negative.
    """
    if most < 0:
        raise ValueError("a bonus takes nothing away")
    if any(not 0 <= score <= BEST for score in scores):
        raise ValueError("scores are 0 to 10")
    if not scores:
        return 0
    share = Decimal(most) * max(scores) / BEST
    return int(share.quantize(Decimal(1), ROUND_HALF_UP))
