"""The pages of imports, as a browser without scripts sees them."""

import csv
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from outlets.exchange.models import Import, ImportFault
from staffing.people.models import Employee
from tests.staffing.people.factories import granted_user

pytestmark = pytest.mark.django_db

GOOD = b"number,name,post\nE1,Li Na,clerk\n"
HOSTILE = b"number,name,post\n<b>E1</b>,=cmd|' /C calc'!A0,boss\nE2,Li,clerk\n"


@pytest.fixture
def operations(client):
    user = granted_user("operations")
    client.force_login(user)
    return user


@pytest.fixture
def jobs(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def send(client, content, name="staff.csv", kind="employees"):
    upload = SimpleUploadedFile(name, content)
    return client.post(reverse("imports:kind", args=[kind]), {"file": upload})


def page_of(client, imported, **query):
    answer = client.get(reverse("imports:import", args=[imported.uuid]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def check(client, jobs, content=GOOD, **more) -> Import:
    answer = send(client, content, **more)
    assert answer.status_code == 302, answer.content.decode()
    imported = Import.objects.first()
    data = {
        f"column-{n}": imported.mapping[text] for n, text in enumerate(imported.heading)
    }
    with jobs():
        client.post(reverse("imports:check", args=[imported.uuid]), data)
    imported.refresh_from_db()
    return imported


def test_from_the_upload_to_the_outcome(client, operations, jobs):
    imported = check(client, jobs)
    page = page_of(client, imported)
    assert "Every row can be loaded. Nothing has been written yet." in page
    assert "Load 1 row<" in page
    assert Employee.objects.count() == 0
    with jobs():
        client.post(reverse("imports:confirm", args=[imported.uuid]))
    assert "The file is loaded." in page_of(client, imported)
    assert Employee.objects.get().name == "Li Na"
    second = check(client, jobs)
    page = page_of(client, second)
    assert "The very same file was loaded before" in page
    assert "Everything in this file is on record already." in page


def test_what_a_file_holds_is_shown_and_never_run(client, operations, jobs):
    imported = check(client, jobs, HOSTILE, name="<script>alert(1)</script>.csv")
    page = page_of(client, imported)
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page or "script&gt;.csv" in page
    assert "is none of: clerk" in page
    assert "1 row would be refused" in page
    answer = client.get(reverse("imports:refused", args=[imported.uuid]))
    (row,) = csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig")))
    assert row["name"] == "'=cmd|' /C calc'!A0"
    assert row["number"] == "<b>E1</b>"
    answer = client.get(reverse("imports:refused_workbook", args=[imported.uuid]))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active
    assert [cell.value for cell in sheet[2]][1:4] == [
        "<b>E1</b>",
        "=cmd|' /C calc'!A0",
        "boss",
    ]
    assert all(cell.data_type != "f" for cell in sheet[2])


def test_refused_rows_can_be_mended_and_sent_back_as_they_are(client, operations, jobs):
    imported = check(client, jobs, b"number,name,post\nE1,-Li,boss\n")
    content = client.get(reverse("imports:refused", args=[imported.uuid])).getvalue()
    assert b",'-Li," in content
    mended = check(client, jobs, content.replace(b",boss,", b",clerk,"))
    assert (mended.rejected, mended.created) == (0, 1)
    with jobs():
        client.post(reverse("imports:confirm", args=[mended.uuid]))
    assert Employee.objects.get().name == "-Li"


def test_faults_are_paged_and_narrowed(client, operations, jobs):
    rows = "".join(f"E{n},,clerk\n" for n in range(60)) + "E99,Li,boss\n"
    imported = check(client, jobs, ("number,name,post\n" + rows).encode())
    page = page_of(client, imported)
    assert page.count("<code>name</code>") == 50
    assert "60 × <strong>name</strong>" in page
    assert page_of(client, imported, page=2).count("<code>name</code>") == 10
    narrowed = page_of(client, imported, column="post")
    assert narrowed.count("<code>post</code>") == 1
    assert "<code>name</code>" not in narrowed
    here = reverse("imports:import", args=[imported.uuid])
    fragment = client.get(here, {"column": "post"}, headers={"HX-Request": "true"})
    assert fragment.content.decode().lstrip().startswith("<section")


@pytest.mark.parametrize("faults", [1, 20])
def test_the_report_costs_the_same_for_one_fault_and_twenty(
    client, operations, jobs, faults, django_assert_num_queries
):
    rows = "".join(f"E{n},,clerk\n" for n in range(faults))
    imported = check(client, jobs, ("number,name,post\n" + rows).encode())
    with django_assert_num_queries(8):
        page_of(client, imported)


@pytest.mark.parametrize("imports", [1, 20])
def test_the_history_costs_the_same_for_one_import_and_twenty(
    client, operations, imports, django_assert_num_queries
):
    for _ in range(imports):
        send(client, GOOD)
    with django_assert_num_queries(4):
        page = client.get(reverse("imports:list")).content.decode()
    assert page.count("columns to be confirmed") == imports


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "The file is an image."),
        (b"%PDF-1.7", "The file is a PDF."),
        (b"", "The submitted file is empty."),
        (b"<html></html>", "The file is a web page or XML"),
        ("a,b\n".encode("utf-16"), "The file is UTF-16 text."),
        (b",".join([b"c"] * 10_000), "Row 1 has 10000 columns"),
    ],
)
def test_a_file_that_is_no_table_is_refused_at_once(client, operations, content, said):
    answer = send(client, content)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert Import.objects.count() == 0


