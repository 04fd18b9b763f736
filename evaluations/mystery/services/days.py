"""The days of an outlet: its own today, and working days from there."""

from datetime import date

from django.utils import timezone

from evaluations.mystery.rules.clocks import working_day_after
from outlets.flow.models import Holiday
from outlets.places.models import Outlet


def today_at(outlet: Outlet) -> date:
    return timezone.localtime(timezone=outlet.zone).date()


def working_days_after(day: date, count: int, outlet: Outlet) -> date:
    """Return the `count`-th working day after `day`, without the region's holidays."""
    holidays = Holiday.objects.of(outlet.region).filter(date__gt=day)
    return working_day_after(day, count, set(holidays.values_list("date", flat=True)))
