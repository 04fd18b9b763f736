"""The visits of a wave: planned, given to another shopper, cancelled."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.mystery.models import (
    Quota,
    Report,
    ReportActionKind,
    ReportEvent,
    ReportState,
    Scenario,
    Shopper,
    Wave,
    WaveState,
)
from evaluations.mystery.rules.planning import Place, Plan, Pool, plan
from evaluations.mystery.rules.spreading import spread_scenarios, windows
from evaluations.mystery.rules.stages import Action
from evaluations.mystery.selectors.severities import spread_expected
from evaluations.mystery.services.steps import locked, note, require
from evaluations.mystery.services.waves import (
    WaveNotRunning,
    WaveUnderWay,
    not_begun,
    wave_for_writing,
)
from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet
from staffing.people.models import User

# Visits longer ago say nothing of how severe a shopper is now.
FORMER_DAYS = 730
BATCH = 2000
Pair = tuple[int, int]


class OverBudget(DomainError):
    code = "over_budget"
    message = _(
        "%(visits)d visits cost %(cost)s yuan, and the budget pays for %(paid)d: "
        "%(over)d too many. Lower the quotas or raise the budget."
    )


class NothingToPlan(DomainError):
    code = "nothing_to_plan"
    message = _("The quotas ask for no visit. Say how many each outlet gets.")


class NobodyToPlan(DomainError):
    code = "nobody_to_plan"
    message = _("The agencies of this wave have no shopper who is active.")


class NoScenario(DomainError):
    code = "no_scenario"
    message = _("The wave has no scenario: choose one at least.")


class ReasonMissing(DomainError):
    code = "reason_missing"
    message = _("Say why.")


class ShopperKnown(DomainError):
    code = "shopper_known"
    message = _("Somebody knows her at this outlet.")


class ShopperNotInWave(DomainError):
    code = "shopper_not_in_wave"
    message = _("She carries out no visits of this wave.")


class ShopperLockedOut(DomainError):
    code = "shopper_locked_out"
    message = _(
        "She was or will be at this outlet within %(days)d days. Say why she goes "
        "nevertheless, or choose somebody else."
    )


class ShopperFull(DomainError):
    code = "shopper_full"
    message = _(
        "She has %(visits)d visits already, and takes %(most)d at most. Say why she "
        "takes one more, or choose somebody else."
    )


class ShopperElsewhere(DomainError):
    code = "shopper_elsewhere"
    message = _(
        "This outlet is in none of her regions. Say why she goes nevertheless, or "
        "choose somebody else."
    )


def quota_for(outlet: Outlet, quotas: Sequence[Quota]) -> int:
    """Return the visits that an outlet gets: see `Quota`; reads regions."""
    fitting = [quota for quota in quotas if quota.fits(outlet)]
    if not fitting:
        return 0
    return max(
        fitting,
        key=lambda one: (
            len(one.region.path) if one.region is not None else 0,
            bool(one.outlet_class),
        ),
    ).visits


def wanted_visits(wave: Wave) -> dict[Outlet, int]:
    """Return the outlets in business that a wave visits, and how often."""
    quotas = list(wave.quotas.select_related("region"))
    outlets = Outlet.objects.select_related("region").order_by("region__path", "code")
    wanted = {
        outlet: quota_for(outlet, quotas)
        for outlet in outlets
        if outlet.is_in_business(wave.opens_on, wave.closes_on)
    }
    return {outlet: visits for outlet, visits in wanted.items() if visits}


def over_budget(wave: Wave, visits: int) -> OverBudget | None:
    """Return the refusal of more visits than the budget pays for, if it is so."""
    if wave.budget is None or wave.fee is None or visits * wave.fee <= wave.budget:
        return None
    paid = int(wave.budget // wave.fee)
    return OverBudget(
        visits=visits, cost=visits * wave.fee, paid=paid, over=visits - paid
    )


def pool_of(wave: Wave) -> list[Pool]:
    """Return who carries out visits of a wave."""
    shoppers = Shopper.objects.filter(
        agency__in=wave.agencies.filter(active=True), active=True
    ).order_by("pk")
    found = shoppers.prefetch_related("regions", "avoids")
    return [
        Pool(
            key=one.pk,
            room=wave.most_each,
            regions=frozenset(region.path for region in one.regions.all()),
            avoids=frozenset(outlet.pk for outlet in one.avoids.all()),
        )
        for one in found
    ]


def lockouts(wave: Wave) -> set[Pair]:
    """Return (outlet, shopper) that met, or will, too near to this wave's days."""
    days = timedelta(wave.lockout_days)
    first, last = wave.opens_on - days, wave.closes_on + days
    reports = Report.objects.filter(shopper__isnull=False).exclude(
        Q(state=ReportState.CANCELLED) | Q(wave=wave)
    )
    near = Q(visited_on__range=(first, last)) | Q(
        visited_on=None, to_on__gte=first, from_on__lte=last
    )
    return set(reports.filter(near).values_list("outlet", "shopper"))


