"""The change feed over HTTP."""

from typing import Any
from urllib.parse import urlencode

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema,
    extend_schema_serializer,
)
from rest_framework import serializers, viewsets
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from evaluations.feed.cursors import Cursor, View
from evaluations.feed.reading import Item, read
from evaluations.feed.schema import change_schema
from outlets.exchange.access_log import record_export
from outlets.exchange.feed_kinds import registered
from outlets.exchange.pagination import KeysetPagination
from staffing.accounts.authentication import InsufficientScope, Service
from staffing.accounts.models import ServiceAccount

FIRST_SCOPE = "registry:read"


class SeesSomeKind(BasePermission):
    """Whoever may read any kind of the feed; the answer holds the kinds she may."""

    def has_permission(self, request: Request, view: Any) -> bool:
        caller = request.user
        if not caller or not caller.is_authenticated:
            return False
        found = bool(View.of(caller).kinds)
        if not found and isinstance(caller, Service):
            raise InsufficientScope(FIRST_SCOPE)
        return found


class ServicesOnly(SeesSomeKind):
    """What is kept for a caller is kept for a service; a person has the pages."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.user, Service):
            return False
        return super().has_permission(request, view)


def account_of(request: Request) -> ServiceAccount:
    caller: Any = request.user
    return ServiceAccount.objects.get(pk=caller.key)


def kind_list(about: str) -> serializers.ListField:
    """Return a field for some of the registered kinds."""
    kinds = ", ".join(registered())
    return serializers.ListField(
        child=serializers.ChoiceField(list(registered())),
        required=False,
        max_length=50,
        help_text=f"Some of {kinds}. {about}",
    )


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A page with one tombstone",
            value={
                "next": None,
                "cursor": "eyJ2Ijp7…",
                "results": [
                    {
                        "kind": "awards",
                        "id": "6f1f3f0e-52a5-5d0c-9d5b-6c3f2f0f7a10",
                        "sequence": 4711,
                        "deleted": True,
                        "row": None,
                    }
                ],
            },
        )
    ]
)
class ChangesPage(serializers.Serializer):
    """Changes in order. Keep `cursor`, and come back with it."""

    next = serializers.URLField(
        allow_null=True,
        help_text="Where to go on at once; null: this is all there is now.",
    )
    cursor = serializers.CharField(
        help_text="Where you stand after this page; send it next time, days later too."
    )
    results = serializers.ListField(
        child=change_schema(),
        help_text="In order; a page may be empty and still have a next one.",
    )


class ChangeViewSet(viewsets.ViewSet):
    """Everything the caller may see, in the order in which it changed."""

    permission_classes = (SeesSomeKind,)

    @extend_schema(
        operation_id="changes_list",
        summary="Change feed",
        parameters=[
            OpenApiParameter(
                "cursor",
                OpenApiTypes.STR,
                description="From an earlier answer; without it, everything there is.",
            ),
            OpenApiParameter(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100},
                description="Most changes of one answer.",
            ),
        ],
        responses={200: ChangesPage},
    )
    def feed(self, request: Request) -> Response:
        given = request.query_params.get("cursor")
        cursor = None if given is None else Cursor.parse(given)
        limit = KeysetPagination().get_page_size(request)
        page = read(request.user, cursor, limit)
        following = None
        if page.more:
            query = urlencode({"cursor": str(page.cursor), "limit": limit})
            following = request.build_absolute_uri(f"{request.path}?{query}")
        personal = sum(
            one.row is not None and registered()[one.kind].personal
            for one in page.items
        )
        if personal:
            record_export(request._request, what="changes", rows=personal)
        return Response(
            {
                "next": following,
                "cursor": str(page.cursor),
                "results": [shown(one) for one in page.items],
            }
        )


def shown(item: Item) -> dict[str, Any]:
    """Return an item as the API says it."""
    return {
        "kind": item.kind,
        "id": str(item.id),
        "sequence": item.seq,
        "deleted": item.row is None,
        "row": item.row,
    }
