"""Publishing to the people of some places, delivering, and taking back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power
from staffing.notices.models import Bulletin, Notice
from staffing.notices.selectors.recipients import Recipient, staff_at
from staffing.notices.services.notifying import Message, notify
from staffing.people.models import User

KIND = "bulletin"


class NobodyToTell(DomainError):
    code = "bulletin_for_nobody"
    message = _("Nobody of these posts works at these places. Choose others.")


class BulletinWithdrawn(DomainError):
    code = "bulletin_withdrawn"
    message = _("This announcement has been withdrawn already.")


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be published; the fields are those of `Bulletin`."""

    uuid: UUID
    title_en: str
    title_zh: str
    body_en: str
    body_zh: str
    region: Region | None
    outlets: Sequence[Outlet]
    posts: Sequence[str]
    asks: bool
    due_on: date | None
    shown_from: date
    shown_until: date


def places_of(region: Region | None, outlets: Sequence[Outlet]) -> Q:
    """Return the filter for assignments at the places of a bulletin."""
    if outlets:
        return Q(outlet__in=[outlet.pk for outlet in outlets])
    if region is not None:
        return Q(outlet__region__path__startswith=region.path)
    return ~Q(pk__in=())


def require_reach(draft: Draft, by: User) -> None:
    """Raise PermissionDenied unless `by` may announce at all of the places."""
    reach = by.sight.reach(Power.ANNOUNCE)
    if draft.outlets:
        covered = all(
            reach.covers(outlet_id=outlet.pk, region_path=outlet.region.path)
            for outlet in draft.outlets
        )
    elif draft.region is not None:
        covered = reach.covers(outlet_id=0, region_path=draft.region.path)
    else:
        covered = reach.everywhere
    if not covered:
        raise PermissionDenied


def audience(draft: Draft, by: User) -> dict[int, int]:
    """Return whom it would reach today: outlet by employee, without the author."""
    people = staff_at(
        places_of(draft.region, draft.outlets), draft.posts, timezone.now()
    )
    if by.employee_id is not None:
        people.pop(by.employee_id, None)
    return people


@transaction.atomic
def publish_bulletin(*, draft: Draft, by: User) -> Bulletin:
    """Publish, and tell everybody from its first day on; the same uuid does so once.

    Raises:
        PermissionDenied: a place lies beyond the author's reach.
        NobodyToTell: there is nobody there today.
    """
    known = Bulletin.objects.filter(uuid=draft.uuid, published_by=by).first()
    if known is not None:
        return known
    require_reach(draft, by)
    if not audience(draft, by):
        raise NobodyToTell
    bulletin = Bulletin.objects.create(
        uuid=draft.uuid,
        title_en=draft.title_en,
        title_zh=draft.title_zh,
        body_en=draft.body_en,
        body_zh=draft.body_zh,
        region=draft.region,
        posts=list(draft.posts),
        asks=draft.asks,
        due_on=draft.due_on,
        shown_from=draft.shown_from,
        shown_until=draft.shown_until,
        published_at=timezone.now(),
        published_by=by,
    )
    bulletin.outlets.set(draft.outlets)
    deliver_bulletin(bulletin_id=bulletin.pk, now=timezone.now())
    return bulletin


@transaction.atomic
def deliver_bulletin(*, bulletin_id: int, now: datetime) -> int:
    """Tell whoever works at its places and has not been told; return how many.

    Nobody before its first day, after its last, or once it is withdrawn.
    """
    bulletin = Bulletin.objects.select_related("region", "published_by").get(
        pk=bulletin_id
    )
    today = timezone.localdate(now)
    if (
        bulletin.withdrawn_at is not None
        or not bulletin.shown_from <= today <= bulletin.shown_until
    ):
        return 0
    outlets = list(bulletin.outlets.all())
    people = staff_at(places_of(bulletin.region, outlets), bulletin.posts, now)
    told = Notice.objects.filter(bulletin=bulletin).values_list("employee", flat=True)
    missing = people.keys() - set(told) - {bulletin.published_by.employee_id}
    notify(
        [
            Message(
                kind=KIND,
                key=f"{KIND}:{bulletin.uuid}",
                to=Recipient(employee_id=employee_id),
                outlet_id=people[employee_id],
                bulletin_id=bulletin.pk,
                asks=bulletin.asks,
                due_on=bulletin.due_on,
                ends_at=_end_of(bulletin.shown_until),
            )
            for employee_id in sorted(missing)
        ],
        now=now,
    )
    return len(missing)


def deliver_bulletins(*, now: datetime) -> int:
    """Deliver whatever is to be told today; return how many people were told."""
    today = timezone.localdate(now)
    current = Bulletin.objects.filter(
        shown_from__lte=today, shown_until__gte=today, withdrawn_at=None
    )
    keys = list(current.order_by("pk").values_list("pk", flat=True))
    return sum(deliver_bulletin(bulletin_id=key, now=now) for key in keys)


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


@transaction.atomic
def withdraw_bulletin(*, uuid: UUID, by: User) -> Bulletin:
    """Take it back: nobody need read it any more; who read it when stays on record.

    Raises:
        Bulletin.DoesNotExist: there is none in sight.
        PermissionDenied: `by` neither published it nor may announce at all its places.
        BulletinWithdrawn: it has been.
    """
    rows = Bulletin.objects.visible_to(by).select_for_update(of=("self",))
    bulletin = rows.get(uuid=uuid)
    if not may_withdraw(bulletin, by):
        raise PermissionDenied
    if bulletin.withdrawn_at is not None:
        raise BulletinWithdrawn
    now = timezone.now()
    bulletin.withdrawn_at, bulletin.withdrawn_by = now, by
    bulletin.save(update_fields=["withdrawn_at", "withdrawn_by"])
    standing = Notice.objects.filter(bulletin=bulletin)
    standing.filter(Q(ends_at=None) | Q(ends_at__gt=now)).update(ends_at=now)
    return bulletin


def may_withdraw(bulletin: Bulletin, by: User) -> bool:
    """Tell whether she may: it is hers, or all its places lie within her reach."""
    reach = by.sight.reach(Power.ANNOUNCE)
    if not reach:
        return False
    if bulletin.published_by_id == by.pk or reach.everywhere:
        return True
    outlets = list(bulletin.outlets.select_related("region"))
    if outlets:
        return all(
            reach.covers(outlet_id=one.pk, region_path=one.region.path)
            for one in outlets
        )
    region = bulletin.region
    return region is not None and reach.covers(outlet_id=0, region_path=region.path)
