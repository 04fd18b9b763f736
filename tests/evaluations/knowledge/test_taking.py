from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluations.knowledge.models import (
    Blueprint,
    Question,
    QuestionVersion,
    Sitting,
    SittingQuestion,
    TestResult,
)
from evaluations.knowledge.rules.drawing import drawn, shuffled
from evaluations.knowledge.rules.weeks import had_a_chance
from evaluations.knowledge.services.bank import QuestionDraft, edit_question
from evaluations.knowledge.services.marking import close_overdue
from evaluations.knowledge.services.preparing import prepare_weeks
from evaluations.knowledge.services.results import settle
from evaluations.knowledge.services.taking import (
    AlreadySubmitted,
    KeeperIsNotTested,
    NoAttemptLeft,
    NotAnAnswer,
    NoTestThisWeek,
    TooLate,
    begin,
    save_answer,
    submit,
)
from evaluations.ledger.models import Entry
from outlets.exchange.errors import DomainError
from staffing.rosters.models import Leave
from tests.evaluations.knowledge.sitting import WEEK, Clock, answer_all, plan, shown
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    RoleGrantFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def outlet():
    return OutletFactory()


@pytest.fixture
def clerk(clock, outlet):
    user = staff_user("clerk", outlet)
    plan()
    return user


def results():
    return list(TestResult.objects.values_list("test", "score", "taken_on"))


def test_a_week_is_prepared_once_for_whose_post_takes_the_test(clock, outlet):
    clerk = staff_user("clerk", outlet)
    staff_user("supervisor", outlet)
    staff_user("clerk", outlet, left_on=WEEK - timedelta(days=1))
    keeper = staff_user("clerk", outlet)
    RoleGrantFactory(user=keeper, role="operations")
    assert plan() == 1
    assert plan() == 0
    sitting = Sitting.objects.get()
    assert (sitting.employee, sitting.outlet) == (clerk.employee, outlet)
    assert (sitting.week, sitting.test, sitting.state) == (WEEK, "2026-W42", "prepared")
    assert (sitting.seed, sitting.questions.count()) == ("", 0)
    with pytest.raises(KeeperIsNotTested):
        begin(by=keeper)
    with pytest.raises(NoTestThisWeek):
        begin(by=granted_user("hr"))


def test_a_test_is_drawn_by_its_seed_and_can_be_drawn_again(clerk):
    sitting = begin(by=clerk)
    met = list(sitting.questions.select_related("version__question"))
    keys = [f"{q.version.question.code}:{q.version.number}" for q in met]
    assert keys == drawn(sitting.seed, sitting.pool, sitting.counts)
    assert len(keys) == len(set(keys)) == 10
    topics = [q.version.topic.code for q in met]
    assert {code: topics.count(code) for code in topics} == sitting.counts
    for question, key in zip(met, keys, strict=True):
        version = question.version
        again = shuffled(sitting.seed, key, version.kind, len(version.options_en))
        assert question.options == again
    assert drawn("another seed", sitting.pool, sitting.counts) != keys
    call_command("audit_tests", "2026-10-14")
    sitting.questions.filter(position=3).update(options=["9"])
    with pytest.raises(CommandError, match="1 of 1 tests differ"):
        call_command("audit_tests", "2026-10-14")


def test_what_is_answered_rightly_scores_and_goes_to_the_ledger_once(clerk, clock):
    sitting = begin(by=clerk)
    answer_all(sitting, clerk)
    clock.pass_by(minutes=10)
    for _twice in range(2):
        assert submit(sitting_uuid=sitting.uuid, by=clerk).score == 10000
    assert results() == [("2026-W42", 10000, WEEK)]
    for _twice in range(2):
        close_overdue(clock.now + timedelta(days=14))
        settle(WEEK + timedelta(days=14))
    entries = Entry.objects.filter(component="knowledge", employee=clerk.employee)
    assert [(e.points, e.out_of, e.version) for e in entries] == [(10000, 10000, 1)]


