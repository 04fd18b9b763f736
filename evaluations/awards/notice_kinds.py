"""The notices about awards, worded when somebody reads them."""

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluations.awards.models import NominationState, ObjectionKind, Title
from staffing.notices.kinds import NoticeKind
from staffing.notices.models import Notice

DECIDED, ANSWERED, SHOWN = "nomination_decided", "award_objection_answered", "shown"


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


def _link(notice: Notice) -> str:
    return reverse("awards:nomination", args=[notice.arguments["nomination"]])


KINDS = (
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
