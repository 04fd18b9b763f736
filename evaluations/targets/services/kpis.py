"""KPI values: entered, computed from transactions, scored, and told to the ledger."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.ledger.curves import challenge_score
from evaluations.ledger.periods import Period
from evaluations.ledger.services import Line, put
from evaluations.targets.models import (
    KpiDefinition,
    KpiKind,
    KpiValue,
    MonthWeight,
    Target,
    ValueSource,
)
from evaluations.targets.rules import (
    hundredths,
    weak_point_score,
)
from evaluations.targets.services.volume import LOOK_BACK, SOURCE
from outlets.exchange.errors import DomainError
from outlets.flow.models import DailyVolume
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power
from staffing.people.models import User
from staffing.people.selectors import headcounts

COMPONENT = "kpi"
PREFIX = "kpi:"
BATCH = 1000


class MonthWeightsOff(DomainError):
    code = "month_weights_off"
    message = _("The month weights add up to %(sum)s, not to 100.")


class SecondFigureMissing(DomainError):
    code = "second_figure_missing"
    message = _("This KPI is made of two figures: enter the second one as well.")


class MonthNotOver(DomainError):
    code = "month_not_over"
    message = _("%(month)s is not over yet.")


def may_enter(user: User, place: Outlet | Region) -> bool:
    """Tell whether the user may enter figures of the place."""
    reach = user.sight.reach(Power.INGEST)
    if isinstance(place, Region):
        return reach.everywhere or any(
            place.path.startswith(path) for path in reach.region_paths
        )
    return reach.covers(outlet_id=place.pk, region_path=place.region.path)


def may_define(user: User) -> bool:
    return user.sight.reach(Power.CONFIGURE).everywhere


def may_weigh(user: User) -> bool:
    """The weights of a year hold for the whole chain."""
    return user.sight.reach(Power.INGEST).everywhere


@transaction.atomic
def enter_value(
    *,
    kpi: KpiDefinition,
    place: Outlet | Region,
    month: Period,
    numerator: int,
    denominator: int | None,
    by: User,
) -> KpiValue:
    """Enter or correct one month's figure, in hundredths; the history keeps the old.

    Raises:
        MonthNotOver: the month has days to come.
        SecondFigureMissing: the KPI is made of two figures.
    """
    if not may_enter(by, place):
        raise PermissionDenied
    if month.last >= timezone.localdate():
        raise MonthNotOver(month=month.code)
    if kpi.two_figures and denominator is None:
        raise SecondFigureMissing
    where = (
        {"outlet": place, "region": None}
        if isinstance(place, Outlet)
        else {"outlet": None, "region": place}
    )
    value, _made = KpiValue.objects.update_or_create(
        kpi=kpi,
        month=month.code,
        **where,
        defaults={
            "ends_on": month.last,
            "numerator": numerator,
            "denominator": denominator if kpi.two_figures else None,
            "source": ValueSource.ENTERED,
            "entered_by": by,
            "entered_at": timezone.now(),
            "pending": True,
        },
    )
    rescore([value])
    return value


@transaction.atomic
def set_month_weights(
    *, kpi: KpiDefinition, year: int, weights: Mapping[int, int], by: User
) -> None:
    """Set what the months of a year weigh, in hundredths of a percent.

    No weight at all makes the year the mean of its months again.

    Raises:
        MonthWeightsOff: they do not add up to 100.
    """
    if not may_weigh(by):
        raise PermissionDenied
    total = sum(weights.values())
    if total not in (0, 10_000):
        raise MonthWeightsOff(sum=f"{total / 100:g}")
    for old in MonthWeight.objects.filter(kpi=kpi, year=year):
        if not total or not weights.get(old.month):
            old.delete()
    for month, weight in weights.items():
        if total and weight:
            MonthWeight.objects.update_or_create(
                kpi=kpi, year=year, month=month, defaults={"weight": weight}
            )


def settle(until: date) -> int:
    """Compute volumes per head, score what changed, and post the outlets' scores.

    Returns the entries written. System task: it sees everything.
    """
    compute_volumes(until)
    over = KpiValue.objects.filter(ends_on__lte=until)
    due = over.filter(Q(pending=True) | Q(ends_on__gt=until - LOOK_BACK))
    written, last = 0, 0
    while True:
        with transaction.atomic():
            rows = list(
                due.filter(pk__gt=last)
                .select_related("kpi")
                .order_by("pk")
                .select_for_update(of=["self"])[:BATCH]
            )
            if not rows:
                return written
            rescore(rows)
            written += _post(rows)
            pending = [row.pk for row in rows if row.pending]
            KpiValue.objects.filter(pk__in=pending).update(pending=False)
            last = rows[-1].pk


def _post(values: Sequence[KpiValue]) -> int:
    said = [
        Line(
            source_id=f"{PREFIX}{value.uuid}",
            component=COMPONENT,
            on=value.ends_on,
            employee_id=None,
            outlet_id=value.outlet_id,
            points=value.score,
            out_of=10_000,
        )
        for value in values
        if value.outlet_id is not None
        and value.score is not None
        and value.kpi.part_of_id is None
    ]
    told = {line.source_id for line in said}
    silent = [f"{PREFIX}{value.uuid}" for value in values]
    return put(
        source=SOURCE,
        lines=said,
        withdrawn=[name for name in silent if name not in told],
    )


def compute_volumes(until: date) -> None:
    """Make the volume per head of every outlet whose month ended lately.

    Where somebody entered a figure by hand, hers stays.
    """
    kpis = KpiDefinition.objects.filter(kind=KpiKind.PER_CAPITA)
    month = Period.month_of(until)
    if month.last > until:
        month = month.previous
    for kpi in kpis:
        back = month
        while back.last > until - LOOK_BACK:
            _compute_month(kpi, back)
            back = back.previous


@transaction.atomic
def _compute_month(kpi: KpiDefinition, month: Period) -> None:
    volumes = dict(
        DailyVolume.objects.between(month.first, month.last)
        .order_by()
        .values_list("outlet")
        .annotate(Sum("quantity"))
    )
    first, last = headcounts(month.first), headcounts(month.last)
    standing = {
        value.outlet_id: value
        for value in KpiValue.objects.filter(
            kpi=kpi, month=month.code, outlet__isnull=False
        ).select_for_update()
    }
    fresh, moved = [], []
    for outlet_id, quantity in volumes.items():
        heads = (first.get(outlet_id, 0) + last.get(outlet_id, 0)) * 50
        if not heads:
            continue  # a month without staff is left out
        figures = (quantity * 100, heads)
        value = standing.get(outlet_id)
        if value is None:
            value = KpiValue(
                kpi=kpi, outlet_id=outlet_id, month=month.code, ends_on=month.last
            )
            value.source = ValueSource.COMPUTED
            fresh.append(value)
        elif (
            value.source == ValueSource.ENTERED
            or (value.numerator, value.denominator) == figures
        ):
            continue
        else:
            value.pending = True
            moved.append(value)
        value.numerator, value.denominator = figures
    KpiValue.objects.bulk_create(fresh, batch_size=BATCH)
    KpiValue.objects.bulk_update(
        moved, ["numerator", "denominator", "pending"], batch_size=BATCH
    )


def rescore(values: Iterable[KpiValue]) -> None:
    """Score values anew from their KPI, their targets and their sub-items."""
    values = list(values)
    targets = _targets_of(values)
    parts = _parts_of(values)
    moved = []
    for value in values:
        key = (value.outlet_id, value.region_id, value.month)
        found = score_of(
            value, targets.get((value.kpi.code, *key)), parts.get((value.kpi_id, *key))
        )
        score = None if found is None else min(10_000, max(0, hundredths(found)))
        if score != value.score:
            value.score = score
            moved.append(value)
    KpiValue.objects.bulk_update(moved, ["score"], batch_size=BATCH)


def score_of(
    value: KpiValue,
    target: tuple[int | None, int | None] | None,
    parts: Sequence[Fraction] | None,
) -> Fraction | None:
    """Return the exact score of a value; None where it is not scored.

    `target` is (base, challenge) in hundredths, `parts` the scores of sub-items.
    """
    figure, kpi = value.figure, value.kpi
    if figure is None or kpi.kind == KpiKind.LEAD:
        return None  # a lead is shown and not scored
    if kpi.kind == KpiKind.RATIO_CLIFF:
        return kpi.curve.exact(figure)
    if kpi.kind in (KpiKind.PER_CAPITA, KpiKind.BASE_CHALLENGE):
        base, challenge = (
            None if part is None else Fraction(part, 100)
            for part in target or (None, None)
        )
        return challenge_score(figure, base=base, challenge=challenge)
    if kpi.kind == KpiKind.WEAK_POINT:
        return weak_point_score(figure, parts or (), Fraction(kpi.overall_share, 100))
    return figure


def _targets_of(
    values: Sequence[KpiValue],
) -> dict[tuple[str, int | None, int | None, str], tuple[int | None, int | None]]:
    wanted = [v for v in values if v.kpi.kind in ("per_capita", "base_challenge")]
    if not wanted:
        return {}
    rows = Target.objects.filter(
        kpi__in={value.kpi.code for value in wanted},
        period__in={value.month for value in wanted},
        employee=None,
    ).filter(
        Q(outlet__in={v.outlet_id for v in wanted if v.outlet_id})
        | Q(region__in={v.region_id for v in wanted if v.region_id})
    )
    return {
        (kpi, outlet, region, period): (base, challenge)
        for kpi, outlet, region, period, base, challenge in rows.values_list(
            "kpi", "outlet_id", "region_id", "period", "base", "challenge"
        )
    }


def _parts_of(
    values: Sequence[KpiValue],
) -> dict[tuple[int, int | None, int | None, str], list[Fraction]]:
    weak = [value for value in values if value.kpi.kind == KpiKind.WEAK_POINT]
    found: dict[tuple[int, int | None, int | None, str], list[Fraction]] = defaultdict(
        list
    )
    if not weak:
        return found
    rows = KpiValue.objects.filter(
        kpi__part_of__in={value.kpi_id for value in weak},
        month__in={value.month for value in weak},
        score__isnull=False,
    )
    for kpi, outlet, region, month, score in rows.values_list(
        "kpi__part_of", "outlet_id", "region_id", "month", "score"
    ):
        if kpi is not None and score is not None:
            found[(kpi, outlet, region, month)].append(Fraction(score, 100))
    return found
