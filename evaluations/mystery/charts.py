"""What the charts of results show; `static/charts` draws it. None is a gap."""

from collections.abc import Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from evaluations.mystery.selectors.kindness import MonthOfBoth


def both_chart(months: Sequence[MonthOfBoth]) -> dict[str, Any]:
    """Return the lines of own checks and of visits, month by month, in percent."""
    return {
        "kind": "lines",
        "title": _("Own checks and visits"),
        "x": {
            "name": _("Month"),
            "labels": [date_format(one.period.first, "Y-m") for one in months],
        },
        "unit": "%",
        "series": [
            {
                "name": _("Own daily checks"),
                "values": [_rounded(one.checks) for one in months],
            },
            {
                "name": _("Mystery visits"),
                "values": [_rounded(one.visits) for one in months],
            },
        ],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
