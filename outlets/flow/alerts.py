"""Watching all floors, and saying that an alert has been seen."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError
from outlets.flow import alert_receivers
from outlets.flow.alerting import (
    BY_RULE,
    BY_STATISTICS,
    Alarm,
    Decision,
    Finding,
    by_rule,
    by_statistics,
    decide,
)
from outlets.flow.models import FlowAlert
from outlets.flow.selectors.watching import (
    compared_hours,
    is_open_now,
    limits_set,
    moments,
    watched_outlets,
)
from outlets.places.sight import Viewer

WRITTEN_AT_ONCE = 1000
FIGURE_DECIMALS = 4


class AlertIsOver(DomainError):
    code = "flow_alert_over"
    message = _("This is over already; nobody need look any more.")


@dataclass(frozen=True, slots=True)
class Watched:
    """How many outlets one look was about, and how many alerts began and ended."""

    outlets: int
    raised: int
    ended: int


def watch_floors(*, now: datetime) -> Watched:
    """Raise and end the alerts by rule of every outlet; safe to run twice.

    The queries are as many for one outlet as for all of them.
    """
    outlets = watched_outlets(now)
    limits = limits_set()
    findings = {
        pk: by_rule(moment, limits) for pk, moment in moments(outlets, now).items()
    }
    return _put(findings, len(findings), BY_RULE, now)


def compare_hours(*, now: datetime) -> Watched:
    """Raise and end the alerts by statistics, of the last whole hour everywhere."""
    outlets = [one for one in watched_outlets(now) if is_open_now(one, now)]
    findings: dict[int, list[Finding]] = {}
    for one in compared_hours(outlets, now):
        about = {"hour": one.begins.hour}
        findings[one.outlet.pk] = [
            Finding(f.alarm, f.raised, f.lasts, {**f.figures, **about})
            for f in by_statistics(one.hour, one.past)
        ]
    return _put(findings, len(findings), BY_STATISTICS, now)


@transaction.atomic
def _put(
    findings: Mapping[int, Iterable[Finding]],
    outlets: int,
    judged: Collection[Alarm],
    now: datetime,
) -> Watched:
    """Write what begins and what ends; outlets without findings end theirs."""
    standing: dict[int, dict[Alarm, FlowAlert]] = defaultdict(dict)
    # Also those that are not judged now: one may hide another.
    for alert in FlowAlert.objects.open().select_related("outlet"):
        standing[alert.outlet_id][Alarm(alert.kind)] = alert
    begun, over = [], []
    for pk in {*findings, *standing}:
        found: Decision = decide(findings.get(pk, ()), standing[pk].keys(), judged)
        over += [standing[pk][alarm] for alarm in found.ended]
        begun += [
            FlowAlert(
                outlet_id=pk,
                kind=one.alarm.value,
                raised_at=now,
                figures=_rounded(one.figures),
            )
            for one in found.raised
        ]
    _end(over, now)
    raised = _raise(begun)
    alert_receivers.raised(raised)
    alert_receivers.settled(over)
    return Watched(outlets=outlets, raised=len(raised), ended=len(over))


def _rounded(figures: Mapping[str, float]) -> dict[str, float]:
    return {name: round(figure, FIGURE_DECIMALS) for name, figure in figures.items()}


def _raise(begun: list[FlowAlert]) -> list[FlowAlert]:
    """Write them; return those that nobody else wrote at the same time."""
    if not begun:
        return []
    FlowAlert.objects.bulk_create(
        begun, batch_size=WRITTEN_AT_ONCE, ignore_conflicts=True
    )
    written = FlowAlert.objects.open().filter(uuid__in=[one.uuid for one in begun])
    return list(written.select_related("outlet__region"))


def _end(over: list[FlowAlert], now: datetime) -> None:
    if not over:
        return
    keys = [alert.pk for alert in over]
    FlowAlert.objects.open().filter(pk__in=keys).update(ended_at=now)
    for alert in over:
        alert.ended_at = now


@transaction.atomic
def acknowledge_alert(*, uuid: UUID, by: Viewer) -> FlowAlert:
    """Say that somebody has seen to it; who comes second changes nothing.

    Raises:
        FlowAlert.DoesNotExist: there is none in sight.
        PermissionDenied: `by` may look there and do no more.
        AlertIsOver: it has ended.
    """
    rows = FlowAlert.objects.visible_to(by).select_for_update(of=("self",))
    alert = rows.select_related("outlet__region").get(uuid=uuid)
    if not FlowAlert.objects.acknowledgeable_by(by).filter(pk=alert.pk).exists():
        raise PermissionDenied
    if alert.acknowledged_at is not None:
        return alert
    if not alert.is_open:
        raise AlertIsOver
    alert.acknowledged_by_id = by.pk  # type: ignore[attr-defined]
    alert.acknowledged_at = timezone.now()
    alert.save(update_fields=["acknowledged_by", "acknowledged_at"])
    alert_receivers.settled([alert])
    return alert
