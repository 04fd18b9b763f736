"""What supervision orders and complaint meetings hold about people."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from evaluations.complaints.models import (
    ComplaintMeeting,
    OrderEvent,
    SupervisionOrder,
)
from evaluations.complaints.order_acting import OrderState
from outlets.places.models import Region
from outlets.places.rules import paths_above
from staffing.people.models import Employee
from staffing.people.personal.changes import Strike, clear
from staffing.people.personal.keeping import RetentionKind, put_oldest
from staffing.people.personal.models import Action
from staffing.people.personal.registry import Holding, columns_of
from staffing.people.personal.selectors import outlets_of

LINES = "order_words"
_EVENT = ("order__order_no", "at", "kind", "note", "due_on")


def _lines(employee: Employee) -> QuerySet[OrderEvent]:
    return OrderEvent.objects.filter(by__employee=employee)


def _orders_near(employee: Employee) -> QuerySet[SupervisionOrder]:
    """Return orders in whose words she may be named: those of her outlets."""
    places = outlets_of(employee)
    return SupervisionOrder.objects.filter(
        Q(outlet__in=places) | Q(cases__employee=employee)
    ).distinct()


def _lines_near(employee: Employee) -> QuerySet[OrderEvent]:
    near = OrderEvent.objects.filter(order__in=_orders_near(employee).values("pk"))
    return near.exclude(pk__in=_lines(employee).values("pk"))


def _expire_words(cut_off: date, action: Action, limit: int) -> int:
    """Clear the words of verified orders whose last day is long past."""
    old = OrderEvent.objects.filter(
        order__state=OrderState.VERIFIED, order__due_on__lt=cut_off
    ).exclude(note="")
    return put_oldest(old, limit, note="")


def _meetings(employee: Employee) -> QuerySet[ComplaintMeeting]:
    """Return those that she held, and those of the regions above her outlets."""
    paths = Region.objects.filter(outlets__in=outlets_of(employee))
    near = {
        up for path in paths.values_list("path", flat=True) for up in paths_above(path)
    }
    return ComplaintMeeting.objects.filter(
        Q(held_by__employee=employee) | Q(region__path__in=near)
    )


HOLDINGS = (
    Holding(
        code="order_lines",
        label=_("What you did with supervision orders"),
        about=_("Orders that you issued, worked on or checked, in your words."),
        columns=_EVENT,
        rows_of=columns_of(_lines, *_EVENT),
        words=frozenset({"note"}),
        changes=(
            clear(_lines, "note"),
            Strike(_lines_near, "note"),
            Strike(_orders_near, "subject"),
            Strike(_orders_near, "words"),
            Strike(_meetings, "minutes"),
        ),
        erased=_("Her words are cleared; what she did and when stays."),
        covers=frozenset(
            {
                "complaints.OrderEvent.by",
                "complaints.OrderEvent.note",
                "complaints.SupervisionOrder.issued_by",
                "complaints.SupervisionOrder.reported_by",
                "complaints.SupervisionOrder.subject",
                "complaints.SupervisionOrder.words",
                "complaints.ComplaintMeeting.held_by",
                "complaints.ComplaintMeeting.minutes",
                # Figures and numbers of cases, without people.
                "complaints.ComplaintMeeting.pack",
                "complaints.ComplaintMeeting.digest",
            }
        ),
        retention=LINES,
    ),
)
KINDS = (
    RetentionKind(
        code=LINES,
        label=_("Words of supervision orders"),
        why=_(
            "They show what was put right and how it was checked; state and days stay."
        ),
        months=36,
        actions=(Action.PSEUDONYMISE, Action.KEEP),
        apply=_expire_words,
    ),
)
