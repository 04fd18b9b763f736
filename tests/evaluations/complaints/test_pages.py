"""Logging and handling a case on its pages."""

from uuid import uuid4

import pytest
from django.urls import reverse

from evaluations.complaints.models import Case, CaseEvent, ClockCalendar, Handling
from evaluations.complaints.services import escalate_cases
from staffing.accounts.models import AccessRecord
from tests.evaluations.complaints.conftest import local
from tests.evaluations.complaints.factories import CaseFactory, logged
from tests.evaluations.complaints.test_handling import do
from tests.staffing.people.factories import UserFactory, granted_user, staff_user

# What pages say; the queries below them are asked on both databases.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
LIST, LOG = "/complaints/", "/complaints/log/"


@pytest.fixture(autouse=True)
def today(clock):
    return clock


@pytest.fixture
def as_(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def intake(**changes):
    filled = {
        "key": str(uuid4()),
        "outlet": "HALL",
        "contact": "complaint",
        "reason": "attitude",
        "subject": "manner",
        "channel": "hotline",
        "summary": "was sent away",
        "customer": "Ms Li",
        "phone_tail": "4711",
    }
    return filled | changes


def url(name, case, *rest):
    return reverse(f"complaints:{name}", args=[case.case_no, *rest])


def sent(client, case, action, **fields):
    data = {f"{action}-{name}": value for name, value in fields.items()}
    data.setdefault(f"{action}-key", str(uuid4()))
    return client.post(url("act", case, action), data)


def errors(response, form="form"):
    return dict(response.context[form].errors)


def test_a_clerk_logs_a_case_at_her_outlet(as_, clerk, other, outlet):
    client = as_(clerk)
    assert client.get(LOG).context["form"]["outlet"].value() == "HALL"
    data = intake(person=other.employee.number, received_at="2026-10-12T08:30")
    response = client.post(LOG, data)
    case = Case.objects.get()
    assert response["Location"] == url("case", case)
    assert (case.employee, case.channel, case.category) == (
        other.employee,
        "hotline",
        "attitude",
    )
    assert case.received_at == local("10-12T08:30")
    assert (case.handling.owner, case.handling.customer) == (clerk, "Ms Li")
    assert client.post(LOG, data).status_code == 302
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"outlet": "ELSE"}, "outlet"),
        ({"contact": "?"}, "contact"),
        ({"reason": ""}, "reason"),
        ({"subject": ""}, "subject"),
        ({"channel": "dream"}, "channel"),
        ({"summary": ""}, "summary"),
        ({"person": "NOBODY"}, "person"),
        ({"phone_tail": "13800138000"}, "phone_tail"),
        ({"phone_tail": "12a4"}, "phone_tail"),
        ({"customer": "x" * 41}, "customer"),
        ({"received_at": "yesterday"}, "received_at"),
        ({"received_at": "0001-01-01T00:00"}, "received_at"),
        ({"received_at": "9999-12-31T23:59"}, "received_at"),
        ({"received_at": "2026-10-12T10:01"}, "__all__"),
        ({"received_at": "0100-01-01T10:01"}, "__all__"),
        ({"key": "x"}, "key"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_logged(as_, clerk, outlet, changes, field):
    response = as_(clerk).post(LOG, intake(**changes))
    assert list(errors(response)) == [field]
    assert not Case.objects.exists()


def test_who_cannot_log_is_told_so(as_, outlet):
    for user in (UserFactory(), granted_user("hr"), granted_user("agency")):
        assert as_(user).get(LOG).status_code == 403
        assert client_post_refused(as_(user))
    idle = staff_user("clerk")
    idle.employee.assignments.all().delete()
    page = as_(idle).get(LOG)
    assert "No outlet to log at" in page.content.decode()
    assert list(errors(as_(idle).post(LOG, intake()))) == ["outlet"]


def client_post_refused(client):
    return client.post(LOG, intake()).status_code == 403


def test_a_case_goes_from_intake_to_closing_on_its_page(as_, clerk, manager, outlet):
    case = logged(outlet, clerk)
    page = as_(clerk).get(url("case", case))
    offered = [str(one.action) for one in page.context["work"].offered]
    assert offered == ["reply", "note", "room", "offer", "pause", "close"]
    assert [o.action for o in page.context["work"].offered if o.first] == ["reply"]
    assert sent(as_(clerk), case, "reply", note="told her so").status_code == 302
    response = sent(as_(manager), case, "close", note="trained him")
    assert response["Location"] == url("case", case)
    assert Case.objects.get().closed_at is not None
    page = as_(manager).get(url("case", case)).content.decode()
    assert "trained him" in page
    assert "closed in time" in page


def test_a_refusal_comes_back_in_the_form_with_what_was_typed(as_, clerk, outlet):
    case = logged(outlet, clerk)
    page = sent(as_(clerk), case, "close", note="trained him")
    [close] = [o for o in page.context["work"].offered if o.action == "close"]
    assert close.first
    assert close.form["note"].value() == "trained him"
    assert "has no reply on record" in page.content.decode()
    assert Handling.objects.get().state == "open"


@pytest.mark.parametrize(
    ("action", "fields", "field"),
    [
        ("reply", {"note": ""}, "note"),
        ("reply", {"note": "x", "key": "x"}, "key"),
        ("offer", {"note": "x"}, "__all__"),
        ("offer", {"note": "x", "person": "NOBODY"}, "person"),
        ("offer", {"note": "x", "unit": "NOWHERE"}, "unit"),
        ("compensate", {"note": "x", "amount": "-5"}, "amount"),
        ("compensate", {"note": "x", "amount": "1e9"}, "amount"),
        ("room", {"note": "x", "person": "", "minutes": "5"}, "person"),
        ("name", {"note": "x", "person": "NOBODY"}, "person"),
    ],
)
def test_a_bad_form_of_an_action_changes_nothing(
    as_, manager, clerk, outlet, action, fields, field
):
    case = logged(outlet, clerk)
    page = sent(as_(manager), case, action, **fields)
    assert page.status_code == 200
    [form] = [o.form for o in page.context["work"].offered if o.action == action]
    assert list(form.errors) == [field]
    assert CaseEvent.objects.count() == 1


def test_who_sees_but_may_not_act_gets_403_and_a_stranger_404(as_, clerk, outlet):
    case = logged(outlet, clerk)
    assert sent(as_(granted_user("hr")), case, "close", note="x").status_code == 403
    stranger = staff_user("store_manager")
    assert sent(as_(stranger), case, "close", note="x").status_code == 404
    assert as_(stranger).get(url("case", case)).status_code == 404
    assert sent(as_(clerk), CaseFactory(outlet=outlet), "reply", note="x").status_code
    assert as_(clerk).post(f"{url('case', case)}vanish/").status_code == 404


def test_a_case_from_a_spreadsheet_has_nothing_to_do_on_it(as_, manager, outlet):
    case = CaseFactory(outlet=outlet)
    assert sent(as_(manager), case, "reply", note="x").status_code == 404
    assert as_(manager).get(url("contact", case)).status_code == 404
    page = as_(manager).get(url("case", case))
    assert "work" not in page.context


def test_who_is_asked_sees_the_case_until_she_declines(as_, clerk, outlet):
    far = staff_user("clerk")
    case = logged(outlet, clerk)
    assert as_(far).get(url("case", case)).status_code == 404
    do(case, clerk, "offer", person=far.employee)
    page = as_(far).get(url("case", case))
    assert "was not listened to" in page.content.decode()
    assert [str(o.action) for o in page.context["work"].offered] == [
        *("accept", "decline"),
    ]
    assert as_(far).get(LIST).context["page"].rows == [case]
    assert sent(as_(far), case, "decline", note="not ours")["Location"] == LIST
    assert as_(far).get(url("case", case)).status_code == 404


def test_whom_it_is_about_reads_the_verdict_and_not_the_story(
    as_, clerk, other, manager, outlet
):
    case = logged(outlet, clerk, person=other.employee)
    do(case, clerk, "note", note="Ms Li wept")
    do(case, manager, "judge", verdict="upheld", answer="?", note="Mr Gu saw it")
    assert sent(as_(other), case, "answer", note="I was alone").status_code == 302
    page = as_(other).get(url("case", case)).content.decode()
    assert "I was alone" in page
    assert "gave a verdict" in page.lower()
    for words in ("Ms Li", "Mr Gu", "was not listened to", "4711"):
        assert words not in page
    assert as_(other).get(url("contact", case)).status_code == 403


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("clerk", 200),
        ("manager", 200),
        ("supervisor", 200),
        ("county", 200),
        ("other", 404),
        ("hr", 403),
        ("auditor", 403),
        ("operations", 200),
    ],
)
def test_whom_to_reply_to_is_for_who_works_on_the_case_and_logged(
    as_, request, clerk, outlet, role, status
):
    case = logged(outlet, clerk)
    granted = role in ("hr", "auditor", "operations")
    user = granted_user(role) if granted else request.getfixturevalue(role)
    page = as_(user).get(url("case", case))
    if page.status_code == 200:
        assert "Ms Li" not in page.content.decode()
    before = AccessRecord.objects.count()
    response = as_(user).get(url("contact", case))
    assert response.status_code == status
    if status == 200:
        assert "4711" in response.content.decode()
    seen = AccessRecord.objects.filter(what__contains=case.case_no)
    assert seen.count() == (status == 200)
    assert AccessRecord.objects.count() >= before


