"""Mystery shopping for the demo: a wave that is over, and one in the field.

Spreadsheets bring visits without answers. The wave that is over was reviewed and
released, with one appeal still open; of the one that runs some visits are done, some
wait at the agency, some for the region. Shoppers are nobody's names.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from evaluations.mystery.models import (
    Answer,
    QuestionKind,
    Questionnaire,
    Quota,
    Report,
    ReportActionKind,
    ReportEvent,
    ReportState,
    Scenario,
    Shopper,
    Visit,
    VisitQuestion,
    Wave,
    WaveState,
)
from evaluations.mystery.rules.scoring import asked, score
from evaluations.mystery.services.appeals import appeal_visit
from evaluations.mystery.services.days import working_days_after
from outlets.places.models import Outlet, Region
from simulation.chain.plan import Plan
from staffing.people.models import Agency, Assignment, Employee, User

DONE, RUNNING = "DEMO-DONE", "DEMO-FIELD"
OUTLETS, VISITS_EACH = 10, 3
FIRST = VISITS_EACH  # of the wave that runs: the turns before it were in the last one
# How severe each is: what it takes from the chance of a good answer.
SHOPPERS = (("S01", "Lu", 0.08), ("S02", "Tan", 0.0), ("S03", "Bai", -0.05))
DAYS_DONE, APPEAL_DAYS = 20, 5
NOTES = {
    "P1": (
        "门口没人，走到柜台才有人抬头。",
        "Greeted at the door, asked what I came for.",
    ),
    "A2": ("合约期说成 6 个月，实际 12 个月。", "Everything as on the tariff sheet."),
    "R1": ("让我改天再来，没说为什么。", "Rang another outlet and kept one for me."),
}


@dataclass(frozen=True, slots=True)
class _Field:
    """What the visits of one wave are made with."""

    wave: Wave
    scenarios: list[Scenario]
    shoppers: list[tuple[Shopper, float]]
    questions: list[VisitQuestion]
    draw: Random


@transaction.atomic
def make_shopping(
    plan: Plan, *, home: Outlet, city: Region, by: User, manager: User
) -> int:
    """Make both waves around the home outlet; return the visits released.

    Doing so twice makes nothing twice.
    """
    if Wave.objects.filter(code=DONE).exists():
        return 0
    draw = Random(f"{plan.seed}:shopping")  # noqa: S311 (a demo, no secret)
    agencies = list(Agency.objects.order_by("name")[:2])
    shoppers = _shoppers(agencies)
    near = Outlet.objects.filter(region__path__startswith=city.path).exclude(pk=home.pk)
    outlets = [home, *near.order_by("outlet_class", "code")[: OUTLETS - 1]]
    today = timezone.localdate()
    done = _wave(DONE, today - timedelta(days=34), today - timedelta(days=3), agencies)
    field = _field(done, shoppers, draw)
    released = [
        _released(field, outlet, number, today, by)
        for outlet in outlets
        for number in range(VISITS_EACH)
    ]
    running = _wave(
        RUNNING, today - timedelta(days=6), today + timedelta(days=21), agencies
    )
    field = _field(running, shoppers, draw)
    for number, outlet in enumerate(outlets):
        _in_the_field(field, outlet, number, today)
    _appeal(home, manager)
    return len(released)


def _shoppers(agencies: list[Agency]) -> list[tuple[Shopper, float]]:
    made = []
    for agency in agencies:
        for code, name, severity in SHOPPERS:
            shopper, _is_new = Shopper.objects.update_or_create(
                agency=agency, code=code, defaults={"name": f"{name} ({agency.name})"}
            )
            made.append((shopper, severity))
    return made


def _wave(code: str, opens: date, closes: date, agencies: list[Agency]) -> Wave:
    over = code == DONE
    wave = Wave.objects.create(
        code=code,
        title="上一批 Last wave" if over else "本批 This wave",
        questionnaire=Questionnaire.objects.get(code="CUSTOMER"),
        opens_on=opens,
        closes_on=closes,
        state=WaveState.CLOSED if over else WaveState.RUNNING,
        fee=180,
        seed=code,
    )
    wave.scenarios.set(Scenario.objects.filter(active=True))
    wave.agencies.set(agencies)
    Quota.objects.create(wave=wave, visits=VISITS_EACH if over else 1)
    return wave


def _field(wave: Wave, shoppers: list[tuple[Shopper, float]], draw: Random) -> _Field:
    version = wave.questionnaire.versions.order_by("-number").first()
    questions = list(version.questions.order_by("position")) if version else []
    return _Field(wave, list(wave.scenarios.all()), shoppers, questions, draw)


def _released(
    field: _Field, outlet: Outlet, number: int, today: date, by: User
) -> Visit:
    """Return a visit of the wave that is over, as the region released it.

    It took place in the running month where that is long enough: closed months stay
    as they are.
    """
    latest = today - timedelta(days=1)
    earliest = max(today.replace(day=1), today - timedelta(days=DAYS_DONE))
    span = max((latest - earliest).days, 0)
    on = latest - timedelta(days=field.draw.randint(0, span))
    report = _submitted(field, outlet, number, on)
    return _reviewed(report, released_by=by)


def _in_the_field(field: _Field, outlet: Outlet, number: int, today: date) -> None:
    """Plan one visit; of four one is done, one reviewed, and two are still to come."""
    match number % 4:
        case 0:
            _reviewed(_submitted(field, outlet, FIRST, today - timedelta(days=1)))
        case 1:
            _submitted(field, outlet, FIRST, today - timedelta(days=1))
        case _:
            # The shopper who signs in goes wherever she was not in the last wave.
            new = range(FIRST, len(field.shoppers))
            _planned(field, outlet, min(new, key=lambda n: _turn(field, outlet, n)))


def _turn(field: _Field, outlet: Outlet, number: int) -> int:
    """Return whose turn a visit is: one shopper does not come back to an outlet."""
    return (outlet.pk + number) % len(field.shoppers)


def _planned(field: _Field, outlet: Outlet, number: int) -> Report:
    wave = field.wave
    report = Report.objects.create(
        number=f"{wave.code}-{outlet.code}-{number + 1}",
        wave=wave,
        outlet=outlet,
        shopper=field.shoppers[_turn(field, outlet, number)][0],
        scenario=field.draw.choice(field.scenarios),
        from_on=wave.opens_on,
        to_on=wave.closes_on,
    )
    _note(report, ReportActionKind.PLANNED)
    return report


def _submitted(field: _Field, outlet: Outlet, number: int, on: date) -> Report:
    report = _planned(field, outlet, number)
    severity = next(s for one, s in field.shoppers if one == report.shopper)
    answers = _answers(field, 0.8 - severity)
    rules = [question.rule for question in field.questions]
    found = score(rules, answers)
    met = _somebody(outlet, on, field.draw)
    report.version = field.questions[0].version
    report.state, report.visited_on = ReportState.SUBMITTED, on
    report.arrived_at, report.left_at = time(10, 12), time(10, 41)
    report.badge = met.number if met is not None else ""
    report.points, report.out_of = found.total.points, found.total.out_of
    report.submitted_at = datetime.combine(on, time(18), tzinfo=outlet.zone)
    report.save()
    reached = {one.code for one in asked(rules, answers)}
    Answer.objects.bulk_create(
        Answer(
            report=report,
            question=question,
            value=answers.get(question.code, ""),
            note=_remark(question.code, answers, field.draw),
            points=worth.points if worth else None,
            out_of=worth.out_of if worth else None,
        )
        for question in field.questions
        if question.code in reached
        for worth in [found.questions.get(question.code)]
    )
    _note(report, ReportActionKind.BEGIN, ReportActionKind.SUBMIT)
    return report


def _reviewed(report: Report, released_by: User | None = None) -> Visit:
    """Make a visit of a report; without `released_by` it waits for the region."""
    now = timezone.now()
    employee = Employee.objects.filter(number=report.badge).first()
    if report.shopper is None or report.visited_on is None:
        raise TypeError("a report that is submitted has a shopper and a day")
    visit = Visit.objects.create(
        visit_no=report.number,
        outlet=report.outlet,
        employee=employee,
        badge=report.badge,
        date=report.visited_on,
        agency=report.shopper.agency,
        points=report.points or 0,
        out_of=report.out_of or 1,
        released_at=now if released_by else None,
        released_by=released_by,
        appeal_until=working_days_after(
            timezone.localdate(), APPEAL_DAYS, report.outlet
        )
        if released_by
        else None,
    )
    report.visit, report.state = visit, ReportState.REVIEWED
    report.save(update_fields=["visit", "state"])
    _note(report, ReportActionKind.APPROVE)
    if released_by:
        _note(report, ReportActionKind.RELEASE)
    return visit


def _answers(field: _Field, good: float) -> dict[str, str]:
    """Answer every question, with a chance of `good` for the best answer."""
    found: dict[str, str] = {}
    for question in field.questions:
        well = field.draw.random() < good
        match question.kind:
            case QuestionKind.YES_NO:
                found[question.code] = "yes" if well else "no"
            case QuestionKind.SCALE:
                found[question.code] = str(field.draw.randint(4, 5) if well else 2)
            case QuestionKind.NUMBER:
                found[question.code] = str(field.draw.randint(2, 9) if well else 14)
            case QuestionKind.CHOICE:
                codes = [option["code"] for option in question.options]
                found[question.code] = (
                    codes[0] if well else field.draw.choice(codes[1:])
                )
    # Most come for themselves, few are annoyed, and hardly ever is a red line crossed.
    found["S3"] = "yes" if field.draw.random() < 0.15 else "no"
    found["M1"] = "yes" if field.draw.random() < 0.3 else "no"
    found["A5"] = "no" if field.draw.random() < 0.04 else "yes"
    found["P9"] = "yes" if field.draw.random() < 0.2 else "no"
    return found


def _remark(code: str, answers: dict[str, str], draw: Random) -> str:
    if code not in NOTES or draw.random() < 0.5:
        return ""
    bad, good = NOTES[code]
    return good if answers[code] in ("asked", "true", "solved") else bad


def _somebody(outlet: Outlet, on: date, draw: Random) -> Employee | None:
    """Return whom the shopper met, None now and then: no badge was readable."""
    there = Assignment.objects.on(on).filter(outlet=outlet)
    people = list(
        Employee.objects.filter(pk__in=there.values("employee"))
        .exclude(post="store_manager")
        .order_by("number")
    )
    return draw.choice(people) if people and draw.random() < 0.9 else None


def _note(report: Report, *steps: str) -> None:
    ReportEvent.objects.bulk_create(
        ReportEvent(report=report, what=step) for step in steps
    )


def _appeal(home: Outlet, manager: User) -> None:
    """Have the home outlet's lead appeal on the worst answer of a visit there."""
    lost = Answer.objects.filter(
        report__visit__outlet=home,
        report__wave__code=DONE,
        points=0,
        out_of__gt=0,
        question__critical=False,
    ).order_by("-question__weight", "report__number")
    worst = lost.select_related("question", "report__visit").first()
    if worst is None or worst.report.visit is None:
        return
    appeal_visit(
        visit_no=worst.report.visit.visit_no,
        question=worst.question.code,
        ground="fact",
        words="当时柜员在帮另一位老人，请看监控。 The clerk was helping somebody else.",
        by=manager,
    )
