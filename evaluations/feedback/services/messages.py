"""Asking by SMS: the system draws whom, sends, and takes the replies. System tasks.

Nobody chooses a customer, and the person judged has no part in any of it.
"""

from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from evaluations.feedback import asking
from evaluations.feedback.gateway import Gateway, Never, NotNow, gateway
from evaluations.feedback.models import (
    Channel,
    CustomerNumber,
    Invitation,
    Message,
    MessageState,
    NamedBy,
    Origin,
    Rating,
)
from evaluations.feedback.services.naming import works_there
from evaluations.feedback.services.taking import phone_hash
from outlets.flow.models import Ticket
from outlets.places.models import Outlet
from outlets.places.rules import trading_day
from staffing.notices.rules import is_quiet

MESSAGES = "sms"
# Who was served longer ago than this is not asked any more.
ASKED_WITHIN = timedelta(days=2)
# While one worker sends a message no other takes it up.
CLAIMED_FOR = timedelta(minutes=5)
AT_ONCE = 500


def draw_messages(now: datetime) -> int:
    """Look at every visit that ended a while ago; return the messages drawn.

    Without a gateway nothing is looked at, and nothing lost.
    """
    if gateway() is None:
        return 0
    since = (now - ASKED_WITHIN).date()
    waiting = CustomerNumber.objects.filter(looked_at=False, on__gte=since)
    drawn = 0
    for row in waiting.select_related("outlet").order_by("on", "pk").iterator(500):
        drawn += _look_at(row, now)
    return drawn


@transaction.atomic
def _look_at(row: CustomerNumber, now: datetime) -> bool:
    visit = {"outlet": row.outlet_id, "ticket_no": row.ticket_no}
    ticket = Ticket.objects.filter(date=row.on, **visit).first()
    if ticket is None or ticket.finished_at is None:
        return False
    if now - ticket.finished_at < settings.FEEDBACK_SMS_AFTER:
        return False
    # Whoever marks it looked at decides, if two look at once.
    mine = CustomerNumber.objects.filter(pk=row.pk, looked_at=False)
    if not mine.update(looked_at=True):
        return False
    seed = seed_of_day(MESSAGES, row.outlet, row.on)
    percent = settings.FEEDBACK_SMS_PERCENT
    if not asking.is_asked(seed, row.ticket_no, percent):
        return False
    hashed = phone_hash(row.number)
    rests = now - settings.FEEDBACK_SMS_NUMBER_REST
    if Message.objects.filter(phone_hash=hashed, drawn_at__gt=rests).exists():
        return False
    _row, made = Message.objects.get_or_create(
        outlet=row.outlet,
        on=row.on,
        ticket_no=row.ticket_no,
        defaults={
            "employee_id": works_there(ticket.employee_number, row.outlet, row.on),
            "number": row.number,
            "phone_hash": hashed,
            "seed": seed,
            "percent": percent,
            "drawn_at": now,
            "next_at": now,
            "asks": settings.FEEDBACK_SMS_ASKS,
        },
    )
    return made


def seed_of_day(what: str, outlet: Outlet, on: date) -> str:
    return asking.seed_of(settings.FEEDBACK_DRAW_SECRET, what, outlet.code, on)


def send_messages(now: datetime, through: Gateway | None = None) -> int:
    """Send what is due where it is no quiet hour; return how many were sent."""
    through = through or gateway()
    if through is None:
        return 0
    due = Message.objects.filter(next_at__lte=now).select_related("outlet")
    sent = 0
    for row in due.order_by("next_at", "pk")[:AT_ONCE]:
        local = now.astimezone(row.outlet.zone).time()
        if not is_quiet(local, *settings.FEEDBACK_SMS_QUIET):
            sent += _send(row, now, through)
    return sent


def _send(row: Message, now: datetime, through: Gateway) -> bool:
    # Claimed first: a worker that dies in between lets another one send it again,
    # under the same key.
    mine = Message.objects.filter(pk=row.pk, next_at=row.next_at)
    tries = row.attempts + 1
    if not mine.update(next_at=now + CLAIMED_FOR, attempts=tries):
        return False
    try:
        through.send(key=str(row.uuid), to=row.number, text=words_of(row))
    except Never:
        _give_up(row)
        return False
    except NotNow:
        again = asking.next_try(tries, now)
        if again is None:
            _give_up(row)
        else:
            Message.objects.filter(pk=row.pk).update(next_at=again)
        return False
    with transaction.atomic():
        outlet = row.outlet
        invitation, _made = Invitation.objects.get_or_create(
            uuid=row.uuid,
            defaults={
                "outlet": outlet,
                "employee_id": row.employee_id,
                "sent_at": now,
                "on": trading_day(now, outlet.zone, outlet.day_starts_at),
            },
        )
        Message.objects.filter(pk=row.pk).update(
            state=MessageState.SENT, invitation=invitation, number="", next_at=None
        )
    return True


def _give_up(row: Message) -> None:
    Message.objects.filter(pk=row.pk).update(
        state=MessageState.FAILED, number="", next_at=None
    )


def words_of(row: Message) -> str:
    """Return what is sent, in both languages, short enough for two parts."""
    lines = []
    for language in ("zh-hans", "en"):
        with override(language):
            line = _(
                "%(outlet)s: how was our service today? Reply 1 (very dissatisfied) "
                "to 5 (very satisfied)."
            ) % {"outlet": row.outlet.name}
            if row.asks:
                line += _(" If anybody asked you for a good mark, add an A: 5A.")
            lines.append(line)
    return "\n".join(lines)


def take_reply(*, key: UUID, text: str, now: datetime) -> str:
    """Take what a customer replied to the message `key`; return what became of it.

    `counted`; `known`: she has replied before, the first reply counts; `unreadable`:
    it begins with no mark; `late`; `unknown`: no message of ours.
    """
    with transaction.atomic():
        rows = Message.objects.select_for_update(of=("self",))
        row = rows.select_related("outlet", "invitation").filter(uuid=key).first()
        if row is None or row.invitation is None:
            return "unknown"
        if row.state == MessageState.REPLIED:
            return "known"
        if now - row.invitation.sent_at > settings.FEEDBACK_SMS_REPLY_WITHIN:
            return "late"
        reply = asking.read_reply(text, asks=row.asks)
        if reply is None:
            return "unreadable"
        _count(row, row.invitation, reply, now)
    return "counted"


def _count(
    row: Message, invitation: Invitation, reply: asking.Reply, now: datetime
) -> None:
    outlet = row.outlet
    rating = Rating.objects.create(
        uuid=uuid5(NAMESPACE_URL, f"starhall reply|{row.uuid}"),
        outlet=outlet,
        employee_id=row.employee_id,
        channel=Channel.SMS,
        rated_at=now,
        # The reply counts beside the message that asked for it.
        on=invitation.on,
        score=reply.score,
        ticket_no=row.ticket_no,
    )
    Origin.objects.create(
        rating=rating,
        on_site=False,
        phone_hash=row.phone_hash,
        named_by=NamedBy.NOBODY if row.employee_id is None else NamedBy.TICKET,
        asked_for_mark=reply.asked_for_mark,
    )
    invitation.replied, invitation.pending = True, True
    invitation.save(update_fields=["replied", "pending"])
    row.state = MessageState.REPLIED
    row.save(update_fields=["state"])
