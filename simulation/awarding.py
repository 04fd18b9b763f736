"""Award rounds of the demo: one finished, one on display, one taking nominations."""

from datetime import date, timedelta

from django.utils import timezone

from evaluations.awards.acting import Action
from evaluations.awards.models import Fund, Level, Nomination, Round, Title
from evaluations.awards.services.giving import give_bonus, pay_in
from evaluations.awards.services.nominations import act, nominate
from evaluations.awards.services.rounds import (
    Plan,
    appoint,
    finish_round,
    open_round,
    start_display,
)
from evaluations.rankings.models import Run, RunState
from outlets.places.models import Outlet
from staffing.people.models import Employee, User

REASON = "月度服务规范考核、暗访和客户评价均居前列，主动帮助新同事。"
DECIDED = "依据充分，公示无异议。"


def make_rounds(
    *, home: Outlet, manager: User, county: User, operations: User, hr: User
) -> int:
    """Make the three rounds over the newest published quarter; return how many.

    Calling again changes nothing. A chain without a finished quarter gets none.
    """
    runs = Run.objects.filter(state=RunState.PUBLISHED, period__contains="-Q")
    run = runs.order_by("-period", "-revision").first()
    if run is None or Round.objects.exists():
        return 0
    people = _County(home, manager, county, operations)
    finished = _round(people, run, Title.QUALITY_SERVICE_MODEL, Level.CITY, quorum=0)
    shown = _round(people, run, Title.EXCELLENT_STAFF, Level.COUNTY, quorum=1)
    appoint(round_id=shown.pk, user=hr, by=operations)
    for opened, voter in ((finished, None), (shown, hr)):
        if not _decided(people, opened, voter):
            continue
        today = timezone.localdate()
        ended = opened.pk == finished.pk
        start_display(
            round_id=opened.pk,
            by=operations,
            on=today - timedelta(days=8 if ended else 1),
        )
        _passed(opened, today, 9 if ended else 2)
        if ended:
            _publish(opened, operations, hr)
    waiting = _round(people, run, Title.EXCELLENT_TEAM, Level.COUNTY, quorum=0)
    _first(people, waiting)
    return 3


class _County:
    def __init__(
        self, home: Outlet, manager: User, county: User, operations: User
    ) -> None:
        self.home, self.manager = home, manager
        self.county, self.operations = county, operations


def _round(
    people: _County, run: Run, title: Title, level: Level, *, quorum: int
) -> Round:
    today = timezone.localdate()
    plan = Plan(
        level=level,
        title=title,
        places=3,
        shortlist=10,
        nominate_from=today,
        nominate_until=today + timedelta(days=6),
        review_until=today + timedelta(days=9),
        decide_until=today + timedelta(days=13),
        display_days=7,
        quorum=quorum,
    )
    return open_round(run_id=run.pk, plan=plan, by=people.operations)


def _decided(people: _County, opened: Round, voter: User | None) -> bool:
    """Take the best of the manager's own people through; False: there is nobody."""
    standings = opened.run.standings.filter(outlet=people.home, eligible=True)
    rows = standings.exclude(employee=people.manager.employee).order_by("position")
    for standing in rows.select_related("employee")[:2]:
        if not _one(people, opened, standing.employee, voter):
            return False
    return rows.exists()


def _one(people: _County, opened: Round, person: Employee, voter: User | None) -> bool:
    row = nominate(
        round_id=opened.pk,
        number=person.number,
        reason=REASON,
        exception="全厅考核第一，参与全市示范服务。",
        by=people.manager,
    )

    def do(action: Action, by: User, choice: str = "") -> Nomination:
        return act(
            nomination_id=row.pk, action=action, by=by, note=DECIDED, choice=choice
        )

    do(Action.SUBMIT, people.manager)
    do(Action.ENDORSE, people.county)
    if voter is not None:
        do(Action.VOTE, voter, "yes")
    do(Action.APPROVE, people.operations)
    return True


def _passed(opened: Round, today: date, days: int) -> None:
    """Let the round's days lie before its display, as they would."""
    last = today - timedelta(days=days)
    Round.objects.filter(pk=opened.pk).update(
        nominate_from=last - timedelta(days=13),
        nominate_until=last - timedelta(days=7),
        review_until=last - timedelta(days=4),
        decide_until=last,
    )


def _publish(opened: Round, operations: User, hr: User) -> None:
    award_list = finish_round(round_id=opened.pk, by=operations)
    fund = Fund.objects.get(code="reward-fund")
    pay_in(fund_id=fund.pk, amount=5_000_000, note="年度奖励基金拨款", by=hr)
    award = award_list.awards.filter(state="awarded").first()
    if award is not None:
        give_bonus(award_id=award.pk, fund_id=fund.pk, amount=80_000, by=hr)


def _first(people: _County, opened: Round) -> None:
    """Leave a draft for the manager's outlet, where the list has it."""
    nominate(
        round_id=opened.pk,
        number=people.home.code,
        reason="班组全年无有效投诉，客户满意度全区第一。",
        exception="环境改造后重新参评。",
        by=people.manager,
    )
