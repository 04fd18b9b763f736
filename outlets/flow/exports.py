"""Tables as CSV files that a spreadsheet opens as they are."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from outlets.exchange.csv_cells import guarded
from outlets.flow.rules import Flow
from outlets.flow.selectors.tickets import HOUR_FIELDS, DayFlow, OutletFlow, WeekHour

FLOW_FIELDS = (*HOUR_FIELDS[2:], "priority_finished", "priority_late")
OUTLET_FIELDS = ("outlet_code", "name", *FLOW_FIELDS, "share_over_600_s_before")
WEEK_FIELDS = (
    *("weekday", "hour", "days", "arrivals_per_day"),
    *FLOW_FIELDS,
)


def csv_response(
    name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]
) -> HttpResponse:
    """Answer with a file `name`; the figures are unrounded, None is an empty cell."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    response.write("\ufeff")  # without it Excel takes UTF-8 for something else
    writer = csv.DictWriter(response, columns)
    writer.writeheader()
    for row in rows:
        writer.writerow({column: guarded(row[column]) for column in columns})
    return response


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
