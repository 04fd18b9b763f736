"""What the pages of red lines say, and to whom."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evaluations.complaints.models import RedLineFile
from evaluations.complaints.services import red_lines
from staffing.accounts.models import AccessRecord
from tests.staffing.people.factories import granted_user

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
URL = "/complaints/red-lines/"


@pytest.fixture
def city(regions):
    return granted_user("regional_supervisor", region=regions["city"])


@pytest.fixture
def file(clock, outlet, clerk, other, city):
    file = red_lines.report(
        outlet=outlet, prohibition="data", allegation="sold a list", by=clerk
    )
    red_lines.name(
        file=file, employee=other.employee, part="offender", by=city, note="log shows"
    )
    return file


def page(client, user, address):
    client.force_login(user)
    return client.get(address)


def test_a_clerk_reports_and_then_sees_nothing_of_it(client, clock, outlet, clerk):
    client.force_login(clerk)
    given = {
        "key": "0c5a1f4e-5d0b-4c3c-9d0e-2f6a1b9c7d11",
        "outlet": "HALL",
        "prohibition": "data",
        "allegation": "sold a list",
    }
    answer = client.post(f"{URL}report/", given, follow=True)
    (file,) = RedLineFile.objects.all()
    assert answer.redirect_chain == [(URL, 302)]
    assert "It went straight to the city" in answer.text
    assert file.file_no not in answer.text
    assert client.get(f"{URL}{file.file_no}/").status_code == 404


def test_a_report_from_elsewhere_is_refused_with_a_word(client, clock, clerk, outlet):
    client.force_login(clerk)
    given = {"outlet": "NOWHERE", "prohibition": "data", "allegation": "x"}
    key = "0c5a1f4e-5d0b-4c3c-9d0e-2f6a1b9c7d11"
    answer = client.post(f"{URL}report/", {**given, "key": key})
    assert "You cannot report anything at this outlet." in answer.text
    assert RedLineFile.objects.count() == 0


def test_the_city_reads_the_file_and_each_look_is_logged(client, file, city):
    answer = page(client, city, f"{URL}{file.file_no}/")
    assert "log shows" in answer.text
    assert "Propose a decision" in answer.text
    looks = AccessRecord.objects.filter(what=f"complaints.red_line {file.file_no}")
    assert looks.count() == 1


def test_whom_it_names_reads_what_is_said_of_her_and_no_more(
    client, file, city, other, clerk
):
    red_lines.attach(
        file=file, content=b"%PDF-1.7 secret", what="the statement", by=city
    )
    red_lines.note(file=file, by=city, note="a colleague saw it")
    text = page(client, other, f"{URL}{file.file_no}/").text
    assert "sold a list" in text
    assert "Send my answer" in text
    for hidden in ("log shows", "the statement", "a colleague saw it", "Reported by"):
        assert hidden not in text
    assert clerk.employee.name not in text
    piece = file.evidence.get()
    assert client.get(f"{URL}evidence/{piece.uuid}/").status_code == 404


def test_evidence_comes_as_a_download_for_readers(client, file, city):
    client.force_login(city)
    sent = {
        "evidence-what": "the log",
        "evidence-content": SimpleUploadedFile("a.pdf", b"%PDF-1.7 x"),
    }
    client.post(f"{URL}{file.file_no}/evidence/", sent)
    answer = client.get(f"{URL}evidence/{file.evidence.get().uuid}/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 x"


def test_a_program_as_evidence_is_refused_in_the_page(client, file, city):
    client.force_login(city)
    sent = {
        "evidence-what": "the log",
        "evidence-content": SimpleUploadedFile("a.pdf", b"MZ"),
    }
    answer = client.post(f"{URL}{file.file_no}/evidence/", sent)
    assert "Save it as one of these." in answer.text
    assert file.evidence.count() == 0


def test_a_proposal_waits_for_somebody_else(client, file, city, other):
    party = file.parties.get()
    client.force_login(city)
    act = f"{URL}{file.file_no}/{party.pk}/"
    said = {
        "finding": "breach",
        "consequence": "dismissal",
        "note": "She was asked on Monday and said nothing to it.",
        "key": "0c5a1f4e-5d0b-4c3c-9d0e-2f6a1b9c7d11",
    }
    label = f"propose-{party.pk}"
    client.post(f"{act}propose/", {f"{label}-{name}": said[name] for name in said})
    text = client.get(f"{URL}{file.file_no}/").text
    assert "Somebody else has to confirm what you proposed." in text
    assert "Confirm the decision" not in text
    boss = granted_user("operations")
    assert "Confirm the decision" in page(client, boss, f"{URL}{file.file_no}/").text
    hers = page(client, other, f"{URL}{file.file_no}/").text
    assert "dismissal" not in hers


def test_the_list_costs_the_same_for_one_file_and_for_many(
    client, file, outlet, clerk, city, django_assert_num_queries
):
    client.force_login(city)
    client.get(URL)
    with CaptureQueriesContext(connection) as one:
        client.get(URL)
    for _n in range(10):
        red_lines.report(outlet=outlet, prohibition="data", allegation="more", by=clerk)
    with django_assert_num_queries(len(one)):
        client.get(URL)
