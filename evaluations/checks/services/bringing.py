"""Taking a queue that was saved as a file and carried by a person."""

import binascii
from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from evaluations.checks.models import Result
from evaluations.checks.services.deliveries import Answer, Carrier, take_delivery
from evaluations.checks.services.photos import Piece, take_piece
from evaluations.checks.tapped import read_instant
from outlets.exchange.errors import DomainError
from outlets.places.models import CODE_LENGTH


@dataclass(frozen=True, slots=True)
class Brought:
    """How the records of a file were answered, and what became of its photos.

    `photos` of it are here now; `refused` says of each other one why it is not.
    """

    answers: tuple[Answer, ...]
    photos: int
    refused: tuple[str, ...]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many records got each answer, in its words, in a fixed order."""
        found = Counter(answer.result for answer in self.answers)
        return [(str(one.label), found[one]) for one in Result if found[one]]


def bring_queue(content: Mapping[str, Any]) -> Brought:
    """Take every record of a saved queue as if the tablet had sent it.

    Each names its author by its ticket; who carries the file gives it no right. When
    the file was saved says nothing about the tablet's clock, so none is corrected.
    Bringing it twice changes nothing.
    """
    answers = take_delivery(
        checks=content["checks"], sent_at=timezone.now(), carrier=Carrier()
    )
    photos = content.get("photos")
    taken, refused = _take_photos(photos if isinstance(photos, list) else ())
    return Brought(tuple(answers), taken, tuple(refused))


def _take_photos(photos: Iterable[Any]) -> tuple[int, list[str]]:
    taken, refused = 0, []
    for given in photos:
        piece = _piece(given)
        if piece is None:
            refused.append("")
            continue
        try:
            take_piece(piece)
        except DomainError as refusal:
            refused.append(str(refusal))
        else:
            taken += 1
    return taken, refused


def _piece(given: Any) -> Piece | None:
    """Read a whole photo as one piece; None: it cannot be read."""
    try:
        content = b64decode(given["data"], validate=True)
        item = given["item"]
        if not isinstance(item, str) or len(item) > CODE_LENGTH or "\x00" in item:
            return None
        return Piece(
            photo=UUID(given["uuid"]),
            check=UUID(given["check"]),
            item=item,
            length=len(content),
            offset=0,
            content=content,
            taken_at=read_instant(given.get("taken_at")),
            ticket=str(given.get("ticket", "")),
            device=None,
        )
    except (TypeError, KeyError, ValueError, AttributeError, binascii.Error):
        return None
