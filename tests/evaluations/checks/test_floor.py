"""What is tapped between two checks: once, in any order, and never lost."""

from datetime import datetime, timedelta
from itertools import permutations
from uuid import UUID, uuid4

import pytest
from django.core import signing
from django.utils import timezone

from evaluations.checks.models import (
    DeviceDay,
    FloorTap,
    HeldCheck,
    HeldState,
    Spill,
    TrialDevice,
)
from evaluations.checks.selectors.floor import failed_by_clock, read_panel
from evaluations.checks.services.devices import (
    CodeTaken,
    EndsBeforeUse,
    install_device,
    retire_device,
)
from evaluations.checks.services.held import enter_held
from evaluations.checks.services.tickets import SALT
from evaluations.ledger.models import Entry
from outlets.flow.models import Fault
from tests.evaluations.checks.factories import another_lead, make_floor, tap
from tests.evaluations.checks.queue import send
from tests.outlets.flow.factories import take, ticket
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db

ACCEPTED, KNOWN = ("accepted", None), ("known", None)
REASON = "it was so"


@pytest.fixture
def noon(monkeypatch):
    """Set the clock; every test starts at noon in Shanghai on 15 October 2026."""
    moment = {"now": datetime.fromisoformat("2026-10-15T12:00:00+08:00")}
    monkeypatch.setattr(timezone, "now", lambda: moment["now"])

    def move(**by):
        moment["now"] += timedelta(**by)

    return move


@pytest.fixture
def floor(noon):
    return make_floor(people=2)


def opened_this_morning(floor, by=None):
    """Return the ticket of a card that was opened three hours ago."""
    issued = timezone.now() - timedelta(hours=3)
    user = by or floor.manager
    words = [user.uuid.hex, floor.outlet.pk, "", 0, int(issued.timestamp())]
    return signing.dumps(words, salt=SALT)


def event(floor, action, *, ago=0, by=None, **given):
    """Return a record of a queue; `ago` is how many minutes ago it was tapped."""
    return {
        "uuid": str(uuid4()),
        "action": action,
        "outlet_code": floor.outlet.code,
        "date": f"{floor.today:%F}",
        "ticket": opened_this_morning(floor, by),
        "observed_at": (timezone.now() - timedelta(minutes=ago)).isoformat(),
    } | given


def spans():
    """Return the spills in short: area, minutes before noon of begin and end."""
    noon = datetime.fromisoformat("2026-10-15T12:00:00+08:00")

    def minutes(moment):
        return moment and (moment - noon).total_seconds() / 60

    return [
        (one.area, minutes(one.noticed_at), minutes(one.cleaned_at))
        for one in Spill.objects.order_by("noticed_at", "area")
    ]


def device(floor, code="D-1", since=None):
    return install_device(
        outlet=floor.outlet, kind="phone", code=code, since=since, by=floor.manager
    )


