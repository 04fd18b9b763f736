"""The calendar feed: right hours, nobody else, changes that arrive, a key that ends."""

import hashlib
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from staffing.rosters.models import CalendarFeed, ChangeKind, ShiftKind
from staffing.rosters.services.days import Day, change_days
from staffing.rosters.services.feeds import renew_feed
from tests.outlets.places.factories import OutletFactory
from tests.staffing.accounts.factories import person_with_pin, tablet_of, type_pin
from tests.staffing.people.factories import staff_user
from tests.staffing.rosters.months import clock, member, oct_, work

__all__ = ["clock"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def shifts(client, key):
    answer = client.get(reverse("my_roster:feed", args=[key]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    return Calendar.from_ical(answer.content).walk("VEVENT")


def hours(event):
    return event["dtstart"].dt, event["dtend"].dt


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_times_are_those_of_the_outlet_s_zone(client):
    outlet = OutletFactory(name="West Gate")
    user = member(outlet)
    work(user.employee, outlet, "EoS", oct_(20))
    early, night = shifts(client, renew_feed(by=user))
    assert hours(early) == (utc("2026-10-20T00:00"), utc("2026-10-20T08:00"))
    # Night 7 ends at half past midnight of the next day, in Shanghai.
    assert hours(night) == (utc("2026-10-22T08:30"), utc("2026-10-22T16:30"))
    assert str(early["summary"]) == "Early shift"
    assert str(early["location"]) == "West Gate"


@pytest.mark.parametrize(
    ("on", "starts", "ends"),
    [
        # The clock goes from 02:00 to 03:00: seven hours.
        (date(2026, 3, 28), "2026-03-28T21:00", "2026-03-29T04:00"),
        # And from 03:00 back to 02:00: nine.
        (date(2026, 10, 24), "2026-10-24T20:00", "2026-10-25T05:00"),
        (date(2026, 10, 26), "2026-10-26T21:00", "2026-10-27T05:00"),
    ],
)
def test_nights_on_which_the_clock_is_changed(client, clock, on, starts, ends):
    clock(f"{on:%F}T09:00:00+00:00")
    outlet = OutletFactory(timezone="Europe/Berlin")
    user = member(outlet)
    ShiftKind.objects.filter(code="NIGHT").update(starts_at=time(22), ends_at=time(6))
    work(user.employee, outlet, "N", on)
    [event] = shifts(client, renew_feed(by=user))
    assert hours(event) == (utc(starts), utc(ends))


def test_nobody_else_and_no_absence_stands_in_it(client):
    outlet = OutletFactory()
    user, other = member(outlet), member(outlet, name="Zhang Canary")
    work(user.employee, outlet, "EoL", oct_(20))
    work(other.employee, outlet, "EEE", oct_(20))
    address = reverse("my_roster:feed", args=[renew_feed(by=user)])
    body = client.get(address).content.decode()
    assert body.count("BEGIN:VEVENT") == 1
    assert "Canary" not in body
    assert "eave" not in body


def test_a_change_raises_the_sequence_and_keeps_the_uid(client):
    outlet = OutletFactory()
    user, manager = member(outlet), staff_user("store_manager", outlet)
    work(user.employee, outlet, "E", oct_(20))
    key = renew_feed(by=user)
    [before] = shifts(client, key)
    mid = ShiftKind.objects.get(code="MID")
    change_days(
        [Day(user.employee, oct_(20), shift=mid)],
        outlet=outlet,
        kind=ChangeKind.EDIT,
        by=manager,
    )
    [after] = shifts(client, key)
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert before["uid"] == after["uid"]
    assert after["last-modified"].dt > before["last-modified"].dt
    assert str(after["summary"]) == "Middle shift"


def test_days_long_gone_are_left_out(client):
    outlet = OutletFactory()
    user = member(outlet)
    for day in (oct_(15) - timedelta(days=32), oct_(15) - timedelta(days=31)):
        work(user.employee, outlet, "E", day)
    assert len(shifts(client, renew_feed(by=user))) == 1


def test_only_a_hash_is_kept_and_a_new_key_ends_the_old(client):
    user = member(OutletFactory())
    old, new = renew_feed(by=user), renew_feed(by=user)
    feed = CalendarFeed.objects.get()
    assert feed.key_hash == hashlib.sha256(new.encode()).hexdigest()
    assert len(old) == len(new) == 43  # 256 bits in base 64
    assert client.get(reverse("my_roster:feed", args=[old])).status_code == 404
    assert feed.read_at is None
    assert client.get(reverse("my_roster:feed", args=[new])).status_code == 200
    feed.refresh_from_db()
    assert feed.read_at == utc("2026-10-15T01:00")


@pytest.mark.parametrize("how", ["stopped", "left", "unknown"])
def test_a_key_of_nobody_here_opens_nothing(client, how):
    user = member(OutletFactory())
    key = renew_feed(by=user)
    if how == "stopped":
        user.is_active = False
        user.save()
    elif how == "left":
        user.employee.left_on = oct_(14)
        user.employee.save()
    else:
        key = "x" * 43
    assert client.get(reverse("my_roster:feed", args=[key])).status_code == 404


def test_it_is_only_read(client):
    address = reverse("my_roster:feed", args=[renew_feed(by=member(OutletFactory()))])
    assert client.post(address).status_code == 405


def test_guessing_is_limited(client, settings):
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "feeds"}}
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"address": 2}
    address = reverse("my_roster:feed", args=["guess"])
    codes = [client.get(address).status_code for _n in range(4)]
    assert codes == [404, 404, 429, 429]


def test_the_page_makes_shows_and_closes_the_address(client):
    user = member(OutletFactory())
    client.force_login(user)
    page = reverse("my_roster:calendar")
    assert "<code>" not in client.get(page).content.decode()
    made = client.post(page).content.decode()
    address = made.partition("<code>")[2].partition("</code>")[0]
    assert client.get(address).status_code == 200
    assert address not in client.get(page).content.decode()
    client.post(reverse("my_roster:calendar_end"))
    assert client.get(address).status_code == 404
    assert not CalendarFeed.objects.exists()


def test_a_pin_at_a_shared_tablet_makes_no_address():
    outlet = OutletFactory()
    user = person_with_pin(outlet)
    _device, browser = tablet_of(outlet)
    type_pin(browser, user)
    assert browser.get(reverse("my_roster:mine")).status_code == 200
    for name in ("calendar", "calendar_end"):
        assert browser.post(reverse(f"my_roster:{name}")).status_code == 403
    assert not CalendarFeed.objects.exists()
