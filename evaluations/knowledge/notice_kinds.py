"""The notices about weekly tests, worded when somebody reads them."""

from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from staffing.notices.kinds import NoticeKind
from staffing.notices.models import Notice

WAITS, CLOSES = "weekly_test", "weekly_test_closes"
ABSENCE = "weekly_test_absence"


def _waits(notice: Notice) -> str:
    told = notice.arguments
    return ngettext(
        "The test %(test)s waits for you: %(n)d minute, by %(day)s.",
        "The test %(test)s waits for you: %(n)d minutes, by %(day)s.",
        told["minutes"],
    ) % {"test": told["test"], "n": told["minutes"], "day": _day(told["last_on"])}


def _closes(notice: Notice) -> str:
    told = notice.arguments
    return gettext(
        "You have not taken the test %(test)s yet. The last day is %(day)s."
    ) % {"test": told["test"], "day": _day(told["last_on"])}


def _absence(notice: Notice) -> str:
    told = notice.arguments
    words = (
        _("You are excused from the test %(test)s: it does not count.")
        if told["excused"]
        else _(
            "You are not excused from the test %(test)s: unless it is still open and "
            "you take it, it counts 0 points."
        )
    )
    return str(words) % {"test": told["test"]}


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "SHORT_DATE_FORMAT")


def _link(notice: Notice) -> str:
    return reverse("knowledge:mine")


KINDS = (
    NoticeKind(
        code=WAITS,
        label=_("Weekly tests"),
        words=_waits,
        link=_link,
        icon="school",
    ),
    NoticeKind(
        code=CLOSES,
        label=_("Weekly tests about to close"),
        words=_closes,
        link=_link,
        icon="clock-exclamation",
    ),
    NoticeKind(
        code=ABSENCE,
        label=_("Absence from weekly tests"),
        words=_absence,
        link=_link,
        icon="calendar-off",
    ),
)
