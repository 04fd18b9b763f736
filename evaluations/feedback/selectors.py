"""Figures over ratings: how many, how satisfied, how sure."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, Sum

from evaluations.feedback.models import FeedbackQuerySet
from evaluations.feedback.rules import (
    SATISFIED_FROM,
    mean_score,
    satisfied_percent,
    wilson_low,
)


@dataclass(frozen=True, slots=True)
class RatingFigures:
    """Sums of a set of ratings; `code` is an employee's number or an outlet's code."""

    code: str
    n: int
    total: int
    satisfied: int
    name: str = ""

    @property
    def mean(self) -> Decimal | None:
        return mean_score(self.total, self.n)

    @property
    def satisfied_percent(self) -> Decimal | None:
        return satisfied_percent(self.satisfied, self.n)

    @property
    def wilson_low(self) -> float | None:
        return wilson_low(self.satisfied, self.n)

    @property
    def at_least_percent(self) -> float | None:
        """What the satisfied share is worth at least, in percent (95 % sure)."""
        low = self.wilson_low
        return None if low is None else 100 * low


_SUMS = {
    "n": Count("pk"),
    "total": Sum("score", default=0),
    "satisfied": Count("pk", filter=Q(score__gte=SATISFIED_FROM)),
}


def overall_figures(ratings: FeedbackQuerySet) -> RatingFigures:
    """Return the figures of all the given ratings together."""
    return RatingFigures(code="", **ratings.order_by().aggregate(**_SUMS))


def figures_by_employee(ratings: FeedbackQuerySet) -> list[RatingFigures]:
    """Return the figures of each person who was rated, by number, with one query."""
    rated = ratings.filter(employee__isnull=False)
    return _grouped(rated, "employee__number", "employee__name")


def figures_by_outlet(ratings: FeedbackQuerySet) -> list[RatingFigures]:
    """Return the figures of each outlet, by code, with one query."""
    return _grouped(ratings, "outlet__code", "outlet__name")


def _grouped(ratings: FeedbackQuerySet, code: str, name: str) -> list[RatingFigures]:
    rows = (
        ratings.order_by(code)
        .values(_code=F(code), _name=F(name))
        .annotate(**_SUMS)
        .values_list("_code", "n", "total", "satisfied", "_name")
    )
    return [RatingFigures(*row) for row in rows]
