"""How the questions of the bank do, for who keeps it: no person stands in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from evaluations.knowledge.models import QuestionVersion
from evaluations.knowledge.rules.figures import ItemFigures, Limits
from evaluations.knowledge.selectors.figures import sums_since
from evaluations.knowledge.services.bank import require_keeper
from staffing.people.requests import SignedInRequest

FLAGS = {
    "hard": _("hardly anybody knows it"),
    "easy": _("nearly everybody knows it"),
    "weak": _("tells strong from weak hardly at all"),
    "misleading": _("the strong get it wrong more often than the weak"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One version with its figures; `flags` in words."""

    version: QuestionVersion
    figures: ItemFigures
    percent: float
    flags: Sequence[Promise]


def limits() -> Limits:
    """Return what makes a question odd in this deployment."""
    return Limits(
        least=settings.KNOWLEDGE_FIGURES_LEAST,
        too_hard=settings.KNOWLEDGE_TOO_HARD / 100,
        too_easy=settings.KNOWLEDGE_TOO_EASY / 100,
        too_weak=settings.KNOWLEDGE_TOO_WEAK / 100,
    )


@require_safe
@login_required
def question_figures(request: SignedInRequest) -> HttpResponse:
    """Difficulty and discrimination of each version met of late, odd ones first."""
    require_keeper(request.user)
    weeks, odd = settings.KNOWLEDGE_FIGURES_WEEKS, limits()
    since = timezone.localdate() - timedelta(weeks=weeks)
    figures = {sums.item: sums.figures for sums in sums_since(since)}
    versions = QuestionVersion.objects.visible_to(request.user).filter(pk__in=figures)
    rows = []
    for version in versions.select_related("question").order_by("question__code"):
        one = figures[version.pk]
        flags = [FLAGS[flag] for flag in one.flags(odd)]
        rows.append(Row(version, one, one.difficulty * 100, flags))
    rows.sort(key=lambda row: not row.flags)
    context = {"rows": rows, "weeks": weeks, "least": odd.least}
    return render(request, "evaluations/knowledge/bank/figures.html", context)
