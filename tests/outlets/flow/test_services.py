"""However rows arrive, the roll-ups are those that a rebuild would make."""

from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outlets.flow.models import (
    DailyVolume,
    HalfHourFlow,
    HourlyBoard,
    HourlyCount,
    HourlyFlow,
    ServerDay,
    Ticket,
)
from outlets.flow.roll_ups import SOURCES, TICKETS
from outlets.flow.services import compare_roll_ups, rebuild_roll_ups
from outlets.places.models import Outlet
from tests.outlets.flow.factories import DAY, TicketFactory, take, ticket
from tests.outlets.places.factories import OutletFactory

pytestmark = pytest.mark.django_db
ROLL_UPS = (
    *(HourlyFlow, HalfHourFlow, ServerDay),
    *(HourlyCount, HourlyBoard, DailyVolume),
)


def everything() -> set[tuple]:
    """Return the content of all roll-ups but for their ids."""
    return {
        (model.__name__, *(v for k, v in row.items() if k != "id"))
        for model in ROLL_UPS
        for row in model.objects.values()
    }


def rebuilt() -> set[tuple]:
    for model in ROLL_UPS:
        model.objects.all().delete()
    call_command("rebuild_flow", stdout=StringIO())
    return everything()


TICKETS_DRAWN = st.builds(
    dict,
    outlet=st.sampled_from(["N1", "N2"]),
    number=st.integers(1, 12),
    day=st.integers(0, 2),
    second=st.integers(0, 86_399),
    wait=st.none() | st.integers(0, 8000),
    length=st.none() | st.integers(0, 900),
    left=st.none() | st.integers(0, 900),
    service=st.sampled_from(["", "pay", "card"]),
    priority=st.sampled_from(["", "none", "weak", "vip"]),
    employee_number=st.sampled_from(["", "E1", "E2"]),
)


def drawn_row(drawn: dict) -> dict:
    # New York's clock falls back on the first of these days.
    at = datetime(2026, 11, 1) + timedelta(days=drawn["day"], seconds=drawn["second"])
    called = drawn["wait"] is not None
    outlet = Outlet(code=drawn["outlet"])
    return ticket(
        outlet,
        str(drawn["number"]),
        at.isoformat(),
        wait=drawn["wait"],
        left=None if called else drawn["left"],
        service=drawn["service"],
        priority=drawn["priority"],
        employee_number=drawn["employee_number"],
        **({"service_time": drawn["length"]} if called else {}),
    )


class TestAnyOrder:
    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        st.lists(TICKETS_DRAWN, max_size=25),
        st.randoms(use_true_random=False),
        st.integers(1, 9),
    )
    def test_shuffled_repeated_and_in_batches_the_sums_are_the_same(
        self, drawn, random, batch
    ):
        Ticket.objects.all().delete()
        for model in ROLL_UPS:
            model.objects.all().delete()
        for code in ("N1", "N2"):
            if not Outlet.objects.filter(code=code).exists():
                OutletFactory(code=code, timezone="America/New_York")
        unique = {(d["outlet"], d["number"], d["day"]): d for d in drawn}
        rows = [drawn_row(d) for d in unique.values()] * 2
        random.shuffle(rows)
        for start in range(0, len(rows), batch):
            report = take("tickets", rows[start : start + batch])
            assert report.taken, "the rows are good"
        assert Ticket.objects.count() == len(unique)
        assert everything() == rebuilt()

    def test_all_kinds_are_what_a_rebuild_makes(self):
        OutletFactory(code="P1", hours="Mon-Sun 09:00-18:00")
        take(
            "counts",
            [
                {
                    "outlet_code": "P1",
                    "start": f"2026-03-{day}T{hour}:00",
                    "minutes": 60,
                    "people": day * hour,
                }
                for day in (14, 20)
                for hour in (10, 23)
            ],
        )
        take(
            "boards",
            [
                {
                    "outlet_code": "P1",
                    "service": "pay",
                    "at": f"2026-03-{day}T10:30",
                    "people_waiting": 3,
                    "wait_minutes": day,
                }
                for day in (14, 20)
            ],
        )
        take(
            "transactions",
            [
                {
                    "outlet_code": "P1",
                    "date": f"2026-03-{day}",
                    "service": "sale",
                    "quantity": day,
                }
                for day in (14, 20)
            ],
        )
        before = everything()
        assert len(before) == 4 + 2 + 2
        assert rebuilt() == before

    def test_a_late_row_only_touches_its_own_day(self):
        outlet = OutletFactory()
        take("tickets", [ticket(outlet, "A1", "2026-03-14T09:00")])
        kept = HourlyFlow.objects.get().pk
        take("tickets", [ticket(outlet, "A1", "2026-03-15T09:00")])
        assert HourlyFlow.objects.get(date=DAY).pk == kept


