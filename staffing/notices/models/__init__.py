"""What people are told, and what leaders publish."""

from staffing.notices.models.bulletins import (
    BODY_LENGTH,
    TITLE_LENGTH,
    Bulletin,
    BulletinQuerySet,
    reading_reach,
)
from staffing.notices.models.notices import (
    KEY_LENGTH,
    KIND_LENGTH,
    Notice,
    NoticeQuerySet,
    QuietHours,
)

__all__ = [
    "BODY_LENGTH",
    "Bulletin",
    "BulletinQuerySet",
    "KEY_LENGTH",
    "KIND_LENGTH",
    "Notice",
    "NoticeQuerySet",
    "QuietHours",
    "TITLE_LENGTH",
    "reading_reach",
]