def test_the_deadline_stays_and_late_answers_do_not_count(clerk, clock):
    sitting = begin(by=clerk)
    deadline = sitting.deadline_at
    assert deadline == clock.now + timedelta(minutes=15)
    answer_all(sitting, clerk, leave_out={10})
    clock.pass_by(minutes=14)
    assert begin(by=clerk).deadline_at == deadline  # after a lost connection
    clock.pass_by(minutes=1)  # the last instant is in time
    first = sitting.questions.get(position=1)
    args = {"sitting_uuid": sitting.uuid, "by": clerk}
    save_answer(position=1, shown=shown(first), **args)
    clock.pass_by(seconds=1)
    with pytest.raises(TooLate):
        save_answer(position=10, shown=["1"], **args)
    assert sitting.questions.get(position=10).given == []
    done = submit(**args)
    weights = dict(sitting.questions.values_list("position", "version__weight"))
    lost = weights[10] / sum(weights.values())
    assert done.score == pytest.approx(10000 * (1 - lost), abs=0.51)
    assert done.submitted_at == deadline
    with pytest.raises(AlreadySubmitted):
        save_answer(position=10, shown=["1"], **args)
    with pytest.raises(NoAttemptLeft):
        begin(by=clerk)


def test_a_sitting_keeps_the_version_it_met(clerk):
    sitting = begin(by=clerk)
    keeper = granted_user("operations")
    for question in sitting.questions.select_related("version__question"):
        draft = replace(QuestionDraft.of(question.version), text_en="Another")
        edit_question(code=question.version.question.code, draft=draft, by=keeper)
    answer_all(sitting, clerk)
    assert submit(sitting_uuid=sitting.uuid, by=clerk).score == 10000
    met = sitting.questions.select_related("version")
    assert {question.version.number for question in met} == {1}


def test_a_retired_question_is_not_drawn(clerk):
    topics = Sitting.objects.get().counts
    versions = QuestionVersion.objects.current().filter(topic__code__in=topics)
    kept = versions.filter(topic__code="grooming").first().question
    Question.objects.exclude(pk=kept.pk).update(retired_on=WEEK)
    sitting = begin(by=clerk)
    assert [q.version.question for q in sitting.questions.all()] == [kept]


def test_what_was_answered_in_time_is_marked_without_submitting(clerk, clock):
    sitting = begin(by=clerk)
    answer_all(sitting, clerk)
    clock.pass_by(minutes=16)
    for closed in (1, 0):
        assert close_overdue(clock.now) == closed
    assert results() == [("2026-W42", 10000, WEEK)]


def test_a_further_attempt_counts_if_it_is_better(clock, outlet):
    clerk = staff_user("clerk", outlet)
    plan(attempts=2)
    first = begin(by=clerk)
    submit(sitting_uuid=first.uuid, by=clerk)
    assert results() == []
    second = begin(by=clerk)
    assert (second.attempt, second.seed == first.seed) == (2, False)
    answer_all(second, clerk)
    submit(sitting_uuid=second.uuid, by=clerk)
    assert results() == [("2026-W42", 10000, WEEK)]
    with pytest.raises(NoAttemptLeft):
        begin(by=clerk)


def test_an_attempt_that_was_not_used_does_not_hold_the_week_back(clock, outlet):
    clerk = staff_user("clerk", outlet)
    plan(attempts=3)
    submit(sitting_uuid=begin(by=clerk).uuid, by=clerk)
    clock.pass_by(days=7)
    close_overdue(clock.now)
    assert results() == [("2026-W42", 0, WEEK)]


