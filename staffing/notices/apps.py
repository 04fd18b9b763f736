from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "staffing.notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        from outlets.flow import alert_receivers
        from staffing.notices import flow_alerts, holdings, kinds
        from staffing.notices.bulletin_kind import BULLETIN
        from staffing.people.personal import keeping, registry

        kinds.register(BULLETIN, flow_alerts.FLOW_ALERT)
        alert_receivers.register("notices", flow_alerts.Receiver())
        registry.register(*holdings.HOLDINGS)
        keeping.register(*holdings.KINDS)
