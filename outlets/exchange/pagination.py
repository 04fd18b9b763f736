"""Keyset pagination: an opaque cursor that stays right while rows are written."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

MOST = 1000


class KeysetPagination(CursorPagination):
    """`?limit=` 1 to 1000 (default 100) and `?cursor=`; answers `next` and `results`.

    The view's `keyset` names a unique attribute to walk along.
    """

    page_size = 100
    page_size_query_param = "limit"
    max_page_size = MOST

    def get_ordering(
        self, request: Request, queryset: Any, view: Any
    ) -> tuple[str, ...]:
        return (view.keyset,)

    def paginate_queryset(
        self, queryset: Any, request: Request, view: Any = None
    ) -> list[Any] | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        except ValueError as error:  # a cursor made by hand: no such place
            raise NotFound(self.invalid_cursor_message) from error

    def decode_cursor(self, request: Request) -> Cursor | None:
        cursor: Cursor | None = super().decode_cursor(request)
        if cursor is not None and "\x00" in str(cursor.position or ""):
            raise NotFound(self.invalid_cursor_message)
        return cursor

    def get_page_size(self, request: Request) -> int:
        given = request.query_params.get(self.page_size_query_param)
        if given is None:
            return self.page_size
        if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= MOST:
            raise ValidationError(
                {
                    "limit": [
                        _("is not a whole number from 1 to %(most)d") % {"most": MOST}
                    ]
                }
            )
        return int(given)

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.get_next_link(), "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "Address of the next page; null on the last one.",
                    # With it the document's generator shows rows as a page of them.
                    "example": "https://starhall.example/api/v1/…/?cursor=cD0y",
                },
                "results": schema,
            },
        }
