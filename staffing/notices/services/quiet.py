"""When somebody does not want to be told."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from staffing.notices.models import Notice, QuietHours
from staffing.notices.rules import shown_from
from staffing.notices.selectors.recipients import zones_of
from staffing.people.models import User


@transaction.atomic
def set_quiet_hours(*, begins: time, ends: time, by: User) -> QuietHours:
    """Set one's own quiet hours; what is held back follows them from now on."""
    row, _created = QuietHours.objects.update_or_create(
        user=by, defaults={"begins": begins, "ends": ends}
    )
    now = timezone.now()
    held = Notice.objects.visible_to(by).filter(appears_at__gt=now)
    appears = shown_from(now, zone_of(by, now), begins, ends)
    held.order_by().update(appears_at=appears)
    return row


def zone_of(user: User, now: datetime) -> ZoneInfo:
    """Return the clock she lives by: her outlet's, else that of the house."""
    if user.employee_id is not None:
        outlet = zones_of([user.employee_id], now).get(user.employee_id)
        if outlet is not None:
            return outlet.zone
    return ZoneInfo(settings.TIME_ZONE)
