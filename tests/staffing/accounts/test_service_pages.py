"""The pages of services: made, changed, rotated and revoked by an administrator."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from staffing.accounts.models import ServiceAccount, ServiceEvent, ServiceSecret
from staffing.accounts.services.service_secrets import digest_of
from staffing.accounts.services.service_tokens import revoke_service, rotate_secret
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.accounts.factories import make_service, token_of
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db
LIST = "/services/"


@pytest.fixture
def admin(client):
    user = granted_user("administrator")
    client.force_login(user)
    return user


@pytest.fixture
def filled():
    return {
        "key": str(uuid4()),
        "name": "Queue machine",
        "purpose": "Delivers tickets",
        "owner": "Wu, 020-1234",
        "scopes": ["flow:write"],
        "region_code": "",
        "outlet_code": "",
        "expires_on": str(timezone.localdate() + timedelta(days=90)),
        "calls_per_minute": "",
    }


def _secrets_in(answer):
    return re.findall(r"sh_[\w-]{43}", answer.content.decode())


def test_a_new_service_shows_its_secret_once_and_never_again(client, admin, filled):
    outlet = OutletFactory(code="GZ1")
    answer = client.post("/services/new/", filled | {"outlet_code": "GZ1"})
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    (value,) = _secrets_in(answer)
    service = ServiceAccount.objects.get()
    assert service.secrets.get().digest == digest_of(value)
    assert (service.outlet, service.scopes) == (outlet, ["flow:write"])
    assert (service.created_by, service.owner) == (admin, "Wu, 020-1234")
    page = client.get(reverse("services:detail", args=[service.uuid]))
    assert _secrets_in(page) == []
    assert f"…{value[-4:]}" in page.content.decode()
    assert service.application.client_id in page.content.decode()


def test_the_form_sent_twice_makes_one_service_and_shows_no_second_secret(
    client, admin, filled
):
    client.post("/services/new/", filled)
    again = client.post("/services/new/", filled)
    assert again.status_code == 302
    assert (ServiceAccount.objects.count(), ServiceSecret.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "HR system", "Another service has this name."),
        ("name", "", "This field is required."),
        ("scopes", [], "This field is required."),
        ("scopes", ["everything"], "everything"),
        ("outlet_code", "nowhere", "There is no outlet with this code."),
        ("region_code", "nowhere", "There is no region with this code."),
        ("expires_on", "2020-01-01", "The last day has to lie between today and"),
        ("expires_on", "2099-01-01", "The last day has to lie between today and"),
        ("calls_per_minute", "0", "greater than or equal to 1"),
    ],
)
def test_a_form_that_is_wrong_says_so_and_makes_nothing(
    client, admin, filled, field, value, says
):
    make_service("HR system")
    answer = client.post("/services/new/", filled | {field: value})
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert _secrets_in(answer) == []
    assert ServiceAccount.objects.count() == 1


def test_a_service_has_one_place_at_most(client, admin, filled):
    places = {
        "outlet_code": OutletFactory().code,
        "region_code": RegionFactory().code,
    }
    answer = client.post("/services/new/", filled | places)
    assert "Choose a region or an outlet, not both." in answer.content.decode()
    assert not ServiceAccount.objects.exists()


def test_the_list_flags_what_ends_soon_and_what_never_called(client, admin):
    soon, _secret = make_service(
        "Soon over", expires_on=timezone.localdate() + timedelta(days=30)
    )
    soon.last_used_at, soon.last_used_from = timezone.now(), "10.1.2.3"
    soon.last_used_for = "tickets"
    soon.save()
    make_service("Silent", expires_on=timezone.localdate() + timedelta(days=31))
    gone, _secret = make_service("Gone")
    revoke_service(service_id=gone.pk, reason="sold", by=None)
    answer = client.get(LIST)
    assert [one.name for one in answer.context["soon"]] == ["Soon over"]
    assert [one.name for one in answer.context["unused"]] == ["Silent"]
    names = [one.name for one in answer.context["services"]]
    assert names == ["Silent", "Soon over", "Gone"]
    assert "tickets · 10.1.2.3" in answer.content.decode()


def test_the_list_without_services_says_what_to_do(client, admin):
    assert "No service may call yet" in client.get(LIST).content.decode()


def test_the_list_costs_the_same_for_one_and_for_twenty(
    client, admin, django_assert_num_queries
):
    make_service("One", outlet=OutletFactory())
    with django_assert_num_queries(4):  # session, user, her grants, services
        client.get(LIST)
    for number in range(19):
        make_service(f"Service {number}", region=RegionFactory())
    with django_assert_num_queries(4):
        client.get(LIST)


def test_changing_a_service_notes_what_and_who(client, admin, filled):
    service, _secret = make_service("HR system")
    path = reverse("services:change", args=[service.uuid])
    assert 'value="HR system"' in client.get(path).content.decode()
    answer = client.post(path, filled | {"name": "HR", "calls_per_minute": "90"})
    assert answer.status_code == 302
    service.refresh_from_db()
    assert (service.name, service.scopes) == ("HR", ["flow:write"])
    assert service.calls_per_minute == 90
    assert service.application.name == "HR"
    event = ServiceEvent.objects.filter(action="changed").get()
    assert event.by == admin
    assert event.note == "name, purpose, owner, scopes, expires_on, calls_per_minute"


def test_a_second_secret_is_shown_once_and_the_old_one_ends_later(client, admin):
    service, old = make_service()
    answer = client.post(
        reverse("services:rotate", args=[service.uuid]), {"overlap_days": "30"}
    )
    (value,) = _secrets_in(answer)
    newest, first = service.secrets.all()
    assert (newest.digest, newest.valid_until) == (digest_of(value), None)
    assert first.digest == digest_of(old)
    later = timezone.now() + timedelta(days=30)
    assert abs(first.valid_until - later) < timedelta(minutes=1)
    again = client.post(
        reverse("services:rotate", args=[service.uuid]), {"overlap_days": "7"}
    )
    assert again.status_code == 302
    assert service.secrets.count() == 2


@pytest.mark.parametrize("days", ["31", "-1", "", "x"])
def test_an_overlap_out_of_range_issues_nothing(client, admin, days):
    service, _secret = make_service()
    answer = client.post(
        reverse("services:rotate", args=[service.uuid]), {"overlap_days": days}
    )
    assert answer.status_code == 200
    assert "is-invalid" in answer.content.decode()
    assert service.secrets.get().valid_until is None


def test_the_page_says_which_secret_was_used_last(client, admin):
    service, _secret = make_service()
    rotate_secret(service_id=service.pk, by=None)
    newest, first = service.secrets.all()
    first.last_used_at = timezone.now()
    first.save()
    page = client.get(reverse("services:detail", args=[service.uuid]))
    assert page.context["used_last"] == first
    assert page.content.decode().count("used last") == 1


def test_a_secret_of_another_service_is_not_found(client, admin):
    service, _secret = make_service()
    other, _secret = make_service("Other")
    path = reverse(
        "services:revoke_secret", args=[service.uuid, other.secrets.get().uuid]
    )
    assert client.post(path).status_code == 404
    assert other.secrets.get().is_live


def test_taking_away_ends_tokens_secrets_and_the_service(client, admin):
    service, _secret = make_service()
    tokens = service.application.accesstoken_set
    token_of(service)
    client.post(reverse("services:end_tokens", args=[service.uuid]))
    assert tokens.count() == 0
    token_of(service)
    secret = service.secrets.get()
    client.post(reverse("services:revoke_secret", args=[service.uuid, secret.uuid]))
    secret.refresh_from_db()
    assert (secret.revoked_by, tokens.count()) == (admin, 0)
    path = reverse("services:revoke", args=[service.uuid])
    assert client.post(path, {"reason": " "}).status_code == 200
    service.refresh_from_db()
    assert service.revoked_at is None
    client.post(path, {"reason": "sold"})
    service.refresh_from_db()
    assert (service.revoked_by, service.revoked_reason) == (admin, "sold")
    actions = service.events.values_list("action", flat=True)
    assert list(actions) == ["revoked", "secret_revoked", "tokens_ended", "created"]


def test_a_revoked_service_cannot_be_brought_back(client, admin, filled):
    service, _secret = make_service()
    revoke_service(service_id=service.pk, reason="sold", by=None)
    answer = client.post(reverse("services:change", args=[service.uuid]), filled)
    assert "This service was revoked." in answer.content.decode()
    client.post(reverse("services:rotate", args=[service.uuid]), {"overlap_days": "7"})
    service.refresh_from_db()
    assert (service.name, service.secrets.count()) == ("HR system", 1)


def test_an_auditor_reads_services_and_is_offered_no_change(client, db):
    service, _secret = make_service("HR system")
    client.force_login(granted_user("auditor"))
    listed = client.get(LIST).content.decode()
    assert (service.name in listed, "New service" in listed) == (True, False)
    shown = client.get(reverse("services:detail", args=[service.uuid])).content.decode()
    forms = [part for part in shown.split("<form")[1:] if "/services/" in part[:200]]
    assert (service.name in shown, forms, "/change/" in shown) == (True, [], False)


def test_the_navigation_shows_services_to_who_reads_access_only(client, admin):
    assert f'href="{LIST}"' in client.get("/").content.decode()
    client.force_login(granted_user("operations"))
    assert f'href="{LIST}"' not in client.get("/").content.decode()
