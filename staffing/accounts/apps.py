from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "staffing.accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from oauth2_provider.models import get_application_model

        from outlets.exchange import access_log, tracking
        from staffing.accounts import holdings, hooks
        from staffing.accounts.listening import listen
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
