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
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from evaluations.feed import addresses
from evaluations.feed.cursors import Cursor, Resync, View
from evaluations.feed.models import (
    Attempt,
    Delivery,
    DeliveryState,
    Mark,
    Webhook,
    WebhookState,
)
from evaluations.feed.reading import lasting_id, read
from outlets.exchange.feed_kinds import registered
from staffing.accounts.authentication import Service, caller_of
from staffing.accounts.models import ServiceAccount

logger = logging.getLogger(__name__)
BATCH = 100
MOST_PLANNED = 50
GIVE_UP_AFTER = timedelta(hours=24)
# How long until the next try, by the number of those that failed; then the last.
BACK_OFF = tuple(timedelta(seconds=s) for s in (10, 30, 60, 120, 300, 600, 1200, 1800))
CLAIM = timedelta(minutes=2)
SIGNATURE, TIMESTAMP = "Starhall-Signature", "Starhall-Timestamp"


def service_of(account: ServiceAccount) -> Service:
    """Return the service as it calls with all its scopes."""
    return caller_of(account, list(account.scopes))


def secret_of(webhook: Webhook) -> str:
    """Return what signs its deliveries; it follows from the deployment's own key."""
    return _secret(webhook.salt)


def _secret(salt: str) -> str:
    made = salted_hmac("evaluations.feed.webhook", salt, algorithm="sha256")
    return f"whsec_{made.hexdigest()}"


def signatures(webhook: Webhook, timestamp: str, body: bytes, now: datetime) -> str:
    """Return the header: a signature, or two while a secret is being replaced."""
    salts = [webhook.salt]
    if webhook.old_until is not None and now < webhook.old_until:
        salts.append(webhook.old_salt)
    return ", ".join(signature(_secret(salt), timestamp, body) for salt in salts)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the HMAC-SHA256 over the timestamp, a full stop and the body, in hex."""
    text = timestamp.encode() + b"." + body
    return "v1=" + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


class _Claim:
    """One worker's hold on a webhook for a while; later another may take it."""

    def __init__(self, webhook_id: int) -> None:
        self._rows = Webhook.objects.filter(pk=webhook_id)
        self._until: datetime | None = None

    def take(self, clock: datetime) -> bool:
        free = Q(claimed_until=None) | Q(claimed_until__lte=clock)
        return self._hold(self._rows.filter(free, state=WebhookState.ACTIVE), clock)

    def renew(self, clock: datetime) -> bool:
        """Hold it from now on; False: it ran out, and another worker has it."""
        return self._hold(self._rows.filter(claimed_until=self._until), clock)

    def release(self) -> None:
        self._rows.filter(claimed_until=self._until).update(claimed_until=None)

    def _hold(self, rows: QuerySet[Webhook], clock: datetime) -> bool:
        until = clock + CLAIM
        if not rows.update(claimed_until=until):
            return False
        self._until = until
        return True


def work(*, webhook_id: int, now: datetime | None = None) -> int:
    """Plan and send what is due of one webhook; return how many got through.

    Safe to run twice at once: one of them does it. `now` is the clock, for tests.
    """
    clock = now or timezone.now()
    claim = _Claim(webhook_id)
    if not claim.take(clock):
        return 0
    webhook = Webhook.objects.select_related("service").get(pk=webhook_id)
    try:
        if not webhook.service.is_active:
            return 0
        _plan(webhook, clock)
        return _send_due(webhook, claim, now)
    finally:
        claim.release()


def _plan(webhook: Webhook, now: datetime) -> None:
    """Cut what is new in the feed into deliveries."""
    viewer = service_of(webhook.service)
    view = View.of(viewer)
    for _number in range(MOST_PLANNED):
        with transaction.atomic():
            cursor = Cursor.parse(webhook.cursor)
            if cursor.view != view:
                webhook.walks += 1
            try:
                page = read(viewer, cursor, BATCH)
            except Resync:
                # What was missed is not known: begin again with everything.
                webhook.walks += 1
                page = read(viewer, None, BATCH)
            events = [
                [one.kind, one.key, one.seq, webhook.walks]
                for one in page.items
                if not webhook.kinds or one.kind in webhook.kinds
            ]
            if events:
                Delivery.objects.create(
                    webhook=webhook, events=events, made_at=now, due_at=now
                )
            if str(page.cursor) != webhook.cursor:
                webhook.cursor = str(page.cursor)
                webhook.save(update_fields=["cursor", "walks"])
        if not page.more:
            return