class TestSpills:
    def test_one_tap_reports_and_one_confirms(self, floor, noon):
        report = event(floor, "spill", area="waiting")
        assert send(report) == [ACCEPTED]
        noon(minutes=4)
        assert send(event(floor, "cleaned", check=report["uuid"])) == [ACCEPTED]
        spill = Spill.objects.get()
        assert spans() == [("waiting", 0, 4)]
        assert not spill.is_over(timezone.now())
        assert spill.report.by == floor.manager

    @pytest.mark.parametrize(("seconds", "over"), [(300, False), (301, True)])
    def test_over_five_minutes_fails(self, floor, noon, seconds, over):
        report = event(floor, "spill")
        send(report)
        noon(seconds=seconds)
        send(event(floor, "cleaned", check=report["uuid"]))
        assert Spill.objects.get().is_over(timezone.now()) is over
        assert Spill.objects.over(timezone.now()).count() == over

    def test_the_five_minutes_are_a_setting(self, floor, noon, settings):
        settings.CHECKS_SPILL_LIMIT = timedelta(minutes=10)
        send(event(floor, "spill", ago=9))
        assert not Spill.objects.over(timezone.now()).exists()
        noon(minutes=2)
        assert Spill.objects.over(timezone.now()).count() == 1

    def test_the_same_record_again_changes_nothing(self, floor):
        report = event(floor, "spill")
        assert [send(report), send(report)] == [[ACCEPTED], [ACCEPTED]]
        assert FloorTap.objects.count() == Spill.objects.count() == 1

    def test_two_tablets_report_the_same_spill(self, floor):
        other = another_lead(floor)
        mine = event(floor, "spill", area="counter", ago=3)
        hers = event(floor, "spill", area="counter", ago=2, by=other)
        assert send(mine, hers) == [ACCEPTED, KNOWN]
        assert send(event(floor, "cleaned", check=hers["uuid"])) == [ACCEPTED]
        assert spans() == [("counter", -3, 0)]
        assert FloorTap.objects.filter(step="began").count() == 2

    def test_whatever_arrives_first_the_clock_says_the_same(self, floor):
        """Two tablets, two spills in a row, every order of four reports."""
        other = another_lead(floor)
        first = event(floor, "spill", ago=60)
        again = event(floor, "spill", ago=58, by=other)
        second = event(floor, "spill", ago=30, by=other)
        cleaned = event(floor, "cleaned", ago=56, check=first["uuid"])
        mopped = event(floor, "cleaned", ago=20, by=other, check=second["uuid"])
        for order in permutations([[first, cleaned], [again], [second, mopped]]):
            Spill.objects.all().delete()
            FloorTap.objects.exclude(names=None).delete()
            FloorTap.objects.all().delete()
            for records in order:
                for record in records:
                    fresh = {**record}
                    send(fresh | _renamed(fresh, order))
            assert spans() == [("", -60, -56), ("", -30, -20)]

    def test_two_areas_are_two_spills(self, floor):
        send(event(floor, "spill", area="counter"), event(floor, "spill"))
        assert [area for area, *_ in spans()] == ["", "counter"]

    def test_taken_back_by_its_author_it_was_none(self, floor):
        report = event(floor, "spill")
        send(report)
        other = another_lead(floor)
        refused = event(floor, "retract", check=report["uuid"], by=other)
        assert send(refused) == [("held", "not_author")]
        assert send(event(floor, "retract", check=report["uuid"])) == [ACCEPTED]
        assert spans() == []
        assert FloorTap.objects.count() == 2

    def test_not_confirmed_by_close_it_stays_open(self, floor, noon):
        report = event(floor, "spill")
        send(report)
        noon(hours=22)
        panel = read_panel(floor.manager, floor.outlet, floor.today, timezone.now())
        assert [one.spill.uuid for one in panel.spills] == [UUID(report["uuid"])]
        assert (panel.day_spills, panel.over) == (0, ())
        send(event(floor, "spill"))
        assert Spill.objects.open().count() == 2
        send(event(floor, "cleaned", check=report["uuid"]))
        old = Spill.objects.get(uuid=report["uuid"])
        assert old.lasted == timedelta(hours=22)
        assert f"{old.on:%F}" == "2026-10-15"

    def test_late_it_counts_when_it_was_seen(self, floor, noon):
        report = event(floor, "spill", area="vip")
        cleaned = event(floor, "cleaned", check=report["uuid"])
        noon(hours=30)
        send(report, cleaned)
        assert spans() == [("vip", 0, 0)]
        assert Spill.objects.get().report.is_late

    def test_a_wrong_clock_is_put_right(self, floor):
        ahead = timedelta(minutes=20)
        at = (timezone.now() + ahead).isoformat()
        send(event(floor, "spill", observed_at=at), ahead=ahead)
        assert spans() == [("", 0, None)]
        assert FloorTap.objects.get().clock_ahead_seconds == 1200

    @pytest.mark.parametrize(
        ("given", "why"),
        [
            ({"area": "roof"}, "unreadable"),
            ({"date": None}, "unreadable"),
            ({"date": "2026-10-13"}, "day_is_over"),
            ({"ticket": ""}, "ticket_missing"),
            ({"action": "cleaned"}, "unreadable"),
            ({"action": "cleaned", "check": str(uuid4())}, "unknown_event"),
            ({"action": "fault", "kind": "coffee"}, "unreadable"),
            ({"action": "fault", "kind": "trial_device"}, "unreadable"),
            ({"action": "device", "trial_device": "D-1"}, "unreadable"),
            ({"action": "trial", "trial_device": "D-1"}, "unknown_device"),
        ],
    )
    def test_what_cannot_be_taken_waits_for_a_person(self, floor, given, why):
        assert send(event(floor, "spill") | given) == [("held", why)]
        assert not FloorTap.objects.exists()
        assert HeldCheck.objects.get().state == HeldState.WAITING

    def test_who_may_not_record_reports_nothing(self, floor):
        stranger = granted_user("auditor")
        sent = event(floor, "spill", by=stranger)
        assert send(sent) == [("held", "right_missing")]

    def test_a_waiting_report_is_entered_all_the_same(self, floor, noon):
        report = event(floor, "spill", area="counter")
        noon(days=8)
        assert send(report) == [("held", "day_is_over")]
        county = granted_user("operations")
        enter_held(key=HeldCheck.objects.get().key, reason=REASON, by=county)
        assert spans() == [("counter", 0, None)]
        assert Spill.objects.get().report.by == floor.manager

    def test_no_spill_writes_to_the_ledger(self, floor, noon):
        send(event(floor, "spill", ago=30))
        assert not Entry.objects.exists()
        tap(floor, None, standard="ENVIRONMENT")
        before = list(Entry.objects.values_list("points", "out_of"))
        send(event(floor, "spill", area="counter", ago=40))
        assert list(Entry.objects.values_list("points", "out_of")) == before
        assert before[0][0] == before[0][1]

    def test_a_check_that_passed_the_item_says_what_the_clock_said(self, floor, noon):
        check = tap(floor, None, standard="ENVIRONMENT")
        assert failed_by_clock(check, timezone.now()) == []
        report = event(floor, "spill", ago=30)
        send(report, event(floor, "cleaned", ago=20, check=report["uuid"]))
        send(event(floor, "spill", area="vip", ago=4))
        found = failed_by_clock(check, timezone.now())
        assert [one.lasted for one in found] == [timedelta(minutes=10)]
        failed = tap(
            floor,
            None,
            standard="ENVIRONMENT",
            slot="random",
            marks={"E07": "failed"},
        )
        assert failed_by_clock(failed, timezone.now()) == []
        person = tap(floor, floor.people[0])
        assert failed_by_clock(person, timezone.now()) == []


