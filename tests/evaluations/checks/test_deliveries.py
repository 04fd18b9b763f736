"""What becomes of the records that a tablet's queue sends."""

import json
from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from evaluations.checks.models import (
    Check,
    CheckState,
    Correction,
    Delivery,
    HeldCheck,
    HeldState,
)
from evaluations.checks.services import undo_check
from evaluations.checks.services.deliveries import Carrier
from evaluations.checks.services.tickets import SALT, read_ticket
from evaluations.ledger.models import Entry
from evaluations.standards.models import Standard
from outlets.places.sight import Reach
from staffing.accounts.models import Device
from staffing.people.models import Assignment
from staffing.rosters.models import RosterDay, ShiftKind
from tests.evaluations.checks.factories import (
    another_lead,
    make_floor,
    tap,
    version_of,
)
from tests.evaluations.checks.queue import queued, send, ticket_of, undo_of
from tests.evaluations.standards.factories import publish_items
from tests.outlets.places.factories import OutletFactory
from tests.staffing.accounts.factories import (
    DeviceFactory,
    bearer,
    make_service,
    tablet_of,
)
from tests.staffing.people.factories import (
    AssignmentFactory,
    EmployeeFactory,
    granted_user,
    staff_user,
)

pytestmark = pytest.mark.django_db

ACCEPTED, KNOWN, CONFLICT = ("accepted", None), ("known", None), ("conflict", None)
DAY = timedelta(days=1)


def held(why):
    return ("held", why)


@pytest.fixture
def noon(monkeypatch):
    """Set the clock; every test starts at noon in Shanghai on 15 October 2026."""
    real = timezone.now
    moment = {"now": datetime.fromisoformat("2026-10-15T12:00:00+08:00")}
    monkeypatch.setattr(timezone, "now", lambda: moment["now"])

    def move(**by):
        moment["now"] += timedelta(**by)

    yield move
    monkeypatch.setattr(timezone, "now", real)


@pytest.fixture
def floor(noon):
    return make_floor(people=2)


def move_away(user, last_day):
    Assignment.objects.filter(employee=user.employee).update(ends_on=last_day)
    AssignmentFactory(
        employee=user.employee, outlet=OutletFactory(), starts_on=last_day + DAY
    )


# One record ---------------------------------------------------------------------------


def test_a_record_becomes_a_check_with_all_that_the_tablet_says(floor, noon):
    clerk = floor.people[0]
    record = queued(
        floor,
        clerk,
        failed=["G03"],
        not_observed=["G16"],
        note="Badge at home",
        seconds=7,
    )
    noon(minutes=5)
    assert send(record) == [ACCEPTED]
    check = Check.objects.get()
    assert str(check.uuid) == record["uuid"]
    assert (check.employee, check.by, check.outlet) == (
        clerk,
        floor.manager,
        floor.outlet,
    )
    assert {m.item.code: m.mark for m in check.marks.all()} == {
        "G03": "failed",
        "G16": "not_observed",
    }
    assert (check.note, check.seconds) == ("Badge at home", 7)
    assert (check.clock_ahead_seconds, check.device) == (None, None)
    assert check.observed_at == datetime.fromisoformat(record["observed_at"])
    assert Entry.objects.standing().filter(component="daily").count() == 1


def test_the_same_record_again_changes_nothing_and_is_answered_the_same(floor, noon):
    clerk = floor.people[0]
    good = queued(floor, clerk)
    bad = queued(floor, floor.people[1], employee_number="nobody")
    first = send(good, bad)
    noon(hours=3)
    again = good | {
        "observed_at": timezone.now().isoformat(),
        "ticket": ticket_of(floor),
        "seconds": 99,
    }
    assert send(again, bad, good) == [ACCEPTED, held("unknown_person"), ACCEPTED]
    assert first == [ACCEPTED, held("unknown_person")]
    assert Check.objects.get().seconds == 4
    assert (HeldCheck.objects.count(), Delivery.objects.count()) == (1, 2)
    assert Entry.objects.count() == 2


