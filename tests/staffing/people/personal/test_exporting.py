import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.urls import reverse
from django.utils import timezone

from staffing.people.models import PersonalExport
from staffing.people.personal.registry import holdings
from staffing.people.personal.services import building
from staffing.people.personal.services.exporting import request_export, take_file
from staffing.people.personal.services.refusals import (
    AlreadyErased,
    ExportGone,
    ExportUnderWay,
    ReasonMissing,
)
from tests.staffing.people.factories import UserFactory, granted_user, staff_user
from tests.staffing.people.personal.life import a_life
from tests.staffing.people.personal.when import CANARY

REASON = "she asked for it in writing"


@pytest.fixture
def made(django_capture_on_commit_callbacks):
    """Ask for a file as the pages do, and have it made."""

    def make(**asked) -> PersonalExport:
        with django_capture_on_commit_callbacks(execute=True):
            export = request_export(**asked)
        export.refresh_from_db()
        return export

    return make


def unpacked(export) -> dict[str, str]:
    with export.file.open("rb") as file, zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.django_db
class TestTheFile:
    def test_it_holds_two_files_per_holding_and_a_readme(self, made):
        life = a_life()
        files = unpacked(made(employee=life.person, by=life.account))
        codes = [holding.code for holding in holdings()]
        expected = {f"{code}.{kind}" for code in codes for kind in ("json", "csv")}
        assert set(files) == expected | {"README.txt"}

    def test_every_record_of_hers_is_in_it(self, made):
        life = a_life()
        files = unpacked(made(employee=life.person, by=life.account))
        rows = {
            name.removesuffix(".json"): len(json.loads(text))
            for name, text in files.items()
            if name.endswith(".json")
        }
        # The month in the ledger: 20 days, a test, call-backs; and one entry more.
        assert rows == {
            "person": 1,
            "account": 1,
            "assignments": 1,
            "grants": 1,
            "served": 1,
            "held_checks": 1,
            "check_photos": 1,
            "server_days": 1,
            "ticket_events": 1,
            "transactions": 1,
            "personal_exports": 1,
            "erasures": 0,
            "sessions": 1,
            "tokens": 1,
            "signed_in": 0,
            "pin": 0,
            "wrong_attempts": 0,
            "second_factors": 0,
            "email_addresses": 0,
            "directory": 0,
            "failed_sign_ins": 0,
            "machines": 0,
            "imports": 0,
            "history": rows["history"],
            "deeds": rows["deeds"],
            "access": 0,
            "roster_days": 1,
            "areas_owned": 1,
            "leaves": 1,
            "swaps": 2,
            "shift_wishes": 1,
            "roster_changes": 1,
            "planned_days": 1,
            "calendar_feed": 1,
            "notices": 1,
            "bulletins": 1,
            "quiet_hours": 1,
            "ledger": rows["ledger"],
            "checks": 1,
            "check_corrections": 1,
            "check_away": 1,
            "live_photos": 1,
            "review_flags": 1,
            "judged_again": 1,
            "rechecks_made": 1,
            "actions_owned": 1,
            "action_steps": 1,
            "floor_taps": 1,
            "checks_made": 1,
            "tests": 1,
            "sittings": 1,
            "absences": 1,
            "answers": 1,
            "visits": 1,
            "visit_answers": 1,
            "visit_appeals": 1,
            "visit_sendings": 0,
            "ratings": 1,
            "callbacks": 1,
            "invitations": 1,
            "calls_about": 1,
            "calls_made": 1,
            "counter_stints": 1,
            "rating_messages": 1,
            "complaints": 1,
            "cases_handled": 1,
            "case_lines": 1,
            "red_lines": 1,
            "red_line_lines": 1,
            "order_lines": 1,
            "targets": 1,
            "standings": 1,
            "awards": 1,
            "award_nominations": 1,
            "award_candidacies": 1,
            "award_ballots": 1,
            "award_objections": 1,
            "award_certificates": 1,
            "award_bonuses": 1,
            "award_points": 1,
            "growth_projects": 1,
            "growth_scores": 1,
            "growth_steps": 1,
            "growth_contests": 1,
            "growth_marks": 1,
        }
        assert rows["ledger"] == life.person.entries.count() >= 24

    def test_nothing_about_anybody_else_is_in_it(self, made):
        life = a_life()
        for name, text in unpacked(made(employee=life.person, by=life.account)).items():
            assert CANARY not in text, name
            assert "13800138000" not in text, name

    def test_the_texts_about_her_are_in_it_with_others_struck_out(self, made):
        life = a_life()
        files = unpacked(made(employee=life.person, by=life.account))
        [check] = json.loads(files["checks.json"])
        assert check["note"] == "=[…] ([…]) says: call […] =1+1"
        assert list(check["marks"].values()) == ["failed"]
        [rating] = json.loads(files["ratings.json"])
        assert rating["comment"] == "[…] ([…]) says: call […] =1+1"
        assert set(rating) & {"rater", "ticket_no"} == set()
        [case] = json.loads(files["complaints.json"])
        assert "summary" not in case

    def test_both_files_say_the_same_and_no_cell_is_a_formula(self, made):
        life = a_life()
        files = unpacked(made(employee=life.person, by=life.account))
        for holding in holdings():
            text = files[f"{holding.code}.csv"].removeprefix("\ufeff")
            rows = list(csv.DictReader(io.StringIO(text)))
            assert len(rows) == len(json.loads(files[f"{holding.code}.json"]))
            heading = text.splitlines()[0].split(",")
            assert tuple(heading) == holding.columns
            for row in rows:
                assert not any(
                    cell.startswith(("=", "+", "@")) for cell in row.values()
                )
        [check] = csv.DictReader(
            io.StringIO(files["checks.csv"].removeprefix("\ufeff"))
        )
        assert check["note"].startswith("'=")

    def test_the_readme_says_in_both_languages_what_each_file_is(self, made):
        life = a_life()
        readme = unpacked(made(employee=life.person, by=life.account))["README.txt"]
        assert "Personal data of 李小梅 Li Xiaomei, E-4711" in readme
        assert "李小梅 Li Xiaomei（E-4711）的个人数据" in readme
        for holding in holdings():
            assert readme.count(f"{holding.code}.json, {holding.code}.csv") == 2
        assert "Checks received (1)." in readme

    def test_what_is_not_published_yet_is_not_in_it(self, made):
        life = a_life(published_days_ago=None)
        life.run.standings.model.objects.get(employee=life.person).awards.update(
            reason=""
        )
        life.person.visits.update(released_at=None)
        life.person.awards.first().award_list.__class__.objects.update(
            status="draft", published_at=None
        )
        files = unpacked(made(employee=life.person, by=life.account))
        for name in ("visits", "standings", "awards"):
            assert json.loads(files[f"{name}.json"]) == []


