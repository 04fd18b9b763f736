"""Pages of a long list, newest first, whose cost does not grow with the list."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import models

SIZE = 50
# Beyond this a filter finds faster than turning pages, and OFFSET grows slow.
MOST_PAGES = 2000

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """One page of rows; `number` counts from 1, `newer` and `older` may be None."""

    rows: list[M]
    number: int
    has_more: bool

    @property
    def newer(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def older(self) -> int | None:
        return self.number + 1 if self.has_more and self.number < MOST_PAGES else None


def page_of(
    rows: models.QuerySet[M], asked: str | None, *, size: int = SIZE
) -> Page[M]:
    """Return the page that `asked` names; anything but a number means the first.

    One row more than the page holds is read instead of counting all of them.
    """
    text = asked or ""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    number = min(max(number, 1), MOST_PAGES)
    start = (number - 1) * size
    found = list(rows[start : start + size + 1])
    return Page(rows=found[:size], number=number, has_more=len(found) > size)