def test_absence_scores_0_unless_on_approved_leave(clerk, clock, outlet):
    on_leave = staff_user("clerk", outlet)
    asked_only = staff_user("clerk", outlet)
    prepare_weeks(clock.now)
    for user, state in ((on_leave, "approved"), (asked_only, "asked")):
        Leave.objects.create(
            employee=user.employee,
            outlet=outlet,
            first_on=WEEK,
            last_on=WEEK + timedelta(days=6),
            state=state,
        )
    assert close_overdue(clock.now) == 0
    clock.pass_by(days=7)
    for closed in (3, 0):
        assert close_overdue(clock.now) == closed
    sunday = WEEK + timedelta(days=6)
    assert results() == [("2026-W42", 0, sunday)] * 2
    absent = set(TestResult.objects.values_list("employee", flat=True))
    assert absent == {clerk.employee.pk, asked_only.employee.pk}
    assert Sitting.objects.get(employee=on_leave.employee).state == "left_out"


@pytest.mark.parametrize(
    ("shifts", "others", "leave", "could"),
    [
        ((), (), (), True),
        ((), (), (0, 1, 2, 3, 4), False),
        ((), (), (0, 1, 2, 3), True),
        ((), (0, 1, 2, 3, 4, 5, 6), (), False),
        ((5,), (0, 1, 2, 3, 4), (), True),
        ((5,), (0, 1, 2, 3, 4), (5,), False),
    ],
)
def test_who_had_a_day_of_work_had_a_chance(shifts, others, leave, could):
    monday = date(2026, 10, 12)
    told = {
        name: {monday + timedelta(days=n) for n in days}
        for name, days in (("shifts", shifts), ("others", others), ("leave", leave))
    }
    assert had_a_chance(monday, **told) is could


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    steps=st.lists(
        st.one_of(
            st.sampled_from(["begin", "submit", "close"]),
            st.tuples(st.integers(1, 10), st.booleans()),
            st.integers(1, 9),  # minutes pass
        ),
        max_size=14,
    )
)
def test_whatever_happens_one_result_and_no_time_gained(clock, outlet, steps):
    """Answers count as they were given in time; the week has one result in the end."""
    user = staff_user("clerk", outlet)
    start = clock.now
    try:
        plan()
        sitting, deadline, last = None, None, {}
        for step in ["begin", *steps]:
            try:
                if step == "begin":
                    sitting = begin(by=user)
                    deadline = deadline or sitting.deadline_at
                    assert sitting.deadline_at == deadline
                elif step == "submit":
                    submit(sitting_uuid=sitting.uuid, by=user)
                elif step == "close":
                    close_overdue(clock.now)
                elif isinstance(step, int):
                    clock.pass_by(minutes=step)
                else:
                    position, right = step
                    question = sitting.questions.get(position=position)
                    save_answer(
                        sitting_uuid=sitting.uuid,
                        position=position,
                        shown=shown(question, right),
                        by=user,
                    )
                    assert clock.now <= deadline
                    last[position] = right
            except DomainError:
                pass
        clock.pass_by(days=8)
        close_overdue(clock.now)
        mine = TestResult.objects.get(employee=user.employee)
        marks = dict(sitting.questions.values_list("position", "right"))
        assert {n for n, right in marks.items() if right} == {
            n for n, right in last.items() if right
        }
        assert Sitting.objects.get(employee=user.employee).score == mine.score
    finally:
        clock.now = start


def test_what_is_no_answer_is_refused_and_changes_nothing(clerk):
    sitting = begin(by=clerk)
    for question in sitting.questions.select_related("version"):
        if question.version.kind == "fill":
            continue
        for wrong in (["99"], ["0"], ["1", "1"], [""]):
            with pytest.raises(NotAnAnswer):
                save_answer(
                    sitting_uuid=sitting.uuid,
                    position=question.position,
                    shown=wrong,
                    by=clerk,
                )
    assert not SittingQuestion.objects.exclude(given=[]).exists()