@pytest.mark.django_db
class TestWhoMayAsk:
    def test_human_resources_give_a_reason(self, made):
        person = staff_user().employee
        hr = granted_user("hr")
        with pytest.raises(ReasonMissing):
            request_export(employee=person, reason="  ", by=hr)
        assert PersonalExport.objects.count() == 0
        export = made(employee=person, reason=REASON, by=hr)
        assert (export.reason, export.step, export.failed) == (REASON, "done", False)

    @pytest.mark.parametrize(
        "role", ["operations", "administrator", "auditor", "agency"]
    )
    def test_nobody_else_asks_about_others(self, role):
        person = staff_user().employee
        with pytest.raises(PermissionDenied):
            request_export(employee=person, reason=REASON, by=granted_user(role))
        with pytest.raises(PermissionDenied):
            request_export(employee=person, reason=REASON, by=staff_user())
        assert PersonalExport.objects.count() == 0

    def test_the_same_file_is_not_made_twice_at_once(self):
        user = staff_user()
        first = request_export(employee=user.employee, by=user)
        with pytest.raises(ExportUnderWay):
            request_export(employee=user.employee, by=user)
        assert list(PersonalExport.objects.all()) == [first]
        silent = timezone.now() - timedelta(minutes=11)
        PersonalExport.objects.update(progress_at=silent)
        request_export(employee=user.employee, by=user)
        assert PersonalExport.objects.count() == 2

    def test_nothing_is_handed_out_about_somebody_erased(self):
        person = staff_user().employee
        person.erased_at = timezone.now()
        person.save()
        with pytest.raises(AlreadyErased):
            request_export(employee=person, reason=REASON, by=granted_user("hr"))


