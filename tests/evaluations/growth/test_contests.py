from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from evaluations.awards.models import PointLine
from evaluations.growth.models import Contest, Contestant, CustomerMarks, Judge, Mark
from evaluations.growth.rules.contests import Action
from evaluations.growth.services import contests, judging, refusals
from evaluations.growth.services.contests import DisciplinePlan
from staffing.notices.models import Notice
from tests.evaluations.growth.scenes import Cup, plan
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    RoleGrantFactory,
    UserFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db
BOTH = [
    DisciplinePlan("Greeting", "迎客", 10),
    DisciplinePlan("Customers", "客户评分", 100, by_customers=True),
]


def give(cup, rows, marks, by=None):
    discipline = cup.contest.disciplines.get(by_customers=False)
    return judging.mark(
        contest_id=cup.contest.pk,
        marks={
            (row.pk, discipline.pk): Decimal(one)
            for row, one in zip(rows, marks, strict=False)
        },
        by=by or cup.judge,
    )


def release(cup):
    cup.contest = judging.release(contest_id=cup.contest.pk, by=cup.operations)


def results(cup):
    rows = cup.contest.contestants.order_by("pk").values_list("total", "place")
    return [(str(total), place) for total, place in rows]


@pytest.mark.parametrize(
    "changes",
    [
        {"enter_until": timezone.localdate() + timedelta(days=1)},
        {"judge_until": timezone.localdate() - timedelta(days=1)},
        {"on": timezone.localdate() + timedelta(days=3)},
        {"enter_from": timezone.localdate() + timedelta(days=1)},
    ],
)
def test_days_follow_each_other(changes):
    with pytest.raises(refusals.WindowsCrossed):
        contests.draft(plan=plan(**changes), by=granted_user("operations"))
    assert Contest.objects.count() == 0


def test_a_contest_needs_disciplines_and_operations():
    by = granted_user("operations")
    with pytest.raises(refusals.NoDisciplines):
        contests.draft(plan=plan(disciplines=[]), by=by)
    for other in (granted_user("hr"), granted_user("auditor"), staff_user()):
        with pytest.raises(PermissionDenied):
            contests.draft(plan=plan(), by=other)
    drafted = contests.draft(plan=plan(), by=by)
    changed = contests.edit(
        contest_id=drafted.pk, plan=plan(disciplines=BOTH, trims=True), by=by
    )
    assert (changed.trims, changed.disciplines.count()) == (True, 2)
    contests.move(contest_id=drafted.pk, action=Action.OPEN, by=by)
    with pytest.raises(refusals.ContestMoved):
        contests.edit(contest_id=drafted.pk, plan=plan(), by=by)


def test_people_enter_themselves_or_are_entered_by_their_lead():
    cup = Cup()
    cup.enter(cup.people[0])
    cup.enter(cup.people[2], by=cup.manager)
    with pytest.raises(refusals.EnteredAlready):
        cup.enter(cup.people[0], by=cup.manager)
    with pytest.raises(refusals.NotForHer):  # of the other outlet
        cup.enter(cup.people[1], by=cup.manager)
    with pytest.raises(refusals.NotForHer):  # a colleague enters nobody
        cup.enter(cup.people[3], by=cup.people[1])
    with pytest.raises(PermissionDenied):
        cup.enter(cup.people[1], by=cup.operations)
    assert [one.employee.name for one in cup.contest.contestants.order_by("pk")] == [
        "Contestant 0",
        "Contestant 2",
    ]


def test_entries_keep_to_their_days_and_their_region():
    cup = Cup()
    elsewhere = staff_user(outlet=OutletFactory())
    Contest.objects.update(region=cup.county)
    with pytest.raises(PermissionDenied):
        cup.enter(elsewhere)
    Contest.objects.update(
        enter_from=timezone.localdate() - timedelta(days=2),
        enter_until=timezone.localdate() - timedelta(days=1),
    )
    with pytest.raises(refusals.OutsideTheWindow):
        cup.enter(cup.people[0])
    assert Contestant.objects.count() == 0


def test_an_entry_is_taken_back_by_oneself_or_ones_lead():
    cup = Cup()
    cup.enter_all()

    def leave(person, by):
        contests.leave(contest_id=cup.contest.pk, number=person.employee.number, by=by)

    leave(cup.people[0], cup.people[0])
    leave(cup.people[2], cup.manager)
    with pytest.raises(refusals.NotForHer):
        leave(cup.people[3], cup.people[1])
    with pytest.raises(refusals.NotForHer):
        leave(cup.people[1], cup.manager)
    assert cup.contest.contestants.count() == 2


