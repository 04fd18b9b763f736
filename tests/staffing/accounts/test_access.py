"""The log of sign-ins: what is kept of who came, and from where."""

import pytest
from django.contrib.auth.signals import user_login_failed
from django.test import RequestFactory

from staffing.accounts.models import AccessRecord
from staffing.accounts.services.access import agent_of, kept_address
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import AssignmentFactory, UserFactory, granted_user

PASSWORD = "a long enough phrase"
IPAD = (
    "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def user(db):
    user = UserFactory(username="li")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client, username, password):
    return client.post(
        "/accounts/sign-in/",
        {"username": username, "password": password},
        headers={"User-Agent": IPAD},
        REMOTE_ADDR="203.0.113.77",
    )


def test_a_sign_in_says_who_from_which_network_and_on_what(client, user):
    sign_in(client, "li", PASSWORD)
    (line,) = AccessRecord.objects.all()
    assert (line.kind, line.user) == ("sign_in", user)
    assert (line.address, line.agent) == ("203.0.113.0/24", "Safari, iPad")


def test_signing_out_is_kept(client, user):
    client.force_login(user)
    client.post("/accounts/sign-out/")
    client.post("/accounts/sign-out/")  # nobody is there any more
    kinds = AccessRecord.objects.order_by("id").values_list("kind", "user")
    assert list(kinds) == [("sign_in", user.pk), ("sign_out", user.pk)]


def test_a_failure_names_the_account_that_was_tried(client, user):
    sign_in(client, "li", "wrong")
    (line,) = AccessRecord.objects.all()
    assert (line.kind, line.user) == ("sign_in_failed", user)


def test_what_was_typed_for_a_name_that_nobody_has_is_not_kept(client, db):
    sign_in(client, "my-password-by-mistake", "x")
    (line,) = AccessRecord.objects.all()
    assert (line.kind, line.user, line.name, line.what) == (
        "sign_in_failed",
        None,
        "",
        "",
    )


def test_a_failure_without_a_request_is_kept_too(user):
    user_login_failed.send(sender=__name__, credentials={"username": "li"})
    (line,) = AccessRecord.objects.all()
    assert (line.user, line.address, line.agent) == (user, "", "")


def asked(**headers):
    return RequestFactory().get("/", **headers)


@pytest.mark.parametrize(
    ("setting", "address", "kept"),
    [
        ("network", "203.0.113.77", "203.0.113.0/24"),
        ("network", "2001:db8:1:2::3", "2001:db8:1::/48"),
        ("whole", "203.0.113.77", "203.0.113.77"),
        ("none", "203.0.113.77", ""),
        ("network", "unix:", ""),
    ],
)
def test_an_address_is_kept_as_far_as_the_setting_lets(
    settings, setting, address, kept
):
    settings.ACCESS_LOG_ADDRESS = setting
    assert kept_address(asked(REMOTE_ADDR=address)) == kept


@pytest.mark.parametrize(
    ("proxies", "kept"), [(0, "10.0.0.0/24"), (1, "198.51.100.0/24")]
)
def test_a_forwarded_address_is_believed_of_our_own_proxy_only(settings, proxies, kept):
    settings.PROXY_COUNT = proxies
    request = asked(
        REMOTE_ADDR="10.0.0.5", HTTP_X_FORWARDED_FOR="1.1.1.1, 198.51.100.9"
    )
    assert kept_address(request) == kept


@pytest.mark.parametrize(
    ("agent", "kept"),
    [
        (IPAD, "Safari, iPad"),
        (
            "Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537 Edg/120",
            "Edge, Windows",
        ),
        # as the list of one's own sessions calls them
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X) Chrome/120 Safari/537 OPR/106",
            "Opera, macOS",
        ),
        ("Mozilla/5.0 (X11; CrOS x86_64)", "ChromeOS"),
        ("python-requests/2.31.0", "python-requests"),
        ("", ""),
        ("<script>", ""),
    ],
)
def test_an_agent_is_kept_as_a_family(agent, kept):
    assert agent_of(asked(HTTP_USER_AGENT=agent)) == kept


@pytest.mark.django_db
def test_reading_one_person_by_the_api_is_a_view_and_a_list_an_export(client):
    stint = AssignmentFactory(outlet=OutletFactory())
    hr = granted_user("hr")
    client.force_login(hr)
    client.get("/api/v1/employees/")
    client.get(f"/api/v1/employees/{stint.employee.number}/")
    client.get("/api/v1/employees/nobody/")
    lines = AccessRecord.objects.exclude(kind="sign_in").order_by("id")
    assert [(line.kind, line.user, line.what, line.rows) for line in lines] == [
        ("export", hr, "employees", 1),
        ("personal_data_viewed", hr, "employees", None),
    ]
