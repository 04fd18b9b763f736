"""Who signs in, and what is granted to whom for how long."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils import timezone

from outlets.places.models import CODE_LENGTH, Outlet, Region
from outlets.places.sight import EVERYWHERE, NOWHERE, Power, Reach, Sight, Viewer
from staffing.people.models.employees import NEARBY, Assignment, Employee, day_at
from staffing.people.roles import GRANTABLE, POST_ROLES, POWERS, SCOPES, Role, Scope
from staffing.people.rules import agency_key, holds


class AgencyQuerySet(models.QuerySet["Agency"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Keep all for who sees access or enters visits everywhere; else one's own."""
        sight = viewer.sight
        powers = (Power.SEE_ACCESS, Power.ENTER_VISITS)
        if any(sight.reach(power).everywhere for power in powers):
            return self
        return self.filter(pk__in=sight.agency_ids)


class Agency(models.Model):
    """An outside firm whose shoppers make mystery visits (第三方公司).

    `code` never changes. `key` names the agency in the ledger, where nobody may read
    who assessed; it is made from the name at first sight and outlives a new name.
    """

    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    name = models.CharField(max_length=120)
    active = models.BooleanField(default=True)
    key = models.CharField(max_length=30, unique=True, editable=False)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "agencies"
        constraints = [
            models.UniqueConstraint(Lower("name"), name="agency_name_once"),
            models.CheckConstraint(condition=~Q(key=""), name="agency_has_a_key"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = self.key or agency_key(self.name)
        super().save(*args, **kwargs)


@dataclass(frozen=True, slots=True)
class Held:
    """A role held now, where, and for which agency."""

    role: Role
    reach: Reach
    agency_id: int | None = None


class User(AbstractUser):
    """Somebody who signs in. Staff have an employee row; what they may do follows.

    `must_change_password`: the password was made by somebody else, at
    `first_password_at`, and opens nothing but the page to choose another.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.OneToOneField(
        Employee, models.PROTECT, null=True, blank=True, related_name="user"
    )
    must_change_password = models.BooleanField(default=False)
    first_password_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Empty: as the browser asks for, or as chosen with the switch before signing in.
    language = models.CharField(max_length=7, choices=settings.LANGUAGES, blank=True)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(must_change_password=False)
                | Q(first_password_at__isnull=False),
                name="user_first_password_at_some_time",
            ),
        ]

    @property
    def first_password_ends_at(self) -> datetime | None:
        """When the first password stops opening the account; None: it is her own."""
        if not self.must_change_password or self.first_password_at is None:
            return None
        return self.first_password_at + timedelta(days=settings.FIRST_PASSWORD_DAYS)

    @property
    def first_password_expired(self) -> bool:
        ends_at = self.first_password_ends_at
        return ends_at is not None and ends_at <= timezone.now()

    @property
    def called(self) -> str:
        """Her name in the registry, else her own, else what she signs in with."""
        if self.employee is not None:
            return self.employee.name
        return self.get_full_name() or self.get_username()

    @cached_property
    def sight(self) -> Sight:
        """What this user may see and do now: her posts and her grants together.

        Worked out once per instance, so once per request. Who has left, or may not
        sign in, sees nothing, not even herself.
        """
        if not self._works_here:
            return Sight()
        return self._sight_of(self._held)

    def sight_at(self, instant: datetime) -> Sight:
        """Return what she might see and do at an earlier moment, as dated since.

        Assignments and grants hold by their days, and a grant withdrawn later still
        held then. The post is today's, and who may not sign in any more sees nothing.
        """
        employee = self.employee
        day = timezone.localdate(instant)
        if not self.is_active or (employee is not None and employee.has_left(day)):
            return Sight()
        return self._sight_of(self._held_at(instant))

    def _sight_of(self, held_roles: Iterable[Held]) -> Sight:
        held_roles = list(held_roles)
        powers: dict[Power, Reach] = defaultdict(Reach)
        for held in held_roles:
            if held.reach:
                for power in POWERS[held.role]:
                    powers[power] |= held.reach
        return Sight(
            powers=dict(powers),
            employee_id=self.employee_id,
            agency_ids=frozenset(
                held.agency_id for held in held_roles if held.agency_id is not None
            ),
        )

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles held now, for the home page and the navigation."""
        if not self._works_here:
            return frozenset()
        held = {one.role for one in self._held}
        return frozenset(held | ({Role.CLERK} if self.employee_id else set()))

    @property
    def _works_here(self) -> bool:
        if not self.is_active:
            return False
        employee = self.employee
        return employee is None or not employee.has_left(timezone.localdate())

    @cached_property
    def _held(self) -> list[Held]:
        return self._held_at(timezone.now())

    def _held_at(self, instant: datetime) -> list[Held]:
        day = timezone.localdate(instant)
        grants = self.grants.near(day)
        held = [
            Held(Role(grant.role), grant.reach, grant.agency_id)
            for grant in grants.select_related("region", "outlet", "agency")
            if grant.holds_at(instant)
        ]
        employee = self.employee
        if employee is not None and employee.post in POST_ROLES:
            stints = Assignment.objects.overlapping(day - NEARBY, day + NEARBY)
            outlets = frozenset(
                stint.outlet_id
                for stint in stints.filter(employee=employee).select_related("outlet")
                if stint.holds_at(instant)
                and not employee.has_left(day_at(stint.outlet, instant))
            )
            if outlets:
                held.append(Held(POST_ROLES[employee.post], Reach(outlet_ids=outlets)))
        return held


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def on(self, day: date) -> Self:
        return self.overlapping(day, day)

    def overlapping(self, first: date, last: date) -> Self:
        """Keep what holds on some day from `first` to `last` and is not withdrawn."""
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gte=first),
            starts_on__lte=last,
            withdrawn=False,
        )

    def near(self, day: date) -> Self:
        """Keep what may hold at some outlet on that day, withdrawn later or not."""
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gte=day - NEARBY),
            Q(withdrawn=False) | Q(ended_at__date__gte=day - NEARBY),
            starts_on__lte=day + NEARBY,
        )

    def visible_to(self, viewer: Viewer) -> Self:
        """Keep all for who sees the whole chain's access: accounts have no place."""
        reach = viewer.sight.reach(Power.SEE_ACCESS)
        return self if reach.everywhere else self.none()

    def with_scopes(self) -> Self:
        """Fetch along what a page says about a grant."""
        return self.select_related(
            "user__employee",
            "region",
            "outlet",
            "agency",
            "granted_by__employee",
            "ended_by__employee",
        )


