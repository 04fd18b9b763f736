"""Addresses of mystery shopping: appeals, and what the region checks."""

from tests.sight.routes.routing import get, post


def appeal(world, place):
    return place.visit_appeal.uuid


def hidden(world, place):
    return place.hidden_visit.visit_no


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
]
