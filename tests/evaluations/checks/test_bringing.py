"""A queue that a person carries here as a file."""

import json
from base64 import b64encode
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from evaluations.checks.models import Check, CheckPhoto, HeldCheck
from tests.evaluations.checks.factories import make_floor
from tests.staffing.people.factories import UserFactory, granted_user

pytestmark = pytest.mark.django_db
PAGE = "/checks/queue/file/"


@pytest.fixture
def floor():
    return make_floor(people=2)


def picture() -> str:
    file = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, "JPEG")
    return b64encode(file.getvalue()).decode()


def queue(client, floor, **given):
    """Return a queue of one failed check with a photo, as its manager tapped it."""
    client.force_login(floor.manager)
    ticket = client.get("/checks/").context["ticket"]
    now = timezone.now().isoformat()
    check = {
        "uuid": str(uuid4()),
        "action": "record",
        "ticket": ticket,
        "outlet_code": floor.outlet.code,
        "employee_number": floor.people[0].number,
        "date": f"{floor.today:%F}",
        "slot": "opening",
        "standard": "GROOMING",
        "version": 1,
        "failed": ["G03"],
        "observed_at": now,
        "seconds": 4,
    } | given
    photo = {
        "uuid": str(uuid4()),
        "check": check["uuid"],
        "item": "G03",
        "ticket": ticket,
        "taken_at": now,
        "data": picture(),
    }
    return {"kind": "starhall-queue", "checks": [check], "photos": [photo]}


def bring(client, content):
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return client.post(PAGE, {"file": SimpleUploadedFile("queue.json", data)})


def test_an_administrator_brings_what_the_manager_tapped(client, floor):
    content = queue(client, floor)
    client.force_login(granted_user("administrator"))
    for _twice in range(2):
        page = bring(client, content)
        assert page.context["brought"].counts == [("accepted", 1)]
        assert page.context["brought"].photos == 1
    check = Check.objects.get()
    assert (check.by, check.employee) == (floor.manager, floor.people[0])
    assert check.clock_ahead_seconds is None
    photo = CheckPhoto.objects.get()
    assert (photo.check_uuid, photo.item) == (check.uuid, "G03")
    assert photo.complete_at is not None


def test_what_cannot_be_accepted_waits_for_a_person(client, floor):
    content = queue(client, floor, ticket="forged")
    page = bring(client, content)
    assert page.context["brought"].counts == [("waits for a decision", 1)]
    assert not Check.objects.exists()
    assert HeldCheck.objects.get().reason == "ticket_missing"


def test_a_photo_that_is_none_is_said_and_the_rest_is_kept(client, floor):
    content = queue(client, floor)
    content["photos"][0]["data"] = b64encode(b"no picture").decode()
    content["photos"].append({"uuid": "?"})
    page = bring(client, content)
    assert page.context["brought"].counts == [("accepted", 1)]
    assert page.context["brought"].photos == 0
    assert len(page.context["brought"].refused) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no json",
        b"[]",
        b'{"kind": "other", "checks": []}',
        b'{"kind": "starhall-queue"}',
        b'{"kind": "starhall-queue", "checks": [1]}',
        b"[" * 100_000,
    ],
)
def test_another_file_is_refused_with_a_word(client, floor, content):
    client.force_login(floor.manager)
    page = bring(client, content)
    assert page.status_code == 200
    assert page.context["brought"] is None
    assert page.context["form"].errors["file"]
    assert not Check.objects.exists()


def test_a_clerk_brings_nothing(client, floor):
    client.force_login(UserFactory(employee=floor.people[0]))
    assert client.get(PAGE).status_code == 403
