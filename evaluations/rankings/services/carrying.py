"""A run with all that it points to, as rows that `loaddata` reads on another machine.

Who computed, reviewed and published stays behind: sign-ins do not travel. The keys
travel, so the other database must be one without a chain of its own.
"""

from collections.abc import Iterator
from typing import Any

from django.core import serializers

from evaluations.rankings.models import (
    PlaceRun,
    PlaceScheme,
    PlaceStanding,
    RegionStanding,
    Run,
    Scheme,
    SchemeVersion,
)
from outlets.places.models import Outlet, Region
from staffing.people.models import Employee

CHUNK = 2000


def fixture_of(run: Run) -> Iterator[str]:
    """Yield JSON Lines for `loaddata`, what is pointed to before what points.

    The runs of the months come along, each with its standings and those of outlets
    and regions.
    """
    runs = [
        *Run.objects.filter(pk__in=run.month_runs.values()).order_by("pk"),
        run,
    ]
    standings = [one.standings.order_by("pk") for one in runs]
    outlets = {
        pk for rows in standings for pk in rows.values_list("outlet", flat=True) if pk
    }
    places = PlaceRun.objects.filter(run__in=runs).order_by("pk")
    of_outlets = PlaceStanding.objects.filter(places__in=places).order_by("pk")
    outlets |= set(of_outlets.values_list("outlet", flat=True))
    people = {
        pk for rows in standings for pk in rows.values_list("employee", flat=True)
    }
    versions = SchemeVersion.objects.filter(runs__in=runs).distinct()
    yield from _lines(_with_parents())
    yield from _lines(Outlet.objects.filter(pk__in=outlets).order_by("pk"))
    yield from _lines(Employee.objects.filter(pk__in=people).order_by("pk"))
    yield from _lines(Scheme.objects.filter(pk__in=versions.values("scheme")))
    yield from _lines(versions.order_by("pk"))
    for one in runs:
        one.created_by = one.reviewed_by = one.published_by = None
        yield from _lines([one])
    for rows in standings:
        yield from _lines(rows.iterator(chunk_size=CHUNK))
    schemes = PlaceScheme.objects.filter(runs__in=places).distinct()
    yield from _lines(schemes.order_by("pk"))
    yield from _lines(places)
    yield from _lines(of_outlets.iterator(chunk_size=CHUNK))
    of_regions = RegionStanding.objects.filter(places__in=places).order_by("pk")
    yield from _lines(of_regions.iterator(chunk_size=CHUNK))


def _with_parents() -> list[Region]:
    """Return all regions, parents first."""
    children: dict[int | None, list[Region]] = {}
    for region in Region.objects.order_by("pk"):
        children.setdefault(region.parent_id, []).append(region)
    ordered: list[Region] = []
    waiting: list[int | None] = [None]
    while waiting:
        for region in children.get(waiting.pop(), ()):
            ordered.append(region)
            waiting.append(region.pk)
    return ordered


def _lines(rows: Any) -> Iterator[str]:
    for row in rows:
        yield (
            serializers.serialize("jsonl", [row], ensure_ascii=False).rstrip("\n")
            + "\n"
        )
