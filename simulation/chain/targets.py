"""Monthly targets for outlets and cities: transactions per head."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from simulation.chain.flow import Flow
from simulation.chain.outlets import Outlet, Row

KPI = "volume_per_head"
CHALLENGE = 1.12


def target_rows(flow: Flow) -> Iterator[Row]:
    """Yield the rows of kind `targets`: cities first, then what they hand down."""
    months = _months(flow)
    cities: dict[str, list[Outlet]] = defaultdict(list)
    for outlet in flow.world.outlets:
        cities[f"{outlet.seat.province.code}-{outlet.city}"].append(outlet)
    for month, days in months.items():
        for code, outlets in cities.items():
            mean = sum(_base(flow, o, days) for o in outlets) / len(outlets)
            yield {"region_code": code, **_target(month, round(mean))}
        for outlet in flow.world.outlets:
            base = _base(flow, outlet, days)
            yield {"outlet_code": outlet.code, **_target(month, base)}


def _target(month: str, base: int) -> Row:
    return {
        "period": month,
        "kpi": KPI,
        "base": base,
        "challenge": round(base * CHALLENGE),
    }


def _months(flow: Flow) -> dict[str, int]:
    """Return how many days each month has, the unfinished one included in full."""
    months: dict[str, int] = {}
    for day in range(flow.world.plan.days):
        first = flow.world.plan.day(day).replace(day=1)
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        months[f"{first:%Y-%m}"] = (following - first).days
    return months


def _base(flow: Flow, outlet: Outlet, days: int) -> int:
    """Return what a month should bring per head, given the planned custom."""
    draw = flow.world.plan.stream("targets", outlet.index)
    heads = len(flow.world.duty.assigned(outlet.index, 0)) or 1
    return round(flow.expected(outlet) * 0.83 * days / heads * draw.uniform(0.92, 1.06))