def _send_due(webhook: Webhook, claim: _Claim, now: datetime | None) -> int:
    sent = 0
    while True:
        clock = now or timezone.now()
        # Who pauses it, or ends it, is heard before the next call.
        head = webhook.deliveries.filter(
            state=DeliveryState.WAITING, webhook__state=WebhookState.ACTIVE
        ).first()
        if head is None or head.due_at > clock or not claim.renew(clock):
            return sent
        if not _send(webhook, head, clock):
            return sent
        sent += 1


def _send(webhook: Webhook, delivery: Delivery, now: datetime) -> bool:
    """Try once; tell whether it got through."""
    body = json.dumps(body_of(webhook, delivery), ensure_ascii=False).encode()
    stamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Starhall-Webhooks/1",
        TIMESTAMP: stamp,
        SIGNATURE: signatures(webhook, stamp, body, now),
    }
    status, problem = None, ""
    try:
        status = addresses.post(addresses.check(webhook.url), body, headers)
    except addresses.AddressRefused:
        problem = addresses.Problem.NOT_ALLOWED
    except addresses.Unreachable as error:
        problem = error.problem
    good = status is not None and 200 <= status < 300
    _note(webhook, delivery, now, status=status, problem=problem, good=good)
    return good


@transaction.atomic
def _note(
    webhook: Webhook,
    sent: Delivery,
    now: datetime,
    *,
    status: int | None,
    problem: str,
    good: bool,
) -> None:
    """Write down what came of a call; nothing, if the webhook was ended meanwhile."""
    delivery = Delivery.objects.select_for_update().filter(pk=sent.pk).first()
    if delivery is None:
        return
    Attempt.objects.create(delivery=delivery, at=now, status=status, problem=problem)
    delivery.attempts += 1
    delivery.tried_since = delivery.tried_since or now
    if good:
        delivery.state, delivery.delivered_at = DeliveryState.DELIVERED, now
    elif now - delivery.tried_since >= GIVE_UP_AFTER:
        _stop(webhook)
        logger.warning("Webhook %s has stopped: no answer for a day", webhook.uuid)
    else:
        wait = BACK_OFF[min(delivery.attempts, len(BACK_OFF)) - 1]
        # The last try falls on the end of the day, not after it.
        delivery.due_at = min(now + wait, delivery.tried_since + GIVE_UP_AFTER)
    delivery.save()


def _stop(webhook: Webhook) -> None:
    """Send nothing more until somebody resumes it; who paused it meanwhile is heard."""
    found = Webhook.objects.select_for_update().get(pk=webhook.pk)
    if found.state == WebhookState.ACTIVE:
        found.state = webhook.state = WebhookState.STOPPED
        found.save(update_fields=["state"])


def body_of(webhook: Webhook, delivery: Delivery) -> dict[str, Any]:
    """Return what a receiver is sent: events in order, each with the row as it is now.

    An event's `id` is the same in every try and replay; a row out of sight is deleted.
    What is told again because the service came to see something else is a new event.
    """
    viewer = service_of(webhook.service)
    space = Mark.only().space
    rows = _rows(viewer, delivery.events)
    return {
        "delivery": str(delivery.uuid),
        "webhook": str(webhook.uuid),
        "events": [
            {
                "event": str(event_id(space, kind, key, seq, *walk)),
                "kind": kind,
                "id": str(lasting_id(space, kind, key)),
                "sequence": seq,
                "deleted": (kind, key) not in rows,
                "row": rows.get((kind, key)),
            }
            for kind, key, seq, *walk in delivery.events
        ],
    }


def event_id(space: UUID, kind: str, key: str, seq: int, walk: int = 0) -> UUID:
    again = f" walk {walk}" if walk else ""
    return uuid5(space, f"event {seq} {kind}:{key}{again}")


def _rows(viewer: Service, events: list[Any]) -> dict[tuple[str, str], dict[str, Any]]:
    seen = View.of(viewer).kinds
    by_kind: dict[str, set[str]] = defaultdict(set)
    for kind, key, *_rest in events:
        if kind in seen:
            by_kind[kind].add(key)
    return {
        (kind, key): row
        for kind, keys in by_kind.items()
        for key, row in registered()[kind].rows(viewer, sorted(keys))
    }
