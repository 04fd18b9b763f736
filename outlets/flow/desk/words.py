"""How services are called in front of people; data keeps their codes."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from outlets.flow.desk.line import State
from outlets.flow.models import Priority
from outlets.flow.rules import PRIORITIES

SERVICES: Mapping[str, Promise] = MappingProxyType(
    {
        "payment": _("Payment"),
        "plan_change": _("Change of plan"),
        "new_account": _("New number"),
        "broadband": _("Broadband"),
        "complaint": _("Complaint"),
        "enquiry": _("Enquiry"),
    }
)
# Each follows the number of a ticket.
STATES: Mapping[State, Promise] = MappingProxyType(
    {
        State.WAITING: _("is waiting"),
        State.CALLED: _("has been called"),
        State.SERVING: _("is being served"),
        State.FINISHED: _("is finished"),
        State.NO_SHOW: _("did not show"),
        State.LEFT: _("has left"),
    }
)
# What became of a ticket, as its row tells it.
OUTCOMES: Mapping[str, Promise] = MappingProxyType(
    {
        "waiting": _("not called"),
        "called": _("called"),
        "finished": _("finished"),
        "no_show": _("did not show"),
        "abandoned": _("went away"),
    }
)


def service_name(service: str) -> str:
    """Return a service in the reader's words; an outlet's own stays as it is."""
    return str(SERVICES.get(service, service or _("not stated")))


def priority_name(priority: str) -> str:
    """Return whether somebody was a priority customer, and not why; empty: unknown."""
    if priority in PRIORITIES:
        return str(_("priority customer"))
    return str(Priority(priority).label) if priority else "–"
