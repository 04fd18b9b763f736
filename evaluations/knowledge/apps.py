from typing import Any

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


def _page(row: Any) -> str:
    return reverse("knowledge:question", args=[row.code])


class KnowledgeConfig(AppConfig):
    name = "evaluations.knowledge"
    verbose_name = _("Knowledge tests")

    def ready(self) -> None:
        from evaluations.knowledge import holdings, notice_kinds
        from evaluations.knowledge.kinds import Tests
        from evaluations.knowledge.models import Blueprint, Question
        from evaluations.knowledge.question_kind import Questions
        from evaluations.knowledge.sources import KNOWLEDGE
        from evaluations.ledger import sources
        from outlets.exchange import kinds, tracking
        from staffing.notices import kinds as notices
        from staffing.people.personal import registry

        kinds.register(Tests)
        kinds.register(Questions)
        sources.register(KNOWLEDGE)
        notices.register(*notice_kinds.KINDS)
        registry.register(*holdings.HOLDINGS)
        tracking.track(
            Question,
            group=tracking.Group.CONFIGURATION,
            noun=_("question"),
            label=lambda row: row.code,
            link=_page,
        )
        tracking.track(
            Blueprint,
            group=tracking.Group.CONFIGURATION,
            noun=_("weekly test of a post"),
            label=lambda row: row.post,
            shown=str,
            link=lambda row: reverse("knowledge:plan", args=[row.post]),
        )