def test_a_body_that_is_too_large_is_refused_before_it_is_read(
    client, operations, settings, monkeypatch
):
    settings.IMPORT_MOST_BYTES = 1024
    from django.core.handlers.wsgi import WSGIRequest

    def unread(self):
        raise AssertionError("the body was read")

    monkeypatch.setattr(WSGIRequest, "_load_post_and_files", unread)
    answer = send(client, b"number\n" * 400_000)
    assert answer.status_code == 413
    assert "The file is larger than 0 MB." in answer.content.decode()


def test_every_form_needs_its_token(operations, jobs):
    client = Client(enforce_csrf_checks=True)
    client.force_login(operations)
    assert send(client, GOOD).status_code == 403
    assert Import.objects.count() == 0
    open_client = Client()
    open_client.force_login(operations)
    imported = check(open_client, jobs)
    for name in ("check", "confirm", "cancel", "again"):
        address = reverse(f"imports:{name}", args=[imported.uuid])
        assert client.post(address).status_code == 403
    imported.refresh_from_db()
    assert (imported.state, imported.attempt) == ("checked", 1)


def test_templates_hold_the_headings_and_explain_them(client, operations):
    answer = client.get(reverse("imports:template", args=["outlets"]))
    assert answer.getvalue().decode("utf-8-sig").startswith("code,name,region_code,")
    answer = client.get(reverse("imports:template_workbook", args=["outlets"]))
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    assert [cell.value for cell in book.worksheets[0][1]][:3] == [
        "code",
        "name",
        "region_code",
    ]
    assert [cell.value for cell in book.worksheets[1][2]] == [
        "code",
        "Code, unique and never reused",
        "yes",
        "yes",
    ]
    imported = send(client, b"code,name,region_code\n", kind="outlets")
    assert imported.status_code == 302


def test_an_administrator_sees_the_registry_kinds_and_her_own_imports(
    client, operations, jobs
):
    foreign = check(client, jobs)
    client.force_login(granted_user("administrator"))
    page = client.get(reverse("imports:new")).content.decode()
    assert "Employees" in page
    assert "Complaints" not in page
    assert client.get(reverse("imports:kind", args=["complaints"])).status_code == 403
    assert client.get(reverse("imports:kind", args=["nonsense"])).status_code == 404
    assert "staff.csv" not in client.get(reverse("imports:list")).content.decode()
    for name in ("import", "refused"):
        address = reverse(f"imports:{name}", args=[foreign.uuid])
        assert client.get(address).status_code == 404


def test_a_colleague_reads_the_report_and_has_no_buttons(client, operations, jobs):
    imported = check(client, jobs)
    client.force_login(granted_user("operations"))
    page = page_of(client, imported)
    assert "Every row can be loaded" in page
    assert reverse("imports:confirm", args=[imported.uuid]) not in page
    confirm = reverse("imports:confirm", args=[imported.uuid])
    assert client.post(confirm).status_code == 403
    assert Employee.objects.count() == 0


def test_progress_is_a_fragment_that_asks_again_until_it_is_over(
    client, operations, jobs
):
    imported = check(client, jobs)
    Import.objects.filter(pk=imported.pk).update(state="checking", read=4000)
    here = reverse("imports:import", args=[imported.uuid])
    headers = {"HX-Request": "true", "HX-Target": "progress"}
    page = client.get(here, headers=headers).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert "4,000 rows read" in page
    Import.objects.filter(pk=imported.pk).update(state="checked")
    assert client.get(here, headers=headers).headers["HX-Redirect"] == here


def test_an_interrupted_import_says_so_and_begins_again(client, operations, jobs):
    imported = check(client, jobs)
    Import.objects.filter(pk=imported.pk).update(state="interrupted", message="Gone.")
    assert "The work was interrupted" in page_of(client, imported)
    with jobs():
        client.post(reverse("imports:again", args=[imported.uuid]))
    imported.refresh_from_db()
    assert imported.state == "checked"


def test_long_texts_are_cut_to_their_columns():
    fault = ImportFault.cut(
        row=1, column="c" * 500, value="v\x00" * 500, reason="r" * 900
    )
    assert (len(fault.column), len(fault.value), len(fault.reason)) == (120, 80, 500)
    assert "\x00" not in fault.value
