from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import override

from evaluations.knowledge.models import AbsenceDecision, Question, Sitting, TestResult
from evaluations.knowledge.services.absences import (
    AbsenceOfOneself,
    HadNoChance,
    NotAbsent,
    ResultOnPaper,
    settle_absences,
)
from evaluations.knowledge.services.marking import close_overdue
from evaluations.knowledge.services.results import (
    FormSentBefore,
    TakenInTheSystem,
    record_result,
    settle,
)
from evaluations.knowledge.services.taking import LeftOutThisWeek, NothingToAsk, begin
from evaluations.ledger.models import Entry
from staffing.notices.kinds import kind_of
from staffing.notices.models import Notice
from staffing.rosters.models import Leave
from tests.evaluations.knowledge.factories import TestResultFactory
from tests.evaluations.knowledge.sitting import WEEK, Clock, plan
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import granted_user, staff_user

pytestmark = pytest.mark.django_db
LATER = WEEK + timedelta(days=14)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def outlet():
    return OutletFactory()


@pytest.fixture
def lead(outlet):
    return staff_user("store_manager", outlet)


@pytest.fixture
def clerks(clock, outlet):
    clerks = [staff_user("clerk", outlet) for _ in range(3)]
    plan()
    return clerks


@pytest.fixture
def absent(clerks, clock):
    """Three people who did not sit, in the ledger with 0 points."""
    clock.pass_by(days=7)
    close_overdue(clock.now)
    settle(LATER)
    return clerks


def uuids(users):
    sittings = Sitting.objects.filter(employee__in=[u.employee for u in users])
    return list(sittings.values_list("uuid", flat=True))


def act(users, by, *, excused=True, key=None):
    return settle_absences(
        key=key or uuid4(),
        sitting_uuids=uuids(users),
        excused=excused,
        reason="Flood",
        by=by,
    )


def standing():
    """Return whose points the ledger counts."""
    entries = Entry.objects.filter(source="knowledge", reverses=None, reversal=None)
    return sorted(entries.values_list("employee", flat=True))


def people(users):
    return sorted(user.employee.pk for user in users)


def test_excused_absences_leave_the_ledger_once(absent, clock, lead):
    assert standing() == people(absent)
    key = uuid4()
    for _twice in range(2):
        assert len(act(absent[:2], lead, key=key)) == 2
        settle(LATER)
    assert standing() == people(absent[2:])
    entries = Entry.objects.filter(source="knowledge")
    assert entries.count() == 5  # three posted, two taken back
    taken_back = entries.exclude(reverses=None)
    assert {(e.by, e.reason) for e in taken_back} == {(lead, "Flood")}
    states = Sitting.objects.order_by("employee").values_list("state", "score")
    assert list(states) == [("left_out", None), ("left_out", None), ("absent", 0)]
    said = AbsenceDecision.objects.values_list("excused", "reason", "by")
    assert list(said) == [(True, "Flood", lead.pk)] * 2
    clock.pass_by(days=30)
    assert close_overdue(clock.now) == 0
    settle(LATER)
    assert standing() == people(absent[2:])


def test_a_form_sent_again_with_something_else_is_refused(absent, lead):
    key = uuid4()
    act(absent[:1], lead, key=key)
    for users, excused in (
        (absent[:2], True),
        (absent[1:2], True),
        (absent[:1], False),
    ):
        with pytest.raises(FormSentBefore):
            act(users, lead, excused=excused, key=key)
    assert standing() == people(absent[1:])
    assert AbsenceDecision.objects.count() == 1


def test_a_form_sent_again_may_name_who_was_left_out_before(absent, lead):
    act(absent[:1], lead)
    key = uuid4()
    for _twice in range(2):
        assert len(act(absent[:2], lead, key=key)) == 1
    assert standing() == people(absent[2:])


def test_nobody_scores_0_in_a_test_that_asked_nothing(clerks, clock):
    Question.objects.update(retired_on=WEEK)
    with pytest.raises(NothingToAsk):
        begin(by=clerks[0])
    clock.pass_by(days=7)
    assert close_overdue(clock.now) == 3
    assert {one.state for one in Sitting.objects.all()} == {"left_out"}
    assert not TestResult.objects.exists()


def test_no_result_on_paper_stands_beside_that_of_the_system(clerks, lead):
    with pytest.raises(TakenInTheSystem):
        record_result(
            uuid=uuid4(),
            employee=clerks[0].employee,
            taken_on=WEEK,
            test="2026-w42",
            score=10000,
            by=lead,
        )
    assert not TestResult.objects.exists()


def test_a_result_on_paper_is_that_of_the_test_whatever_its_capitals(clerks, lead):
    TestResultFactory(employee=clerks[0].employee, test="2026-w42")
    with pytest.raises(ResultOnPaper):
        act(clerks[:1], lead)


def test_whose_absence_is_settled_is_told_once_per_decision(absent, lead):
    first, *others = absent
    key = uuid4()
    for _twice in range(2):
        act([first], lead, key=key)
    act([first], lead, excused=False)
    told = Notice.objects.filter(kind="weekly_test_absence").order_by("pk")
    assert {one.employee for one in told} == {first.employee}
    with override("en"):
        assert [kind_of(one.kind).words(one) for one in told] == [
            "You are excused from the test 2026-W42: it does not count.",
            "You are not excused from the test 2026-W42: unless it is still open and "
            "you take it, it counts 0 points.",
        ]
    assert not any("Flood" in str(one.arguments) for one in told)


