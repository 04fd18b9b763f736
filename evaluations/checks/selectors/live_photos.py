"""The photos that are asked for at an outlet on a day, and what has come of each."""

from dataclasses import dataclass
from datetime import date

from evaluations.checks.models import CheckPhoto, PhotoRequest
from outlets.places.models import Outlet
from outlets.places.rules import trading_day
from outlets.places.sight import Viewer


@dataclass(frozen=True, slots=True)
class AskedPhoto:
    """One photo that was asked for; `photo` None: none has come whole."""

    request: PhotoRequest
    photo: CheckPhoto | None

    @property
    def has_come(self) -> bool:
        return self.photo is not None


def asked_photos(viewer: Viewer, outlet: Outlet, on: date) -> dict[int, AskedPhoto]:
    """Return what is asked for by employee id, as far as the viewer may know."""
    rows = PhotoRequest.objects.visible_to(viewer).filter(outlet=outlet, on=on)
    return {one.request.employee_id: one for one in with_photos(list(rows))}


def with_photos(requests: list[PhotoRequest]) -> list[AskedPhoto]:
    """Return each request with its newest photo, with at most one query."""
    uuids = [one.uuid for one in requests]
    photos = {}
    if uuids:
        rows = CheckPhoto.objects.filter(check_uuid__in=uuids).complete()
        photos = {photo.check_uuid: photo for photo in rows.order_by("pk")}
    return [AskedPhoto(one, photos.get(one.uuid)) for one in requests]


def taken_on_its_day(asked: AskedPhoto, outlet: Outlet) -> bool:
    """Tell whether its photo was taken on the trading day that asked for it."""
    if asked.photo is None or asked.photo.taken_at is None:
        return False
    taken = trading_day(asked.photo.taken_at, outlet.zone, outlet.day_starts_at)
    return taken == asked.request.on
