"""What complaints tell people, in the words of whoever reads."""

from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from staffing.notices.kinds import NoticeKind
from staffing.notices.models import Notice

RED_LINE, RED_LINE_ABOUT = "red_line_reported", "red_line_about"
ORDER, ORDER_LATE = "supervision_order", "supervision_order_late"
DAILY, VOLUME = "complaints_daily", "complaints_volume"


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "DATE_FORMAT")


def _outlet(notice: Notice) -> str:
    return notice.outlet.name if notice.outlet is not None else "–"


def _reported(notice: Notice) -> str:
    return gettext("A breach of a red line was reported (%(outlet)s).") % {
        "outlet": _outlet(notice)
    }


def _about(notice: Notice) -> str:
    if notice.arguments["decided"]:
        return gettext("It was decided about you in a red-line file. Read it.")
    return gettext("A red-line file names you. Read it, and answer to it.")


def _order(notice: Notice) -> str:
    told = notice.arguments
    what = {
        "issued": gettext("A supervision order was issued to %(unit)s, due %(due)s."),
        "report": gettext("%(unit)s reported a supervision order done: check it."),
        "verify": gettext("The supervision order of %(unit)s was verified."),
        "reopen": gettext("The supervision order of %(unit)s was reopened."),
    }
    return what[told["what"]] % {"unit": told["unit"], "due": _day(told["due"])}


def _order_late(notice: Notice) -> str:
    return gettext("%(unit)s is late with a supervision order, due %(due)s.") % {
        "unit": notice.arguments["unit"],
        "due": _day(notice.arguments["due"]),
    }


def _order_page(notice: Notice) -> str:
    return reverse("complaints:order", args=[notice.arguments["order_no"]])


def _daily(notice: Notice) -> str:
    told = notice.arguments
    text = ngettext(
        "%(region)s, %(day)s: %(n)s complaint received, %(closed)s closed, "
        "%(overdue)s overdue.",
        "%(region)s, %(day)s: %(n)s complaints received, %(closed)s closed, "
        "%(overdue)s overdue.",
        told["received"],
    )
    return text % {
        "region": told["region"],
        "day": _day(told["day"]),
        "n": told["received"],
        "closed": told["closed"],
        "overdue": told["overdue"],
    }


def _volume(notice: Notice) -> str:
    told = notice.arguments
    return gettext(
        "%(region)s, %(day)s: %(n)s complaints, at most %(limit)s are usual. "
        "Take it up at once."
    ) % {
        "region": told["region"],
        "day": _day(told["day"]),
        "n": told["received"],
        "limit": told["limit"],
    }


def _report_page(notice: Notice) -> str:
    told = notice.arguments
    return reverse("complaints:day", args=[told["code"], told["day"]])


def _file(notice: Notice) -> str:
    return reverse("complaints:red_line", args=[notice.arguments["file_no"]])


KINDS = (
    NoticeKind(
        code=RED_LINE,
        label=_("Reports of red lines"),
        words=_reported,
        link=_file,
        icon="shield-exclamation",
        urgent=True,
    ),
    NoticeKind(
        code=RED_LINE_ABOUT,
        label=_("Red-line files about me"),
        words=_about,
        link=_file,
        icon="shield-exclamation",
    ),
    NoticeKind(
        code=ORDER,
        label=_("Supervision orders"),
        words=_order,
        link=_order_page,
        icon="clipboard-check",
    ),
    NoticeKind(
        code=ORDER_LATE,
        label=_("Overdue supervision orders"),
        words=_order_late,
        link=_order_page,
        icon="alarm",
    ),
    NoticeKind(
        code=DAILY,
        label=_("Daily bulletin of complaints"),
        words=_daily,
        link=_report_page,
        icon="news",
    ),
    NoticeKind(
        code=VOLUME,
        label=_("Unusually many complaints"),
        words=_volume,
        link=_report_page,
        icon="trending-up",
        urgent=True,
    ),
)
