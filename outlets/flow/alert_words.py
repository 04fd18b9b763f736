"""What an alert says, in the reader's language, from the figures it was raised at."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from outlets.flow.alerting import Alarm
from outlets.flow.templatetags.flow import clock, count, decimal, percent

MINUTE_S = 60
Figures = Mapping[str, float]


def _minutes(seconds: float) -> str:
    return f"{round(seconds / MINUTE_S)}"


def _waits(figures: Figures) -> str:
    return _("The longest wait is %(wait)s; the limit is %(limit)s minutes.") % {
        "wait": clock(figures["wait_s"]),
        "limit": _minutes(figures["limit_s"]),
    }


def _priority(figures: Figures) -> str:
    return _(
        "A priority customer has been here for %(wait)s; the limit is %(limit)s "
        "minutes."
    ) % {"wait": clock(figures["wait_s"]), "limit": _minutes(figures["limit_s"])}


def _nobody(figures: Figures) -> str:
    return _(
        "Waiting: %(waiting)s, for up to %(wait)s, and nobody calls or serves."
    ) % {
        "waiting": count(figures["waiting"]),
        "wait": clock(figures["wait_s"]),
    }


def _queue(figures: Figures) -> str:
    return _("Waiting: %(waiting)s; the limit is %(limit)s.") % {
        "waiting": count(figures["waiting"]),
        "limit": count(figures["limit"]),
    }


def _silent(figures: Figures) -> str:
    return _(
        "Nothing came from the queue machine for %(minutes)s minutes, in which about "
        "%(expected)s customers were to be expected."
    ) % {
        "minutes": _minutes(figures["silent_s"]),
        "expected": count(figures["expected"]),
    }


def _hour(figures: Figures) -> str:
    hour = round(figures["hour"])
    return f"{hour:02}:00–{(hour + 1) % 24:02}:00"


def _arrivals(figures: Figures) -> str:
    return _(
        "%(hour)s: %(arrivals)s arrivals; about %(usual)s are usual, and %(low)s to "
        "%(high)s by chance."
    ) % {
        "hour": _hour(figures),
        "arrivals": count(figures["arrivals"]),
        "usual": decimal(figures["usual"]),
        "low": count(figures["low"]),
        "high": count(figures["high"]),
    }


def _long_waits(figures: Figures) -> str:
    return _(
        "%(hour)s: %(share)s of %(of)s called waited over 10 minutes; %(usual)s is "
        "usual, and up to %(limit)s by chance."
    ) % _of_share(figures)


def _abandoned(figures: Figures) -> str:
    return _(
        "%(hour)s: %(share)s of %(of)s customers left before being called; %(usual)s "
        "is usual, and up to %(limit)s by chance."
    ) % _of_share(figures)


def _of_share(figures: Figures) -> dict[str, str]:
    return {
        "hour": _hour(figures),
        "share": percent(figures["share"]),
        "of": count(figures["of"]),
        "usual": percent(figures["usual"]),
        "limit": percent(figures["limit"]),
    }


_SENTENCES: Mapping[Alarm, Callable[[Figures], str]] = {
    Alarm.WAIT_OVER: _waits,
    Alarm.WAIT_NEAR: _waits,
    Alarm.PRIORITY: _priority,
    Alarm.NOBODY: _nobody,
    Alarm.QUEUE: _queue,
    Alarm.SILENT: _silent,
    Alarm.ARRIVALS_HIGH: _arrivals,
    Alarm.ARRIVALS_LOW: _arrivals,
    Alarm.WAITS_HIGH: _long_waits,
    Alarm.ABANDONED_HIGH: _abandoned,
}


def sentence_of(kind: str, figures: Figures) -> str:
    """Return the sentence of an alert of this kind.

    Raises:
        ValueError: there is no such kind.
    """
    return _SENTENCES[Alarm(kind)](figures)
