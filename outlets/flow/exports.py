"""The tables beside the charts, as files: figures unrounded, None an empty cell."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.http.response import HttpResponseBase

from outlets.exchange.downloads import table_response
from outlets.flow.rules import Flow
from outlets.flow.selectors.ahead import DayAhead
from outlets.flow.selectors.needs import HalfHourNeed, HalfHourSeen
from outlets.flow.selectors.tickets import HOUR_FIELDS, DayFlow, OutletFlow, WeekHour

FLOW_FIELDS = (*HOUR_FIELDS[2:], "priority_finished", "priority_late")
OUTLET_FIELDS = ("outlet_code", "name", *FLOW_FIELDS, "share_over_600_s_before")
WEEK_FIELDS = (
    *("weekday", "hour", "days", "arrivals_per_day"),
    *FLOW_FIELDS,
)


NEED_FIELDS = (
    *("date", "start", "arrivals", "arrivals_are", "service_minutes"),
    *("people_needed", "people_serving"),
)
AHEAD_FIELDS = (
    *("date", "holiday", "expected", "low", "high", "people_needed_at_most"),
    "came",
)


def records_response(
    name: str, columns: Sequence[str], records: Iterable[Mapping[str, Any]], form: str
) -> HttpResponseBase:
    """Answer with a file called `name` of these columns of each record."""
    rows = ([record[column] for column in columns] for record in records)
    return table_response(name, columns, rows, form=form)


def clock(minute: int) -> str:
    """Write minutes after midnight as a local clock shows them, such as 09:30."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def seen_record(day: date, half: HalfHourSeen) -> dict[str, Any]:
    return dict.fromkeys(NEED_FIELDS) | {
        "date": day.isoformat(),
        "start": clock(half.start_minute),
        "arrivals": half.arrivals,
        "arrivals_are": "counted",
        "people_needed": half.needed,
        "people_serving": half.servers,
    }


def need_record(need: HalfHourNeed) -> dict[str, Any]:
    return dict.fromkeys(NEED_FIELDS) | {
        "date": need.date.isoformat(),
        "start": clock(need.start_minute),
        "arrivals": need.arrivals,
        "arrivals_are": need.basis,
        "service_minutes": need.service_minutes,
        "people_needed": need.people,
    }


def ahead_record(day: DayAhead) -> dict[str, Any]:
    figures = (day.holiday, day.expected, day.low, day.high, day.most_people, day.came)
    return dict(zip(AHEAD_FIELDS, (day.date.isoformat(), *figures), strict=True))


def _figures(flow: Flow) -> dict[str, Any]:
    return {name: getattr(flow, name) for name in FLOW_FIELDS}


def day_record(row: DayFlow) -> dict[str, Any]:
    return {"date": row.date.isoformat(), **_figures(row.flow)}


def week_record(cell: WeekHour) -> dict[str, Any]:
    return {
        "weekday": cell.weekday,
        "hour": cell.hour,
        "days": cell.days,
        "arrivals_per_day": cell.arrivals_per_day,
        **_figures(cell.flow),
    }


def outlet_record(row: OutletFlow) -> dict[str, Any]:
    return {
        "outlet_code": row.code,
        "name": row.name,
        **_figures(row.flow),
        "share_over_600_s_before": row.before.share_over_600_s,
    }
