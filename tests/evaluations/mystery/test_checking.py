"""What the region does with a visit before the outlet may know of it."""

import re
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluations.ledger.models import Entry
from evaluations.mystery.models import Report, ReportEvent, Visit, VisitAppeal
from evaluations.mystery.services import (
    attribute,
    release_visit,
    send_back,
    settle,
)
from evaluations.mystery.services.checking import (
    NoReport,
    NotThere,
    ReasonMissing,
    ReleasedAlready,
)
from evaluations.mystery.services.steps import ReportMoved
from staffing.notices.models import Notice
from tests.evaluations.mystery.factories import ReportFactory, VisitFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    EmployeeFactory,
    UserFactory,
    granted_user,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 12)


@pytest.fixture
def visit():
    """A visit that its agency has passed on, nobody's yet."""
    visit = VisitFactory(
        visit_no="W-1", unreleased=True, employee=None, badge="77", date=DAY
    )
    ReportFactory(
        done=True,
        state="reviewed",
        number="W-1",
        outlet=visit.outlet,
        visit=visit,
        described="short hair, glasses",
    )
    return visit


@pytest.fixture
def clerk(visit):
    stint = AssignmentFactory(employee__number="E-7", outlet=visit.outlet)
    return stint.employee


@pytest.fixture
def region(visit):
    return granted_user("regional_supervisor", region=visit.outlet.region)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks no rows")
def test_a_report_is_locked_before_its_visit(visit, region):
    with CaptureQueriesContext(connection) as asked:
        release_visit(visit_no="W-1", by=region)
    locks = [one["sql"] for one in asked if "FOR UPDATE" in one["sql"]]
    tables = [re.search(r'FROM "mystery_(\w+)"', sql)[1] for sql in locks]
    assert tables[:2] == ["report", "visit"]


def test_a_visit_is_attributed_to_who_was_assigned_there_that_day(visit, clerk, region):
    gone = AssignmentFactory(
        employee__number="E-8", outlet=visit.outlet, ends_on=date(2026, 10, 11)
    )
    with pytest.raises(NotThere):
        attribute(visit_no="W-1", employee_number="E-8", words="", by=region)
    attribute(visit_no="W-1", employee_number="E-7", words="glasses", by=region)
    assert Visit.objects.get().employee == clerk
    event = ReportEvent.objects.get()
    assert (event.what, event.words, event.by) == ("attribute", "glasses", region)
    assert gone.employee.visits.count() == 0


def test_attributing_again_to_the_same_person_writes_nothing(visit, clerk, region):
    for _time in range(2):
        attribute(visit_no="W-1", employee_number="E-7", words="", by=region)
    assert ReportEvent.objects.count() == 1


def test_a_visit_sent_back_is_not_released_until_the_agency_passes_it_on(visit, region):
    with pytest.raises(ReasonMissing):
        send_back(visit_no="W-1", words=" ", by=region)
    send_back(visit_no="W-1", words="The times do not fit.", by=region)
    assert Report.objects.get().state == "submitted"
    with pytest.raises(ReportMoved):
        release_visit(visit_no="W-1", by=region)
    with pytest.raises(ReportMoved):
        attribute(visit_no="W-1", employee_number="", words="", by=region)
    assert Visit.objects.get().released_at is None


def test_what_was_entered_by_hand_cannot_go_back(region, visit):
    plain = VisitFactory(unreleased=True, outlet=visit.outlet)
    with pytest.raises(NoReport):
        send_back(visit_no=plain.visit_no, words="Look again.", by=region)


def test_who_works_or_worked_at_the_outlet_checks_nothing(visit):
    employee = EmployeeFactory()
    AssignmentFactory(employee=employee, outlet=visit.outlet, ends_on=date(2026, 1, 31))
    partial = granted_user(
        "regional_supervisor", region=visit.outlet.region, user__employee=employee
    )
    for act in (
        lambda: release_visit(visit_no="W-1", by=partial),
        lambda: attribute(visit_no="W-1", employee_number="", words="", by=partial),
        lambda: send_back(visit_no="W-1", words="No.", by=partial),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert Visit.objects.get().released_at is None


def test_after_release_only_an_appeal_changes_it(visit, clerk, region):
    release_visit(visit_no="W-1", by=region)
    with pytest.raises(ReleasedAlready):
        attribute(visit_no="W-1", employee_number="E-7", words="", by=region)
    with pytest.raises(ReleasedAlready):
        send_back(visit_no="W-1", words="No.", by=region)


def test_release_tells_whom_it_judges_and_who_leads_there_and_counts_the_shopper(
    visit, clerk, region
):
    lead = UserFactory(employee=EmployeeFactory(post="store_manager"))
    AssignmentFactory(employee=lead.employee, outlet=visit.outlet)
    attribute(visit_no="W-1", employee_number="E-7", words="", by=region)
    assert not Notice.objects.exists()
    release_visit(visit_no="W-1", by=region)
    told = Notice.objects.filter(kind="visit_released")
    assert set(told.values_list("employee", flat=True)) == {
        clerk.pk,
        lead.employee_id,
    }
    settle(DAY)
    entry = Entry.objects.get()
    assert (entry.employee, entry.rater) == (clerk, Report.objects.get().shopper.key)


def test_the_page_offers_to_check_and_then_to_appeal(client, visit, clerk, region):
    page = reverse("mystery:visit", args=["W-1"])
    client.force_login(region)
    shown = client.get(page)
    assert shown.context["attribute_form"].fields["employee"].choices[1:] == [
        ("E-7", f"{clerk.name} · E-7")
    ]
    assert "short hair, glasses" in shown.content.decode()
    client.post(reverse("mystery:attribute", args=["W-1"]), {"employee": "E-7"})
    client.post(reverse("mystery:release", args=["W-1"]))
    assert Visit.objects.get().released_at is not None
    client.force_login(UserFactory(employee=clerk))
    shown = client.get(page)
    assert (shown.context["checks"], shown.context["may_appeal"]) == (False, True)
    assert "short hair" not in shown.content.decode()
    answer = client.post(
        reverse("mystery:appeal_add", args=["W-1"]),
        {"ground": "person", "words": "I was at lunch."},
        follow=True,
    )
    assert answer.context["appeal"].words == "I was at lunch."
    assert [one["name"] for one in answer.context["doings"]] == ["remark", "withdraw"]


def test_the_list_of_appeals_costs_the_same_for_one_and_for_twenty(
    client, visit, clerk, region, django_assert_max_num_queries
):
    release_visit(visit_no="W-1", by=region)
    lead = UserFactory(employee=EmployeeFactory(post="store_manager"))
    AssignmentFactory(employee=lead.employee, outlet=visit.outlet)

    for _number in range(20):
        VisitAppeal.objects.create(
            visit=visit, ground="fact", words="No.", by=lead, due_on=DAY
        )
    client.force_login(region)
    with django_assert_max_num_queries(14):
        shown = client.get(reverse("mystery:appeals"), {"state": "overdue"})
    assert len(shown.context["page"].rows) == 20
