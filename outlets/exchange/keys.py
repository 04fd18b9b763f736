"""Idempotency keys: who loses our reply sends again, and nothing is made twice."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.db import models, transaction
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from outlets.exchange.bulk_api import DeliveryBase, DeliveryConflict

HEADER = "Idempotency-Key"
IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    OpenApiTypes.UUID,
    OpenApiParameter.HEADER,
    description=(
        "A uuid of your own. The same call again answers with what was made the first "
        "time; another body under the same key is refused (409, delivery_conflict)."
    ),
)
Made = TypeVar("Made", bound=models.Model)


class OrderBase(DeliveryBase):
    """What a sender had made under an idempotency key: `made` is its uuid.

    `kind` is the name of the model.
    """

    made = models.UUIDField()

    class Meta(DeliveryBase.Meta):
        abstract = True


def key_of(request: Request) -> UUID | None:
    """Return the key of a call, None where it has none; quotes around it are fine."""
    given = request.headers.get(HEADER)
    if given is None:
        return None
    try:
        return serializers.UUIDField().run_validation(given.strip().strip('"'))
    except ValidationError:
        raise ValidationError({HEADER: [_("is no uuid")]}) from None


@transaction.atomic
def once(
    *,
    orders: type[OrderBase],
    sender: str,
    kind: type[Made],
    key: UUID | None,
    content: object,
    make: Callable[[UUID], Made],
) -> Made:
    """Return what `make` makes under a uuid, or what it made the first time.

    `key` None: each call makes another. What was refused leaves the key free. `sender`
    tells callers apart: the same key of another is another key.

    Raises:
        DeliveryConflict: the sender used the key before, for other content.
    """
    if key is None:
        return make(uuid4())
    # Of two calls at once the second waits here until the first has committed.
    order, new = orders._default_manager.get_or_create(
        sender=sender,
        kind=kind._meta.model_name,
        uuid=key,
        defaults={"digest": _digest(content), "made": uuid4()},
    )
    if order.digest != _digest(content):
        raise DeliveryConflict(uuids=str(key))
    if new:
        return make(order.made)
    rows: Any = kind._default_manager
    return rows.get(uuid=order.made)


def _digest(content: object) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return sha256(text.encode()).hexdigest()
