"""The complaints of a region on one day, and of the same weekdays before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, Sum

from evaluations.complaints.models import Case, CaseQuerySet
from evaluations.complaints.volume import DayCount, Expectation, expectation, is_unusual
from outlets.flow.models import DailyVolume
from outlets.places.models import Region


@dataclass(frozen=True, slots=True)
class DayReport:
    """What leaders are told of a day: counts, by reason and by outlet, no people."""

    region: Region
    on: date
    received: int
    closed: int
    overdue: int
    unanswered: int
    reasons: Sequence[tuple[str, int]]
    outlets: Sequence[tuple[str, str, int]]
    expected: Expectation | None
    unusual: bool


def _within(region: Region) -> CaseQuerySet:
    cases = Case.objects.complaints()
    return cases.filter(outlet__region__path__startswith=region.path)


def weekdays_before(on: date, weeks: int) -> list[date]:
    """Return the same weekday of the `weeks` weeks before, the latest first."""
    return [on - timedelta(weeks=n) for n in range(1, weeks + 1)]


def expected_of(region: Region, on: date, *, over: bool) -> Expectation | None:
    """Return what the weeks before lead to expect of a day.

    `over`: the day is over, so that its own transactions tell how much to expect; of a
    day that goes on they are not known yet. Weeks before the first case on record say
    nothing. Two queries.
    """
    days = weekdays_before(on, settings.FLOW_ALERT_WEEKS)
    counts = dict(
        _within(region)
        .order_by()
        .filter(on__in=days)
        .values_list("on")
        .annotate(n=Count("pk"))
    )
    first = _within(region).order_by("on").values_list("on", flat=True).first()
    volumes = dict(
        DailyVolume.objects.filter(
            outlet__region__path__startswith=region.path, date__in=[on, *days]
        )
        .order_by()
        .values_list("date")
        .annotate(n=Sum("quantity"))
    )
    past = [
        DayCount(counts.get(day, 0), volumes.get(day, 0))
        for day in days
        if first is not None and day >= first
    ]
    return expectation(past, volumes.get(on, 0) if over else 0)


def day_report(region: Region, on: date, now: datetime, *, over: bool) -> DayReport:
    """Return the report of a day; clocks are read at `now`."""
    cases = _within(region)
    received = cases.filter(on=on)
    total = received.count()
    reasons = received.order_by().values_list("category").annotate(n=Count("pk"))
    outlets = (
        received.order_by()
        .values_list("outlet__code", "outlet__name")
        .annotate(n=Count("pk"))
        .order_by("-n", "outlet__code")[:20]
    )
    expected = expected_of(region, on, over=over)
    return DayReport(
        region=region,
        on=on,
        received=total,
        closed=cases.filter(closed_on=on).count(),
        overdue=cases.overdue(now).count(),
        unanswered=received.filter(handling__replied_at=None)
        .exclude(handling=None)
        .count(),
        reasons=sorted(reasons, key=lambda row: (-row[1], row[0])),
        outlets=list(outlets),
        expected=expected,
        unusual=is_unusual(DayCount(total), expected),
    )
