"""Owners of areas on the card: set in two taps, offered for what failed there."""

import pytest
from django.urls import reverse

from staffing.rosters.models import AreaOwner
from tests.evaluations.checks.factories import make_floor, tap
from tests.evaluations.standards.factories import make_standard
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def floor():
    return make_floor(people=2)


@pytest.fixture
def checklist():
    items = {
        "H1": {"applies_to": "outlet", "area": "hygiene"},
        "N1": {"applies_to": "outlet"},
    }
    return make_standard("S", items, on_card=True, slots="opening")


def choose(client, floor, person, area="hygiene"):
    data = {"outlet": floor.outlet.code, "area": area, "standard": "S"}
    return client.post(
        "/checks/areas/", data | {"employee": person and person.pk or ""}
    )


class TestCard:
    def test_a_manager_sets_an_owner_and_gives_it_back(self, client, floor):
        clerk = floor.people[0]
        client.force_login(floor.manager)
        answer = choose(client, floor, clerk)
        assert answer.url.startswith("/checks/?outlet=")
        (row,) = AreaOwner.objects.all()
        assert (row.employee, row.by, row.on) == (clerk, floor.manager, floor.today)
        areas = client.get("/checks/").context["areas"]
        boss = floor.manager.employee
        assert [one.owner for one in areas] == [boss, clerk, boss]
        choose(client, floor, None)
        areas = client.get("/checks/").context["areas"]
        assert [one.owner for one in areas] == [boss] * 3

    def test_the_owner_stands_beside_items_of_her_area(self, client, floor, checklist):
        client.force_login(floor.manager)
        choose(client, floor, floor.people[0])
        page = client.get(
            "/checks/?standard=S&open=:opening", headers={"HX-Request": "true"}
        )
        text = page.content.decode()
        assert text.count("check-area-of") == 1
        assert f"Hygiene: {floor.people[0].name}" in text

    def test_who_only_reads_finds_no_form(self, client, floor):
        client.force_login(granted_user("auditor"))
        text = client.get(f"/checks/?outlet={floor.outlet.code}").content.decode()
        assert "check-area" in text
        assert reverse("checks:area") not in text

    def test_somebody_of_another_outlet_cannot_be_named(self, client, floor):
        client.force_login(floor.manager)
        assert choose(client, floor, make_floor().people[0]).status_code == 404

    def test_what_is_no_area_is_said(self, client, floor):
        client.force_login(floor.manager)
        answer = client.get(choose(client, floor, None, "roof").url)
        assert "This form cannot be read" in answer.content.decode()
        assert AreaOwner.objects.count() == 0


class TestActions:
    @pytest.fixture
    def failed(self, floor, checklist):
        return tap(floor, None, "S", marks={"H1": "failed", "N1": "failed"})

    def offered(self, client, check, code):
        page = client.get(f"/checks/actions/open/?check={check.uuid}&item={code}")
        return page.context["form"].initial["owner"]

    def test_her_owner_is_offered_for_what_failed(self, client, floor, checklist):
        client.force_login(floor.manager)
        choose(client, floor, floor.people[0])
        failed = tap(floor, None, "S", marks={"H1": "failed", "N1": "failed"})
        assert self.offered(client, failed, "H1") == floor.people[0].pk
        assert self.offered(client, failed, "N1") == floor.manager.employee_id

    def test_who_owned_it_when_it_was_seen_not_who_does_now(
        self, client, floor, failed
    ):
        client.force_login(floor.manager)
        choose(client, floor, floor.people[0])
        assert self.offered(client, failed, "H1") == floor.manager.employee_id
