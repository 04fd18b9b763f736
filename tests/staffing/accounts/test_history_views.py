"""The pages of the history: what they say, and to whom."""

from datetime import date
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.utils import translation
from openpyxl import load_workbook

from evaluations.mystery.models import Visit
from evaluations.rankings.models import Scheme, SchemeVersion
from outlets.places.sight import EVERYWHERE, Power, Sight
from staffing.accounts.models import AccessRecord, HistoryRecord
from staffing.accounts.views import history as views
from tests.evaluations.complaints.factories import CaseFactory
from tests.evaluations.mystery.factories import VisitFactory
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import (
    AssignmentFactory,
    EmployeeFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client):
    user = granted_user("auditor")
    client.force_login(user)
    return user


def page(client, path="/history/", **query):
    answer = client.get(path, query)
    assert answer.status_code == 200
    return answer


def changes(answer):
    return [
        (line.label, change.field, change.old, change.new)
        for line in answer.context["lines"]
        for change in line.changes
    ]


def moved(**before):
    """Return a person whose post was changed from clerk to supervisor."""
    person = EmployeeFactory(**before)
    person.post = "supervisor"
    person.save()
    return person


# --- In words -------------------------------------------------------------------------


def test_a_change_is_told_in_words(client, auditor):
    moved(number="E1", name="Li Na")
    newest = page(client).context["lines"][0]
    assert (newest.noun, newest.label) == ("Member of staff", "E1 Li Na")
    assert [(c.field, c.old, c.new) for c in newest.changes] == [
        ("Post", "counter clerk", "supervisor")
    ]


def test_a_change_is_told_in_chinese(client, auditor):
    moved(number="E1", name="Li Na")
    client.cookies["django_language"] = "zh-hans"
    newest = page(client).context["lines"][0]
    with translation.override("zh-hans"):
        assert [(c.field, c.old, c.new) for c in newest.changes] == [
            ("岗位", "营业员", "业务督导")
        ]


def test_rows_that_a_change_points_to_have_their_names(client, auditor):
    old = RegionFactory(code="R1", name="North")
    outlet = OutletFactory(code="O1", name="Main", region=old, brand_store=False)
    outlet.region, outlet.brand_store = RegionFactory(code="R2", name="South"), True
    outlet.opened_on = date(2026, 3, 1)
    outlet.save()
    found = changes(page(client, kind="places.outlet"))
    assert found[:3] == [
        ("O1 Main", "Brand store", "no", "yes"),
        ("O1 Main", "Opened on", "–", "1 Mar 2026"),
        ("O1 Main", "Region", "R1 North", "R2 South"),
    ]


def test_rules_of_a_scheme_are_told_leaf_by_leaf(client, auditor):
    version = SchemeVersion.objects.create(
        scheme=Scheme.objects.create(code="mine"),
        number=1,
        valid_from=date(2026, 1, 1),
        rules={"weights": {"daily": 40, "mystery": 20}, "ties": ["a", "b"]},
    )
    version.rules = {"weights": {"daily": 35, "mystery": 20}, "ties": ["b", "a"]}
    version.save()
    found = changes(page(client, kind="rankings.schemeversion"))
    assert found[:2] == [
        ("mine v1", "Rules · ties", "a, b", "b, a"),
        ("mine v1", "Rules · weights · daily", "40", "35"),
    ]


def test_a_line_leads_to_where_the_thing_stands_and_to_its_timeline(client, auditor):
    case = CaseFactory(case_no="C1")
    case.verdict = "upheld"
    case.save()
    line = page(client, kind="complaints.case").context["lines"][0]
    assert line.link == "/complaints/C1/"
    assert line.timeline == f"/history/complaints.case/{case.pk}/"
    assert [(c.field, c.old, c.new) for c in line.changes] == [
        ("Verdict", "–", "upheld")
    ]


def test_the_history_of_a_person_holds_her_assignments(client, auditor):
    stint = AssignmentFactory(employee=EmployeeFactory(number="E1", name="Li Na"))
    AssignmentFactory()
    answer = page(client, f"/history/people.employee/{stint.employee_id}/")
    assert [line.noun for line in answer.context["lines"]] == [
        "Assignment",
        "Member of staff",
    ]


def test_a_thing_that_nobody_changed_says_so(client, auditor):
    scheme = Scheme.objects.get(code="service_star")
    answer = page(client, f"/history/rankings.scheme/{scheme.pk}/")
    assert "Nothing has been changed here" in answer.content.decode()