def test_cases_narrow_by_state_clock_reason_and_first_contact(
    as_, today, clerk, other, outlet
):
    late = logged(outlet, clerk)
    today.turn("10-14T10:00")
    near = logged(outlet, other, reason="waiting", received_at=local("10-12T20:00"))
    fresh = logged(outlet, other, reason="billing")
    paused = logged(outlet, other)
    do(paused, other, "pause")
    do(fresh, other, "reply")
    closed = CaseFactory(closed=True)
    old = CaseFactory(received_at=local("10-01T10:00"))
    today.turn("10-14T10:01")
    client = as_(granted_user("hr"))

    def found(**query):
        return {case.pk for case in client.get(LIST, query).context["page"].rows}

    assert found(clock="overdue") == {late.pk, old.pk}
    assert found(clock="near") == {near.pk}
    assert found(clock="unanswered") == {late.pk, near.pk}
    do(near, other, "reply")
    assert found(clock="unanswered") == {late.pk, near.pk}
    assert found(state="paused") == {paused.pk}
    assert found(state="closed") == {closed.pk}
    assert found(state="open", owner=clerk.employee.number) == {late.pk}
    assert found(reason="billing") == {fresh.pk}
    page = client.get(LIST).content.decode()
    assert page.count("bg-red-lt") == 2
    assert page.count("bg-yellow-lt") == 1
    for bad in ({"state": "x"}, {"clock": "x"}, {"reason": "x"}, {"month": "x"}):
        response = client.get(LIST, bad)
        assert response.context["page"].rows == []
        assert errors(response)