def former_visits(wave: Wave) -> list[Pair]:
    """Return (outlet, shopper), once per visit made before and not annulled."""
    since = wave.opens_on - timedelta(FORMER_DAYS)
    made = Report.objects.filter(
        state=ReportState.REVIEWED,
        visited_on__range=(since, wave.opens_on),
        visit__annulled_at=None,
        shopper__isnull=False,
    )
    return list(made.order_by("pk").values_list("outlet", "shopper"))


@transaction.atomic
def plan_wave(*, code: str, by: User) -> Wave:
    """Plan the visits of a draft, or plan them anew; nobody outside sees them yet.

    The same wave, shoppers and history give the same plan. What was cancelled is not
    planned again.
    """
    wave = wave_for_writing(code, by)
    if wave.state not in (WaveState.DRAFT, WaveState.PLANNED):
        raise WaveUnderWay
    wanted = wanted_visits(wave)
    not_begun(wave).delete()
    kept = Counter(wave.reports.values_list("outlet", flat=True))
    need = {
        outlet: left
        for outlet, visits in wanted.items()
        if (left := visits - kept[outlet.pk]) > 0
    }
    total = sum(need.values())
    if not total:
        raise NothingToPlan
    if refusal := over_budget(wave, total):
        raise refusal
    if not _scenarios(wave).exists():
        raise NoScenario
    pool = pool_of(wave)
    if not pool:
        raise NobodyToPlan
    wave.seed = wave.seed or secrets.token_hex(16)
    found = plan(
        [Place(one.pk, one.region.path, visits) for one, visits in need.items()],
        pool,
        spread=spread_expected(),
        seed=int(wave.seed, 16),
        locked_out=lockouts(wave),
        former=former_visits(wave),
    )
    _write_reports(wave, found, by)
    wave.plan = _told(found, need)
    wave.state = WaveState.PLANNED
    wave.save(update_fields=["seed", "plan", "state"])
    return wave


def _told(found: Plan, need: dict[Outlet, int]) -> dict[str, object]:
    """Return what the page shows of a plan: figures in points of 100."""
    codes = {outlet.pk: outlet.code for outlet in need}
    at_random = found.at_random
    return {
        "planned_at": timezone.now().isoformat(),
        "wanted": sum(need.values()),
        "visits": len(found.assignments),
        "outlets": len({outlet for outlet, _shopper in found.assignments}),
        "shoppers": len({shopper for _outlet, shopper in found.assignments}),
        "half_width": found.half_width,
        "random_mean": found.random_mean,
        "random_least": min(at_random, default=0.0),
        "random_most": max(at_random, default=0.0),
        "random_count": len(at_random),
        "open": [
            {"outlet": codes[one.place], "visits": one.visits, "reason": one.reason}
            for one in found.open
        ],
    }


def _scenarios(wave: Wave) -> QuerySet[Scenario]:
    return wave.scenarios.filter(active=True).order_by("pk")