def _of_scope(scope: Scope) -> Q:
    """Return the shape of a grant for `scope`: exactly the right column is filled."""
    columns = (Scope.REGION, Scope.OUTLET, Scope.AGENCY)
    return Q(**{f"{one.value}__isnull": one is not scope for one in columns})


def _of_table() -> Q:
    allowed = Q()
    for scope in Scope:
        roles = [role.value for role, scopes in SCOPES.items() if scope in scopes]
        allowed |= Q(role__in=roles) & _of_scope(scope)
    return allowed


class RoleGrant(models.Model):
    """A role given to a user for a region subtree, an outlet, an agency or everything.

    From `starts_on` to `ends_on` (last day; None: until ended). `withdrawn`: ended at
    once, or before it began; it gives nothing any more. A trigger refuses a second
    grant of the same role and scope whose days overlap.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(
        max_length=19, choices=[(role.value, role.label) for role in GRANTABLE]
    )
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True)
    outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, blank=True)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="grants"
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    granted_at = models.DateTimeField(db_default=Now(), editable=False)
    granted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn = models.BooleanField(default=False)
    end_reason = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=_of_table(), name="grant_scope_of_role"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="grant_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn=False) | Q(ended_at__isnull=False),
                name="grant_withdrawn_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"

    @property
    def reach(self) -> Reach:
        """The places; none where it is for an agency."""
        if self.region is not None:
            return Reach(region_paths=frozenset({self.region.path}))
        if self.outlet_id is not None:
            return Reach(outlet_ids=frozenset({self.outlet_id}))
        return NOWHERE if self.agency_id is not None else EVERYWHERE

    @property
    def scope(self) -> Scope:
        if self.region_id is not None:
            return Scope.REGION
        if self.outlet_id is not None:
            return Scope.OUTLET
        return Scope.AGENCY if self.agency_id is not None else Scope.EVERYTHING

    @property
    def scope_name(self) -> str:
        """What it is for, in words and with its code."""
        place = self.region or self.outlet or self.agency
        if place is None:
            return str(Scope.EVERYTHING.label)
        return f"{place.name} ({place.code})"

    @property
    def holds_now(self) -> bool:
        return self.holds_at(timezone.now())

    def holds_at(self, now: datetime) -> bool:
        """Tell whether it gives something then; for an outlet, by the outlet's day."""
        if self.withdrawn and (self.ended_at is None or self.ended_at <= now):
            return False
        if self.agency is not None and not self.agency.active:
            return False
        return holds(day_at(self.outlet, now), self.starts_on, self.ends_on)
