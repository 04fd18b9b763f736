"""The monthly pack of a region: what the complaint meeting looks at.

Counts of cases, outlets and orders only: no person and no word of a customer is in it,
so that it can be kept as it was shown. Definitions: docs/metrics.md.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from evaluations.complaints.models import Case, Reason, SupervisionOrder
from evaluations.complaints.order_acting import OrderState
from evaluations.complaints.selectors import overall_figures
from evaluations.complaints.services.orders import worth_of
from evaluations.ledger.periods import Period
from outlets.flow.models import DailyVolume
from outlets.places.models import Outlet, Region

Pack = dict[str, Any]
TREND_MONTHS = 13
MOST_OUTLETS, MOST_TYPICAL = 10, 5
# As often as this in one month the same reason at the same outlet is a repeater.
REPEATS = 3
SATISFIED = 4
PER = 10_000

# The dimension of service quality that each reason belongs to (domain.md 14.4).
DIMENSIONS = (
    "reliability",
    "responsiveness",
    "assurance",
    "empathy",
    "tangibles",
)
DIMENSION_OF: Mapping[str, str] = {
    Reason.ATTITUDE: "empathy",
    Reason.WRONG_TRANSACTION: "reliability",
    Reason.UNAUTHORISED: "assurance",
    Reason.MIS_SELLING: "reliability",
    Reason.WAITING: "responsiveness",
    Reason.ENVIRONMENT: "tangibles",
    Reason.BILLING: "reliability",
    Reason.NETWORK: "reliability",
    Reason.VALUE_ADDED: "assurance",
    Reason.PRIVACY: "assurance",
}


def pack_of(region: Region, month: Period, now: datetime) -> Pack:
    """Return the pack of a region and a month, as plain JSON.

    Clocks are read at `now`, everything else by the outlets' days of receipt.
    """
    cases = Case.objects.complaints().filter(
        outlet__region__path__startswith=region.path
    )
    these = cases.filter(on__range=(month.first, month.last))
    figures = overall_figures(these)
    before = month.previous
    last = cases.filter(on__range=(before.first, before.last))
    came_before = last.count()
    volume, volume_last = _volume(region, month), _volume(region, before)
    return {
        "region": region.code,
        "month": month.code,
        "complaints": figures.complaints,
        "before": came_before,
        "upheld": these.filter(verdict="upheld").count(),
        "closed": figures.closed,
        "within_2_days": figures.closed_within_2_days,
        "days_median": figures.days_median,
        "days_p90": figures.days_p90,
        "transactions": volume,
        "rate": _rate(figures.complaints, volume),
        "rate_before": _rate(came_before, volume_last),
        "trend": _trend(cases, month),
        "reasons": _reasons(these, last),
        "dimensions": _dimensions(these),
        "outlets": _outlets(these, month),
        "classes": _classes(these, region, month),
        "repeaters": _repeaters(these),
        "typical": _typical(these),
        "clocks": _clocks(these, now),
        "satisfaction": _satisfaction(these),
        "orders": order_figures(region, month, now),
    }


def digest_of(pack: Pack) -> str:
    """Return the SHA-256 of a pack, the same for the same content."""
    text = json.dumps(pack, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _rate(complaints: int, volume: int | None) -> float | None:
    """Return complaints per 10,000 transactions; None: no transactions are known."""
    return round(PER * complaints / volume, 2) if volume else None


def _volume(region: Region, month: Period) -> int | None:
    rows = DailyVolume.objects.filter(
        outlet__region__path__startswith=region.path,
        date__range=(month.first, month.last),
    )
    return rows.aggregate(n=Sum("quantity"))["n"]


def _trend(cases: QuerySet[Case], month: Period) -> list[Pack]:
    """Return the thirteen months up to this one, those without a case included."""
    months = [month]
    while len(months) < TREND_MONTHS:
        months.append(months[-1].previous)
    rows = (
        cases.order_by()
        .filter(on__range=(months[-1].first, month.last))
        .annotate(month=TruncMonth("on"))
        .values_list("month")
        .annotate(n=Count("pk"), upheld=Count("pk", filter=Q(verdict="upheld")))
    )
    found = {first: (n, upheld) for first, n, upheld in rows}
    return [
        {"month": one.code, "n": n, "upheld": upheld}
        for one in reversed(months)
        for n, upheld in [found.get(one.first, (0, 0))]
    ]


def _late() -> Q:
    return Q(handling__due_at__lt=F("closed_at"))


def _reasons(these: QuerySet[Case], last: QuerySet[Case]) -> list[Pack]:
    """Return the reasons, most first, with the month before and how many were hard.

    `reason` is a code of ours, or the category that a spreadsheet gave.
    """
    hard = (
        these.order_by()
        .filter(
            _late()
            | Q(handling__events__kind="reopen")
            | Q(handling__escalations__level__in=("city", "province"))
        )
        .values_list("category")
        .annotate(n=Count("pk", distinct=True))
    )
    earlier = dict(last.order_by().values_list("category").annotate(n=Count("pk")))
    found = dict(hard)
    rows = (
        these.order_by()
        .values_list("category")
        .annotate(n=Count("pk"), upheld=Count("pk", filter=Q(verdict="upheld")))
    )
    told = [
        {
            "reason": reason,
            "n": n,
            "upheld": upheld,
            "before": earlier.get(reason, 0),
            "hard": found.get(reason, 0),
        }
        for reason, n, upheld in rows
    ]
    return sorted(told, key=lambda row: (-row["n"], row["reason"]))


def dimension_of(reason: str, kind: str) -> str:
    """Return the dimension of a case; "" where neither reason nor kind tells."""
    if reason in DIMENSION_OF:
        return DIMENSION_OF[reason]
    return DIMENSION_OF.get(kind, "")


def _dimensions(these: QuerySet[Case]) -> list[Pack]:
    rows = these.order_by().values_list("category", "kind").annotate(n=Count("pk"))
    counts = dict.fromkeys((*DIMENSIONS, ""), 0)
    for reason, kind, n in rows:
        counts[dimension_of(reason, kind)] += n
    return [{"dimension": name, "n": n} for name, n in counts.items()]


def _outlets(these: QuerySet[Case], month: Period) -> list[Pack]:
    rows = list(
        these.order_by()
        .values_list("outlet", "outlet__code", "outlet__name", "outlet__outlet_class")
        .annotate(n=Count("pk"), upheld=Count("pk", filter=Q(verdict="upheld")))
        .order_by("-n", "outlet__code")[:MOST_OUTLETS]
    )
    days = DailyVolume.objects.filter(
        outlet__in=[row[0] for row in rows], date__range=(month.first, month.last)
    )
    volumes = dict(days.order_by().values_list("outlet").annotate(n=Sum("quantity")))
    return [
        {
            "code": code,
            "name": name,
            "class": kind,
            "n": n,
            "upheld": upheld,
            "rate": _rate(n, volumes.get(pk)),
        }
        for pk, code, name, kind, n, upheld in rows
    ]


def _classes(these: QuerySet[Case], region: Region, month: Period) -> list[Pack]:
    counts = dict(
        these.order_by().values_list("outlet__outlet_class").annotate(n=Count("pk"))
    )
    within = Outlet.objects.filter(region__path__startswith=region.path)
    sizes = dict(within.order_by().values_list("outlet_class").annotate(n=Count("pk")))
    days = DailyVolume.objects.filter(
        outlet__region__path__startswith=region.path,
        date__range=(month.first, month.last),
    )
    volumes = dict(
        days.order_by().values_list("outlet__outlet_class").annotate(n=Sum("quantity"))
    )
    return [
        {
            "class": kind,
            "outlets": sizes[kind],
            "n": counts.get(kind, 0),
            "rate": _rate(counts.get(kind, 0), volumes.get(kind)),
        }
        for kind in sorted(sizes)
    ]


def _repeaters(these: QuerySet[Case]) -> list[Pack]:
    rows = (
        these.order_by()
        .values_list("outlet__code", "outlet__name", "category")
        .annotate(n=Count("pk"))
        .filter(n__gte=REPEATS)
        .order_by("-n", "outlet__code", "category")[:MOST_OUTLETS]
    )
    return [
        {"code": code, "name": name, "reason": reason, "n": n}
        for code, name, reason, n in rows
    ]


def _typical(these: QuerySet[Case]) -> list[Pack]:
    """Return the cases that took most: levels gone up, then reopenings, then days."""
    rows = (
        these.filter(handling__isnull=False)
        .select_related("outlet")
        .annotate(
            levels=Count("handling__escalations", distinct=True),
            again=Count(
                "handling__events",
                filter=Q(handling__events__kind="reopen"),
                distinct=True,
            ),
        )
        .order_by(
            "-levels", "-again", F("days_to_close").desc(nulls_first=True), "case_no"
        )[:MOST_TYPICAL]
    )
    return [
        {
            "case_no": case.case_no,
            "outlet": case.outlet.name,
            "reason": case.category,
            "levels": case.levels,
            "reopened": case.again,
            "days": case.days_to_close,
            "verdict": case.verdict,
        }
        for case in rows
    ]


def _clocks(these: QuerySet[Case], now: datetime) -> Pack:
    handled = these.filter(handling__isnull=False)
    open_late = Q(closed_at=None, handling__due_at__lt=now)
    found = handled.aggregate(
        handled=Count("pk"),
        closed_late=Count("pk", filter=_late()),
        open_late=Count("pk", filter=open_late),
    )
    cases = Case.objects.filter(pk__in=handled.order_by().values("pk"))
    return {**found, "reply_late": cases.reply_overdue(now).count()}


def _satisfaction(these: QuerySet[Case]) -> Pack:
    told = these.filter(handling__satisfaction__isnull=False).aggregate(
        n=Count("pk"),
        mean=Avg("handling__satisfaction"),
        satisfied=Count("pk", filter=Q(handling__satisfaction__gte=SATISFIED)),
    )
    mean = told["mean"]
    return {**told, "mean": None if mean is None else round(float(mean), 2)}


def order_figures(region: Region, month: Period, now: datetime) -> Pack:
    """Return how the orders of a region and of all below it stand.

    `due`: those whose last day lies in the month and that count by now; `kept`: their
    mean worth, 0 to 100, None without any.
    """
    orders = SupervisionOrder.objects.beneath(region).select_related("outlet", "region")
    due = orders.filter(due_on__range=(month.first, month.last))
    worths = [worth for order in due if (worth := worth_of(order, now)) is not None]
    undone = list(orders.undone())
    return {
        "undone": len(undone),
        "overdue": sum(order.is_late(now) for order in undone),
        "to_check": orders.filter(state=OrderState.REPORTED).count(),
        "due": len(worths),
        "kept": round(sum(worths) / len(worths), 1) if worths else None,
    }
