"""Pages of the staff and of whoever decides: what they show, to whom, what they do."""

from datetime import date, time

import pytest
from django.urls import reverse

from staffing.rosters.models import Leave, RosterChange, ShiftKind, Swap, Wish
from staffing.rosters.selectors.mine import own_month
from staffing.rosters.services.wishes import WishOutOfRange, WishTooLate, wish
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import granted_user, staff_user
from tests.staffing.rosters.months import (
    FIRST,
    clock,
    draft,
    letters,
    member,
    oct_,
    work,
)

__all__ = ["clock"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def outlet():
    return OutletFactory(name="West Gate")


@pytest.fixture
def user(outlet, client):
    user = member(outlet, name="Wang Fang")
    client.force_login(user)
    return user


@pytest.fixture
def manager(outlet):
    return staff_user("store_manager", outlet, name="Lead Li")


def page(client, name, *args, **query):
    answer = client.get(reverse(f"my_roster:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode().partition("<main")[2].partition("</main>")[0]


def changed(user, manager, outlet, day=20):
    return RosterChange.objects.create(
        outlet=outlet,
        employee=user.employee,
        on=oct_(day),
        before="EARLY",
        after="NIGHT",
        kind="edit",
        why="Somebody is ill",
        by=manager,
    )


def test_the_month_adds_up(user, outlet):
    work(user.employee, outlet, "ENoLSM", FIRST)
    month = own_month(user, FIRST)
    assert len(month.days) == 31
    assert (month.worked, month.off, month.leave) == (4, 1, 1)
    assert (month.early, month.night) == (1, 2)
    assert month.minutes == 4 * 450
    night7 = month.days[4]
    assert f"{night7.starts:%d %H:%M} {night7.ends:%d %H:%M}" == "05 16:30 06 00:30"
    assert night7.ends_next_day


def test_hours_on_a_night_on_which_the_clock_is_changed():
    outlet = OutletFactory(timezone="Europe/Berlin")
    user = member(outlet)
    ShiftKind.objects.filter(code="NIGHT").update(starts_at=time(22), ends_at=time(6))
    work(user.employee, outlet, "NoN", oct_(24))
    nights = [day.minutes for day in own_month(user, FIRST).days if day.shift]
    assert nights == [9 * 60 - 30, 8 * 60 - 30]


def test_my_month_is_shown_and_turned(client, user, outlet):
    work(user.employee, outlet, "EoL", oct_(20))
    shown = page(client, "mine")
    assert "Early shift" in shown
    assert "08:00–16:00" in shown
    assert shown.count(">Swap<") == 1
    assert "?month=2026-09" in shown
    assert "?month=2026-11" in shown
    assert "Not published yet" in page(client, "mine", month="2026-11")
    answer = client.get(reverse("my_roster:mine"), {"month": "2026-13"})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("month", "before", "after"),
    [
        ("2026-10", "2026-09", "2026-11"),
        ("2027-01", "2026-12", None),
        ("2025-11", "2025-10", "2025-12"),
        ("2025-10", None, "2025-11"),
    ],
)
def test_pages_lead_a_year_back_and_a_quarter_ahead(client, user, month, before, after):
    shown = page(client, "mine", month=month)
    for code in (before, after):
        assert code is None or f"?month={code}" in shown
    assert shown.count('href="?month=') == sum(
        code is not None for code in (before, after)
    )


def test_approved_leave_is_shown_before_the_month_is_published(client, user, outlet):
    Leave.objects.create(
        employee=user.employee,
        outlet=outlet,
        first_on=date(2026, 11, 30),
        last_on=date(2026, 12, 1),
        state="approved",
    )
    november, december = own_month(user, NOVEMBER), own_month(user, date(2026, 12, 1))
    assert (november.leave, december.leave) == (1, 1)
    assert not november.is_published


@pytest.mark.parametrize("days", [1, 25])
def test_my_month_costs_the_same(
    client, user, outlet, days, manager, django_assert_num_queries
):
    work(user.employee, outlet, "E" * days, FIRST)
    changed(user, manager, outlet)
    client.get(reverse("my_roster:mine"))
    with django_assert_num_queries(9):
        client.get(reverse("my_roster:mine"))


def test_a_change_is_shown_until_it_is_seen(client, user, outlet, manager):
    change = changed(user, manager, outlet)
    shown = page(client, "mine")
    assert "1 day was changed" in shown
    assert "Early shift 08:00–16:00" in shown
    assert "Somebody is ill" in shown
    assert "1 day of your roster was changed" in client.get("/").content.decode()
    late = changed(user, manager, outlet, 21)
    client.post(reverse("my_roster:seen"), {"until": change.pk})
    change.refresh_from_db()
    late.refresh_from_db()
    assert change.seen_at is not None
    assert late.seen_at is None  # it came after the page was shown


def test_nobody_sees_a_change_for_somebody_else(client, user, outlet, manager):
    change = changed(user, manager, outlet)
    client.force_login(manager)
    client.post(reverse("my_roster:seen"), {"until": change.pk})
    change.refresh_from_db()
    assert change.seen_at is None


def test_leave_from_asking_to_the_answer(client, user, outlet, manager):
    work(user.employee, outlet, "EE", oct_(20))
    days = {"first_on": "2026-10-20", "last_on": "2026-10-21", "note": "a wedding"}
    client.post(reverse("my_roster:leaves"), days)
    leave = Leave.objects.get()
    assert "waits for a decision" in page(client, "leaves")
    client.force_login(manager)
    assert "Wang Fang" in page(client, "decisions")
    detail = page(client, "leave", leave.uuid)
    assert "a wedding" in detail
    assert "20 October: Early shift" in detail
    decide = reverse("my_roster:leave_decide", args=[leave.uuid])
    refused = client.post(decide, {"approves": "no", "because": ""}, follow=True)
    assert "Say why, so that it can be understood." in refused.content.decode()
    client.post(decide, {"approves": "yes", "because": "gladly"})
    assert letters(user.employee, oct_(20), 2) == "LL"
    client.force_login(user)
    assert "gladly" in page(client, "leaves")


def test_the_last_day_is_not_before_the_first(client, user):
    days = {"first_on": "2026-10-21", "last_on": "2026-10-20"}
    answer = client.post(reverse("my_roster:leaves"), days)
    assert "The last day is not before the first." in answer.content.decode()
    assert not Leave.objects.exists()


def test_what_the_service_refuses_stands_on_the_form(client, user):
    days = {"first_on": "2026-10-01", "last_on": "2026-10-20"}
    answer = client.post(reverse("my_roster:leaves"), days)
    assert "The first day is over." in answer.content.decode()


def test_a_swap_from_choosing_to_the_approval(client, user, outlet, manager):
    other = member(outlet, name="Zhao Min")
    work(user.employee, outlet, "Eo", oct_(20))
    work(other.employee, outlet, "oM", oct_(20))
    new = reverse("my_roster:swap_new", args=["2026-10-20"])
    shown = client.get(new).content.decode()
    key = f"{other.employee.uuid}_2026-10-21"
    assert f'value="{key}"' in shown
    wrong = f"{other.employee.uuid}_2026-10-22"
    assert client.post(new, {"choice": wrong}).status_code == 200
    assert not Swap.objects.exists()
    client.post(new, {"choice": key, "note": "please"})
    swap = Swap.objects.get()
    client.force_login(other)
    assert "I agree" in page(client, "swap", swap.uuid)
    client.post(reverse("my_roster:swap_answer", args=[swap.uuid]), {"agrees": "yes"})
    client.force_login(manager)
    assert "It breaks no rule of the roster." in page(client, "swap", swap.uuid)
    decide = reverse("my_roster:swap_decide", args=[swap.uuid])
    client.post(decide, {"approves": "yes"})
    assert letters(user.employee, oct_(20), 2) == "oM"
    assert letters(other.employee, oct_(20), 2) == "Eo"
    client.force_login(user)
    assert "2 days were changed" in page(client, "mine")


def test_whoever_decides_is_told_what_would_break(client, user, outlet, manager):
    other = member(outlet, name="Zhao Min")
    work(user.employee, outlet, "EE", oct_(20))
    work(other.employee, outlet, "No", oct_(20))
    swap = Swap.objects.create(
        outlet=outlet,
        asker=user.employee,
        on=oct_(20),
        gives="EARLY",
        colleague=other.employee,
        other_on=oct_(20),
        takes="NIGHT",
        state="agreed",
    )
    client.force_login(manager)
    words = "Wang Fang would have less than 11 hours of rest"
    assert words in page(client, "swap", swap.uuid)
    decide = reverse("my_roster:swap_decide", args=[swap.uuid])
    answer = client.post(decide, {"approves": "yes"}, follow=True)
    assert words in answer.content.decode()
    work(other.employee, outlet, "M", oct_(20))
    answer = client.post(decide, {"approves": "yes"}, follow=True)
    assert "This swap has lapsed, and nothing was changed" in answer.content.decode()


def test_nobody_can_take_a_shift(client, user, outlet):
    work(user.employee, outlet, "E", oct_(20))
    assert "Nobody can take this shift" in page(client, "swap_new", "2026-10-20")
    work(user.employee, outlet, "E", oct_(15))
    assert "This day has come" in page(client, "swap_new", "2026-10-15")
    for wrong in ("2026-10-19", "2026-1-1", "soon"):
        answer = client.get(reverse("my_roster:swap_new", args=[wrong]))
        assert answer.status_code == 404


def test_wishes_come_and_go(client, user, outlet):
    client.post(reverse("my_roster:wishes"), {"on": "2026-11-05", "shift": "EARLY"})
    client.post(reverse("my_roster:wishes"), {"on": "2026-11-06", "shift": ""})
    client.post(reverse("my_roster:wishes"), {"on": "2026-11-05", "shift": "MID"})
    said = Wish.objects.values_list("on__day", "shift__code", "wanted", "outlet")
    assert list(said) == [(5, "MID", True, outlet.pk), (6, None, False, outlet.pk)]
    assert "Middle shift" in page(client, "wishes")
    client.post(reverse("my_roster:wish_remove", args=["2026-11-05"]))
    assert [one.on.day for one in Wish.objects.all()] == [6]


@pytest.mark.parametrize(
    ("on", "refusal"),
    [
        (date(2026, 10, 20), WishTooLate),
        (date(2026, 10, 15), WishOutOfRange),
        (date(2027, 10, 17), WishOutOfRange),
    ],
)
def test_what_cannot_be_wished(user, outlet, on, refusal):
    work(user.employee, outlet, "E", oct_(1))
    with pytest.raises(refusal):
        wish(on=on, shift=None, by=user)


def test_a_draft_is_open_to_wishes_and_a_published_month_is_not(user, outlet, clock):
    roster = draft(outlet)
    wish(on=date(2026, 11, 5), shift=None, by=user)
    roster.state = "published"
    roster.published_at = "2026-10-31T00:00:00Z"
    roster.save()
    with pytest.raises(WishTooLate):
        wish(on=date(2026, 11, 6), shift=None, by=user)


@pytest.mark.parametrize("name", ["outlet", "print"])
def test_staff_read_who_works_and_never_why_not(client, user, outlet, name):
    other = member(outlet, name="Zhao Min")
    work(user.employee, outlet, "ENo", oct_(20))
    work(other.employee, outlet, "LLo", oct_(20))
    shown = page(client, name, outlet.code, month="2026-10")
    assert "Zhao Min" in shown
    assert "Early shift" in shown
    for word in ("leave", "Leave", "day off", "Day off", "holiday"):
        assert word not in shown
    assert "not here" in shown


def test_a_printed_month_has_no_scripts(client, user, outlet):
    work(user.employee, outlet, "E", oct_(20))
    address = reverse("my_roster:print", args=[outlet.code])
    whole = client.get(address).content.decode()
    assert "<script" not in whole
    assert "rosters/print" in whole


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("mine", 200),
        ("foreign", 404),
        ("manager", 200),
        ("region", 200),
        ("operations", 200),
        ("administrator", 404),
        ("nobody", 404),
    ],
)
def test_who_reads_the_month_of_an_outlet(client, outlet, who, status):
    users = {
        "mine": lambda: member(outlet),
        "foreign": lambda: member(OutletFactory()),
        "manager": lambda: staff_user("store_manager", outlet),
        "region": lambda: granted_user("regional_supervisor", region=outlet.region),
        "operations": lambda: granted_user("operations"),
        "administrator": lambda: granted_user("administrator"),
        "nobody": lambda: granted_user("agency"),
    }
    client.force_login(users[who]())
    answer = client.get(reverse("my_roster:outlet", args=[outlet.code]))
    assert answer.status_code == status


@pytest.mark.parametrize("people", [2, 30])
def test_the_month_of_an_outlet_costs_the_same(
    client, user, outlet, people, django_assert_num_queries
):
    for _n in range(people):
        work(member(outlet).employee, outlet, "EMNo", oct_(20))
    address = reverse("my_roster:outlet", args=[outlet.code])
    client.get(address)
    with django_assert_num_queries(8):
        client.get(address)


def test_who_is_not_on_the_staff_has_no_roster(client):
    client.force_login(granted_user("operations"))
    for name in ("mine", "leaves", "swaps", "wishes", "calendar"):
        assert client.get(reverse(f"my_roster:{name}")).status_code == 403
