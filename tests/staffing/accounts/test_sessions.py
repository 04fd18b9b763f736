import time

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from staffing.accounts.selectors.sessions import public_id_of
from staffing.accounts.services import sessions
from tests.staffing.accounts.conftest import SIGN_IN, sign_in
from tests.staffing.accounts.test_sign_in import is_in
from tests.staffing.people.factories import UserFactory, granted_user

MINE = reverse("accounts:my_account")
EVERYWHERE = reverse("accounts:sign_out_everywhere")
IPAD = (
    "Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)


def age(client, **marks):
    """Make the session look older: `age(client, began_at=3600)`."""
    session = client.session
    for mark, seconds in marks.items():
        session[mark] = int(time.time()) - seconds
    session.save()


def end(client, session):
    return client.post(end_of(session))


def end_of(session):
    return reverse("accounts:end_session", args=[public_id_of(session.session_key)])


@pytest.fixture
def tablet(li):
    tablet = Client(HTTP_USER_AGENT=IPAD, REMOTE_ADDR="203.0.113.7")
    sign_in(tablet)
    return tablet


def test_the_list_says_device_address_and_which_one_this_is(client, li, tablet):
    sign_in(client)
    page = client.get(MINE).content.decode()
    assert "Safari · iPad" in page
    assert "203.0.113.7" in page
    assert page.count("this session") == 1
    assert page.index("this session") < page.index("Safari · iPad")


def test_a_stranger_is_not_on_the_list(client, li, tablet):
    client.force_login(UserFactory())
    page = client.get(MINE).content.decode()
    assert "203.0.113.7" not in page


def test_ending_one_leaves_the_others(client, li, tablet):
    sign_in(client)
    theirs = UserSession.objects.get(ip="203.0.113.7")
    assert end(client, theirs)["Location"] == MINE
    assert not is_in(tablet)
    assert is_in(client)
    assert "203.0.113.7" not in client.get(MINE).content.decode()


def test_ending_this_one_signs_out(client, li, tablet):
    sign_in(client)
    mine = UserSession.objects.exclude(ip="203.0.113.7").get()
    assert end(client, mine)["Location"] == SIGN_IN
    assert not is_in(client)
    assert is_in(tablet)


def test_nobody_ends_the_session_of_somebody_else(client, li, tablet):
    client.force_login(granted_user("administrator"))
    theirs = UserSession.objects.get(ip="203.0.113.7")
    assert end(client, theirs).status_code == 404
    assert is_in(tablet)


def test_the_page_names_no_session_by_its_counter_or_its_key(client, li, tablet):
    sign_in(client)
    page = client.get(MINE).content.decode()
    for row in UserSession.objects.all():
        assert end_of(row) in page
        assert row.session_key not in page
        assert f"/{row.pk}/end/" not in page


def test_a_session_is_not_ended_by_counting(client, li, tablet):
    sign_in(client)
    theirs = UserSession.objects.get(ip="203.0.113.7")
    for guess in (str(theirs.pk), "0" * 32, "*" * 32):
        url = reverse("accounts:end_session", args=[guess])
        assert client.post(url).status_code == 404
    assert is_in(tablet)


def test_signing_out_everywhere_ends_this_one_too(client, li, tablet):
    sign_in(client)
    other = Client()
    other.force_login(UserFactory())
    assert client.post(EVERYWHERE)["Location"] == SIGN_IN
    assert not is_in(client)
    assert not is_in(tablet)
    assert is_in(other)
    assert "You are signed out everywhere." in client.get(SIGN_IN).content.decode()


def test_sessions_end_by_post_only(client, li, tablet):
    sign_in(client)
    theirs = UserSession.objects.get(ip="203.0.113.7")
    url = end_of(theirs)
    assert client.get(url).status_code == 405
    assert client.get(EVERYWHERE).status_code == 405
    assert is_in(tablet)


def test_who_signs_out_leaves_the_list(client, li, tablet):
    tablet.post(reverse("accounts:sign_out"))
    assert not UserSession.objects.exists()


def test_sessions_that_have_died_are_not_listed(client, li, tablet):
    sign_in(client)
    tablet.session.delete()
    assert "203.0.113.7" not in client.get(MINE).content.decode()


def test_the_list_costs_the_same_for_many(client, li, django_assert_num_queries):
    sign_in(client)
    # session, user, grants, factors, rules, list, living ones; whether she is a shopper
    with django_assert_num_queries(8):
        client.get(MINE)
    for _another in range(19):
        sign_in(Client())
    with django_assert_num_queries(8):
        page = client.get(MINE).content.decode()
    assert page.count("End this one") == 19


def test_a_request_costs_no_query_more(client, li, django_assert_num_queries):
    sign_in(client)
    # session, user, grants; whether she is a shopper, who has no role
    with django_assert_num_queries(4):
        client.get(reverse("account_change_password"))


def test_last_seen_follows_once_a_minute(client, li):
    sign_in(client)
    long_ago = timezone.now() - timezone.timedelta(hours=1)
    UserSession.objects.update(last_seen_at=long_ago)
    client.get(MINE)
    assert UserSession.objects.get().last_seen_at == long_ago
    age(client, seen_at=61)
    client.get(MINE, REMOTE_ADDR="198.51.100.9")
    seen = UserSession.objects.get()
    assert (timezone.now() - seen.last_seen_at).total_seconds() < 60
    assert seen.ip == "198.51.100.9"


@pytest.mark.parametrize(
    ("marks", "stays"),
    [
        ({"seen_at": 36_000 - 60}, True),
        ({"seen_at": 36_000 + 1}, False),
        ({"began_at": 7 * 86_400 - 60}, True),
        ({"began_at": 7 * 86_400 + 1}, False),  # however busy it was
    ],
)
def test_a_session_ends_after_silence_and_after_a_week(client, li, marks, stays):
    sign_in(client)
    key = client.session.session_key
    age(client, **marks)
    response = client.get(MINE)
    assert response.status_code == (200 if stays else 302)
    assert client.session.exists(key) is stays
    if not stays:
        page = client.get(response["Location"]).content.decode()
        assert "because the session was too old" in page


def test_every_way_in_is_on_the_list(rf, li):
    client = Client()
    client.force_login(li)
    row = UserSession.objects.get()
    assert (row.user, row.session_key) == (li, client.session.session_key)
    assert {sessions.BEGAN, sessions.SEEN} <= set(client.session.keys())
