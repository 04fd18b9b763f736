"""The path up: a case that is closed too late, or not, goes from level to level."""

from datetime import datetime

from django.db import transaction

from evaluations.complaints.models import Escalation, Handling
from evaluations.complaints.services.reckoning import path_up
from evaluations.complaints.timing import clock_events, timing_of


def escalate_cases(now: datetime) -> int:
    """Take every open case up the levels that its clock has passed; return the steps.

    Each level once, however often this runs. System task: it sees everything.
    """
    waiting = Handling.objects.filter(next_level_at__lt=now).order_by("pk")
    return sum(_escalate(pk, now) for pk in waiting.values_list("pk", flat=True))


@transaction.atomic
def _escalate(pk: int, now: datetime) -> int:
    rows = Handling.objects.select_for_update(of=("self",))
    handling = rows.select_related("case__outlet__region").get(pk=pk)
    events = clock_events(handling.events.order_by("at", "id"))
    ahead = path_up(handling, events, timing_of(handling.case.outlet))
    due = [step for step in ahead if step[2] < now]
    Escalation.objects.bulk_create(
        Escalation(
            handling=handling, level=level, region=region, reached_at=reached, at=now
        )
        for level, region, reached in due
    )
    left = ahead[len(due) :]
    handling.next_level_at = left[0][2] if left else None
    handling.save(update_fields=["next_level_at"])
    return len(due)
