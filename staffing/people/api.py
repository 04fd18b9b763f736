"""Employees over HTTP: what HR needs to know whose result it is, and no more."""

from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.functional import cached_property
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers, viewsets

from outlets.exchange.access_log import PersonalData
from outlets.places.sight import Power, Viewer
from staffing.people.models import Assignment, Employee, User


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A clerk",
            value={
                "number": "GD-001007",
                "name": "杨慧 Yang Hui",
                "post": "clerk",
                "contract": "labour_service",
                "hired_on": "2002-03-24",
                "left_on": None,
                "outlet_code": "GD-SZ-BA-04",
            },
        )
    ]
)
class EmployeeSerializer(serializers.ModelSerializer):
    outlet_code = serializers.CharField(
        allow_null=True,
        help_text="The outlet assigned today; null where none is in sight.",
    )

    class Meta:
        model = Employee
        fields = [
            "number",
            "name",
            "post",
            "contract",
            "hired_on",
            "left_on",
            "outlet_code",
        ]
        extra_kwargs = {
            "number": {"help_text": "The number on the badge."},
            "name": {"help_text": "Full name."},
            "post": {"help_text": "The post held now."},
            "contract": {
                "help_text": (
                    "Kind of contract; empty where unknown, null for a person who does "
                    "not see the whole registry."
                ),
                "allow_null": True,
            },
            "hired_on": {"help_text": "First day of employment; null: unknown."},
            "left_on": {"help_text": "Last day worked; null while employed."},
        }

    def to_representation(self, employee: Employee) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(employee)
        if not self._shows_terms:
            shown["contract"] = None
        return shown

    @cached_property
    def _shows_terms(self) -> bool:
        """Terms of employment are for who manages them; a service got them by name."""
        viewer: Any = self.context["request"].user
        return (
            not isinstance(viewer, User)
            or viewer.sight.reach(Power.SEE_REGISTRY).everywhere
        )


def assigned_on(day: date, viewer: Viewer) -> Subquery:
    """Return the outlet of that day, as far as the viewer sees where people work."""
    seen = Assignment.objects.visible_to(viewer)
    stints = seen.on(day).filter(employee=OuterRef("pk"))
    return Subquery(stints.order_by("-starts_on").values("outlet__code")[:1])


class EmployeeFilter(filters.FilterSet):
    outlet = filters.CharFilter(
        field_name="outlet_code", help_text="Code of the outlet assigned today."
    )

    class Meta:
        model = Employee
        fields = ["post"]


class EmployeeViewSet(PersonalData, viewsets.ReadOnlyModelViewSet[Employee]):
    """People with post and outlet."""

    queryset = Employee.objects.none()
    personal_data = "employees"
    serializer_class = EmployeeSerializer
    required_scope, required_power = "registry:read", Power.SEE_REGISTRY
    keyset = lookup_field = "number"
    filterset_class = EmployeeFilter

    def get_queryset(self) -> QuerySet[Employee]:
        viewer: Any = self.request.user
        people = Employee.objects.visible_to(viewer)
        return people.annotate(outlet_code=assigned_on(timezone.localdate(), viewer))
