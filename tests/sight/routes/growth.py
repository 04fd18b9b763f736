"""Addresses of ideas and skills contests."""

from datetime import timedelta
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from evaluations.ledger.periods import Period
from tests.sight.grown import PNG
from tests.sight.routes.routing import get, post


def _of(what):
    """Return the function that finds an idea, or what belongs to it, of the place."""
    return lambda world, place: getattr(world.growth.of[place.code], what).uuid


def _contest(which):
    return lambda world, place: getattr(world.growth, which).uuid


def _idea(world, place):
    return {
        "title": "A map",
        "problem": "none",
        "idea": "one",
        "evidence": "calls",
    }


def _suggested(world, place):
    return {"key": uuid4(), "outlet": place.outlet.code} | _idea(world, place)


def _named(act, **given):
    """Return the form of an act, its fields named as the page names them."""

    def data(world, place):
        found = {
            name: value(world, place) if callable(value) else value
            for name, value in given.items()
        }
        return {f"{act}-{name}": value for name, value in found.items()}

    return data


def _months_ago(n):
    def month(world, place):
        found = Period.month_of(timezone.localdate())
        for _ in range(n):
            found = found.previous
        return found.code

    return month


def _file(world, place):
    return SimpleUploadedFile("map.png", PNG + b"map")


def _plan(world, place):
    today = timezone.localdate()
    windows = {
        "enter_from": today,
        "enter_until": today,
        "on": today,
        "judge_from": today,
        "judge_until": today + timedelta(days=1),
    }
    rows = {
        "d-TOTAL_FORMS": 1,
        "d-INITIAL_FORMS": 0,
        "d-0-title_en": "Posture",
        "d-0-title_zh": "仪态",
        "d-0-most": 10,
    }
    return {"kind": "service", "title_en": "Cup", "title_zh": "杯"} | windows | rows


def _marks(world, place):
    judged, greeting = world.growth.of[place.code].judged, world.growth.greeting
    return {f"m-{judged.pk}-{greeting.pk}": "7.5"}


def _counts(world, place):
    judged, customers = world.growth.of[place.code].judged, world.growth.customers
    return {
        f"n-{judged.pk}-{customers.pk}": "3",
        f"t-{judged.pk}-{customers.pk}": "24",
    }


def _number(n):
    return lambda world, place: (
        place.people[n].number if place.people else place.person.number
    )


ROUTES = [
    get("growth:projects"),
    get("growth:suggest"),
    post("growth:suggest", data=_suggested),
    get("growth:project", _of("scored")),
    get("growth:project", _of("promoted"), about="promoted"),
    get("growth:evidence", _of("file")),
    get("growth:bonus", _of("bonus")),
    post(
        "growth:act",
        _of("fresh"),
        "edit",
        data=lambda w, p: _named("edit", **_idea(w, p))(w, p),
        about="edit",
    ),
    post("growth:act", _of("fresh"), "withdraw", about="withdraw"),
    post(
        "growth:act",
        _of("scored"),
        "attach",
        data=_named("attach", what="a map", content=_file),
        about="attach",
    ),
    post(
        "growth:act",
        _of("scored"),
        "score",
        data=_named("score", month=_months_ago(0), score="7", comment="so"),
        about="score",
    ),
    post(
        "growth:act",
        _of("scored"),
        "correct",
        data=_named(
            "correct", month=_months_ago(1), score="7", comment="so", reason="typo"
        ),
        about="correct",
    ),
    post(
        "growth:act",
        _of("scored"),
        "reward",
        data=_named("reward", points="5", note="good"),
        about="reward",
    ),
    post(
        "growth:act",
        _of("scored"),
        "decline",
        data=_named("decline", note="not now"),
        about="decline",
    ),
    post("growth:act", _of("rewarded"), "promote", about="promote"),
    get("growth:contests"),
    get("growth:contest_new"),
    post("growth:contest_new", data=_plan),
    *(
        get("growth:contest", _contest(which), about=which)
        for which in ("drafted", "open", "judging", "released")
    ),
    get("growth:contest_edit", _contest("drafted")),
    post("growth:contest_edit", _contest("drafted"), data=_plan),
    get("growth:marks", _contest("judging")),
    post("growth:marks", _contest("judging"), data=_marks),
    get("growth:counts", _contest("judging")),
    post("growth:counts", _contest("judging"), data=_counts),
    post("growth:contest_act", _contest("drafted"), "open", about="open"),
    post(
        "growth:contest_act",
        _contest("open"),
        "enter",
        data=_named("enter", number=_number(5)),
        about="enter",
    ),
    post(
        "growth:contest_act",
        _contest("open"),
        "leave",
        data=_named("leave", number=_number(4)),
        about="leave",
    ),
    post(
        "growth:contest_act",
        _contest("open"),
        "seat",
        data=_named("seat", user="somebody"),
        about="seat",
    ),
    post(
        "growth:contest_act",
        _contest("judging"),
        "unseat",
        data=_named("unseat", judge=lambda w, p: w.growth.seat.pk),
        about="unseat",
    ),
    post("growth:contest_act", _contest("open"), "start", about="start"),
    post("growth:contest_act", _contest("judging"), "release", about="release"),
    post("growth:contest_act", _contest("open"), "cancel", about="cancel"),
]
