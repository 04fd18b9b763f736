"""Rankings and award lists of the simulated past, made as its people would have."""

from collections.abc import Callable, Iterator
from datetime import date

from evaluations.awards.services import draw_winners, publish_list
from evaluations.ledger.periods import Period, PeriodKind
from evaluations.ledger.services import close_period
from evaluations.rankings.models import Run
from evaluations.rankings.services.computing import compute_run
from evaluations.rankings.services.places import compute_after_people
from evaluations.rankings.services.runs import (
    DEFAULT_SCHEME,
    create_run,
    publish_run,
    review_run,
)
from simulation.models import Simulation
from staffing.people.models import User

Say = Callable[[str], None]


def finished_periods(first: date, until: date) -> list[Period]:
    """Return the months, then the quarters and years, that lie wholly within the span.

    A quarter's run reads the months' rules, so months come first.
    """
    months = list(_months(first, until))
    longer = {Period.quarter_of(m.first): None for m in months}
    longer |= {Period.year_of(m.first): None for m in months}
    return months + [
        period for period in longer if first <= period.first and period.last <= until
    ]


def _months(first: date, until: date) -> Iterator[Period]:
    month = Period.month_of(until)
    found = []
    while month.first >= first:
        if month.last <= until:
            found.append(month)
        month = month.previous
    yield from reversed(found)


def make_results(
    simulation: Simulation, *, by: User, closed_by: User, say: Say
) -> None:
    """Compute, review and publish what is over; calling again changes nothing.

    The award lists of the newest month stay drafts, and it stays open: somebody is
    about to decide them.
    """
    first = simulation.first
    periods = finished_periods(first, simulation.until)
    months = [period for period in periods if period.kind is PeriodKind.MONTH]
    for period in periods:
        run = _published(period, by)
        lists = draw_winners(run_id=run.pk, by=by)
        decided = period != months[-1]
        for award_list in lists:
            if decided and award_list.status == "draft":
                publish_list(award_list_id=award_list.pk, by=by)
        if decided and period.kind is PeriodKind.MONTH:
            close_period(period=period, by=closed_by)
        state = "published" if decided else "drafts"
        say(
            f"{period.code}: {run.ranked} of {run.people} ranked, "
            f"{run.eligible} eligible; {len(lists)} award lists ({state})"
        )


def _published(period: Period, by: User) -> Run:
    done = Run.objects.published().filter(
        period=period.code, scheme__code=DEFAULT_SCHEME
    )
    run = done.order_by("-revision").first()
    if run is not None:
        return run
    run = create_run(period=period, scheme=DEFAULT_SCHEME, by=by)
    compute_run(run_id=run.pk)
    compute_after_people(run_id=run.pk)
    review_run(run_id=run.pk, by=None)
    return publish_run(run_id=run.pk, by=by)
