"""Every address of the product, and how to reach it in a world of two counties."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import NAMESPACE_URL, uuid4, uuid5

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver, reverse
from django.utils import timezone

from staffing.accounts.selectors.sessions import public_id_of
from staffing.people.roles import Role
from tests.sight.records import AHEAD_DAYS
from tests.sight.world import ABOVE, Place, World
from tests.staffing.accounts.factories import PIN


@dataclass(frozen=True)
class Route:
    """One address and method. `path` gets the world and the place asked about.

    `about` tells two rows of one address apart.
    """

    name: str
    path: Callable[[World, Place], str]
    method: str = "GET"
    data: Callable[[World, Place], dict | str] = lambda world, place: {}
    about: str = ""

    @property
    def label(self) -> str:
        return " ".join(filter(None, (self.method, self.name, self.about)))


def _at(name, *args, query=""):
    """Return a path function; `args` are functions of the place, or plain values."""

    def path(world, place):
        values = [arg(world, place) if callable(arg) else arg for arg in args]
        extra = query(world, place) if callable(query) else query
        return reverse(name, args=values) + extra

    return path


def get(name, *args, query="", about="", path=None):
    return Route(name, path or _at(name, *args, query=query), about=about)


def post(name, *args, data=lambda world, place: {}, about=""):
    return Route(name, _at(name, *args), "POST", data, about)


def _unproven(place) -> str:
    """Return a queue of one record without a ticket; it is kept for a person."""
    uuid = uuid5(NAMESPACE_URL, place.outlet.code)
    record = {"uuid": str(uuid), "outlet_code": place.outlet.code}
    return json.dumps({"sent_at": "2026-10-15T12:00:00Z", "checks": [record]})


def _table() -> SimpleUploadedFile:
    """Return a file of one new person, read anew for every request."""
    return SimpleUploadedFile("staff.csv", b"number,name,post\nE9,Li Na,clerk\n")


REASON = {"reason": "It was so"}


def _draft_code(world, place):
    return place.draft.standard.code


def _by_today(world, place):
    return {"owner": place.person.pk, "due_on": timezone.localdate()}


# What is done to a case of the world, which is open: what else its form asks for.
DOINGS = {
    "reply": {},
    "note": {},
    "room": {"minutes": "10"},
    "offer": {},
    "accept": {},
    "decline": {},
    "withdraw": {},
    "give_back": {},
    "pause": {},
    "resume": {},
    "close": {},
    "reopen": {},
    "compensate": {"amount": "10"},
    "rate": {"mark": "4"},
    "name": {},
    "answer": {},
    "judge": {"verdict": "not_upheld", "answer": "she was not there"},
}
_NAMING = {"room", "offer", "name"}


def _of(what):
    """Return the function that finds an award's record of the place by its uuid."""
    return lambda world, place: getattr(world.rounds.of[place.code], what).uuid


def _award(world, place):
    return world.rounds.of[place.code].award.lasting_id


def _seat(world, place):
    return {"user": "member"}


def _nominee(world, place):
    return {"number": f"{place.code}-3", "reason": "is kind"}


def _words_of(act):
    return lambda world, place: {f"{act}-note": "so", f"{act}-choice": "yes"}


def _objection(world, place):
    return {"objection-text": "she was on leave"}


def _appeal(world, place):
    return {"appeal-text": "look again"}


def _answer(world, place):
    key = world.rounds.of[place.code].objection.uuid
    return {f"{key}-upheld": "no", f"{key}-text": "it is not so"}


def _points(world, place):
    given = {"account": "dedication", "amount": "5", "on": "2026-10-05"}
    return {"key": uuid4(), "number": place.person.number, **given, **REASON}


def _paid_in(world, place):
    return {"amount": "100", "note": "for the year"}


def _bonus(world, place):
    return {"fund": world.rounds.fund.pk, "amount": "100"}


def _reason(world, place):
    return REASON


def _logged_no(world, place):
    return place.logged_case.case_no


def _doing(action):
    def data(world, place):
        fields = {"key": uuid4(), "note": "It was so", **DOINGS[action]}
        if action in _NAMING:
            fields["person"] = place.mover.number
        return {f"{action}-{name}": value for name, value in fields.items()}

    return data


def _red_no(world, place):
    return place.red_line.file_no


def _red_report(world, place):
    return {
        "key": uuid4(),
        "outlet": place.outlet.code,
        "prohibition": "data",
        "allegation": "sold a list",
    }


def _red_do(doing):
    def data(world, place):
        fields = {"key": uuid4(), "note": "It was so"}
        if doing == "name":
            fields |= {"employee": place.mover.number, "part": "shielded"}
        if doing == "evidence":
            pdf = SimpleUploadedFile("a.pdf", b"%PDF-1.7 more")
            fields = {"what": "a list", "content": pdf}
        return {f"{doing}-{name}": value for name, value in fields.items()}

    return data


def _red_act(action):
    def data(world, place):
        said = "She was asked on Monday and said nothing to it."
        fields = {"key": uuid4(), "note": said, "finding": "no_breach"}
        label = f"{action}-{place.red_line_party.pk}"
        return {f"{label}-{name}": value for name, value in fields.items()}

    return data


