from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "staffing.people"
    verbose_name = _("People")

    def ready(self) -> None:
        from outlets.exchange import erased, feed_kinds, kinds, tracking
        from outlets.flow import staff
        from staffing.people import feed
        from staffing.people.kinds import Assignments, Employees
        from staffing.people.models import (
            Agency,
            Assignment,
            Employee,
            Erasure,
            RetentionRule,
            RoleGrant,
            User,
        )
        from staffing.people.personal import holdings, keeping, numbers, registry
        from staffing.people.selectors import (
            headcounts,
            known_employee_numbers,
            number_of_viewer,
        )

        erased.lookup = numbers.lookup
        registry.register(*holdings.HOLDINGS)
        keeping.register(*holdings.KINDS)
        staff.known_employee_numbers = known_employee_numbers
        staff.number_of_viewer = number_of_viewer
        staff.headcounts = headcounts
        kinds.register(Employees)
        kinds.register(Assignments)
        feed_kinds.register(feed.Employees())
        tracking.track(
            Employee,
            group=tracking.Group.PEOPLE,
            noun=_("member of staff"),
            ignore=("uuid",),
            label=lambda row: f"{row.number} {row.name}",
            about="pk",
        )
        tracking.track(
            Assignment,
            group=tracking.Group.PEOPLE,
            noun=_("assignment"),
            label=lambda row: f"{row.employee.number} · {row.outlet.code}",
            related=("employee", "outlet"),
            about="employee_id",
            part_of="employee",
        )
        tracking.track(
            User,
            group=tracking.Group.ROLES,
            noun=_("account"),
            ignore=("uuid", "password", "last_login", "date_joined"),
            label=lambda row: row.username,
            about="employee_id",
        )
        tracking.track(
            RoleGrant,
            group=tracking.Group.ROLES,
            noun=_("role grant"),
            ignore=("uuid",),
            label=lambda row: f"{row.user.username} · {row.role}",
            shown=lambda row: f"{row.user.username} · {row.get_role_display()}",
            related=("user",),
            about="user.employee_id",
            part_of="user",
        )
        tracking.track(
            Agency,
            group=tracking.Group.ROLES,
            noun=_("agency"),
            ignore=("key",),
            label=lambda row: f"{row.code} {row.name}",
        )
        tracking.track(
            RetentionRule,
            group=tracking.Group.CONFIGURATION,
            noun=_("retention rule"),
            label=lambda row: row.kind,
            shown=lambda row: str(keeping.label_of(row.kind)),
        )
        tracking.track(
            Erasure,
            group=tracking.Group.PEOPLE,
            noun=_("erasure"),
            # Names and numbers may stand in the reason, and go with the erasure.
            only=("employee", "state", "proposed_by", "confirmed_by", "closed_by"),
            label=lambda row: str(row.uuid)[:8],
            link=lambda row: reverse("personal:erasure", args=[row.uuid]),
            about="employee_id",
        )
