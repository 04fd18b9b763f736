"""What each role may do, and what a grant of it must name.

A post gives a role at its outlet; everything else is granted. docs/roles.md is written
from these tables.
"""

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
    {
        Power.SEE_REGISTRY,
        Power.SEE_RECORDS,
        Power.SEE_FLOW,
        Power.RECORD,
        Power.PLAN_ROSTERS,
        Power.ANNOUNCE,
        Power.NOMINATE,
    }
)

POWERS: Mapping[str, frozenset[Power]] = MappingProxyType(
    {
        Role.CLERK: frozenset(),
        Role.STORE_MANAGER: _OUTLET_LEAD | {Power.PUBLISH_ROSTERS, Power.SETTLE_CASES},
        Role.SUPERVISOR: _OUTLET_LEAD,
        Role.REGIONAL_SUPERVISOR: frozenset(
            {
                Power.SEE_REGISTRY,
                Power.SEE_RECORDS,
                Power.SEE_FLOW,
                Power.CORRECT,
                Power.SETTLE_CASES,
                Power.SEE_RED_LINES,
                Power.DECIDE_RED_LINES,
                Power.SEE_REVIEWS,
                Power.WRITE_STANDARDS,
                Power.SEE_UNRELEASED,
                Power.RELEASE_VISITS,
                Power.SEE_AWARDS,
                Power.REVIEW_AWARDS,
                Power.PLAN_ROSTERS,
                Power.PUBLISH_ROSTERS,
                Power.ANNOUNCE,
            }
        ),
        Role.HR: frozenset(
            {
                Power.SEE_REGISTRY,
                Power.SEE_RECORDS,
                Power.SEE_RED_LINES,
                Power.DECIDE_RED_LINES,
                Power.SEE_AWARDS,
                Power.REWARD,
                Power.ANNOUNCE,
                Power.CLOSE_PERIODS,
                Power.MANAGE_PEOPLE,
                Power.MANAGE_PERSONAL_DATA,
                Power.OVERSEE_PERSONAL_DATA,
            }
        ),
        Role.OPERATIONS: frozenset(
            {
                Power.SEE_REGISTRY,
                Power.SEE_RECORDS,
                Power.SEE_FLOW,
                Power.CORRECT,
                Power.SETTLE_CASES,
                Power.SEE_RED_LINES,
                Power.DECIDE_RED_LINES,
                Power.SEE_REVIEWS,
                Power.ENTER_VISITS,
                Power.SEE_UNRELEASED,
                Power.RELEASE_VISITS,
                Power.RANK,
                Power.PUBLISH,
                Power.SEE_AWARDS,
                Power.ANNOUNCE,
                Power.INGEST,
            }
        ),
        # Within her agency only: `Sight.agency_ids`, never a place.
        Role.AGENCY: frozenset({Power.ENTER_VISITS}),
        Role.ADMINISTRATOR: frozenset(
            {
                Power.SEE_REGISTRY,
                Power.SEE_ACCESS,
                Power.CONFIGURE,
                Power.WRITE_STANDARDS,
                Power.MANAGE_PEOPLE,
                Power.OVERSEE_PERSONAL_DATA,
            }
        ),
        Role.AUDITOR: frozenset(
            {
                Power.SEE_ACCESS,
                Power.SEE_REGISTRY,
                Power.SEE_RECORDS,
                Power.SEE_FLOW,
                Power.SEE_RED_LINES,
                Power.SEE_REVIEWS,
                Power.SEE_UNRELEASED,
                Power.SEE_AWARDS,
                Power.OVERSEE_PERSONAL_DATA,
                Power.SEE_HISTORY,
            }
        ),
    }
)

# Roles that a post gives, at the outlet where its holder is assigned.
POST_ROLES: Mapping[str, Role] = MappingProxyType(
    {"store_manager": Role.STORE_MANAGER, "supervisor": Role.SUPERVISOR}
)


class Scope(models.TextChoices):
    """What a grant is for."""

    EVERYTHING = "everything", _("everything")
    REGION = "region", _("a region and all below it")
    OUTLET = "outlet", _("one outlet")
    AGENCY = "agency", _("an agency")


# What a grant of each role may be for; the database refuses any other. Rankings and
# periods are of the whole chain, so HR and operations are never granted for a part.
# Somebody who stands in for a store manager, or is posted to a partner's store, gets
# the role for that outlet by a grant.
SCOPES: Mapping[Role, tuple[Scope, ...]] = MappingProxyType(
    {
        Role.STORE_MANAGER: (Scope.OUTLET,),
        Role.SUPERVISOR: (Scope.OUTLET,),
        Role.REGIONAL_SUPERVISOR: (Scope.REGION,),
        Role.HR: (Scope.EVERYTHING,),
        Role.OPERATIONS: (Scope.EVERYTHING,),
        Role.AGENCY: (Scope.AGENCY,),
        Role.ADMINISTRATOR: (Scope.EVERYTHING,),
        Role.AUDITOR: (Scope.EVERYTHING, Scope.REGION, Scope.OUTLET),
    }
)
GRANTABLE = tuple(SCOPES)
