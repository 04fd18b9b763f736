"""The call that carries a queue: the same from a page and from the API."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from evaluations.checks.models import NOTE_LENGTH, Deed, Result
from evaluations.checks.tapped import MOST_PHOTOS, read_instant
from outlets.flow.models import SLOWING, FaultKind
from outlets.places.models import ZoneKind

MOST_CHECKS = 1000


class QueuedCheckSerializer(serializers.Serializer[dict[str, Any]]):
    """One record as it was tapped. It is read by itself: a bad one is held."""

    uuid = serializers.UUIDField(
        help_text="Made by the sender when it was tapped; a check is known by it."
    )
    action = serializers.ChoiceField(
        choices=Deed.values,
        default=Deed.RECORD.value,
        help_text=(
            "record a new check, undo one, or correct one of the same day; or what "
            "is reported from the floor."
        ),
    )
    check = serializers.UUIDField(
        required=False,
        allow_null=True,
        help_text=(
            "The check that is undone or corrected, or the report that is ended or "
            "taken back: the uuid it was recorded by."
        ),
    )
    ticket = serializers.CharField(
        help_text="The signed ticket of the card it was tapped on: who made it."
    )
    outlet_code = serializers.CharField(help_text="The outlet, as in the registry.")
    employee_number = serializers.CharField(
        required=False,
        allow_null=True,
        help_text="Who was looked at; null: the outlet itself.",
    )
    date = serializers.DateField(help_text="The trading day of the card.")
    slot = serializers.CharField(
        required=False,
        help_text="Of a check, and required there: the round, such as opening.",
    )
    standard = serializers.CharField(
        required=False,
        help_text="Of a check, and required there: the checklist's code.",
    )
    version = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text="The version of the checklist that the card showed; it is judged by.",
    )
    failed = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Codes of failed items; what is not named has passed.",
    )
    not_applicable = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Codes of items that do not apply.",
    )
    not_observed = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Codes of items that could not be observed.",
    )
    note = serializers.CharField(
        required=False,
        max_length=NOTE_LENGTH,
        help_text="What was seen, in words.",
    )
    observed_at = serializers.DateTimeField(
        help_text="ISO 8601 with an offset: when it was tapped, by the tablet's clock."
    )
    area = serializers.ChoiceField(
        choices=ZoneKind.choices,
        required=False,
        help_text="Of a spill: the kind of zone; absent: not said.",
    )
    kind = serializers.ChoiceField(
        choices=[one.value for one in FaultKind if one in SLOWING],
        required=False,
        help_text="Of a fault: what is broken.",
    )
    trial_device = serializers.CharField(
        required=False, help_text="Of a trial device or a trial: the device's code."
    )
    working = serializers.BooleanField(
        required=False, help_text="Of a trial device: whether it works."
    )
    seconds = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        help_text="How long the line was looked at before it was confirmed.",
    )
    distance_m = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        help_text="How far from the outlet the tablet said it was, in metres.",
    )
    photos = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=MOST_PHOTOS,
        help_text="The photos that belong to it; they are sent apart, in pieces.",
    )


class QueueSerializer(serializers.Serializer[dict[str, Any]]):
    """What a queue holds, oldest first."""

    sent_at = serializers.DateTimeField(
        help_text="ISO 8601 with an offset: the tablet's clock when it sent this."
    )
    checks = QueuedCheckSerializer(
        many=True, help_text="Up to 1,000 records, in the order of the taps."
    )


class ReasonSerializer(serializers.Serializer[dict[str, Any]]):
    code = serializers.CharField(help_text="Stable, for machines.")
    message = serializers.CharField(help_text="For people, in the reader's language.")


class AnswerSerializer(serializers.Serializer[dict[str, Any]]):
    uuid = serializers.CharField(
        allow_null=True, help_text="The record's uuid as sent; null: it had none."
    )
    result = serializers.ChoiceField(
        choices=Result.values,
        help_text=(
            "accepted; known: an equal check counts already; conflict: another tablet "
            "said something else, a person chooses; held: a person decides. Each of "
            "them is kept: the sender may forget it."
        ),
    )
    reasons = ReasonSerializer(many=True, help_text="Why it is held; else empty.")
    late = serializers.BooleanField(
        help_text="Whether it came on another trading day or long after it was seen."
    )


ANSWERED = OpenApiExample(
    "One taken",
    value={
        "server_time": "2026-10-15T01:31:03Z",
        "results": [
            {
                "uuid": "0a9d3c1e-6d0f-4bb4-9d53-2f5b8f3f6f10",
                "result": "accepted",
                "reasons": [],
                "late": False,
            }
        ],
    },
    response_only=True,
)


class QueueAnswerSerializer(serializers.Serializer[dict[str, Any]]):
    server_time = serializers.DateTimeField(help_text="Our clock when we answered.")
    results = AnswerSerializer(many=True, help_text="One per record, in their order.")


def read_queue(data: Any) -> dict[str, Any]:
    """Return `sent_at` and `checks` of a call, each check as it came.

    Raises:
        ValidationError: it is no queue; nothing of it is taken.
    """
    if not isinstance(data, dict):
        raise ValidationError({"checks": [_("is no array of records")]})
    sent_at = read_instant(data.get("sent_at"))
    if sent_at is None:
        raise ValidationError({"sent_at": [_("is no instant with an offset")]})
    checks = data.get("checks")
    if not isinstance(checks, list) or not all(isinstance(one, dict) for one in checks):
        raise ValidationError({"checks": [_("is no array of records")]})
    if len(checks) > MOST_CHECKS:
        raise ValidationError(
            {"checks": [_("has more than %(most)d records") % {"most": MOST_CHECKS}]}
        )
    return {"sent_at": sent_at, "checks": checks}
