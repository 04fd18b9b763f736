from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evaluations.feedback.kinds import Invitations, Ratings
from evaluations.feedback.models import Invitation, Rating
from outlets.exchange.importer import load
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import EmployeeFactory

pytestmark = pytest.mark.django_db


class Heard:
    """An audience that keeps what was wrong."""

    def __init__(self):
        self.faults = []

    def faulty(self, cells):
        self.faults += [(fault.column, fault.reason) for fault in cells.faults]

    def warned(self, fault):
        self.faults.append((fault.column, fault.reason))

    def progressed(self, read):
        pass


def ingest(kind, *rows):
    """Load rows (mappings) and return the counts and what was wrong."""
    heading = list(rows[0])
    heard = Heard()
    report = load(
        kind(),
        [heading, *([str(row[name]) for name in heading] for row in rows)],
        audience=heard,
    )
    counts = {outcome.value: n for outcome, n in report.counts.items() if n}
    return counts, heard.faults


def rating(**changes):
    return {
        "uuid": uuid4(),
        "outlet_code": "GZ1",
        "employee_number": "10023",
        "channel": "pad",
        "rated_at": "2026-10-15T12:00:00",
        "score": 4,
        "ticket_no": "A7",
        "rater": "",
        "comment": "kind",
    } | changes


@pytest.fixture
def outlet():
    return OutletFactory(code="GZ1")


@pytest.fixture
def clerk():
    return EmployeeFactory(number="10023")


def test_a_rating_is_kept_with_its_trading_day(outlet, clerk):
    row = rating()
    assert ingest(Ratings, row) == ({"created": 1}, [])
    kept = Rating.objects.get()
    assert (kept.uuid, kept.outlet, kept.employee) == (row["uuid"], outlet, clerk)
    assert kept.rated_at == datetime(2026, 10, 15, 4, 0, tzinfo=UTC)
    assert kept.on == date(2026, 10, 15)
    assert (kept.channel, kept.score, kept.ticket_no) == ("pad", 4, "A7")
    assert (kept.rater, kept.comment, kept.pending) == ("", "kind", True)


def test_the_same_ratings_twice_change_nothing(outlet, clerk):
    rows = [rating(), rating(employee_number="")]
    assert ingest(Ratings, *rows) == ({"created": 2}, [])
    Rating.objects.update(pending=False)
    assert ingest(Ratings, *rows) == ({"unchanged": 2}, [])
    assert Rating.objects.filter(pending=True).count() == 0


@pytest.mark.parametrize(
    ("zone", "day_starts_at", "rated_at", "on"),
    [
        # One instant, two days: New York is still on the evening before.
        ("America/New_York", "00:00", "2026-10-15T03:59:59+00:00", date(2026, 10, 14)),
        ("Asia/Shanghai", "00:00", "2026-10-15T03:59:59+00:00", date(2026, 10, 15)),
        # Work after midnight belongs to the evening where the outlet says so.
        ("Asia/Shanghai", "04:00", "2026-10-15T00:30:00", date(2026, 10, 14)),
        ("Asia/Shanghai", "04:00", "2026-10-15T04:00:00", date(2026, 10, 15)),
        # 05:30 UTC is 00:30 in winter; at the summer offset it would be 01:30.
        ("America/New_York", "01:00", "2026-11-01T05:30:00+00:00", date(2026, 11, 1)),
        ("America/New_York", "01:00", "2026-11-02T05:30:00+00:00", date(2026, 11, 1)),
    ],
)
def test_the_trading_day_is_the_outlets_own(zone, day_starts_at, rated_at, on, clerk):
    OutletFactory(code="GZ1", timezone=zone, day_starts_at=day_starts_at)
    assert ingest(Ratings, rating(rated_at=rated_at))[0] == {"created": 1}
    assert Rating.objects.get().on == on


