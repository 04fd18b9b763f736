"""The names of what entries are about, for people to read."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

COMPONENT_LABELS: Mapping[str, Any] = {
    "daily": _("daily check"),
    "daily_rate": _("daily check, share of items passed"),
    "missing_check": _("day without a check"),
    "environment": _("outlet environment"),
    "knowledge": _("knowledge test"),
    "mystery": _("mystery visit"),
    "onsite": _("on-site satisfaction"),
    "callback": _("call-back satisfaction"),
    "sms_reply": _("SMS reply rate"),
    "sms_satisfaction": _("SMS satisfaction rate"),
    "attitude_complaint": _("service-attitude complaint"),
    "wrong_transaction": _("wrong transaction"),
    "upheld_complaints": _("upheld complaint"),
    "red_line": _("red line"),
    "supervision_order": _("supervision order"),
    "volume": _("business volume"),
    "pressure": _("share of waits over ten minutes"),
    "kpi": _("KPI"),
    "waiting": _("customers called within ten minutes"),
    "priority_service": _("priority customers served in time"),
    "transactions": _("transactions"),
    "innovation": _("innovation project"),
    "bonus": _("bonus"),
    "deduction": _("deduction"),
}


def component_label(component: str) -> str:
    """Return the readable name of a component; an unknown one is its own name."""
    return str(COMPONENT_LABELS.get(component, component))
