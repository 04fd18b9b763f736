"""What somebody does with what she was told."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError
from staffing.notices.models import Notice, NoticeQuerySet
from staffing.people.models import User


class NothingToAcknowledge(DomainError):
    code = "notice_asks_nothing"
    message = _("This notice does not ask to be acknowledged.")


def own_notices(viewer: User) -> NoticeQuerySet:
    """Return what the viewer may read now: her own, as far as it has appeared."""
    return Notice.objects.visible_to(viewer).shown(timezone.now())


@transaction.atomic
def mark_read(*, uuid: UUID, by: User) -> Notice:
    """Note that she has read it; repeating it keeps the first time.

    Raises:
        Notice.DoesNotExist: there is none of hers.
    """
    notice = _locked(uuid, by)
    if notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])
    return notice


@transaction.atomic
def mark_all_read(*, until: int, by: User) -> int:
    """Note that she has read all up to the one with the id `until`; return how many.

    What came meanwhile, and what asks to be acknowledged, stays as it is.
    """
    rows = own_notices(by).filter(pk__lte=until, read_at=None, asks=False)
    return rows.order_by().update(read_at=timezone.now())


@transaction.atomic
def acknowledge(*, uuid: UUID, by: User) -> Notice:
    """Note that she has read and understood it; repeating it keeps the first time.

    Raises:
        Notice.DoesNotExist: there is none of hers.
        NothingToAcknowledge: it does not ask for it.
    """
    notice = _locked(uuid, by)
    if not notice.asks:
        raise NothingToAcknowledge
    if notice.acknowledged_at is None:
        now = timezone.now()
        notice.acknowledged_at = now
        notice.read_at = notice.read_at or now
        notice.save(update_fields=["acknowledged_at", "read_at"])
    return notice


def _locked(uuid: UUID, by: User) -> Notice:
    rows = own_notices(by).select_related("outlet", "bulletin")
    return rows.select_for_update(of=("self",)).get(uuid=uuid)
