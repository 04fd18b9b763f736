"""The month of outlets: every sum that its figures are made of."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from outlets.flow.half_hours import HALF_HOUR_S
from outlets.flow.models import (
    DailyVolume,
    HalfHourFlow,
    HourlyCount,
    HourlyFlow,
    RollUp,
    RollUpQuerySet,
    ServerDay,
)
from outlets.flow.ratios import Bounds, Crowding, MonthSums, crowding, sums_of
from outlets.flow.rules import Flow, Month
from outlets.flow.selectors.tickets import flow_by_outlet
from outlets.flow.staff import heads_on
from outlets.places.models import Outlet

Outlets = QuerySet[Outlet]


@dataclass(frozen=True, slots=True)
class OutletMonth:
    """One outlet and what it counted in a month."""

    pk: int
    code: str
    name: str
    outlet_class: str
    sums: MonthSums

    @property
    def crowding(self) -> Crowding | None:
        return crowding(self.sums, bounds())


def bounds() -> Bounds:
    """Return from where an outlet counts as idle or crowded, as set."""
    return Bounds(settings.FLOW_IDLE_BELOW_SHARE, settings.FLOW_CROWDED_ABOVE_SHARE)


def outlet_months(
    outlets: Outlets, month: Month, flows: Mapping[int, Flow] | None = None
) -> list[OutletMonth]:
    """Return the outlets by code with their sums, those without any record too.

    A fixed number of queries, all of the roll-ups of this month and of no other; one
    fewer where `flows`, the flow of each outlet by its id, has been read already.
    """
    if flows is None:
        flows = flow_by_outlet(outlets, *month.span)
    parts = _Parts.read(outlets, month, flows)
    places = outlets.order_by("code").values_list("pk", "code", "name", "outlet_class")
    return [OutletMonth(*place, parts.of(place[0])) for place in places]


def total_month(months: list[OutletMonth]) -> MonthSums:
    return sums_of([one.sums for one in months])


def _days(model: type[RollUp], outlets: Outlets, month: Month) -> RollUpQuerySet:
    return model.objects.at(outlets).between(*month.span).order_by()


def _summed(rows: QuerySet[RollUp], column: str) -> dict[int, int]:
    return dict(rows.values_list("outlet").annotate(Sum(column)))


def _on_days_of(
    rows: RollUpQuerySet, other: type[RollUp], month: Month
) -> RollUpQuerySet:
    """Keep the rows of outlet-days on which the other one is on record too.

    The month is said again for the other one, so that nothing older is looked at.
    """
    same = other.objects.between(*month.span).filter(
        outlet=OuterRef("outlet"), date=OuterRef("date")
    )
    return rows.filter(Exists(same))


@dataclass(frozen=True, slots=True)
class _Parts:
    """Sums by outlet, one mapping for each; an outlet that is missing has none."""

    flow: Mapping[int, Flow]
    doors: Mapping[int, tuple[int, int]]
    volumes: Mapping[int, tuple[int, int]]
    sums: Mapping[str, Mapping[int, int]]
    first_heads: Mapping[int, int]
    last_heads: Mapping[int, int]

    @classmethod
    def read(
        cls, outlets: Outlets, month: Month, flows: Mapping[int, Flow]
    ) -> "_Parts":
        tickets = _days(HourlyFlow, outlets, month)
        doors = _days(HourlyCount, outlets, month)
        volumes = _days(DailyVolume, outlets, month)
        sent_on = tickets.filter(service__in=settings.FLOW_TRIAGE_SERVICES)
        return cls(
            flow=flows,
            doors={
                pk: (people, minutes)
                for pk, people, minutes in doors.values_list("outlet").annotate(
                    Sum("people"), Sum("minutes")
                )
            },
            volumes={
                pk: (quantity, days)
                for pk, quantity, days in volumes.values_list("outlet").annotate(
                    Sum("quantity"), Count("date", distinct=True)
                )
            },
            sums={
                "people_met": _summed(_on_days_of(doors, HourlyFlow, month), "people"),
                "customers_counted": _summed(
                    _on_days_of(tickets, HourlyCount, month), "arrivals"
                ),
                "business_served": _summed(
                    _on_days_of(volumes, HourlyFlow, month), "quantity"
                ),
                "customers_trading": _summed(
                    _on_days_of(tickets, DailyVolume, month), "arrivals"
                ),
                "sent_on": _summed(sent_on, "arrivals"),
                "serving_s": _summed(_days(ServerDay, outlets, month), "service_sum_s"),
                "servers": _summed(_days(HalfHourFlow, outlets, month), "servers"),
            },
            first_heads=heads_on(month.first, outlets),
            last_heads=heads_on(month.last, outlets),
        )

    def of(self, pk: int) -> MonthSums:
        found = {name: by_outlet.get(pk, 0) for name, by_outlet in self.sums.items()}
        staffed_s = found.pop("servers") * HALF_HOUR_S
        people, minutes = self.doors.get(pk, (0, 0))
        business, days = self.volumes.get(pk, (0, 0))
        heads = self.first_heads.get(pk, 0) + self.last_heads.get(pk, 0)
        counts = bool(heads and days)
        return MonthSums(
            flow=self.flow.get(pk, Flow()),
            people=people,
            minutes=minutes,
            business=business,
            business_days=days,
            staffed_s=staffed_s,
            business_headed=business if counts else 0,
            heads_twice=heads if counts else 0,
            **found,
        )
