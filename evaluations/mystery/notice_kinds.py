"""What mystery shopping tells people, in the words of whoever reads."""

from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluations.mystery.models import AppealStatus
from staffing.notices.kinds import NoticeKind
from staffing.notices.models import Notice

RELEASED, APPEAL = "visit_released", "visit_appeal"


def _day(notice: Notice) -> str:
    return date_format(date.fromisoformat(notice.arguments["on"]), "DATE_FORMAT")


def _outlet(notice: Notice) -> str:
    return notice.outlet.name if notice.outlet is not None else "–"


def _released(notice: Notice) -> str:
    return gettext(
        "A mystery visit was released: %(outlet)s, %(day)s. It may be appealed until "
        "%(until)s."
    ) % {
        "outlet": _outlet(notice),
        "day": _day(notice),
        "until": date_format(
            date.fromisoformat(notice.arguments["until"]), "DATE_FORMAT"
        ),
    }


def _appeal(notice: Notice) -> str:
    told = notice.arguments
    what = {
        "appeal": gettext("A mystery visit is appealed: %(outlet)s, %(day)s. Decide."),
        "ask": gettext("Your agency is asked about an appealed visit of %(day)s."),
        "answer": gettext("The agency answered to an appeal: %(outlet)s, %(day)s."),
        "decide": gettext("The appeal on the visit of %(day)s: %(state)s."),
        "withdraw": gettext("An appeal was withdrawn: %(outlet)s, %(day)s."),
    }
    return what[told["what"]] % {
        "outlet": _outlet(notice),
        "day": _day(notice),
        "state": AppealStatus(told["state"]).label,
    }


KINDS = (
    NoticeKind(
        code=RELEASED,
        label=_("Released mystery visits"),
        words=_released,
        link=lambda notice: reverse(
            "mystery:visit", args=[notice.arguments["visit_no"]]
        ),
        icon="spy",
    ),
    NoticeKind(
        code=APPEAL,
        label=_("Appeals on mystery visits"),
        words=_appeal,
        link=lambda notice: reverse(
            "mystery:appeal", args=[notice.arguments["appeal"]]
        ),
        icon="gavel",
    ),
)