def test_enquiries_are_not_counted_as_complaints(as_, clerk, outlet):
    logged(outlet, clerk)
    logged(outlet, clerk, contact="enquiry")
    response = as_(granted_user("hr")).get(LIST, {"outlet": "HALL"})
    assert len(response.context["page"].rows) == 2
    assert response.context["figures"].complaints == 1


def test_the_list_of_handled_cases_costs_the_same_for_1_and_20_rows(
    as_, clerk, outlet, django_assert_num_queries
):
    client = as_(granted_user("hr"))
    for count in (1, 19):
        for _n in range(count):
            logged(outlet, clerk)
        with django_assert_num_queries(4):  # session, user, grants, rows
            client.get(LIST)


def test_the_page_of_a_case_costs_the_same_for_any_history(
    as_, clerk, outlet, django_assert_num_queries
):
    client, case = as_(granted_user("hr")), logged(outlet, clerk)
    for count in (1, 19):
        for _n in range(count):
            do(case, clerk, "note")
        # session, user, grants, case, lines, calendar, the path up
        with django_assert_num_queries(7):
            client.get(url("case", case))


def test_how_far_up_it_has_gone_stands_on_the_case(as_, clerk, manager, outlet):
    case = logged(outlet, clerk)
    escalate_cases(local("10-15T11:00"))
    page = as_(manager).get(url("case", case)).content.decode()
    assert "it has gone up to the county" in page
    assert "Gone up to the store manager" in page


class TestCalendars:
    def edit(self, region):
        return reverse("complaints:calendar", args=[region.code])

    def test_the_administrator_sets_and_drops_one(self, as_, regions):
        client, url = as_(granted_user("administrator")), self.edit(regions["city"])
        listing = reverse("complaints:calendars")
        assert client.get(listing, {"region": "C"})["Location"] == url
        assert client.get(url).status_code == 200
        data = {"hours": "Mon-Fri 09:00-12:00", "days": "2026-10-01 closed"}
        assert client.post(url, data)["Location"] == listing
        assert ClockCalendar.objects.get().days == "2026-10-01 closed"
        assert "Mon-Fri 09:00-12:00" in client.get(listing).content.decode()
        drop = reverse("complaints:calendar_drop", args=["C"])
        assert client.post(drop).status_code == 302
        assert not ClockCalendar.objects.exists()

    @pytest.mark.parametrize(
        ("data", "field", "words"),
        [
            ({"hours": "nine to five"}, "hours", "“nine to five” is no week"),
            ({"hours": "Mon-Sun closed"}, "hours", "leaves no time at all"),
            ({"days": "tomorrow closed"}, "days", "“tomorrow closed” is no single"),
            ({"days": "2026-10-01 closed\n2026-10-01 closed"}, "days", "second time"),
        ],
    )
    def test_a_bad_line_is_named(self, as_, regions, data, field, words):
        client = as_(granted_user("administrator"))
        response = client.post(self.edit(regions["city"]), data)
        assert words in errors(response)[field][0]
        assert not ClockCalendar.objects.exists()

    def test_an_unknown_region_is_said_to_be_so(self, as_):
        client = as_(granted_user("administrator"))
        page = client.get(reverse("complaints:calendars"), {"region": "NO"})
        assert "There is no region “NO”" in page.content.decode()

    def test_others_read_them_or_not_at_all(self, as_, regions, county, clerk):
        listing, url = reverse("complaints:calendars"), self.edit(regions["city"])
        assert as_(county).get(listing).status_code == 200
        assert as_(county).get(url).status_code == 403
        assert as_(county).post(url, {"hours": ""}).status_code == 403
        assert as_(clerk).get(listing).status_code == 403
