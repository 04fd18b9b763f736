"""Who may see what of a published ranking: the switch, and its history."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from evaluations.rankings.models import Display, Scheme, Shown
from evaluations.rankings.services.runs import may_publish
from staffing.people.models import User


@transaction.atomic
def show_to_staff(*, scheme: str, shown: Shown, by: User) -> Display:
    """Set what a scheme shows to those who are ranked by it; its history says who did.

    Raises:
        PermissionDenied: `by` may not publish everywhere.
        Scheme.DoesNotExist: there is no such scheme.
    """
    if not may_publish(by):
        raise PermissionDenied
    found = Scheme.objects.select_for_update().get(code=scheme)
    display = Display.objects.filter(scheme=found).first() or Display(scheme=found)
    if display.pk is None or display.shown != shown:
        display.shown = shown
        display.save()
    return display
