"""The outlets of a run: computed once, frozen with it, seen by whom they concern."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from evaluations.ledger.services import Line, put
from evaluations.rankings.place_models import PlaceRun, PlaceStanding
from evaluations.rankings.services.places import (
    PeopleNotRanked,
    compute_places,
    verify_places,
)
from evaluations.rankings.services.runs import create_run, publish_run, review_run
from tests.evaluations.rankings.factories import (
    outlet_in_county,
    post_month,
    published,
    ranked,
    worker,
)
from tests.staffing.people.factories import UserFactory, granted_user, staff_user

pytestmark = pytest.mark.django_db
LAST = date(2026, 10, 31)


def about(outlet, component, points, out_of, n):
    line = Line(
        source_id=f"{component}-{outlet.pk}",
        component=component,
        on=LAST,
        employee_id=None,
        outlet_id=outlet.pk,
        points=points,
        out_of=out_of,
        n=n,
    )
    put(source="places", lines=[line])


@pytest.fixture
def outlets():
    """Return two outlets of three people each; the first is better throughout."""
    found = [outlet_in_county(), outlet_in_county()]
    for outlet, knowledge in zip(found, (90, 70), strict=True):
        for _number in range(3):
            post_month(worker(outlet), knowledge=knowledge, onsite=(90, 100))
    about(found[0], "environment", 9000, 10_000, 1)
    about(found[0], "waiting", 8000, 10_000, 100)
    return found


def test_an_outlet_is_ranked_from_people_and_ledger(outlets):
    run = ranked()
    made = compute_places(run_id=run.pk, by=None)
    first, second = PlaceStanding.objects.filter(places=made)
    staff = run.standings.filter(outlet=outlets[0]).first().score
    wanted = (50 * staff + 15 * 90 + 10 * 80) / 75
    assert first.outlet == outlets[0]
    assert first.score == wanted.quantize(Decimal("0.01"))
    assert (first.rank_all, second.rank_all, first.staff) == (1, 2, 3)
    assert second.parts["environment"]["missing"] == "nothing"
    assert (made.outlets, made.ranked) == (2, 2)


def test_outlets_are_computed_once_and_verify(outlets):
    run = ranked()
    made = compute_places(run_id=run.pk, by=None)
    about(outlets[1], "environment", 0, 10_000, 1)
    assert compute_places(run_id=run.pk, by=None) == made
    assert PlaceStanding.objects.count() == 2
    assert verify_places(run_id=run.pk) == []


def test_a_changed_score_does_not_verify(outlets):
    run = ranked()
    compute_places(run_id=run.pk, by=None)
    PlaceStanding.objects.filter(outlet=outlets[0]).update(score=1)
    found = verify_places(run_id=run.pk)
    assert found == [f"score or ranks of outlet {outlets[0].code} differ"]


def test_publishing_a_run_freezes_its_outlets(outlets):
    run = ranked()
    operations = granted_user("operations")
    review_run(run_id=run.pk, by=operations)
    assert not PlaceRun.objects.exists()
    publish_run(run_id=run.pk, by=granted_user("operations"))
    assert PlaceRun.objects.get().run == run


def test_a_run_that_is_not_computed_ranks_no_outlets(outlets):
    run = ranked()
    waiting = create_run(period=run.parsed_period, scheme="onsite", by=None)
    with pytest.raises(PeopleNotRanked):
        compute_places(run_id=waiting.pk, by=None)
    assert not PlaceRun.objects.exists()


@pytest.mark.parametrize("role", ["hr", "auditor", "administrator"])
def test_who_may_not_rank_ranks_no_outlets(outlets, role):
    run = ranked()
    with pytest.raises(PermissionDenied):
        compute_places(run_id=run.pk, by=granted_user(role))
    assert not PlaceRun.objects.exists()


def test_the_floor_sees_its_own_outlet_and_the_winners(client, outlets):
    run = ranked()
    compute_places(run_id=run.pk, by=None)
    clerk = UserFactory(employee=run.standings.filter(outlet=outlets[1])[0].employee)
    client.force_login(clerk)
    url = f"/rankings/{run.pk}/outlets/"
    assert client.get(url).status_code == 404  # a draft
    published(run)
    page = client.get(url)
    shown = [row.standing.outlet for row in page.context["listing"].rows]
    assert shown == [outlets[1]]
    assert {one.outlet for one in page.context["winners"]} == set(outlets)
    assert client.get(f"{url}{outlets[1].code}/").status_code == 200
    assert client.get(f"{url}{outlets[0].code}/").status_code == 404


@pytest.mark.parametrize("role", ["store_manager", "operations", "auditor"])
def test_pages_show_what_is_in_reach(client, outlets, role):
    run = ranked()
    compute_places(run_id=run.pk, by=None)
    narrow = role == "store_manager"
    user = staff_user(role, outlets[0]) if narrow else granted_user(role)
    client.force_login(user)
    page = client.get(f"/rankings/{run.pk}/outlets/?level=class&outlet_class=A")
    assert len(page.context["listing"].rows) == (1 if narrow else 2)
    page = client.get(f"/rankings/{run.pk}/outlets/{outlets[0].code}/")
    assert [part.rule.code for part in page.context["parts"]][:2] == [
        "staff",
        "environment",
    ]
    assert len(page.context["parts"][1].entries) == 1
    page = client.get(f"/rankings/{run.pk}/regions/?level=county")
    assert len(page.context["rows"]) == (0 if narrow else 2)


def test_a_run_without_outlets_offers_to_rank_them(client, outlets):
    run = ranked()
    client.force_login(granted_user("operations"))
    assert b"rank-outlets" in client.get(f"/rankings/{run.pk}/outlets/").content
    client.post(f"/rankings/{run.pk}/rank-outlets/")
    assert PlaceRun.objects.get().run == run
