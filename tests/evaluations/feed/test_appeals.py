"""What follows an award, as the feed and the API tell it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from evaluations.awards.models import Fund, Objection
from evaluations.awards.services import objections
from evaluations.awards.services.giving import give_bonus, take_back
from evaluations.awards.services.rounds import finish_round
from evaluations.feed.cursors import Cursor
from evaluations.feed.reading import read
from evaluations.rankings.services.runs import publish_run
from outlets.places.sight import EVERYWHERE
from staffing.accounts.authentication import Service
from tests.evaluations.awards.rounds import Scene
from tests.staffing.accounts.factories import bearer, make_service
from tests.staffing.people.factories import UserFactory, granted_user

pytestmark = pytest.mark.django_db
HR = Service(name="hr", scopes=frozenset({"awards:read"}), reach=EVERYWHERE)


class Follower:
    """Reads the feed from where it stopped; keeps what it says of awards."""

    def __init__(self):
        self.cursor = None

    def appeals(self):
        """Return badge and appeal of every award row that is new."""
        return self.told("appeal")

    def told(self, field):
        """Return badge and one field of every award row that is new."""
        page = read(HR, self.cursor, 1000)
        self.cursor = Cursor.parse(str(page.cursor))
        rows = [one.row for one in page.items if one.kind == "awards"]
        return [(row["employee_number"], row[field]) for row in rows]


@pytest.fixture
def scene():
    return Scene()


def finished(scene):
    publish_run(run_id=scene.run.pk, by=scene.operations)
    day = timezone.localdate() - timedelta(days=8)
    scene.show(on=day)
    return finish_round(round_id=scene.round.pk, by=scene.operations)


def test_each_step_of_an_appeal_is_a_change_of_its_award_and_of_no_other(scene, client):
    row, follower = scene.approved("NS-2"), Follower()
    scene.approved("NS-1")
    listed = finished(scene)
    assert sorted(follower.appeals()) == [("NS-1", "none"), ("NS-2", "none")]
    scene.do(row, "disqualify", scene.operations, note="it came out")
    follower.appeals()
    nominee = UserFactory(employee=scene.people[2])
    began = timezone.now()
    said = objections.appeal(nomination_id=row.pk, text="look again", by=nominee)
    assert follower.appeals() == [("NS-2", "open")]
    header = bearer(make_service(scopes=["awards:read"])[0])
    lists = client.get(
        "/api/v1/awards/", {"changed_since": began.isoformat()}, headers=header
    ).json()["results"]
    assert {one["employee_number"]: one["appeal"] for one in lists[0]["winners"]} == {
        "NS-1": "none",
        "NS-2": "open",
    }
    objections.answer(
        objection_id=said.pk, upheld=False, text="it stays", by=scene.operations
    )
    assert follower.appeals() == [("NS-2", "dismissed")]
    listed.refresh_from_db()
    assert listed.changed_at > said.at
    # Words are nothing that the feed tells.
    Objection.objects.update(answer="it stays so")
    assert follower.appeals() == []


def test_an_objection_on_display_stays_with_the_award_that_comes_of_it(scene):
    row, follower = scene.approved("NS-1"), Follower()
    publish_run(run_id=scene.run.pk, by=scene.operations)
    scene.show()
    clerk = UserFactory(employee=scene.people[4])
    said = objections.object_to(nomination_id=row.pk, text="on leave", by=clerk)
    objections.answer(
        objection_id=said.pk, upheld=False, text="she was not", by=scene.operations
    )
    assert follower.appeals() == []
    scene.round.refresh_from_db()
    scene.round.displayed_until = timezone.localdate() - timedelta(days=1)
    scene.round.save(update_fields=["displayed_until"])
    finish_round(round_id=scene.round.pk, by=scene.operations)
    assert follower.appeals() == [("NS-1", "dismissed")]


def test_a_bonus_that_is_given_or_taken_back_is_a_change_of_its_award(scene):
    scene.approved("NS-1")
    listed, follower = finished(scene), Follower()
    follower.appeals()
    hr, award = granted_user("hr"), listed.awards.get()
    fund = Fund.objects.get(code="reward-fund")
    Fund.objects.update(balance=100_000)
    give_bonus(award_id=award.pk, fund_id=fund.pk, amount=80_000, by=hr)
    assert follower.told("bonus") == [("NS-1", 80_000)]
    take_back(award=award, by=hr)
    assert follower.told("bonus") == [("NS-1", None)]
