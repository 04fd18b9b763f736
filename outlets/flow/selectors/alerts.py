"""Alerts as a page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from outlets.flow.alert_words import sentence_of
from outlets.flow.models import FlowAlert
from outlets.places.models import OutletQuerySet
from outlets.places.sight import Viewer


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert, what it says, and whether the viewer may say that it is seen."""

    alert: FlowAlert
    sentence: str
    may_acknowledge: bool


def alert_lines(alerts: Sequence[FlowAlert], viewer: Viewer) -> list[AlertLine]:
    """Return the alerts with their sentences, in the order given. One query."""
    mine = FlowAlert.objects.acknowledgeable_by(viewer)
    keys = [one.pk for one in alerts if one.is_open and one.acknowledged_at is None]
    theirs = set(mine.filter(pk__in=keys).values_list("pk", flat=True)) if keys else ()
    return [
        AlertLine(one, sentence_of(one.kind, one.figures), one.pk in theirs)
        for one in alerts
    ]


def unseen_count(viewer: Viewer, outlets: OutletQuerySet) -> int:
    """Count what goes on at these outlets and nobody has acknowledged."""
    return FlowAlert.objects.visible_to(viewer).at(outlets).unseen().count()
