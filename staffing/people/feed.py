"""Employees, as the change feed gives them out."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from outlets.exchange.feed_kinds import FeedKind, Field, Type, Watch, iso, whole_keys
from outlets.places.models import Outlet, Region
from outlets.places.sight import Power
from staffing.people.api import assigned_on
from staffing.people.models import Assignment, Employee, User

CHUNK = 2000


class Employees(FeedKind):
    name = "employees"
    about = "People with post and outlet of today."
    scope, power = "registry:read", Power.SEE_REGISTRY
    personal = True
    fields = (
        Field("number", Type.TEXT, "The number on the badge."),
        Field("name", Type.TEXT, "Full name."),
        Field("post", Type.TEXT, "The post held now."),
        Field(
            "contract",
            Type.TEXT,
            "Kind of contract; empty where unknown, null for a person who does not see "
            "the whole registry.",
            null=True,
        ),
        Field("hired_on", Type.DATE, "First day of employment.", null=True),
        Field("left_on", Type.DATE, "Last day worked; null: employed.", null=True),
        Field(
            "outlet_code",
            Type.TEXT,
            "The outlet assigned today; null where none is in sight.",
            null=True,
        ),
    )
    example = {
        "number": "100482",
        "name": "Li Na",
        "post": "clerk",
        "contract": "regular",
        "hired_on": "2021-07-01",
        "left_on": None,
        "outlet_code": "GD-SZ-118",
    }
    watches = (
        Watch(
            Employee,
            "SELECT changed.id AS key FROM {changed} changed",
            on_change=("number", "name", "post", "contract", "hired_on", "left_on"),
        ),
        Watch(
            Assignment,
            "SELECT changed.employee_id AS key FROM {changed} changed",
            uses=("employee_id",),
            on_change=("employee_id", "outlet_id", "starts_on", "ends_on"),
        ),
        Watch(
            Outlet,
            "SELECT stint.employee_id AS key FROM {changed} changed"
            " JOIN people_assignment stint ON stint.outlet_id = changed.id",
            on_change=("code", "region_id"),
            writes=("update",),
        ),
        Watch(
            Region,
            "SELECT stint.employee_id AS key FROM {changed} changed"
            " JOIN places_outlet outlet ON outlet.region_id = changed.id"
            " JOIN people_assignment stint ON stint.outlet_id = outlet.id",
            on_change=("path",),
            writes=("update",),
        ),
    )
    all_keys = "SELECT id AS key FROM people_employee"

    def rows(
        self, viewer: Any, keys: Sequence[str] | None = None
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        seen = Employee.objects.visible_to(viewer).order_by()
        if keys is not None:
            seen = seen.filter(pk__in=whole_keys(keys))
        seen = seen.annotate(outlet_code=assigned_on(timezone.localdate(), viewer))
        terms = (
            not isinstance(viewer, User)
            or viewer.sight.reach(Power.SEE_REGISTRY).everywhere
        )
        columns = seen.values_list(
            "pk",
            *("number", "name", "post", "contract", "hired_on", "left_on"),
            "outlet_code",
        )
        for pk, number, name, post, contract, hired, left, outlet in columns.iterator(
            chunk_size=CHUNK
        ):
            yield (
                str(pk),
                {
                    "number": number,
                    "name": str(name),  # an erased one is read late
                    "post": post,
                    "contract": contract if terms else None,
                    "hired_on": iso(hired),
                    "left_on": iso(left),
                    "outlet_code": outlet,
                },
            )

    def existing(self, keys: Sequence[str]) -> set[str]:
        found = Employee.objects.filter(pk__in=whole_keys(keys))
        return {str(pk) for pk in found.values_list("pk", flat=True)}
