"""Bulk calls: many rows of one kind over HTTP, with an answer for each of them.

A room subclasses `BulkView` with its kind and its table of deliveries. The items have
the columns of the kind, so a file and a call mean the same.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, ClassVar
from uuid import UUID

from django.db import models, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from outlets.exchange.cells import Cells
from outlets.exchange.errors import DomainError
from outlets.exchange.kinds import Kind, Outcome

MOST_ITEMS = 1000
UUIDS_NAMED = 5


class DeliveryBase(models.Model):
    """What a sender delivered under a uuid: the same again is fine, other content not.

    `kind` is the kind's name, with `/call` after it where the uuid marks a whole call.
    """

    sender = models.CharField(max_length=120)
    kind = models.CharField(max_length=30)
    uuid = models.UUIDField()
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "kind", "uuid"], name="%(app_label)s_%(class)s_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.kind} {self.uuid}"


class DeliveryConflict(DomainError):
    code = "delivery_conflict"
    message = gettext_lazy(
        "Nothing was taken: these uuids came before with other content: %(uuids)s"
    )


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What became of one item; `reasons` say why it was rejected, column by column."""

    index: int
    uuid: UUID | None
    result: Outcome
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Mark:
    """The uuid of an item or of a whole call, and a digest of what came under it."""

    kind: str
    uuid: UUID
    digest: str


@transaction.atomic
def take_items(
    *,
    kind: Kind,
    items: Sequence[object],
    sender: str,
    deliveries: type[DeliveryBase],
    call: UUID | None = None,
) -> list[ItemResult]:
    """Take the good items, refuse the others one by one, and say so for each.

    A `uuid` in an item, and `call` for all of them together, mark a delivery. They are
    remembered once something of it has been taken, so that what was refused can be
    mended and sent again.

    Raises:
        DeliveryConflict: `sender` used one of the uuids before for other content;
            nothing is taken.
    """
    rows = [_cells(kind, index, item) for index, item in enumerate(items)]
    marks = [_item_mark(kind, cells) for cells in rows]
    whole = _call_mark(kind, call, rows)
    known = _check_marks([*marks, whole], sender, deliveries)
    kind.present = frozenset(name for cells in rows for name in cells.cells)
    kind.open()
    outcomes = [
        Outcome.REJECTED if cells.bad else outcome
        for cells, outcome in zip(rows, kind.receive(rows), strict=True)
    ]
    kind.close()
    taken = {
        mark
        for mark, outcome in zip(marks, outcomes, strict=True)
        if mark and outcome is not Outcome.REJECTED
    }
    if whole and set(outcomes) - {Outcome.REJECTED}:
        taken.add(whole)
    deliveries._default_manager.bulk_create(
        [
            deliveries(sender=sender, kind=m.kind, uuid=m.uuid, digest=m.digest)
            for m in taken - known
        ],
        ignore_conflicts=True,  # the same call, sent twice at once
    )
    return [
        ItemResult(
            index=cells.row,
            uuid=mark.uuid if mark else None,
            result=outcome,
            reasons=tuple(f"{f.column}: {f.reason}" for f in cells.faults),
            warnings=tuple(f"{f.column}: {f.reason}" for f in cells.warnings),
        )
        for cells, mark, outcome in zip(rows, marks, outcomes, strict=True)
    ]


def _cells(kind: Kind, index: int, item: object) -> Cells:
    if not isinstance(item, Mapping):
        cells = Cells(index, {})
        cells.fail("item", _("is no object with the columns of this kind"))
        return cells
    known = {column.name for column in kind.columns}
    texts = {name: _text(value) for name, value in item.items()}
    cells = Cells(index, {name: text or "" for name, text in texts.items()})
    for name, text in texts.items():
        if text is None:
            cells.fail(name, _("is no single value"))
        elif "\x00" in text:
            cells.fail(name, _("contains a NUL character"))
        if name not in known and name != "uuid":
            cells.warn(name, _("is no column of this kind and is ignored"))
    for column in kind.columns:
        if column.required and not cells.text(column.name):
            cells.fail(column.name, _("is required"))
    return cells


