"""The registry of places over HTTP."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers, viewsets

from outlets.places.models import Outlet, Region
from outlets.places.sight import Power


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A city",
            value={
                "code": "GD-SZ",
                "name": "深圳 Shenzhen",
                "level": "city",
                "parent_code": "GD",
            },
        )
    ]
)
class RegionSerializer(serializers.ModelSerializer):
    parent_code = serializers.CharField(
        allow_null=True,
        source="parent.code",
        default=None,
        help_text="Code of the region above; null at the root.",
    )

    class Meta:
        model = Region
        fields = ["code", "name", "level", "parent_code"]
        extra_kwargs = {
            "code": {"help_text": "The region's stable code."},
            "name": {"help_text": "Name as the chain writes it."},
            "level": {"help_text": "province, city, county or area."},
        }


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "An outlet of class A",
            value={
                "code": "GD-SZ-NS-01",
                "name": "深圳南山科技园营业厅 Nanshan Science Park",
                "region_code": "GD-SZ-NS",
                "outlet_class": "A",
                "ownership": "self_operated",
                "brand_store": True,
                "rural": False,
                "timezone": "Asia/Shanghai",
                "address": "广东省深圳市南山区科技园1号",
                "latitude": 22.540503,
                "longitude": 113.934528,
                "opened_on": "2017-09-28",
                "closed_on": None,
                "hours": "Mon-Sun 09:00-20:00",
            },
        )
    ]
)
class OutletSerializer(serializers.ModelSerializer):
    region_code = serializers.CharField(
        source="region.code", help_text="The county or area that the outlet belongs to."
    )

    class Meta:
        model = Outlet
        fields = [
            "code",
            "name",
            "region_code",
            "outlet_class",
            "ownership",
            "brand_store",
            "rural",
            "timezone",
            "address",
            "latitude",
            "longitude",
            "opened_on",
            "closed_on",
            "hours",
        ]
        extra_kwargs = {
            "code": {"help_text": "The outlet's stable code."},
            "name": {"help_text": "Name as the chain writes it."},
            "outlet_class": {"help_text": "A to D; empty where unknown."},
            "ownership": {"help_text": "Who runs it; empty where unknown."},
            "brand_store": {"help_text": "Whether it is a brand store; null: unknown."},
            "rural": {"help_text": "Whether in a town or village; null: unknown."},
            "timezone": {"help_text": "IANA name; the trading day is counted in it."},
            "address": {"help_text": "Postal address; empty where unknown."},
            "latitude": {"help_text": "Degrees north, WGS 84; null: unknown."},
            "longitude": {"help_text": "Degrees east, WGS 84; null: unknown."},
            "opened_on": {"help_text": "First trading day; null: unknown."},
            "closed_on": {"help_text": "Last trading day; null while it is open."},
            "hours": {"help_text": "A normal week, e.g. Mon-Fri 09:00-18:00."},
        }


class OutletFilter(filters.FilterSet):
    region = filters.CharFilter(
        method="beneath", help_text="Code of a region: it and everything below."
    )

    class Meta:
        model = Outlet
        fields = ["outlet_class"]

    def beneath(
        self, queryset: QuerySet[Outlet], name: str, code: str
    ) -> QuerySet[Outlet]:
        region = Region.objects.filter(code=code).first()
        if region is None:
            return queryset.none()
        return queryset.filter(region__path__startswith=region.path)


class RegionViewSet(viewsets.ReadOnlyModelViewSet[Region]):
    """The region tree, as far as the caller may see it."""

    queryset = Region.objects.none()
    serializer_class = RegionSerializer
    required_scope, required_power = "registry:read", Power.SEE_REGISTRY
    keyset = lookup_field = "code"
    filterset_fields = ["level"]

    def get_queryset(self) -> QuerySet[Region]:
        viewer: Any = self.request.user
        return Region.objects.visible_to(viewer).select_related("parent")


class OutletViewSet(viewsets.ReadOnlyModelViewSet[Outlet]):
    """Outlets with class, time zone and opening hours."""

    queryset = Outlet.objects.none()
    serializer_class = OutletSerializer
    required_scope, required_power = "registry:read", Power.SEE_REGISTRY
    keyset = lookup_field = "code"
    filterset_class = OutletFilter

    def get_queryset(self) -> QuerySet[Outlet]:
        viewer: Any = self.request.user
        return Outlet.objects.visible_to(viewer).select_related("region")
