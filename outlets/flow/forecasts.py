"""Forecasts of outlets: made every night from half-hour roll-ups."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction

from outlets.flow.forecasting import (
    HORIZON,
    LEAST_DAYS,
    PROFILE_WEEKS,
    WEEK,
    YEAR,
    Forecast,
    Past,
    forecast,
)
from outlets.flow.half_hours import HALF_HOUR_MINUTES
from outlets.flow.models import (
    BackTested,
    HalfHourFlow,
    Holiday,
    KeptForecast,
    OutletForecast,
)
from outlets.flow.selectors.ahead import as_kept, days_ahead
from outlets.places.models import Outlet

SLOTS = 48
# A year back from the first origin of the back-test, with the weeks around it.
DAYS_READ = YEAR + PROFILE_WEEKS * WEEK + 2 * LEAST_DAYS
DECIMALS = 2


def past_of(outlet: Outlet) -> Past | None:
    """Return the arrivals by day and half hour; None: there was never a ticket.

    A day without any ticket is unknown: the outlet was closed, or nothing was sent.
    """
    rows = HalfHourFlow.objects.filter(outlet=outlet, arrivals__gt=0)
    newest = rows.order_by("-date").values_list("date", flat=True).first()
    if newest is None:
        return None
    since = newest - timedelta(days=DAYS_READ)
    found = list(
        rows.filter(date__gt=since).values_list("date", "start_minute", "arrivals")
    )
    first = min(day for day, _minute, _arrivals in found)
    counts = np.full(((newest - first).days + 1, SLOTS), np.nan)
    for index in {(day - first).days for day, _minute, _arrivals in found}:
        counts[index] = 0
    for day, minute, arrivals in found:
        counts[(day - first).days, minute // HALF_HOUR_MINUTES] = arrivals
    until = newest + timedelta(days=HORIZON)
    special = Holiday.objects.of(outlet.region).filter(date__range=(first, until))
    names = dict(special.order_by("region__path").values_list("date", "name"))
    return Past(first, counts, names)


@transaction.atomic
def forecast_outlet(*, outlet_id: int) -> OutletForecast | None:
    """Forecast one outlet anew; None: there is too little to go by, and none is kept.

    Safe to run twice: the same roll-ups give the same forecast.
    """
    outlet = Outlet.objects.select_related("region").get(pk=outlet_id)
    past = past_of(outlet)
    found = forecast(past) if past is not None else None
    if found is None:
        OutletForecast.objects.filter(outlet=outlet).delete()
        return None
    row, _created = OutletForecast.objects.update_or_create(
        outlet=outlet,
        defaults={
            "first": found.first,
            "days": _days(found),
            "plain": found.plain,
            "origins": found.test.origins,
            "slot_error": found.test.slot_error,
            "day_error": found.test.day_error,
            "plain_slot_error": found.test.plain_slot_error,
            "plain_day_error": found.test.plain_day_error,
        },
    )
    _keep(row)
    return row


def _keep(row: OutletForecast) -> None:
    """Keep what the page says of a forecast, for links to it; drop what is too old."""
    ahead = days_ahead(row.outlet)
    names = [field.name for field in BackTested._meta.fields]
    KeptForecast.objects.update_or_create(
        outlet=row.outlet,
        first=row.first,
        defaults={name: getattr(row, name) for name in names if name != "first"}
        | {"days": as_kept(ahead.days if ahead else [])},
    )
    oldest = row.first - timedelta(days=settings.FLOW_FORECASTS_KEPT_DAYS)
    KeptForecast.objects.filter(outlet=row.outlet, first__lt=oldest).delete()


def _days(found: Forecast) -> dict[str, dict[str, Any]]:
    days: dict[str, dict[str, Any]] = {}
    figures = np.stack([found.middle, found.low, found.high], axis=2)
    for number, whole in enumerate(found.whole):
        rows = [
            [slot * HALF_HOUR_MINUTES, *_rounded(three)]
            for slot, three in enumerate(figures[number])
            if three[0] > 0
        ]
        if rows:
            day = found.first + timedelta(days=number)
            days[day.isoformat()] = {"whole": _rounded(whole), "half_hours": rows}
    return days


def _rounded(figures: Iterable[float]) -> list[float]:
    return [round(float(figure), DECIMALS) for figure in figures]


def outlets_with_tickets() -> list[int]:
    """Return the outlets that ever had a ticket, in the order of their ids."""
    outlets = Outlet.objects.order_by("pk").values_list("pk", flat=True)
    rows = HalfHourFlow.objects.values("outlet")
    return list(outlets.filter(pk__in=rows))
