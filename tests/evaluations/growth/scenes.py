"""An outlet with a clerk who has ideas, and who decides on them; a contest."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from django.utils import timezone

from evaluations.growth.models import Contest, Project
from evaluations.growth.rules.contests import Action
from evaluations.growth.services import contests, projects, scoring
from evaluations.growth.services.contests import DisciplinePlan, Plan
from evaluations.ledger.periods import Period
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import granted_user, staff_user

WORDS = {
    "title": "A map for the hotline",
    "problem": "Nobody finds the mast",
    "idea": "One map for both",
    "evidence": "Twelve calls a day",
}


def this_month():
    return Period.month_of(timezone.localdate())


def last_month():
    return this_month().previous


class Ideas:
    """A clerk's idea, handed in before last month began."""

    def __init__(self) -> None:
        self.county = RegionFactory()
        self.outlet = OutletFactory(region=self.county)
        self.clerk = staff_user(outlet=self.outlet)
        self.manager = staff_user("store_manager", outlet=self.outlet)
        self.operations = granted_user("operations")
        self.region = granted_user("regional_supervisor", region=self.county)
        self.hr = granted_user("hr")
        self.project = self.suggest()

    def suggest(self, by=None, outlet=None, **words) -> Project:
        row = projects.suggest(
            key=uuid4(),
            outlet_code=(outlet or self.outlet).code,
            words=WORDS | words,
            by=by or self.clerk,
        )
        Project.objects.filter(pk=row.pk).update(on=last_month().previous.first)
        row.refresh_from_db()
        return row

    def score(self, points="8.5", month=None, by=None, project=None):
        return scoring.score(
            project_id=(project or self.project).pk,
            month=month or last_month(),
            score=Decimal(points),
            comment="worth a try",
            by=by or self.operations,
        )

    def correct(self, points, month=None, by=None, reason="read wrongly"):
        return scoring.correct(
            project_id=self.project.pk,
            month=month or last_month(),
            score=Decimal(points),
            comment="worth a try",
            reason=reason,
            by=by or self.operations,
        )


def plan(**changes) -> Plan:
    today = timezone.localdate()
    usual = {
        "kind": "service",
        "title_en": "Smile cup",
        "title_zh": "微笑杯",
        "region": None,
        "on": today,
        "enter_from": today,
        "enter_until": today,
        "judge_from": today,
        "judge_until": today + timedelta(days=2),
        "trims": False,
        "disciplines": [DisciplinePlan("Greeting", "迎客", 10)],
    }
    return Plan(**(usual | changes))


class Cup:
    """A contest open for entries, with people of two outlets and a judge of a third."""

    def __init__(self, people=4, **changes) -> None:
        self.county = RegionFactory()
        self.outlets = [OutletFactory(region=self.county) for _ in range(2)]
        self.people = [
            staff_user(outlet=self.outlets[n % 2], name=f"Contestant {n}")
            for n in range(people)
        ]
        self.manager = staff_user("store_manager", outlet=self.outlets[0])
        self.judge = staff_user(name="The Judge")
        self.operations = granted_user("operations")
        self.contest: Contest = contests.draft(plan=plan(**changes), by=self.operations)
        self.move(Action.OPEN)

    def move(self, action):
        self.contest = contests.move(
            contest_id=self.contest.pk, action=action, by=self.operations
        )

    def enter_all(self):
        return [self.enter(one) for one in self.people]

    def enter(self, user, by=None):
        return contests.enter(
            contest_id=self.contest.pk, number=user.employee.number, by=by or user
        )

    def seat(self, user=None):
        return contests.seat(
            contest_id=self.contest.pk, user=user or self.judge, by=self.operations
        )

    def judging(self, *judges):
        rows = self.enter_all()
        for one in judges or (self.judge,):
            self.seat(one)
        self.move(Action.START)
        return rows
