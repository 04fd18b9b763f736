from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evaluations.ledger.models import Entry, PeriodChange
from evaluations.ledger.periods import Period
from evaluations.ledger.selectors import is_closed, months_of_ledger
from evaluations.ledger.services import (
    Line,
    PeriodNotOver,
    ReasonMissing,
    close_period,
    put,
    reopen_period,
)
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    EmployeeFactory,
    UserFactory,
    granted_user,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 5)


@pytest.fixture
def line():
    employee, outlet = EmployeeFactory(), OutletFactory()

    def make(source_id="t1", **changes):
        values = {
            "source_id": source_id,
            "component": "knowledge",
            "on": DAY,
            "employee_id": employee.pk,
            "outlet_id": outlet.pk,
            "points": 8800,
            "out_of": 10000,
        }
        return Line(**values | changes)

    return make


def _sums():
    sums = Entry.objects.aggregate(Sum("points"), Sum("out_of"), Sum("n"))
    return tuple(sums.values())


def test_put_posts_a_line_once_however_often_it_is_called(line):
    assert put(source="knowledge", lines=[line()]) == 1
    assert put(source="knowledge", lines=[line()]) == 0
    entry = Entry.objects.get()
    assert (entry.points, entry.out_of, entry.n, entry.version) == (8800, 10000, 1, 1)
    assert entry.posted_at is not None


def test_put_reverses_what_differs_and_posts_the_next_version(line):
    somebody = UserFactory()
    put(source="knowledge", lines=[line()])
    written = put(
        source="knowledge",
        lines=[line(points=9000)],
        by=somebody,
        reason="typing error",
    )
    assert written == 2
    first, reversal, second = Entry.objects.order_by("id")
    assert reversal.reverses == first
    assert (reversal.points, reversal.out_of, reversal.n) == (-8800, -10000, -1)
    assert (second.points, second.version) == (9000, 2)
    assert (reversal.by, second.by) == (somebody, somebody)
    assert (reversal.reason, second.reason) == ("typing error", "typing error")
    assert _sums() == (9000, 10000, 1)


def test_put_reverses_on_the_day_of_the_entry_when_the_day_changes(line):
    put(source="knowledge", lines=[line()])
    put(source="knowledge", lines=[line(on=date(2026, 11, 2))])
    october = Entry.objects.filter(on__month=10).aggregate(Sum("n"))
    november = Entry.objects.filter(on__month=11).aggregate(Sum("n"))
    assert (october, november) == ({"n__sum": 0}, {"n__sum": 1})


def test_put_takes_an_entry_from_one_person_and_gives_it_to_another(line):
    other = EmployeeFactory()
    put(source="mystery", lines=[line()])
    put(source="mystery", lines=[line(employee_id=other.pk)])
    per_person = Entry.objects.values_list("employee").annotate(total=Sum("points"))
    assert dict(per_person)[other.pk] == 8800
    assert sorted(dict(per_person).values()) == [0, 8800]


def test_put_withdraws_every_line_of_a_source_id(line):
    put(source="knowledge", lines=[line(), line(component="volume"), line("t2")])
    assert put(source="knowledge", lines=[], withdrawn=["t1"]) == 2
    assert put(source="knowledge", lines=[], withdrawn=["t1"]) == 0
    assert Entry.objects.standing().get().source_id == "t2"


def test_put_posts_again_after_a_withdrawal_as_the_next_version(line):
    put(source="knowledge", lines=[line()])
    put(source="knowledge", lines=[], withdrawn=["t1"])
    put(source="knowledge", lines=[line()])
    assert Entry.objects.standing().get().version == 2
    assert _sums() == (8800, 10000, 1)


def test_put_keeps_sources_apart(line):
    put(source="knowledge", lines=[line()])
    put(source="mystery", lines=[line()])
    assert Entry.objects.count() == 2


def test_put_writes_nothing_when_one_line_fails(line):
    with pytest.raises(DatabaseError), transaction.atomic():
        put(source="knowledge", lines=[line("a"), line("b", points=None)])
    assert Entry.objects.count() == 0


def test_put_costs_the_same_queries_for_one_and_for_many_lines(line):
    with CaptureQueriesContext(connection) as one:
        put(source="knowledge", lines=[line("one")])
    with CaptureQueriesContext(connection) as many:
        put(source="knowledge", lines=[line(f"x{i}") for i in range(20)])
    assert len(many) == len(one)


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
@pytest.mark.parametrize(
    "statement", ["UPDATE ledger_entry SET points = 1", "DELETE FROM ledger_entry"]
)
def test_the_database_itself_refuses_to_change_an_entry(line, statement):
    put(source="knowledge", lines=[line()])
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Entry.objects.get().points == 8800


def test_a_period_is_open_until_closed_and_again_when_reopened():
    october = Period.parse("2025-10")
    hr = granted_user("hr")
    assert not is_closed(october)
    close_period(period=october, by=hr)
    assert is_closed(october)
    reopen_period(period=october, reason="late visits", by=hr)
    assert not is_closed(october)
    assert list(PeriodChange.objects.values_list("state", "by", "reason")) == [
        ("closed", hr.pk, ""),
        ("reopened", hr.pk, "late visits"),
    ]


def test_a_period_reopens_only_with_a_reason():
    october = Period.parse("2025-10")
    close_period(period=october, by=None)
    with pytest.raises(ReasonMissing):
        reopen_period(period=october, reason=" ", by=granted_user("hr"))
    assert is_closed(october)


def test_a_period_that_is_not_over_cannot_be_closed():
    with pytest.raises(PeriodNotOver):
        close_period(period=Period.month_of(timezone.localdate()), by=None)


def test_only_hr_closes_periods():
    with pytest.raises(PermissionDenied):
        close_period(period=Period.parse("2025-10"), by=granted_user("operations"))
    assert not PeriodChange.objects.exists()


def test_what_arrives_after_closing_is_kept_and_counted(line):
    put(source="knowledge", lines=[line("early", on=date(2025, 10, 5))])
    close_period(period=Period.parse("2025-10"), by=None)
    earlier, later = Entry.objects.get().posted_at, timezone.now()
    PeriodChange.objects.update(at=earlier + (later - earlier) / 2)
    put(source="knowledge", lines=[line("late", on=date(2025, 10, 6))])
    (october,) = months_of_ledger()
    assert (october.period.code, october.closed, october.late) == ("2025-10", True, 1)
