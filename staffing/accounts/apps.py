from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "staffing.accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from oauth2_provider.models import get_application_model

        from outlets.exchange import access_log, tracking
        from staffing.accounts import holdings, hooks
        from staffing.accounts.listening import listen
        from staffing.accounts.models import (
            Device,
            Pin,
            SecondFactorRule,
            ServiceAccount,
        )
        from staffing.accounts.services.access import record_access
        from staffing.accounts.services.history import record_bulk
        from staffing.people.personal import keeping, registry

        hooks.connect()
        registry.register(*holdings.HOLDINGS)
        keeping.register(*holdings.KINDS)
        tracking.record_with(record_bulk)
        access_log.log_with(record_access)
        listen()
        tracking.track(
            get_application_model(),
            group=tracking.Group.ROLES,
            noun=_("API client"),
            only=("client_id", "name", "client_type", "authorization_grant_type"),
            label=lambda client: client.name,
        )
        tracking.track(
            ServiceAccount,
            group=tracking.Group.ROLES,
            noun=_("service"),
            ignore=(
                *("uuid", "application", "created_by"),
                *("last_used_at", "last_used_from", "last_used_for"),
            ),
            label=lambda row: row.name,
            link=lambda row: reverse("services:detail", args=[row.uuid]),
        )
        tracking.track(
            Device,
            group=tracking.Group.PLACES,
            noun=_("shared tablet"),
            ignore=("uuid", "last_seen_at"),
            label=lambda row: f"{row.outlet.code} {row.name}",
            related=("outlet",),
            link=lambda row: reverse("accounts:device", args=[row.uuid]),
        )
        tracking.track(
            Pin,
            group=tracking.Group.ROLES,
            noun=_("PIN"),
            only=("user", "set_at", "ended_by", "ended_at"),
            label=lambda row: row.user.username,
            related=("user",),
            about="user.employee_id",
            part_of="user",
        )
        tracking.track(
            SecondFactorRule,
            group=tracking.Group.CONFIGURATION,
            noun=_("second-factor rule"),
            label=lambda row: row.role,
            shown=lambda row: row.get_role_display(),
        )
