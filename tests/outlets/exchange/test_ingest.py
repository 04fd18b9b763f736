"""`manage.py ingest` to the letter, shown with the kinds of the registry."""

import datetime
import gzip
import os
import signal
import subprocess
import sys
import time
from io import StringIO

import openpyxl
import pytest
from django.core.management import call_command

from outlets.places.models import Outlet, Region
from staffing.people.models import Employee
from tests.migrated import copy_to
from tests.outlets.places.factories import RegionFactory

HEADING = "number,name,post,hired_on\n"


@pytest.fixture
def ingest(tmp_path):
    """Run the command on text; return (exit code, last line, everything on stderr)."""

    def run(kind, content, *options, name="file.csv"):
        path = tmp_path / name
        if isinstance(content, str):
            content = content.encode()
        path.write_bytes(content)
        return run_path(kind, path, *options)

    def run_path(kind, path, *options):
        out, err = StringIO(), StringIO()
        try:
            call_command("ingest", kind, str(path), *options, stdout=out, stderr=err)
            code = 0
        except SystemExit as stop:
            code = stop.code
        lines = out.getvalue().splitlines()
        return code, lines[-1] if lines else "", err.getvalue()

    run.path = run_path
    return run


@pytest.mark.django_db
class TestOneFile:
    def test_a_good_file_is_loaded_and_a_second_time_changes_nothing(self, ingest):
        content = HEADING + "E1,Li Na,clerk,2020-01-31\nE2,Wang Wei,supervisor,\n"
        code, last, _ = ingest("employees", content)
        assert (code, last) == (
            0,
            "ingest employees: 2 read, 2 created, 0 updated, 0 unchanged, 0 rejected",
        )
        code, last, _ = ingest("employees", content)
        assert (code, last) == (
            0,
            "ingest employees: 2 read, 0 created, 0 updated, 2 unchanged, 0 rejected",
        )

    def test_one_bad_row_refuses_the_file_and_names_row_column_value_reason(
        self, ingest
    ):
        content = HEADING + "E1,Li Na,clerk,\nE2,Wang Wei,boss,31.1.2020\n"
        code, last, err = ingest("employees", content)
        assert code == 1
        assert last == (
            "ingest employees: 2 read, 0 created, 0 updated, 0 unchanged, 1 rejected"
        )
        assert "row 3, column post, value “boss”: is none of: clerk," in err
        assert "row 3, column hired_on, value “31.1.2020”: is not a date" in err
        assert Employee.objects.count() == 0

    def test_keep_good_takes_the_rest_and_writes_the_bad_rows_beside_the_file(
        self, ingest, tmp_path
    ):
        content = HEADING + "E1,Li Na,clerk,\nE2,,clerk,\n"
        code, last, _ = ingest("employees", content, "--keep-good")
        assert (code, last) == (
            1,
            "ingest employees: 2 read, 1 created, 0 updated, 0 unchanged, 1 rejected",
        )
        assert Employee.objects.get().number == "E1"
        rejected = (tmp_path / "file.csv.rejected.csv").read_text().splitlines()
        assert rejected == [
            "number,name,post,hired_on,reasons",
            "E2,,clerk,,name: is required",
        ]

    def test_dry_run_reports_and_writes_nothing(self, ingest):
        code, last, _ = ingest("employees", HEADING + "E1,Li,clerk,\n", "--dry-run")
        assert (code, last) == (
            0,
            "ingest employees: 1 read, 1 created, 0 updated, 0 unchanged, 0 rejected",
        )
        assert Employee.objects.count() == 0

    def test_a_registry_row_that_differs_is_updated(self, ingest):
        ingest("employees", HEADING + "E1,Li Na,clerk,2020-01-31\n")
        code, last, _ = ingest("employees", "number,name,post\nE1,Li Na,supervisor\n")
        assert (code, last) == (
            0,
            "ingest employees: 1 read, 0 created, 1 updated, 0 unchanged, 0 rejected",
        )
        employee = Employee.objects.get()
        assert employee.post == "supervisor"
        assert str(employee.hired_on) == "2020-01-31"  # its column was not in the file

    def test_a_key_twice_in_one_file_is_the_same_row_twice(self, ingest):
        content = HEADING + "E1,Li Na,clerk,\nE1,Li Na,clerk,\nE1,Li Nan,clerk,\n"
        _, last, _ = ingest("employees", content)
        assert last == (
            "ingest employees: 3 read, 1 created, 1 updated, 1 unchanged, 0 rejected"
        )
        assert Employee.objects.get().name == "Li Nan"

    def test_unknown_columns_are_named_and_ignored(self, ingest):
        code, _, err = ingest("employees", "number,name,post,shoe\nE1,Li,clerk,43\n")
        assert code == 0
        assert "column shoe" in err

    def test_missing_required_columns_refuse_the_file(self, ingest):
        code, last, err = ingest("employees", "number,post\nE1,clerk\n")
        assert (code, last) == (2, "")
        assert "lacks the columns name" in err

    def test_a_mapping_renames_foreign_headings(self, ingest, tmp_path):
        mapping = tmp_path / "map.toml"
        mapping.write_text('"工号" = "number"\n"姓名" = "name"\n')
        content = "工号,姓名,post\nE1,李娜,clerk\n"
        code, _, _ = ingest("employees", content, "--mapping", str(mapping))
        assert code == 0
        assert Employee.objects.get().name == "李娜"

    def test_a_row_of_another_width_is_refused(self, ingest):
        code, _, err = ingest("employees", HEADING + "E1,Li Na,clerk\n")
        assert code == 1
        assert "the row has 3 cells, the heading 4" in err


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfnumber,name,post\nE1,\xe6\x9d\x8e,clerk\n",
        "number;name;post\r\nE1;李;clerk\r\n".encode(),
        gzip.compress("number,name,post\nE1,李,clerk\n".encode()),
        'number,name,post\n"E1"," 李 ",clerk\n\n,,\n'.encode(),
    ],
    ids=["bom", "semicolon", "gzip", "quotes and empty lines"],
)
def test_every_shape_of_csv_reads_alike(ingest, content):
    code, last, _ = ingest("employees", content)
    assert (code, last.split(", ")[1]) == (0, "1 created")
    assert Employee.objects.get().name == "李"


