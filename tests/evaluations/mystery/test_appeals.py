"""Appeals on visits: who may do what in which state, and what the ledger says after."""

from datetime import UTC, date, datetime
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from evaluations.ledger.models import Entry
from evaluations.mystery.models import Report, Visit, VisitAppeal
from evaluations.mystery.rules.appealing import (
    AppealAction,
    AppealPart,
    AppealState,
    may,
)
from evaluations.mystery.services import (
    Decision,
    act_on_appeal,
    appeal_visit,
    decide_appeal,
    settle,
)
from evaluations.mystery.services.appeals import (
    AppealedAlready,
    AppealMoved,
    AppealTooLate,
    NotAsked,
    NothingToAppeal,
    WordsMissing,
)
from evaluations.mystery.services.deciding import EffectDoesNotFit
from staffing.notices.models import Notice
from tests.evaluations.mystery.factories import (
    AnswerFactory,
    ReportFactory,
    VersionFactory,
    VisitFactory,
    VisitQuestionFactory,
)
from tests.outlets.places.factories import RegionFactory
from tests.staffing.people.factories import (
    AgencyFactory,
    AssignmentFactory,
    EmployeeFactory,
    UserFactory,
    granted_user,
)

DAY = date(2026, 10, 12)
SIDES = ("APPELLANT", "OUTLET", "AGENCY", "DECIDER", "DECIDER at the outlet")
# state → action → who may; whoever is not named may not.
MAY = {
    "open": {
        "ask": {"DECIDER"},
        "decide": {"DECIDER"},
        "withdraw": {"APPELLANT"},
        "remark": {"APPELLANT", "DECIDER"},
    },
    "asked": {
        "answer": {"AGENCY"},
        "decide": {"DECIDER"},
        "withdraw": {"APPELLANT"},
        "remark": {"APPELLANT", "DECIDER"},
    },
    "answered": {
        "ask": {"DECIDER"},
        "decide": {"DECIDER"},
        "withdraw": {"APPELLANT"},
        "remark": {"APPELLANT", "DECIDER"},
    },
    "upheld": {},
    "in_part": {},
    "refused": {},
    "withdrawn": {},
}
PARTS = {
    "APPELLANT": {AppealPart.APPELLANT, AppealPart.OUTLET},
    "OUTLET": {AppealPart.OUTLET},
    "AGENCY": {AppealPart.AGENCY},
    "DECIDER": {AppealPart.DECIDER},
    "DECIDER at the outlet": {AppealPart.DECIDER, AppealPart.OUTLET},
}


@pytest.mark.parametrize(
    ("state", "action", "side"), list(product(AppealState, AppealAction, SIDES))
)
def test_who_may_do_what_in_which_state(state, action, side):
    allowed = side in MAY[state].get(action, set())
    assert may(action, state, PARTS[side]) is allowed


def test_an_agency_decides_nothing_whatever_else_it_is():
    both = {AppealPart.AGENCY, AppealPart.DECIDER}
    assert not may(AppealAction.DECIDE, AppealState.OPEN, both)
    assert not may(AppealAction.DECIDE, AppealState.OPEN, both | {AppealPart.OUTLET})


db = pytest.mark.django_db


@pytest.fixture
def now(monkeypatch):
    """The Wednesday on which the visit is released, in Shanghai's morning; moves."""
    moment = {"now": datetime(2026, 10, 14, 2, tzinfo=UTC)}
    monkeypatch.setattr(timezone, "now", lambda: moment["now"])
    return moment


@pytest.fixture
def clerk(now):
    employee = EmployeeFactory(number="E-7")
    return UserFactory(employee=employee)


@pytest.fixture
def visit(clerk):
    """A released visit of three questions, in the ledger: 3 of 6 points."""
    visit = VisitFactory(
        visit_no="W-1",
        employee=clerk.employee,
        agency=AgencyFactory(code="AG"),
        date=DAY,
        points=300,
        out_of=600,
        appeal_until=date(2026, 10, 21),
    )
    AssignmentFactory(employee=clerk.employee, outlet=visit.outlet)
    version = VersionFactory()
    report = ReportFactory(
        done=True,
        state="reviewed",
        number="W-1",
        version=version,
        outlet=visit.outlet,
        shopper__agency=visit.agency,
        visit=visit,
        points=300,
        out_of=600,
    )
    for code, weight, value in (("A", 1, "yes"), ("B", 2, "yes"), ("C", 3, "no")):
        question = VisitQuestionFactory(version=version, code=code, weight=weight)
        points = weight * 100 if value == "yes" else 0
        AnswerFactory(
            report=report,
            question=question,
            value=value,
            points=points,
            out_of=weight * 100,
        )
    settle(DAY)
    return visit


def region(visit):
    return granted_user("regional_supervisor", region=visit.outlet.region)


def appealed(visit, by, question="C"):
    return appeal_visit(
        visit_no=visit.visit_no,
        question=question,
        ground="fact",
        words="I said it at the door.",
        by=by,
    )


def standing():
    return list(
        Entry.objects.standing().values_list(
            "employee__number", "points", "out_of", "version"
        )
    )