def test_other_content_under_a_known_uuid_is_held_not_lost(floor):
    record = queued(floor, floor.people[0])
    other = record | {"failed": ["G03"]}
    assert send(record, other, other) == [
        ACCEPTED,
        held("uuid_taken"),
        held("uuid_taken"),
    ]
    assert HeldCheck.objects.get().payload["failed"] == ["G03"]
    assert Check.objects.get().marks.count() == 0


def test_a_record_that_came_by_the_form_already_is_known(floor):
    check = tap(floor, floor.people[0], marks={"G03": "failed"})
    same = queued(floor, floor.people[0], uuid=str(check.uuid), failed=["G03"])
    other = queued(floor, floor.people[1], uuid=str(check.uuid))
    assert send(same) == [KNOWN]
    assert send(other) == [held("uuid_taken")]


def test_two_tablets_that_agree_are_one_check_and_that_differ_wait(floor):
    lead = another_lead(floor)
    first, second = floor.people
    assert send(queued(floor, first), queued(floor, second)) == [ACCEPTED, ACCEPTED]
    agreeing = queued(floor, first, by=lead)
    differing = queued(floor, second, by=lead, failed=["G01"])
    assert send(agreeing, differing) == [KNOWN, CONFLICT]
    states = Check.objects.filter(by=lead).values_list("state", flat=True)
    assert sorted(states) == [CheckState.CONFLICT, CheckState.SET_ASIDE]


def test_the_outlet_itself_is_checked_without_a_number(floor):
    record = queued(floor, None, "ENVIRONMENT", failed=["E04"])
    assert send(record) == [ACCEPTED]
    assert Check.objects.get().employee is None


# Undo and correct ---------------------------------------------------------------------


def test_the_author_takes_back_and_corrects_on_the_day(floor, noon):
    first, second = (queued(floor, person) for person in floor.people)
    correction = undo_of(floor, second, action="correct", failed=["G01"], note="late")
    assert send(first, second, undo_of(floor, first), correction) == [ACCEPTED] * 4
    assert Check.objects.get(uuid=first["uuid"]).state == CheckState.SET_ASIDE
    corrected = Check.objects.get(uuid=second["uuid"])
    assert [m.item.code for m in corrected.marks.all()] == ["G01"]
    assert corrected.note == "late"
    assert Correction.objects.count() == 2


def test_a_correction_sent_twice_does_not_undo_a_later_one(floor):
    record = queued(floor, floor.people[0])
    one = undo_of(floor, record, action="correct", failed=["G01"])
    two = undo_of(floor, record, action="correct", failed=["G02"])
    send(record, one, two)
    assert send(one) == [ACCEPTED]
    check = Check.objects.get()
    assert [m.item.code for m in check.marks.all()] == ["G02"]


def test_taken_back_on_its_day_counts_though_it_arrives_the_day_after(floor, noon):
    record = queued(floor, floor.people[0])
    send(record)
    taken_back = undo_of(floor, record)
    noon(days=1)
    assert send(taken_back) == [ACCEPTED]
    assert Check.objects.get().state == CheckState.SET_ASIDE


def test_taken_back_the_day_after_is_held(floor, noon):
    record = queued(floor, floor.people[0])
    send(record)
    noon(days=1)
    later = undo_of(floor, record, ticket=ticket_of(floor))
    assert send(later) == [held("day_is_over")]
    assert Check.objects.get().state == CheckState.STANDING


def test_somebody_elses_check_is_not_taken_back(floor):
    record = queued(floor, floor.people[0])
    send(record)
    lead = another_lead(floor)
    theirs = undo_of(floor, record, ticket=ticket_of(floor, lead))
    assert send(theirs) == [held("not_author")]
    assert Check.objects.get().state == CheckState.STANDING


def test_what_changes_a_check_that_never_came_is_held(floor):
    record = queued(floor, floor.people[0])
    assert send(undo_of(floor, record)) == [held("unknown_check")]
    assert HeldCheck.objects.get().payload["check"] == record["uuid"]


def test_a_record_that_waits_is_taken_back_by_its_author_alone(floor):
    record = queued(floor, None, employee_number="nobody")
    lead = another_lead(floor)
    send(record)
    assert send(undo_of(floor, record, ticket=ticket_of(floor, lead))) == [
        held("unknown_check")
    ]
    assert send(undo_of(floor, record)) == [ACCEPTED]
    assert HeldCheck.objects.get(uuid=record["uuid"]).state == HeldState.WITHDRAWN


