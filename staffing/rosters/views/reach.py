"""Which outlet and month an address is about, and what the viewer may do there."""

import re
from datetime import date

from django.http import Http404
from django.shortcuts import get_object_or_404

from outlets.places.models import Outlet
from outlets.places.sight import Power
from staffing.people.models import User

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


def outlet_of(viewer: User, code: str, power: Power = Power.SEE_RECORDS) -> Outlet:
    """Return the outlet if the viewer holds the power there; 404 otherwise."""
    outlets = Outlet.objects.visible_to(viewer, power).select_related("region")
    return get_object_or_404(outlets, code=code)


def month_of(text: str) -> date:
    """Return the first day of a month such as `2026-11`; 404 for anything else."""
    found = _MONTH.fullmatch(text)
    if found is None:
        raise Http404
    try:
        return date(int(found[1]), int(found[2]), 1)
    except ValueError:
        raise Http404 from None


def holds(viewer: User, power: Power, outlet: Outlet) -> bool:
    """Tell whether the viewer holds the power at the outlet; reads its region."""
    reach = viewer.sight.reach(power)
    return reach.covers(outlet_id=outlet.pk, region_path=outlet.region.path)


def month_text(first: date) -> str:
    return f"{first:%Y-%m}"


def beside(first: date, months: int) -> date:
    """Return the first day of the month so many months later."""
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
