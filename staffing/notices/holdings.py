"""What notices hold about a person, and how long."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from staffing.notices.models import Bulletin, Notice, QuietHours
from staffing.people.models import Employee
from staffing.people.personal.changes import Delete, Strike
from staffing.people.personal.keeping import (
    RetentionKind,
    day_begins,
    delete_oldest,
)
from staffing.people.personal.models import Action
from staffing.people.personal.registry import Holding, columns_of

NOTICES, BULLETINS = "notices", "bulletins"
_NOTICE = (
    "kind",
    "outlet__code",
    "sent_at",
    "read_at",
    "due_on",
    "acknowledged_at",
)
_BULLETIN = ("title_en", "title_zh", "body_en", "body_zh", "published_at")
_QUIET = ("begins", "ends")


def _notices(employee: Employee) -> QuerySet[Notice]:
    return Notice.objects.filter(Q(employee=employee) | Q(user__employee=employee))


def _published(employee: Employee) -> QuerySet[Bulletin]:
    return Bulletin.objects.filter(published_by__employee=employee)


def _any_bulletin(employee: Employee) -> QuerySet[Bulletin]:
    return Bulletin.objects.all()


def _quiet_hours(employee: Employee) -> QuerySet[QuietHours]:
    return QuietHours.objects.filter(user__employee=employee)


HOLDINGS = (
    Holding(
        code=NOTICES,
        label=_("Notices"),
        about=_("What you were told, and when you read and acknowledged it."),
        columns=_NOTICE,
        rows_of=columns_of(_notices, *_NOTICE),
        changes=(Delete(_notices),),
        erased=_("They are deleted."),
        covers=frozenset(
            {
                "notices.Notice.employee",
                "notices.Notice.user",
                "notices.Notice.kind",
                "notices.Notice.key",
                "notices.Notice.arguments",
            }
        ),
        retention=NOTICES,
    ),
    Holding(
        code=BULLETINS,
        label=_("Announcements"),
        about=_("What you published to the people of your places."),
        columns=_BULLETIN,
        rows_of=columns_of(_published, *_BULLETIN),
        words=frozenset({"title_en", "title_zh", "body_en", "body_zh"}),
        changes=tuple(
            Strike(_any_bulletin, name)
            for name in ("title_en", "title_zh", "body_en", "body_zh")
        ),
        erased=_("Her name and number are struck out of all announcements."),
        covers=frozenset(
            {
                "notices.Bulletin.published_by",
                "notices.Bulletin.title_en",
                "notices.Bulletin.title_zh",
                "notices.Bulletin.body_en",
                "notices.Bulletin.body_zh",
            }
        ),
        retention=BULLETINS,
    ),
    Holding(
        code="quiet_hours",
        label=_("Quiet hours"),
        about=_("From when to when you are not told what can wait."),
        columns=_QUIET,
        rows_of=columns_of(_quiet_hours, *_QUIET),
        changes=(Delete(_quiet_hours),),
        erased=_("They are deleted."),
        covers=frozenset({"notices.QuietHours.user"}),
    ),
)


def _old_notices(cut_off: date, action: Action, limit: int) -> int:
    old = Notice.objects.filter(bulletin=None, sent_at__lt=day_begins(cut_off))
    return delete_oldest(old, limit)


def _old_bulletins(cut_off: date, action: Action, limit: int) -> int:
    """Delete what was told of old announcements, then those told to nobody any more."""
    old = Bulletin.objects.filter(shown_until__lt=cut_off)
    gone = delete_oldest(Notice.objects.filter(bulletin__in=old), limit)
    return gone + delete_oldest(old.filter(notices=None), limit - gone)


KINDS = (
    RetentionKind(
        code=NOTICES,
        label=_("Notices that were read or are past"),
        why=_("What a notice was about is kept by its own room; a year is ample."),
        months=12,
        actions=(Action.DELETE,),
        apply=_old_notices,
    ),
    RetentionKind(
        code=BULLETINS,
        label=_("Announcements, and who acknowledged them"),
        why=_(
            "Whether somebody had read a rule can be disputed as long as what she did "
            "can be."
        ),
        months=36,
        actions=(Action.DELETE, Action.KEEP),
        apply=_old_bulletins,
    ),
)