def test_what_was_excused_before_it_was_posted_is_never_posted(clerks, clock, lead):
    clock.pass_by(days=7)
    close_overdue(clock.now)
    act(clerks, lead)
    settle(LATER)
    assert not Entry.objects.filter(source="knowledge").exists()


def test_an_excuse_taken_back_counts_as_0_again(absent, lead):
    act(absent[:1], lead)
    act(absent, lead, excused=False)  # the others count as they are
    settle(LATER)
    assert standing() == people(absent)
    versions = Entry.objects.filter(employee=absent[0].employee, reverses=None)
    assert [(e.points, e.version) for e in versions.order_by("version")] == [
        (0, 1),
        (0, 2),
    ]
    assert AbsenceDecision.objects.count() == 2


def test_who_is_excused_in_the_running_week_does_not_sit_until_she_is_let(clerks, lead):
    act(clerks[:1], lead)
    with pytest.raises(LeftOutThisWeek):
        begin(by=clerks[0])
    act(clerks[:1], lead, excused=False)
    assert begin(by=clerks[0]).state == "open"


def test_all_are_settled_or_none(absent, lead, outlet):
    with pytest.raises(Sitting.DoesNotExist):
        settle_absences(
            key=uuid4(),
            sitting_uuids=[*uuids(absent), uuid4()],
            excused=True,
            reason="Flood",
            by=lead,
        )
    paper = TestResult.objects.get(employee=absent[2].employee)
    Sitting.objects.filter(result=paper).update(result=None)
    TestResultFactory(
        employee=absent[2].employee, outlet=outlet, test=paper.test, taken_on=WEEK
    )
    with pytest.raises(ResultOnPaper):
        act(absent, lead)
    assert standing() == people(absent)
    assert not AbsenceDecision.objects.exists()


def test_who_may_not_settle_changes_nothing(absent, outlet):
    strangers = (staff_user("store_manager"), staff_user("clerk", outlet))
    for user in strangers:
        with pytest.raises(Sitting.DoesNotExist):
            act(absent, user)
    for role in ("hr", "auditor"):
        with pytest.raises(PermissionDenied):
            act(absent, granted_user(role))
    assert standing() == people(absent)
    region = granted_user("regional_supervisor", region=outlet.region)
    assert len(act(absent, region)) == 3


def test_nobody_settles_her_own_absence(clock, outlet):
    lead = staff_user("supervisor", outlet)
    plan("supervisor")
    with pytest.raises(AbsenceOfOneself):
        act([lead], lead)
    assert Sitting.objects.get().state == "prepared"


def test_what_was_begun_is_no_absence(clerks, lead):
    begin(by=clerks[0])
    with pytest.raises(NotAbsent):
        act(clerks, lead)
    assert not Sitting.objects.filter(state="left_out").exists()


def test_who_was_on_leave_stays_left_out(clerks, clock, lead, outlet):
    Leave.objects.create(
        employee=clerks[0].employee,
        outlet=outlet,
        first_on=WEEK,
        last_on=WEEK + timedelta(days=6),
        state="approved",
    )
    clock.pass_by(days=7)
    close_overdue(clock.now)
    with pytest.raises(HadNoChance):
        act(clerks[:1], lead, excused=False)
    assert Sitting.objects.get(employee=clerks[0].employee).state == "left_out"


def test_a_lead_ticks_people_on_the_page_of_the_week(client, absent, lead):
    client.force_login(lead)
    query = f"?day={WEEK:%F}"
    page = client.get(reverse("knowledge:week") + query)
    assert [row.settleable for row in page.context["rows"]] == [True] * 3
    chosen = [str(uuid) for uuid in uuids(absent[:2])]
    data = {"key": str(uuid4()), "sittings": chosen, "excused": "1", "reason": ""}
    url = reverse("knowledge:settle") + query
    refused = client.post(url, data)
    assert refused.context["settling"].faults == ["This field is required."]
    assert refused.content.decode().count(" checked") == 2
    done = client.post(url, data | {"reason": "Flood"}, follow=True)
    assert done.redirect_chain == [(reverse("knowledge:week") + query, 302)]
    assert "2 absences are settled." in done.content.decode()
    assert [row.settled and row.settled.reason for row in done.context["rows"]] == [
        "Flood",
        "Flood",
        None,
    ]
    assert standing() == people(absent[2:])
    client.force_login(absent[0])
    assert "Flood" in client.get(reverse("knowledge:mine")).content.decode()


def test_a_page_offers_nobody_whom_its_reader_may_not_settle(client, absent, outlet):
    client.force_login(granted_user("hr"))
    page = client.get(reverse("knowledge:week"), {"day": f"{WEEK:%F}"})
    assert {row.settleable for row in page.context["rows"]} == {False}
    assert page.context["settling"] is None
    assert client.post(reverse("knowledge:settle"), {}).status_code == 403


def test_the_week_costs_the_same_queries_for_1_and_20_people(
    client, clock, outlet, lead, django_assert_num_queries
):
    client.force_login(lead)
    for count in (1, 19):
        for _more in range(count):
            staff_user("clerk", outlet)
        plan()
        # Session, user, her posts and grants, her outlet, counts, rows, decisions.
        with django_assert_num_queries(9):
            client.get(reverse("knowledge:week"))