def test_correcting_what_does_not_count_is_held(floor):
    record = queued(floor, floor.people[0])
    send(record)
    undo_check(uuid=record["uuid"], by=floor.manager)
    correction = undo_of(floor, record, action="correct", failed=["G01"])
    assert send(correction) == [held("not_standing")]


# Whose right, and when ----------------------------------------------------------------


def test_a_manager_is_judged_by_where_she_worked_when_she_tapped(noon):
    """She moves away on the 15th: that of the 14th counts, that of the 16th waits."""
    noon(days=-1)
    floor = make_floor(people=2)
    first, second = floor.people
    fourteenth = queued(floor, first)
    move_away(floor.manager, timezone.localdate())
    noon(days=2)
    sixteenth = queued(floor, second)
    assert send(fourteenth, sixteenth) == [ACCEPTED, held("right_missing")]
    check = Check.objects.get()
    assert (check.by, f"{check.on:%F}", check.is_late) == (
        floor.manager,
        "2026-10-14",
        True,
    )
    waiting = HeldCheck.objects.get()
    assert (waiting.author, waiting.employee) == (floor.manager, second)


def test_a_grant_ended_since_held_when_she_tapped(floor, noon):
    stand_in = granted_user("store_manager", outlet=floor.outlet)
    before = queued(floor, floor.people[0], by=stand_in)
    noon(hours=1)
    stand_in.grants.update(withdrawn=True, ended_at=timezone.now())
    noon(minutes=1)
    after = queued(floor, floor.people[1], by=stand_in)
    assert send(before, after) == [ACCEPTED, held("right_missing")]


def test_a_ticket_issued_after_a_pin_records_at_its_outlet(floor):
    here = queued(floor, floor.people[0], ticket=ticket_of(floor, by_pin=True))
    assert send(here) == [ACCEPTED]


def test_it_does_not_matter_who_carries_it(floor):
    stranger = staff_user("clerk", OutletFactory(), number="S-1")
    record = queued(floor, floor.people[0])
    client = Client()
    client.force_login(stranger)
    answer = deliver(client, record)
    assert answer.json()["results"][0]["result"] == "accepted"
    assert Check.objects.get().by == floor.manager


@pytest.mark.parametrize(
    "ticket",
    [None, "", "forged", 7, ["a"], signing.dumps(["a", 1, "", 0, 1], salt="x")],
    ids=["none", "empty", "forged", "number", "list", "of another use"],
)
def test_without_a_good_ticket_it_is_held(floor, ticket):
    record = queued(floor, floor.people[0], ticket=ticket)
    assert send(record) == [held("ticket_missing")]
    waiting = HeldCheck.objects.get()
    assert (waiting.author, waiting.outlet) == (None, None)


def test_only_who_belongs_there_bothers_an_outlet_with_what_nobody_proves(floor):
    elsewhere = make_floor(people=1)
    carriers = {
        "a stranger": signed_in(elsewhere.manager),
        "its lead": signed_in(floor.manager),
        "its tablet": tablet_of(floor.outlet)[1],
        "another tablet": tablet_of(elsewhere.outlet)[1],
    }
    found = {}
    for name, client in carriers.items():
        record = queued(floor, floor.people[0], ticket="lost")
        deliver(client, record)
        found[name] = HeldCheck.objects.get(uuid=record["uuid"]).outlet
    assert found == {
        "a stranger": None,
        "its lead": floor.outlet,
        "its tablet": floor.outlet,
        "another tablet": None,
    }
    assert HeldCheck.objects.filter(outlet=None).first().payload["outlet_code"] == (
        floor.outlet.code
    )


def test_a_ticket_opens_one_outlet_on_one_day(floor, noon):
    elsewhere = make_floor(people=1, code="O-2")
    other = queued(elsewhere, elsewhere.people[0], ticket=ticket_of(floor))
    assert send(other) == [held("other_outlet")]
    early = queued(floor, floor.people[0])
    early["observed_at"] = (timezone.now() - timedelta(minutes=6)).isoformat()
    assert send(early) == [held("out_of_time")]
    old = ticket_of(floor)
    noon(days=1)
    late = queued(floor, floor.people[0], ticket=old)
    assert send(late) == [held("out_of_time")]


