"""Addresses of outlets: places, flow, exchange."""

from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.sight.routes.routing import get, in_days, outlet_code, post


def _table() -> SimpleUploadedFile:
    """Return a file of one new person, read anew for every request."""
    return SimpleUploadedFile("staff.csv", b"number,name,post\nE9,Li Na,clerk\n")


def _desk(**deed):
    return {"key": uuid4(), **deed}


ROUTES = [
    # Places and people
    get("api-regions"),
    get("api-region", lambda w, p: p.county.code),
    get("api-outlets"),
    get("api-outlet", lambda w, p: p.outlet.code),
    # Customer flow
    get("flow:region", query=lambda w, p: f"?region={p.county.code}&month=2026-10"),
    get("flow:outlet_pick", query=lambda w, p: f"?outlet={p.outlet.code}"),
    get("flow:outlet", lambda w, p: p.outlet.code, query="?day=2026-10-05"),
    get("flow:hours_chart", lambda w, p: p.outlet.code, query="?day=2026-10-05"),
    get("flow:hours_file", lambda w, p: p.outlet.code, query="?day=2026-10-05"),
    get("flow:hours_workbook", lambda w, p: p.outlet.code, query="?day=2026-10-05"),
    get("flow:floor", lambda w, p: p.outlet.code),
    get("flow:desk", outlet_code),
    post("flow:desk_take", outlet_code, data=lambda w, p: _desk(service="payment")),
    post("flow:desk_call", outlet_code, data=lambda w, p: _desk()),
    post(
        "flow:desk_mark",
        outlet_code,
        data=lambda w, p: _desk(number="D001", day=in_days(0), what="abandon"),
    ),
    post(
        "flow:desk_server",
        outlet_code,
        data=lambda w, p: {"employee_number": "E00001", "counter": "3"},
    ),
    get("flow:display", outlet_code),
    # A token that nobody was given; what a good one opens is asked in test_display.py
    get("flow:ticket", "x" * 66),
    get("flow:tickets", outlet_code, query="?day=2026-10-05"),
    get("flow:tickets_file", outlet_code, query="?day=2026-10-05"),
    get("flow:tickets_workbook", outlet_code, query="?day=2026-10-05"),
    get(
        "flow:one_ticket",
        outlet_code,
        "2026-10-05",
        lambda w, p: f"T{p.code}",
    ),
    *(
        get(f"flow:{name}", lambda w, p: p.outlet.code, query="?day=2026-10-05")
        for name in (
            *("need", "need_chart", "need_file", "need_workbook"),
            *("ahead", "ahead_chart", "ahead_file", "ahead_workbook"),
        )
    ),
    *(
        get(name, query=lambda w, p: f"?region={p.county.code}&month=2026-10")
        for name in (
            "flow:outlets_file",
            "flow:outlets_workbook",
            "flow:days_chart",
            "flow:days_file",
            "flow:days_workbook",
            "flow:week_chart",
            "flow:week_file",
            "flow:week_workbook",
            "flow:figures_file",
            "flow:figures_workbook",
            "flow:outlet_figures_file",
            "flow:outlet_figures_workbook",
            "flow:calendar",
            "flow:calendar_file",
            "flow:calendar_workbook",
        )
    ),
    get(
        "api-flow-figures", query=lambda w, p: f"?outlet={p.outlet.code}&month=2026-10"
    ),
    get(
        "api-flow-hourly",
        query=lambda w, p: f"?outlet={p.outlet.code}&from=2026-10-05&to=2026-10-05",
    ),
    get("flow:alerts", query=lambda w, p: f"?outlet={p.outlet.code}"),
    get("flow:alert_count", query=lambda w, p: f"?region={p.county.code}"),
    post("flow:alert_acknowledge", lambda w, p: p.alert.uuid),
    # Imports
    get("imports:list"),
    get("imports:new"),
    get("imports:kind", "employees"),
    post("imports:kind", "employees", data=lambda w, p: {"file": _table()}),
    get("imports:template", "employees"),
    get("imports:template_workbook", "employees"),
    get("imports:import", lambda w, p: w.imported.uuid),
    post("imports:check", lambda w, p: w.imported.uuid),
    post(
        "imports:confirm",
        lambda w, p: w.imported.uuid,
        data=lambda w, p: {"keep_good": "1"},
    ),
    post("imports:cancel", lambda w, p: w.imported.uuid),
    post("imports:again", lambda w, p: w.imported.uuid),
    get("imports:refused", lambda w, p: w.imported.uuid),
    get("imports:refused_workbook", lambda w, p: w.imported.uuid),
]
