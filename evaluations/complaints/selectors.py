"""Figures over cases: how many, how many closed, how fast."""

from collections import defaultdict
from typing import Any

from django.db.models import Count, F
from django.db.models.functions import TruncMonth

from evaluations.complaints.models import CaseQuerySet
from evaluations.complaints.rules import CaseFigures, case_figures

# What cases can be told apart by; the month is the outlet's month of receipt.
GROUPS = {
    "outlet": F("outlet__code"),
    "category": F("category"),
    "month": TruncMonth("on"),
}


def figures_by(cases: CaseQuerySet, *groups: str) -> dict[tuple[Any, ...], CaseFigures]:
    """Return the figures of each combination of `groups` (of GROUPS) that occurs.

    One query that returns counts by whole days to close, not rows. Without groups the
    one key is the empty tuple; without cases there is no key.
    """
    names = [f"by_{group}" for group in groups]
    counts: dict[tuple[Any, ...], dict[int | None, int]] = defaultdict(dict)
    rows = (
        cases.order_by()
        .values(
            "days_to_close",
            **{name: GROUPS[group] for name, group in zip(names, groups, strict=True)},
        )
        .annotate(n=Count("pk"))
        .values_list("days_to_close", "n", *names)
    )
    for days, n, *key in rows:
        counts[tuple(key)][days] = n
    return {key: case_figures(found) for key, found in counts.items()}


def overall_figures(cases: CaseQuerySet) -> CaseFigures:
    """Return the figures of all the given cases together."""
    return figures_by(cases).get((), case_figures({}))
