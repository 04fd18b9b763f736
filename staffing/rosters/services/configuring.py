"""Shift kinds and roster rules: who may set them where, and what never changes."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from outlets.places.models import Region
from outlets.places.sight import Power
from staffing.people.models import User
from staffing.rosters.models import PlannedDay, RosterDay, RosterRules, ShiftKind

# What a roster was made with: changing it would change days gone by.
FIXED_ONCE_USED = ("code", "starts_at", "ends_at", "break_minutes")


def may_set_everywhere(user: User) -> bool:
    return user.sight.reach(Power.CONFIGURE).everywhere


def regions_set_by(user: User) -> QuerySet[Region]:
    """Return the regions whose own kinds and rules the user may set.

    Who configures the chain sets all; a regional supervisor her region and below. A
    store manager publishes rosters and sets nothing.
    """
    if may_set_everywhere(user):
        return Region.objects.all()
    reach = user.sight.reach(Power.PUBLISH_ROSTERS)
    within = Q(pk__in=())
    for path in sorted(reach.region_paths):
        within |= Q(path__startswith=path)
    return Region.objects.all() if reach.everywhere else Region.objects.filter(within)


def may_set(user: User, region: Region | None) -> bool:
    """Tell whether the user may set what holds for a region; None: for everybody."""
    if may_set_everywhere(user):
        return True
    reach = user.sight.reach(Power.PUBLISH_ROSTERS)
    if region is None:
        return False
    within = any(region.path.startswith(path) for path in reach.region_paths)
    return reach.everywhere or within


def sets_anything(user: User) -> bool:
    reach = user.sight.reach(Power.PUBLISH_ROSTERS)
    return may_set_everywhere(user) or reach.everywhere or bool(reach.region_paths)


def is_used(kind: ShiftKind) -> bool:
    """Tell whether a kind stands in any roster, published or planned."""
    return (
        RosterDay.objects.filter(shift=kind).exists()
        or PlannedDay.objects.filter(shift=kind).exists()
    )


def _require(user: User, region: Region | None) -> None:
    if not may_set(user, region):
        raise PermissionDenied


@transaction.atomic
def save_kind(kind: ShiftKind, *, by: User) -> ShiftKind:
    """Keep a new or changed kind.

    Raises:
        PermissionDenied: it is, or was, of a region that is not hers to set.
    """
    _require(by, kind.region)
    if kind.pk is not None:
        rows = ShiftKind.objects.select_for_update(of=("self",))
        standing = rows.select_related("region").get(pk=kind.pk)
        _require(by, standing.region)
        if is_used(standing):
            for name in FIXED_ONCE_USED:
                setattr(kind, name, getattr(standing, name))
    kind.save()
    return kind


def retire_kind(kind: ShiftKind, *, retired: bool, by: User) -> ShiftKind:
    """Offer a kind no more, or offer it again; where it stands it stays."""
    _require(by, kind.region)
    today: date = timezone.localdate()
    kind.retired_on = (kind.retired_on or today) if retired else None
    kind.save(update_fields=["retired_on"])
    return kind


def save_rules(rules: RosterRules, *, by: User) -> RosterRules:
    """Keep the rules of a region, or those of everybody who has none."""
    _require(by, rules.region)
    rules.save()
    return rules


def drop_rules(rules: RosterRules, *, by: User) -> None:
    """Let a region keep to the rules above it again."""
    _require(by, rules.region)
    rules.delete()
