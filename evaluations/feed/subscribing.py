"""Webhooks made, paused, resumed, sent once more, given another secret, and ended.

`by` is the person who does it on the page; None is the service itself, over the API.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from evaluations.feed import addresses
from evaluations.feed.cursors import Cursor, View
from evaluations.feed.keys import once
from evaluations.feed.models import Delivery, DeliveryState, Webhook, WebhookState
from evaluations.feed.reading import last_position
from evaluations.feed.webhooks import service_of
from outlets.exchange.acting import acting
from outlets.exchange.errors import DomainError
from outlets.places.sight import Power
from staffing.accounts.authentication import Service
from staffing.accounts.models import ServiceAccount
from staffing.people.models import User

MOST_WEBHOOKS = 10
OVERLAP = timedelta(hours=24)


class TooManyWebhooks(DomainError):
    code = "too_many_webhooks"
    message = _("A service has at most %(most)s webhooks.")


class WebhookEnded(DomainError):
    code = "webhook_ended"
    message = _("This webhook has ended. Make a new one.")


class NotDelivered(DomainError):
    code = "delivery_not_delivered"
    message = _(
        "This delivery has not got through yet: it is tried again by itself. Resume "
        "the webhook to try it at once."
    )


class AddressUnknown(DomainError):
    code = "address_unknown"
    message = _(
        "The name “%(host)s” leads nowhere now. Check it, or wait until it is known."
    )


class ServiceEnded(DomainError):
    code = "webhook_service_ended"
    message = _("The service does not work any more: nothing would be sent.")


def create_webhook(
    *,
    account: ServiceAccount,
    url: str,
    kinds: list[str],
    cursor: str,
    key: UUID | None = None,
    by: User | None = None,
) -> Webhook:
    """Make a webhook that tells what changes from `cursor` on ("": from now on).

    The same `key` answers the same webhook.

    Raises:
        AddressRefused: webhooks may not go there.
        AddressUnknown: its name has no address now.
        ServiceEnded: the service is revoked, or its last day is over.
        TooManyWebhooks: the service has as many as it may.
        DeliveryConflict: the key came before, for another webhook.
    """
    require_keeper(by)
    with acting(by=by):
        return once(
            account=account,
            kind=Webhook,
            key=key,
            content=[url, sorted(set(kinds)), cursor],
            make=lambda uuid: _make(uuid, account, url, kinds, cursor),
        )


def require_keeper(by: User | None) -> None:
    """Let only who configures everywhere: a webhook may tell of the whole chain."""
    if by is not None and not by.sight.reach(Power.CONFIGURE).everywhere:
        raise PermissionDenied


def _make(
    uuid: UUID, account: ServiceAccount, url: str, kinds: list[str], cursor: str
) -> Webhook:
    if not account.is_active:
        raise ServiceEnded
    try:
        addresses.check(url)
    except addresses.Unreachable:
        raise AddressUnknown(host=addresses.host_of(url)) from None
    live = account.webhooks.exclude(state=WebhookState.ENDED)
    if live.count() >= MOST_WEBHOOKS:
        raise TooManyWebhooks(most=MOST_WEBHOOKS)
    start = Cursor.parse(cursor) if cursor else _now(service_of(account))
    return Webhook.objects.create(
        uuid=uuid,
        service=account,
        url=url,
        kinds=kinds,
        salt=get_random_string(32),
        cursor=str(start),
    )


def _now(viewer: Service) -> Cursor:
    """Return where somebody stands who holds all that she may see now."""
    position = last_position()
    view = View.of(viewer)
    return Cursor(view, position, 0, (), view.kinds)


def _locked(webhook: Webhook) -> Webhook:
    """Return it as it is now, so that nobody else changes it before we have."""
    rows = Webhook.objects.select_for_update(of=("self",)).select_related("service")
    return rows.get(pk=webhook.pk)


def _live(webhook: Webhook) -> Webhook:
    found = _locked(webhook)
    if found.state == WebhookState.ENDED:
        raise WebhookEnded
    return found


def _put(webhook: Webhook, state: WebhookState, by: User | None) -> None:
    webhook.state = state
    with acting(by=by):
        webhook.save(update_fields=["state"])


@transaction.atomic
def end_webhook(*, webhook: Webhook, by: User | None = None) -> Webhook:
    """Tell nothing more; what is waiting is dropped, the log stays."""
    require_keeper(by)
    found = _locked(webhook)
    _put(found, WebhookState.ENDED, by)
    found.deliveries.filter(state=DeliveryState.WAITING).delete()
    return found


@transaction.atomic
def pause_webhook(*, webhook: Webhook, by: User | None = None) -> Webhook:
    """Send nothing until it is resumed; what changes meanwhile is told then.

    Raises WebhookEnded.
    """
    require_keeper(by)
    found = _live(webhook)
    _put(found, WebhookState.PAUSED, by)
    return found


@transaction.atomic
def resume_webhook(
    *, webhook: Webhook, now: datetime | None = None, by: User | None = None
) -> Webhook:
    """Go on at once, with the delivery that did not get through.

    Raises WebhookEnded.
    """
    require_keeper(by)
    found = _live(webhook)
    _put(found, WebhookState.ACTIVE, by)
    waiting = found.deliveries.filter(state=DeliveryState.WAITING)
    waiting.update(due_at=now or timezone.now(), tried_since=None, attempts=0)
    return found


@transaction.atomic
def rotate_secret(
    *, webhook: Webhook, now: datetime | None = None, by: User | None = None
) -> Webhook:
    """Give it another secret; for `OVERLAP` each call is signed with both.

    Raises WebhookEnded.
    """
    require_keeper(by)
    found = _live(webhook)
    found.old_salt, found.salt = found.salt, get_random_string(32)
    found.old_until = (now or timezone.now()) + OVERLAP
    with acting(by=by):
        found.save(update_fields=["salt", "old_salt", "old_until"])
    return found


@transaction.atomic
def replay(
    *,
    webhook: Webhook,
    since: datetime,
    now: datetime | None = None,
    by: User | None = None,
) -> int:
    """Send once more what has been delivered since; return the number of deliveries.

    They go out after what is waiting, with the ids that their events had. A webhook
    that is paused keeps them until it is resumed.

    Raises WebhookEnded.
    """
    require_keeper(by)
    found = _live(webhook)
    done = found.deliveries.filter(
        state=DeliveryState.DELIVERED, delivered_at__gte=since, replay=False
    )
    return _again(found, list(done), now, by)


@transaction.atomic
def send_again(
    *,
    webhook: Webhook,
    delivery: Delivery,
    now: datetime | None = None,
    by: User | None = None,
) -> int:
    """Send one delivery once more, as `replay` does.

    Raises:
        WebhookEnded: nothing is sent any more.
        NotDelivered: it has not got through the first time.
    """
    require_keeper(by)
    found = _live(webhook)
    if delivery.state != DeliveryState.DELIVERED:
        raise NotDelivered
    return _again(found, [delivery], now, by)


def _again(
    webhook: Webhook, done: list[Delivery], now: datetime | None, by: User | None
) -> int:
    now = now or timezone.now()
    again = [
        Delivery(
            webhook=webhook, events=one.events, replay=True, made_at=now, due_at=now
        )
        for one in done
    ]
    Delivery.objects.bulk_create(again)
    if webhook.state != WebhookState.PAUSED:
        resume_webhook(webhook=webhook, now=now, by=by)
    return len(again)
