"""Services: what a token opens, and what it does not."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from evaluations.feedback.models import Rating
from staffing.accounts.authentication import SCOPE_POWERS
from staffing.accounts.models import ServiceAccount
from staffing.accounts.services.service_tokens import end_tokens, revoke_service
from tests.security.tokens import bearer
from tests.sight.asking import ask, nothing_kept, objects
from tests.sight.routes import FOR_SERVICES, ROUTES
from tests.sight.test_table import law
from tests.staffing.accounts.factories import make_service, token_of

pytestmark = pytest.mark.django_db

OPENS = {
    "api-regions": "registry:read",
    "api-region": "registry:read",
    "api-outlets": "registry:read",
    "api-outlet": "registry:read",
    "api-employees": "registry:read",
    "api-employee": "registry:read",
    "api-flow-hourly": "flow:read",
    "api-flow-figures": "flow:read",
    "api-rankings": "rankings:read",
    "api-ranking": "rankings:read",
    "api-standings": "rankings:read",
    "api-outlet-standings": "rankings:read",
    "api-score": "rankings:read",
    "api-awards": "awards:read",
    "api-award-list": "awards:read",
    # Each opens what it is for: which rows, is shown in tests/evaluations/feed.
    "api-changes": {"registry:read", "rankings:read", "awards:read"},
    "api-tickets": "flow:write",
    "api-counts": "flow:write",
    "api-ticket-events": "flow:write",
    "api-transactions": "flow:write",
    "api-ratings": "feedback:write",
    "api-checks": "checks:write",
}
# A call that delivers nothing, where an empty array is none.
NOTHING = {"api-checks": b'{"sent_at": "2026-10-15T12:00:00Z", "checks": []}'}


def _opens(name, scope):
    opened_by = OPENS[name]
    return scope == opened_by or (isinstance(opened_by, set) and scope in opened_by)


READ = [r for r in ROUTES if r.name in OPENS and r.method == "GET"]


@pytest.mark.parametrize("scope", SCOPE_POWERS)
def test_a_scope_opens_its_own_addresses_and_no_other(world, scope):
    odd, header = {}, bearer(scope)
    for route in READ:
        with nothing_kept():
            answer = ask("", route.path(world, world.own), headers=header)
        expected = 200 if _opens(route.name, scope) else 403
        if answer.status_code != expected:
            odd[route.label] = answer.status_code
    for name in FOR_SERVICES & OPENS.keys():
        data = NOTHING.get(name, b"[]")
        how = {"data": data, "content_type": "application/json", "headers": header}
        with nothing_kept():
            answer = ask("", reverse(name), "POST", **how)
        expected = 200 if _opens(name, scope) else 403
        if answer.status_code != expected:
            odd[name] = answer.status_code
    assert odd == {}


def test_a_token_that_has_run_out_opens_nothing(world):
    header = bearer(" ".join(SCOPE_POWERS), valid=timedelta(seconds=-1))
    for route in READ:
        with nothing_kept():
            answer = ask("", route.path(world, world.own), headers=header)
        assert (route.name, answer.status_code) == (route.name, 401)


@pytest.mark.parametrize("change", ["revoked", "expired", "tokens ended"])
def test_a_token_dies_with_its_service(world, change):
    by = world.viewers["administrator"]
    with nothing_kept():
        service, _secret = make_service(name=f"Soon {change}")
        header = {"Authorization": f"Bearer {token_of(service)}"}
        path = reverse("api-outlets")
        assert ask("", path, headers=header).status_code == 200
        if change == "revoked":
            revoke_service(service_id=service.pk, reason="lost", by=by)
        elif change == "expired":
            yesterday = timezone.localdate() - timedelta(days=1)
            ServiceAccount.objects.filter(pk=service.pk).update(expires_on=yesterday)
        else:
            end_tokens(service_id=service.pk, by=by)
        assert ask("", path, headers=header).status_code == 401


@pytest.mark.parametrize(
    ("place", "status"),
    # The first is where old clients put it: refused aloud, so that they are mended.
    [("?access_token=", 400), ("?token=", 401), ("?bearer_token=", 401)],
)
def test_a_token_in_an_address_is_not_read(world, place, status):
    token = bearer("registry:read")["Authorization"].partition(" ")[2]
    with nothing_kept():
        answer = ask("", f"{reverse('api-outlets')}{place}{token}")
    assert answer.status_code == status


@pytest.mark.one_database
def test_a_token_opens_no_page(world):
    """A page answers it as it answers somebody who is not signed in."""
    header, stated = bearer(" ".join(SCOPE_POWERS)), law()
    for route in ROUTES:
        if route.name.startswith("api-") or route.method != "GET":
            continue
        for which, place in objects(world, route)[:1]:
            with nothing_kept():
                answer = ask("", route.path(world, place), headers=header)
            expected = stated[route.label, which, "anonymous"]
            assert (route.label, answer.status_code) == (route.label, expected)


def test_fields_that_are_no_columns_set_nothing(world):
    """A machine may not say who recorded, what counts already, or which row it is."""
    uuid = "0c5a1f4e-5d0b-4c3c-9d0e-2f6a1b9c7d11"
    item = {
        "uuid": uuid,
        "outlet_code": world.own.outlet.code,
        "employee_number": world.own.person.number,
        "channel": "pad",
        "rated_at": "2026-10-05T10:00:00+08:00",
        "score": 4,
    }
    forged = {
        "id": 1,
        "pk": 1,
        "pending": 0,
        "recorded_by": world.viewers["hr"].pk,
        "recorded_by_id": world.viewers["hr"].pk,
        "by": world.viewers["hr"].pk,
        "on": "2020-01-01",
        "outlet_id": world.foreign.outlet.pk,
        "is_staff": 1,
    }
    with nothing_kept():
        answer = ask(
            "",
            reverse("api-ratings"),
            "POST",
            headers=bearer("feedback:write"),
            data=json.dumps([item | forged]).encode(),
            content_type="application/json",
        )
        assert answer.status_code == 200, answer.content
        rating = Rating.objects.get(uuid=uuid)
        assert rating.outlet == world.own.outlet
        assert (rating.recorded_by, rating.pending, str(rating.on)) == (
            None,
            True,
            "2026-10-05",
        )
