"""What rosters tell people, in the words of whoever reads."""

from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from staffing.notices.kinds import NoticeKind
from staffing.notices.models import Notice
from staffing.rosters.models import LeaveState, SwapState

CHANGED, LEAVE, SWAP = "roster_changed", "leave_decided", "swap"
DUE, LATE = "roster_due", "rosters_late"


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "MONTH_DAY_FORMAT")


def _month(notice: Notice) -> str:
    first = date.fromisoformat(f"{notice.arguments['month']}-01")
    return date_format(first, "YEAR_MONTH_FORMAT")


def _outlet(notice: Notice) -> str:
    return notice.outlet.name if notice.outlet is not None else "–"


def _changed(notice: Notice) -> str:
    return gettext("Published days of yours were changed (%(outlet)s).") % {
        "outlet": _outlet(notice)
    }


def _leave(notice: Notice) -> str:
    told = notice.arguments
    return gettext("Your leave from %(first)s to %(last)s: %(state)s.") % {
        "first": _day(told["first"]),
        "last": _day(told["last"]),
        "state": LeaveState(told["state"]).label,
    }


def _swap(notice: Notice) -> str:
    told = notice.arguments
    days = {"on": _day(told["on"]), "other": _day(told["other"])}
    if told["state"] == SwapState.ASKED:
        text = gettext(
            "A colleague asks you to swap your shift of %(other)s for hers of %(on)s."
        )
        return text % days
    return gettext("The swap of %(on)s and %(other)s: %(state)s.") % {
        **days,
        "state": SwapState(told["state"]).label,
    }


def _due(notice: Notice) -> str:
    return gettext("The roster of %(month)s is not published yet (%(outlet)s).") % {
        "month": _month(notice),
        "outlet": _outlet(notice),
    }


def _late(notice: Notice) -> str:
    told = notice.arguments
    text = ngettext(
        "%(n)s outlet has not published the roster of %(month)s: %(codes)s",
        "%(n)s outlets have not published the roster of %(month)s: %(codes)s",
        told["n"],
    )
    more = "…" if told["n"] > len(told["codes"]) else ""
    return text % {
        "n": told["n"],
        "month": _month(notice),
        "codes": ", ".join(told["codes"]) + more,
    }


def _to_mine(notice: Notice) -> str:
    return reverse("my_roster:mine")


def _to_month(notice: Notice) -> str:
    if notice.outlet is None:
        return reverse("rosters:list")
    return reverse(
        "rosters:month", args=[notice.outlet.code, notice.arguments["month"]]
    )


def _to_list(notice: Notice) -> str:
    return f"{reverse('rosters:list')}?month={notice.arguments['month']}"


KINDS = (
    NoticeKind(CHANGED, _("Changes of my roster"), _changed, _to_mine, "calendar-user"),
    NoticeKind(
        LEAVE,
        _("My leave"),
        _leave,
        lambda notice: reverse("my_roster:leave", args=[notice.arguments["leave"]]),
        "beach",
    ),
    NoticeKind(
        SWAP,
        _("Swaps of shifts"),
        _swap,
        lambda notice: reverse("my_roster:swap", args=[notice.arguments["swap"]]),
        "arrows-exchange",
    ),
    NoticeKind(DUE, _("Rosters to publish"), _due, _to_month, "calendar-month"),
    NoticeKind(LATE, _("Late rosters"), _late, _to_list, "calendar-exclamation"),
)
