"""Days that are over, as they look once everything has come."""

from datetime import datetime, time, timedelta
from io import BytesIO
from uuid import uuid4

from django.utils import timezone

from evaluations.checks.models import (
    Check,
    CheckPhoto,
    DrawSeed,
    PhotoDraw,
    PhotoRequest,
)
from evaluations.ledger.models import Entry
from tests.evaluations.checks.factories import tap
from tests.evaluations.checks.test_pictures import scene, written

__all__ = ["asked", "card_of_day", "everything_scored", "photo_of", "picture"]

SCENES = ("0f1e2d3c4b5a6978", "f0e1d2c3b4a59687", "3c3c5a5a9696a5a5")


def card_of_day(floor, days_ago, *, seconds=20, clock=time(10), by=None, marks=None):
    """Check everybody of a floor on an earlier day, one after the other."""
    on = floor.today - timedelta(days=days_ago)
    at = datetime.combine(on, clock, tzinfo=floor.outlet.zone)
    made = []
    for person in floor.people:
        at += timedelta(seconds=seconds)
        given = {} if by is None else {"by": by}
        check = tap(floor, person, marks=(marks or {}).get(person.pk, {}), **given)
        Check.objects.filter(pk=check.pk).update(
            on=on, observed_at=at, received_at=at, seconds=seconds
        )
        check.refresh_from_db()
        made.append(check)
    return made


def photo_of(belongs_to, *, phash=SCENES[0], taken_at=None, by=None, at=None):
    """Return a photo that came whole; its picture is not needed."""
    return CheckPhoto.objects.create(
        uuid=uuid4(),
        check_uuid=belongs_to,
        length=4,
        received=4,
        file=f"checks/photos/{uuid4()}.jpg",
        sha256=uuid4().hex,
        phash=phash,
        taken_at=taken_at,
        complete_at=at or taken_at or timezone.now(),
        author=by,
    )


def asked(floor, person, days_ago=0):
    """Return a request for a photo of somebody, as the draw makes it."""
    on = floor.today - timedelta(days=days_ago)
    seed, _is_new = DrawSeed.objects.get_or_create(
        on=on, defaults={"seed": "5eed" * 8, "one_in": 1, "most_people": 2}
    )
    draw, _is_new = PhotoDraw.objects.get_or_create(
        outlet=floor.outlet, seed=seed, defaults={"candidates": [str(person.uuid)]}
    )
    return PhotoRequest.objects.create(
        draw=draw, outlet=floor.outlet, employee=person, on=on
    )


def everything_scored():
    """Return all that a score rests on: entries, checks, and their marks."""
    return (
        list(Entry.objects.order_by("pk").values()),
        list(Check.objects.order_by("pk").values()),
        list(
            Check.objects.order_by("pk").values_list("pk", "marks__item", "marks__mark")
        ),
    )


def picture() -> BytesIO:
    """Return a photo as a camera would send it, named as a file."""
    file = BytesIO(written(scene()))
    file.name = "photo.jpg"
    return file
