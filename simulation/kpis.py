"""KPI values of the simulated chain, so that the pages of KPIs have a year to show."""

from collections.abc import Iterator

from evaluations.ledger.periods import Period
from evaluations.targets.models import KpiDefinition, KpiValue, MonthWeight
from evaluations.targets.services.kpis import rescore
from outlets.places.models import Outlet, Region
from simulation.chain.plan import Plan

# The last month weighs most, as a year's end does; together 100 %.
WEIGHTS = (600, 600, 800, 700, 700, 900, 700, 700, 1000, 900, 900, 1500)
DECLINE = 80


def enter_kpis(plan: Plan) -> int:
    """Enter shares, indices and leads for every finished month; return how many.

    A chain that has values already keeps them.
    """
    if KpiValue.objects.exists():
        return 0
    kpis = {kpi.code: kpi for kpi in KpiDefinition.objects.all()}
    values = [*_of_outlets(plan, kpis), *_of_cities(plan, kpis)]
    KpiValue.objects.bulk_create(values, batch_size=1000)
    rescore(KpiValue.objects.select_related("kpi"))
    MonthWeight.objects.bulk_create(
        MonthWeight(kpi=kpis["volume_per_head"], year=year, month=month, weight=weight)
        for year in sorted({month.first.year for month in _months(plan)})
        for month, weight in enumerate(WEIGHTS, start=1)
    )
    return len(values)


def _months(plan: Plan) -> list[Period]:
    month = Period.month_of(plan.until)
    if month.last > plan.until:
        month = month.previous
    months = [month]
    while months[0].previous.first >= plan.day(0):
        months.insert(0, months[0].previous)
    return months


def _of_outlets(plan: Plan, kpis: dict[str, KpiDefinition]) -> Iterator[KpiValue]:
    for number, outlet in enumerate(Outlet.objects.order_by("code")):
        draw = plan.stream("kpis", number)
        index, falling = draw.uniform(74, 88), number % 12 == 5
        for month in _months(plan):
            index += -DECLINE / 100 if falling else draw.uniform(-0.8, 0.9)
            opened = round(draw.uniform(40, 160))
            flagship = round(opened * draw.uniform(0.55, 0.95))
            at = {"outlet": outlet, "month": month.code, "ends_on": month.last}
            yield KpiValue(
                kpi=kpis["flagship_share"],
                numerator=flagship * 100,
                denominator=opened * 100,
                **at,
            )
            yield KpiValue(
                kpi=kpis["third_party_index"],
                numerator=round(min(index, 100) * 100),
                **at,
            )


def _of_cities(plan: Plan, kpis: dict[str, KpiDefinition]) -> Iterator[KpiValue]:
    for number, city in enumerate(Region.objects.filter(level="city").order_by("code")):
        draw = plan.stream("kpis of cities", number)
        own, rival = draw.uniform(76, 84), draw.uniform(74, 82)
        for month in _months(plan):
            own, rival = own + draw.uniform(-0.5, 0.6), rival + draw.uniform(-0.5, 0.5)
            at = {"region": city, "month": month.code, "ends_on": month.last}
            yield KpiValue(
                kpi=kpis["third_party_index"], numerator=round(own * 100), **at
            )
            yield KpiValue(
                kpi=kpis["competitor_lead"],
                numerator=round(own * 100),
                denominator=round(rival * 100),
                **at,
            )
