"""Addresses of evaluations that fill no file of their own."""

from django.utils import timezone

from tests.sight.routes.routing import get, post

KPI = {
    "name_en": "Repairs in time",
    "kind": "ratio_cliff",
    "lower": "60",
    "lower_score": "90",
    "upper": "90",
    "upper_score": "100",
    "below_score": "0",
    "overall_share": "50",
}


ROUTES = [
    get("today:home"),
    get("mystery:list"),
    get("mystery:add"),
    post(
        "mystery:add",
        data=lambda w, p: {
            "visit_no": "V-NEW",
            "outlet": p.outlet.code,
            "employee": p.person.number,
            "agency": p.visit.agency.code,
            "date": timezone.localdate(),
            "points": "80",
            "out_of": "100",
        },
    ),
    get("mystery:visit", lambda w, p: p.visit.visit_no),
    get("mystery:visit", lambda w, p: p.hidden_visit.visit_no, about="unreleased"),
    post("mystery:release", lambda w, p: p.visit.visit_no),
    post(
        "mystery:release",
        lambda w, p: p.hidden_visit.visit_no,
        about="for the first time",
    ),
    get("targets:list"),
    get("targets:target", lambda w, p: p.target.uuid),
    get("targets:kpis"),
    get("targets:kpi", "third_party_index"),
    get(
        "targets:kpi",
        "third_party_index",
        query=lambda w, p: f"?place={p.outlet.code}",
        about="(at an outlet)",
    ),
    get("targets:kpi_new"),
    post("targets:kpi_new", data=lambda w, p: KPI | {"code": "repairs"}),
    get("targets:kpi_edit", "flagship_share"),
    post("targets:kpi_edit", "flagship_share", data=lambda w, p: KPI),
    get("targets:enter", "third_party_index"),
    post(
        "targets:enter",
        "third_party_index",
        data=lambda w, p: {
            "place": p.outlet.code,
            "month": "2026-09",
            "numerator": "80",
        },
    ),
    get("targets:tree", "third_party_index"),
    get("targets:weights", "flagship_share", 2026),
    post("targets:weights", "flagship_share", 2026, data=lambda w, p: {"m1": "100"}),
    get("targets:values"),
    get("targets:value", lambda w, p: p.kpi_value.uuid),
    # Ledger, rankings, awards
    get("ledger:entry", path=lambda w, p: p.entry.get_absolute_url()),
    get("ledger:periods"),
    post("ledger:change_period", "2026-10", data=lambda w, p: {"state": "closed"}),
    get("api-changes"),
]
