from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "staffing.notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        from staffing.notices import holdings, kinds
        from staffing.notices.bulletin_kind import BULLETIN
        from staffing.people.personal import keeping, registry

        kinds.register(BULLETIN)
        registry.register(*holdings.HOLDINGS)
        keeping.register(*holdings.KINDS)
