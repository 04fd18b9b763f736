"""An agency keeps its shoppers and their accounts; nobody else reads their names."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from evaluations.mystery.models import Shopper
from evaluations.mystery.services import refusals
from evaluations.mystery.services.shoppers import (
    let_sign_in,
    new_password,
    open_account,
)
from outlets.exchange import tracking
from staffing.people.models import User
from staffing.people.services.outsiders import reset_outsider
from tests.evaluations.mystery.factories import ShopperFactory
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import (
    AgencyFactory,
    UserFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db
LIST = "/mystery/shoppers/"


@pytest.fixture
def agency():
    return AgencyFactory(code="CLEAR", name="Clear Eyes")


@pytest.fixture
def keeper(agency):
    return granted_user("agency", agency=agency)


@pytest.fixture
def shopper(agency):
    return ShopperFactory(agency=agency, code="FIELD-9", name="Lin Wei")


def page_of(shopper, name="mystery:shopper"):
    return reverse(name, args=[shopper.agency.code, shopper.code])


def test_her_agency_adds_and_changes_her(client, agency, keeper):
    outlet = OutletFactory(code="GZ1")
    client.force_login(keeper)
    sent = {
        "agency": "CLEAR",
        "code": "K7",
        "name": "Lin Wei",
        "regions": outlet.region.code,
        "avoids": "GZ1 GZ1",
    }
    answer = client.post(reverse("mystery:shopper_add"), sent)
    shopper = Shopper.objects.get()
    assert answer.headers["Location"] == page_of(shopper)
    assert (shopper.agency, shopper.code, shopper.name) == (agency, "K7", "Lin Wei")
    assert (list(shopper.regions.all()), list(shopper.avoids.all())) == (
        [outlet.region],
        [outlet],
    )
    again = client.post(reverse("mystery:shopper_add"), sent)
    assert "already has a shopper K7" in again.content.decode()
    client.post(page_of(shopper), {"name": "Lin", "regions": "", "avoids": "GZ1"})
    shopper.refresh_from_db()
    assert (shopper.name, shopper.active, shopper.regions.count()) == ("Lin", False, 0)


def test_an_unknown_outlet_is_named(client, keeper, shopper):
    client.force_login(keeper)
    answer = client.post(page_of(shopper), {"avoids": "GZ9", "active": "on"})
    assert "There is no outlet GZ9." in answer.content.decode()
    shopper.refresh_from_db()
    assert shopper.name == "Lin Wei"


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("operations", 200),
        ("auditor", 200),
        ("hr", 403),
        ("administrator", 403),
        ("regional_supervisor", 403),
        ("store_manager", 403),
    ],
)
def test_who_plans_reads_codes_and_nobody_else_a_name(client, shopper, role, status):
    outlet = OutletFactory()
    if role == "store_manager":
        user = staff_user(role, outlet)
    else:
        scope = {"region": outlet.region} if role == "regional_supervisor" else {}
        user = granted_user(role, **scope)
    client.force_login(user)
    answer = client.get(LIST)
    assert answer.status_code == status
    page = answer.content.decode()
    assert "Lin Wei" not in page
    assert ("FIELD-9" in page) is (status == 200)
    changed = client.post(page_of(shopper), {"name": "Other", "active": "on"})
    assert changed.status_code == (403 if status == 200 else 404)
    shopper.refresh_from_db()
    assert shopper.name == "Lin Wei"


def test_another_agency_does_not_find_her(client, shopper):
    client.force_login(granted_user("agency", agency=AgencyFactory()))
    assert client.get(LIST).context["page"].rows == []
    for name in ("mystery:shopper", "mystery:shopper_account"):
        answer = client.post(page_of(shopper, name), {"do": "open"})
        assert answer.status_code == 404
    assert not Shopper.objects.filter(user__isnull=False).exists()


def test_an_account_says_nothing_and_its_password_is_shown_once(
    client, keeper, shopper
):
    client.force_login(keeper)
    answer = client.post(page_of(shopper, "mystery:shopper_account"), {"do": "open"})
    shopper.refresh_from_db()
    user = shopper.user
    password = answer.context["password"]
    assert user.username.startswith("shopper-")
    assert len(user.username) == len("shopper-") + 8
    assert user.check_password(password)
    assert user.must_change_password
    assert (user.first_name, user.email, user.employee, user.roles) == (
        "",
        "",
        None,
        frozenset(),
    )
    assert escape(password) in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert password not in client.get(page_of(shopper)).content.decode()
    with pytest.raises(refusals.ShopperSignsIn):
        open_account(shopper=shopper, by=keeper)


def test_her_agency_makes_a_new_password_and_stops_the_account(keeper, shopper):
    user, first = open_account(shopper=shopper, by=keeper)
    user, second = new_password(shopper=shopper, by=keeper)
    assert first != second
    assert user.check_password(second)
    assert not let_sign_in(shopper=shopper, allowed=False, by=keeper).is_active
    assert let_sign_in(shopper=shopper, allowed=True, by=keeper).is_active


def test_an_agency_resets_no_account_that_means_more(agency, keeper, shopper):
    for user in (staff_user("clerk"), granted_user("administrator")):
        Shopper.objects.filter(pk=shopper.pk).update(user=user)
        before = user.password
        with pytest.raises(User.DoesNotExist):
            new_password(shopper=shopper, by=keeper)
        user.refresh_from_db()
        assert user.password == before
    with pytest.raises(User.DoesNotExist):
        reset_outsider(user=UserFactory(), agency=AgencyFactory(), by=keeper)


def test_a_shopper_who_is_stopped_gets_no_account(keeper, shopper):
    shopper.active = False
    shopper.save()
    with pytest.raises(refusals.ShopperStopped):
        open_account(shopper=shopper, by=keeper)
    with pytest.raises(refusals.NoAccount):
        new_password(shopper=shopper, by=keeper)


def test_the_history_of_the_house_holds_no_name():
    assert set(tracking.tracked()[Shopper].fields).isdisjoint({"name", "key"})


@pytest.mark.parametrize("many", [1, 12])
def test_the_list_asks_as_much_for_many(
    client, agency, keeper, many, django_assert_num_queries
):
    for _one in range(many):
        shopper = ShopperFactory(agency=agency, user=UserFactory())
        shopper.avoids.add(OutletFactory())
    client.force_login(keeper)
    client.get(LIST)
    with django_assert_num_queries(LIST_QUERIES):
        client.get(LIST)


LIST_QUERIES = 6