def _order_no(world, place):
    return place.order.order_no


def _new_order(world, place):
    return {
        "key": uuid4(),
        "unit": place.outlet.code,
        "subject": "Signs",
        "words": "Put them up",
        "due_on": timezone.localdate() + timedelta(days=14),
    }


def _order_act(action):
    def data(world, place):
        later = timezone.localdate() + timedelta(days=30)
        fields = {"key": uuid4(), "note": "It was so", "due_on": later}
        return {f"{action}-{name}": value for name, value in fields.items()}

    return data


def _new_case(world, place):
    return {
        "key": uuid4(),
        "outlet": place.outlet.code,
        "contact": "complaint",
        "reason": "waiting",
        "subject": "manner",
        "channel": "phone",
        "summary": "waited too long",
        "person": place.person.number,
    }


def _outlet_code(world, place):
    return place.outlet.code


def _campaign(world, place):
    return {
        "title": "Fire week",
        "standard": place.outlet_check.standard_id or 0,
        "region": place.county.pk or 10**9,
        "first_on": timezone.localdate(),
        "last_on": timezone.localdate(),
        "carried_by": "region",
    }


ITEM = {"title_en": "An item", "title_zh": "项目", "weight": "1"}
WRONG_PASSWORD = {"username": "nobody", "password": "a guess"}
WRONG_PROOF = {
    "password": "a guess",
    "oldpassword": "a guess",
    "code": "000000",
    "credential": "{}",
}
NEW_WORDS = {
    "password": "nineteen-teapots",
    "password1": "nineteen-teapots",
    "password2": "nineteen-teapots",
}
SERVICE = {
    "name": "Another service",
    "purpose": "Reads",
    "owner": "it@example.com",
    "scopes": ["registry:read"],
    "expires_on": "2027-01-01",
}
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


def _in_days(n):
    return f"{timezone.localdate() + timedelta(days=n):%F}"


def _desk(**deed):
    return {"key": uuid4(), **deed}


def _region_id(world, place):
    return {**NEW_SHIFT, "region": place.county.pk or 10**9}


def _bulletin(world, place):
    return {
        "key": str(uuid4()),
        "title_en": "Fire drill",
        "body_en": "At nine.",
        "outlets": [place.outlet.code],
        "shown_from": _in_days(0),
        "shown_until": _in_days(7),
        "step": "publish",
    }