def test_a_night_shift_ends_on_the_card_of_its_evening(noon):
    noon(hours=11, minutes=30)  # 23:30
    floor = make_floor(people=2)
    evening = queued(floor, floor.people[0])
    noon(hours=1)  # 00:30, and the card still shows the evening's day
    past = evening | {"uuid": str(uuid4()), "observed_at": timezone.now().isoformat()}
    noon(hours=3)  # 03:30 is beyond the grace
    beyond = past | {"uuid": str(uuid4()), "observed_at": timezone.now().isoformat()}
    beyond["employee_number"] = floor.people[1].number
    assert send(evening, beyond) == [ACCEPTED, held("out_of_time")]
    person = EmployeeFactory()
    AssignmentFactory(employee=person, outlet=floor.outlet)
    past["employee_number"] = person.number
    assert send(past) == [ACCEPTED]
    assert f"{Check.objects.get(employee=person).on:%F}" == "2026-10-15"


def test_a_revoked_tablet_and_a_blocked_author_prove_nothing(floor, noon):
    device = DeviceFactory(outlet=floor.outlet)
    before = queued(floor, floor.people[0], ticket=ticket_of(floor, device=device))
    noon(minutes=10)
    Device.objects.filter(pk=device.pk).update(
        revoked_at=timezone.now(), revoked_because="by_hand"
    )
    noon(minutes=10)
    after = queued(floor, floor.people[1], ticket=before["ticket"])
    assert send(before, after) == [ACCEPTED, held("device_revoked")]
    assert Check.objects.get().device == device
    floor.manager.is_active = False
    floor.manager.save()
    blocked = queued(floor, floor.people[1])
    assert send(blocked) == [held("author_gone")]


def test_a_check_of_oneself_is_held(floor):
    record = queued(floor, floor.manager.employee)
    assert send(record) == [held("own_check")]
    assert not Check.objects.exists()


def test_the_ticket_says_who_opened_what_when(floor):
    text = ticket_of(floor, by_pin=True)
    ticket = read_ticket(text)
    assert (ticket.user, ticket.outlet_id) == (floor.manager.uuid, floor.outlet.pk)
    assert (ticket.device, ticket.by_pin) == (None, True)
    assert ticket.issued_at == timezone.now()
    assert signing.loads(text, salt=SALT)[1] == floor.outlet.pk


# Roster, version, day -----------------------------------------------------------------


def test_a_roster_changed_since_does_not_hold_who_is_assigned_there(floor):
    first, second = floor.people
    record = queued(floor, first)
    shift = ShiftKind.objects.get(code="EARLY")
    RosterDay.objects.create(
        employee=second, outlet=floor.outlet, on=floor.today, shift=shift
    )
    stranger = EmployeeFactory()
    assert send(record, queued(floor, stranger)) == [ACCEPTED, held("not_on_shift")]


def test_a_version_superseded_since_still_judges_its_record(floor):
    record = queued(floor, floor.people[0], failed=["G03"])
    old = version_of("GROOMING")
    publish_items(old.standard, ["G01", "G02"], floor.today)
    assert version_of("GROOMING").number == old.number + 1
    newer = queued(floor, floor.people[1], failed=["G03"])
    assert send(record, newer) == [ACCEPTED, held("unknown_item")]
    assert Check.objects.get().version == old


