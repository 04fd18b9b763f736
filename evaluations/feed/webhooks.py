"""Telling receivers what changed: planned from the feed, sent in order, tried again.

A webhook walks the feed with the eyes of its service. What it finds is cut into
deliveries; each is one call with up to `BATCH` events, and the next one waits until
this one has got through, so that the events of an object arrive in order. What a row
says is read when it is sent. After a day without an answer the webhook stops; nothing
is thrown away, and resuming goes on with the delivery that did not get through.
"""

import hashlib
import hmac
import json
import logging
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext_lazy as _

from evaluations.feed import addresses
from evaluations.feed.cursors import Cursor, Resync, View
from evaluations.feed.keys import once
from evaluations.feed.models import (
    Attempt,
    Delivery,
    DeliveryState,
    Mark,
    Webhook,
    WebhookState,
)
from evaluations.feed.reading import last_position, lasting_id, read
from outlets.exchange.errors import DomainError
from outlets.exchange.feed_kinds import registered
from staffing.accounts.authentication import Service, caller_of
from staffing.accounts.models import ServiceAccount

logger = logging.getLogger(__name__)
BATCH = 100
MOST_PLANNED = 50
MOST_WEBHOOKS = 10
GIVE_UP_AFTER = timedelta(hours=24)
# How long until the next try, by the number of those that failed; then the last.
BACK_OFF = tuple(timedelta(seconds=s) for s in (10, 30, 60, 120, 300, 600, 1200, 1800))
CLAIM = timedelta(minutes=2)
SIGNATURE, TIMESTAMP = "Starhall-Signature", "Starhall-Timestamp"


class TooManyWebhooks(DomainError):
    code = "too_many_webhooks"
    message = _("A service has at most %(most)s webhooks.")


class WebhookEnded(DomainError):
    code = "webhook_ended"
    message = _("This webhook has ended. Make a new one.")


def service_of(account: ServiceAccount) -> Service:
    """Return the service as it calls with all its scopes."""
    return caller_of(account, list(account.scopes))