def test_nobody_else_reads_or_answers_a_test_and_nothing_right_is_told(
    client, clerk, outlet
):
    sitting = begin(by=clerk)
    page = reverse("knowledge:sitting", args=[sitting.uuid])
    answer = reverse("knowledge:answer", args=[sitting.uuid, 1])
    end = reverse("knowledge:submit", args=[sitting.uuid])
    for user in (
        staff_user("clerk", outlet),
        staff_user("store_manager", outlet),
        granted_user("operations"),
        granted_user("auditor"),
    ):
        client.force_login(user)
        assert client.get(page).status_code == 404
        assert client.post(answer, {"chosen": "1"}).status_code == 404
        assert client.post(end).status_code == 404
    client.force_login(clerk)
    before = client.get(page).content.decode()
    questions = list(sitting.questions.select_related("version"))
    for question in questions:
        assert question.version.text_en.replace("'", "&#x27;") in before
        assert question.version.explanation_en not in before
    answer_all(sitting, clerk)
    assert sitting.questions.exclude(right=None).count() == 0
    assert client.post(end).status_code == 302
    after = client.get(page).content.decode()
    assert after.count("Right answer") == len(questions)


def test_an_answer_is_saved_by_htmx_or_by_a_plain_form(client, clerk, clock):
    sitting = begin(by=clerk)
    client.force_login(clerk)
    question = next(
        q
        for q in sitting.questions.select_related("version")
        if q.version.kind in ("single", "true_false")
    )
    url = reverse("knowledge:answer", args=[sitting.uuid, question.position])
    place = shown(question)[0]
    saved = client.post(url, {"chosen": place}, headers={"HX-Request": "true"})
    assert "saved" in saved.content.decode()
    question.refresh_from_db()
    assert question.given == question.version.answer
    plain = client.post(url, {"chosen": place})
    assert plain["Location"].endswith(f"#question-{question.position}")
    clock.pass_by(minutes=16)
    late = client.post(url, {"chosen": place}, headers={"HX-Request": "true"})
    assert "came too late" in late.content.decode()


def test_a_lead_sees_who_has_sat_and_who_has_not(client, clerk, outlet, clock):
    staff_user("clerk", outlet)
    staff_user("clerk")  # elsewhere
    prepare_weeks(clock.now)
    submit(sitting_uuid=begin(by=clerk).uuid, by=clerk)
    client.force_login(staff_user("store_manager", outlet))
    page = client.get(reverse("knowledge:week"))
    rows = page.context["page"].rows
    assert {(row.state, row.score) for row in rows} == {("done", 0), ("prepared", None)}
    assert len(rows) == 2
    done = client.get(reverse("knowledge:week"), {"state": "done"})
    assert [row.employee for row in done.context["page"].rows] == [clerk.employee]


def test_figures_of_questions_count_submitted_tests_and_name_nobody(client, clerk):
    sitting = begin(by=clerk)
    answer_all(sitting, clerk, leave_out={1})
    client.force_login(granted_user("operations"))
    url = reverse("knowledge:figures")
    assert client.get(url).context["rows"] == []
    submit(sitting_uuid=sitting.uuid, by=clerk)
    page = client.get(url)
    first = sitting.questions.get(position=1).version_id
    told = {row.version.pk: row.figures.difficulty for row in page.context["rows"]}
    assert told.pop(first) == 0
    assert set(told.values()) == {1.0}
    assert len(told) == 9
    assert clerk.employee.name not in page.content.decode()


def test_a_blueprint_is_changed_for_the_weeks_to_come(client, clerk):
    client.force_login(granted_user("administrator"))
    url = reverse("knowledge:plan", args=["clerk"])
    topics = Sitting.objects.get().counts
    data = {f"topic-{code}": "0" for code in topics}
    data |= {"active": "on", "minutes": "20", "pass_mark": "85", "attempts": "2"}
    empty = client.post(url, data)
    assert empty.context["form"].non_field_errors() == [
        "A test has one question or more."
    ]
    assert client.post(url, data | {"topic-conduct": "3"}).status_code == 302
    plan = Blueprint.objects.get(post="clerk")
    assert (plan.minutes, plan.pass_mark, plan.attempts) == (20, 85, 2)
    assert plan.questions == {"conduct": 3}
    assert Sitting.objects.get().minutes == 15
