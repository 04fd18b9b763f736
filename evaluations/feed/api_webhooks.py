"""Webhooks over HTTP: made, looked at, sent once more, ended."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_serializer,
)
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from evaluations.feed.api import ServicesOnly, account_of, kind_list
from evaluations.feed.models import Attempt, Delivery, Webhook
from evaluations.feed.subscribing import (
    create_webhook,
    end_webhook,
    pause_webhook,
    replay,
    resume_webhook,
    rotate_secret,
    send_again,
)
from evaluations.feed.webhooks import secret_of
from outlets.exchange.keys import IDEMPOTENCY_KEY, key_of

UUID_IN_PATH = OpenApiParameter(
    "uuid", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The webhook's id."
)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Tell of awards",
            value={
                "url": "https://hr.example.com/starhall",
                "kinds": ["awards", "award_lists"],
            },
        )
    ]
)
class WebhookRequestSerializer(serializers.Serializer):
    """A webhook to be made."""

    url = serializers.CharField(
        max_length=500,
        help_text="An https address on the public internet; no redirect is followed.",
    )
    kinds = kind_list("Empty or left out: all that the service may read.")
    cursor = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        help_text="Begin after this cursor of the feed or an export; empty: from now.",
    )


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A webhook",
            value={
                "id": "7c0f8f3a-3f7e-4b58-9a43-30a1d1b2c9e0",
                "url": "https://hr.example.com/starhall",
                "kinds": ["awards", "award_lists"],
                "state": "active",
                "waiting": 0,
                "created_at": "2026-10-06T02:00:00Z",
            },
        )
    ]
)
class WebhookSerializer(serializers.Serializer):
    """A webhook."""

    id = serializers.UUIDField(source="uuid", help_text="The webhook's id.")
    url = serializers.CharField(help_text="Where it calls.")
    kinds = serializers.ListField(
        child=serializers.CharField(), help_text="What it tells; empty: everything."
    )
    state = serializers.CharField(
        help_text=(
            "active, paused, ended, or stopped: a day without an answer; resume it."
        ),
    )
    waiting = serializers.SerializerMethodField(
        help_text="Deliveries that have not got through yet."
    )
    created_at = serializers.DateTimeField(help_text="When it was made.")

    def get_waiting(self, webhook: Webhook) -> int:
        return webhook.deliveries.filter(state="waiting").count()


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A webhook with its secret",
            value={
                "id": "7c0f8f3a-3f7e-4b58-9a43-30a1d1b2c9e0",
                "url": "https://hr.example.com/starhall",
                "kinds": ["awards", "award_lists"],
                "state": "active",
                "waiting": 0,
                "created_at": "2026-10-06T02:00:00Z",
                "secret": "whsec_5f0c…",
            },
        )
    ]
)
class NewWebhookSerializer(WebhookSerializer):
    """A webhook with the secret that signs its deliveries, said this once.

    After a rotation each call carries a signature with the old one too, for 24 hours.
    """

    secret = serializers.SerializerMethodField(
        help_text="Key of the HMAC-SHA256; keep it, it is not shown again."
    )

    def get_secret(self, webhook: Webhook) -> str:
        return secret_of(webhook)


class AttemptSerializer(serializers.ModelSerializer):
    """One call to the receiver."""

    class Meta:
        model = Attempt
        fields = ["at", "status", "problem"]
        extra_kwargs = {
            "at": {"help_text": "When it was made."},
            "status": {"help_text": "The receiver's HTTP status; null: none came."},
            "problem": {
                "help_text": (
                    "Why none came, such as refused, timed_out or certificate; empty "
                    "where one did."
                )
            },
        }


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Delivered at the second try",
            value={
                "id": "0a9d3c1e-6d0f-4bb4-9d53-2f5b8f3f6f10",
                "state": "delivered",
                "events": 3,
                "replay": False,
                "made_at": "2026-10-06T02:00:00Z",
                "due_at": "2026-10-06T02:00:10Z",
                "delivered_at": "2026-10-06T02:00:11Z",
                "tries": [
                    {"at": "2026-10-06T02:00:00Z", "status": 503, "problem": ""},
                    {"at": "2026-10-06T02:00:11Z", "status": 204, "problem": ""},
                ],
            },
        )
    ]
)
class DeliverySerializer(serializers.ModelSerializer):
    """One call with some events, and every try of it."""

    id = serializers.UUIDField(source="uuid", help_text="The delivery's id.")
    events = serializers.SerializerMethodField(help_text="Events in it.")
    tries = AttemptSerializer(many=True, help_text="Every try, oldest first.")

    class Meta:
        model = Delivery
        fields = [
            "id",
            "state",
            "events",
            "replay",
            "made_at",
            "due_at",
            "delivered_at",
            "tries",
        ]
        extra_kwargs = {
            "state": {"help_text": "waiting or delivered."},
            "replay": {"help_text": "Whether it is sent once more on request."},
            "made_at": {"help_text": "When it was made from the feed."},
            "due_at": {"help_text": "When it is tried next, or was last."},
            "delivered_at": {"help_text": "When it got through; null before."},
        }

    def get_events(self, delivery: Delivery) -> int:
        return len(delivery.events)


@extend_schema_serializer(
    examples=[OpenApiExample("Since a moment", value={"since": "2026-10-06T00:00:00Z"})]
)
class ReplayRequestSerializer(serializers.Serializer):
    """From when on to send once more, or which delivery: one of the two."""

    since = serializers.DateTimeField(
        required=False,
        help_text="What was delivered at or after this instant is sent once more.",
    )
    delivery = serializers.UUIDField(
        required=False, help_text="The id of one delivery that got through."
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if len(given) != 1:
            raise serializers.ValidationError(_("Give either since or delivery."))
        return given


@extend_schema_serializer(
    examples=[OpenApiExample("Two deliveries", value={"deliveries": 2})]
)
class ReplaySerializer(serializers.Serializer):
    """What is sent once more."""

    deliveries = serializers.IntegerField(help_text="Deliveries that were queued.")


class WebhookViewSet(viewsets.ViewSet):
    """Webhooks of the calling service: made, read, paused, sent once more, ended."""

    permission_classes = (ServicesOnly,)

    @extend_schema(
        operation_id="webhooks_list",
        summary="Webhooks of this service",
        responses={200: WebhookSerializer(many=True)},
    )
    def index(self, request: Request) -> Response:
        return Response(WebhookSerializer(_mine(request), many=True).data)

    @extend_schema(
        operation_id="webhooks_create",
        summary="Make a webhook",
        parameters=[IDEMPOTENCY_KEY],
        request=WebhookRequestSerializer,
        responses={201: NewWebhookSerializer},
    )
    def make(self, request: Request) -> Response:
        asked = WebhookRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given: dict[str, Any] = {"kinds": [], **asked.validated_data}
        webhook = create_webhook(
            account=account_of(request), key=key_of(request), **given
        )
        webhook.refresh_from_db()
        return Response(NewWebhookSerializer(webhook).data, status=201)

    @extend_schema(
        operation_id="webhooks_retrieve",
        summary="One webhook",
        parameters=[UUID_IN_PATH],
        responses={200: WebhookSerializer},
    )
    def show(self, request: Request, uuid: UUID) -> Response:
        return Response(WebhookSerializer(_webhook(request, uuid)).data)

    @extend_schema(
        operation_id="webhooks_end",
        summary="End a webhook",
        parameters=[UUID_IN_PATH],
        responses={204: OpenApiResponse(description="It tells nothing more.")},
    )
    def end(self, request: Request, uuid: UUID) -> Response:
        end_webhook(webhook=_webhook(request, uuid))
        return Response(status=204)

    @extend_schema(
        operation_id="webhooks_resume",
        summary="Go on with a stopped webhook",
        parameters=[UUID_IN_PATH],
        request=None,
        responses={200: WebhookSerializer},
    )
    def resume(self, request: Request, uuid: UUID) -> Response:
        webhook = resume_webhook(webhook=_webhook(request, uuid))
        return Response(WebhookSerializer(webhook).data)

    @extend_schema(
        operation_id="webhooks_pause",
        summary="Hold a webhook back until it is resumed",
        parameters=[UUID_IN_PATH],
        request=None,
        responses={200: WebhookSerializer},
    )
    def pause(self, request: Request, uuid: UUID) -> Response:
        webhook = pause_webhook(webhook=_webhook(request, uuid))
        return Response(WebhookSerializer(webhook).data)

    @extend_schema(
        operation_id="webhooks_rotate",
        summary="Replace the secret of a webhook",
        parameters=[UUID_IN_PATH],
        request=None,
        responses={200: NewWebhookSerializer},
    )
    def rotate(self, request: Request, uuid: UUID) -> Response:
        webhook = rotate_secret(webhook=_webhook(request, uuid))
        return Response(NewWebhookSerializer(webhook).data)

    @extend_schema(
        operation_id="webhooks_replay",
        summary="Send once more what was delivered",
        parameters=[UUID_IN_PATH],
        request=ReplayRequestSerializer,
        responses={200: ReplaySerializer},
    )
    def replay(self, request: Request, uuid: UUID) -> Response:
        webhook = _webhook(request, uuid)
        asked = ReplayRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        if "since" in given:
            number = replay(webhook=webhook, since=given["since"])
        else:
            log = webhook.deliveries.filter(uuid=given["delivery"])
            if (delivery := log.first()) is None:
                raise Http404
            number = send_again(webhook=webhook, delivery=delivery)
        return Response({"deliveries": number})


class DeliveryViewSet(viewsets.GenericViewSet[Delivery]):
    """The delivery log of a webhook, newest first."""

    queryset = Delivery.objects.none()
    serializer_class = DeliverySerializer
    permission_classes = (ServicesOnly,)
    filter_backends = ()
    keyset = "-id"

    @extend_schema(
        operation_id="webhooks_deliveries",
        summary="Delivery log",
        parameters=[UUID_IN_PATH],
    )
    def list(self, request: Request, uuid: UUID) -> Response:
        log = _webhook(request, uuid).deliveries.prefetch_related("tries")
        page = self.paginate_queryset(log)
        return self.get_paginated_response(DeliverySerializer(page, many=True).data)


def _mine(request: Request) -> QuerySet[Webhook]:
    return Webhook.objects.filter(service=account_of(request))


def _webhook(request: Request, uuid: UUID) -> Webhook:
    webhook = _mine(request).select_related("service").filter(uuid=uuid).first()
    if webhook is None:
        raise Http404
    return webhook
