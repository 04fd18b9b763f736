"""The daily bulletin to leaders, and the alert on an unusual day; each told once."""

from datetime import datetime, timedelta

from django.utils import timezone

from evaluations.complaints.days import DayReport, day_report
from evaluations.complaints.models import Case
from evaluations.complaints.notice_kinds import DAILY, VOLUME
from outlets.places.models import Region
from outlets.places.sight import Power
from staffing.notices.selectors.recipients import Recipient, leaders
from staffing.notices.services.notifying import Message, notify


def led_regions(now: datetime) -> dict[Region, list[Recipient]]:
    """Return the regions that somebody leads by a grant of that very region."""
    regions = list(Region.objects.order_by("path"))
    found = leaders(Power.SETTLE_CASES, [region.path for region in regions], now)
    told = {
        region: [one.recipient for one in found[region.path] if one.steps == 0]
        for region in regions
    }
    return {region: people for region, people in told.items() if people}


def tell_of_yesterday(now: datetime) -> int:
    """Tell who leads a region what yesterday brought there; return how many notices.

    It asks to be confirmed. Safe to run again: the same day is told once. A day with
    nothing received, closed or overdue is not worth a bulletin. System task.
    """
    on = timezone.localdate(now) - timedelta(days=1)
    messages = []
    for region, people in led_regions(now).items():
        report = day_report(region, on, now, over=True)
        if report.received or report.closed or report.overdue:
            messages += [_message(DAILY, report, to) for to in people]
        if report.unusual:
            messages += [_message(VOLUME, report, to) for to in people]
    notify(messages, now=now)
    return len(messages)


def watch_volume(now: datetime) -> int:
    """Tell who leads a region as soon as today has more than chance explains.

    The count so far is set against the limit of a whole day, so that no early hour
    raises an alarm by itself. Each is told once a day. System task.
    """
    on = timezone.localdate(now)
    messages = []
    paths = set(
        Case.objects.complaints().filter(on=on).values_list("outlet__region__path")
    )
    for region, people in led_regions(now).items():
        # Where nothing came in today nothing is unusual: most regions cost no more.
        if not any(path.startswith(region.path) for (path,) in paths):
            continue
        report = day_report(region, on, now, over=False)
        if report.unusual:
            messages += [_message(VOLUME, report, to) for to in people]
    notify(messages, now=now)
    return len(messages)


def _message(kind: str, report: DayReport, to: Recipient) -> Message:
    expected = report.expected
    return Message(
        kind=kind,
        key=f"{kind}:{report.region.code}:{report.on}",
        to=to,
        arguments={
            "region": report.region.name,
            "code": report.region.code,
            "day": report.on.isoformat(),
            "received": report.received,
            "closed": report.closed,
            "overdue": report.overdue,
            "limit": None if expected is None else expected.limit,
        },
        asks=True,
    )
