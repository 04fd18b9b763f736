"""Agencies' spreadsheets: all of a file or nothing, with a reason for each bad row."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from evaluations.mystery.models import Report
from evaluations.mystery.services.handing_over import hand_over
from evaluations.mystery.services.reviewing import return_report
from tests.evaluations.mystery.factories import ReportFactory, ShopperFactory
from tests.evaluations.mystery.field import Clock, Field
from tests.staffing.people.factories import UserFactory, granted_user, staff_user

pytestmark = pytest.mark.django_db
HEADING = (
    "report_number,question,answer,note,visited_on,arrived_at,left_at,badge,"
    "described,comment"
)
GOOD = """\
{n},HELLO,yes,At the door,2026-10-12,10:05,10:40,10023,,Clean
{n},SMILE,3,,,,,,,
{n},WAIT,7,,,,,,,
{n},OFFERED,no,,,,,,,
"""


@pytest.fixture
def field(monkeypatch):
    Clock(monkeypatch)
    return Field()


@pytest.fixture
def send(client, field):
    client.force_login(field.reviewer)

    def post(*rows, do="take", name="answers.csv", content=None):
        text = "\n".join([HEADING, *rows])
        file = SimpleUploadedFile(name, content or text.encode())
        answer = client.post(reverse("mystery:sheet"), {"file": file, "do": do})
        faults = [
            (one.row, one.column, one.reason)
            for one in answer.context.get("faults", ())
        ]
        return answer.context.get("done"), faults

    return post


def good(number):
    return GOOD.format(n=number).splitlines()


def test_a_file_makes_submitted_reports(send, field):
    other = field.another_report()
    done, faults = send(*good(field.report.number), *good(other.number))
    assert (done.taken, done.read, faults) == (True, 8, [])
    for report in Report.objects.all():
        assert (report.state, report.points, report.out_of) == ("submitted", 700, 1400)
        assert (report.badge, report.comment) == ("10023", "Clean")
        assert report.answers.get(question__code="HELLO").note == "At the door"


def test_to_try_a_file_keeps_nothing(send, field):
    done, faults = send(*good(field.report.number), do="check")
    assert (done.taken, done.rejected, faults) == (False, 0, [])
    assert Report.objects.get().state == "new"


def test_a_workbook_is_read_alike(send, field):
    book = Workbook()
    for line in [HEADING, *good(field.report.number)]:
        book.active.append(line.split(","))
    made = io.BytesIO()
    book.save(made)
    done, faults = send(name="answers.xlsx", content=made.getvalue())
    assert (done.taken, faults) == (True, [])
    assert Report.objects.get().points == 700


def test_every_bad_row_says_what_is_wrong_and_nothing_is_taken(send, field):
    other = field.another_report()
    elsewhere = ReportFactory(number="W-X", wave=field.wave)
    n = field.report.number
    done, faults = send(
        *good(other.number),
        f"{n},HELLO,maybe,,2026-10-12,10h,10:40,10023,,",
        f"{n},SMILE,9,,,,,,,",
        f"{n},SMILE,3,,,,,,,",
        f"{n},GHOST,yes,,,,,,,",
        f"{n},WAIT,7,,,,,10024,,",
        f"{elsewhere.number},HELLO,yes,,,,,,,",
        "W-NONE,HELLO,yes,,,,,,,",
    )
    assert faults == [
        (6, "answer", "is none of: yes, no, na"),
        (6, "arrived_at", "is not a time such as 10:05"),
        (7, "answer", "is no mark from 0 to 5, nor na"),
        (8, "question", "stands twice for this visit"),
        (9, "question", "is no question of this visit"),
        (10, "badge", "differs from row 6"),
        (11, "report_number", "is no visit of your agency"),
        (12, "report_number", "is no visit of your agency"),
    ]
    assert (done.taken, done.rejected) == (False, 7)
    assert {one.state for one in Report.objects.all()} == {"new"}


def test_what_is_missing_is_said_on_the_first_row_of_the_visit(send, field):
    n = field.report.number
    _done, faults = send(f"{n},HELLO,yes,,2026-10-13,10:05,10:40,,,")
    assert faults == [
        (2, "visited_on", "This has not come yet."),
        (2, "badge", "Give the badge number, or describe who served you."),
        (
            2,
            "question",
            "SMILE: Answer this question, or say that it does not apply.",
        ),
        (2, "question", "WAIT: Answer this question, or say that it does not apply."),
        (
            2,
            "question",
            "OFFERED: Answer this question, or say that it does not apply.",
        ),
    ]


def test_the_same_file_again_changes_nothing_another_one_is_refused(send, field):
    n = field.report.number
    send(*good(n))
    done, faults = send(*good(n))
    assert (done.counts["unchanged"], faults) == (4, [])
    changed = [good(n)[0].replace("yes", "no"), *good(n)[1:]]
    done, faults = send(*changed)
    assert done.taken is False
    assert faults == [
        (
            2,
            "report_number",
            "This has changed meanwhile: the visit is “submitted”. Reload the page.",
        )
    ]
    assert Report.objects.get().points == 700


def test_the_same_file_again_does_not_undo_a_return(send, field):
    rows = good(field.report.number)
    send(*rows)
    return_report(report=field.report.uuid, words="Greeted?", by=field.reviewer_anew())
    done, faults = send(*rows)
    assert (done.counts["unchanged"], faults) == (4, [])
    assert Report.objects.get().state == "new"
    send(rows[0].replace("yes", "no"), *rows[1:])
    assert (Report.objects.get().state, Report.objects.get().points) == (
        "submitted",
        500,
    )


def test_the_same_file_again_does_not_report_for_the_next_shopper(send, field):
    rows = good(field.report.number)
    send(*rows)
    return_report(report=field.report.uuid, words="Go there", by=field.reviewer_anew())
    field.wave.agencies.add(field.agency)
    another = ShopperFactory(agency=field.agency)
    hand_over(
        number=field.report.number, shopper=another, why="Ill", by=field.reviewer_anew()
    )
    done, faults = send(*rows)
    assert (done.counts["unchanged"], faults) == (4, [])
    assert (Report.objects.get().state, Report.objects.get().badge) == ("new", "")


def test_what_a_shopper_has_begun_on_her_phone_is_hers(send, field):
    field.begin()
    _done, faults = send(*good(field.report.number))
    assert faults == [
        (
            2,
            "report_number",
            "The shopper has begun this visit on her phone: she reports it.",
        )
    ]


def test_evidence_does_not_come_by_a_file(send, field):
    field.ask_for_receipt()
    done, faults = send(*good(field.report.number))
    assert (done.taken, faults) == (True, [])


def test_only_an_agency_sends_files(client, field):
    for user in (
        UserFactory(),
        field.shopper.user,
        staff_user("store_manager"),
        granted_user("operations"),
        granted_user("administrator"),
    ):
        client.force_login(user)
        for name in ("mystery:sheet", "mystery:sheet_template"):
            assert client.get(reverse(name)).status_code == 403


def test_the_sheet_to_fill_in_names_every_question(client, field):
    ReportFactory(wave=field.wave, shopper=ShopperFactory())
    client.force_login(field.reviewer)
    answer = client.get(reverse("mystery:sheet_template"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["report_number"], row["question"]) for row in rows] == [
        (field.report.number, code)
        for code in ("HELLO", "SMILE", "WAIT", "OFFERED", "EXPLAINED", "WORDS")
    ]
    assert rows[0]["# answers"] == "yes, no, na"
