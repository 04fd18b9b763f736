"""An announcement as one of the notices of whom it was told to."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from staffing.notices.kinds import NoticeKind
from staffing.notices.models import Notice
from staffing.notices.services.bulletins import KIND


def _words(notice: Notice) -> str:
    return notice.bulletin.title if notice.bulletin is not None else "–"


def _link(notice: Notice) -> str:
    return reverse("notices:notice", args=[notice.uuid])


BULLETIN = NoticeKind(
    code=KIND,
    label=_("Announcements"),
    words=_words,
    link=_link,
    icon="speakerphone",
)