def test_a_version_of_tomorrow_or_of_nothing_is_held(floor):
    publish_items(version_of("GROOMING").standard, ["G01"], floor.today + DAY)
    person = floor.people[0]
    wrong = [{}, {"version": 99}, {"version": -1}, {"version": 1, "standard": "NONE"}]
    wrong[3]["slot"] = "opening"
    records = [queued(floor, person) | change for change in wrong]
    assert send(*records) == [held("unknown_version")] * 4


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"outlet_code": "nowhere"}, "unknown_outlet"),
        ({"employee_number": "nobody"}, "unknown_person"),
        ({"slot": "midnight"}, "unknown_round"),
        ({"failed": ["X99"]}, "unknown_item"),
        ({"date": "2026-10-14"}, "day_is_over"),
        ({"date": "yesterday"}, "unreadable"),
        ({"date": "2026-02-31"}, "unreadable"),
        ({"observed_at": "2026-10-15T12:00:00"}, "unreadable"),
        ({"observed_at": None}, "unreadable"),
        ({"failed": "G03"}, "unreadable"),
        ({"failed": ["G03"], "not_observed": ["G03"]}, "unreadable"),
        ({"note": "x" * 501}, "unreadable"),
        ({"action": "erase"}, "unreadable"),
        ({"action": "undo", "check": None}, "unreadable"),
        ({"uuid": "none"}, "unreadable"),
        ({"uuid": None}, "unreadable"),
        ({"standard": "S" * 99}, "unreadable"),
        ({"version": "one"}, "unknown_version"),
    ],
    ids=lambda value: json.dumps(value)[:40] if isinstance(value, dict) else value,
)
def test_what_cannot_be_accepted_waits_and_is_answered(floor, change, why):
    record = queued(floor, floor.people[0]) | change
    assert send(record) == [held(why)]
    assert send(record) == [held(why)]
    waiting = HeldCheck.objects.get()
    assert (waiting.reason, waiting.state) == (why, HeldState.WAITING)
    assert waiting.author == floor.manager
    assert not Check.objects.exists()


def test_one_bad_record_stops_none_beside_it(floor):
    first, second = floor.people
    assert send(
        queued(floor, first), {"what": "is this"}, {}, queued(floor, second)
    ) == [ACCEPTED, held("ticket_missing"), held("ticket_missing"), ACCEPTED]
    assert HeldCheck.objects.filter(outlet=None).count() == 1  # they say the same


def test_a_closed_outlet_takes_nothing(floor):
    floor.outlet.closed_on = floor.today - DAY
    floor.outlet.save()
    assert send(queued(floor, floor.people[0])) == [held("outlet_closed")]


def test_after_seven_days_a_record_is_held(floor, noon, settings):
    first, second = (queued(floor, person) for person in floor.people)
    noon(days=7, seconds=-1)
    assert send(first) == [ACCEPTED]
    noon(seconds=2)
    assert send(second) == [held("day_is_over")]
    settings.CHECKS_KEPT_ON_TABLET = timedelta(days=1)
    third = queued(floor, floor.people[1])
    noon(days=1, seconds=1)
    assert send(third) == [held("day_is_over")]


def test_nul_and_half_characters_reach_no_database(floor):
    record = queued(floor, floor.people[0], note="a\x00b", slot="open\x00ing")
    assert send(record) == [ACCEPTED]
    assert Check.objects.get().note == "ab"


# Clocks -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("off", "kept"),
    [
        (timedelta(hours=5), 18_000),
        (-timedelta(days=2), -172_800),
        (timedelta(seconds=120), None),
        (timedelta(seconds=121), 121),
    ],
    ids=["ahead", "behind", "right", "just wrong"],
)
def test_a_wrong_clock_is_noticed_and_taken_off(floor, noon, off, kept):
    record = queued(floor, floor.people[0])
    seen = timezone.now()
    record["observed_at"] = (seen + off).isoformat()
    noon(minutes=2)
    assert send(record, ahead=off) == [ACCEPTED]
    check = Check.objects.get()
    assert check.clock_ahead_seconds == kept
    assert check.observed_at == (seen if kept is not None else seen + off)


@pytest.mark.parametrize(
    ("minutes", "late"), [(60, False), (61, True)], ids=["an hour", "longer"]
)
def test_what_comes_long_after_is_late(floor, noon, minutes, late):
    record = queued(floor, floor.people[0])
    noon(minutes=minutes)
    client = Client()
    client.force_login(floor.manager)
    assert deliver(client, record).json()["results"][0]["late"] is late
    assert Check.objects.select_related("outlet").get().is_late is late


