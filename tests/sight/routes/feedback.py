"""Addresses of customers' marks and call-backs."""

from uuid import uuid4

from tests.sight.routes.routing import get, post

ROUTES = [
    get("feedback:list"),
    get("feedback:figures", query="?period=2026-10&level=outlet"),
    get("feedback:calls"),
    get("feedback:call", lambda w, p: p.call.uuid),
    post(
        "feedback:call",
        lambda w, p: p.call.uuid,
        data=lambda w, p: {"key": uuid4(), "outcome": "no_answer"},
    ),
    get("feedback:counters"),
    post(
        "feedback:counters",
        data=lambda w, p: {"outlet": p.outlet.code, "name": "9"},
    ),
    get("feedback:counter", lambda w, p: p.counter.uuid),
    post(
        "feedback:counter",
        lambda w, p: p.counter.uuid,
        data=lambda w, p: {"what": "seat", "employee": p.mover.number},
    ),
    get("feedback:pad"),
    get("feedback:pad_worker"),
    post("feedback:taps", data=lambda w, p: "{}"),
    # Tokens that nobody was given; what good ones open is asked in test_customers.py
    get("feedback:rate_counter", "x" * 66),
    post("feedback:rate_counter", "x" * 66),
    get("feedback:rate_ticket", "x" * 66),
    post("feedback:rate_ticket", "x" * 66),
    post("feedback:replies", data=lambda w, p: "{}"),
    get("feedback:invitations"),
    get("feedback:rating", lambda w, p: p.rating.uuid),
]
