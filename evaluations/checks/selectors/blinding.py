"""What somebody who is judging a sample blind does not read meanwhile."""

from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from evaluations.checks.models import Check, CheckPhoto, Recheck
from outlets.places.sight import Power
from staffing.people.models import User

Rows = TypeVar("Rows", bound=QuerySet[Any])


def judging(viewer: User) -> QuerySet[Recheck]:
    """Return the samples that the viewer is judging now."""
    rows = Recheck.objects.visible_to(viewer)
    return rows.blinding(viewer.pk, timezone.now())


def without_judged(rows: Rows, viewer: User, check: str = "") -> Rows:
    """Leave out the outlets' days that the viewer is judging blind.

    `rows` are checks, or lead to one by `check` ("check_record__"). For whoever may not
    re-check nothing is asked.
    """
    if not viewer.sight.may(Power.CORRECT):
        return rows
    same = {"outlet": OuterRef(f"{check}outlet"), "on": OuterRef(f"{check}on")}
    return rows.filter(~Exists(judging(viewer).filter(**same)))


def is_judged(photo: CheckPhoto, viewer: User) -> bool:
    """Tell whether a photo is of a check that the viewer is judging blind."""
    if not viewer.sight.may(Power.CORRECT):
        return False
    checks = Check.objects.filter(uuid=photo.check_uuid)
    return checks.exists() and not without_judged(checks, viewer).exists()
