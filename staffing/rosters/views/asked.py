"""What addresses say about months and days; anything else is not found."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import Http404, HttpRequest

from staffing.rosters.models import first_of_month

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


# Pages lead so far back and ahead of the month that runs; an address leads further.
BACK, AHEAD = timedelta(days=365), timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Turning:
    """A month and those beside it, as addresses write them; "" where it ends."""

    first: date
    today: date

    @property
    def before(self) -> str:
        last = self.first - timedelta(days=1)
        return f"{last:%Y-%m}" if last >= self.today - BACK else ""

    @property
    def after(self) -> str:
        following = first_of_month(self.first + timedelta(days=31))
        return f"{following:%Y-%m}" if following <= self.today + AHEAD else ""

    @property
    def code(self) -> str:
        return f"{self.first:%Y-%m}"


def month_asked(request: HttpRequest, today: date) -> Turning:
    """Return the month of `?month=2026-10`, or the one that runs."""
    text = request.GET.get("month", "")
    if not text:
        return Turning(first_of_month(today), today)
    if not _MONTH.fullmatch(text):
        raise Http404
    return Turning(date(int(text[:4]), int(text[5:]), 1), today)


def day_of(text: str) -> date:
    """Return the day that an address names as 2026-10-05."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if text != f"{day:%Y-%m-%d}" or not 2000 <= day.year <= 2100:
        raise Http404
    return day
