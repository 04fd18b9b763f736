"""Whom something is told to: who holds a power at an outlet, who works there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.models import NEARBY, Assignment, Employee, RoleGrant, User
from staffing.people.models.employees import day_at
from staffing.people.roles import POST_ROLES, POWERS


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is told: a member of staff by her employee row, else a user.

    Exactly one of the two is set.
    """

    employee_id: int | None = None
    user_id: int | None = None

    @classmethod
    def of(cls, user: User) -> "Recipient":
        if user.employee_id is not None:
            return cls(employee_id=user.employee_id)
        return cls(user_id=user.pk)

    @classmethod
    def employee(cls, employee: Employee) -> "Recipient":
        return cls(employee_id=employee.pk)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a power at an outlet, and by what.

    `steps` from the outlet up: 0 by a post or a grant there, 1 by its own region, and
    so on; the whole chain is the furthest.
    """

    recipient: Recipient
    steps: int

    def __lt__(self, other: "Holder") -> bool:
        return self._place < other._place

    @property
    def _place(self) -> tuple[int, int, int]:
        """The nearest first, then staff by row, then who is none."""
        to = self.recipient
        return self.steps, to.employee_id or 0, to.user_id or 0


def holders(
    power: Power, outlets: Sequence[Outlet], now: datetime
) -> dict[int, list[Holder]]:
    """Return who holds `power` at each outlet now, by its id, the nearest first.

    Only who may sign in and works here. Outlets come with their regions. Two queries.
    """
    found: dict[int, dict[Recipient, int]] = defaultdict(dict)
    for stint in _stints(power, outlets, now):
        left = stint.employee.has_left(day_at(stint.outlet, now))
        if stint.holds_at(now) and not left:
            found[stint.outlet_id][Recipient(employee_id=stint.employee_id)] = 0
    granted = _Granted(_grants(power, now), now)
    for outlet in outlets:
        for to, steps in granted.at(outlet):
            known = found[outlet.pk].get(to, steps)
            found[outlet.pk][to] = min(known, steps)
    return {pk: sorted(map(_holder, theirs.items())) for pk, theirs in found.items()}


def leaders(
    power: Power, region_paths: Sequence[str], now: datetime
) -> dict[str, list[Holder]]:
    """Return who holds `power` over the whole of each region, the nearest first.

    `steps` are 0 for a grant of the region itself. Only who may sign in. One query.
    """
    granted = _Granted(_grants(power, now), now)
    found: dict[str, list[Holder]] = {}
    for path in region_paths:
        steps: dict[Recipient, int] = {}
        for to, far in granted.over(path):
            steps[to] = min(steps.get(to, far), far)
        found[path] = sorted(map(_holder, steps.items()))
    return found


def _holder(one: tuple[Recipient, int]) -> Holder:
    return Holder(steps=one[1], recipient=one[0])


class _Granted:
    """Who holds a power by a grant, by the place that it is for.

    An outlet looks at its own regions only: many outlets and many grants together
    cost no more than either.
    """

    def __init__(self, grants: Iterable[RoleGrant], now: datetime) -> None:
        self._outlets: dict[int, list[Recipient]] = defaultdict(list)
        self._regions: dict[str, list[Recipient]] = defaultdict(list)
        self._everywhere: list[Recipient] = []
        for grant in grants:
            if not grant.holds_at(now) or _has_left(grant.user, now):
                continue
            to = Recipient.of(grant.user)
            if grant.outlet_id is not None:
                self._outlets[grant.outlet_id].append(to)
            elif grant.region is not None:
                self._regions[grant.region.path].append(to)
            else:
                self._everywhere.append(to)

    def at(self, outlet: Outlet) -> Iterator[tuple[Recipient, int]]:
        """Yield who holds it there, and how many steps above."""
        yield from ((to, 0) for to in self._outlets[outlet.pk])
        yield from ((to, steps + 1) for to, steps in self.over(outlet.region.path))

    def over(self, region_path: str) -> Iterator[tuple[Recipient, int]]:
        """Yield who holds it over a whole region, and how many steps above it."""
        codes = region_path.rstrip("/").split("/")
        for steps in range(len(codes)):
            path = "/".join(codes[: len(codes) - steps]) + "/"
            yield from ((to, steps) for to in self._regions.get(path, ()))
        yield from ((to, len(codes)) for to in self._everywhere)


def nearest(theirs: Iterable[Holder], *, least_steps: int = 0) -> list[Recipient]:
    """Return those who are the fewest steps away, but no fewer than `least_steps`."""
    far = [one for one in theirs if one.steps >= least_steps]
    steps = min((one.steps for one in far), default=0)
    return [one.recipient for one in far if one.steps == steps]


def _stints(
    power: Power, outlets: Sequence[Outlet], now: datetime
) -> Iterable[Assignment]:
    posts = [post for post, role in POST_ROLES.items() if power in POWERS[role]]
    day = timezone.localdate(now)
    return (
        Assignment.objects.overlapping(day - NEARBY, day + NEARBY)
        .filter(
            outlet__in=[one.pk for one in outlets],
            employee__post__in=posts,
            employee__user__is_active=True,
        )
        .select_related("employee", "outlet")
    )


def _grants(power: Power, now: datetime) -> Iterable[RoleGrant]:
    roles = [role for role, powers in POWERS.items() if power in powers]
    grants = RoleGrant.objects.near(timezone.localdate(now)).filter(
        role__in=roles, user__is_active=True, agency=None
    )
    return grants.select_related("user__employee", "region", "outlet", "agency")


def _has_left(user: User, now: datetime) -> bool:
    employee = user.employee
    return employee is not None and employee.has_left(timezone.localdate(now))


def zones_of(employee_ids: Iterable[int], now: datetime) -> Mapping[int, Outlet]:
    """Return the outlet where each works now, for its clock; nowhere: absent."""
    day = timezone.localdate(now)
    stints = (
        Assignment.objects.overlapping(day - NEARBY, day + NEARBY)
        .filter(employee__in=list(employee_ids))
        .select_related("outlet")
        .order_by("starts_on", "id")
    )
    return {stint.employee_id: stint.outlet for stint in stints if stint.holds_at(now)}


def staff_at(places: Q, posts: Sequence[str], now: datetime) -> dict[int, int]:
    """Return who works at outlets of the filter, with the outlet; by employee id.

    `places` filters assignments. `posts` empty: all posts. By the deployment's day,
    as lists of people are. One query.
    """
    stints = Assignment.objects.on(timezone.localdate(now)).filter(places)
    if posts:
        stints = stints.filter(employee__post__in=list(posts))
    pairs = stints.order_by("starts_on", "id").values_list("employee", "outlet")
    return dict(pairs)
