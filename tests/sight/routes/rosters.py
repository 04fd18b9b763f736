"""Addresses of rosters."""

import json

from tests.sight.days import AHEAD_DAYS
from tests.sight.routes.routing import get, in_days, outlet_code, post

NEW_SHIFT = {
    "code": "LATE",
    "name_en": "Late",
    "name_zh": "晚班",
    "starts_at": "12:00",
    "ends_at": "20:00",
    "break_minutes": "30",
    "colour": "teal",
}


RULES = {
    "least_rest_hours": "11",
    "most_run_days": "5",
    "least_off_days": "1",
    "week_hours": "40",
    "most_week_hours": "44",
    "least_on_duty": "1",
    "balance_slack": "1",
    "remind_from_day": "25",
    "search_seconds": "60",
    "weight_under": "20",
    "weight_over": "1",
    "weight_balance": "10",
    "weight_weekends": "10",
    "weight_hours": "2",
    "weight_wish": "15",
    "weight_change": "30",
}


MONTH = "2026-09"


def _cells(world, place):
    cell = {"person": place.person.pk or 0, "on": "2026-09-07", "code": "EARLY"}
    return json.dumps({"version": 0, "cells": [cell]})


def _region_id(world, place):
    return {**NEW_SHIFT, "region": place.county.pk or 10**9}


ROUTES = [
    # Rosters: the month on its way to being published
    get("rosters:list"),
    post(
        "rosters:publish_region",
        data=lambda w, p: {"month": MONTH, "region": p.county.code},
    ),
    get("rosters:publication", lambda w, p: p.publication.uuid),
    get("rosters:search", lambda w, p: p.search.uuid),
    post("rosters:stop_search", lambda w, p: p.search.uuid),
    post("rosters:accept_search", lambda w, p: p.search.uuid),
    get("rosters:month", outlet_code, MONTH),
    get("rosters:day", outlet_code, MONTH),
    get("rosters:file", outlet_code, MONTH, "csv"),
    get("rosters:person", outlet_code, MONTH, lambda w, p: p.person.number),
    post(
        "rosters:person",
        outlet_code,
        MONTH,
        lambda w, p: p.person.number,
        data=lambda w, p: {"version": 0, "2026-09-08": "EARLY"},
    ),
    post("rosters:cells", outlet_code, MONTH, data=_cells),
    post(
        "rosters:owners",
        outlet_code,
        lambda w, p: in_days(AHEAD_DAYS)[:7],
        lambda w, p: int(in_days(AHEAD_DAYS)[8:]),
        data=lambda w, p: {f"{p.shift_kind.pk}-safety": p.person.pk or 0},
    ),
    post("rosters:publish", outlet_code, MONTH),
    post("rosters:start_search", outlet_code, MONTH),
    # Rosters: what staff ask of them, who decides, and what they are made with
    get("my_roster:mine"),
    post("my_roster:seen", data=lambda w, p: {"until": "999999999"}),
    get("my_roster:decisions"),
    get("my_roster:leaves"),
    post(
        "my_roster:leaves",
        data=lambda w, p: {"first_on": in_days(2), "last_on": in_days(3)},
    ),
    get("my_roster:leave", lambda w, p: p.leave.uuid),
    post("my_roster:leave_withdraw", lambda w, p: p.leave.uuid),
    post(
        "my_roster:leave_decide",
        lambda w, p: p.leave.uuid,
        data=lambda w, p: {"approves": "yes"},
    ),
    get("my_roster:swaps"),
    get("my_roster:swap_new", lambda w, p: f"{p.swap.on:%F}"),
    post("my_roster:swap_new", lambda w, p: f"{p.swap.on:%F}"),
    get("my_roster:swap", lambda w, p: p.agreed_swap.uuid),
    post(
        "my_roster:swap_answer",
        lambda w, p: p.swap.uuid,
        data=lambda w, p: {"agrees": "yes"},
    ),
    post("my_roster:swap_withdraw", lambda w, p: p.agreed_swap.uuid),
    post(
        "my_roster:swap_decide",
        lambda w, p: p.agreed_swap.uuid,
        data=lambda w, p: {"approves": "yes"},
    ),
    get("my_roster:wishes"),
    post("my_roster:wishes", data=lambda w, p: {"on": in_days(120)}),
    post("my_roster:wish_remove", lambda w, p: f"{p.wish.on:%F}"),
    get("my_roster:calendar"),
    post("my_roster:calendar"),
    post("my_roster:calendar_end"),
    # A key that nobody has; what a good one opens is asked in test_feed.py
    get("my_roster:feed", "x" * 43),
    get("my_roster:outlet", outlet_code, query="?month=2026-10"),
    get("my_roster:print", outlet_code, query="?month=2026-10"),
    get("roster_settings:kinds"),
    get("roster_settings:kind_new"),
    post("roster_settings:kind_new", data=_region_id),
    get("roster_settings:kind", lambda w, p: p.shift_kind.code),
    post(
        "roster_settings:kind",
        lambda w, p: p.shift_kind.code,
        data=_region_id,
    ),
    post(
        "roster_settings:kind_retire",
        lambda w, p: p.shift_kind.code,
        data=lambda w, p: {"retired": "yes"},
    ),
    get("roster_settings:rules_list"),
    get(
        "roster_settings:rules_choose",
        query=lambda w, p: f"?region={p.county.code}",
    ),
    get("roster_settings:rules", lambda w, p: p.county.code),
    post(
        "roster_settings:rules",
        lambda w, p: p.county.code,
        data=lambda w, p: RULES,
    ),
    post("roster_settings:rules_drop", lambda w, p: p.county.code),
]
