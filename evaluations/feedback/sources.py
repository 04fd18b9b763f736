"""Feedback as an origin of ledger entries."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluations.feedback.forms.lists import ONSITE_TOGETHER
from evaluations.feedback.models import Channel
from evaluations.feedback.services.pressure import PRESSURE
from evaluations.feedback.services.settling import (
    ONSITE_DAY,
    REPLY_DAY,
    SOURCE,
    Group,
    settle,
)
from evaluations.ledger.sources import Source
from outlets.places.models import Outlet


def entry_url(source_id: str) -> str:
    """Return the page of the rating, or of the list of the day, behind an entry."""
    if ":" not in source_id:
        return reverse("feedback:rating", args=[source_id])
    group = Group.parse(source_id)
    if group.component == PRESSURE:
        code = Outlet.objects.values_list("code", flat=True).get(pk=group.outlet_id)
        return reverse("flow:outlet", args=[code])
    about = "-" if group.employee_id is None else group.employee_id
    query: dict[str, object] = {"day": group.on, "at": group.outlet_id, "about": about}
    if group.component == REPLY_DAY:
        return f"{reverse('feedback:invitations')}?{urlencode(query)}"
    onsite = group.component == ONSITE_DAY
    query["channel"] = ONSITE_TOGETHER if onsite else Channel.SMS.value
    return f"{reverse('feedback:list')}?{urlencode(query)}"


FEEDBACK = Source(
    name=SOURCE, label=_("customer feedback"), settle=settle, link=entry_url
)