def secret_of(webhook: Webhook) -> str:
    """Return what signs its deliveries; it follows from the deployment's own key."""
    made = salted_hmac("evaluations.feed.webhook", webhook.salt, algorithm="sha256")
    return f"whsec_{made.hexdigest()}"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the HMAC-SHA256 over the timestamp, a full stop and the body, in hex."""
    text = timestamp.encode() + b"." + body
    return "v1=" + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def create_webhook(
    *,
    account: ServiceAccount,
    url: str,
    kinds: list[str],
    cursor: str,
    key: UUID | None = None,
) -> Webhook:
    """Make a webhook that tells what changes from `cursor` on ("": from now on).

    The same `key` answers the same webhook.

    Raises:
        AddressRefused: webhooks may not go there.
        TooManyWebhooks: the service has as many as it may.
        DeliveryConflict: the key came before, for another webhook.
    """
    return once(
        account=account,
        kind=Webhook,
        key=key,
        content=[url, sorted(set(kinds)), cursor],
        make=lambda uuid: _make(uuid, account, url, kinds, cursor),
    )


def _make(
    uuid: UUID, account: ServiceAccount, url: str, kinds: list[str], cursor: str
) -> Webhook:
    addresses.check(url)
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


def end_webhook(*, webhook: Webhook) -> None:
    """Tell nothing more; what is waiting is dropped, the log stays."""
    webhook.state = WebhookState.ENDED
    webhook.save(update_fields=["state"])
    webhook.deliveries.filter(state=DeliveryState.WAITING).delete()


@transaction.atomic
def resume_webhook(*, webhook: Webhook, now: datetime | None = None) -> None:
    """Go on at once, with the delivery that did not get through.

    Raises WebhookEnded.
    """
    if webhook.state == WebhookState.ENDED:
        raise WebhookEnded
    now = now or timezone.now()
    webhook.state = WebhookState.ACTIVE
    webhook.save(update_fields=["state"])
    waiting = webhook.deliveries.filter(state=DeliveryState.WAITING)
    waiting.update(due_at=now, tried_since=None, attempts=0)


@transaction.atomic
def replay(*, webhook: Webhook, since: datetime, now: datetime | None = None) -> int:
    """Send once more what has been delivered since; return the number of deliveries.

    They go out after what is waiting, with the ids that their events had.
    """
    if webhook.state == WebhookState.ENDED:
        raise WebhookEnded
    now = now or timezone.now()
    done = webhook.deliveries.filter(
        state=DeliveryState.DELIVERED, delivered_at__gte=since, replay=False
    )
    again = [
        Delivery(
            webhook=webhook, events=one.events, replay=True, made_at=now, due_at=now
        )
        for one in done
    ]
    Delivery.objects.bulk_create(again)
    resume_webhook(webhook=webhook, now=now)
    return len(again)


def work(*, webhook_id: int, now: datetime | None = None) -> int:
    """Plan and send what is due of one webhook; return how many got through.

    Safe to run twice at once: one of them does it. `now` is the clock, for tests.
    """
    clock = now or timezone.now()
    free = Q(claimed_until=None) | Q(claimed_until__lte=clock)
    mine = Webhook.objects.filter(free, pk=webhook_id, state=WebhookState.ACTIVE)
    if not mine.update(claimed_until=clock + CLAIM):
        return 0
    webhook = Webhook.objects.select_related("service").get(pk=webhook_id)
    try:
        if not webhook.service.is_active:
            return 0
        _plan(webhook, clock)
        return _send_due(webhook, now)
    finally:
        Webhook.objects.filter(pk=webhook_id).update(claimed_until=None)


def _plan(webhook: Webhook, now: datetime) -> None:
    """Cut what is new in the feed into deliveries."""
    viewer = service_of(webhook.service)
    for _number in range(MOST_PLANNED):
        with transaction.atomic():
            cursor = Cursor.parse(webhook.cursor)
            try:
                page = read(viewer, cursor, BATCH)
            except Resync:
                # What was missed is not known: begin again with everything.
                page = read(viewer, None, BATCH)
            events = [
                [one.kind, one.key, one.seq]
                for one in page.items
                if not webhook.kinds or one.kind in webhook.kinds
            ]
            if events:
                Delivery.objects.create(
                    webhook=webhook, events=events, made_at=now, due_at=now
                )
            if str(page.cursor) != webhook.cursor:
                webhook.cursor = str(page.cursor)
                webhook.save(update_fields=["cursor"])
        if not page.more:
            return


def _send_due(webhook: Webhook, now: datetime | None) -> int:
    sent = 0
    while True:
        clock = now or timezone.now()
        head = webhook.deliveries.filter(state=DeliveryState.WAITING).first()
        if head is None or head.due_at > clock or not _send(webhook, head, clock):
            return sent
        sent += 1
        Webhook.objects.filter(pk=webhook.pk).update(claimed_until=clock + CLAIM)


def _send(webhook: Webhook, delivery: Delivery, now: datetime) -> bool:
    """Try once; tell whether it got through."""
    body = json.dumps(body_of(webhook, delivery), ensure_ascii=False).encode()
    stamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Starhall-Webhooks/1",
        TIMESTAMP: stamp,
        SIGNATURE: signature(secret_of(webhook), stamp, body),
    }
    status, problem = None, ""
    try:
        status = addresses.post(addresses.check(webhook.url), body, headers)
    except addresses.AddressRefused as error:
        problem = str(error)
    except addresses.Unreachable as error:
        problem = str(error)
    good = status is not None and 200 <= status < 300
    Attempt.objects.create(
        delivery=delivery, at=now, status=status, problem=problem[:200]
    )
    delivery.attempts += 1
    delivery.tried_since = delivery.tried_since or now
    if good:
        delivery.state, delivery.delivered_at = DeliveryState.DELIVERED, now
    elif now - delivery.tried_since >= GIVE_UP_AFTER:
        webhook.state = WebhookState.STOPPED
        webhook.save(update_fields=["state"])
        logger.warning("Webhook %s has stopped: no answer for a day", webhook.uuid)
    else:
        wait = BACK_OFF[min(delivery.attempts, len(BACK_OFF)) - 1]
        # The last try falls on the end of the day, not after it.
        delivery.due_at = min(now + wait, delivery.tried_since + GIVE_UP_AFTER)
    delivery.save()
    return good


def body_of(webhook: Webhook, delivery: Delivery) -> dict[str, Any]:
    """Return what a receiver is sent: events in order, each with the row as it is now.

    An event's `id` is the same in every try and replay; a row out of sight is deleted.
    """
    viewer = service_of(webhook.service)
    space = Mark.only().space
    rows = _rows(viewer, delivery.events)
    return {
        "delivery": str(delivery.uuid),
        "webhook": str(webhook.uuid),
        "events": [
            {
                "event": str(event_id(space, kind, key, seq)),
                "kind": kind,
                "id": str(lasting_id(space, kind, key)),
                "sequence": seq,
                "deleted": (kind, key) not in rows,
                "row": rows.get((kind, key)),
            }
            for kind, key, seq in delivery.events
        ],
    }


def event_id(space: UUID, kind: str, key: str, seq: int) -> UUID:
    return uuid5(space, f"event {seq} {kind}:{key}")


def _rows(viewer: Service, events: list[Any]) -> dict[tuple[str, str], dict[str, Any]]:
    seen = View.of(viewer).kinds
    by_kind: dict[str, set[str]] = defaultdict(set)
    for kind, key, _seq in events:
        if kind in seen:
            by_kind[kind].add(key)
    return {
        (kind, key): row
        for kind, keys in by_kind.items()
        for key, row in registered()[kind].rows(viewer, sorted(keys))
    }
