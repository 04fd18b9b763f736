"""Addresses of mystery shopping: appeals, and what the region checks."""

from uuid import UUID

from evaluations.mystery.models import Report, VisitEvidence
from tests.sight.routes.routing import get, post

NO_ROW = UUID(int=0)


def appeal(world, place):
    return place.visit_appeal.uuid


def hidden(world, place):
    return place.hidden_visit.visit_no


def wave(world, place):
    return f"WV-{place.visit.visit_no}"


def planned(world, place):
    return f"N-{place.visit.visit_no}"


def _report(place, letter):
    number = place.visit.visit_no.replace("V-", letter, 1)
    found = Report.objects.filter(number=number).values_list("uuid", flat=True)
    return found.first() or NO_ROW


def to_do(world, place):
    return _report(place, "N-")


def sent(world, place):
    return _report(place, "S-")


def evidence(world, place):
    found = VisitEvidence.objects.filter(report__uuid=sent(world, place))
    return found.values_list("uuid", flat=True).first() or NO_ROW


def agency(world, place):
    return place.visit.visit_no.replace("V-", "AG-", 1)


def shopper(world, place):
    return place.visit.visit_no.replace("V-", "SH-", 1)


REPORT = {
    "delivery": "00000000-0000-4000-8000-000000000001",
    "visited_on": "2026-10-12",
    "arrived_at": "10:05",
    "left_at": "10:40",
    "badge": "7",
    "answer-A": "yes",
}

FIELDWORK = [
    get("mystery:shoppers"),
    get("mystery:shopper_add"),
    post(
        "mystery:shopper_add",
        data=lambda w, p: {"agency": agency(w, p), "code": "NEW", "name": "Somebody"},
    ),
    get("mystery:shopper", agency, shopper),
    post(
        "mystery:shopper",
        agency,
        shopper,
        data=lambda w, p: {"name": "Somebody", "active": "on"},
    ),
    post("mystery:shopper_account", agency, shopper, data=lambda w, p: {"do": "open"}),
    get("mystery:field"),
    get("mystery:field_worker"),
    get("mystery:field_report", to_do),
    post("mystery:field_report", to_do, data=lambda w, p: REPORT),
    post("mystery:field_begin", to_do),
    post("mystery:field_send", to_do),
    post("mystery:field_evidence", to_do, NO_ROW),
    get("mystery:reviews"),
    get("mystery:review", sent),
    post("mystery:review", sent, data=lambda w, p: {"do": "approve"}),
    get("mystery:enter_report", to_do),
    post("mystery:enter_report", to_do, data=lambda w, p: REPORT),
    get("mystery:evidence", evidence),
    get("mystery:sheet"),
    post("mystery:sheet"),
    get("mystery:sheet_template"),
]

ROUTES = [
    *FIELDWORK,
    get("mystery:appeals"),
    get("mystery:appeal", appeal),
    post(
        "mystery:appeal_act",
        appeal,
        "remark",
        data=lambda w, p: {"remark-words": "Once more."},
    ),
    post(
        "mystery:appeal_act",
        appeal,
        "answer",
        data=lambda w, p: {"answer-words": "So it was."},
        about="for the agency",
    ),
    post(
        "mystery:appeal_act",
        appeal,
        "decide",
        data=lambda w, p: {
            "decide-state": "upheld",
            "decide-effect": "annul",
            "decide-reason": "It was so.",
        },
        about="to decide",
    ),
    get("mystery:appeal_add", lambda w, p: p.visit.visit_no),
    post(
        "mystery:appeal_add",
        lambda w, p: p.visit.visit_no,
        data=lambda w, p: {"ground": "fact", "words": "It was so."},
    ),
    post(
        "mystery:attribute",
        hidden,
        data=lambda w, p: {"employee": "", "words": "No badge."},
    ),
    post("mystery:send_back", hidden, data=lambda w, p: {"words": "Look again."}),
    get("mystery:waves"),
    get("mystery:wave_add"),
    post("mystery:wave_add"),
    get("mystery:wave", wave),
    get("mystery:wave_edit", wave),
    post("mystery:wave_edit", wave, data=lambda w, p: {"title": "Other"}),
    post(
        "mystery:wave_quota",
        wave,
        data=lambda w, p: {"outlet_class": "A", "region": "", "visits": "1"},
    ),
    post("mystery:wave_quota_drop", wave, 1),
    post("mystery:wave_plan", wave),
    get("mystery:wave_planning", wave),
    post("mystery:wave_discard", wave),
    post("mystery:wave_start", wave),
    post("mystery:wave_close", wave),
    get("mystery:wave_hand_over", planned),
    post("mystery:wave_hand_over", planned, data=lambda w, p: {"why": "Ill."}),
    get("mystery:wave_cancel", planned),
    post("mystery:wave_cancel", planned, data=lambda w, p: {"why": "Closed."}),
]
