"""From a tap on the tablet to a rank, and from the rank back to the tap."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from evaluations.ledger.periods import Period
from evaluations.ledger.services import Line, put
from evaluations.rankings.models import PlaceScheme, Scheme, SchemeVersion
from evaluations.rankings.shipped import VALID_FROM, rules_of, ship
from tests.browser.conftest import TABLET
from tests.evaluations.standards.factories import ship_standards
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    EmployeeFactory,
    UserFactory,
    granted_user,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def outlet(browse):
    ship_standards()
    ship(Scheme.objects, SchemeVersion.objects, "service_star", 1)
    PlaceScheme.objects.get_or_create(
        code="outlet_service",
        number=1,
        defaults={"valid_from": VALID_FROM, "rules": rules_of("outlet_service-1")},
    )
    outlet = OutletFactory(name="Nanshan Science Park")
    for number, name in (("E1", "Li Na"), ("E2", "Wang Wei"), ("E3", "Zhao Min")):
        person = EmployeeFactory(number=number, name=name)
        AssignmentFactory(employee=person, outlet=outlet)
        put(source="test", lines=_elsewhere(person, outlet))
    manager = EmployeeFactory(number="M1", name="Chen Jing", post="store_manager")
    AssignmentFactory(employee=manager, outlet=outlet)
    UserFactory(username="manager", employee=manager)
    return outlet


def _elsewhere(person, outlet):
    """What other rooms have recorded today, so that three components make a score."""
    today = timezone.localdate()
    for component, n in (("knowledge", 1), ("onsite", 10)):
        yield Line(
            source_id=f"{person.number}:{component}",
            component=component,
            on=today,
            employee_id=person.pk,
            outlet_id=outlet.pk,
            points=9000 * n,
            out_of=10000 * n,
            n=n,
        )


def test_a_rank_leads_back_to_the_tap_that_made_it(browse, outlet):
    manager = outlet.assignments.get(employee__number="M1").employee.user
    card = browse(manager, size=TABLET)
    card.goto("/checks/")
    for name in ("Wang Wei", "Zhao Min"):
        row = card.locator(".check-row", has_text=name)
        row.get_by_role("button", name="All right").click()
        row.get_by_text("Undo").wait_for()
    card.locator(".check-row", has_text="Li Na").get_by_text("Li Na").click()
    row = card.locator(".check-row", has_text="Li Na")
    row.locator(".check-item label", has_text="Badge").first.click()
    row.locator("button.check-save").click()
    row.get_by_text("1 failed").wait_for()

    desk = browse(granted_user("operations"))
    month = Period.month_of(timezone.localdate()).code
    desk.goto("/rankings/new/")
    desk.get_by_label("Period").select_option(month)
    desk.get_by_role("button", name="Compute").click()
    desk.wait_for_url("**/rankings/*/")
    desk.get_by_role("link", name="Li Na").click()
    desk.get_by_role("heading", name="Li Na").wait_for()
    desk.locator("details", has_text="Daily check").locator("summary").click()
    desk.get_by_role("link", name="Entry").first.click()
    desk.get_by_role("link", name="Open the record behind it").click()
    expect(desk.get_by_role("heading", name="Li Na E1")).to_be_visible()
    expect(desk.get_by_text("G03 Badge")).to_be_visible()
    expect(desk.get_by_text("Chen Jing")).to_be_visible()
    expect(desk.get_by_text("not compliant", exact=True)).to_be_visible()
