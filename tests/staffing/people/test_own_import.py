"""Nobody gives herself a post or an outlet with a file, either."""

from datetime import date
from io import BytesIO

import pytest
from django.utils import translation

from outlets.exchange.importer import Silence
from outlets.exchange.models import ImportFault
from outlets.exchange.services.running import ingest_file
from staffing.people.models import Assignment, Employee
from tests.outlets.exchange.sending import checked, confirmed
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    EmployeeFactory,
    RoleGrantFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db
REASON = "is your own record: somebody else has to change it"
POSTS = "number,name,post\n{}\nE2,Wang Wei,{}\n"
STINTS = "employee_number,outlet_code,from,to\n"


@pytest.fixture
def jobs(django_capture_on_commit_callbacks):
    """Run what a service leaves to a worker."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture(params=["administrator", "operations"])
def li(request):
    """Return somebody on the staff who may load the registry."""
    user = staff_user("clerk", OutletFactory(code="O1"), number="E1", name="Li Na")
    RoleGrantFactory(user=user, role=request.param)
    return user


@pytest.fixture
def wang():
    return EmployeeFactory(number="E2", name="Wang Wei", post="clerk")


def faults(imported):
    rows = ImportFault.objects.filter(of=imported, is_warning=False).order_by("row")
    return [(one.row, one.column, one.reason) for one in rows]


def posts():
    return dict(Employee.objects.values_list("number", "post"))


@pytest.mark.parametrize(
    "own", ["E1,Li Na,store_manager", "E1,Li Nan,clerk", " E1 ,Li Na,supervisor"]
)
def test_her_own_row_is_refused_and_the_others_are_taken(li, wang, jobs, own):
    imported = checked(POSTS.format(own, "supervisor"), li, jobs)
    assert faults(imported) == [(2, "number", REASON)]
    assert (imported.rejected, imported.updated) == (1, 1)
    confirmed(imported, jobs, keep_good=True)
    assert posts() == {"E1": "clerk", "E2": "supervisor"}
    li.employee.refresh_from_db()
    assert li.employee.name == "Li Na"


def test_a_list_in_which_she_stands_as_she_is_can_be_loaded(li, wang, jobs):
    imported = checked(POSTS.format("E1,Li Na,clerk", "supervisor"), li, jobs)
    assert faults(imported) == []
    assert (imported.unchanged, imported.updated) == (1, 1)


def test_her_own_last_day_is_refused_too(li, jobs):
    text = "number,name,post,left_on\nE1,Li Na,clerk,2030-01-01\n"
    assert faults(checked(text, li, jobs)) == [(2, "number", REASON)]


@pytest.mark.parametrize(
    "row",
    [
        "E1,O2,2026-11-01,\n",  # another outlet
        "E1,O1,2020-01-01,2026-12-31\n",  # the end of her own
        "E1,O2,2026-11-01,\nE1,O2,2026-11-01,\n",  # twice
    ],
)
def test_her_own_assignment_is_refused(li, wang, jobs, row):
    OutletFactory(code="O2")
    text = STINTS + row + "E2,O2,2026-11-01,\n"
    imported = checked(text, li, jobs, "assignments")
    own = row.count("E1")
    assert faults(imported) == [
        (number, "employee_number", REASON) for number in range(2, 2 + own)
    ]
    confirmed(imported, jobs, keep_good=True)
    assert list(
        Assignment.objects.order_by("id").values_list(
            "employee__number", "outlet__code", "starts_on", "ends_on"
        )
    ) == [
        ("E1", "O1", date(2020, 1, 1), None),
        ("E2", "O2", date(2026, 11, 1), None),
    ]


def test_her_own_assignment_as_it_is_can_be_loaded(li, jobs):
    imported = checked(STINTS + "E1,O1,2020-01-01,\n", li, jobs, "assignments")
    assert (faults(imported), imported.unchanged) == ([], 1)


def test_somebody_else_loads_it(li, wang, jobs):
    other = staff_user("clerk", OutletFactory(), number="E9")
    RoleGrantFactory(user=other, role="administrator")
    imported = checked(POSTS.format("E1,Li Na,supervisor", "clerk"), other, jobs)
    confirmed(imported, jobs)
    assert posts()["E1"] == "supervisor"


def test_the_reason_is_given_in_her_language(li, jobs):
    with translation.override("zh-hans"):
        imported = checked("number,name,post\nE1,Li Na,supervisor\n", li, jobs)
    assert faults(imported) == [(2, "number", "是您本人的记录，须由他人更改")]


def test_the_command_line_is_nobody(li):
    report = ingest_file(
        kind="employees",
        binary=BytesIO(b"number,name,post\nE1,Li Na,supervisor\n"),
        name="staff.csv",
        dry_run=False,
        keep_good=False,
        mapping={},
        audience=Silence(),
    )
    assert report.taken
    assert posts() == {"E1": "supervisor"}


def test_who_is_not_on_the_staff_has_no_row_of_her_own(wang, jobs):
    AssignmentFactory(employee=wang)
    by = granted_user("administrator")
    imported = checked("number,name,post\nE2,Wang Wei,supervisor\n", by, jobs)
    assert (faults(imported), imported.updated) == ([], 1)
