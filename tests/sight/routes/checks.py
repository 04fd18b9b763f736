"""Addresses of daily checks."""

import json
from uuid import NAMESPACE_URL, uuid4, uuid5

from django.utils import timezone

from tests.sight.routes.routing import REASON, Route, at, get, outlet_code, post
from tests.sight.world import ABOVE


def _unproven(place) -> str:
    """Return a queue of one record without a ticket; it is kept for a person."""
    uuid = uuid5(NAMESPACE_URL, place.outlet.code)
    record = {"uuid": str(uuid), "outlet_code": place.outlet.code}
    return json.dumps({"sent_at": "2026-10-15T12:00:00Z", "checks": [record]})


def _draft_code(world, place):
    return place.draft.standard.code


def _by_today(world, place):
    return {"owner": place.person.pk, "due_on": timezone.localdate()}


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


ROUTES = [
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
        at("checks:action_open", query=lambda w, p: f"?outlet={p.outlet.code}"),
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
    get("checks:campaign_check", lambda w, p: p.campaign.uuid, outlet_code),
    post(
        "checks:campaign_check",
        lambda w, p: p.campaign.uuid,
        outlet_code,
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
]
