"""What ratings say: satisfied or not, and how sure a share can be."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import sqrt

# 4 and 5 of five stars are a satisfied customer.
SATISFIED_FROM = 4
# Two-sided 95 % of the normal distribution.
Z_95 = 1.959963984540054
# People with fewer ratings take no place by share.
LEAST_FOR_SHARE = 10


def is_satisfied(score: int) -> bool:
    """Tell whether a score from 1 to 5 counts as satisfied."""
    return score >= SATISFIED_FROM


def satisfied_percent(satisfied: int, n: int) -> Decimal | None:
    """Return the satisfied percentage, half up to two decimals; None without n."""
    if not n:
        return None
    hundredths = Fraction(satisfied * 10_000, n)
    # Exact: a float would round 63.635 down or up by chance.
    return Decimal((2 * hundredths + 1) // 2) / 100


def mean_score(total: int, n: int) -> Decimal | None:
    """Return the mean of `n` scores that add up to `total`, to two decimals."""
    if not n:
        return None
    return (Decimal(total) / n).quantize(Decimal("0.01"), ROUND_HALF_UP)


def wilson_low(satisfied: int, n: int, z: float = Z_95) -> float | None:
    """Return the lower end of Wilson's interval of a share, 0 to 1; None without n.

    What a share is worth at least, given how few ratings stand behind it.

    Raises:
        ValueError: more satisfied ratings than ratings, or fewer than none.
    """
    if not 0 <= satisfied <= n:
        raise ValueError("satisfied ratings are some of the ratings")
    if not n:
        return None
    if not satisfied:
        # The formula gives zero here; floats would leave a crumb.
        return 0.0
    share = satisfied / n
    centre = share + z * z / (2 * n)
    spread = z * sqrt((share * (1 - share) + z * z / (4 * n)) / n)
    return (centre - spread) / (1 + z * z / n)


def ranks_by_share(
    counts: Sequence[tuple[int, int]], least: int = LEAST_FOR_SHARE
) -> list[int | None]:
    """Return the place of each (satisfied, n) by exact share; None below `least`.

    Equal shares share the better place and the next one is skipped: 1, 2, 2, 4.
    """
    return _places(
        [Fraction(good, n) if n and n >= least else None for good, n in counts]
    )


def ranks_by_wilson(counts: Sequence[tuple[int, int]]) -> list[int | None]:
    """Return the place of each (satisfied, n) by the lower Wilson end."""
    return _places([wilson_low(good, n) for good, n in counts])


def _places(values: Sequence[Fraction | float | None]) -> list[int | None]:
    order = sorted((value for value in values if value is not None), reverse=True)
    first: dict[Fraction | float, int] = {}
    for place, value in enumerate(order, start=1):
        first.setdefault(value, place)
    return [None if value is None else first[value] for value in values]
