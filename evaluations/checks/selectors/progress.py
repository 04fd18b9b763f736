"""What the home page says about checks: how far the card is, who has none at all."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from evaluations.checks.models import Check
from evaluations.checks.selectors.shift import on_shift
from outlets.places.models import Outlet
from outlets.places.sight import Power, Viewer
from staffing.people.models import Assignment


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the people on shift have at least one check that counts."""

    checked: int
    on_shift: int

    @property
    def complete(self) -> bool:
        return self.checked >= self.on_shift


def card_progress(outlet: Outlet, on: date) -> Progress:
    """Return how far the day's checks of an outlet's people are."""
    people = set(on_shift(outlet, on).values_list("pk", flat=True))
    seen = Check.objects.standing().filter(outlet=outlet, on=on, employee__in=people)
    checked = seen.order_by().values("employee").distinct().count()
    return Progress(checked=checked, on_shift=len(people))


def outlets_without_checks(viewer: Viewer, on: date) -> QuerySet[Outlet]:
    """Return the staffed outlets where the viewer sees records and nobody was checked.

    A check of the outlet itself is no check of a person.
    """
    checked = Check.objects.standing().filter(
        outlet=OuterRef("pk"), on=on, employee__isnull=False
    )
    staffed = Assignment.objects.on(on).filter(outlet=OuterRef("pk"))
    return (
        Outlet.objects.visible_to(viewer, Power.SEE_RECORDS)
        .filter(
            Q(opened_on=None) | Q(opened_on__lte=on),
            Q(closed_on=None) | Q(closed_on__gte=on),
        )
        .filter(Exists(staffed), ~Exists(checked))
        .select_related("region")
        .order_by("code")
    )
