"""What the sign-in page shows on a shared tablet."""

from typing import Any

from django import template

from staffing.accounts.selectors.devices import people_in_order
from staffing.accounts.services.devices import device_of

register = template.Library()


@register.inclusion_tag("staffing/accounts/devices/_people.html", takes_context=True)
def people_of_this_tablet(context: Any) -> dict[str, Any]:
    """Show the people to tap on; elsewhere than on an enrolled tablet, nothing."""
    device = device_of(context["request"])
    return {
        "device": device,
        "people": people_in_order(device) if device else [],
        "next": context.get("next", ""),
        "with_password": True,
    }