def test_what_comes_on_another_day_is_late_however_soon(noon):
    noon(hours=11, minutes=50)
    floor = make_floor(people=1, day_starts_at=time(0, 0))
    record = queued(floor, floor.people[0])
    noon(minutes=20)
    client = Client()
    client.force_login(floor.manager)
    assert deliver(client, record).json()["results"][0]["late"] is True


# The two addresses --------------------------------------------------------------------


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def deliver(client, *records, path="/checks/queue/", **more):
    body = {"sent_at": timezone.now().isoformat(), "checks": records}
    return client.post(path, body, content_type="application/json", **more)


def test_an_enrolled_tablet_delivers_with_nobody_signed_in(floor):
    device, client = tablet_of(floor.outlet)
    answer = deliver(client, queued(floor, floor.people[0]))
    assert answer.status_code == 200
    assert Check.objects.get().device == device


def test_without_a_carrier_the_queue_stays_where_it_is(floor, client):
    answer = deliver(client, queued(floor, floor.people[0]))
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "{",
        '{"checks": []}',
        '{"sent_at": "today", "checks": []}',
        '{"sent_at": "2026-10-15T12:00:00Z", "checks": {}}',
        '{"sent_at": "2026-10-15T12:00:00Z", "checks": [1]}',
        json.dumps({"sent_at": "2026-10-15T12:00:00Z", "checks": [{}] * 1001}),
    ],
)
@pytest.mark.parametrize("path", ["/checks/queue/", "/api/v1/checks/"])
def test_what_is_no_queue_is_refused_as_a_whole(floor, client, body, path):
    headers = {}
    if path == "/api/v1/checks/":
        headers = bearer(make_service(scopes=("checks:write",))[0], "checks:write")
    else:
        client.force_login(floor.manager)
    how = {"content_type": "application/json", "headers": headers}
    answer = client.post(path, body, **how)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not HeldCheck.objects.exists()


def test_a_page_of_another_site_delivers_nothing(floor):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(floor.manager)
    assert deliver(strict, queued(floor, floor.people[0])).status_code == 403
    _device, tablet = tablet_of(floor.outlet)
    tablet.handler.enforce_csrf_checks = True
    assert deliver(tablet, queued(floor, floor.people[0])).status_code == 403
    assert not Delivery.objects.exists()


def test_a_service_delivers_within_its_places(floor, client):
    record, other = (queued(floor, person) for person in floor.people)
    service, _secret = make_service(scopes=("checks:write",))
    headers = bearer(service, "checks:write")
    path = "/api/v1/checks/"
    answer = deliver(client, record, path=path, headers=headers)
    assert answer.json()["results"] == [
        {"uuid": record["uuid"], "result": "accepted", "reasons": [], "late": False}
    ]
    elsewhere = Carrier(reach=Reach(outlet_ids=frozenset({0})))
    assert send(other, carrier=elsewhere) == [held("out_of_reach")]


def test_a_reason_is_said_in_the_language_of_the_reader(floor, client):
    client.force_login(floor.manager)
    record = queued(floor, floor.people[0], employee_number="nobody")
    english = deliver(client, record).json()["results"][0]["reasons"]
    assert english == [
        {"code": "unknown_person", "message": "Nobody has this employee number."}
    ]
    chinese = deliver(client, record, headers={"Accept-Language": "zh-hans"})
    assert (
        chinese.json()["results"][0]["reasons"][0]["message"] != english[0]["message"]
    )


def test_the_card_carries_a_ticket_for_who_records(floor, client):
    client.force_login(floor.manager)
    page = client.get(f"/checks/?outlet={floor.outlet.code}").content.decode()
    assert f'data-author="{floor.manager.uuid}"' in page
    assert f'data-version="{version_of("GROOMING").number}"' in page
    text = page.partition('data-ticket="')[2].partition('"')[0]
    assert read_ticket(text).user == floor.manager.uuid
    client.force_login(granted_user("auditor"))
    page = client.get(f"/checks/?outlet={floor.outlet.code}").content.decode()
    assert "data-ticket" not in page


def test_a_standard_off_the_card_since_still_takes_its_record(floor):
    record = queued(floor, floor.people[0])
    Standard.objects.filter(code="GROOMING").update(on_card=False)
    assert send(record) == [ACCEPTED]
