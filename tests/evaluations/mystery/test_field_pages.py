"""The pages of the field and of the agency's desk: what is there, and for whom."""

import json
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from evaluations.mystery.models import Report, Sending, VisitEvidence
from evaluations.mystery.services.evidence import read_evidence
from evaluations.mystery.services.handing_over import hand_over
from evaluations.mystery.services.reviewing import return_report
from evaluations.mystery.services.submitting import deliver
from evaluations.today.cards import cards_for
from evaluations.today.navigation import links_for
from tests.evaluations.mystery.factories import ShopperFactory
from tests.evaluations.mystery.field import ANSWERS, Clock, Field, filled, picture
from tests.staffing.people.factories import UserFactory, granted_user, staff_user

pytestmark = pytest.mark.django_db
VALUES = {
    "visited_on": "2026-10-12",
    "arrived_at": "10:05",
    "left_at": "10:40",
    "badge": "10023",
    "comment": "Clean",
    **{f"answer-{code}": answer for code, answer in ANSWERS.items()},
}
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(40)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def field(clock):
    return Field()


def address(name, report, *more):
    return reverse(f"mystery:{name}", args=[report.uuid, *more])


def test_a_shopper_finds_her_visits_by_what_is_to_do(client, field):
    field.begin()
    returned, sent, to_do = (field.another_report() for _n in range(3))
    client.force_login(field.shopper.user)
    for report in (returned, sent):
        client.post(address("field_begin", report))
        client.post(address("field_report", report), VALUES)
    return_report(report=returned.uuid, words="Which counter?", by=field.reviewer)
    cancelled = field.another_report(state="cancelled")
    others = field.another_report(shopper=ShopperFactory(agency=field.agency))
    answer = client.get(reverse("mystery:field"))
    errands = answer.context["errands"]
    assert [one.report for one in errands.begun] == [field.report]
    assert [(one.report, one.words) for one in errands.returned] == [
        (returned, "Which counter?")
    ]
    assert [one.report for one in errands.to_do] == [to_do]
    assert [one.report for one in errands.sent] == [sent]
    page = answer.content.decode()
    assert "<title>Notes</title>" in page
    for hidden in (cancelled, others):
        assert hidden.outlet.name not in page
    assert answer.headers["X-Field-Person"] == str(field.shopper.user.uuid)


def test_without_a_script_a_report_is_sent_as_a_form(client, field):
    field.ask_for_receipt()
    client.force_login(field.shopper.user)
    client.post(address("field_begin", field.report))
    page = address("field_report", field.report)
    lacking = client.post(page, {**VALUES, "answer-HELLO": "", "delivery": uuid4()})
    text = lacking.content.decode()
    assert lacking.context["sheet"].errors.keys() == {"HELLO", "BILL"}
    assert "Were you greeted?: Answer this question" in text
    assert 'value="10023"' in text  # what was typed is still there
    bill = SimpleUploadedFile("bill.jpg", picture(), "image/jpeg")
    done = client.post(page, {**VALUES, "file-BILL": bill, "delivery": uuid4()})
    assert done.headers["Location"] == reverse("mystery:field")
    report = Report.objects.get()
    assert (report.state, report.points, report.out_of) == ("submitted", 700, 1400)
    file = VisitEvidence.objects.get()
    assert (file.kind, file.media_type, file.question.code) == (
        "receipt",
        "image/jpeg",
        "BILL",
    )
    assert "Your agency has it" in client.get(page).content.decode()


def send(client, report, delivery, values=VALUES, evidence=()):
    body = {
        "delivery": str(delivery),
        "values": dict(values),
        "evidence": [str(one) for one in evidence],
    }
    answer = client.post(
        address("field_send", report), json.dumps(body), "application/json"
    )
    is_json = "json" in answer.headers["Content-Type"]
    return answer.status_code, answer.json() if is_json else None