def _write_reports(wave: Wave, found: Plan, by: User) -> None:
    scenarios = list(_scenarios(wave))
    seed = int(wave.seed, 16)
    parts = spread_scenarios(found.assignments, len(scenarios), seed=seed)
    days = _days(wave, found.assignments, seed)
    first = _last_number(wave) + 1
    reports = Report.objects.bulk_create(
        [
            Report(
                number=f"{wave.code}-{number:04}",
                wave=wave,
                outlet_id=outlet,
                shopper_id=shopper,
                scenario=scenarios[part],
                from_on=from_on,
                to_on=to_on,
            )
            for number, ((outlet, shopper), part, (from_on, to_on)) in enumerate(
                zip(found.assignments, parts, days, strict=True), first
            )
        ],
        batch_size=BATCH,
    )
    ReportEvent.objects.bulk_create(
        [
            ReportEvent(report=report, what=ReportActionKind.PLANNED, by=by)
            for report in reports
        ],
        batch_size=BATCH,
    )


def _last_number(wave: Wave) -> int:
    """Return the highest number given in this wave; numbers are not given twice."""
    numbers = wave.reports.values_list("number", flat=True)
    return max((int(number.rpartition("-")[2]) for number in numbers), default=0)


def _days(
    wave: Wave, assignments: Sequence[Pair], seed: int
) -> list[tuple[date, date]]:
    """Return from when to when each visit is made: those to one outlet lie apart."""
    draw = Random(seed)  # noqa: S311 not a secret, but the same for the same seed
    of_outlet: dict[int, list[int]] = defaultdict(list)
    for position, (outlet, _shopper) in enumerate(assignments):
        of_outlet[outlet].append(position)
    found = [(wave.opens_on, wave.closes_on)] * len(assignments)
    for positions in of_outlet.values():
        draw.shuffle(positions)
        spans = windows(wave.opens_on, wave.closes_on, len(positions))
        for position, span in zip(positions, spans, strict=True):
            found[position] = span
    return found


def _report_for(number: str, by: User) -> Report:
    """Return a report within sight, its row locked.

    Raises:
        Report.DoesNotExist: she sees none with this number.
    """
    seen = Report.objects.visible_to(by).values_list("pk", flat=True).get(number=number)
    return locked(seen)


@transaction.atomic
def hand_over(*, number: str, shopper: Shopper, why: str, by: User) -> Report:
    """Give a visit that is to be done to another shopper.

    Lock-out, regions and the most visits may be passed over by saying `why`; an outlet
    where she is known may not. What the former shopper had begun is forgotten.
    """
    report = _report_for(number, by)
    require(Action.HAND_OVER, report, by)
    if report.wave.state == WaveState.CLOSED:
        raise WaveNotRunning
    if shopper.pk == report.shopper_id:
        return report
    _check(report, shopper, why=why.strip(), by=by)
    report.shopper, report.version = shopper, None
    report.save(update_fields=["shopper", "version"])
    note(report, ReportActionKind.HAND_OVER, by=by, words=why)
    return report


def _check(report: Report, shopper: Shopper, *, why: str, by: User) -> None:
    wave, theirs = report.wave, Shopper.objects.visible_to(by)
    # Two hand-overs to one shopper at a time would both find room.
    Wave.objects.select_for_update(of=("self",)).get(pk=wave.pk)
    fits = theirs.filter(
        pk=shopper.pk,
        active=True,
        agency__active=True,
        agency__in=wave.agencies.values("pk"),
    )
    if not fits.exists():
        raise ShopperNotInWave
    if shopper.avoids.filter(pk=report.outlet_id).exists():
        raise ShopperKnown
    if why:
        return
    regions = [region.path for region in shopper.regions.all()]
    path = report.outlet.region.path
    if regions and not any(path.startswith(region) for region in regions):
        raise ShopperElsewhere
    hers = wave.reports.filter(shopper=shopper).exclude(state=ReportState.CANCELLED)
    again = hers.filter(outlet=report.outlet_id).exclude(pk=report.pk)
    if again.exists() or (report.outlet_id, shopper.pk) in lockouts(wave):
        raise ShopperLockedOut(days=wave.lockout_days)
    count = hers.count()
    if count >= wave.most_each:
        raise ShopperFull(visits=count, most=wave.most_each)


@transaction.atomic
def cancel_visit(*, number: str, why: str, by: User) -> Report:
    """Give a visit up, saying why."""
    report = _report_for(number, by)
    require(Action.CANCEL, report, by)
    if not why.strip():
        raise ReasonMissing
    report.state = ReportState.CANCELLED
    report.save(update_fields=["state"])
    note(report, ReportActionKind.CANCEL, by=by, words=why)
    return report
