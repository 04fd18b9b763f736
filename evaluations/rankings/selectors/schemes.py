"""Schemes and versions for the pages of the rules."""

from dataclasses import dataclass
from itertools import groupby

from evaluations.ledger.periods import Period
from evaluations.rankings.models import Scheme, SchemeVersion
from staffing.people.models import User


@dataclass(frozen=True, slots=True)
class ListedVersion:
    """A version in the list; `in_force` says that it holds in the month asked about."""

    version: SchemeVersion
    in_force: bool


@dataclass(frozen=True, slots=True)
class ListedScheme:
    """A scheme with the versions that the reader may see, the newest first."""

    scheme: Scheme
    versions: list[ListedVersion]


def listed(user: User, month: Period) -> list[ListedScheme]:
    """Return every scheme that `user` may read, in a fixed number of queries."""
    seen = (
        SchemeVersion.objects.visible_to(user)
        .select_related("scheme", "drafted_by__employee", "approved_by__employee")
        .order_by("scheme__code", "-id")
    )
    schemes = []
    for _code, group in groupby(seen, key=lambda version: version.scheme.code):
        versions = list(group)
        approved = [one for one in versions if one.is_approved]
        holding = _in_force(approved, month)
        rows = [ListedVersion(one, one is holding) for one in versions]
        schemes.append(ListedScheme(versions[0].scheme, rows))
    return schemes


def _in_force(approved: list[SchemeVersion], month: Period) -> SchemeVersion | None:
    """Tell which version holds; the rule is that of `for_period`."""
    begun = [one for one in approved if one.valid_from <= month.first]
    return max(begun, key=lambda one: one.number or 0, default=None)


def versions_to_compare(version: SchemeVersion, user: User) -> list[SchemeVersion]:
    """Return the other versions of the scheme, and the one it is based on."""
    seen = SchemeVersion.objects.visible_to(user).select_related("scheme")
    same = seen.filter(scheme=version.scheme_id) | seen.filter(
        pk=version.based_on_id or 0
    )
    return list(same.exclude(pk=version.pk).order_by("-number", "-id"))