def test_a_phone_sends_files_in_pieces_and_then_the_report_once(client, field):
    field.begin()
    client.force_login(field.shopper.user)
    file, delivery, content = uuid4(), uuid4(), picture()
    missing = send(client, field.report, delivery, evidence=[file])
    assert (missing[0], missing[1]["missing"]) == (409, [str(file)])
    url = address("field_evidence", field.report, file)
    assert client.head(url).headers["Upload-Offset"] == "0"

    def piece(start, end):
        return client.post(
            url,
            content[start:end],
            "application/octet-stream",
            headers={
                "Upload-Length": str(len(content)),
                "Upload-Offset": str(start),
                "Evidence-Question": "HELLO",
            },
        )

    assert piece(0, 300).headers["Upload-Offset"] == "300"
    gap = piece(400, 500)
    assert (gap.status_code, gap.headers["Upload-Offset"]) == (409, "300")
    assert piece(200, 500).headers["Upload-Offset"] == "500"
    assert piece(500, len(content)).headers["Evidence-Complete"] == "1"
    assert client.head(url).headers["Evidence-Complete"] == "1"
    assert send(client, field.report, delivery, evidence=[file]) == (
        200,
        {"result": "taken", "words": "Sent."},
    )
    again = send(client, field.report, delivery, evidence=[file])
    assert again[1]["result"] == "taken"
    other = send(client, field.report, delivery, VALUES | {"badge": "7"}, [file])
    assert other[1]["result"] == "held"
    client.force_login(field.reviewer)
    held = client.get(address("review", field.report)).context["review"].held
    assert ("Badge number", "7") in held[0].lines
    assert held[0].why == "the same delivery came with another content"
    Sending.objects.held().update(content="")  # as an erasure does, and the years
    held = client.get(address("review", field.report)).context["review"].held
    assert held[0].lines == []
    report = Report.objects.get()
    assert (report.badge, report.points) == ("10023", 700)
    assert [str(one) for one in report.evidence.values_list("uuid", flat=True)] == [
        str(file)
    ]


def test_a_phone_is_told_what_is_missing_where(client, field):
    field.begin()
    client.force_login(field.shopper.user)
    status, said = send(client, field.report, uuid4(), VALUES | {"answer-SMILE": "7"})
    assert (status, said["lacks"]) == (
        422,
        [{"where": "SMILE", "words": "Give a mark from 0 to 5."}],
    )
    for body in (b"", b"[]", b'{"values": 1}', b'{"values": {}, "evidence": [1]}'):
        answer = client.post(
            address("field_send", field.report), body, "application/json"
        )
        assert answer.status_code == 400
    assert Report.objects.get().state == "new"


def with_position():
    """Return a photo in which the camera wrote where it was taken."""
    image = Image.new("RGB", (40, 30), "navy")
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    made = BytesIO()
    image.save(made, "JPEG", exif=exif)
    return made.getvalue()


def test_evidence_says_nothing_of_where_it_was_made():
    kind, media_type, kept = read_evidence(with_position(), "")
    assert (kind, media_type) == ("photo", "image/jpeg")
    assert not Image.open(BytesIO(kept)).getexif()
    box = (8 + 20).to_bytes(4, "big") + b"\xa9xyz" + b"+31.2304+121.4737/  "
    sound = b"\x00\x00\x00\x18ftypM4A " + bytes(12) + box + b"rest"
    kind, media_type, kept = read_evidence(sound, "audio")
    assert (kind, media_type, len(kept)) == ("audio", "audio/mp4", len(sound))
    assert b"31.2304" not in kept
    assert kept.endswith(b"rest")


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"<svg onload=alert(1)>", ""),
        (b"MZ\x90\x00", ""),
        (b"%PDF-1.7", "photo"),
        (WAV, "photo"),
        (b"\xff\xd8\xff broken", ""),
        (picture(), "audio"),
    ],
)
def test_what_is_no_evidence_is_refused(client, field, content, wanted):
    if wanted:
        field.ask_for_receipt()
        field.version.questions.filter(code="BILL").update(evidence=wanted)
    field.begin()
    client.force_login(field.shopper.user)
    url = address("field_evidence", field.report, uuid4())
    answer = client.post(
        url,
        content,
        "application/octet-stream",
        headers={
            "Upload-Length": str(len(content)),
            "Upload-Offset": "0",
            "Evidence-Question": "BILL" if wanted else "",
        },
    )
    assert answer.status_code == 422
    assert answer.json()["code"] == "visit_evidence_unknown"
    assert not VisitEvidence.objects.exists()
    assert client.head(url).headers["Upload-Offset"] == "0"


