"""Who may load what: a power per kind, and a gate for rows beyond somebody's reach."""

import csv
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from outlets.exchange import access
from outlets.exchange.importer import load
from outlets.exchange.kinds import CONFIGURE, INGEST, registered
from outlets.exchange.models import Import
from outlets.exchange.services import running
from outlets.exchange.services.intake import cancel_import, confirm_import
from outlets.flow.models import DoorCount
from outlets.places.models import Outlet
from outlets.places.sight import Power, Reach, Sight
from staffing.people.models import Employee
from tests.outlets.exchange.sending import GOOD, checked, sent
from tests.outlets.places.factories import OutletFactory, RegionFactory
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def operations():
    return granted_user("operations")


@pytest.fixture
def jobs(django_capture_on_commit_callbacks):
    """Run what a service leaves to a worker."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


class TestPowers:
    def test_the_powers_are_those_of_places(self):
        assert (INGEST, CONFIGURE) == (Power.INGEST, Power.CONFIGURE)
        assert access.SEE_HISTORY == Power.SEE_HISTORY

    def test_an_administrator_loads_the_registry_and_nothing_that_judges(self):
        administrator = granted_user("administrator")
        assert {kind.name for kind in access.loadable_kinds(administrator)} == {
            "regions",
            "outlets",
            "employees",
            "assignments",
            "roster",
            "standards",
            "holidays",
            "questions",
        }
        with pytest.raises(PermissionDenied):
            sent("case_no\n", administrator, "complaints")
        assert Import.objects.count() == 0

    def test_operations_load_every_kind(self, operations):
        loadable = {kind.name for kind in access.loadable_kinds(operations)}
        assert loadable == set(registered())

    @pytest.mark.parametrize("role", ["hr", "auditor", "agency"])
    def test_the_other_roles_load_nothing(self, role):
        assert access.loadable_kinds(granted_user(role)) == []

    def test_only_who_sent_a_file_goes_on_with_it(self, operations, jobs):
        imported = checked(GOOD, operations, jobs)
        colleague = granted_user("operations")
        with pytest.raises(PermissionDenied):
            confirm_import(import_id=imported.pk, keep_good=False, by=colleague)
        administrator = granted_user("administrator")
        with pytest.raises(Import.DoesNotExist):
            cancel_import(import_id=imported.pk, by=administrator)
        assert Import.objects.get().state == "checked"

    def test_an_auditor_reads_an_import_and_goes_on_with_none(
        self, client, operations, jobs
    ):
        imported = checked(GOOD, operations, jobs)
        auditor = granted_user("auditor")
        client.force_login(auditor)
        listed = client.get(reverse("imports:list")).content.decode()
        shown = client.get(reverse("imports:import", args=[imported.uuid]))
        offered = [text in listed for text in (str(imported.uuid), "Import a file")]
        assert (offered, shown.status_code) == ([True, False], 200)
        for name in ("check", "confirm", "cancel", "again"):
            address = reverse(f"imports:{name}", args=[imported.uuid])
            assert client.post(address).status_code == 403
        assert Import.objects.get().state == "checked"

    def test_an_auditor_of_a_part_reads_no_import(self, client, operations, jobs):
        imported = checked(GOOD, operations, jobs)
        client.force_login(granted_user("auditor", region=RegionFactory()))
        assert client.get(reverse("imports:list")).status_code == 403
        shown = client.get(reverse("imports:import", args=[imported.uuid]))
        assert shown.status_code == 404

    def test_who_lost_the_power_meanwhile_loads_nothing(self, operations, jobs):
        imported = checked(GOOD, operations, jobs)
        confirm_import(import_id=imported.pk, keep_good=False, by=operations)
        operations.is_active = False
        operations.save()
        running.run_import(import_id=imported.pk, attempt=2)
        imported.refresh_from_db()
        assert (imported.state, imported.message) == (
            "refused",
            "You may no longer load files of this kind.",
        )
        assert Employee.objects.count() == 0


class SomewhereLoader:
    """Somebody whose power to load reaches one county."""

    pk = 0

    def __init__(self, region):
        reach = Reach(region_paths=frozenset({region.path}))
        self.sight = Sight(powers={Power.INGEST: reach})


class TestRowsBeyondReach:
    def _load(self, kind, text, by):
        faults = []

        class Ears:
            def faulty(self, cells):
                faults.extend((f.row, f.column, f.reason) for f in cells.faults)

            def warned(self, fault):
                pass

            def progressed(self, read):
                pass

        found = registered()[kind]
        load(
            found(),
            csv.reader(io.StringIO(text)),
            audience=Ears(),
            keep_good=True,
            gate=access.gate_for(found, by),
        )
        return faults

    @pytest.fixture
    def own(self):
        return RegionFactory(code="NS")

    @pytest.fixture
    def foreign(self):
        return RegionFactory(code="FT")

    def test_tickets_of_other_outlets_are_refused_one_by_one(self, own, foreign):
        OutletFactory(code="MINE", region=own)
        OutletFactory(code="OTHER", region=foreign)
        text = (
            "outlet_code,start,minutes,people\n"
            "MINE,2026-10-05T09:00,60,5\nOTHER,2026-10-05T09:00,60,5\n"
        )
        assert self._load("counts", text, SomewhereLoader(own)) == [
            (3, "outlet_code", "lies outside the places for which you may load")
        ]
        assert DoorCount.objects.get().outlet.code == "MINE"

    def test_an_outlet_is_neither_taken_over_nor_given_away(self, own, foreign):
        OutletFactory(code="MINE", region=own, name="Mine")
        OutletFactory(code="OTHER", region=foreign, name="Other")
        text = (
            "code,name,region_code\n"
            "OTHER,Taken,NS\nMINE,Given,FT\nNEW,New,NS\nFAR,Far,FT\n"
        )
        refused = self._load("outlets", text, SomewhereLoader(own))
        assert [(row, column) for row, column, _reason in refused] == [
            (2, "code"),
            (3, "region_code"),
            (5, "region_code"),
        ]
        assert dict(Outlet.objects.values_list("code", "name")) == {
            "MINE": "Mine",
            "OTHER": "Other",
            "NEW": "New",
        }

    def test_a_row_without_a_place_is_refused(self, own):
        text = "employee_number,period,kpi,base\nE1,2026-10,volume,1\n"
        refused = self._load("targets", text, SomewhereLoader(own))
        assert refused[0] == (
            2,
            "outlet_code",
            "names no place; you load for some only",
        )

    def test_kinds_without_a_place_need_a_reach_everywhere(self, own):
        somewhere = SomewhereLoader(own)
        names = {kind.name for kind in access.loadable_kinds(somewhere)}
        assert names.isdisjoint(
            {"regions", "employees", "assignments", "roster", "tests", "standards"}
        )
        with pytest.raises(PermissionDenied):
            access.gate_for(registered()["employees"], somewhere)
