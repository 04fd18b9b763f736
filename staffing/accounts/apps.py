from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "staffing.accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from staffing.accounts.services.sessions import begin

        user_logged_in.connect(begin, dispatch_uid="session-begun-on-a-tablet")
