"""What a failed item asks for, and how what is missing is healed."""

from uuid import uuid4

import pytest
from django.utils import timezone

from evaluations.checks.models import Check, CheckPhoto
from evaluations.checks.rules import Mark
from evaluations.checks.selectors.evidence import proofs_of
from evaluations.checks.services import correct_check
from tests.evaluations.checks.factories import make_floor, tap
from tests.evaluations.checks.queue import queued, send
from tests.evaluations.standards.factories import make_standard

pytestmark = pytest.mark.django_db

ITEMS = {
    "S1": {},
    "N": {"evidence": "note"},
    "P": {"evidence": "photo"},
    "E": {"evidence": "either"},
}


@pytest.fixture
def floor():
    make_standard("S", ITEMS, on_card=True)
    return make_floor(people=2)


def missing(uuid):
    check = Check.objects.with_marks().get(uuid=uuid)
    return sorted(one.item.code for one in proofs_of([check])[check.pk].missing)


def photo_of(check, item="", **fields):
    values = {"author": check.by, "complete_at": timezone.now(), "file": "a.jpg"}
    return CheckPhoto.objects.create(
        uuid=uuid4(),
        check_uuid=check.uuid,
        item=item,
        length=1,
        received=1,
        **values | fields,
    )


def fail_all(floor, **given):
    return tap(
        floor, floor.people[0], "S", marks=dict.fromkeys(ITEMS, "failed"), **given
    )


def test_a_record_without_its_evidence_is_accepted_and_says_what_is_missing(floor):
    record = queued(floor, floor.people[0], "S", failed=list(ITEMS))
    assert send(record) == [("accepted", None)]
    assert missing(record["uuid"]) == ["E", "N", "P"]


@pytest.mark.parametrize(
    ("note", "photos", "left"),
    [
        ("", [], ["E", "N", "P"]),
        ("seen", [], ["P"]),
        ("  ", [], ["E", "N", "P"]),
        ("", ["E"], ["N", "P"]),
        ("", ["P"], ["E", "N"]),
        ("", [""], ["N"]),
        ("seen", ["P"], []),
    ],
)
def test_note_and_photos_serve_what_asks_for_them(floor, note, photos, left):
    check = fail_all(floor, note=note)
    for item in photos:
        photo_of(check, item)
    assert missing(check.uuid) == left


def test_only_a_failed_item_asks(floor):
    check = tap(floor, floor.people[0], "S", marks={"P": "not_observed"})
    assert missing(check.uuid) == []


def test_a_spreadsheet_is_asked_for_nothing(floor):
    check = fail_all(floor)
    Check.objects.update(by=None)
    assert missing(check.uuid) == []


@pytest.mark.parametrize(
    "fields",
    [{"author": None}, {"complete_at": None, "file": ""}],
    ids=["nobody proved", "not whole"],
)
def test_a_photo_that_proves_nothing_heals_nothing(floor, fields):
    check = fail_all(floor, note="seen")
    photo_of(check, "P", **fields)
    assert missing(check.uuid) == ["P"]


def test_a_correction_with_a_note_heals(floor):
    check = tap(floor, floor.people[0], "S", marks={"N": "failed"})
    assert missing(check.uuid) == ["N"]
    correct_check(
        uuid=check.uuid,
        marks={"N": Mark.FAILED},
        note="Now I say it",
        by=floor.manager,
    )
    assert missing(check.uuid) == []


def test_card_and_check_say_it_until_it_is_healed(floor, client):
    check = tap(floor, floor.people[0], "S", marks={"P": "failed"})
    client.force_login(floor.manager)
    card, page = (
        f"/checks/?outlet={floor.outlet.code}&standard=S",
        f"/checks/{check.uuid}/",
    )
    assert "evidence missing" in client.get(card).content.decode()
    shown = client.get(page).content.decode()
    assert "P Item P: a photo" in shown
    assert "Keep the photo" in shown
    CheckPhoto.objects.create(uuid=uuid4(), check_uuid=check.uuid)
    assert "1 photo is still on the tablet" in client.get(page).content.decode()
    photo = photo_of(check, "P")
    assert "evidence missing" not in client.get(card).content.decode()
    shown = client.get(page).content.decode()
    assert f"/checks/photos/{photo.uuid}/" in shown
    assert "Keep the photo" not in shown
