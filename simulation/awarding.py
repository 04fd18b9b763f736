"""Award rounds of the demo: two finished, one on display, one taking nominations.

Winners of the finished ones, a person and an outlet, hold their titles; the person also
a bonus and a certificate. A colleague objects to one who is on display.
"""

from datetime import date, timedelta
from uuid import uuid4

from django.utils import timezone

from evaluations.awards.acting import Action
from evaluations.awards.models import Fund, Level, Nomination, Round, Title
from evaluations.awards.services.certificates import issue
from evaluations.awards.services.giving import give_bonus, pay_in
from evaluations.awards.services.nominations import act, nominate
from evaluations.awards.services.objections import object_to
from evaluations.awards.services.rounds import (
    Plan,
    appoint,
    finish_round,
    open_round,
    start_display,
)
from evaluations.rankings.models import Run, RunState
from outlets.places.models import Outlet
from staffing.people.models import User

# Reason and, where the list does not have them, why all the same.
PERSON = (
    "月度服务规范考核、暗访和客户评价均居前列，主动帮助新同事。",
    "全厅考核第一，参与全市示范服务。",
)
UNIT = ("环境整洁，全年无有效投诉，便民设施齐全。", "环境改造后重新参评。")
TEAM = ("班组全年无有效投诉，客户满意度全区第一。", "环境改造后重新参评。")
DECIDED = "依据充分，符合评选条件。"
OBJECTED = "本季度有两次调班未提前告知同事，希望核实。"


def make_rounds(
    *,
    home: Outlet,
    manager: User,
    county: User,
    operations: User,
    hr: User,
    colleague: User,
) -> int:
    """Make the four rounds over the newest published quarter; return how many.

    Calling again changes nothing. A chain without a finished quarter gets none.
    """
    runs = Run.objects.filter(state=RunState.PUBLISHED, period__contains="-Q")
    run = runs.order_by("-period", "-revision").first()
    if run is None or Round.objects.exists():
        return 0
    people = _County(home, manager, county, operations)
    today = timezone.localdate()
    model = _round(people, run, Title.QUALITY_SERVICE_MODEL, Level.CITY, quorum=0)
    if _decided(people, model, None):
        _shown(model, operations, today, days=8)
        _publish(model, operations, hr)
    unit = _round(people, run, Title.CIVILISED_UNIT, Level.CITY, quorum=0)
    _approved(people, unit, home.code, UNIT, None)
    _shown(unit, operations, today, days=8)
    finish_round(round_id=unit.pk, by=operations)
    county_model = _round(
        people, run, Title.QUALITY_SERVICE_MODEL, Level.COUNTY, quorum=1
    )
    appoint(round_id=county_model.pk, user=hr, by=operations)
    if _decided(people, county_model, hr):
        _shown(county_model, operations, today, days=1)
        _object(county_model, colleague)
    waiting = _round(people, run, Title.EXCELLENT_TEAM, Level.COUNTY, quorum=0)
    _first(people, waiting)
    return 4


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
        _approved(people, opened, standing.employee.number, PERSON, voter)
    return rows.exists()


def _approved(
    people: _County,
    opened: Round,
    number: str,
    words: tuple[str, str],
    voter: User | None,
) -> None:
    """Take a nominee through all hands; `voter` None: the round has no committee."""
    reason, exception = words
    row = nominate(
        round_id=opened.pk,
        number=number,
        reason=reason,
        exception=exception,
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


def _shown(opened: Round, operations: User, today: date, *, days: int) -> None:
    """Begin the public display so many days ago, after the days of its round."""
    _passed(opened, today, days + 1)
    start_display(round_id=opened.pk, by=operations, on=today - timedelta(days=days))


def _object(opened: Round, colleague: User) -> None:
    """Have a colleague object to a winner who is not herself."""
    others = opened.nominations.exclude(employee=colleague.employee)
    if (row := others.first()) is not None:
        object_to(nomination_id=row.pk, text=OBJECTED, by=colleague)


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
    note = "年度奖励基金拨款"
    pay_in(key=uuid4(), fund_id=fund.pk, amount=5_000_000, note=note, by=hr)
    award = award_list.awards.filter(state="awarded").first()
    if award is not None:
        issue(award_id=award.pk)
        give_bonus(award_id=award.pk, fund_id=fund.pk, amount=80_000, by=hr)


def _first(people: _County, opened: Round) -> None:
    """Leave a draft for the manager's outlet, where the list has it."""
    nominate(
        round_id=opened.pk,
        number=people.home.code,
        reason=TEAM[0],
        exception=TEAM[1],
        by=people.manager,
    )
