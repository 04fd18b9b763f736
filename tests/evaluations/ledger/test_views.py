from datetime import date

import pytest
from django.urls import reverse

from evaluations.ledger.models import Entry, PeriodChange
from evaluations.ledger.services import Line, put
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import AssignmentFactory, UserFactory, granted_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    stint = AssignmentFactory()
    line = Line(
        "t1",
        "knowledge",
        date(2025, 10, 5),
        stint.employee_id,
        stint.outlet_id,
        8800,
        10000,
    )
    put(source="retired", lines=[line], reason="first")
    return Entry.objects.get()


def test_an_entry_shows_every_version_and_who_it_is_about(client, entry):
    client.force_login(UserFactory(employee=entry.employee))
    page = client.get(entry.get_absolute_url()).content.decode()
    assert entry.employee.name in page
    assert "88.00" in page
    assert "100.00" in page


def test_a_colleague_does_not_learn_that_the_entry_exists(client, entry):
    client.force_login(UserFactory(employee=AssignmentFactory().employee))
    assert client.get(entry.get_absolute_url()).status_code == 404


def test_a_version_at_another_outlet_is_told_to_who_sees_that_outlet(client, entry):
    """Her assignment was corrected: the record belongs to the other outlet now."""
    there = OutletFactory()
    line = Line(
        *("t1", "knowledge", date(2025, 10, 5)),
        *(entry.employee_id, there.pk, 7700, 10000),
    )
    put(source="retired", lines=[line], reason="she worked there")
    address = entry.get_absolute_url()

    def versions(user):
        client.force_login(user)
        trail = client.get(address).context["trail"]
        return [(one.version, one.points) for one in trail.history]

    here = [(1, 8800), (1, -8800)]
    assert versions(granted_user("store_manager", outlet=entry.outlet)) == here
    assert versions(UserFactory(employee=entry.employee)) == [*here, (2, 7700)]
    assert versions(granted_user("auditor")) == [*here, (2, 7700)]


def test_hr_closes_a_month_and_reopens_it_with_a_reason(client, entry):
    client.force_login(granted_user("hr"))
    address = reverse("ledger:change_period", args=["2025-10"])
    client.post(address, {"state": "closed"})
    refused = client.post(address, {"state": "reopened", "reason": ""}, follow=True)
    assert "Say why the period is opened again" in refused.content.decode()
    assert PeriodChange.objects.count() == 1
    client.post(address, {"state": "reopened", "reason": "late visits"})
    page = client.get(reverse("ledger:periods")).content.decode()
    assert "late visits" in page


def test_a_period_that_is_none_is_not_found(client):
    client.force_login(granted_user("hr"))
    assert (
        client.post("/ledger/periods/2025-13/", {"state": "closed"}).status_code == 404
    )