@pytest.mark.parametrize(
    "who", ["contestant", "colleague", "lead", "region above", "nobody of the house"]
)
def test_who_is_too_close_does_not_judge(who):
    cup = Cup()
    cup.enter_all()
    user = {
        "contestant": lambda: cup.people[0],
        "colleague": lambda: staff_user(outlet=cup.outlets[1]),
        "lead": lambda: granted_user("supervisor", outlet=cup.outlets[1]),
        "region above": lambda: granted_user("regional_supervisor", region=cup.county),
        "nobody of the house": UserFactory,
    }[who]()
    with pytest.raises(refusals.TooCloseToJudge):
        cup.seat(user)
    assert Judge.objects.count() == 0


def test_a_judge_who_came_too_close_stops_the_start_and_gives_no_mark():
    cup = Cup()
    cup.enter_all()
    seat = cup.seat()
    moved = AssignmentFactory(employee=cup.judge.employee, outlet=cup.outlets[0])
    with pytest.raises(refusals.TooCloseToJudge):
        cup.move(Action.START)
    moved.delete()
    cup.move(Action.START)
    AssignmentFactory(employee=cup.judge.employee, outlet=cup.outlets[0])
    with pytest.raises(refusals.TooCloseToJudge):
        give(cup, cup.contest.contestants.all(), ["5"])
    assert Mark.objects.count() == 0
    contests.unseat(contest_id=cup.contest.pk, judge_id=seat.pk, by=cup.operations)
    with pytest.raises(PermissionDenied):
        give(cup, cup.contest.contestants.all(), ["5"])


def test_judging_starts_with_two_people_and_a_judge():
    cup = Cup()
    cup.enter(cup.people[0])
    cup.seat()
    with pytest.raises(refusals.NothingToJudge):
        cup.move(Action.START)
    cup.enter(cup.people[1])
    contests.unseat(
        contest_id=cup.contest.pk, judge_id=Judge.objects.get().pk, by=cup.operations
    )
    with pytest.raises(refusals.NothingToJudge):
        cup.move(Action.START)
    cup.seat()
    cup.move(Action.START)
    assert cup.contest.state == "judging"


def test_marks_have_their_range_and_their_days():
    cup = Cup()
    rows = cup.judging()
    for wrong in ("10.1", "-1", "7.25"):
        with pytest.raises(refusals.MarkOutOfRange):
            give(cup, rows, [wrong])
    Contest.objects.update(
        judge_from=timezone.localdate() + timedelta(days=1),
        judge_until=timezone.localdate() + timedelta(days=1),
    )
    with pytest.raises(refusals.OutsideTheWindow):
        give(cup, rows, ["5"])
    assert Mark.objects.count() == 0


def test_results_wait_for_every_mark_and_places_are_shared():
    cup = Cup()
    other = staff_user()
    rows = cup.judging(cup.judge, other)
    give(cup, rows, ["9", "8", "7.5", "2"])
    give(cup, rows, ["8", "9", "7"], by=other)
    with pytest.raises(refusals.MarksMissing):
        release(cup)
    assert Contest.objects.get().state == "judging"
    assert results(cup) == [("None", None)] * 4
    give(cup, [rows[3]], ["3"], by=other)
    release(cup)
    assert results(cup) == [("8.50", 1), ("8.50", 1), ("7.25", 3), ("2.50", 4)]
    points = PointLine.objects.order_by("employee").values_list(
        "employee", "account", "amount"
    )
    assert list(points) == [
        (cup.people[0].employee_id, "performance", 30),
        (cup.people[1].employee_id, "performance", 30),
        (cup.people[2].employee_id, "performance", 10),
    ]
    assert PointLine.objects.first().by == cup.operations
    assert Notice.objects.filter(kind="contest_released").count() == 4
    with pytest.raises(refusals.ContestMoved):
        release(cup)
    assert PointLine.objects.count() == 3


def test_a_technical_contest_brings_learning_points():
    cup = Cup(people=2, kind="technical")
    give(cup, cup.judging(), ["9", "8"])
    release(cup)
    lines = PointLine.objects.order_by("-amount").values_list("account", "amount")
    assert list(lines) == [("intelligence", 30), ("intelligence", 20)]


