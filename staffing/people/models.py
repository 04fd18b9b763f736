"""Users, employees, who works where from when to when, and granted roles."""

import uuid
from collections import defaultdict
from datetime import date
from functools import cached_property
from typing import Self

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outlets.places.models import CODE_LENGTH, Outlet, Region
from outlets.places.sight import EVERYWHERE, Power, Reach, Sight, Viewer
from staffing.people.personal.models import (  # noqa: F401 (Django finds them here)
    ErasedNumber,
    Erasure,
    PersonalExport,
    RetentionReport,
    RetentionRule,
)
from staffing.people.personal.names import PersonName
from staffing.people.roles import GRANTABLE, POST_ROLES, POWERS, Role


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

    def __str__(self) -> str:
        return self.name


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


class User(AbstractUser):
    """Somebody who signs in. Staff have an employee row; what they may do follows."""

    employee = models.OneToOneField(
        Employee, models.PROTECT, null=True, blank=True, related_name="user"
    )

    @cached_property
    def sight(self) -> Sight:
        """What this user may see and do today: her posts and her grants together."""
        powers: dict[Power, Reach] = defaultdict(Reach)
        if self.is_active:
            for role, reach in self._held_roles:
                for power in POWERS[role]:
                    powers[power] |= reach
        return Sight(powers=dict(powers), employee_id=self.employee_id)

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles held today, for the home page and the navigation."""
        held = {role for role, _reach in self._held_roles}
        return frozenset(held | ({Role.CLERK} if self.employee_id else set()))

    @cached_property
    def _held_roles(self) -> list[tuple[Role, Reach]]:
        today = timezone.localdate()
        held = [
            (Role(grant.role), grant.reach)
            for grant in self.grants.on(today).select_related("region")
        ]
        employee = self.employee
        if employee is not None and employee.post in POST_ROLES:
            outlets = Assignment.objects.on(today).filter(employee=employee)
            reach = Reach(
                outlet_ids=frozenset(outlets.values_list("outlet", flat=True))
            )
            held.append((POST_ROLES[employee.post], reach))
        return held


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def on(self, day: date) -> Self:
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


class RoleGrant(models.Model):
    """A role given to a user for a region subtree, one outlet, or everywhere."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(
        max_length=19, choices=[(role.value, role.label) for role in GRANTABLE]
    )
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True)
    outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    granted_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(region=None) | Q(outlet=None), name="grant_has_one_scope"
            ),
            # A regional supervisor without a place would supervise everything.
            models.CheckConstraint(
                condition=~Q(role=Role.REGIONAL_SUPERVISOR) | Q(region__isnull=False),
                name="grant_of_a_region_names_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"

    @property
    def reach(self) -> Reach:
        if self.region is not None:
            return Reach(region_paths=frozenset({self.region.path}))
        if self.outlet_id is not None:
            return Reach(outlet_ids=frozenset({self.outlet_id}))
        return EVERYWHERE