def _text(value: object) -> str | None:
    """Write a JSON value as a spreadsheet would; None for a list or an object."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, str | int | float):
        return str(value).strip()
    return None


def _item_mark(kind: Kind, cells: Cells) -> _Mark | None:
    if cells.bad:
        return None
    uuid = cells.uuid("uuid")
    content = {k: v for k, v in cells.cells.items() if v and k != "uuid"}
    return _Mark(kind.name, uuid, _digest(content)) if uuid else None


def _call_mark(kind: Kind, uuid: UUID | None, rows: Sequence[Cells]) -> _Mark | None:
    if uuid is None:
        return None
    content = [{k: v for k, v in cells.cells.items() if v} for cells in rows]
    return _Mark(f"{kind.name}/call", uuid, _digest(content))


def _digest(content: object) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def _check_marks(
    marks: Sequence[_Mark | None], sender: str, deliveries: type[DeliveryBase]
) -> set[_Mark]:
    """Return the deliveries that came before; refuse a uuid with two contents."""
    given = {mark for mark in marks if mark}
    earlier = deliveries._default_manager.filter(
        sender=sender,
        kind__in={mark.kind for mark in given},
        uuid__in={mark.uuid for mark in given},
    )
    known = {_Mark(row.kind, row.uuid, row.digest) for row in earlier}
    contents: dict[tuple[str, UUID], str] = {}
    clashes = [
        mark.uuid
        for mark in [*known, *given]
        if contents.setdefault((mark.kind, mark.uuid), mark.digest) != mark.digest
    ]
    if clashes:
        named = ", ".join(sorted(map(str, clashes))[:UUIDS_NAMED])
        raise DeliveryConflict(uuids=named)
    return known


class ItemResultSerializer(serializers.Serializer[ItemResult]):
    index = serializers.IntegerField(help_text="Place in the call, from 0.")
    uuid = serializers.UUIDField(
        allow_null=True, help_text="The item's uuid; null where it carries none."
    )
    result = serializers.ChoiceField(
        choices=[outcome.value for outcome in Outcome],
        help_text="created, updated, unchanged or rejected.",
    )
    reasons = serializers.ListField(
        child=serializers.CharField(), help_text="Why it was rejected, by column."
    )
    warnings = serializers.ListField(
        child=serializers.CharField(), help_text="What is odd about a taken item."
    )


BULK_ANSWERED = OpenApiExample(
    "One taken, one rejected",
    value={
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "rejected": 1,
        "results": [
            {
                "index": 0,
                "uuid": "0a9d3c1e-6d0f-4bb4-9d53-2f5b8f3f6f10",
                "result": "created",
                "reasons": [],
                "warnings": [],
            },
            {
                "index": 1,
                "uuid": None,
                "result": "rejected",
                "reasons": ["outlet_code: is no outlet"],
                "warnings": [],
            },
        ],
    },
    response_only=True,
)


@extend_schema_serializer(examples=[BULK_ANSWERED])
class BulkResultSerializer(serializers.Serializer[dict[str, Any]]):
    created = serializers.IntegerField(help_text="Items that are new.")
    updated = serializers.IntegerField(help_text="Items that filled empty columns.")
    unchanged = serializers.IntegerField(help_text="Items that were known already.")
    rejected = serializers.IntegerField(help_text="Items that were not taken.")
    results = ItemResultSerializer(many=True, help_text="One per item, in order.")


class BulkView(APIView):
    """POST an array of items, or an object with `items` and a `uuid` for the call.

    For machines only: a subclass sets `required_scope` and no `required_power`.
    """

    kind: ClassVar[type[Kind]]
    deliveries: ClassVar[type[DeliveryBase]]

    def post(self, request: Request) -> Response:
        items, call = _body(request.data)
        kind = self.kind()
        kind.sender = request.user
        results = take_items(
            kind=kind,
            items=items,
            sender=_sender(request),
            deliveries=self.deliveries,
            call=call,
        )
        counts = {
            outcome.value: sum(result.result is outcome for result in results)
            for outcome in Outcome
        }
        return Response(BulkResultSerializer({**counts, "results": results}).data)


def _body(data: Any) -> tuple[list[object], UUID | None]:
    call = None
    if isinstance(data, Mapping):
        if data.get("uuid") is not None:
            call = serializers.UUIDField().run_validation(data["uuid"])
        data = data.get("items")
    if not isinstance(data, list):
        raise ValidationError({"items": [_("is no array of items")]})
    if len(data) > MOST_ITEMS:
        raise ValidationError(
            {"items": [_("has more than %(most)d items") % {"most": MOST_ITEMS}]}
        )
    return data, call


def _sender(request: Request) -> str:
    """Name who delivers: the registered application of the token, or the person."""
    application = getattr(request.auth, "application_id", None)
    return f"service:{application}" if application else f"user:{request.user.pk}"
