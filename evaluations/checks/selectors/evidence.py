"""What a failed item asks for besides the tap, and whether it has come."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evaluations.checks.models import Check, CheckPhoto, MarkKind
from evaluations.standards.models import Evidence, Item


@dataclass(frozen=True, slots=True)
class Missing:
    """A failed item of a check, and what it still asks for in words."""

    item: Item

    @property
    def asks_for(self) -> str:
        return str(Evidence(self.item.evidence).label)

    @property
    def takes_photo(self) -> bool:
        return self.item.evidence != Evidence.NOTE


@dataclass(frozen=True, slots=True)
class Proof:
    """The photos of one check that have come, and what is missing.

    `awaited` counts photos that were announced and have not come whole, `refused` those
    that are none. A photo is evidence where it is proven who took it.
    """

    photos: tuple[CheckPhoto, ...] = ()
    awaited: int = 0
    refused: int = 0
    missing: tuple[Missing, ...] = ()


def proofs_of(checks: Sequence[Check]) -> dict[int, Proof]:
    """Return the proof of each check by its id, with one query.

    Marks, their items and the employee are read already.
    """
    photos: dict[object, list[CheckPhoto]] = defaultdict(list)
    uuids = [check.uuid for check in checks]
    rows = CheckPhoto.objects.filter(check_uuid__in=uuids) if uuids else ()
    for photo in rows:
        photos[photo.check_uuid].append(photo)
    return {check.pk: _proof(check, photos[check.uuid]) for check in checks}


def _proof(check: Check, photos: Iterable[CheckPhoto]) -> Proof:
    held = list(photos)
    whole = tuple(photo for photo in held if photo.complete_at is not None)
    proving = [photo for photo in whole if photo.author_id is not None]
    shown = {photo.item for photo in proving}
    # A spreadsheet brings no evidence, and nobody misses it there.
    tapped = check.by_id is not None
    missing = tuple(
        Missing(mark.item)
        for mark in check.marks.all()
        if tapped
        and mark.mark == MarkKind.FAILED
        and _lacks(mark.item, check.note, shown)
    )
    refused = sum(1 for photo in held if photo.refused)
    return Proof(
        photos=whole,
        awaited=len(held) - len(whole) - refused,
        refused=refused,
        missing=missing,
    )


def _lacks(item: Item, note: str, shown: set[str]) -> bool:
    """Tell whether an item lacks its evidence; a photo of the whole serves all."""
    has_photo = item.code in shown or "" in shown
    if item.evidence == Evidence.NOTE:
        return not note.strip()
    if item.evidence == Evidence.PHOTO:
        return not has_photo
    if item.evidence == Evidence.EITHER:
        return not (has_photo or note.strip())
    return False
