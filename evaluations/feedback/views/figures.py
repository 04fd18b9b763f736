"""The figures page: what customers say, by person, outlet or region."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from evaluations.feedback.forms.figures import FigureFilter
from evaluations.feedback.scores import (
    VoiceFigures,
    by_outlet,
    by_person,
    by_region,
    entries_of,
    total_of,
)
from staffing.people.requests import SignedInRequest

# Beyond this a page is no table any more: an outlet narrows it.
LINES_SHOWN = 300


@require_safe
@login_required
def figure_page(request: SignedInRequest) -> HttpResponse:
    """Figures of what the reader may see; a clerk reads her own."""
    form = FigureFilter(request.GET)
    lines: list[VoiceFigures] = []
    level = "person"
    if asked := form.asked:
        level = asked["level"]
        entries = entries_of(request.user, asked["period"])
        if text := asked["outlet"]:
            entries = entries.filter(
                Q(outlet__code__iexact=text) | Q(outlet__name__icontains=text)
            )
        if level == "person":
            lines = by_person(entries)
        elif level == "outlet":
            lines = by_outlet(entries)
        else:
            lines = by_region(entries, level)
    context = {
        "form": form,
        "level": level,
        "period": asked["period"] if asked else None,
        "lines": lines[:LINES_SHOWN],
        "more": max(len(lines) - LINES_SHOWN, 0),
        "total": total_of(lines) if len(lines) > 1 else None,
        "reply_target": settings.FEEDBACK_REPLY_TARGET,
        "satisfied_target": settings.FEEDBACK_SATISFIED_TARGET,
    }
    return render(request, "evaluations/feedback/figures.html", context)