def decided(appeal, by, **told):
    values = {"state": "upheld", "reason": "The recording has it."} | told
    return decide_appeal(uuid=appeal.uuid, decision=Decision(**values), by=by)


@db
def test_an_appeal_upheld_scores_the_visit_anew_and_reverses_the_ledger(visit, clerk):
    assert standing() == [("E-7", 300, 600, 1)]
    appeal = appealed(visit, clerk)
    judge = region(visit)
    decided(appeal, judge, effect="answer", answer="yes")
    visit.refresh_from_db()
    assert (visit.points, visit.out_of, visit.disputed) == (600, 600, False)
    assert standing() == [("E-7", 600, 600, 2)]
    entries = Entry.objects.order_by("id").values_list(
        "points", "out_of", "by", "reason"
    )
    assert list(entries) == [
        (300, 600, None, ""),
        (-300, -600, judge.pk, "The recording has it."),
        (600, 600, judge.pk, "The recording has it."),
    ]
    appeal.refresh_from_db()
    assert appeal.was["answers"] == {"A": "yes", "B": "yes", "C": "no"}
    assert appeal.now["answers"] == {"A": "yes", "B": "yes", "C": "yes"}
    report = Report.objects.get()
    assert (report.points, report.out_of) == (600, 600)
    assert list(report.answers.values_list("points", "out_of")) == [
        (100, 100),
        (200, 200),
        (300, 300),
    ]


@db
@pytest.mark.parametrize(
    ("told", "after"),
    [
        ({"effect": "leave_out"}, [("E-7", 300, 300, 2)]),
        ({"effect": "outlet"}, [(None, 300, 600, 1)]),
        ({"effect": "annul"}, []),
        ({"state": "refused", "effect": "none"}, [("E-7", 300, 600, 1)]),
    ],
)
def test_what_a_decision_does_to_the_ledger(visit, clerk, told, after):
    decided(appealed(visit, clerk), region(visit), **told)
    assert standing() == after
    settle(DAY)
    assert standing() == after


@db
def test_a_visit_may_turn_out_to_be_somebody_elses(visit, clerk):
    other = EmployeeFactory(number="E-8")
    AssignmentFactory(employee=other, outlet=visit.outlet)
    appeal = appealed(visit, clerk, question="")
    judge = region(visit)
    with pytest.raises(EffectDoesNotFit):
        decided(appeal, judge, effect="person", employee_number="E-9")
    decided(appeal, judge, effect="person", employee_number="E-8")
    assert standing() == [("E-8", 300, 600, 1)]


@db
def test_a_decision_reaches_this_visit_only(visit, clerk):
    other = VisitFactory(visit_no="W-2", employee=clerk.employee, date=DAY)
    settle(DAY)
    before = Visit.objects.filter(pk=other.pk).values().get()
    decided(appealed(visit, clerk), region(visit), effect="annul")
    assert Visit.objects.filter(pk=other.pk).values().get() == before
    assert standing() == [("E-7", 8400, 10000, 1)]


@db
@pytest.mark.parametrize(
    "told",
    [
        {"effect": "none"},
        {"state": "refused", "effect": "annul"},
        {"effect": "answer", "answer": "perhaps"},
        {"effect": "answer", "answer": ""},
        {"effect": "answer", "answer": "no"},
        {"effect": "points", "points": 500},
        {"state": "withdrawn", "effect": "annul"},
    ],
)
def test_a_decision_that_does_not_fit_changes_nothing(visit, clerk, told):
    appeal = appealed(visit, clerk)
    with pytest.raises(EffectDoesNotFit):
        decided(appeal, region(visit), **told)
    appeal.refresh_from_db()
    assert (appeal.state, appeal.was) == ("open", None)
    assert standing() == [("E-7", 300, 600, 1)]


@db
def test_points_of_a_visit_without_answers_may_be_put_right(clerk):
    plain = VisitFactory(
        employee=clerk.employee,
        agency=AgencyFactory(),
        date=DAY,
        appeal_until=date(2026, 10, 21),
    )
    settle(DAY)
    appeal = appealed(plain, clerk, question="")
    with pytest.raises(EffectDoesNotFit):
        decided(appeal, region(plain), effect="points", points=10001)
    decided(appeal, region(plain), state="in_part", effect="points", points=9000)
    assert standing() == [("E-7", 9000, 10000, 2)]


@db
def test_nobody_of_the_outlet_or_the_agency_decides(visit, clerk):
    appeal = appealed(visit, clerk)
    works_there = EmployeeFactory()
    AssignmentFactory(
        employee=works_there, outlet=visit.outlet, ends_on=date(2026, 9, 30)
    )
    was_there = granted_user(
        "regional_supervisor", region=visit.outlet.region, user__employee=works_there
    )
    for one in (was_there, granted_user("agency", agency=visit.agency), clerk):
        with pytest.raises(PermissionDenied):
            decided(appeal, one, effect="annul")
    far = granted_user("regional_supervisor", region=RegionFactory())
    with pytest.raises(PermissionDenied):
        decided(appeal, far, effect="annul")
    assert standing() == [("E-7", 300, 600, 1)]


