from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "staffing.people"
    verbose_name = _("People")

    def ready(self) -> None:
        from outlets.exchange import kinds
        from staffing.people.kinds import Assignments, Employees

        kinds.register(Employees)
        kinds.register(Assignments)
