"""Ratings from pads, QR pages and SMS gateways."""

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from evaluations.feedback.kinds import Ratings
from evaluations.feedback.models import Channel, Delivery
from outlets.exchange.bulk_api import BULK_ANSWERED, BulkResultSerializer, BulkView


class RatingItemSerializer(serializers.Serializer[dict[str, object]]):
    """One rating, with the columns of the kind `ratings`."""

    uuid = serializers.UUIDField(help_text="Made by the sender; the key of the rating.")
    outlet_code = serializers.CharField(help_text="The outlet, as in the registry.")
    employee_number = serializers.CharField(
        required=False, help_text="Who served; empty: the outlet as a whole."
    )
    channel = serializers.ChoiceField(
        choices=Channel.values, help_text="How the customer was asked."
    )
    rated_at = serializers.CharField(
        help_text="ISO 8601; without an offset it is the outlet's local time."
    )
    score = serializers.IntegerField(
        min_value=1, max_value=5, help_text="1 to 5; 4 and 5 are satisfied."
    )
    ticket_no = serializers.CharField(
        required=False, help_text="The ticket in the queue, where known."
    )
    rater = serializers.CharField(
        required=False, help_text="An opaque key of the customer, where known."
    )
    comment = serializers.CharField(
        required=False, help_text="What the customer wrote."
    )


class RatingCallSerializer(serializers.Serializer[dict[str, object]]):
    uuid = serializers.UUIDField(required=False, help_text="Marks the call as a whole.")
    items = RatingItemSerializer(many=True, help_text="Up to 1,000 ratings.")


class RatingBulkView(BulkView):
    """Take up to 1,000 ratings; sending the same again changes nothing."""

    kind = Ratings
    deliveries = Delivery
    required_scope = "feedback:write"

    @extend_schema(
        operation_id="ratings_bulk",
        request=RatingCallSerializer,
        responses={200: BulkResultSerializer},
        examples=[
            OpenApiExample(
                "One rating",
                value={
                    "items": [
                        {
                            "uuid": "0a9d3c1e-6d0f-4bb4-9d53-2f5b8f3f6f10",
                            "outlet_code": "GZ-001",
                            "employee_number": "10023",
                            "channel": "pad",
                            "rated_at": "2026-10-15T12:00:00",
                            "score": 5,
                        }
                    ]
                },
                request_only=True,
            ),
            BULK_ANSWERED,
        ],
    )
    def post(self, request: Request) -> Response:
        return super().post(request)
