from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from evaluations.feedback.models import Rating
from evaluations.feedback.services import settling
from evaluations.feedback.services.settling import Group, settle
from evaluations.feedback.sources import entry_url
from evaluations.ledger.models import Entry
from tests.evaluations.feedback.factories import (
    NOON,
    InvitationFactory,
    RatingFactory,
)
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import EmployeeFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 15)


@pytest.fixture
def outlet():
    return OutletFactory()


@pytest.fixture
def clerk():
    return EmployeeFactory()


def ledger(**filters):
    """Return what the ledger says, in the order it was posted."""
    names = ("component", "employee_id", "points", "out_of", "n", "rater", "version")
    return list(Entry.objects.filter(**filters).order_by("id").values_list(*names))


def sums(component):
    found = Entry.objects.filter(component=component).aggregate(
        points=Sum("points"), out_of=Sum("out_of"), n=Sum("n")
    )
    return found["points"], found["out_of"], found["n"]


def test_anonymous_ratings_of_a_day_become_one_entry_per_person(outlet, clerk):
    for channel, score in [("pad", 5), ("pad", 3), ("qr", 4), ("qr", 1)]:
        RatingFactory(outlet=outlet, employee=clerk, channel=channel, score=score)
    RatingFactory(outlet=outlet, employee=None, score=2)
    assert settle(DAY) == 2
    assert sorted(ledger(), key=str) == sorted(
        [
            ("onsite", clerk.pk, 200, 400, 4, "", 1),
            ("onsite", None, 0, 100, 1, "", 1),
        ],
        key=str,
    )
    entry = Entry.objects.get(employee=clerk)
    assert (entry.on, entry.outlet, entry.source) == (DAY, outlet, "feedback")
    assert entry.source_id == f"onsite:2026-10-15:{outlet.pk}:{clerk.pk}"


def test_a_rating_by_a_known_rater_is_an_entry_of_its_own(outlet, clerk):
    good = RatingFactory(outlet=outlet, employee=clerk, rater="c-1", score=4)
    bad = RatingFactory(outlet=outlet, employee=clerk, rater="c-2", score=3)
    settle(DAY)
    assert ledger(source_id=str(good.uuid)) == [
        ("onsite", clerk.pk, 100, 100, 1, "c-1", 1)
    ]
    assert ledger(source_id=str(bad.uuid)) == [
        ("onsite", clerk.pk, 0, 100, 1, "c-2", 1)
    ]


def test_each_call_back_is_an_entry_of_its_own(outlet, clerk):
    first = RatingFactory(outlet=outlet, employee=clerk, channel="callback", score=5)
    RatingFactory(outlet=outlet, employee=clerk, channel="callback", score=2)
    settle(DAY)
    assert sorted(ledger()) == [
        ("callback", clerk.pk, 0, 100, 1, "", 1),
        ("callback", clerk.pk, 100, 100, 1, "", 1),
    ]
    assert Entry.objects.get(source_id=str(first.uuid)).points == 100


def test_sms_ratings_are_kept_apart_from_on_site_ones(outlet, clerk):
    RatingFactory(outlet=outlet, employee=clerk, channel="sms", score=5)
    RatingFactory(outlet=outlet, employee=clerk, channel="sms", score=1)
    RatingFactory(outlet=outlet, employee=clerk, channel="pad", score=1)
    settle(DAY)
    assert sorted(ledger()) == [
        ("onsite", clerk.pk, 0, 100, 1, "", 1),
        ("sms_satisfaction", clerk.pk, 100, 200, 2, "", 1),
    ]


def test_invitations_of_a_day_say_how_many_were_answered(outlet, clerk):
    for replied in (True, False, None):
        InvitationFactory(outlet=outlet, employee=clerk, replied=replied)
    assert settle(DAY) == 1
    assert ledger() == [("sms_reply", clerk.pk, 100, 300, 3, "", 1)]


def test_settling_twice_changes_nothing(outlet, clerk):
    RatingFactory(outlet=outlet, employee=clerk)
    RatingFactory(outlet=outlet, employee=clerk, rater="c-1")
    InvitationFactory(outlet=outlet, employee=clerk)
    assert settle(DAY) == 3
    assert settle(DAY) == 0
    Rating.objects.update(pending=True)
    assert settle(DAY) == 0
    assert Entry.objects.count() == 3


def test_a_late_rating_posts_its_day_anew_as_the_next_version(outlet, clerk):
    RatingFactory(outlet=outlet, employee=clerk, score=5)
    settle(DAY)
    RatingFactory(outlet=outlet, employee=clerk, score=1)
    assert settle(DAY) == 2
    assert ledger() == [
        ("onsite", clerk.pk, 100, 100, 1, "", 1),
        ("onsite", clerk.pk, -100, -100, -1, "", 1),
        ("onsite", clerk.pk, 100, 200, 2, "", 2),
    ]
    assert sums("onsite") == (100, 200, 2)
    assert Entry.objects.standing().get().version == 2


