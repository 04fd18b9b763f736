"""Employees over HTTP: an outlet out of sight is not named, nor are terms of work."""

from datetime import date

import pytest

from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    EmployeeFactory,
    granted_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(client):
    """Li works at both outlets, Wang at the near one; both on a regular contract."""
    near = OutletFactory(code="N1", region=RegionFactory(code="N"))
    far = OutletFactory(code="F1", region=RegionFactory(code="F"))
    for number, outlets in {"LI": (near, far), "WANG": (near,)}.items():
        person = EmployeeFactory(number=number, contract="regular")
        for month, outlet in enumerate(outlets, start=1):
            AssignmentFactory(
                employee=person, outlet=outlet, starts_on=date(2026, month, 1)
            )

    def read(user, query=""):
        client.force_login(user)
        rows = client.get(f"/api/v1/employees/{query}").json()["results"]
        return [(row["number"], row["outlet_code"], row["contract"]) for row in rows]

    return near, read


def test_where_else_somebody_works_is_told_to_who_sees_it_only(people):
    near, read = people
    lead = granted_user("store_manager", outlet=near)
    assert read(lead) == [("LI", "N1", None), ("WANG", "N1", None)]
    assert read(lead, "?outlet=F1") == []
    assert read(granted_user("hr")) == [
        ("LI", "F1", "regular"),
        ("WANG", "N1", "regular"),
    ]


def test_terms_of_work_are_for_who_sees_the_whole_registry(people):
    near, read = people
    seen = {
        role: read(granted_user(role, **scope))[1]
        for role, scope in {
            "regional_supervisor": {"region": near.region},
            "auditor": {"outlet": near},
            "operations": {},
            "administrator": {},
        }.items()
    }
    assert seen == {
        "regional_supervisor": ("WANG", "N1", None),
        "auditor": ("WANG", "N1", None),
        "operations": ("WANG", "N1", "regular"),
        "administrator": ("WANG", "N1", "regular"),
    }