def test_a_recording_is_heard_in_parts(client, field):
    field.begin()
    file = field.bring("", WAV)
    client.force_login(field.reviewer)
    url = reverse("mystery:evidence", args=[file.uuid])
    whole = client.get(url)
    assert (whole.headers["Content-Type"], b"".join(whole.streaming_content)) == (
        "audio/wav",
        WAV,
    )
    part = client.get(url, headers={"Range": "bytes=8-11"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"WAVE")
    assert part.headers["Content-Range"] == f"bytes 8-11/{len(WAV)}"
    whole = client.get(url, headers={"Range": "bytes=5-2"})
    assert (whole.status_code, b"".join(whole.streaming_content)) == (200, WAV)
    beyond = client.get(url, headers={"Range": f"bytes={len(WAV)}-"})
    assert beyond.status_code == 416


def test_nobody_else_sees_anything_of_a_report(client, field):
    field.begin()
    file = field.bring("")
    another = ShopperFactory(agency=field.agency, user=UserFactory())
    outlet = field.report.outlet
    strangers = [
        another.user,
        UserFactory(),
        field.another_agency(),
        staff_user("clerk", outlet),
        staff_user("store_manager", outlet),
        staff_user("supervisor", outlet),
        granted_user("hr"),
        granted_user("administrator"),
    ]
    pages = [
        address("field_report", field.report),
        address("review", field.report),
        address("enter_report", field.report),
        reverse("mystery:evidence", args=[file.uuid]),
    ]
    for user in strangers:
        client.force_login(user)
        assert [client.get(page).status_code for page in pages] == [404] * 4
        assert send(client, field.report, uuid4())[0] == 404
        begun = client.post(address("field_begin", field.report))
        assert begun.status_code == 404
    # The region hears a recording and sees a photo once the visit is there to check.
    client.force_login(granted_user("regional_supervisor", region=outlet.region))
    assert [client.get(page).status_code for page in pages] == [404] * 4


def test_the_field_is_for_shoppers_only(client, field):
    for user, status in (
        (field.shopper.user, 200),
        (UserFactory(), 404),
        (field.reviewer, 404),
        (granted_user("operations"), 404),
    ):
        client.force_login(user)
        assert client.get(reverse("mystery:field")).status_code == status
        entries = [str(one.label) for one in links_for(user, "/")]
        assert ("My visits" in entries) is (status == 200)
    field.agency.active = False
    field.agency.save()
    client.force_login(field.shopper.user)
    for page in (reverse("mystery:field"), address("field_report", field.report)):
        assert client.get(page).status_code == 404


def test_the_agency_reviews_on_its_page(client, field):
    field.begin()
    field.bring("HELLO")
    deliver(
        report=field.report.uuid,
        delivery=uuid4(),
        filled=filled(),
        by=field.shopper.user,
    )
    client.force_login(field.reviewer)
    listed = client.get(reverse("mystery:reviews"))
    assert [report for report, _name in listed.context["waiting"]] == [field.report]
    page = client.get(address("review", field.report))
    review = page.context["review"]
    assert [
        (one.title, one.points, one.out_of, len(one.answers)) for one in review.sections
    ] == [("being served", 5, 7, 2), ("speed", 2, 4, 1), ("the answers", 0, 3, 2)]
    assert (review.points, review.out_of, review.shopper) == (7, 14, "Lin Wei")
    assert [(one.what, one.who) for one in review.steps] == [
        ("begun", "shopper"),
        ("submitted", "shopper"),
    ]
    bare = client.post(address("review", field.report), {"do": "return", "words": ""})
    assert bare.context["form"].errors
    client.post(address("review", field.report), {"do": "approve"})
    report = Report.objects.get()
    assert (report.state, report.visit.points) == ("reviewed", 700)
    # Once it is passed on nobody of the agency does anything with it.
    again = client.post(address("review", field.report), {"do": "approve"}, follow=True)
    assert "reviewed" in again.content.decode()
    assert Report.objects.get().events.filter(what="approve").count() == 1


def test_the_office_reads_a_report_by_code(client, field):
    field.begin()
    for role in ("operations", "auditor"):
        client.force_login(granted_user(role))
        page = client.get(address("review", field.report))
        assert (page.status_code, page.context["review"].shopper) == (200, "FIELD-1")
        assert "Lin Wei" not in page.content.decode()
        assert client.get(reverse("mystery:reviews")).status_code == 403


def test_the_agency_enters_a_report_on_its_page(client, field):
    row = field.another_report(shopper=ShopperFactory(agency=field.agency))
    client.force_login(field.reviewer)
    page = address("enter_report", row)
    assert client.get(page).status_code == 200
    assert Report.objects.get(pk=row.pk).version is None
    client.post(page, {**VALUES, "delivery": uuid4()})
    row.refresh_from_db()
    assert (row.state, row.points, row.out_of) == ("submitted", 700, 1400)


def test_the_home_page_says_what_waits(field):
    field.begin()
    (shoppers,) = cards_for(field.shopper.user)
    assert (shoppers.title, shoppers.says) == ("My visits", "1 visit to do")
    assert [card.title for card in cards_for(field.reviewer)] == ["Mystery visits"]
    deliver(
        report=field.report.uuid,
        delivery=uuid4(),
        filled=filled(),
        by=field.shopper.user,
    )
    assert [card.title for card in cards_for(field.reviewer)] == [
        "Reports to review",
        "Mystery visits",
    ]
    assert list(cards_for(UserFactory())) == []


@pytest.mark.parametrize("many", [1, 9])
def test_pages_ask_as_much_for_many(client, field, many, django_assert_num_queries):
    unaided = ShopperFactory(agency=field.agency)
    for _one in range(many):
        field.another_report()
        field.another_report(shopper=unaided)
        field.another_report(done=True, version=field.version)
    field.begin()
    for name, user, queries in (
        ("field", field.shopper.user, FIELD_QUERIES),
        ("reviews", field.reviewer, REVIEWS_QUERIES),
    ):
        client.force_login(user)
        client.get(reverse(f"mystery:{name}"))
        with django_assert_num_queries(queries):
            client.get(reverse(f"mystery:{name}"))
    client.force_login(field.shopper.user)
    with django_assert_num_queries(SHEET_QUERIES):
        client.get(address("field_report", field.report))


FIELD_QUERIES, REVIEWS_QUERIES, SHEET_QUERIES = 6, 5, 8


def test_the_next_shopper_does_not_read_what_the_former_was_told(client, field):
    told = "You drank there, Lin Wei?"
    field.begin()
    send(client_of(field.shopper.user), field.report, uuid4())
    return_report(report=field.report.uuid, words=told, by=field.reviewer)
    field.wave.agencies.add(field.agency)
    another = ShopperFactory(agency=field.agency, user=UserFactory())
    hand_over(number=field.report.number, shopper=another, why="Ill", by=field.reviewer)
    client.force_login(another.user)
    errands = client.get(reverse("mystery:field")).context["errands"]
    assert (errands.returned, len(errands.to_do)) == ([], 1)
    client.post(address("field_begin", field.report))
    assert told not in client.get(address("field_report", field.report)).text
    # Who gave it back goes on reading why.
    client.force_login(field.reviewer)
    assert told in client.get(address("review", field.report)).text


def test_another_agency_reads_nothing_of_what_the_former_one_said(client, field):
    field.begin()
    first = uuid4()
    send(client_of(field.shopper.user), field.report, first)
    send(client_of(field.shopper.user), field.report, first, VALUES | {"badge": "7"})
    return_report(report=field.report.uuid, words="You drank?", by=field.reviewer)
    there, office = field.another_agency(), granted_user("operations")
    field.wave.agencies.add(*there.sight.agency_ids)
    another = ShopperFactory(agency_id=next(iter(there.sight.agency_ids)))
    hand_over(number=field.report.number, shopper=another, why="Stopped", by=office)
    send(client_of(field.shopper.user), field.report, uuid4())
    for reader, said, held in ((there, "", 0), (office, "You drank?", 2)):
        client.force_login(reader)
        review = client.get(address("review", field.report)).context["review"]
        told = {one.what: one.words for one in review.steps}
        assert told["returned to the shopper"] == said
        assert told["given to another shopper"] == "Stopped"
        assert len(review.held) == held


def client_of(user):
    client = Client()
    client.force_login(user)
    return client
