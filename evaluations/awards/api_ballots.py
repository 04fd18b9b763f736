"""Ballots over HTTP: given by the member herself, never by a machine."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from evaluations.awards.acting import Action, Choice
from evaluations.awards.api_nominations import UUID_IN_PATH, visible_nomination
from evaluations.awards.models import BallotChoice
from evaluations.awards.services.nominations import act
from staffing.accounts.authentication import Service


class PersonOnly(PermissionDenied):
    """A machine has no vote."""

    default_code = "person_only"
    default_detail = _(
        "Only a person does this, signed in herself. A token cannot, whatever its "
        "scopes."
    )


class VoteRequestSerializer(serializers.Serializer):
    """A ballot, or stepping back from one nomination."""

    choice = serializers.ChoiceField(
        BallotChoice.choices,
        help_text="yes, no or abstain; recused steps back for good.",
    )
    reason = serializers.CharField(
        max_length=1000, help_text="Why; it stays with the ballot."
    )


class VoteSerializer(serializers.Serializer):
    """The ballot as it counts now."""

    nomination = serializers.UUIDField(help_text="The nomination's id.")
    choice = serializers.CharField(help_text="What was voted.")


class SignedIn(BasePermission):
    """People only: a service is told so in words of its own."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if isinstance(request.user, Service):
            raise PersonOnly
        return bool(request.user and request.user.is_authenticated)


class BallotViewSet(viewsets.ViewSet):
    """The ballot of the member who is signed in."""

    permission_classes = (SignedIn,)

    @extend_schema(
        operation_id="nominations_vote",
        summary="Vote as a member of the committee",
        description=(
            "For a person who is signed in and has a seat; tokens are refused (403, "
            "person_only). Who is too close to the nominee, or has stepped back, is "
            "refused (403, permission_denied). Sending the same again changes nothing; "
            "another choice replaces the ballot until the round's last day for "
            "decisions."
        ),
        parameters=[UUID_IN_PATH],
        request=VoteRequestSerializer,
        responses={200: VoteSerializer},
        examples=[
            OpenApiExample(
                "A vote for her",
                value={"choice": "yes", "reason": "Customers ask for her by name."},
                request_only=True,
            ),
            OpenApiExample(
                "The ballot",
                value={
                    "nomination": "0d9c6f0e-6a55-4b1e-9d5c-0c4c0f6f5b11",
                    "choice": "yes",
                },
                response_only=True,
            ),
        ],
    )
    def vote(self, request: Request, uuid: UUID) -> Response:
        row = visible_nomination(request, uuid)
        asked = VoteRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        choice, caller = asked.validated_data["choice"], request.user
        act(
            nomination_id=row.pk,
            action=Action.RECUSE if choice == Choice.RECUSED else Action.VOTE,
            by=caller,  # type: ignore[arg-type]
            note=asked.validated_data["reason"],
            choice=choice,
        )
        return Response({"nomination": str(row.uuid), "choice": choice})
