from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "staffing.accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from staffing.accounts import holdings, hooks
        from staffing.people.personal import keeping, registry

        hooks.connect()
        registry.register(*holdings.HOLDINGS)
        keeping.register(holdings.KIND)
