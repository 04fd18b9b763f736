"""Serializers made from the registered kinds: one for a row, one for a change of it."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from drf_spectacular.utils import (
    OpenApiExample,
    PolymorphicProxySerializer,
    extend_schema_serializer,
)
from rest_framework import serializers

from outlets.exchange.feed_kinds import FeedKind, Field, Type, registered

_FIELDS: Mapping[Type, Callable[..., serializers.Field]] = {
    Type.TEXT: serializers.CharField,
    Type.WHOLE: serializers.IntegerField,
    Type.NUMBER: serializers.FloatField,
    Type.TRUTH: serializers.BooleanField,
    Type.DATE: serializers.DateField,
    Type.INSTANT: serializers.DateTimeField,
    Type.OBJECT: serializers.DictField,
    Type.LIST: serializers.ListField,
}


def _field(field: Field) -> serializers.Field:
    about = field.about + (" Null: unknown or none." if field.null else "")
    return _FIELDS[field.type](help_text=about, allow_null=field.null)


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


@cache
def row_serializer(name: str) -> type[serializers.Serializer]:
    """Return the serializer of one kind's rows, for the API's document."""
    kind = registered()[name]
    fields: dict[str, Any] = {one.name: _field(one) for one in kind.fields}
    fields["__doc__"] = kind.about
    return type(f"{_camel(name)}RowSerializer", (serializers.Serializer,), fields)


@cache
def change_serializer(name: str) -> type[serializers.Serializer]:
    kind: FeedKind = registered()[name]
    fields: dict[str, Any] = {
        "__doc__": f"A change of one row of {name}.",
        "kind": serializers.ChoiceField([name], help_text=f"Always {name}."),
        "id": serializers.UUIDField(
            help_text="The row's lasting id: the same over all its changes."
        ),
        "sequence": serializers.IntegerField(
            help_text="Place in the order; rows written together share it."
        ),
        "deleted": serializers.BooleanField(
            help_text="True: drop the row. It is gone, or no longer yours to see."
        ),
        "row": row_serializer(name)(
            allow_null=True, help_text="The row as it is now; null where deleted."
        ),
    }
    made = type(f"{_camel(name)}ChangeSerializer", (serializers.Serializer,), fields)
    example = OpenApiExample(
        name,
        value={
            "kind": name,
            "id": "6f1f3f0e-52a5-5d0c-9d5b-6c3f2f0f7a10",
            "sequence": 4711,
            "deleted": False,
            "row": dict(kind.example),
        },
    )
    return extend_schema_serializer(examples=[example])(made)


def change_schema() -> PolymorphicProxySerializer:
    """Return "a change of any kind" for the API's document."""
    return PolymorphicProxySerializer(
        component_name="Change",
        serializers={name: change_serializer(name) for name in registered()},
        resource_type_field_name="kind",
        many=False,
    )