class TestRebuild:
    @pytest.fixture
    def outlet(self):
        outlet = OutletFactory(code="P1")
        take(
            "tickets",
            [
                ticket(outlet, "A1", "2026-03-14T09:00", wait=30, service="pay"),
                ticket(outlet, "A2", "2026-03-20T09:00", employee_number="E1", wait=3),
            ],
        )
        return outlet

    def run(self, *options):
        """Return exit code, last line, everything on stderr."""
        out, err = StringIO(), StringIO()
        try:
            call_command("rebuild_flow", *options, stdout=out, stderr=err)
            code = 0
        except SystemExit as stop:
            code = stop.code
        return code, out.getvalue().strip(), err.getvalue().splitlines()

    def test_check_is_content_with_fresh_roll_ups(self, outlet):
        assert self.run("--check") == (
            0,
            "rebuild_flow --check: 5 rows compared, 0 differences",
            [],
        )

    def test_check_names_a_wrong_a_missing_and_a_foreign_row(self, outlet):
        HourlyFlow.objects.filter(date=DAY).update(arrivals=7)
        ServerDay.objects.all().delete()
        HourlyFlow.objects.create(
            **{
                **HourlyFlow.objects.filter(date=DAY).values().get(),
                "id": None,
                "date": date(2026, 3, 21),
            }
        )
        code, last, said = self.run("--check")
        assert code == 1
        assert last == "rebuild_flow --check: 6 rows compared, 3 differences"
        assert said == [
            "HourlyFlow P1 2026-03-14 9 pay: arrivals is 7, should be 1",
            "HourlyFlow P1 2026-03-21 9 pay: the row is there, should be missing",
            "ServerDay P1 2026-03-20 E1: the row is missing, should be there",
        ]
        assert HourlyFlow.objects.get(date=DAY).arrivals == 7, "only compared"

    def test_a_rebuild_mends_everything(self, outlet):
        before = everything()
        HourlyFlow.objects.filter(date=DAY).update(arrivals=7)
        ServerDay.objects.all().delete()
        assert self.run()[:2] == (0, "rebuild_flow: 5 rows written")
        assert everything() == before
        assert self.run("--check")[0] == 0

    def test_a_row_that_came_round_the_roll_ups_is_found(self, outlet):
        TicketFactory(outlet=outlet, date=date(2026, 4, 1))
        comparison = compare_roll_ups(source=TICKETS, outlet=outlet)
        assert [str(d) for d in comparison.differences] == [
            "HalfHourFlow P1 2026-04-01 540: the row is missing, should be there",
            "HourlyFlow P1 2026-04-01 9: the row is missing, should be there",
        ]
        rebuild_roll_ups(source=TICKETS, outlet=outlet)
        assert compare_roll_ups(source=TICKETS, outlet=outlet).differences == []

    def test_an_outlet_without_rows_has_nothing_to_compare(self):
        outlet = OutletFactory()
        for source in SOURCES:
            assert compare_roll_ups(source=source, outlet=outlet).compared == 0