@db
def test_the_agency_is_asked_answers_and_sees_the_appeal_from_then_on(visit, clerk):
    agency = granted_user("agency", agency=visit.agency)
    judge = region(visit)
    appeal = appealed(visit, clerk)
    sees = VisitAppeal.objects.visible_to
    assert not sees(agency).exists()
    with pytest.raises(AppealMoved):
        act_on_appeal(
            uuid=appeal.uuid, action=AppealAction.ANSWER, words="So it was.", by=agency
        )
    act_on_appeal(uuid=appeal.uuid, action=AppealAction.ASK, words="Was it?", by=judge)
    assert sees(agency).get().turn == AppealPart.AGENCY
    assert Notice.objects.filter(user=agency, kind="visit_appeal").count() == 1
    answered = act_on_appeal(
        uuid=appeal.uuid, action=AppealAction.ANSWER, words="So it was.", by=agency
    )
    assert (answered.state, answered.turn) == ("answered", AppealPart.DECIDER)


@db
def test_whom_it_no_longer_judges_reads_the_agency_without_a_name(client, visit, clerk):
    agency = granted_user("agency", agency=visit.agency, user__last_name="Ouyang")
    appeal, judge = appealed(visit, clerk, question=""), region(visit)
    act_on_appeal(uuid=appeal.uuid, action=AppealAction.ASK, words="Who?", by=judge)
    act_on_appeal(uuid=appeal.uuid, action=AppealAction.ANSWER, words="She.", by=agency)
    page = f"/mystery/appeals/{appeal.uuid}/"
    decided(appeal, judge, effect="outlet")
    client.force_login(clerk)
    assert agency.called not in client.get(page).content.decode()
    client.force_login(agency)
    hers = client.get(page).content.decode()
    assert agency.called in hers
    assert judge.called not in hers


@db
def test_once_decided_nothing_more_is_done(visit, clerk):
    appeal, judge = appealed(visit, clerk), region(visit)
    decided(appeal, judge, state="refused", effect="none")
    with pytest.raises(AppealMoved):
        decided(appeal, judge, effect="annul")
    with pytest.raises(AppealMoved):
        act_on_appeal(
            uuid=appeal.uuid, action=AppealAction.WITHDRAW, words="", by=clerk
        )


@db
def test_the_clock_counts_working_days(visit, clerk):
    assert appealed(visit, clerk).due_on == date(2026, 10, 21)


@db
def test_an_appeal_is_open_to_the_last_day_and_not_after(visit, clerk, now):
    now["now"] = datetime(2026, 10, 21, 15, 59, tzinfo=UTC)
    appealed(visit, clerk)
    now["now"] = datetime(2026, 10, 21, 16, 1, tzinfo=UTC)
    with pytest.raises(AppealTooLate, match="2026-10-21"):
        appealed(visit, clerk, question="A")


@db
def test_a_visit_is_locked_once_its_days_are_over_and_no_appeal_waits(
    visit, clerk, now
):
    appeal = appealed(visit, clerk)
    now["now"] = datetime(2026, 10, 22, 2, tzinfo=UTC)
    visit.refresh_from_db()
    assert not visit.is_locked
    decided(appeal, region(visit), state="refused", effect="none")
    visit.refresh_from_db()
    assert visit.is_locked
    assert Report.objects.get().stage == "locked"


@db
def test_what_cannot_be_appealed_says_why(visit, clerk):
    with pytest.raises(NotAsked):
        appealed(visit, clerk, question="Z")
    appealed(visit, clerk)
    with pytest.raises(AppealedAlready):
        appealed(visit, clerk)
    with pytest.raises(WordsMissing):
        appeal_visit(visit_no="W-1", question="A", ground="fact", words=" ", by=clerk)
    colleague = UserFactory(employee=EmployeeFactory())
    AssignmentFactory(employee=colleague.employee, outlet=visit.outlet)
    with pytest.raises(PermissionDenied):
        appealed(visit, colleague, question="A")
    hidden = VisitFactory(unreleased=True, employee=clerk.employee)
    with pytest.raises(NothingToAppeal):
        appealed(hidden, clerk, question="")


@db
def test_whom_it_judges_and_her_lead_are_told_of_the_decision(visit, clerk):
    lead = UserFactory(employee=EmployeeFactory(post="store_manager"))
    AssignmentFactory(employee=lead.employee, outlet=visit.outlet)
    appeal = appealed(visit, lead)
    decided(appeal, region(visit), effect="annul")
    told = Notice.objects.filter(kind="visit_appeal", arguments__what="decide")
    assert set(told.values_list("employee", flat=True)) == {
        clerk.employee_id,
        lead.employee_id,
    }


@db
def test_each_question_of_the_page_can_be_appealed_by_whom_it_judges(
    client, visit, clerk
):
    page, add = f"/mystery/visits/{visit.visit_no}/", "/appeal/?question=C"
    client.force_login(clerk)
    assert add in client.get(page).content.decode()
    shown = client.get(f"/mystery/visits/{visit.visit_no}{add}")
    assert shown.context["answer"].question.code == "C"
    client.force_login(region(visit))
    assert add not in client.get(page).content.decode()
