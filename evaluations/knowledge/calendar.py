"""Which week it is at which outlet: a Monday begins when its own trading day does."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from evaluations.knowledge.rules.weeks import week_of
from outlets.places.models import Outlet
from outlets.places.rules import trading_day
from staffing.people.models import NEARBY, day_at


def week_at(outlet: Outlet | None, now: datetime) -> date:
    """Return the Monday of the week that runs at an outlet; without one, our own."""
    return week_of(day_at(outlet, now))


def weeks_near(now: datetime) -> set[date]:
    """Return the Mondays of the weeks that may run at some outlet now."""
    today = timezone.localdate(now)
    return {week_of(today - NEARBY), week_of(today + NEARBY)}


def clocks_by_day(now: datetime) -> Mapping[date, Q]:
    """Return the trading days that run somewhere now, each with its outlets' filter.

    The filter is for rows with an `outlet`. One query; there are as many days as the
    clocks of the chain say, one or two as a rule.
    """
    found: dict[date, Q] = {}
    clocks = Outlet.objects.order_by().values_list("timezone", "day_starts_at")
    for name, starts_at in clocks.distinct():
        here = Q(outlet__timezone=name, outlet__day_starts_at=starts_at)
        day = trading_day(now, ZoneInfo(name), starts_at)
        found[day] = found.get(day, Q(pk__in=())) | here
    return dict(sorted(found.items()))


def week_is_over(now: datetime) -> Q:
    """Return the filter for sittings whose week is over at their outlet. One query."""
    over = Q(pk__in=())
    for day, here in clocks_by_day(now).items():
        over |= here & Q(week__lt=week_of(day))
    return over