@pytest.mark.django_db
def test_xlsx_reads_dates_and_numbers_as_written(ingest, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["number", "name", "post", "hired_on"])
    book.active.append([4217, "李娜", "clerk", datetime.date(2020, 1, 31)])
    path = tmp_path / "staff.xlsx"
    book.save(path)
    code, _, err = ingest.path("employees", path)
    assert (code, err) == (0, "")
    employee = Employee.objects.get()
    assert (employee.number, str(employee.hired_on)) == ("4217", "2020-01-31")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"number,name,post\nE1,\xff\xfe,clerk\n", "not UTF-8"),
        (b"PK\x03\x04 no workbook", "nothing was loaded"),
        (b"\x1f\x8b\x08 cut short", "nothing was loaded"),
        (b"", "is empty"),
    ],
)
def test_an_unreadable_file_exits_2_with_a_reason(ingest, content, said):
    code, last, err = ingest("employees", content)
    assert (code, last) == (2, "")
    assert said in err
    assert "Traceback" not in err


@pytest.mark.django_db
def test_a_missing_file_exits_2(ingest, tmp_path):
    code, _, err = ingest.path("employees", tmp_path / "nowhere.csv")
    assert code == 2
    assert "No such file" in err


@pytest.mark.django_db
class TestPlaces:
    def test_regions_may_stand_in_any_order(self, ingest):
        content = (
            "code,name,level,parent_code\n"
            "NS,Nanshan,county,SZ\nSZ,Shenzhen,city,GD\nGD,Guangdong,province,\n"
        )
        code, _, err = ingest("regions", content)
        assert (code, err) == (0, "")
        assert Region.objects.get(code="NS").path == "GD/SZ/NS/"

    def test_a_moved_region_takes_its_subtree_along(self, ingest):
        ingest(
            "regions",
            "code,name,level,parent_code\nGD,G,province,\nGX,X,province,\n"
            "SZ,S,city,GD\nNS,N,county,SZ\n",
        )
        ingest("regions", "code,name,level,parent_code\nSZ,S,city,GX\n")
        assert Region.objects.get(code="NS").path == "GX/SZ/NS/"

    def test_a_parent_must_be_of_a_higher_level(self, ingest):
        code, _, err = ingest(
            "regions",
            "code,name,level,parent_code\nA,A,county,\nB,B,city,A\n",
        )
        assert code == 1
        assert "row 3, column parent_code" in err

    def test_outlets_keep_class_zone_and_hours(self, ingest):
        RegionFactory(code="NS")
        code, _, err = ingest(
            "outlets",
            "code,name,region_code,class,ownership,brand_store,rural,timezone,hours\n"
            "O1,South,NS,A,dealer,1,0,Europe/Dublin,Mon-Sat 09:00-18:00; Sun closed\n",
        )
        assert (code, err) == (0, "")
        outlet = Outlet.objects.get()
        assert (outlet.outlet_class, outlet.brand_store, outlet.rural) == (
            "A",
            True,
            False,
        )
        assert sum(span.minutes for span in outlet.opening_spans) == 6 * 540

    def test_an_outlet_in_an_unknown_region_or_zone_is_refused(self, ingest):
        code, _, err = ingest(
            "outlets",
            "code,name,region_code,timezone,hours\nO1,South,XX,Mars/Base,always\n",
        )
        assert code == 1
        assert "column region_code, value “XX”" in err
        assert "column timezone, value “Mars/Base”" in err
        assert "column hours, value “always”" in err


@pytest.mark.own_database
def test_killing_the_process_in_the_middle_leaves_nothing(tmp_path):
    """A file database, a real process, a real kill."""
    rows = "".join(f"E{i},Person {i},clerk\n" for i in range(120_000))
    path = tmp_path / "many.csv"
    path.write_text("number,name,post\n" + rows)
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path}/kill.sqlite3",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }

    def manage(*arguments, **options):
        return [sys.executable, "manage.py", *arguments]

    copy_to(tmp_path / "kill.sqlite3")
    running = subprocess.Popen(
        manage("ingest", "employees", str(path)),
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert "20000 rows read" in running.stderr.readline()
    running.send_signal(signal.SIGKILL)
    running.wait()
    time.sleep(0.1)
    count = (
        "from staffing.people.models import Employee; print(Employee.objects.count())"
    )
    done = subprocess.run(
        manage("shell", "-v0", "-c", count),
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "0"
