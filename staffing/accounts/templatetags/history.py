"""The way from a page to the history of what it shows."""

from typing import Any

from django import template
from django.db import models
from django.template import RequestContext
from django.urls import reverse

from outlets.exchange.tracking import tracked
from staffing.accounts.models.history import groups_seen_by
from staffing.accounts.selectors.history import timeline_of
from staffing.people.models import User

register = template.Library()


@register.inclusion_tag("staffing/accounts/history/_link.html", takes_context=True)
def history_link(context: RequestContext, row: models.Model) -> dict[str, Any]:
    """Link to the history of `row`, for who may read it: `{% history_link case %}`."""
    user = context.get("user")
    known = tracked().get(type(row))
    if known is None or not isinstance(user, User):
        return {"url": ""}
    if known.group not in groups_seen_by(user.sight):
        return {"url": ""}
    return {"url": timeline_of(known, row.pk)}


@register.inclusion_tag("staffing/accounts/history/_link.html", takes_context=True)
def history_of_kind_link(context: RequestContext, kind: str) -> dict[str, Any]:
    """Link to the history of all rows of a kind: `"ledger.periodchange"`."""
    user = context.get("user")
    if isinstance(user, User):
        groups = groups_seen_by(user.sight)
        for known in tracked().values():
            if known.kind == kind and known.group in groups:
                return {"url": f"{reverse('history:list')}?kind={kind}"}
    return {"url": ""}