def test_what_is_kept_by_codes_is_shown_in_the_readers_language(client, auditor):
    scheme = Scheme.objects.get(code="service_star")
    SchemeVersion.objects.create(
        scheme=scheme, number=9, valid_from=date(2027, 1, 1), rules={"a": 1}
    )
    client.cookies["django_language"] = "zh-hans"
    (line,) = page(client, kind="rankings.schemeversion").context["lines"]
    assert line.label == "服务之星 v9"
    assert (
        HistoryRecord.objects.get(object_repr="service_star v9").object_repr
        == "service_star v9"
    )


def test_the_timeline_of_what_is_gone_goes_by_its_last_name(client, auditor):
    region = RegionFactory(code="R9", name="Gone")
    path = f"/history/places.region/{region.pk}/"
    region.delete()
    answer = page(client, path)
    assert (answer.context["label"], len(answer.context["lines"])) == ("R9 Gone", 2)
    assert client.get("/history/places.region/999999/").status_code == 404
    assert client.get("/history/places.nothing/1/").status_code == 404


# --- Filters --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"kind": "people.employee", "field": "post"}, 3),
        ({"object": "Wang"}, 1),
        ({"object": "E1", "field": "post"}, 2),
        ({"first": "2020-01-01", "last": "2020-12-31"}, 0),
        ({"who": "nobody-of-that-name"}, 0),
    ],
)
def test_the_list_is_narrowed(client, auditor, query, expected):
    moved(number="E1", name="Li Na")
    EmployeeFactory(number="E2", name="Wang Wei")
    assert len(page(client, **query).context["lines"]) == expected


def test_the_list_is_narrowed_to_what_one_person_did(client):
    admin = granted_user("administrator")
    client.force_login(admin)
    client.post("/checks/standards/GROOMING/card/", {"on": "0"})
    client.force_login(granted_user("auditor"))
    (line,) = page(client, who=admin.username).context["lines"]
    assert (line.who, line.label[:8]) == (admin.username, "GROOMING")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_beyond_all_calendars_is_refused(client, auditor, day):
    assert page(client, first=day, last=day).context["lines"] == []


def test_a_number_beyond_all_ids_is_not_found(client, auditor):
    assert client.get(f"/history/people.employee/{10**30}/").status_code == 404


def test_a_day_that_is_none_shows_nothing_and_says_why(client, auditor):
    moved()
    answer = page(client, first="yesterday")
    assert answer.context["lines"] == []
    assert "Enter a valid date." in answer.content.decode()


# --- Who may --------------------------------------------------------------------------


def test_an_administrator_reads_of_configuration_and_of_no_case(client):
    moved(number="E1")
    case = CaseFactory(case_no="C1")
    case.verdict = "upheld"
    case.save()
    client.force_login(granted_user("administrator"))
    answer = page(client)
    assert {line.noun for line in answer.context["lines"]} & {"Complaint"} == set()
    assert "Member of staff" in {line.noun for line in answer.context["lines"]}
    assert client.get(f"/history/complaints.case/{case.pk}/").status_code == 404
    assert client.get("/history/", {"kind": "complaints.case"}).context["lines"] == []


@pytest.mark.parametrize(
    "viewer",
    [
        lambda: granted_user("hr"),
        lambda: granted_user("operations"),
        lambda: granted_user("auditor", region=RegionFactory()),
        lambda: staff_user("store_manager"),
    ],
    ids=[
        "hr",
        "operations",
        "auditor of a region",
        "lead",
    ],
)
def test_a_power_that_does_not_reach_everywhere_opens_nothing(client, viewer):
    person = moved()
    client.force_login(viewer())
    for path in (
        "/history/",
        "/history/history.csv",
        "/history/access/",
        "/history/access/access.csv",
        f"/history/people.employee/{person.pk}/",
    ):
        assert client.get(path).status_code == 403
    assert HistoryRecord.objects.visible_to(viewer()).count() == 0
    assert AccessRecord.objects.visible_to(viewer()).count() == 0


def test_before_its_release_a_visits_history_is_for_who_may_see_the_visit(
    client, auditor
):
    visit = VisitFactory(released_at=None, points=5000)
    visit.points = 6000
    visit.save()
    path = f"/history/mystery.visit/{visit.pk}/"
    assert ("Points", "50", "60") in [one[1:] for one in changes(page(client, path))]
    historian = SimpleNamespace(sight=Sight({Power.SEE_HISTORY: EVERYWHERE}))
    told = HistoryRecord.objects.visible_to(historian).filter(
        object_id=visit.pk, content_type__model="visit"
    )
    assert told.count() == 0
    Visit.objects.filter(pk=visit.pk).update(released_at="2026-10-05T00:00Z")
    assert told.all().count() == 1


