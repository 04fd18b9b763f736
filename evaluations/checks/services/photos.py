"""Photos of a check: taken in pieces, verified, made anew, and kept privately."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.checks.models import Check, CheckPhoto
from evaluations.checks.services.correcting import may_change
from evaluations.checks.services.refusals import OwnCheck
from evaluations.checks.services.tickets import read_ticket
from outlets.exchange.errors import DomainError
from outlets.exchange.pictures import TooManyPixels, WrongType, make_picture
from staffing.accounts.models import Device
from staffing.people.models import User

MOST_PIECE_BYTES = 2 * 1024**2


class PhotoTooLarge(DomainError):
    code = "photo_too_large"
    message = _("A photo may have at most %(most)d MB. Take it at a lower resolution.")


class PhotoNoPicture(DomainError):
    code = "photo_no_picture"
    message = _("This is no photo: only JPEG, PNG and WebP are kept. Take it anew.")


class PhotoTooManyPixels(DomainError):
    code = "photo_too_many_pixels"
    message = _(
        "This photo has more than %(most)d million pixels. Take it at a lower "
        "resolution."
    )


class PhotoElsewhere(DomainError):
    code = "photo_elsewhere"
    message = _("This photo already belongs to another check. Take it anew.")


class TooManyPhotos(DomainError):
    code = "too_many_photos"
    message = _("A check keeps at most %(most)d photos. Remove some on the tablet.")


class PieceOutOfPlace(DomainError):
    """`offset` is what has come so far: the next piece begins there."""

    code = "piece_out_of_place"
    message = _("The photo is here up to byte %(offset)d. Go on from there.")

    @property
    def offset(self) -> int:
        return int(str(self.params["offset"]))


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a photo's file and what the tablet says of the whole.

    `length` is of the whole file, `offset` where this part begins, both in bytes.
    """

    photo: UUID
    check: UUID
    item: str
    length: int
    offset: int
    content: bytes
    taken_at: datetime | None
    ticket: str
    device: Device | None


