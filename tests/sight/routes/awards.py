"""Addresses of awards."""

import json
from datetime import timedelta
from uuid import uuid4

from tests.sight.routes.routing import REASON, get, post


def _of(what):
    """Return the function that finds an award's record of the place by its uuid."""
    return lambda world, place: getattr(world.rounds.of[place.code], what).uuid


def _award(world, place):
    return world.rounds.of[place.code].award.lasting_id


def _seat(world, place):
    return {"user": "member"}


def _nominee(world, place):
    return {"number": f"{place.code}-3", "reason": "is kind"}


def _draft(world, place):
    told = {"round": world.rounds.open.uuid} | _nominee(world, place)
    return json.dumps(told, default=str)


def _ballot(world, place):
    return json.dumps({"choice": "yes", "reason": "so"})


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
    return {"key": uuid4(), "amount": "100", "note": "for the year"}


def _bonus(world, place):
    return {"fund": world.rounds.fund.pk, "amount": "100"}


def _reason(world, place):
    return REASON


def _settled(world, place):
    return {"awarded": "yes"} | REASON


def _later(world, place):
    return {"until": world.rounds.open.decide_until + timedelta(days=2)} | REASON


ROUTES = [
    get("awards:list"),
    get("awards:detail", lambda w, p: w.award_list.uuid),
    get("awards:detail", lambda w, p: w.draft_list.uuid, about="draft"),
    post("awards:draw", lambda w, p: w.draft.pk),
    post("awards:draw", lambda w, p: w.reviewed.pk, about="reviewed"),
    post("awards:publish", lambda w, p: w.draft_list.uuid),
    get("awards:rounds"),
    get("awards:round_new"),
    post("awards:round_new"),
    get("awards:round", lambda w, p: w.rounds.open.uuid),
    get("awards:round", lambda w, p: w.rounds.shown.uuid, about="on display"),
    post("awards:seat", lambda w, p: w.rounds.open.uuid, data=_seat),
    post("awards:extend", lambda w, p: w.rounds.open.uuid, data=_later),
    post(
        "awards:unseat",
        lambda w, p: w.rounds.open.uuid,
        lambda w, p: w.rounds.open.members.get().pk,
        data=_reason,
    ),
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
    post("awards:settle", lambda w, p: w.award_list.uuid, _award, data=_settled),
    get("api-awards"),
    get("api-award-list", lambda w, p: w.award_list.uuid),
    get("api-award-rounds"),
    post("api-nominations", data=_draft),
    get("api-nomination", _of("nomination")),
    post("api-nomination-vote", _of("nomination"), data=_ballot),
]