def test_a_late_reply_posts_its_day_anew(outlet, clerk):
    invitation = InvitationFactory(outlet=outlet, employee=clerk, replied=False)
    settle(DAY)
    invitation.replied, invitation.pending = True, True
    invitation.save()
    assert settle(DAY) == 2
    assert sums("sms_reply") == (100, 100, 1)


def test_a_late_rating_of_one_leaves_the_days_of_others_alone(outlet, clerk):
    RatingFactory(outlet=outlet, employee=clerk)
    RatingFactory(outlet=outlet)
    settle(DAY)
    RatingFactory(outlet=outlet, employee=clerk)
    assert settle(DAY) == 2


def test_naming_the_person_later_moves_the_rating_from_the_outlet_to_her(outlet, clerk):
    rating = RatingFactory(outlet=outlet, employee=None, score=5)
    settle(DAY)
    rating.employee, rating.pending = clerk, True
    rating.save()
    settle(DAY)
    standing = Entry.objects.standing().get()
    assert (standing.employee, standing.points) == (clerk, 100)
    assert sums("onsite") == (100, 100, 1)


def test_naming_the_rater_later_takes_the_rating_out_of_the_day(outlet, clerk):
    rating = RatingFactory(outlet=outlet, employee=clerk, score=5)
    RatingFactory(outlet=outlet, employee=clerk, score=1)
    settle(DAY)
    rating.rater, rating.pending = "c-1", True
    rating.save()
    settle(DAY)
    standing = Entry.objects.standing().order_by("points").values_list("points", "n")
    assert list(standing) == [(0, 1), (100, 1)]
    assert sums("onsite") == (100, 200, 2)


def test_what_lies_after_the_day_stays_pending(outlet, clerk):
    today = RatingFactory(outlet=outlet, employee=clerk)
    tomorrow = RatingFactory(
        outlet=outlet, employee=clerk, rated_at=NOON + timedelta(days=1)
    )
    settle(DAY)
    today.refresh_from_db()
    tomorrow.refresh_from_db()
    assert (today.pending, tomorrow.pending) == (False, True)
    assert settle(DAY + timedelta(days=1)) == 1


def test_one_instant_belongs_to_the_day_of_each_outlet(clerk):
    midnight = datetime(2026, 10, 15, 16, 0, tzinfo=UTC)
    for zone in ("Asia/Shanghai", "America/New_York"):
        RatingFactory(outlet=OutletFactory(timezone=zone), rated_at=midnight)
    settle(date(2026, 10, 31))
    days = Entry.objects.values_list("outlet__timezone", "on")
    assert dict(days) == {
        "Asia/Shanghai": date(2026, 10, 16),
        "America/New_York": date(2026, 10, 15),
    }


def test_a_person_rated_at_two_outlets_has_a_day_at_each(clerk):
    RatingFactory(employee=clerk)
    RatingFactory(employee=clerk)
    assert settle(DAY) == 2


def test_batches_that_cut_a_day_in_two_post_it_once(outlet, clerk, monkeypatch):
    monkeypatch.setattr(settling, "BATCH", 2)
    for score in (5, 4, 3, 2, 1):
        RatingFactory(outlet=outlet, employee=clerk, score=score)
        InvitationFactory(outlet=outlet, employee=clerk)
    assert settle(DAY) == 2
    assert Rating.objects.filter(pending=True).count() == 0
    assert sums("onsite") == (200, 500, 5)
    assert sums("sms_reply") == (0, 500, 5)


def test_a_batch_costs_the_same_queries_for_1_and_20_people(outlet):
    costs = []
    for people in (1, 20):
        RatingFactory.create_batch(people, outlet=outlet)
        with CaptureQueriesContext(connection) as queries:
            assert settle(DAY) == people
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_entries_lead_to_their_records(outlet, clerk):
    rating = RatingFactory(outlet=outlet, employee=clerk, rater="c-1")
    assert entry_url(str(rating.uuid)) == f"/feedback/{rating.uuid}/"
    onsite = Group("onsite", DAY, 7, 9).source_id
    assert entry_url(onsite) == "/feedback/?day=2026-10-15&at=7&about=9&channel=onsite"
    sms = Group("sms_satisfaction", DAY, 7, None).source_id
    assert entry_url(sms) == "/feedback/?day=2026-10-15&at=7&about=-&channel=sms"
    reply = Group("sms_reply", DAY, 7, 9).source_id
    assert entry_url(reply) == "/feedback/invitations/?day=2026-10-15&at=7&about=9"
