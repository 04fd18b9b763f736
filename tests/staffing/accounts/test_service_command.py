from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from staffing.accounts.models import ServiceAccount
from staffing.accounts.services.service_secrets import digest_of
from tests.outlets.places.factories import OutletFactory

pytestmark = pytest.mark.django_db


def run(*extra, name="HR", scopes="registry:read awards:read", expires=None):
    expires = expires or timezone.localdate() + timedelta(days=30)
    out = StringIO()
    call_command(
        "service",
        "create",
        name,
        "--scopes",
        scopes,
        "--expires",
        str(expires),
        *extra,
        stdout=out,
    )
    return out.getvalue()


def test_a_service_is_made_and_its_secret_printed_once():
    OutletFactory(code="GZ1")
    lines = run("--outlet", "GZ1", "--owner", "Wu", "--calls", "90").splitlines()
    service = ServiceAccount.objects.get()
    assert lines[0] == f"client_id {service.application.client_id}"
    assert digest_of(lines[1].removeprefix("client_secret ")) == (
        service.secrets.get().digest
    )
    assert (service.outlet.code, service.owner) == ("GZ1", "Wu")
    assert service.calls_per_minute == 90
    assert service.scopes == ["registry:read", "awards:read"]
    assert service.created_by is None


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"scopes": "everything"}, "There is no such scope: everything."),
        ({"scopes": " "}, "A service needs at least one scope."),
        ({"expires": date(2020, 1, 1)}, "The last day has to lie between"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_made(given, says):
    with pytest.raises(CommandError, match=says):
        run(**given)
    assert not ServiceAccount.objects.exists()


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        (("--outlet", "nowhere"), "There is no outlet nowhere."),
        (("--region", "nowhere"), "There is no region nowhere."),
        (("--calls", "0"), "--calls has to be 1 or more."),
    ],
)
def test_an_unknown_place_or_rate_is_refused(extra, says):
    with pytest.raises(CommandError, match=says):
        run(*extra)
    assert not ServiceAccount.objects.exists()


def test_the_same_name_twice_is_refused():
    run()
    with pytest.raises(CommandError, match="Another service has this name"):
        run()
    assert ServiceAccount.objects.count() == 1
