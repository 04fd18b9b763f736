"""The monthly complaint meeting: prepared while it is looked at, frozen once held."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.complaints.models import ComplaintMeeting
from evaluations.complaints.packs import digest_of, pack_of
from evaluations.complaints.parts import leads_unit
from evaluations.complaints.services.refusals import WordsMissing
from evaluations.ledger.periods import Period
from outlets.exchange.errors import DomainError
from outlets.places.models import Region
from outlets.places.sight import Power
from staffing.people.models import User


class HeldAlready(DomainError):
    code = "meeting_held_already"
    message = _("This meeting has been held: what was shown there stays as it was.")


class MonthNotOver(DomainError):
    code = "meeting_month_not_over"
    message = _("The month is not over yet: the meeting looks at a whole month.")


def holds_meetings(user: User, region: Region) -> bool:
    """Tell whether `user` leads the region, and so chairs its meeting."""
    return leads_unit(user.sight.reach(Power.SETTLE_CASES), region)


def meeting_for_orders(*, region: Region, month: Period) -> ComplaintMeeting:
    """Return the meeting that orders are issued for; it need not have been held."""
    meeting, _made = ComplaintMeeting.objects.get_or_create(
        region=region, month=month.first
    )
    return meeting


@transaction.atomic
def hold_meeting(
    *,
    region: Region,
    month: Period,
    minutes: str,
    by: User,
    now: datetime | None = None,
) -> ComplaintMeeting:
    """Note that it was held, and freeze the pack as it is at this moment.

    Raises:
        PermissionDenied: `by` does not lead the region.
        MonthNotOver: the month goes on.
        HeldAlready: it was held before.
        WordsMissing: what was decided is not said.
    """
    now = now or timezone.now()
    if not holds_meetings(by, region):
        raise PermissionDenied
    today = timezone.localdate(now)
    if today <= month.last:
        raise MonthNotOver
    if not minutes.strip():
        raise WordsMissing
    meeting_for_orders(region=region, month=month)
    meeting = ComplaintMeeting.objects.select_for_update().get(
        region=region, month=month.first
    )
    if meeting.held_on is not None:
        raise HeldAlready
    meeting.pack = pack_of(region, month, now)
    meeting.digest = digest_of(meeting.pack)
    meeting.held_on, meeting.held_by = today, by
    meeting.minutes = minutes.strip()
    meeting.save()
    return meeting