def _renamed(record, order):
    """Return uuids of their own for one order; the names follow."""
    turn = repr([one["uuid"] for records in order for one in records])

    def named(text):
        return str(UUID(int=hash((turn, text)) % 2**127))

    changed = {"uuid": named(record["uuid"])}
    if "check" in record:
        changed["check"] = named(record["check"])
    return changed


class TestFaults:
    def test_reported_and_over(self, floor, noon):
        report = event(floor, "fault", kind="boss", note="slow since ten")
        assert send(report) == [ACCEPTED]
        noon(minutes=1)
        assert send(event(floor, "fault", kind="boss")) == [KNOWN]
        noon(minutes=44)
        assert send(event(floor, "ended", check=report["uuid"])) == [ACCEPTED]
        fault = Fault.objects.get()
        assert fault.restored_at - fault.started_at == timedelta(minutes=45)
        assert FloorTap.objects.get(uuid=fault.uuid).note == "slow since ten"

    def test_cleaned_does_not_end_a_fault(self, floor):
        report = event(floor, "fault", kind="network")
        send(report)
        wrong = event(floor, "cleaned", check=report["uuid"])
        assert send(wrong) == [("held", "unknown_event")]
        assert Fault.objects.open().count() == 1

    def test_an_earlier_report_that_comes_late_moves_the_start(self, floor):
        later = event(floor, "fault", kind="network", ago=10)
        sooner = event(floor, "fault", kind="network", ago=25)
        send(later)
        assert send(sooner) == [ACCEPTED]
        fault = Fault.objects.get()
        assert fault.uuid == UUID(sooner["uuid"])
        assert timezone.now() - fault.started_at == timedelta(minutes=25)

    def test_it_goes_on_over_days(self, floor, noon):
        send(event(floor, "fault", kind="building"))
        noon(days=2)
        assert send(event(floor, "fault", kind="building")) == [KNOWN]
        assert Fault.objects.count() == 1


