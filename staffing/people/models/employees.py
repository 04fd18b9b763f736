"""The frontline staff, and who works where from when to when."""

import uuid
from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outlets.places.models import CODE_LENGTH, Outlet
from outlets.places.rules import trading_day
from outlets.places.sight import Power, Viewer
from staffing.people.personal.names import PersonName
from staffing.people.rules import holds

# No two clocks on earth are further apart in days than this, whenever a trading day
# begins: what may hold at some outlet today lies this close to our own day.
NEARBY = timedelta(days=3)


class Post(models.TextChoices):
    CLERK = "clerk", _("counter clerk")
    FLOW_CONSULTANT = "flow_consultant", _("flow consultant")
    SUPERVISOR = "supervisor", _("supervisor")
    STORE_MANAGER = "store_manager", _("store manager")
    ACCOUNT_MANAGER = "account_manager", _("account manager")


class Gender(models.TextChoices):
    FEMALE = "F", _("female")
    MALE = "M", _("male")


class Contract(models.TextChoices):
    REGULAR = "regular", _("regular")
    SHORT_TERM = "short_term", _("short-term")
    LABOUR_SERVICE = "labour_service", _("labour service")


class EmployeeQuerySet(models.QuerySet["Employee"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep the viewer herself and who is assigned today within her reach.

        Everywhere means everybody, assigned or gone.
        """
        sight = viewer.sight
        reach = sight.reach(Power.SEE_REGISTRY)
        if reach.everywhere:
            return self
        theirs = Assignment.objects.on(timezone.localdate()).filter(
            reach.outlets("outlet__")
        )
        return self.filter(
            Q(pk__in=theirs.values("employee")) | Q(pk=sight.employee_id)
        )

    def managed_by(self, viewer: Viewer) -> Self:
        """Keep everybody, for who manages people; nobody for all others.

        Nobody manages herself: a post gives powers.
        """
        sight = viewer.sight
        if not sight.reach(Power.MANAGE_PEOPLE).everywhere:
            return self.none()
        return self.exclude(pk=sight.employee_id) if sight.employee_id else self


class Employee(models.Model):
    """A member of the frontline staff. The badge carries `number`.

    `uuid` is what frozen results keep, so that a name can be erased. `left_on` is the
    last day worked. Empty text and None mean unknown. Of somebody erased (`erased_at`)
    `number` is a pseudonym, and her name reads "former staff member".
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=CODE_LENGTH, unique=True)
    name = PersonName(max_length=120)
    gender = models.CharField(max_length=1, choices=Gender.choices, blank=True)
    post = models.CharField(max_length=15, choices=Post.choices)
    contract = models.CharField(max_length=14, choices=Contract.choices, blank=True)
    hired_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = EmployeeQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["name"], name="employee_name")]

    def __str__(self) -> str:
        return self.name

    def has_left(self, day: date) -> bool:
        return self.left_on is not None and self.left_on < day


def day_at(outlet: Outlet | None, now: datetime) -> date:
    """Return the trading day at an outlet; without one, our own day."""
    if outlet is None:
        return timezone.localdate(now)
    return trading_day(now, outlet.zone, outlet.day_starts_at)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, viewer: Viewer) -> Self:
        sight = viewer.sight
        return self.filter(
            sight.outlets(Power.SEE_REGISTRY, "outlet__")
            | Q(employee=sight.employee_id)
        )

    def on(self, day: date) -> Self:
        """Keep the assignments that hold on `day` and whose person has not left."""
        return self.overlapping(day, day)

    def overlapping(self, first: date, last: date) -> Self:
        """Keep the assignments that hold on some day from `first` to `last`."""
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gte=first),
            Q(employee__left_on=None) | Q(employee__left_on__gte=first),
            starts_on__lte=last,
        )


class Assignment(models.Model):
    """Who works where, from `starts_on` to `ends_on` (last day; None = still there)."""

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="assignments")
    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="assignments")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["employee", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "outlet", "starts_on"], name="assignment_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="assignment_ends_after_it_starts",
            ),
        ]
        indexes = [models.Index(fields=["outlet", "starts_on"])]

    def __str__(self) -> str:
        return f"{self.employee_id} @ {self.outlet_id} {self.starts_on:%F}"

    def holds_at(self, now: datetime) -> bool:
        """Tell whether it holds now, by the outlet's own trading day."""
        return holds(day_at(self.outlet, now), self.starts_on, self.ends_on)
