"""Addresses of mystery shopping: appeals, and what the region checks."""

from tests.sight.routes.routing import get, post


def appeal(world, place):
    return place.visit_appeal.uuid


def hidden(world, place):
    return place.hidden_visit.visit_no


def wave(world, place):
    return f"WV-{place.visit.visit_no}"


def planned(world, place):
    return f"N-{place.visit.visit_no}"


ROUTES = [
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
    post("mystery:wave_discard", wave),
    post("mystery:wave_start", wave),
    post("mystery:wave_close", wave),
    get("mystery:wave_hand_over", planned),
    post("mystery:wave_hand_over", planned, data=lambda w, p: {"why": "Ill."}),
    get("mystery:wave_cancel", planned),
    post("mystery:wave_cancel", planned, data=lambda w, p: {"why": "Closed."}),
]
