"""Who is listed where on the last day of a period."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from evaluations.ledger.periods import Period
from evaluations.rankings.rules.people import Place
from evaluations.rankings.rules.registry import Stay, listed_at
from evaluations.rankings.selectors.inputs.rows import CHUNK
from outlets.places.models import Outlet, Region
from staffing.people.models import Assignment


class PlaceIds(NamedTuple):
    """The keys of where somebody is listed, for the standing's columns."""

    outlet_id: int | None = None
    region_id: int | None = None
    county_id: int | None = None
    city_id: int | None = None
    province_id: int | None = None
    outlet_class: str = ""


class Registry:
    """Who is listed where on the last day of the period."""

    def __init__(
        self,
        day: date,
        stays: dict[int, list[Stay]],
        places: Mapping[int, tuple[Place, PlaceIds]],
    ) -> None:
        self._day, self._stays, self._places = day, stays, places

    def add_last_stays(self, employees: Iterable[int]) -> None:
        """Look up earlier assignments of people who had none in the period."""
        ids = sorted(employees)
        for start in range(0, len(ids), CHUNK):
            earlier = Assignment.objects.filter(
                employee__in=ids[start : start + CHUNK], starts_on__lte=self._day
            )
            for employee_id, stay in _as_stays(earlier):
                self._stays.setdefault(employee_id, []).append(stay)

    def place_of(
        self, employee_id: int, left_on: date | None
    ) -> tuple[Place, PlaceIds, bool]:
        stays = self._stays.get(employee_id, ())
        stay, assigned = listed_at(stays, self._day, left_on)
        if stay is None:
            return Place(), PlaceIds(), False
        return *self._places[stay.outlet_id], assigned


def stays_of(period: Period) -> dict[int, list[Stay]]:
    stays: dict[int, list[Stay]] = {}
    overlapping = Assignment.objects.overlapping(period.first, period.last)
    for employee_id, stay in _as_stays(overlapping):
        stays.setdefault(employee_id, []).append(stay)
    return stays


def _as_stays(assignments: QuerySet[Assignment]) -> Iterator[tuple[int, Stay]]:
    rows = assignments.order_by().values_list(
        "employee_id", "outlet_id", "outlet__code", "starts_on", "ends_on"
    )
    for employee_id, pk, code, starts_on, ends_on in rows.iterator(chunk_size=CHUNK):
        yield employee_id, Stay(pk, code, starts_on, ends_on)


def outlet_places() -> dict[int, tuple[Place, PlaceIds]]:
    """Return every outlet's place by code and by key."""
    regions = {
        pk: (code, level, parent_id)
        for pk, code, level, parent_id in Region.objects.order_by().values_list(
            "pk", "code", "level", "parent_id"
        )
    }
    places: dict[int, tuple[Place, PlaceIds]] = {}
    outlets = Outlet.objects.order_by().values_list(
        "pk", "code", "outlet_class", "region_id"
    )
    for pk, code, outlet_class, region_id in outlets:
        codes: dict[str, str] = {}
        keys: dict[str, int] = {}
        above: int | None = region_id
        while above is not None:
            region_code, level, parent_id = regions[above]
            if level != "area":
                codes.setdefault(level, region_code)
                keys.setdefault(f"{level}_id", above)
            above = parent_id
        places[pk] = (
            Place(
                outlet=code,
                region=regions[region_id][0],
                outlet_class=outlet_class,
                **codes,
            ),
            PlaceIds(pk, region_id, outlet_class=outlet_class, **keys),
        )
    return places
