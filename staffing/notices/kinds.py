"""Kinds of notice: what they are called, what they say, where they lead.

Rooms register theirs when their app is ready. The words are made when somebody reads,
in her language, from the arguments that were kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from staffing.notices.models import Notice


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """One kind; `code` is kept with its notices.

    `words` and `link` get the notice with its outlet and bulletin; a link of "" leads
    nowhere. `urgent`: it is told in quiet hours too, and stands first. `icon` is a
    Tabler icon's name.
    """

    code: str
    label: Any
    words: Callable[[Notice], str]
    link: Callable[[Notice], str]
    icon: str = "bell"
    urgent: bool = False


_kinds: dict[str, NoticeKind] = {}


def register(*kinds: NoticeKind) -> None:
    """Make kinds known; rooms call this when their app is ready."""
    _kinds.update({kind.code: kind for kind in kinds})


def registered() -> dict[str, NoticeKind]:
    return dict(_kinds)


def kind_of(code: str) -> NoticeKind:
    """Return a kind; one that no room registers any more only says its code."""
    return _kinds.get(code) or NoticeKind(
        code=code, label=code, words=lambda notice: code, link=lambda notice: ""
    )
