"""Addresses of complaints, red lines, orders and meetings."""

from datetime import timedelta
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.sight.routes.routing import get, post

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


ROUTES = [
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
]