class TestDevices:
    def test_broken_opens_a_fault_and_working_ends_it(self, floor, noon):
        device(floor)
        broken = event(floor, "device", trial_device="D-1", working=False)
        assert send(broken) == [ACCEPTED]
        fault = Fault.objects.get()
        assert (fault.kind, fault.thing) == ("trial_device", "D-1")
        assert DeviceDay.objects.get().working is False
        noon(hours=1)
        send(event(floor, "device", trial_device="D-1", working=True))
        fault.refresh_from_db()
        assert fault.restored_at == timezone.now()
        assert DeviceDay.objects.get().working is True

    def test_what_was_seen_last_counts_not_what_came_last(self, floor):
        device(floor)
        seen = event(floor, "device", trial_device="D-1", working=True, ago=5)
        before = event(floor, "device", trial_device="D-1", working=False, ago=50)
        send(seen)
        send(before)
        assert DeviceDay.objects.get().working is True
        assert Fault.objects.get().restored_at is not None

    def test_trials_are_counted_once_and_taken_back(self, floor):
        device(floor)
        first = event(floor, "trial", trial_device="D-1")
        second = event(floor, "trial", trial_device="D-1")
        send(first, second)
        send(first)
        assert DeviceDay.objects.get().trials == 2
        send(event(floor, "retract", check=second["uuid"]))
        day = DeviceDay.objects.get()
        assert (day.trials, day.working) == (1, None)

    def test_a_device_of_another_time_is_unknown(self, floor):
        device(floor, since=floor.today + timedelta(days=1))
        sent = event(floor, "trial", trial_device="D-1")
        assert send(sent) == [("held", "unknown_device")]

    def test_a_code_is_used_once(self, floor):
        device(floor)
        with pytest.raises(CodeTaken):
            device(floor)
        assert TrialDevice.objects.count() == 1

    def test_taken_away_its_fault_ends_with_its_last_day(self, floor, noon):
        one = device(floor)
        send(event(floor, "device", trial_device="D-1", working=False))
        with pytest.raises(EndsBeforeUse):
            retire_device(
                device=one, until=floor.today - timedelta(days=1), by=floor.manager
            )
        assert Fault.objects.open().count() == 1
        retire_device(device=one, until=floor.today, by=floor.manager)
        ends = datetime.fromisoformat("2026-10-16T00:00:00+08:00")
        assert Fault.objects.get().restored_at == ends


class TestPanel:
    def test_flow_as_far_as_it_has_come(self, floor):
        rows = [
            ticket(floor.outlet, "A1", "2026-10-15T10:00:00+08:00", wait=601),
            ticket(floor.outlet, "A2", "2026-10-15T10:05:00+08:00", wait=600),
            ticket(
                floor.outlet,
                "A3",
                "2026-10-15T11:00:00+08:00",
                wait=100,
                service_time=261,
                priority="elderly",
            ),
        ]
        take("tickets", rows)
        panel = read_panel(floor.manager, floor.outlet, floor.today, timezone.now())
        flow = panel.flow.flow
        assert (flow.over_600_s, flow.served, flow.share_over_600_s) == (1, 3, 1 / 3)
        assert (flow.priority_late, flow.priority_finished) == (1, 1)
        newest = datetime.fromisoformat("2026-10-15T11:06:01+08:00")
        assert panel.flow.newest == newest

    def test_no_flow_is_none_and_who_may_not_see_it_is_told_nothing(self, floor):
        def seen_by(viewer):
            panel = read_panel(viewer, floor.outlet, floor.today, timezone.now())
            return (panel.sees_flow, panel.flow)

        assert seen_by(floor.manager) == (True, None)
        assert seen_by(granted_user("hr")) == (False, None)

    def test_an_outsider_sees_nothing_of_it(self, floor):
        send(event(floor, "spill"), event(floor, "fault", kind="boss"))
        device(floor)
        elsewhere = make_floor(people=0).manager
        panel = read_panel(elsewhere, floor.outlet, floor.today, timezone.now())
        assert (panel.spills, panel.faults, panel.devices) == ((), (), ())
        assert panel.day_spills == 0
