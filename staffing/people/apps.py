from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "staffing.people"
    verbose_name = _("People")

    def ready(self) -> None:
        from outlets.exchange import erased, kinds
        from outlets.flow import staff
        from staffing.people.kinds import Assignments, Employees
        from staffing.people.personal import holdings, keeping, numbers, registry
        from staffing.people.selectors import known_employee_numbers

        erased.lookup = numbers.lookup
        registry.register(*holdings.HOLDINGS)
        keeping.register(*holdings.KINDS)
        staff.known_employee_numbers = known_employee_numbers
        kinds.register(Employees)
        kinds.register(Assignments)
