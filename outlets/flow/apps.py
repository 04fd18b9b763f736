from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FlowConfig(AppConfig):
    name = "outlets.flow"
    verbose_name = _("Customer flow")

    def ready(self) -> None:
        from outlets.exchange.kinds import register
        from outlets.exchange.tracking import Group, track
        from outlets.flow.calendar_kind import Holidays
        from outlets.flow.event_kind import TicketEvents
        from outlets.flow.kinds import KINDS
        from outlets.flow.models import Holiday

        for kind in (*KINDS, TicketEvents, Holidays):
            register(kind)
        track(
            Holiday,
            group=Group.PLACES,
            noun=_("holiday"),
            label=lambda row: f"{row.region.code} {row.date:%F}",
            related=("region",),
        )
