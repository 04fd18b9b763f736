"""Who can sign in: made, stopped, let in again; first passwords."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from staffing.people.models import RoleGrant, User
from staffing.people.services.administrators import LastAdministrator
from staffing.people.services.employees import change_employee
from staffing.people.services.users import (
    AlreadySignsIn,
    HasLeft,
    OwnAccount,
    UsernameTaken,
    create_user,
    deactivate_user,
    first_password,
    reactivate_user,
    reset_password,
)
from tests.staffing.people.factories import (
    EmployeeFactory,
    RoleGrantFactory,
    UserFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db
PASSWORD = re.compile(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}")
# The address of an account may hold what looks like one.
SHOWN = re.compile(rf">({PASSWORD.pattern})<")


@pytest.fixture
def by():
    return granted_user("administrator")


def create(by, **changes):
    values = {"username": "wu", "name": "Wu Lan", "email": "", "employee": None}
    return create_user(**(values | changes), by=by)


def test_a_first_password_is_never_the_same():
    made = {first_password() for _one in range(50)}
    assert len(made) == 50
    assert all(PASSWORD.fullmatch(one) for one in made)


def test_create_user_for_a_person_of_the_office_and_for_one_of_the_staff(by):
    user, password = create(by)
    assert (user.called, user.employee) == ("Wu Lan", None)
    assert user.check_password(password)
    assert user.must_change_password is True
    person = EmployeeFactory(name="Zhao Min")
    staff, _password = create(by, username="zhao", employee=person)
    assert (staff.called, staff.employee) == ("Zhao Min", person)


def test_create_user_refuses_what_is_taken_or_gone(by):
    create(by)
    with pytest.raises(UsernameTaken):
        create(by, username="WU")
    with pytest.raises(AlreadySignsIn):
        create(by, username="other", employee=staff_user("clerk").employee)
    left = EmployeeFactory(left_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(HasLeft):
        create(by, username="other", employee=left)
    assert not User.objects.filter(username__in=["WU", "other"]).exists()


@pytest.mark.parametrize("role", ["hr", "operations", "auditor"])
def test_only_an_administrator_makes_and_stops_accounts(role):
    other, somebody = granted_user(role), UserFactory()
    with pytest.raises(User.DoesNotExist):
        create(other)
    for service in (deactivate_user, reactivate_user, reset_password):
        with pytest.raises(User.DoesNotExist):
            service(user=somebody.uuid, by=other)
    somebody.refresh_from_db()
    assert somebody.is_active is True


def test_nobody_stops_or_resets_her_own_account(by):
    granted_user("administrator")
    for service in (deactivate_user, reset_password):
        with pytest.raises(OwnAccount):
            service(user=by.uuid, by=by)
    by.refresh_from_db()
    assert (by.is_active, by.must_change_password) == (True, False)


def test_a_stopped_user_is_signed_out_at_her_next_request(client, by):
    user = granted_user("operations")
    client.force_login(user)
    assert client.get("/").status_code == 200
    deactivate_user(user=user.uuid, by=by)
    assert client.get("/").status_code == 302
    reactivate_user(user=user.uuid, by=by)
    client.force_login(User.objects.get(pk=user.pk))
    assert client.get(reverse("rankings:list")).status_code == 200


def test_the_last_administrator_is_not_stopped_and_does_not_leave():
    temporary = granted_user("administrator", ends_on=timezone.localdate())
    manager = granted_user("hr")
    person = EmployeeFactory()
    last = RoleGrantFactory(role="administrator", user__employee=person).user
    with pytest.raises(LastAdministrator):
        deactivate_user(user=last.uuid, by=temporary)
    leaving = {
        "name": person.name,
        "gender": "",
        "post": "clerk",
        "contract": "",
        "hired_on": None,
        "left_on": timezone.localdate(),
    }
    with pytest.raises(LastAdministrator):
        change_employee(number=person.number, **leaving, by=manager)
    last.refresh_from_db()
    person.refresh_from_db()
    assert (last.is_active, person.left_on) == (True, None)
    granted_user("administrator")
    change_employee(number=person.number, **leaving, by=manager)
    deactivate_user(user=last.uuid, by=temporary)


def test_a_first_password_opens_nothing_until_it_is_replaced(client, by):
    user, first = create(by)
    RoleGrantFactory(user=user, role="operations")
    choose = reverse("people:choose_password")
    client.post(reverse("accounts:sign_in"), {"username": "wu", "password": first})
    for address in ("/", reverse("rankings:list"), reverse("people:list")):
        assert client.get(address)["Location"] == choose
    refused = client.get("/api/v1/outlets/")
    assert refused.status_code == 403
    assert refused.json()["code"] == "password_must_change"
    assert client.get(choose).status_code == 200
    same = client.post(choose, {"new_password1": first, "new_password2": first})
    assert "new_password1" in same.context["form"].errors
    weak = client.post(choose, {"new_password1": "wu", "new_password2": "wu"})
    assert weak.context["form"].errors
    own = "herons-and-lanterns"
    done = client.post(choose, {"new_password1": own, "new_password2": own})
    assert done["Location"] == "/"
    assert client.get(reverse("rankings:list")).status_code == 200
    user.refresh_from_db()
    assert user.check_password(own)
    assert client.get(choose)["Location"] == "/"


def test_the_page_shows_a_first_password_once_and_keeps_it_nowhere(client, by):
    client.force_login(by)
    sent = {"username": "wu", "name": "Wu Lan", "employee": "", "email": ""}
    page = client.post(reverse("people:user_add"), sent)
    password = SHOWN.search(page.content.decode())[1]
    user = User.objects.get(username="wu")
    assert user.check_password(password)
    assert "no-store" in page["Cache-Control"]
    again = client.post(reverse("people:user_add"), sent)
    assert not SHOWN.search(again.content.decode())
    detail = client.get(reverse("people:user", args=[user.uuid]))
    assert password not in detail.content.decode()
    reset = client.post(reverse("people:user_password", args=[user.uuid]))
    assert not User.objects.get(pk=user.pk).check_password(password)
    assert SHOWN.search(reset.content.decode())[1] != password


def test_the_pages_give_and_end_a_role_and_remember_both(client, by):
    client.force_login(by)
    user = UserFactory()
    today = timezone.localdate()
    sent = {"role": "hr", "starts_on": today, "reason": "joins the office"}
    page = reverse("people:user", args=[user.uuid])
    assert client.post(reverse("people:grant_give", args=[user.uuid]), sent).url == page
    grant = RoleGrant.objects.get(user=user)
    ending = reverse("people:grant_end", args=[grant.uuid])
    assert "reason" in client.post(ending, {}).context["form"].errors
    client.post(ending, {"reason": "leaves the office"})
    for address in (page, reverse("people:grants")):
        shown = client.get(address).content.decode()
        assert "joins the office" in shown
        assert "leaves the office" in shown
    wrong = client.post(
        reverse("people:grant_give", args=[user.uuid]),
        sent | {"role": "regional_supervisor"},
    )
    assert "a region and all below it" in str(wrong.context["form"].errors)
    assert user.grants.count() == 1


def test_her_own_account_shows_no_way_to_change_it(client, by):
    client.force_login(by)
    page = client.get(reverse("people:user", args=[by.uuid])).content.decode()
    assert reverse("people:grant_give", args=[by.uuid]) not in page
    for name in ("user_password", "user_deactivate", "grant_give"):
        address = reverse(f"people:{name}", args=[by.uuid])
        assert client.get(address).status_code == 403
        assert client.post(address).status_code == 403
    own = reverse("people:grant_end", args=[by.grants.get().uuid])
    assert client.post(own, {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("name", ["users", "grants", "agencies"])
def test_lists_of_access_cost_the_same_queries_for_1_and_20_rows(
    client, by, name, django_assert_max_num_queries
):
    client.force_login(by)
    counts = []
    for number in (1, 19):
        for _one in range(number):
            granted_user("agency")
        with django_assert_max_num_queries(6) as seen:
            client.get(reverse(f"people:{name}"))
        counts.append(len(seen))
    assert counts[0] == counts[1]