def test_the_best_and_the_worst_of_five_are_left_out():
    cup = Cup(people=2, trims=True)
    judges = [cup.judge, *(staff_user() for _ in range(4))]
    rows = cup.judging(*judges)
    for judge, marks in zip(
        judges,
        [("0", "7"), ("8", "7"), ("8", "7"), ("9", "7"), ("10", "7")],
        strict=True,
    ):
        give(cup, rows, marks, by=judge)
    release(cup)
    assert results(cup) == [("8.33", 1), ("7.00", 2)]


def test_marks_of_a_seat_taken_away_do_not_count():
    cup = Cup(people=2)
    other = staff_user()
    rows = cup.judging(cup.judge, other)
    give(cup, rows, ["9", "8"])
    give(cup, rows, ["0", "10"], by=other)
    contests.unseat(
        contest_id=cup.contest.pk,
        judge_id=Judge.objects.get(user=other).pk,
        by=cup.operations,
    )
    release(cup)
    assert results(cup) == [("9.00", 1), ("8.00", 2)]


def test_customers_judge_as_a_count_and_a_sum():
    cup = Cup(people=2, disciplines=BOTH)
    rows = cup.judging()
    by_customers = cup.contest.disciplines.get(by_customers=True)

    def count(row, n, total, by=cup.operations):
        counts = {(row.pk, by_customers.pk): judging.Counted(n, Decimal(total))}
        return judging.count(contest_id=cup.contest.pk, counts=counts, by=by)

    give(cup, rows, ["9", "9"])
    count(rows[0], 3, "250")
    with pytest.raises(refusals.MarksMissing):
        release(cup)
    for n, total in ((0, "0"), (3, "300.1")):
        with pytest.raises(refusals.MarkOutOfRange):
            count(rows[1], n, total)
    with pytest.raises(PermissionDenied):
        count(rows[1], 3, "299", by=cup.judge)
    count(rows[1], 3, "299")
    count(rows[1], 3, "251")  # entered again: the newest holds
    assert CustomerMarks.objects.count() == 2
    release(cup)
    assert results(cup) == [("92.33", 2), ("92.67", 1)]


def test_customers_marks_of_one_sheet_are_entered_all_or_none():
    cup = Cup(people=2, disciplines=BOTH)
    rows = cup.judging()
    theirs = cup.contest.disciplines.get(by_customers=True).pk
    good, bad = judging.Counted(2, Decimal(150)), judging.Counted(2, Decimal(201))
    sheet = {(rows[0].pk, theirs): good, (rows[1].pk, theirs): bad}
    with pytest.raises(refusals.MarkOutOfRange):
        judging.count(contest_id=cup.contest.pk, counts=sheet, by=cup.operations)
    assert CustomerMarks.objects.count() == 0


def test_a_contestant_of_operations_releases_nothing():
    cup = Cup()
    rows = cup.judging()
    give(cup, rows, ["9", "8", "7", "6"])
    RoleGrantFactory(user=cup.people[0], role="operations")
    with pytest.raises(PermissionDenied):
        judging.release(
            contest_id=cup.contest.pk,
            by=type(cup.people[0]).objects.get(pk=cup.people[0].pk),
        )
    assert PointLine.objects.count() == 0


def test_winners_are_public_and_nobody_reads_who_lost():
    cup = Cup()
    rows = cup.judging()

    def read_by(user):
        seen = Contestant.objects.visible_to(user)
        return {rows.index(one) for one in seen}

    everybody = {0, 1, 2, 3}
    assert read_by(cup.judge) == everybody  # she meets them
    assert read_by(cup.manager) == {0, 2}  # her own people
    assert read_by(cup.people[3]) == {3}
    assert read_by(cup.operations) == everybody
    assert read_by(granted_user("hr")) == set()
    give(cup, rows, ["9", "8", "7", "2"])
    release(cup)
    winners = {0, 1, 2}
    for user in (cup.judge, cup.manager, staff_user(), granted_user("hr")):
        assert read_by(user) == winners
    assert read_by(cup.people[3]) == everybody  # herself among them
    assert read_by(granted_user("auditor")) == everybody
    for user in (granted_user("agency"), UserFactory()):
        assert read_by(user) == set()
        assert not Contest.objects.visible_to(user)


def test_a_draft_is_seen_by_who_runs_contests():
    by = granted_user("operations")
    contests.draft(plan=plan(), by=by)
    assert Contest.objects.visible_to(by).count() == 1
    assert Contest.objects.visible_to(granted_user("auditor")).count() == 1
    for user in (granted_user("hr"), staff_user()):
        assert Contest.objects.visible_to(user).count() == 0
