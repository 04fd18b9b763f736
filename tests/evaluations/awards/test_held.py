"""A winner who was held back is decided by hand once her case is closed."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evaluations.awards.services.held import settle
from evaluations.awards.services.lists import draw_winners, publish_list
from evaluations.awards.services.losing import disqualify
from evaluations.awards.services.refusals import (
    CaseOpen,
    NotAwarded,
    NotEligible,
    NotHeld,
    ReasonMissing,
)
from evaluations.awards.services.rounds import appoint, finish_round
from evaluations.ledger.services import put
from evaluations.rankings.services.runs import publish_run
from staffing.notices.models import Notice
from tests.evaluations.awards.factories import county_with_scores, published_run
from tests.evaluations.awards.rounds import Scene, open_case
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def award():
    """A winner by quota whose red-line case is open."""
    outlet, people = county_with_scores([80, 95])
    open_case(people[1], outlet)
    listed = draw_winners(run_id=published_run().pk, by=None)[0]
    publish_list(award_list_id=listed.pk, by=None)
    return listed.awards.get(employee=people[1])


def close(award):
    number = award.employee.number
    put(source="test", lines=[], withdrawn=[f"C:{number}"])


def decide(award, *, awarded=True, reason="it was not her", by=None):
    by = by or granted_user("operations")
    return settle(award_id=award.pk, awarded=awarded, reason=reason, by=by)


def test_not_while_the_case_is_open(award):
    with pytest.raises(CaseOpen):
        decide(award)
    award.refresh_from_db()
    assert award.state == "held"


def test_it_is_not_taken_away_past_the_case_either(award):
    with pytest.raises(NotAwarded):
        disqualify(award_id=award.pk, reason="guilty", by=granted_user("operations"))
    award.refresh_from_db()
    assert (award.state, award.reason) == ("held", "")


def test_once_it_is_closed_it_is_awarded_with_the_reason(award):
    close(award)
    with pytest.raises(ReasonMissing):
        decide(award, reason=" ")
    with pytest.raises(PermissionDenied):
        decide(award, by=granted_user("hr"))
    found = decide(award)
    assert (found.state, found.reason) == ("awarded", "it was not her")
    with pytest.raises(NotHeld):
        decide(award)


def test_a_case_that_ended_against_her_leaves_only_the_loss(award):
    close(award)
    open_case(award.employee, award.outlet, kind="bar", case="V")
    with pytest.raises(NotEligible):
        decide(award)
    found = decide(award, awarded=False, reason="it was true")
    assert (found.state, found.reason) == ("disqualified", "it was true")


def test_of_a_round_the_nomination_says_it_too():
    scene = Scene()
    row = scene.approved()
    day = timezone.localdate() - timedelta(days=8)
    publish_run(run_id=scene.run.pk, by=scene.operations)
    scene.show(on=day)
    open_case(scene.people[1], scene.outlet)
    listed = finish_round(round_id=scene.round.pk, by=scene.operations)
    award = listed.awards.get()
    assert award.state == "held"
    close(award)
    found = decide(award, awarded=False, by=scene.operations)
    row.refresh_from_db()
    assert (found.state, row.state) == ("disqualified", "disqualified")


def test_of_a_round_she_and_her_line_are_told_that_it_is_hers():
    scene = Scene()
    scene.approved()
    day = timezone.localdate() - timedelta(days=8)
    publish_run(run_id=scene.run.pk, by=scene.operations)
    scene.show(on=day)
    open_case(scene.people[1], scene.outlet)
    listed = finish_round(round_id=scene.round.pk, by=scene.operations)
    award = listed.awards.get()
    close(award)
    before = set(Notice.objects.values_list("pk", flat=True))
    decide(award, by=scene.operations)
    told = Notice.objects.exclude(pk__in=before)
    assert {one.employee for one in told} == {
        scene.people[1],
        scene.manager.employee,
    }


def test_two_held_winners_are_decided_one_by_one_each_with_a_reason(client):
    outlet, people = county_with_scores([80, 95, 90])
    for person in people[1:]:
        open_case(person, outlet)
    listed = draw_winners(run_id=published_run().pk, by=None)[0]
    publish_list(award_list_id=listed.pk, by=None)
    first, second = listed.awards.filter(state="held").order_by("rank")
    close(first)
    close(second)
    decide(first, reason="it was not her")
    second.refresh_from_db()
    assert (second.state, second.reason) == ("held", "")
    client.force_login(granted_user("operations"))
    page = client.get(reverse("awards:detail", args=[listed.uuid]))
    assert [one.pk for one in page.context["held"]] == [second.pk]
    lists = client.get(reverse("awards:list"))
    (shown,) = [one for one in lists.context["page"].rows if one.pk == listed.pk]
    assert shown.held == 1


def test_the_page_offers_it_only_once_the_case_is_closed(award, client):
    client.force_login(granted_user("operations"))
    page = reverse("awards:detail", args=[award.award_list.uuid])
    address = reverse("awards:settle", args=[award.award_list.uuid, award.lasting_id])
    assert address not in client.get(page).content.decode()
    close(award)
    assert address in client.get(page).content.decode()
    client.post(address, {"awarded": "yes", "reason": "cleared"})
    assert "cleared" in client.get(page).content.decode()


def test_who_stepped_back_does_not_award_her_either():
    scene = Scene(quorum=1)
    appoint(round_id=scene.round.pk, user=scene.operations, by=scene.operations)
    row = scene.on_the_table()
    scene.do(row, "vote", scene.member(), choice="yes")
    scene.do(row, "recuse", scene.operations, note="she is my sister")
    scene.do(row, "approve", granted_user("operations"))
    publish_run(run_id=scene.run.pk, by=scene.operations)
    scene.show(on=timezone.localdate() - timedelta(days=8))
    open_case(scene.people[1], scene.outlet)
    award = finish_round(round_id=scene.round.pk, by=scene.operations).awards.get()
    close(award)
    with pytest.raises(PermissionDenied):
        decide(award, by=scene.operations)
    assert decide(award).state == "awarded"


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks no rows")
def test_round_nomination_and_award_are_locked_in_the_order_of_other_decisions():
    scene = Scene()
    scene.approved()
    day = timezone.localdate() - timedelta(days=8)
    publish_run(run_id=scene.run.pk, by=scene.operations)
    scene.show(on=day)
    open_case(scene.people[1], scene.outlet)
    award = finish_round(round_id=scene.round.pk, by=scene.operations).awards.get()
    close(award)
    with CaptureQueriesContext(connection) as asked:
        decide(award, by=scene.operations)
    locks = [one["sql"] for one in asked if "FOR UPDATE" in one["sql"]]
    tables = [re.search(r'FROM "awards_(\w+)"', sql)[1] for sql in locks]
    assert tables[:3] == ["round", "nomination", "award"]