def test_what_was_concealed_when_it_went_stays_so(client, auditor):
    visit = VisitFactory(released_at=None, points=5000)
    pk = visit.pk
    visit.delete()
    gone = HistoryRecord.objects.filter(object_id=pk, content_type__model="visit")
    historian = SimpleNamespace(sight=Sight({Power.SEE_HISTORY: EVERYWHERE}))
    assert not gone.visible_to(historian).exists()
    assert gone.visible_to(auditor).exists()


def test_an_administrator_sees_sign_ins_and_no_exports(client):
    AccessRecord.objects.create(kind="export", what="standings", rows=3)
    AccessRecord.objects.create(kind="locked_out")
    client.force_login(granted_user("administrator"))
    kinds = [row.kind for row, _who in page(client, "/history/access/").context["rows"]]
    assert kinds == ["sign_in", "locked_out"]


# --- Files ----------------------------------------------------------------------------


def test_the_file_has_a_line_per_field_and_computes_nothing(client, auditor):
    moved(number="E1", name="=HYPERLINK(1)")
    answer = client.get(
        "/history/history.csv", {"kind": "people.employee", "field": "post"}
    )
    text = answer.getvalue().decode("utf-8-sig")
    rows = text.splitlines()
    assert (
        rows[0]
        == "When,Who,What was done,Kind,Which,Field,Before,After,Import it came with"
    )
    assert rows[1].split(",")[3:] == [
        "Member of staff",
        "E1 =HYPERLINK(1)",
        "Post",
        "counter clerk",
        "supervisor",
        "",
    ]
    assert [row for row in rows if ",=HYPERLINK" in row] == []
    assert ",Name,–,'=HYPERLINK(1)," in text


def test_the_workbook_says_the_same(client, auditor):
    EmployeeFactory(number="E1", name="=1+1")
    answer = client.get("/history/history.xlsx", {"kind": "people.employee"})
    sheet = load_workbook(BytesIO(answer.getvalue())).active
    names = [row[7] for row in sheet.iter_rows(min_row=2) if row[5].value == "Name"]
    # Text and no formula, also after somebody has edited the cell.
    assert [(cell.value, cell.data_type) for cell in names] == [("=1+1", "s")]
    assert names[0].quotePrefix


def test_taking_the_history_out_is_itself_logged(client, auditor):
    EmployeeFactory()
    before = HistoryRecord.objects.count()
    client.get("/history/history.csv")
    line = AccessRecord.objects.get(kind="export")
    assert (line.user, line.what, line.rows) == (auditor, "history", before)


def test_too_long_a_file_is_refused_with_a_word(client, auditor, monkeypatch):
    monkeypatch.setattr(views, "MOST_LINES", 1)
    EmployeeFactory.create_batch(2)
    answer = client.get("/history/history.csv", {"kind": "people.employee"})
    assert answer.headers["Location"] == "/history/?kind=people.employee"
    assert "More than 1 lines" in client.get("/history/").content.decode()
    assert AccessRecord.objects.filter(kind="export").count() == 0


# --- Cost -----------------------------------------------------------------------------


def test_the_list_costs_the_same_for_one_and_for_twenty(
    client, auditor, django_assert_num_queries
):
    query = {"kind": "people.assignment"}
    AssignmentFactory()
    client.get("/history/", query)  # content types are looked up once
    with django_assert_num_queries(6) as first:
        client.get("/history/", query)
    AssignmentFactory.create_batch(20)
    with django_assert_num_queries(len(first)):
        assert len(page(client, **query).context["lines"]) == 21


def test_the_access_log_costs_the_same_for_one_and_for_twenty(
    client, auditor, django_assert_num_queries
):
    with django_assert_num_queries(4) as first:
        page(client, "/history/access/")
    for _ in range(20):
        AccessRecord.objects.create(kind="export", user=granted_user("hr"))
    with django_assert_num_queries(len(first)):
        assert len(page(client, "/history/access/").context["rows"]) == 21


# --- The link -------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "shown"), [("auditor", True), ("operations", False)])
def test_a_page_leads_to_its_history_for_who_may_read_it(client, role, shown):
    case = CaseFactory(case_no="C1")
    client.force_login(granted_user(role))
    text = client.get("/complaints/C1/").content.decode()
    assert (f"/history/complaints.case/{case.pk}/" in text) is shown
