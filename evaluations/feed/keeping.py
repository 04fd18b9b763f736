"""How long the feed remembers what is gone, and webhooks what they have sent."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from evaluations.feed.models import Change, Delivery, DeliveryState, Mark
from evaluations.feed.reading import last_position
from outlets.exchange.feed_kinds import registered

BATCH = 2000
DELIVERIES_KEPT = timedelta(days=60)


def forget_tombstones() -> int:
    """Drop old changes of what no longer exists; return how many.

    Who has not read since has to begin again: her cursor says so.
    """
    before = timezone.now() - timedelta(days=settings.FEED_TOMBSTONES_KEPT_DAYS)
    newest, after, dropped = last_position()[0], 0, 0
    while True:
        old = Change.objects.filter(pk__gt=after, changed_at__lt=before)
        batch = list(old.exclude(seq=newest).order_by("pk")[:BATCH])
        if not batch:
            break
        after = batch[-1].pk
        gone = [one for one in batch if not _exists(one)]
        with transaction.atomic():
            # What has come back meanwhile has another number, and stays.
            for one in gone:
                dropped += Change.objects.filter(pk=one.pk, seq=one.seq).delete()[0]
            if gone:
                mark = Mark.only(lock=True)
                highest = max(one.seq for one in gone)
                Mark.objects.update(forgotten=max(mark.forgotten, highest))
    Delivery.objects.filter(
        state=DeliveryState.DELIVERED, delivered_at__lt=timezone.now() - DELIVERIES_KEPT
    ).delete()
    return dropped


def _exists(change: Change) -> bool:
    kind = registered().get(change.kind)
    return kind is not None and change.key in kind.existing([change.key])