def take_piece(piece: Piece) -> CheckPhoto:
    """Keep a piece; with the last one the photo is verified and made anew.

    A piece that came before changes nothing. The check may come before or after.

    Raises:
        PieceOutOfPlace: something between is missing.
        PhotoTooLarge, PhotoNoPicture, PhotoTooManyPixels: it will never be kept; said
            again to whoever sends it again.
        PhotoElsewhere, TooManyPhotos: it is not kept with this check.
    """
    if not 0 < piece.length <= settings.CHECKS_PHOTO_MOST_BYTES:
        raise PhotoTooLarge(most=settings.CHECKS_PHOTO_MOST_BYTES // 1024**2)
    photo = _keep_piece(piece)
    if photo.refused:
        raise _refusal(photo.refused)
    if photo.complete_at is None and photo.received == photo.length:
        photo = _finish(photo)
        if photo.refused:
            raise _refusal(photo.refused)
    return photo


@transaction.atomic
def _keep_piece(piece: Piece) -> CheckPhoto:
    CheckPhoto.objects.get_or_create(
        uuid=piece.photo, defaults={"check_uuid": piece.check}
    )
    photo = CheckPhoto.objects.select_for_update().get(uuid=piece.photo)
    if photo.check_uuid != piece.check:
        raise PhotoElsewhere
    if photo.refused or photo.complete_at is not None:
        return photo
    if photo.length is None:
        _begin(photo, piece)
    if piece.length != photo.length:
        raise PhotoElsewhere
    end = piece.offset + len(piece.content)
    if piece.offset > photo.received or end > piece.length:
        raise PieceOutOfPlace(offset=photo.received)
    if end > photo.received:
        # Of a piece that overlaps what is here, only the rest is new.
        rest = piece.content[photo.received - piece.offset :]
        _write(_piece_name(photo, photo.received), rest)
        photo.received = end
        photo.save(update_fields=["received"])
    return photo


def _begin(photo: CheckPhoto, piece: Piece) -> None:
    begun = CheckPhoto.objects.filter(check_uuid=piece.check, length__isnull=False)
    if begun.count() >= settings.CHECKS_PHOTOS_PER_CHECK:
        raise TooManyPhotos(most=settings.CHECKS_PHOTOS_PER_CHECK)
    ticket = read_ticket(piece.ticket)
    if ticket is not None:
        photo.author = User.objects.filter(uuid=ticket.user).first()
    photo.device, photo.taken_at = piece.device, piece.taken_at
    photo.item, photo.length = piece.item, piece.length
    photo.save()


def _finish(photo: CheckPhoto) -> CheckPhoto:
    """Put the pieces together; done outside any lock, since it takes a while."""
    names = _piece_names(photo)
    content = b"".join(_read(name) for name in names)
    refused = ""
    values: Mapping[str, Any] = {}
    try:
        values = _keep_picture(photo.uuid, content)
    except DomainError as refusal:
        refused = refusal.code
    with transaction.atomic():
        photo = CheckPhoto.objects.select_for_update().get(pk=photo.pk)
        if photo.complete_at is None and not photo.refused:
            photo.refused = refused
            for name, value in values.items():
                setattr(photo, name, value)
            photo.save()
        transaction.on_commit(partial(_remove, names))
    return photo


@transaction.atomic
def add_photo(*, check: Check, content: bytes, item: str = "", by: User) -> CheckPhoto:
    """Keep a photo that somebody adds to a check later, from its page.

    Raises:
        PermissionDenied, OwnCheck: `by` may not change this check.
        DomainError: it is no photo that we keep.
    """
    if check.employee_id is not None and check.employee_id == by.employee_id:
        raise OwnCheck
    if not may_change(check, by):
        raise PermissionDenied
    return keep_photo(belongs_to=check.uuid, content=content, item=item, by=by)


@transaction.atomic
def keep_photo(
    *, belongs_to: UUID, content: bytes, item: str = "", by: User
) -> CheckPhoto:
    """Keep a whole photo of a check, or of a request, whose right has been judged.

    Raises:
        DomainError: it is no photo that we keep.
    """
    if len(content) > settings.CHECKS_PHOTO_MOST_BYTES:
        raise PhotoTooLarge(most=settings.CHECKS_PHOTO_MOST_BYTES // 1024**2)
    if CheckPhoto.objects.filter(check_uuid=belongs_to).count() >= (
        settings.CHECKS_PHOTOS_PER_CHECK
    ):
        raise TooManyPhotos(most=settings.CHECKS_PHOTOS_PER_CHECK)
    uuid = uuid4()
    return CheckPhoto.objects.create(
        uuid=uuid,
        check_uuid=belongs_to,
        item=item,
        length=len(content),
        received=len(content),
        author=by,
        **_keep_picture(uuid, content),
    )


def delete_photos(photos: list[CheckPhoto]) -> int:
    """Delete photos with their files, for good; return how many."""
    for photo in photos:
        names = _piece_names(photo) + ([photo.file] if photo.file else [])
        transaction.on_commit(partial(_remove, names))
    CheckPhoto.objects.filter(pk__in=[photo.pk for photo in photos]).delete()
    return len(photos)


def _keep_picture(uuid: UUID, content: bytes) -> Mapping[str, Any]:
    """Write the picture and return what its row says of it."""
    most = settings.CHECKS_PHOTO_MOST_PIXELS
    try:
        picture = make_picture(content, most)
    except WrongType as error:
        raise PhotoNoPicture from error
    except TooManyPixels as error:
        raise PhotoTooManyPixels(most=most // 1_000_000) from error
    now = timezone.now()
    name = f"checks/photos/{now:%Y/%m}/{uuid}.jpg"
    _write(name, picture.content)
    return {
        "file": name,
        "sha256": picture.sha256,
        "phash": picture.phash,
        "width": picture.width,
        "height": picture.height,
        "complete_at": now,
    }


def _refusal(code: str) -> DomainError:
    most = settings.CHECKS_PHOTO_MOST_PIXELS // 1_000_000
    if code == PhotoTooManyPixels.code:
        return PhotoTooManyPixels(most=most)
    return PhotoNoPicture()


# Files -------------------------------------------------------------------------------


def _storage() -> Storage:
    return storages["private"]


def open_photo(photo: CheckPhoto) -> Any:
    """Return the open file of a complete photo.

    Raises:
        FileNotFoundError: the file is gone.
    """
    return _storage().open(photo.file)


def _folder(photo: CheckPhoto) -> str:
    return f"checks/pieces/{photo.uuid}"


def _piece_name(photo: CheckPhoto, offset: int) -> str:
    return f"{_folder(photo)}/{offset:010}"


def _piece_names(photo: CheckPhoto) -> list[str]:
    """Return the pieces in their order; their names sort by where they begin."""
    try:
        _folders, names = _storage().listdir(_folder(photo))
    except FileNotFoundError:
        return []
    return [f"{_folder(photo)}/{name}" for name in sorted(names)]


def _write(name: str, content: bytes) -> None:
    storage = _storage()
    if storage.exists(name):  # of a try that did not come to its end
        storage.delete(name)
    storage.save(name, ContentFile(content))


def _read(name: str) -> bytes:
    with _storage().open(name) as file:
        return file.read()


def _remove(names: list[str]) -> None:
    for name in names:
        _storage().delete(name)
