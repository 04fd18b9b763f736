"""Asking for live photos: the draw of a day, and the photo without scripts."""

import secrets
from collections import defaultdict
from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.checks.models import CheckPhoto, DrawSeed, PhotoDraw, PhotoRequest
from evaluations.checks.models.live_photos import SEED_LENGTH
from evaluations.checks.selectors.shift import on_shift
from evaluations.checks.services.cards import holds, on_its_day
from evaluations.checks.services.photos import keep_photo
from evaluations.checks.services.refusals import DayIsOver
from evaluations.ledger.lots import chosen, how_many, is_drawn
from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet
from outlets.places.rules import trading_day
from outlets.places.sight import Power
from staffing.people.models import User
from staffing.rosters.owners import LEADS


class OwnPhoto(DomainError):
    code = "own_photo"
    message = _("Nobody takes her own photo: somebody else has to take this one.")


class AlreadyTaken(DomainError):
    code = "photo_already_taken"
    message = _("This photo has been taken already.")


def draw_live_photos(at: datetime) -> int:
    """Draw for every outlet's trading day of `at`; return how many photos are asked.

    Whoever was drawn stays drawn: a second run changes nothing, and an outlet that had
    nobody on shift is drawn once it has.
    """
    days: dict[date, list[Outlet]] = defaultdict(list)
    for outlet in Outlet.objects.select_related("region").order_by("code"):
        days[trading_day(at, outlet.zone, outlet.day_starts_at)].append(outlet)
    asked = 0
    for on, outlets in days.items():
        seed = _seed_of(on)
        done = set(seed.draws.values_list("outlet", flat=True))
        for outlet in outlets:
            if (
                outlet.is_in_business(on)
                and outlet.pk not in done
                and is_drawn(seed.seed, outlet.code, seed.one_in)
            ):
                asked += _draw(outlet, seed)
    return asked


def _seed_of(on: date) -> DrawSeed:
    made, _is_new = DrawSeed.objects.get_or_create(
        on=on,
        defaults={
            "seed": secrets.token_hex(SEED_LENGTH // 2),
            "one_in": settings.CHECKS_LIVE_PHOTO_ONE_IN,
            "most_people": settings.CHECKS_LIVE_PHOTO_PEOPLE,
        },
    )
    return made


@transaction.atomic
def _draw(outlet: Outlet, seed: DrawSeed) -> int:
    # Who takes the photos is not asked for one: nobody checks herself.
    people = on_shift(outlet, seed.on).exclude(post__in=LEADS)
    by_key = {str(person.uuid): person for person in people}
    own = own_seed(seed, outlet)
    drawn = chosen(own, by_key, how_many(own, seed.most_people))
    if not drawn:
        return 0
    draw, is_new = PhotoDraw.objects.get_or_create(
        outlet=outlet, seed=seed, defaults={"candidates": sorted(by_key)}
    )
    if not is_new:
        return 0
    PhotoRequest.objects.bulk_create(
        PhotoRequest(draw=draw, outlet=outlet, employee=by_key[key], on=seed.on)
        for key in drawn
    )
    return len(drawn)


def own_seed(seed: DrawSeed, outlet: Outlet) -> str:
    """Return what the lots within one outlet are drawn with."""
    return f"{seed.seed}:{outlet.code}"


def drawn_again(draw: PhotoDraw) -> list[str]:
    """Return the uuids of the people that this draw gives, worked out anew."""
    own = own_seed(draw.seed, draw.outlet)
    if not is_drawn(draw.seed.seed, draw.outlet.code, draw.seed.one_in):
        return []
    return chosen(own, draw.candidates, how_many(own, draw.seed.most_people))


def answer_with_photo(*, request: PhotoRequest, content: bytes, by: User) -> CheckPhoto:
    """Keep the photo that was asked for, sent from the card without its scripts.

    Raises:
        PermissionDenied: `by` does not record at this outlet.
        OwnPhoto, DayIsOver, AlreadyTaken, DomainError: it is not kept.
    """
    if not holds(by, Power.RECORD, request.outlet):
        raise PermissionDenied
    if request.employee_id == by.employee_id:
        raise OwnPhoto
    if not on_its_day(request.outlet, request.on):
        raise DayIsOver
    if CheckPhoto.objects.filter(check_uuid=request.uuid).complete().exists():
        raise AlreadyTaken
    photo = keep_photo(belongs_to=request.uuid, content=content, by=by)
    photo.taken_at = timezone.now()
    photo.save(update_fields=["taken_at"])
    return photo
