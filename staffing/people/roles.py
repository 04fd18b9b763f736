"""What each role may do. A post gives a role at its outlet; grants give the others."""

from collections.abc import Mapping
from types import MappingProxyType

from django.db import models
from django.utils.translation import gettext_lazy as _

from outlets.places.sight import Power


class Role(models.TextChoices):
    CLERK = "clerk", _("staff member")
    STORE_MANAGER = "store_manager", _("store manager")
    SUPERVISOR = "supervisor", _("supervisor")
    REGIONAL_SUPERVISOR = "regional_supervisor", _("regional supervisor")
    HR = "hr", _("human resources")
    OPERATIONS = "operations", _("operations department")
    AGENCY = "agency", _("mystery-shop agency")
    ADMINISTRATOR = "administrator", _("administrator")
    AUDITOR = "auditor", _("auditor")


_OUTLET_LEAD = frozenset(
    {Power.SEE_REGISTRY, Power.SEE_RECORDS, Power.SEE_FLOW, Power.RECORD}
)

POWERS: Mapping[str, frozenset[Power]] = MappingProxyType(
    {
        Role.CLERK: frozenset(),
        Role.STORE_MANAGER: _OUTLET_LEAD,
        Role.SUPERVISOR: _OUTLET_LEAD,
        Role.REGIONAL_SUPERVISOR: frozenset(
            {
                Power.SEE_REGISTRY,
                Power.SEE_RECORDS,
                Power.SEE_FLOW,
                Power.CORRECT,
                Power.SEE_AWARDS,
            }
        ),
        Role.HR: frozenset(
            {
                Power.SEE_REGISTRY,
                Power.SEE_RECORDS,
                Power.SEE_AWARDS,
                Power.CLOSE_PERIODS,
            }
        ),
        Role.OPERATIONS: frozenset(
            {
                Power.SEE_REGISTRY,
                Power.SEE_RECORDS,
                Power.SEE_FLOW,
                Power.CORRECT,
                Power.ENTER_VISITS,
                Power.RANK,
                Power.PUBLISH,
                Power.SEE_AWARDS,
                Power.INGEST,
            }
        ),
        Role.AGENCY: frozenset(),
        Role.ADMINISTRATOR: frozenset(
            {Power.SEE_REGISTRY, Power.INGEST, Power.CONFIGURE}
        ),
        Role.AUDITOR: frozenset(
            {
                Power.SEE_REGISTRY,
                Power.SEE_RECORDS,
                Power.SEE_FLOW,
                Power.SEE_AWARDS,
                Power.SEE_HISTORY,
            }
        ),
    }
)

# Roles that a post gives at its outlet; they are never granted by hand.
POST_ROLES: Mapping[str, Role] = MappingProxyType(
    {"store_manager": Role.STORE_MANAGER, "supervisor": Role.SUPERVISOR}
)
GRANTABLE = (
    Role.REGIONAL_SUPERVISOR,
    Role.HR,
    Role.OPERATIONS,
    Role.AGENCY,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
)