@pytest.mark.django_db
class TestTheJob:
    def test_it_lives_48_hours_from_when_it_was_made(self, made):
        user = staff_user()
        export = made(employee=user.employee, by=user)
        assert export.expires_at - export.progress_at == timedelta(hours=48)
        assert export.size == export.file.size > 0
        assert export.total == export.done == len(holdings())

    def test_made_twice_it_stays_the_first(self, made):
        user = staff_user()
        export = made(employee=user.employee, by=user)
        building.build_export(export_id=export.pk)
        again = PersonalExport.objects.get()
        assert (again.file.name, again.expires_at) == (
            export.file.name,
            export.expires_at,
        )

    def test_a_failure_is_kept_in_its_row(self, monkeypatch):
        user = staff_user()
        export = request_export(employee=user.employee, by=user)

        def broken(*given):
            raise ValueError(user.employee.name)

        monkeypatch.setattr(building, "write_archive", broken)
        with pytest.raises(ValueError, match=user.employee.name):
            building.build_export(export_id=export.pk)
        export.refresh_from_db()
        assert (export.failed, export.step) == (True, "gathering")
        assert export.message == (
            "The file could not be made (ValueError). Ask for it again."
        )
        assert not export.file

    def test_a_file_goes_when_its_time_is_over(self, made):
        user = staff_user()
        export = made(employee=user.employee, by=user)
        name = export.file.name
        assert building.remove_expired_files() == 0
        assert export.file.storage.exists(name)
        PersonalExport.objects.update(expires_at=timezone.now())
        with pytest.raises(ExportGone):
            take_file(uuid=export.uuid, by=user)


@pytest.mark.django_db(transaction=True)
def test_an_expired_file_is_deleted_and_its_row_stays():
    user = staff_user()
    request_export(employee=user.employee, by=user)
    export = PersonalExport.objects.get()
    name = export.file.name
    PersonalExport.objects.update(expires_at=timezone.now())
    assert building.remove_expired_files() == 1
    assert not storages["private"].exists(name)
    assert building.remove_expired_files() == 0
    assert PersonalExport.objects.get().file == ""


@pytest.mark.django_db
class TestTheDownload:
    def test_its_requester_gets_the_file_and_it_is_counted(self, made, client):
        user = staff_user()
        export = made(employee=user.employee, by=user)
        client.force_login(user)
        answer = client.get(reverse("personal:file", args=[export.uuid]))
        content = b"".join(answer.streaming_content)
        assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
        assert answer["Content-Type"] == "application/zip"
        assert answer["Content-Disposition"].startswith("attachment")
        assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
        export.refresh_from_db()
        assert export.downloads == 1

    @pytest.mark.parametrize("name", ["personal:export", "personal:file"])
    def test_nobody_else_gets_it_whatever_her_role(self, made, client, name):
        hr = granted_user("hr")
        user = staff_user()
        export = made(employee=user.employee, reason=REASON, by=hr)
        others = [user, granted_user("hr"), granted_user("auditor"), UserFactory()]
        for other in others:
            client.force_login(other)
            assert client.get(reverse(name, args=[export.uuid])).status_code == 404
        export.refresh_from_db()
        assert export.downloads == 0

    def test_after_48_hours_the_page_says_so(self, made, client):
        user = staff_user()
        export = made(employee=user.employee, by=user)
        PersonalExport.objects.update(expires_at=timezone.now())
        client.force_login(user)
        address = reverse("personal:file", args=[export.uuid])
        answer = client.get(address, follow=True)
        assert "This file has expired" in answer.content.decode()
