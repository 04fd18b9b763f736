"""The notices about awards, worded when somebody reads them."""

from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluations.awards.models import NominationState, ObjectionKind, Title
from staffing.notices.kinds import NoticeKind
from staffing.notices.models import Notice

DECIDED, ANSWERED, SHOWN = "nomination_decided", "award_objection_answered", "shown"
DRAFTED = "nomination_drafted"


def _decided(notice: Notice) -> str:
    told = notice.arguments
    return gettext(
        "%(title)s %(period)s: the nomination is “%(state)s”. The reason stands there."
    ) % {
        "title": Title(told["title"]).label,
        "period": told["period"],
        "state": NominationState(told["state"]).label,
    }


def _answered(notice: Notice) -> str:
    told = notice.arguments
    if told["kind"] == ObjectionKind.APPEAL:
        if told["upheld"]:
            return gettext("Your appeal was upheld: it is decided once more.")
        return gettext("Your appeal was dismissed. The reason stands there.")
    if told["upheld"]:
        return gettext("Your objection was upheld.")
    return gettext("Your objection was dismissed. The reason stands there.")


def _drafted(notice: Notice) -> str:
    told = notice.arguments
    return gettext(
        "%(title)s %(period)s: a nomination has been drafted in your name. Read it, "
        "then submit or withdraw it by %(last)s."
    ) % {
        "title": Title(told["title"]).label,
        "period": told["period"],
        "last": date_format(date.fromisoformat(told["until"])),
    }


def _link(notice: Notice) -> str:
    return reverse("awards:nomination", args=[notice.arguments["nomination"]])


KINDS = (
    NoticeKind(
        code=DRAFTED,
        label=_("Nominations drafted in my name"),
        words=_drafted,
        link=_link,
        icon="pencil",
    ),
    NoticeKind(
        code=DECIDED,
        label=_("Decisions on awards"),
        words=_decided,
        link=_link,
        icon="award",
    ),
    NoticeKind(
        code=ANSWERED,
        label=_("Answers to objections and appeals"),
        words=_answered,
        link=_link,
        icon="message-check",
    ),
)
