"""Ideas and skills contests of the demo: some scored, one promoted, a cup released."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from django.utils import timezone

from evaluations.growth.models import Contest, ContestKind, Project
from evaluations.growth.rules.contests import Action
from evaluations.growth.rules.projects import Action as Do
from evaluations.growth.services import contests, judging, projects, scoring
from evaluations.growth.services.contests import DisciplinePlan, Plan
from evaluations.ledger.periods import Period
from outlets.places.models import Outlet
from staffing.people.models import Assignment, User

MAP = {
    "title": "基站位置与缴费点合一的地图",
    "problem": "客户问信号又问就近缴费时，要查两个系统，常常答不全。",
    "idea": "把基站覆盖图和缴费点画在同一张图上，前台和热线共用。",
    "evidence": "试用两周，此类咨询平均缩短约一分钟。",
}
FORMS = {
    "title": "取号时就提示所需证件",
    "problem": "过户、补卡的客户排到窗口才发现证件不齐。",
    "idea": "取号机按业务打印所需证件清单，流动咨询员先核对。",
    "evidence": "上月因证件不齐白跑的客户有二十余位。",
}
QUIET = {
    "title": "午间留一个快办窗口",
    "problem": "午间只缴费的客户也要和办套餐的一起排队。",
    "idea": "十二点到两点留一个只办缴费、查询的窗口。",
}
REPEAT = {
    "title": "重复投诉一键查询",
    "problem": "接到投诉时不知道客户以前是否反映过同一问题。",
    "idea": "受理页面自动列出近三个月同号码的投诉。",
    "evidence": "",
}


@dataclass(frozen=True, slots=True)
class People:
    """Who has a sign-in in the demo."""

    home: Outlet
    manager: User
    clerk: User
    county: User
    operations: User
    hr: User


def make_growth(people: People) -> tuple[int, int]:
    """Make ideas and contests; return how many of each. Again changes nothing."""
    if Project.objects.exists() or Contest.objects.exists():
        return 0, 0
    _ideas(people)
    _released(people)
    _upcoming(people)
    return Project.objects.count(), Contest.objects.count()


def _ideas(people: People) -> None:
    last = Period.month_of(timezone.localdate()).previous
    promoted = _idea(people, MAP, people.clerk, last)
    _score(promoted, last, "9.0", people.operations, "贴近客户，数据扎实，可推广。")
    projects.reward(
        project_id=promoted.pk, points=30, note="创新贡献突出", by=people.hr
    )
    projects.decide(
        project_id=promoted.pk,
        action=Do.PROMOTE,
        note="各厅可参照制作本区地图。",
        by=people.operations,
    )
    scored = _idea(people, FORMS, people.clerk, last)
    _score(scored, last, "7.5", people.county, "想法好，请补充一个月的对比数据。")
    declined = _idea(people, QUIET, people.manager, last)
    projects.decide(
        project_id=declined.pk,
        action=Do.DECLINE,
        note="午间班次人手不足，待排班调整后可再提。",
        by=people.county,
    )
    _idea(people, REPEAT, people.clerk, last)


def _idea(people: People, words: dict[str, str], by: User, last: Period) -> Project:
    row = projects.suggest(
        key=uuid4(), outlet_code=people.home.code, words=words, by=by
    )
    Project.objects.filter(pk=row.pk).update(on=last.first + timedelta(days=8))
    row.refresh_from_db()
    return row


def _score(row: Project, month: Period, points: str, by: User, comment: str) -> None:
    scoring.score(
        project_id=row.pk, month=month, score=Decimal(points), comment=comment, by=by
    )


def _plan(
    kind: ContestKind, en: str, zh: str, disciplines: list[DisciplinePlan]
) -> Plan:
    today = timezone.localdate()
    return Plan(
        kind=kind,
        title_en=en,
        title_zh=zh,
        region=None,
        on=today,
        enter_from=today,
        enter_until=today,
        judge_from=today,
        judge_until=today,
        trims=False,
        disciplines=disciplines,
    )


def _released(people: People) -> None:
    """A cup of last month among the manager's people, judged by human resources."""
    by = people.operations
    plan = _plan(
        ContestKind.SERVICE,
        "Smile and service cup",
        "微笑服务杯",
        [
            DisciplinePlan("Greeting and posture", "迎客与仪态", 40),
            DisciplinePlan("A difficult case", "疑难案例处理", 60),
            DisciplinePlan("Customers' marks", "客户评分", 100, by_customers=True),
        ],
    )
    cup = contests.draft(plan=plan, by=by)
    contests.move(contest_id=cup.pk, action=Action.OPEN, by=by)
    stints = Assignment.objects.on(timezone.localdate()).filter(outlet=people.home)
    numbers = list(
        stints.exclude(employee=people.manager.employee)
        .order_by("employee__number")
        .values_list("employee__number", flat=True)
    )
    own = people.clerk.employee.number if people.clerk.employee else ""
    for number in dict.fromkeys([own, *numbers[:5]]):
        contests.enter(contest_id=cup.pk, number=number, by=people.manager)
    contests.seat(contest_id=cup.pk, user=people.hr, by=by)
    contests.move(contest_id=cup.pk, action=Action.START, by=by)
    rows = list(cup.contestants.order_by("pk"))
    for discipline in cup.disciplines.all():
        for n, row in enumerate(rows):
            given = Decimal(discipline.most) * (95 - 4 * ((n + 3) % 6)) / 100
            if discipline.by_customers:
                counted = judging.Counted(20, (given * 20).quantize(Decimal("0.1")))
                judging.count(
                    contest_id=cup.pk,
                    counts={(row.pk, discipline.pk): counted},
                    by=by,
                )
            else:
                judging.mark(
                    contest_id=cup.pk,
                    marks={(row.pk, discipline.pk): given.quantize(Decimal("0.1"))},
                    by=people.hr,
                )
    judging.release(contest_id=cup.pk, by=by)
    _earlier(cup, 20)


def _earlier(cup: Contest, days: int) -> None:
    """Let a contest's days lie in the past, as they would."""
    back = timedelta(days=days)
    Contest.objects.filter(pk=cup.pk).update(
        on=cup.on - back,
        enter_from=cup.enter_from - back - timedelta(days=14),
        enter_until=cup.enter_until - back - timedelta(days=3),
        judge_from=cup.judge_from - back,
        judge_until=cup.judge_until - back,
    )


def _upcoming(people: People) -> None:
    today = timezone.localdate()
    plan = _plan(
        ContestKind.TECHNICAL,
        "Counter skills contest",
        "柜面业务技能竞赛",
        [
            DisciplinePlan("Transactions against the clock", "业务办理速度", 50),
            DisciplinePlan("Knowledge", "业务知识", 50),
        ],
    )
    cup = contests.draft(plan=plan, by=people.operations)
    contests.move(contest_id=cup.pk, action=Action.OPEN, by=people.operations)
    Contest.objects.filter(pk=cup.pk).update(
        enter_until=today + timedelta(days=10),
        on=today + timedelta(days=17),
        judge_from=today + timedelta(days=17),
        judge_until=today + timedelta(days=20),
    )
