"""Photos, receipts and recordings of a report: they come in pieces and are checked."""

import hashlib
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import transaction

from evaluations.mystery.models import (
    EvidenceKind,
    Report,
    VisitEvidence,
    VisitQuestion,
)
from evaluations.mystery.services import refusals
from evaluations.mystery.services.carrying import may_fill
from outlets.exchange.pictures import TooManyPixels, WrongType, make_picture
from staffing.people.models import User

MOST_PIECE_BYTES = 2 * 1024**2
PIECES = "mystery/pieces"
PDF, JPEG = "application/pdf", "image/jpeg"
_POSITIONS = (b"\xa9xyz", b"loci")  # boxes of MP4 in which phones say where they were
_LONGEST_POSITION = 512


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a file; `length` is of the whole, `question` "" is the visit."""

    evidence: UUID
    question: str
    length: int
    offset: int
    content: bytes


def received(report: Report, evidence: UUID) -> int | None:
    """Return how many bytes of a file are here; None: it is whole."""
    if report.evidence.filter(uuid=evidence).exists():
        return None
    return sum(size for _name, size in _pieces(report.uuid, evidence))


def take_piece(*, report: Report, piece: Piece, by: User) -> int | None:
    """Keep a piece; with the last one the file is checked. Return as `received`.

    A piece that came before changes nothing.

    Raises:
        EvidenceTooLarge, EvidenceUnknown, EvidenceTooMany, EvidenceElsewhere: it will
            never be kept.
        PieceOutOfPlace: something between is missing.
        NotBegun, ReportMoved: nothing is kept with this report now.
    """
    _check_length(piece.length)
    here = received(report, piece.evidence)
    if here is None:
        return None
    with transaction.atomic():
        may_fill(report, by)
    end = piece.offset + len(piece.content)
    if piece.offset > here or end > piece.length:
        raise refusals.PieceOutOfPlace(here)
    if end > here:
        if here == 0:
            _check_room(report, piece.evidence)
        _write(
            f"{_folder(report.uuid, piece.evidence)}/{here:012}",
            piece.content[here - piece.offset :],
        )
        here = end
    if here < piece.length:
        return here
    names = [name for name, _size in _pieces(report.uuid, piece.evidence)]
    content = b"".join(_read(name) for name in names)
    try:
        keep(
            report=report,
            evidence=piece.evidence,
            question=piece.question,
            content=content,
            by=by,
        )
    finally:
        _remove(names)
        _remove_folder(_folder(report.uuid, piece.evidence))
    return None


@transaction.atomic
def keep(
    *, report: Report, evidence: UUID, question: str, content: bytes, by: User
) -> VisitEvidence:
    """Keep a whole file with a report that is being filled in.

    Pictures are made anew, so that nothing that a camera wrote into them stays; of
    recordings the place is struck out. The same file again changes nothing.

    Raises:
        NotBegun, ReportMoved, EvidenceTooLarge, EvidenceUnknown, EvidenceTooMany,
        EvidenceElsewhere: as they say.
    """
    row = may_fill(report, by)
    _check_length(len(content))
    about = _question(row, question)
    earlier = VisitEvidence.objects.filter(uuid=evidence).first()
    if earlier is not None:
        if earlier.report_id != row.pk:
            raise refusals.EvidenceElsewhere
        return earlier
    wanted = about.evidence if about is not None else ""
    kind, media_type, kept = read_evidence(content, wanted)
    digest = hashlib.sha256(kept).hexdigest()
    _check_room(row, evidence)
    found = VisitEvidence(
        uuid=evidence,
        report=row,
        question=about,
        kind=kind,
        media_type=media_type,
        sha256=digest,
    )
    found.content.save(str(evidence), ContentFile(kept), save=False)
    found.save()
    return found


@transaction.atomic
def drop(*, report: Report, evidence: Collection[UUID], by: User) -> None:
    """Take files out of a report that is being filled in.

    Raises:
        NotBegun, ReportMoved: nothing is taken out of this report now.
    """
    if not evidence:
        return
    row = may_fill(report, by)
    kept = set(row.evidence.values_list("uuid", flat=True)) - set(evidence)
    forget_evidence(row, but=kept)


def read_evidence(content: bytes, wanted: str) -> tuple[str, str, bytes]:
    """Return the kind, the media type and what is kept of a file.

    `wanted` is the kind that a question asks for; "" takes any.

    Raises:
        EvidenceUnknown: by its content it is nothing that fits.
    """
    sound = _sound_type(content)
    if sound:
        if wanted not in ("", EvidenceKind.AUDIO):
            raise refusals.EvidenceUnknown
        return EvidenceKind.AUDIO, sound, _without_position(content)
    if wanted == EvidenceKind.AUDIO:
        raise refusals.EvidenceUnknown
    if content.startswith(b"%PDF-") and wanted != EvidenceKind.PHOTO:
        return EvidenceKind.RECEIPT, PDF, content
    try:
        picture = make_picture(content, settings.CHECKS_PHOTO_MOST_PIXELS)
    except (WrongType, TooManyPixels) as error:
        raise refusals.EvidenceUnknown from error
    return wanted or EvidenceKind.PHOTO, JPEG, picture.content


def _sound_type(content: bytes) -> str:
    """Return the media type of a recording by its first bytes; "": it is none."""
    start = content[:16]
    if start[4:8] == b"ftyp":
        return "" if start[8:12] in (b"heic", b"mif1", b"avif") else "audio/mp4"
    if start.startswith(b"RIFF"):
        return "audio/wav" if start[8:12] == b"WAVE" else ""
    if start.startswith(b"ID3"):
        return "audio/mpeg"
    if start[:1] == b"\xff" and len(start) > 1:
        # Two bits of the layer tell AAC (none) from MP3; a JPEG has 0xD8 there.
        if start[1] & 0xF6 == 0xF0:
            return "audio/aac"
        if start[1] & 0xE0 == 0xE0:
            return "audio/mpeg"
    for sign, media_type in (
        (b"OggS", "audio/ogg"),
        (b"\x1a\x45\xdf\xa3", "audio/webm"),
        (b"#!AMR", "audio/amr"),
    ):
        if start.startswith(sign):
            return media_type
    return ""


def _without_position(content: bytes) -> bytes:
    """Blank the boxes in which a phone writes where it recorded; lengths stay."""
    if content[4:8] != b"ftyp":
        return content
    kept = bytearray(content)
    for name in _POSITIONS:
        at = kept.find(name)
        while at != -1:
            size = int.from_bytes(kept[at - 4 : at], "big") if at >= 4 else 0
            if 8 < size <= _LONGEST_POSITION and at - 4 + size <= len(kept):
                kept[at : at + 4] = b"free"
                kept[at + 4 : at - 4 + size] = bytes(size - 8)
            at = kept.find(name, at + 4)
    return bytes(kept)


def _check_length(length: int) -> None:
    if not 0 < length <= settings.MYSTERY_EVIDENCE_MOST_BYTES:
        raise refusals.EvidenceTooLarge(
            most=settings.MYSTERY_EVIDENCE_MOST_BYTES // 1024**2
        )


def _check_room(report: Report, evidence: UUID) -> None:
    most = settings.MYSTERY_EVIDENCE_MOST
    begun = [one for one in _begun(report) if one != evidence]
    if report.evidence.count() + len(begun) >= most:
        raise refusals.EvidenceTooMany(most=most)


def _question(report: Report, code: str) -> VisitQuestion | None:
    if not code:
        return None
    if report.version is None:
        raise refusals.NotBegun
    found: VisitQuestion | None = report.version.questions.filter(code=code).first()
    if found is None:
        raise refusals.EvidenceElsewhere
    return found


def forget_evidence(report: Report, *, but: Collection[UUID]) -> None:
    """Drop what was brought and taken out again, with its files."""
    rows = list(report.evidence.exclude(uuid__in=but))
    names = [str(one.content.name) for one in rows]
    report.evidence.filter(pk__in=[one.pk for one in rows]).delete()
    transaction.on_commit(partial(_remove, names))


def forget_pieces(report: Report) -> None:
    """Drop pieces of files that never became whole, once the report is in."""
    transaction.on_commit(partial(_remove_pieces, report.uuid))


def forget_begun(report: Report) -> None:
    """Drop every file, and every piece of one, of a report that nobody will send."""
    forget_evidence(report, but=())
    forget_pieces(report)


def forget_pieces_before(day: date) -> None:
    """Drop pieces of files of reports whose days were over before `day`."""
    begun = _folders(PIECES)
    over = Report.objects.filter(uuid__in=begun, to_on__lt=day)
    for uuid in over.values_list("uuid", flat=True):
        _remove_pieces(uuid)


# Files -------------------------------------------------------------------------------


def _storage() -> Storage:
    """Return where whole files are kept; their pieces lie beside them."""
    return VisitEvidence._meta.get_field("content").storage


def _folder(report: UUID, evidence: UUID) -> str:
    return f"{PIECES}/{report}/{evidence}"


def _folders(path: str) -> list[UUID]:
    try:
        folders, _names = _storage().listdir(path)
    except FileNotFoundError:
        return []
    return [UUID(folder) for folder in folders]


def _begun(report: Report) -> list[UUID]:
    """Return the files of which some pieces are here."""
    found = _folders(f"{PIECES}/{report.uuid}")
    return [one for one in found if _pieces(report.uuid, one)]


def _pieces(report: UUID, evidence: UUID) -> list[tuple[str, int]]:
    """Return the pieces in their order, with their bytes."""
    folder = _folder(report, evidence)
    try:
        _subfolders, names = _storage().listdir(folder)
    except FileNotFoundError:
        return []
    paths = [f"{folder}/{name}" for name in sorted(names)]
    return [(path, _storage().size(path)) for path in paths]


def _remove_pieces(report: UUID) -> None:
    for evidence in _folders(f"{PIECES}/{report}"):
        _remove([name for name, _size in _pieces(report, evidence)])
        _remove_folder(_folder(report, evidence))
    _remove_folder(f"{PIECES}/{report}")


def _remove_folder(path: str) -> None:
    """Remove an empty folder, where the storage knows folders; a new piece keeps it."""
    with suppress(OSError):
        _storage().delete(path)


def _write(name: str, content: bytes) -> None:
    storage = _storage()
    if storage.exists(name):  # of a try that did not come to its end
        storage.delete(name)
    storage.save(name, ContentFile(content))


def _read(name: str) -> bytes:
    with _storage().open(name) as file:
        return file.read()


def _remove(names: Collection[str]) -> None:
    for name in names:
        _storage().delete(name)
