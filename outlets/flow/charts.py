"""What the charts show, in the words of the viewer; `static/charts` draws it.

A specification names its axes and series and holds plain numbers; None is a gap.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from outlets.flow.exports import clock
from outlets.flow.rules import LONG_WAIT_S, Flow, Month
from outlets.flow.selectors.ahead import DayAhead
from outlets.flow.selectors.needs import HalfHourNeed, HalfHourSeen
from outlets.flow.selectors.tickets import DayFlow, HourFlow, WeekHour

SECONDS_PER_MINUTE = 60
MEASURES = ("arrivals", "share_over_600", "wait_mean")
Spec = dict[str, Any]


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / SECONDS_PER_MINUTE, 2)


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 2)


def _goal() -> Spec:
    return {"value": LONG_WAIT_S / SECONDS_PER_MINUTE, "label": _("goal: 10 min")}


def _people(labels: list[str], axis: str, flows: Sequence[Flow | None]) -> Spec:
    """Bars of who was called and who left, one on the other."""
    return {
        "kind": "bars",
        "title": _("Arrivals"),
        "x": {"name": axis, "labels": labels},
        "unit": _("customers"),
        "series": [
            {"name": _("Served"), "values": [f and f.served for f in flows]},
            {"name": _("Abandoned"), "values": [f and f.abandoned for f in flows]},
            {
                "name": _("Neither yet"),
                "values": [f and f.arrivals - f.served - f.abandoned for f in flows],
            },
        ],
    }


def _waits(labels: list[str], axis: str, flows: Sequence[Flow | None]) -> Spec:
    return {
        "kind": "lines",
        "title": _("Waits"),
        "x": {"name": axis, "labels": labels},
        "unit": _("min"),
        "goal": _goal(),
        "series": [
            {
                "name": _("90th percentile"),
                "values": [_minutes(f.wait_p90_s) if f else None for f in flows],
            },
            {
                "name": _("Mean wait"),
                "values": [_minutes(f.wait_mean_s) if f else None for f in flows],
            },
        ],
    }


def _hours_between(hours: Sequence[int]) -> range:
    return range(min(hours, default=0), max(hours, default=-1) + 1)


def hour_chart(rows: Sequence[HourFlow], figure: str) -> Spec:
    """Return the chart of a day by hour of arrival: `arrivals` or `waits`."""
    flows = {row.hour: row.flow for row in rows}
    hours = _hours_between(list(flows))
    draw = _waits if figure == "waits" else _people
    return draw([f"{h}:00" for h in hours], _("Hour"), [flows.get(h) for h in hours])


def day_chart(rows: Sequence[DayFlow], month: Month, figure: str) -> Spec:
    """Return the chart of a month by day: `arrivals` or `waits`."""
    flows = {row.date: row.flow for row in rows}
    draw = _waits if figure == "waits" else _people
    labels = [_day_label(day) for day in month.days]
    return draw(labels, _("Day"), [flows.get(day) for day in month.days])


def _day_label(day: date) -> str:
    return f"{day.day} {date_format(day, 'D')}"


def measure_of(cell: WeekHour, measure: str) -> float | None:
    """Return what one field of the heat map shows, in the unit of the measure."""
    if measure == "share_over_600":
        return _percent(cell.flow.share_over_600_s)
    if measure == "wait_mean":
        return _minutes(cell.flow.wait_mean_s)
    return round(cell.arrivals_per_day, 1)


def measure_unit(measure: str) -> str:
    units = {"share_over_600": "%", "wait_mean": _("min")}
    return units.get(measure, _("customers an hour"))


def week_chart(cells: Sequence[WeekHour], measure: str) -> Spec:
    """Return the heat map of hours by weekday."""
    hours = _hours_between([cell.hour for cell in cells])
    return {
        "kind": "heat",
        "title": _("Hour and weekday"),
        "x": {"name": _("Hour"), "labels": [f"{hour}:00" for hour in hours]},
        "y": {"labels": [str(WEEKDAYS_ABBR[n]) for n in range(7)]},
        "unit": measure_unit(measure),
        "cells": [
            [cell.hour - hours.start, cell.weekday - 1, value]
            for cell in cells
            if (value := measure_of(cell, measure)) is not None
        ],
    }


def need_chart(seen: Sequence[HalfHourSeen], needs: Sequence[HalfHourNeed]) -> Spec:
    """Return the people needed by half hour, beside those who served where known."""
    rows = seen or needs
    series = [
        {
            "name": _("Needed"),
            "values": [half.needed for half in seen] or [need.people for need in needs],
        }
    ]
    if seen:
        served = [half.servers for half in seen]
        series.append({"name": _("Serving"), "values": served})
    return {
        "kind": "lines",
        "title": _("People needed"),
        "x": {
            "name": _("Half hour"),
            "labels": [clock(row.start_minute) for row in rows],
        },
        "unit": _("people at work"),
        "series": series,
    }


def ahead_chart(days: Sequence[DayAhead]) -> Spec:
    """Return the expected arrivals of four weeks with their band, and who came."""
    series = [
        {"name": _("Expected"), "values": [day.expected for day in days]},
        {"name": _("Low"), "values": [day.low for day in days]},
        {"name": _("High"), "values": [day.high for day in days]},
    ]
    if any(day.came is not None for day in days):
        series.append({"name": _("Came"), "values": [day.came for day in days]})
    return {
        "kind": "lines",
        "title": _("Expected arrivals"),
        "x": {"name": _("Day"), "labels": [_day_label(day.date) for day in days]},
        "unit": _("customers"),
        "series": series,
    }
