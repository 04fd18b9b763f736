"""The visits of a wave: planned by a worker, kept in one transaction."""

import logging
import secrets
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from random import Random

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.mystery import tasks
from evaluations.mystery.models import (
    Report,
    ReportActionKind,
    ReportEvent,
    Scenario,
    Wave,
    WaveState,
)
from evaluations.mystery.rules.planning import Place, Plan, Pool, plan
from evaluations.mystery.rules.spreading import spread_scenarios, windows
from evaluations.mystery.selectors.planning import (
    Pair,
    former_visits,
    lockouts,
    over_budget,
    pool_of,
    wanted_visits,
)
from evaluations.mystery.selectors.severities import spread_expected
from evaluations.mystery.services.waves import (
    WaveUnderWay,
    not_begun,
    wave_for_writing,
)
from outlets.exchange.acting import acting
from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet
from staffing.people.models import User

logger = logging.getLogger(__name__)
BATCH = 2000


class WaveChanged(DomainError):
    code = "wave_changed"
    message = _("Visits of this wave changed while it was being planned.")


class NothingToPlan(DomainError):
    code = "nothing_to_plan"
    message = _("The quotas ask for no visit. Say how many each outlet gets.")


class NobodyToPlan(DomainError):
    code = "nobody_to_plan"
    message = _("The agencies of this wave have no shopper who is active.")


class NoScenario(DomainError):
    code = "no_scenario"
    message = _("The wave has no scenario: choose one at least.")


@dataclass(frozen=True, slots=True)
class _Posed:
    """What is asked of the planner: how many visits each outlet still needs, of whom.

    `kept` are visits per outlet that stand whatever is planned: begun, or cancelled.
    """

    need: dict[Outlet, int]
    kept: Counter[int]
    pool: list[Pool]


def start_planning(*, code: str, by: User) -> Wave:
    """Have a worker plan the visits of a draft, or plan them anew.

    What stands in the way is said at once. Until the plan is there the wave can not be
    changed; nobody outside sees it before the wave is started.

    Raises:
        PermissionDenied: `by` does not plan visits.
        WaveUnderWay, WaveBeingPlanned: it is in the field, or planned right now.
        NothingToPlan, OverBudget, NoScenario, NobodyToPlan: as they say.
    """
    with transaction.atomic():
        wave = wave_for_writing(code, by)
        if not wave.may_be_planned:
            raise WaveUnderWay
        _posed(wave)
        wave.seed = wave.seed or secrets.token_hex(16)
        wave.planning_since, wave.planning_failed = timezone.now(), False
        wave.save(update_fields=["seed", "planning_since", "planning_failed"])
        transaction.on_commit(partial(tasks.plan_wave.delay, wave.pk, by.pk))
    return wave


def run_planning(*, wave_id: int, by_id: int) -> None:
    """Plan a wave that waits for it; called twice, the first plan holds.

    The same wave, shoppers and history give the same plan. What was cancelled is not
    planned again. Where the wave can not be planned any more it says so on its page.
    """
    wave = Wave.objects.filter(pk=wave_id, planning_since__isnull=False).first()
    if wave is None:
        return
    try:
        posed = _posed(wave)
        found = plan(
            [Place(one.pk, one.region.path, n) for one, n in posed.need.items()],
            posed.pool,
            spread=spread_expected(),
            seed=int(wave.seed, 16),
            locked_out=lockouts(wave),
            former=former_visits(wave),
        )
        _keep(wave, posed, found, User.objects.get(pk=by_id))
    except Exception as error:
        Wave.objects.filter(pk=wave_id, planning_since=wave.planning_since).update(
            planning_since=None, planning_failed=True
        )
        if not isinstance(error, DomainError):
            raise
        logger.info("Wave %s was not planned: %s", wave.code, error.code)


def _posed(wave: Wave) -> _Posed:
    kept = Counter(wave.reports.values_list("outlet", flat=True))
    kept.subtract(not_begun(wave).values_list("outlet", flat=True))
    need = {
        outlet: left
        for outlet, visits in wanted_visits(wave).items()
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
    return _Posed(need, kept, pool)


@transaction.atomic
def _keep(asked: Wave, posed: _Posed, found: Plan, by: User) -> None:
    """Write a plan, unless another was asked for, or the wave changed, meanwhile."""
    wave = Wave.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    if wave.planning_since != asked.planning_since or not wave.may_be_planned:
        return
    not_begun(wave).delete()
    kept = Counter(wave.reports.values_list("outlet", flat=True))
    if kept != +posed.kept:
        raise WaveChanged
    _write_reports(wave, found, by)
    wave.plan = _told(found, posed.need)
    wave.state, wave.planning_since = WaveState.PLANNED, None
    with acting(by=by):
        wave.save(update_fields=["plan", "state", "planning_since"])


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
