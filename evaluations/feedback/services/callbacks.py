"""Call-back marks, as the supervisor records them."""

from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.feedback.models import Channel, Rating
from outlets.exchange.clock import LocalTimeMissing, local_instant
from outlets.exchange.errors import DomainError
from outlets.places.models import Outlet
from outlets.places.rules import trading_day
from outlets.places.sight import Power
from staffing.people.models import Employee, User
from staffing.people.selectors import AssignmentBook


class MarkAboutOneself(DomainError):
    code = "mark_about_oneself"
    message = _("Nobody records what customers say about herself.")


class NotAtYourOutlet(DomainError):
    code = "not_at_your_outlet"
    message = _("%(name)s was not assigned to your outlet on that day.")


class CallInTheFuture(DomainError):
    code = "call_in_the_future"
    message = _("The call lies in the future.")


class NoSuchLocalTime(DomainError):
    code = "no_such_local_time"
    message = _("The clock skipped this time when summer time began.")


class FormSentBefore(DomainError):
    code = "form_sent_before"
    message = _("This form was sent before. Open it anew and fill it in again.")


@transaction.atomic
def record_callback(
    *,
    uuid: UUID,
    employee: Employee,
    called_on: date,
    called_at: time,
    score: int,
    ticket_no: str,
    comment: str,
    by: User,
) -> Rating:
    """Keep what a customer marked when called back; times are local to the outlet.

    Repeating a call with the same `uuid` changes nothing.
    """
    earlier = Rating.objects.visible_to(by).filter(uuid=uuid).first()
    if earlier is not None:
        return earlier
    if employee.pk == by.sight.employee_id:
        raise MarkAboutOneself
    outlet_id = AssignmentBook([employee.pk]).outlet_id(employee.pk, called_on)
    theirs = Outlet.objects.visible_to(by, Power.RECORD)
    outlet = theirs.filter(pk=outlet_id).first() if outlet_id else None
    if outlet is None:
        raise NotAtYourOutlet(name=employee.name)
    try:
        instant = local_instant(datetime.combine(called_on, called_at), outlet.zone)
    except LocalTimeMissing as error:
        raise NoSuchLocalTime from error
    if instant > timezone.now():
        raise CallInTheFuture
    rating, created = Rating.objects.get_or_create(
        uuid=uuid,
        defaults={
            "outlet": outlet,
            "employee": employee,
            "channel": Channel.CALLBACK,
            "rated_at": instant,
            "on": trading_day(instant, outlet.zone, outlet.day_starts_at),
            "score": score,
            "ticket_no": ticket_no,
            "comment": comment,
            "recorded_by": by,
        },
    )
    if not created and rating.recorded_by_id != by.pk:
        raise FormSentBefore  # by somebody whose ratings she does not see
    return rating
