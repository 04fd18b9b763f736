"""The tabs of the room: each viewer has those of what she may do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evaluations.mystery.models import reads_plans
from evaluations.mystery.selectors.results import (
    compares_checks,
    reads_results,
    reads_shoppers,
)
from evaluations.mystery.selectors.waves import reads_waves
from outlets.places.sight import Sight

register = template.Library()


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    label: Promise
    icon: str
    url_name: str
    shown_to: Callable[[Sight], bool]

    @property
    def url(self) -> str:
        return reverse(self.url_name)


def _reads_questionnaires(sight: Sight) -> bool:
    return reads_plans(sight) or bool(sight.agency_ids)


def _anybody(sight: Sight) -> bool:
    return True


TABS = (
    Tab("visits", _("Visits"), "spy", "mystery:list", _anybody),
    Tab("waves", _("Waves"), "calendar-event", "mystery:waves", reads_waves),
    Tab("appeals", _("Appeals"), "gavel", "mystery:appeals", _anybody),
    Tab("results", _("Results"), "chart-bar", "mystery:results", reads_results),
    Tab(
        "questionnaires",
        _("Questionnaires"),
        "list-details",
        "mystery:questionnaires",
        _reads_questionnaires,
    ),
    Tab(
        "scenarios",
        _("Scenarios"),
        "masks-theater",
        "mystery:scenarios",
        _reads_questionnaires,
    ),
    Tab("shoppers", _("Shoppers"), "users", "mystery:shoppers", _reads_questionnaires),
)
RESULTS = (
    Tab("overview", _("Overview"), "chart-bar", "mystery:results", reads_results),
    Tab(
        "outlets",
        _("Outlets"),
        "building-store",
        "mystery:results_outlets",
        reads_results,
    ),
    Tab("people", _("People"), "users", "mystery:results_people", reads_results),
    Tab(
        "questions",
        _("Survey questions"),
        "help-circle",
        "mystery:results_questions",
        reads_results,
    ),
    Tab(
        "shoppers",
        _("Shoppers"),
        "scale",
        "mystery:results_shoppers",
        reads_shoppers,
    ),
    Tab(
        "checks",
        _("Own checks beside visits"),
        "checklist",
        "mystery:own_checks",
        compares_checks,
    ),
)


@register.simple_tag(takes_context=True)
def mystery_tabs(context: dict[str, Any]) -> list[Tab]:
    """Return the tabs of the room that the viewer has."""
    sight = context["request"].user.sight
    return [tab for tab in TABS if tab.shown_to(sight)]


@register.simple_tag(takes_context=True)
def result_tabs(context: dict[str, Any]) -> list[Tab]:
    """Return the tabs of the results that the viewer has."""
    sight = context["request"].user.sight
    return [tab for tab in RESULTS if tab.shown_to(sight)]
