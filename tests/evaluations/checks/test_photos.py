"""Photos in pieces, through the pages' own addresses."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from evaluations.checks.models import CheckPhoto
from evaluations.checks.services.photos import Piece, take_piece
from tests.evaluations.checks.factories import another_lead, make_floor, tap
from tests.evaluations.checks.queue import queued, send, ticket_of
from tests.evaluations.checks.test_pictures import scene, written
from tests.outlets.places.factories import OutletFactory
from tests.staffing.people.factories import UserFactory, staff_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }


@pytest.fixture
def floor():
    return make_floor(people=1)


class Upload:
    """One photo on its way from the tablet of a floor."""

    def __init__(self, client, floor, content, check=None, **headers):
        self.client, self.content, self.uuid = client, content, uuid4()
        self.check = check or uuid4()
        self.headers = {
            "Upload-Length": str(len(content)),
            "Photo-Check": str(self.check),
            "Photo-Item": "G03",
            "Photo-Ticket": ticket_of(floor),
        } | headers

    @property
    def path(self):
        return f"/checks/photos/{self.uuid}/"

    def post(self, first, last, **headers):
        return self.client.post(
            self.path,
            self.content[first:last],
            content_type="application/octet-stream",
            headers=self.headers | {"Upload-Offset": str(first)} | headers,
        )

    @property
    def offset(self):
        return self.client.head(self.path).headers["Upload-Offset"]


def files(tmp_path):
    return sorted(
        p.relative_to(tmp_path).parts[1] for p in tmp_path.rglob("*") if p.is_file()
    )


def test_a_photo_in_pieces_is_whole_with_the_last(
    client, floor, tmp_path, django_capture_on_commit_callbacks
):
    client.force_login(floor.manager)
    sent = Upload(client, floor, written(scene()))
    size = len(sent.content)
    assert sent.offset == "0"
    first = sent.post(0, 3000)
    assert (first.status_code, first.json()) == (
        200,
        {"offset": 3000, "complete": False},
    )
    assert sent.offset == "3000"
    assert files(tmp_path) == ["pieces"]
    with django_capture_on_commit_callbacks(execute=True):
        last = sent.post(3000, size)
    assert last.json() == {"offset": size, "complete": True}
    assert client.head(sent.path).headers["Photo-Complete"] == "1"
    photo = CheckPhoto.objects.get()
    assert (photo.check_uuid, photo.item) == (sent.check, "G03")
    assert (photo.width, photo.height, photo.author) == (640, 480, floor.manager)
    assert files(tmp_path) == ["photos"]


def test_pieces_that_come_again_or_overlap_change_nothing(client, floor):
    client.force_login(floor.manager)
    sent = Upload(client, floor, written(scene()))
    size = len(sent.content)
    sent.post(0, 3000)
    assert sent.post(0, 3000).json()["offset"] == 3000
    assert sent.post(1000, 4000).json()["offset"] == 4000
    assert sent.post(4000, size).json()["complete"] is True
    assert sent.post(0, 3000).json() == {"offset": size, "complete": True}
    assert CheckPhoto.objects.get().width == 640


def test_a_gap_is_answered_with_where_to_go_on(client, floor):
    client.force_login(floor.manager)
    sent = Upload(client, floor, written(scene()))
    sent.post(0, 1000)
    ahead = sent.post(2000, 3000)
    assert (ahead.status_code, ahead.json()["code"]) == (409, "piece_out_of_place")
    assert ahead.headers["Upload-Offset"] == "1000"
    assert CheckPhoto.objects.get().received == 1000


def test_a_last_step_that_broke_off_is_taken_up_again(client, floor, monkeypatch):
    client.force_login(floor.manager)
    sent = Upload(client, floor, written(scene()))
    size = len(sent.content)
    finish = "evaluations.checks.services.photos._finish"
    with monkeypatch.context() as broken:
        broken.setattr(finish, lambda photo: photo)
        assert sent.post(0, size).json() == {"offset": size, "complete": False}
    assert sent.offset == str(size - 1)
    assert sent.post(size - 1, size).json() == {"offset": size, "complete": True}
    assert sent.offset == str(size)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"no picture" * 40, "photo_no_picture"),
        (written(scene(), "GIF"), "photo_no_picture"),
        (written(scene(size=(2000, 1000))), "photo_too_many_pixels"),
    ],
    ids=["text", "gif", "pixels"],
)
def test_what_is_no_photo_is_refused_and_said_again(
    client, floor, settings, content, code
):
    settings.CHECKS_PHOTO_MOST_PIXELS = 1_000_000
    client.force_login(floor.manager)
    sent = Upload(client, floor, content)
    for _again in range(2):
        answer = sent.post(0, len(content))
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    photo = CheckPhoto.objects.get()
    assert (photo.refused, photo.complete_at) == (code, None)


def test_limits_are_said(client, floor, settings):
    client.force_login(floor.manager)
    settings.CHECKS_PHOTO_MOST_BYTES = 1024**2
    large = Upload(client, floor, b"x", **{"Upload-Length": str(1024**2 + 1)}).post(
        0, 1
    )
    assert (large.status_code, large.json()["code"]) == (413, "photo_too_large")
    assert large.json()["detail"].startswith("A photo may have at most 1 MB.")
    settings.CHECKS_PHOTO_MOST_BYTES = 8 * 1024**2
    piece = Upload(client, floor, bytes(2 * 1024**2 + 1)).post(0, None)
    assert (piece.status_code, piece.json()["code"]) == (413, "too_large")
    settings.CHECKS_PHOTOS_PER_CHECK = 1
    check, content = uuid4(), written(scene())
    assert Upload(client, floor, content, check).post(0, 100).status_code == 200
    more = Upload(client, floor, content, check).post(0, 100)
    assert (more.status_code, more.json()["code"]) == (422, "too_many_photos")


def test_a_photo_stays_with_the_check_it_came_for(client, floor):
    client.force_login(floor.manager)
    sent = Upload(client, floor, written(scene()))
    sent.post(0, 1000)
    other = sent.post(1000, 2000, **{"Photo-Check": str(uuid4())})
    assert (other.status_code, other.json()["code"]) == (409, "photo_elsewhere")
    longer = sent.post(1000, 2000, **{"Upload-Length": "99999"})
    assert longer.json()["code"] == "photo_elsewhere"


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Upload-Length", "many"),
        ("Upload-Offset", "-1"),
        ("Photo-Check", "none"),
        ("Photo-Item", "G" * 61),
    ],
)
def test_a_header_that_cannot_be_read_is_named(client, floor, header, value):
    client.force_login(floor.manager)
    answer = Upload(client, floor, b"abc").post(0, 3, **{header: value})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert header in answer.json()["detail"]
    assert not CheckPhoto.objects.exists()


def test_it_may_come_before_or_after_its_check_and_is_announced_by_it(client, floor):
    client.force_login(floor.manager)
    record = queued(floor, floor.people[0], failed=["G03"])
    before = Upload(client, floor, written(scene()), record["uuid"])
    before.post(0, None)
    after = Upload(client, floor, written(scene(2)), record["uuid"])
    record["photos"] = [str(before.uuid), str(after.uuid)]
    assert client.get(before.path).status_code == 404
    assert send(record) == [("accepted", None)]
    assert client.get(before.path).headers["Content-Type"] == "image/jpeg"
    assert list(CheckPhoto.objects.values_list("length", flat=True)) == [
        len(before.content),
        None,
    ]
    after.post(0, None)
    assert client.get(after.path).status_code == 200


def test_it_is_shown_to_who_may_see_the_check(client, floor):
    client.force_login(floor.manager)
    check = tap(floor, floor.people[0])
    sent = Upload(client, floor, written(scene()), check.uuid)
    sent.post(0, None)
    seen = {
        "the judged": UserFactory(employee=floor.people[0]),
        "another lead": another_lead(floor),
        "a stranger": staff_user("store_manager", OutletFactory(), number="X-1"),
    }
    answers = {}
    for name, user in seen.items():
        client.force_login(user)
        answers[name] = client.get(sent.path).status_code
    assert answers == {"the judged": 200, "another lead": 200, "a stranger": 404}
    client.logout()
    assert client.get(sent.path).headers["Location"].startswith("/accounts/sign-in/")


def test_without_a_carrier_nothing_is_taken(client, floor):
    sent = Upload(client, floor, written(scene()))
    answer = sent.post(0, None)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert client.head(sent.path).status_code == 401
    assert not CheckPhoto.objects.exists()


def test_a_wrong_clock_is_taken_off_when_it_was_taken(client, floor):
    client.force_login(floor.manager)
    now = timezone.now()
    hour = timedelta(hours=1)
    sent = Upload(
        client,
        floor,
        written(scene()),
        **{
            "Photo-Taken-At": (now + hour - timedelta(minutes=9)).isoformat(),
            "Photo-Sent-At": (now + hour).isoformat(),
        },
    )
    sent.post(0, None)
    off = CheckPhoto.objects.get().taken_at - (now - timedelta(minutes=9))
    assert abs(off) < timedelta(minutes=1)


def test_a_file_that_is_gone_is_not_found(client, floor):
    client.force_login(floor.manager)
    check = tap(floor, floor.people[0])
    sent = Upload(client, floor, written(scene()), check.uuid)
    sent.post(0, None)
    storages["private"].delete(CheckPhoto.objects.get().file)
    assert client.get(sent.path).status_code == 404


def test_the_author_adds_a_photo_on_the_page_of_the_check(client, floor):
    from django.core.files.uploadedfile import SimpleUploadedFile

    check = tap(floor, floor.people[0], marks={"G03": "failed"})
    path = f"/checks/{check.uuid}/photos/"
    client.force_login(UserFactory(employee=floor.people[0]))

    def file(content):
        return {"photo": SimpleUploadedFile("a.jpg", content), "item": "G03"}

    client.post(path, file(written(scene())))
    client.force_login(another_lead(floor))
    assert client.post(path, file(written(scene()))).status_code == 403
    assert not CheckPhoto.objects.exists()
    client.force_login(floor.manager)
    answer = client.post(path, file(b"no photo"), follow=True)
    assert "only JPEG, PNG and WebP are kept" in answer.content.decode()
    answer = client.post(path, file(written(scene())), follow=True)
    assert "The photo is kept with this check." in answer.content.decode()
    assert CheckPhoto.objects.get().item == "G03"


def test_a_piece_without_a_ticket_proves_nobody(floor):
    content = written(scene())
    piece = Piece(
        photo=uuid4(),
        check=uuid4(),
        item="",
        length=len(content),
        offset=0,
        content=content,
        taken_at=None,
        ticket="forged",
        device=None,
    )
    assert take_piece(piece).author is None