def test_a_local_time_that_happens_twice_means_the_first_pass(clerk):
    OutletFactory(code="GZ1", timezone="America/New_York")
    ingest(Ratings, rating(rated_at="2026-11-01T01:30:00"))
    kept = Rating.objects.get()
    assert kept.rated_at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_a_local_time_that_does_not_exist_is_refused(clerk):
    OutletFactory(code="GZ1", timezone="America/New_York")
    counts, faults = ingest(Ratings, rating(rated_at="2026-03-08T02:30:00"))
    assert counts == {"rejected": 1}
    assert [column for column, _reason in faults] == ["rated_at"]
    assert Rating.objects.count() == 0


def test_every_bad_cell_is_named(outlet, clerk):
    bad = rating(outlet_code="NO", employee_number="NOBODY", channel="fax", score=6)
    counts, faults = ingest(Ratings, bad)
    assert counts == {"rejected": 1}
    assert {column for column, _reason in faults} == {
        "outlet_code",
        "employee_number",
        "channel",
        "score",
    }


def test_filling_empty_cells_is_an_update_and_makes_the_row_pending(outlet, clerk):
    bare = rating(employee_number="", ticket_no="", comment="", rater="")
    ingest(Ratings, bare)
    Rating.objects.update(pending=False)
    full = bare | {"employee_number": "10023", "rater": "c-9", "comment": "kind"}
    assert ingest(Ratings, full) == ({"updated": 1}, [])
    kept = Rating.objects.get()
    assert (kept.employee, kept.rater, kept.comment) == (clerk, "c-9", "kind")
    assert kept.pending is True
    # Empty means unknown: it takes nothing back.
    assert ingest(Ratings, bare) == ({"unchanged": 1}, [])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("outlet_code", "GZ2"),
        ("employee_number", "10024"),
        ("channel", "qr"),
        ("rated_at", "2026-10-15T12:00:01"),
        ("score", 5),
        ("ticket_no", "A8"),
        ("comment", "rude"),
    ],
)
def test_changing_a_filled_cell_is_a_conflict(outlet, clerk, column, value):
    OutletFactory(code="GZ2")
    EmployeeFactory(number="10024")
    row = rating()
    ingest(Ratings, row)
    Rating.objects.update(pending=False)
    before = Rating.objects.values().get()
    counts, faults = ingest(Ratings, row | {column: value})
    assert counts == {"rejected": 1}
    assert [name for name, _reason in faults] == [column]
    assert Rating.objects.values().get() == before


def invitation(**changes):
    return {
        "uuid": uuid4(),
        "outlet_code": "GZ1",
        "employee_number": "10023",
        "channel": "sms",
        "sent_at": "2026-10-15T23:59:59",
        "replied": 0,
    } | changes


def test_a_reply_that_comes_later_is_an_update(outlet, clerk):
    row = invitation()
    assert ingest(Invitations, row) == ({"created": 1}, [])
    Invitation.objects.update(pending=False)
    assert ingest(Invitations, row) == ({"unchanged": 1}, [])
    assert ingest(Invitations, row | {"replied": 1}) == ({"updated": 1}, [])
    kept = Invitation.objects.get()
    assert (kept.replied, kept.pending, kept.on) == (True, True, date(2026, 10, 15))
    # Not known again is no news; taken back is a conflict.
    assert ingest(Invitations, row | {"replied": ""}) == ({"unchanged": 1}, [])
    counts, faults = ingest(Invitations, row)
    assert (counts, [column for column, _ in faults]) == ({"rejected": 1}, ["replied"])
    assert Invitation.objects.get().replied is True


def test_only_sms_invite(outlet, clerk):
    counts, faults = ingest(Invitations, invitation(channel="pad"))
    assert (counts, [column for column, _ in faults]) == ({"rejected": 1}, ["channel"])


@pytest.mark.parametrize(
    ("kind", "make"), [(Ratings, rating), (Invitations, invitation)]
)
def test_a_load_costs_the_same_queries_for_1_and_20_rows(outlet, clerk, kind, make):
    costs = []
    for count in (1, 20):
        rows = [make() for _ in range(count)]
        with CaptureQueriesContext(connection) as queries:
            assert ingest(kind, *rows)[0] == {"created": count}
        costs.append(len(queries))
    assert costs[0] == costs[1]
