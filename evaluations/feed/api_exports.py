"""Bulk exports over HTTP: asked for, watched, fetched."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from evaluations.feed.api import ServicesOnly, account_of, kind_list
from evaluations.feed.exporting import (
    ExportNotReady,
    files,
    path_of,
    require_same_view,
    start_export,
)
from evaluations.feed.models import Export, ExportForm, ExportState
from evaluations.feed.writers import CONTENT_TYPES
from outlets.exchange.access_log import record_export
from outlets.exchange.keys import IDEMPOTENCY_KEY, key_of
from outlets.exchange.ranges import partial_response

UUID_IN_PATH = OpenApiParameter(
    "uuid", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The export's id."
)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Standings as Parquet", value={"format": "parquet", "kinds": ["standings"]}
        )
    ]
)
class ExportRequestSerializer(serializers.Serializer):
    """What to export."""

    format = serializers.ChoiceField(
        ExportForm.choices, help_text="ndjson, csv, xlsx or parquet."
    )
    kinds = kind_list("Empty or left out: all that the token opens.")


class ExportFileSerializer(serializers.Serializer):
    """One file of the manifest."""

    name = serializers.CharField(help_text="Name, as its address has it.")
    kind = serializers.CharField(help_text="What its rows are.")
    rows = serializers.IntegerField(help_text="Rows, a heading not counted.")
    bytes = serializers.IntegerField(help_text="Size.")
    sha256 = serializers.CharField(help_text="SHA-256 of the file, in hex.")
    url = serializers.URLField(help_text="Where to fetch it; Range is understood.")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Ready",
            status_codes=["200", "202"],
            value={
                "id": "0a9d3c1e-6d0f-4bb4-9d53-2f5b8f3f6f10",
                "format": "parquet",
                "kinds": ["standings"],
                "state": "done",
                "rows": 297,
                "files": [
                    {
                        "name": "standings.parquet",
                        "kind": "standings",
                        "rows": 297,
                        "bytes": 48211,
                        "sha256": "51ab…",
                        "url": "https://starhall.example/api/v1/exports/0a9d3c1e-6d0f-4bb4-9d53-2f5b8f3f6f10/files/standings.parquet/",
                    }
                ],
                "cursor": "eyJ2Ijp7…",
                "made_at": "2026-10-06T02:00:00Z",
                "finished_at": "2026-10-06T02:00:04Z",
                "expires_at": "2026-10-07T02:00:04Z",
            },
        )
    ]
)
class ExportSerializer(serializers.Serializer):
    """An export, its progress, and its manifest once it is ready."""

    id = serializers.UUIDField(source="uuid", help_text="The export's id.")
    format = serializers.CharField(source="form", help_text="As asked for.")
    kinds = serializers.ListField(
        child=serializers.CharField(), help_text="What is exported, a file each."
    )
    state = serializers.CharField(
        help_text="waiting, running, done, failed or expired."
    )
    rows = serializers.IntegerField(help_text="Rows written so far.")
    files = serializers.SerializerMethodField(help_text="The manifest; empty before.")
    cursor = serializers.CharField(
        help_text="Goes on in the change feed where the files end; empty before."
    )
    made_at = serializers.DateTimeField(help_text="When it was asked for.")
    finished_at = serializers.DateTimeField(
        allow_null=True, help_text="When it was ready; null before."
    )
    expires_at = serializers.DateTimeField(
        allow_null=True, help_text="When its files are deleted; null before."
    )

    @extend_schema_field(ExportFileSerializer(many=True))
    def get_files(self, export: Export) -> list[dict[str, Any]]:
        request: Request = self.context["request"]
        base = request.build_absolute_uri(f"/api/v1/exports/{export.uuid}/files/")
        return [one | {"url": f"{base}{one['name']}/"} for one in export.files]


class ExportViewSet(viewsets.ViewSet):
    """Everything the caller may see of some kinds, as files."""

    permission_classes = (ServicesOnly,)

    @extend_schema(
        operation_id="exports_create",
        summary="Ask for a bulk export",
        parameters=[IDEMPOTENCY_KEY],
        request=ExportRequestSerializer,
        responses={202: ExportSerializer},
    )
    def ask(self, request: Request) -> Response:
        asked = ExportRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        caller: Any = request.user
        export = start_export(
            account=account_of(request),
            scopes=sorted(caller.scopes),
            kinds=asked.validated_data.get("kinds", []),
            form=asked.validated_data["format"],
            key=key_of(request),
        )
        export.refresh_from_db()
        shown = ExportSerializer(export, context={"request": request})
        return Response(shown.data, status=202)

    @extend_schema(
        operation_id="exports_retrieve",
        summary="How far an export is, and its manifest",
        parameters=[UUID_IN_PATH],
        responses={200: ExportSerializer},
    )
    def show(self, request: Request, uuid: UUID) -> Response:
        shown = ExportSerializer(_export(request, uuid), context={"request": request})
        return Response(shown.data)

    @extend_schema(
        operation_id="exports_file",
        summary="One file of an export",
        parameters=[
            UUID_IN_PATH,
            OpenApiParameter(
                "name",
                OpenApiTypes.STR,
                OpenApiParameter.PATH,
                description="A name of the manifest.",
            ),
            OpenApiParameter(
                "Range",
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                description="bytes=1000- goes on with a download.",
            ),
        ],
        responses={
            (200, "application/octet-stream"): OpenApiTypes.BINARY,
            (206, "application/octet-stream"): OpenApiTypes.BINARY,
            409: OpenApiResponse(
                description=(
                    "It is not ready or expired, or what the service sees has changed."
                )
            ),
            416: OpenApiResponse(description="The file has no such bytes."),
        },
    )
    def file(self, request: Request, uuid: UUID, name: str) -> HttpResponseBase:
        export = _export(request, uuid)
        if export.state != ExportState.DONE:
            raise ExportNotReady
        require_same_view(export)
        found = next((one for one in export.files if one["name"] == name), None)
        if found is None:
            raise Http404
        record_export(
            request._request, what=f"export of {found['kind']}", rows=found["rows"]
        )
        answer = partial_response(
            files().open(path_of(export, name)),
            found["bytes"],
            asked=request.headers.get("Range", ""),
            if_range=request.headers.get("If-Range", ""),
            tag=f'"{found["sha256"]}"',
        )
        if answer.status_code != 416:
            answer["Content-Type"] = CONTENT_TYPES[ExportForm(export.form)]
            answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


def _export(request: Request, uuid: UUID) -> Export:
    """Return an export of the caller's own; its token must open what is in it."""
    caller: Any = request.user
    export = Export.objects.filter(service=account_of(request), uuid=uuid).first()
    if export is None or not set(export.scopes) <= caller.scopes:
        raise Http404
    return export
