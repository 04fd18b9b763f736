"""What a service has made under an idempotency key: exports and webhooks."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.db import models

from evaluations.feed.models import Order
from outlets.exchange import keys
from staffing.accounts.models import ServiceAccount

Made = TypeVar("Made", bound=models.Model)


def once(
    *,
    account: ServiceAccount,
    kind: type[Made],
    key: UUID | None,
    content: object,
    make: Callable[[UUID], Made],
) -> Made:
    """Return what `make` makes for a service, or what it made the first time.

    Raises:
        DeliveryConflict: the service used the key before, for other content.
    """
    return keys.once(
        orders=Order,
        sender=f"service:{account.pk}",
        kind=kind,
        key=key,
        content=content,
        make=make,
    )