ROUTES = [
    get("today:home"),
    get("accounts:sign_in"),
    post("accounts:sign_in", data=lambda w, p: WRONG_PASSWORD),
    post("accounts:sign_out"),
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
    get("rosters:month", _outlet_code, MONTH),
    get("rosters:day", _outlet_code, MONTH),
    get("rosters:file", _outlet_code, MONTH, "csv"),
    get("rosters:person", _outlet_code, MONTH, lambda w, p: p.person.number),
    post(
        "rosters:person",
        _outlet_code,
        MONTH,
        lambda w, p: p.person.number,
        data=lambda w, p: {"version": 0, "2026-09-08": "EARLY"},
    ),
    post("rosters:cells", _outlet_code, MONTH, data=_cells),
    post(
        "rosters:owners",
        _outlet_code,
        lambda w, p: _in_days(AHEAD_DAYS)[:7],
        lambda w, p: int(_in_days(AHEAD_DAYS)[8:]),
        data=lambda w, p: {f"{p.shift_kind.pk}-safety": p.person.pk or 0},
    ),
    post("rosters:publish", _outlet_code, MONTH),
    post("rosters:start_search", _outlet_code, MONTH),
    # Rosters: what staff ask of them, who decides, and what they are made with
    get("my_roster:mine"),
    post("my_roster:seen", data=lambda w, p: {"until": "999999999"}),
    get("my_roster:decisions"),
    get("my_roster:leaves"),
    post(
        "my_roster:leaves",
        data=lambda w, p: {"first_on": _in_days(2), "last_on": _in_days(3)},
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
    post("my_roster:wishes", data=lambda w, p: {"on": _in_days(120)}),
    post("my_roster:wish_remove", lambda w, p: f"{p.wish.on:%F}"),
    get("my_roster:calendar"),
    post("my_roster:calendar"),
    post("my_roster:calendar_end"),
    # A key that nobody has; what a good one opens is asked in test_feed.py
    get("my_roster:feed", "x" * 43),
    get("my_roster:outlet", _outlet_code, query="?month=2026-10"),
    get("my_roster:print", _outlet_code, query="?month=2026-10"),
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
    # Shared tablets; no browser of this table is one, so no PIN is asked for
    get("accounts:devices"),
    get("accounts:device_add"),
    post(
        "accounts:device_add",
        data=lambda w, p: {"outlet": p.outlet.code, "name": "Counter 9"},
    ),
    get("accounts:device", lambda w, p: p.device.uuid),
    post("accounts:device_code", lambda w, p: p.device.uuid),
    get("accounts:device_revoke", lambda w, p: p.device.uuid),
    post(
        "accounts:device_revoke",
        lambda w, p: p.device.uuid,
        data=lambda w, p: {"reason": "lost"},
    ),
    get("accounts:enrol"),
    post("accounts:enrol", data=lambda w, p: {"code": "2222-2222"}),
    get("accounts:people"),
    get("accounts:pin", lambda w, p: p.pin.user.employee.uuid),
    post(
        "accounts:pin",
        lambda w, p: p.pin.user.employee.uuid,
        data=lambda w, p: {"pin": PIN},
    ),
    post("accounts:switch"),
    get("accounts:my_pin"),
    post(
        "accounts:my_pin",
        data=lambda w, p: {"password": "a guess", "pin": PIN, "again": PIN},
    ),
    get("accounts:pins"),
    post("accounts:pin_end", lambda w, p: p.pin.user.employee.uuid),
    post("set_language", data=lambda w, p: {"language": "zh-hans"}),
    # Services that call the API
    get("services:list"),
    get("services:create"),
    post("services:create", data=lambda w, p: {**SERVICE, "key": uuid4()}),
    get("services:detail", lambda w, p: w.service.uuid),
    get("services:change", lambda w, p: w.service.uuid),
    post("services:change", lambda w, p: w.service.uuid, data=lambda w, p: SERVICE),
    post(
        "services:rotate",
        lambda w, p: w.service.uuid,
        data=lambda w, p: {"overlap_days": 1},
    ),
    post(
        "services:revoke_secret",
        lambda w, p: w.service.uuid,
        lambda w, p: w.service.secrets.get().uuid,
    ),
    post("services:end_tokens", lambda w, p: w.service.uuid),
    post(
        "services:revoke",
        lambda w, p: w.service.uuid,
        data=lambda w, p: {"reason": "x"},
    ),
    # Sign-in and one's own account; nobody here has a second factor
    get("account_login"),
    post("account_login", data=lambda w, p: WRONG_PASSWORD),
    post("account_logout"),
    get("mfa_authenticate"),
    post("mfa_authenticate", data=lambda w, p: WRONG_PROOF),
    get("mfa_login_webauthn"),
    post("mfa_login_webauthn", data=lambda w, p: WRONG_PROOF),
    get("directory_login"),
    get("directory_callback"),
    get("account_reset_password"),
    post("account_reset_password", data=lambda w, p: {"email": "no@example.com"}),
    get("account_reset_password_from_key", "1", "no-key"),
    post("account_reset_password_from_key", "1", "no-key", data=lambda w, p: NEW_WORDS),
    get("account_reauthenticate"),
    post("account_reauthenticate", data=lambda w, p: WRONG_PROOF),
    get("mfa_reauthenticate"),
    post("mfa_reauthenticate", data=lambda w, p: WRONG_PROOF),
    get("mfa_reauthenticate_webauthn"),
    post("mfa_reauthenticate_webauthn", data=lambda w, p: WRONG_PROOF),
    get("account_change_password"),
    post("account_change_password", data=lambda w, p: WRONG_PROOF),
    get("accounts:my_account"),
    post("accounts:end_session", "0" * 32),
    post(
        "accounts:end_session",
        lambda w, p: public_id_of(w.somebodys_session.session_key),
        about="another",
    ),
    post("accounts:sign_out_everywhere"),
    get("socialaccount_connections"),
    post("socialaccount_connections"),
    get("directory_connect", "0" * 32),
    get("mfa_index"),
    get("mfa_activate_totp"),
    post("mfa_activate_totp", data=lambda w, p: WRONG_PROOF),
    get("mfa_deactivate_totp"),
    post("mfa_deactivate_totp", data=lambda w, p: WRONG_PROOF),
    get("mfa_view_recovery_codes"),
    get("mfa_generate_recovery_codes"),
    post("mfa_generate_recovery_codes", data=lambda w, p: WRONG_PROOF),
    get("mfa_download_recovery_codes"),
    get("mfa_add_webauthn"),
    post("mfa_add_webauthn", data=lambda w, p: WRONG_PROOF),
    get("mfa_edit_webauthn", 1),
    post("mfa_edit_webauthn", 1, data=lambda w, p: {"name": "Another name"}),
    get("mfa_remove_webauthn", 1),
    post("mfa_remove_webauthn", 1, data=lambda w, p: {"name": "Another name"}),
    get("accounts:policy"),
    post("accounts:policy"),
    post(
        "accounts:policy",
        data=lambda w, p: {f"{role.value}-grace_days": "3" for role in Role},
        about="filled in",
    ),
    # Places and people
    get("api-regions"),
    get("api-region", lambda w, p: p.county.code),
    get("api-outlets"),
    get("api-outlet", lambda w, p: p.outlet.code),
    get("api-employees"),
    get("api-employee", lambda w, p: p.person.number),
    get("people:list"),
    get("people:add"),
    post(
        "people:add",
        data=lambda w, p: {
            "number": "NEW-1",
            "name": "Somebody new",
            "post": "clerk",
            "contract": "regular",
            "outlet": p.outlet.code,
            "starts_on": "2026-11-01",
        },
    ),
    get("people:person", lambda w, p: p.person.number),
    get("people:person", lambda w, p: p.mover.number, about="who moved"),
    get("people:edit", lambda w, p: p.person.number),
    post(
        "people:edit",
        lambda w, p: p.person.number,
        data=lambda w, p: {"name": "Another", "post": "clerk", "contract": "regular"},
    ),
    get("people:transfer", lambda w, p: p.person.number),
    post(
        "people:transfer",
        lambda w, p: p.person.number,
        data=lambda w, p: {"outlet": w.foreign.outlet.code, "on": "2026-11-01"},
    ),
    get("people:assign", lambda w, p: p.person.number),
    post(
        "people:assign",
        lambda w, p: p.person.number,
        data=lambda w, p: {
            "outlet": w.foreign.outlet.code,
            "starts_on": "2027-01-01",
            "ends_on": "2027-01-02",
        },
    ),
    get(
        "people:assignment_end",
        lambda w, p: p.person.number,
        lambda w, p: p.outlet.code,
        date(2020, 1, 1),
    ),
    post(
        "people:assignment_end",
        lambda w, p: p.person.number,
        lambda w, p: p.outlet.code,
        date(2020, 1, 1),
        data=lambda w, p: {"ends_on": "2026-12-31"},
    ),
    # Who may do what
    get("people:choose_password"),
    get("people:users"),
    get("people:user_add"),
    post(
        "people:user_add",
        data=lambda w, p: {"name": "Somebody new", "username": "new"},
    ),
    get("people:user", lambda w, p: w.somebody.uuid),
    *(
        one(f"people:{name}", lambda w, p: w.somebody.uuid)
        for name in ("user_password", "user_deactivate", "user_reactivate")
        for one in (get, post)
    ),
    *(
        one(
            "people:user_reactivate",
            lambda w, p: w.stopped.uuid,
            about="of a stopped one",
        )
        for one in (get, post)
    ),
    get("people:grant_give", lambda w, p: w.somebody.uuid),
    post(
        "people:grant_give",
        lambda w, p: w.somebody.uuid,
        data=lambda w, p: {"role": "hr", "starts_on": "2026-11-01", "reason": "new"},
    ),
    get("people:grants"),
    get("people:grant_end", lambda w, p: w.somebodys_grant.uuid),
    post(
        "people:grant_end",
        lambda w, p: w.somebodys_grant.uuid,
        data=lambda w, p: {"reason": "moved"},
    ),
    get("people:agencies"),
    get("people:agency_add"),
    post("people:agency_add", data=lambda w, p: {"code": "AG-9", "name": "A ninth"}),
    get("people:agency", lambda w, p: p.visit.agency.code),
    post(
        "people:agency",
        lambda w, p: p.visit.agency.code,
        data=lambda w, p: {"name": "Another name"},
    ),
    post("people:choose_password", data=lambda w, p: NEW_WORDS),
    # Customer flow
    get("flow:region", query=lambda w, p: f"?region={p.county.code}&month=2026-10"),
    get("flow:outlet_pick", query=lambda w, p: f"?outlet={p.outlet.code}"),
    get("flow:outlet", lambda w, p: p.outlet.code, query="?day=2026-10-05"),
    get("flow:hours_chart", lambda w, p: p.outlet.code, query="?day=2026-10-05"),
    get("flow:hours_file", lambda w, p: p.outlet.code, query="?day=2026-10-05"),
    get("flow:hours_workbook", lambda w, p: p.outlet.code, query="?day=2026-10-05"),
    get("flow:floor", lambda w, p: p.outlet.code),
    get("flow:desk", _outlet_code),
    post("flow:desk_take", _outlet_code, data=lambda w, p: _desk(service="payment")),
    post("flow:desk_call", _outlet_code, data=lambda w, p: _desk()),
    post(
        "flow:desk_mark",
        _outlet_code,
        data=lambda w, p: _desk(number="D001", day=_in_days(0), what="abandon"),
    ),
    post(
        "flow:desk_server",
        _outlet_code,
        data=lambda w, p: {"employee_number": "E00001", "counter": "3"},
    ),
    get("flow:display", _outlet_code),
    # A token that nobody was given; what a good one opens is asked in test_display.py
    get("flow:ticket", "x" * 66),
    get("flow:tickets", _outlet_code, query="?day=2026-10-05"),
    get("flow:tickets_file", _outlet_code, query="?day=2026-10-05"),
    get("flow:tickets_workbook", _outlet_code, query="?day=2026-10-05"),
    get(
        "flow:one_ticket",
        _outlet_code,
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
    # Notices
    get("notices:centre"),
    get("notices:bell"),
    post("notices:read_all", data=lambda w, p: {"until": "999999999"}),
    get("notices:quiet_hours"),
    post("notices:quiet_hours", data=lambda w, p: {"begins": "21:00", "ends": "06:30"}),
    get("notices:notice", lambda w, p: p.notice.uuid),
    post("notices:follow", lambda w, p: p.notice.uuid),
    post("notices:read", lambda w, p: p.notice.uuid),
    post("notices:acknowledge", lambda w, p: p.notice.uuid),
    get("notices:bulletins"),
    get("notices:bulletin_new"),
    post("notices:bulletin_new", data=_bulletin),
    get("notices:bulletin", lambda w, p: p.bulletin.uuid),
    post("notices:bulletin_withdraw", lambda w, p: p.bulletin.uuid),
    # Captured records
    get("checks:card", query=lambda w, p: f"?outlet={p.outlet.code}"),
    get("checks:list"),
    get("checks:findings"),
    get("checks:standards"),
    get("checks:standard", "GROOMING"),
    post("checks:standard_on_card", "GROOMING"),
    get("checks:standard_new"),
    post(
        "checks:standard_new",
        data=lambda w, p: {
            "code": "NEW",
            "title_en": "New",
            "title_zh": "新",
            "slots": "opening",
            "region": p.county.pk or 10**9,
        },
    ),
    post("checks:draft_begin", _draft_code),
    get("checks:draft", _draft_code),
    post(
        "checks:draft_names",
        _draft_code,
        data=lambda w, p: {"title_en": "N", "title_zh": "N", "slots": "opening"},
    ),
    get("checks:draft_add", _draft_code),
    post("checks:draft_add", _draft_code, data=lambda w, p: {"code": "L2", **ITEM}),
    get("checks:draft_item", _draft_code, lambda w, p: p.draft_item.uuid),
    post(
        "checks:draft_item",
        _draft_code,
        lambda w, p: p.draft_item.uuid,
        data=lambda w, p: {"revision": 1, **ITEM},
    ),
    post("checks:draft_move", _draft_code, lambda w, p: p.draft_item.uuid),
    post("checks:draft_remove", _draft_code, lambda w, p: p.draft_item.uuid),
    get("checks:draft_preview", _draft_code),
    post(
        "checks:draft_publish",
        _draft_code,
        data=lambda w, p: {"valid_from": timezone.localdate()},
    ),
    post("checks:draft_discard", _draft_code),
    get("checks:live", query=lambda w, p: f"?region={p.county.code}"),
    get("checks:rates"),
    get("checks:rates_file", "csv"),
    get("checks:actions"),
    get("checks:action_open", query=lambda w, p: f"?outlet={p.outlet.code}"),
    Route(
        "checks:action_open",
        _at("checks:action_open", query=lambda w, p: f"?outlet={p.outlet.code}"),
        "POST",
        lambda w, p: {"task": "Mend it", **_by_today(w, p)},
    ),
    get("checks:action", lambda w, p: p.action.uuid),
    post("checks:action_change", lambda w, p: p.action.uuid, data=_by_today),
    *(
        post(
            f"checks:action_{name}",
            lambda w, p: p.action.uuid,
            data=lambda w, p: {"note": "Said in words"},
        )
        for name in ("done", "verify", "return", "drop")
    ),
    post(
        "checks:floor_tap",
        data=lambda w, p: {
            "uuid": uuid4(),
            "outlet": p.outlet.code,
            "on": timezone.localdate(),
            "action": "spill",
        },
    ),
    get("checks:spills"),
    get("checks:spills_file", "csv"),
    get("checks:faults"),
    get("checks:faults_file", "csv"),
    get("checks:devices_report"),
    get("checks:devices_file", "csv"),
    get("checks:devices", lambda w, p: p.outlet.code),
    post(
        "checks:devices",
        lambda w, p: p.outlet.code,
        data=lambda w, p: {"kind": "phone", "code": f"N{uuid4().hex[:8]}"},
    ),
    post(
        "checks:device_retire",
        lambda w, p: p.trial_device.uuid,
        data=lambda w, p: {"until": timezone.localdate()},
    ),
    get("checks:day", lambda w, p: p.person.uuid, lambda w, p: p.check.on),
    get("checks:check", lambda w, p: p.outlet_check.uuid, about="of an outlet"),
    get("checks:check", lambda w, p: p.check.uuid),
    post(
        "checks:record",
        data=lambda w, p: {
            "uuid": uuid4(),
            "outlet": p.outlet.code,
            "employee": p.person.pk,
            "on": timezone.localdate(),
            "version": p.check.version_id,
            "slot": "opening",
        },
    ),
    post(
        "checks:correct",
        lambda w, p: p.check.uuid,
        data=lambda w, p: {"failed": "G01", "reason": "misread"},
    ),
    post("checks:undo", lambda w, p: p.check.uuid, data=lambda w, p: {"reason": "x"}),
    post("checks:choose", lambda w, p: p.check.uuid),
    post("checks:queue", data=lambda w, p: _unproven(p)),
    get("checks:photo", lambda w, p: p.photo.uuid),
    get("checks:photo", lambda w, p: p.live_photo.uuid, about="asked for"),
    post("checks:photo", lambda w, p: p.photo.uuid),
    post("checks:photo_add", lambda w, p: p.check.uuid),
    # How honestly checks are made
    get("checks:flags"),
    get("checks:flag", lambda w, p: p.flag.uuid),
    get("checks:flag", lambda w, p: p.spoken_flag.uuid, about="talked about"),
    post(
        "checks:flag_settle",
        lambda w, p: p.flag.uuid,
        data=lambda w, p: {"state": "fine"},
    ),
    get("checks:photo_draws"),
    post("checks:live_photo", lambda w, p: p.photo_request.uuid),
    get("checks:locating"),
    post("checks:locate", data=lambda w, p: {"region": p.county.code}),
    get("checks:rechecks"),
    post(
        "checks:recheck_draw",
        data=lambda w, p: {"outlet": p.outlet.code, "on": "2026-10-05"},
    ),
    get("checks:recheck", lambda w, p: p.recheck.uuid),
    get("checks:recheck_judge", lambda w, p: p.recheck.uuid, 1),
    post("checks:recheck_judge", lambda w, p: p.recheck.uuid, 1),
    get("checks:agreement"),
    get("checks:worker"),
    get("checks:offline"),
    get("checks:bring"),
    post("checks:bring"),
    post(
        "checks:away",
        data=lambda w, p: {
            "outlet": p.outlet.code,
            "employee": p.people[ABOVE].pk if p.people else 0,
            "reason": "sick",
        },
    ),
    post("checks:back", lambda w, p: p.away.uuid),
    post(
        "checks:area",
        data=lambda w, p: {
            "outlet": p.outlet.code,
            "employee": p.people[ABOVE].pk if p.people else 0,
            "area": "hygiene",
        },
    ),
    get("checks:draws"),
    get("checks:draw", lambda w, p: p.draw.uuid),
    get("checks:campaigns"),
    get("checks:campaign_new"),
    post("checks:campaign_new", data=_campaign),
    get("checks:campaign", lambda w, p: p.campaign.uuid),
    get("checks:campaign_file", lambda w, p: p.campaign.uuid, "csv"),
    post(
        "checks:campaign_extend",
        lambda w, p: p.campaign.uuid,
        data=lambda w, p: {"last_on": "2099-01-02"},
    ),
    post("checks:campaign_end", lambda w, p: p.campaign.uuid, data=lambda w, p: REASON),
    get("checks:campaign_check", lambda w, p: p.campaign.uuid, _outlet_code),
    post(
        "checks:campaign_check",
        lambda w, p: p.campaign.uuid,
        _outlet_code,
        data=lambda w, p: {"uuid": uuid4(), "failed": "E02"},
    ),
    get("checks:held"),
    get("checks:held_detail", lambda w, p: p.held.key),
    post("checks:held_enter", lambda w, p: p.held.key, data=lambda w, p: REASON),
    post("checks:held_dismiss", lambda w, p: p.held.key, data=lambda w, p: REASON),
    post(
        "checks:choose",
        lambda w, p: p.rival_check.uuid,
        data=lambda w, p: {"reason": "the later one"},
        about="between two",
    ),
    get("knowledge:list"),
    get("knowledge:add"),
    post(
        "knowledge:add",
        data=lambda w, p: {
            "uuid": uuid4(),
            "employee": p.person.pk,
            "taken_on": timezone.localdate(),
            "test": "W41",
            "score": "88",
        },
    ),
    get("knowledge:result", lambda w, p: p.test.uuid),
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
    get("feedback:list"),
    get("feedback:add"),
    post(
        "feedback:add",
        data=lambda w, p: {
            "uuid": uuid4(),
            "employee": p.person.pk,
            "called_on": timezone.localdate(),
            "called_at": "00:00",
            "score": "5",
        },
    ),
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
    get("complaints:list"),
    get("complaints:case", lambda w, p: p.case.case_no),
    get("complaints:case", _logged_no, about="logged at the outlet"),
    get("complaints:contact", _logged_no),
    get("complaints:log"),
    post("complaints:log", data=_new_case),
    *(
        post("complaints:act", _logged_no, action, data=_doing(action), about=action)
        for action in DOINGS
    ),
    get("complaints:red_lines"),
    get("complaints:red_line_report"),
    post("complaints:red_line_report", data=_red_report),
    get("complaints:red_line", _red_no),
    get("complaints:red_line_evidence", lambda w, p: p.red_line_evidence.uuid),
    *(
        post("complaints:red_line_do", _red_no, doing, data=_red_do(doing), about=doing)
        for doing in ("note", "name", "evidence", "set_aside")
    ),
    *(
        post(
            "complaints:red_line_act",
            _red_no,
            lambda w, p: p.red_line_party.pk,
            action,
            data=_red_act(action),
            about=action,
        )
        for action in ("answer", "propose", "confirm", "send_back")
    ),
    get("complaints:orders"),
    get("complaints:order_new"),
    post("complaints:order_new", data=_new_order),
    get("complaints:order", _order_no),
    *(
        post("complaints:order_act", _order_no, act, data=_order_act(act), about=act)
        for act in ("start", "report", "verify", "reopen", "extend", "remark")
    ),
    get("complaints:meetings"),
    get("complaints:meeting", lambda w, p: p.county.code, "2026-09"),
    post(
        "complaints:meeting",
        lambda w, p: p.county.code,
        "2026-09",
        data=lambda w, p: {"minutes": "It was decided"},
    ),
    get("complaints:day", lambda w, p: p.county.code, "2026-10-05"),
    get("complaints:calendars"),
    get("complaints:calendar", lambda w, p: p.county.code),
    post(
        "complaints:calendar",
        lambda w, p: p.county.code,
        data=lambda w, p: {"hours": "Mon-Sat 09:00-18:00", "days": ""},
    ),
    post("complaints:calendar_drop", lambda w, p: p.county.code),
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
    get("rankings:list"),
    get("rankings:start"),
    post("rankings:start", data=lambda w, p: {"period": "2026-10", "scheme": "onsite"}),
    get("rankings:mine"),
    get("rankings:how"),
    get("rankings:schemes"),
    get("rankings:version", lambda w, p: w.rules.pk),
    get("rankings:version", lambda w, p: w.rules_draft.pk, about="draft"),
    get("rankings:version_differences", lambda w, p: w.rules_draft.pk),
    post("rankings:version_draft", lambda w, p: w.rules.pk),
    get("rankings:scheme_copy", lambda w, p: w.rules.pk),
    post(
        "rankings:scheme_copy",
        lambda w, p: w.rules.pk,
        data=lambda w, p: {"name": "Floor star", "code": "floor_star"},
    ),
    get("rankings:version_edit", lambda w, p: w.rules_draft.pk),
    post("rankings:version_edit", lambda w, p: w.rules_draft.pk),
    post("rankings:version_propose", lambda w, p: w.rules_draft.pk),
    post("rankings:version_approve", lambda w, p: w.rules_proposed.pk),
    post(
        "rankings:version_withdraw",
        lambda w, p: w.rules_proposed.pk,
        data=lambda w, p: {"note": "not like this"},
    ),
    get("rankings:run", lambda w, p: w.run.pk),
    get("rankings:run", lambda w, p: w.draft.pk, about="draft"),
    get("rankings:movers", lambda w, p: w.run.pk),
    get("rankings:own_outlet", lambda w, p: w.run.pk),
    get("rankings:display"),
    post(
        "rankings:display",
        data=lambda w, p: {"scheme": "service_star", "shown": "own_only"},
    ),
    post("rankings:review", lambda w, p: w.draft.pk),
    get("rankings:publish", lambda w, p: w.draft.pk),
    post("rankings:publish", lambda w, p: w.draft.pk),
    *(
        one("rankings:publish", lambda w, p: w.reviewed.pk, about="reviewed")
        for one in (get, post)
    ),
    get("rankings:exceptions", lambda w, p: w.draft.pk),
    post("rankings:exceptions_seen", lambda w, p: w.draft.pk, "missing"),
    get("rankings:proof", lambda w, p: w.run.pk),
    get("rankings:changes", lambda w, p: w.run.pk),
    get("rankings:late", lambda w, p: w.run.pk),
    get("rankings:late_file", lambda w, p: w.run.pk, "csv"),
    get("rankings:explain", lambda w, p: w.run.pk, lambda w, p: p.person.number),
    get("rankings:outlets", lambda w, p: w.run.pk),
    get("rankings:outlet", lambda w, p: w.run.pk, lambda w, p: p.outlet.code),
    get("rankings:regions", lambda w, p: w.run.pk),
    get(
        "rankings:regions",
        lambda w, p: w.run.pk,
        query="?level=county",
        about="(counties)",
    ),
    post("rankings:rank_outlets", lambda w, p: w.draft.pk),
    get("api-outlet-standings", lambda w, p: w.run.pk),
    get("rankings:what-if", lambda w, p: w.run.pk),
    get("rankings:what-if-rules", lambda w, p: w.run.pk),
    get("rankings:fair", lambda w, p: w.run.pk),
    get("api-rankings"),
    get("api-ranking", lambda w, p: w.run.pk),
    get("api-standings", lambda w, p: w.run.pk),
    get("api-standings", lambda w, p: w.draft.pk, about="draft"),
    get("api-score", lambda w, p: p.person.number, query="?period=2026-10"),
    get("awards:list"),
    get("awards:detail", lambda w, p: w.award_list.uuid),
    get("awards:detail", lambda w, p: w.draft_list.uuid, about="draft"),
    post("awards:draw", lambda w, p: w.draft.pk),
    post("awards:draw", lambda w, p: w.reviewed.pk, about="reviewed"),
    post("awards:publish", lambda w, p: w.draft_list.uuid),
    post("awards:decide_held", lambda w, p: w.award_list.uuid),
    get("awards:rounds"),
    get("awards:round_new"),
    post("awards:round_new"),
    get("awards:round", lambda w, p: w.rounds.open.uuid),
    get("awards:round", lambda w, p: w.rounds.shown.uuid, about="on display"),
    post("awards:seat", lambda w, p: w.rounds.open.uuid, data=_seat),
    post("awards:round_step", lambda w, p: w.rounds.open.uuid, "cancel"),
    get("awards:nominate", lambda w, p: w.rounds.open.uuid),
    post("awards:nominate", lambda w, p: w.rounds.open.uuid, data=_nominee),
    get("awards:nomination", _of("nomination")),
    get("awards:nomination", _of("shown"), about="on display"),
    get("awards:nomination", _of("lost"), about="rejected"),
    *(
        post("awards:act", _of("nomination"), act, data=_words_of(act), about=act)
        for act in (
            *("edit", "submit", "withdraw", "endorse", "return", "refuse"),
            *("vote", "recuse", "approve", "reject", "disqualify"),
        )
    ),
    post("awards:speak", _of("shown"), "objection", data=_objection),
    post("awards:speak", _of("lost"), "appeal", data=_appeal, about="appeal"),
    post("awards:answer", _of("objection"), data=_answer),
    get("awards:certificate", _of("certificate")),
    get("awards:certificate_text", _of("certificate")),
    get("awards:certificate_file", _of("certificate"), "en"),
    get("awards:check", _of("certificate")),
    get("awards:revoked"),
    get("awards:keys"),
    get("awards:points"),
    get("awards:point_new"),
    post("awards:point_new", data=_points),
    get("awards:fund", "reward-fund"),
    post("awards:fund", "reward-fund", data=_paid_in),
    get("awards:wall", lambda w, p: p.outlet.code),
    post("awards:certificate_make", lambda w, p: w.award_list.uuid, _award),
    get("awards:bonus", lambda w, p: w.award_list.uuid, _award),
    post("awards:bonus", lambda w, p: w.award_list.uuid, _award, data=_bonus),
    post("awards:lose", lambda w, p: w.award_list.uuid, _award, data=_reason),
    get("api-awards"),
    get("api-changes"),
    get("api-award-list", lambda w, p: w.award_list.uuid),
    # Personal data
    get("personal:desk"),
    get("personal:mine"),
    post("personal:mine"),
    get("personal:person", lambda w, p: p.person.uuid),
    post(
        "personal:person",
        lambda w, p: p.person.uuid,
        data=lambda w, p: {"reason": "asked for in writing"},
    ),
    get("personal:propose", lambda w, p: p.person.uuid),
    post(
        "personal:propose",
        lambda w, p: p.person.uuid,
        data=lambda w, p: {"reason": "asked for in writing"},
    ),
    get("personal:propose", lambda w, p: w.leaver.uuid, about="who left"),
    post(
        "personal:propose",
        lambda w, p: w.leaver.uuid,
        data=lambda w, p: {"reason": "asked for in writing"},
        about="who left",
    ),
    post(
        "personal:confirm",
        lambda w, p: w.another_leavers_erasure.uuid,
        about="who left",
    ),
    get("personal:export", lambda w, p: p.export.uuid),
    get("personal:file", lambda w, p: p.export.uuid),
    get("personal:erasure", lambda w, p: p.erasure.uuid),
    post("personal:confirm", lambda w, p: p.erasure.uuid),
    post("personal:withdraw", lambda w, p: p.erasure.uuid),
    get("personal:retention"),
    get("personal:rule", "rating_words"),
    post(
        "personal:rule",
        "rating_words",
        data=lambda w, p: {"months": 12, "action": "keep", "reason": "a shorter time"},
    ),
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
    # What was changed, and who took what out
    get("history:list"),
    get("history:list_file", "csv"),
    get("history:access"),
    get("history:access_file", "xlsx"),
    get("history:object", "people.employee", lambda w, p: p.person.pk),
    get("history:object", "complaints.case", lambda w, p: p.case.pk, about="of a case"),
    get(
        "history:object",
        "mystery.visit",
        lambda w, p: p.hidden_visit.pk,
        about="of an unreleased visit",
    ),
    # What everybody may read
    get("api-schema"),
    get("api-docs"),
]

# Answered for machines only; what their tokens open is shown beside the tokens.
FOR_SERVICES = {
    "api-token",
    "api-checks",
    "api-ratings",
    "api-tickets",
    "api-counts",
    "api-ticket-events",
    "api-transactions",
}
# Kept for the service that asked, so that nobody else finds anything there; shown in
# tests/evaluations/feed.
OF_ONE_SERVICE = {
    "api-exports",
    "api-export",
    "api-export-file",
    "api-webhooks",
    "api-webhook",
    "api-webhook-resume",
    "api-webhook-replay",
    "api-webhook-deliveries",
}
# The API's answer to an address that does not exist.
NAMELESS = {None}


def names_in_the_product() -> set[str]:
    """Return the name of every route that the resolver knows."""

    def walk(patterns, namespace="") -> Iterator[str]:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                inner = (
                    f"{namespace}{pattern.namespace}:"
                    if pattern.namespace
                    else namespace
                )
                yield from walk(pattern.url_patterns, inner)
            elif pattern.name not in NAMELESS:
                yield f"{namespace}{pattern.name}"

    return set(walk(get_resolver().url_patterns))
