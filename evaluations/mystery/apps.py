from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class MysteryConfig(AppConfig):
    name = "evaluations.mystery"
    verbose_name = _("Mystery visits")

    def ready(self) -> None:
        from evaluations.ledger import sources
        from evaluations.mystery import (
            holdings,
            notice_kinds,
            sending_holdings,
            shopping_holdings,
        )
        from evaluations.mystery.kinds import Visits
        from evaluations.mystery.models import (
            Questionnaire,
            QuestionnaireVersion,
            Scenario,
            Shopper,
            Visit,
            Wave,
        )
        from evaluations.mystery.sources import MYSTERY
        from outlets.exchange import kinds, tracking
        from staffing.notices import kinds as notices
        from staffing.people.personal import keeping, registry

        kinds.register(Visits)
        sources.register(MYSTERY)
        notices.register(*notice_kinds.KINDS)
        registry.register(holdings.HOLDING, *shopping_holdings.HOLDINGS)
        registry.register(sending_holdings.HOLDING)
        registry.register_guard(shopping_holdings.GUARD)
        keeping.register(holdings.KIND, *shopping_holdings.KINDS)
        tracking.track(
            Wave,
            group=tracking.Group.CONFIGURATION,
            noun=_("wave of mystery visits"),
            ignore=("plan", "seed", "planning_since", "planning_failed"),
            label=lambda row: row.code,
            # Who reads the history of the house may not know of visits to come.
            concealed=lambda viewer: Wave.objects.concealed_from(viewer),
        )
        # Her name stays with her agency: the history is read by the house.
        tracking.track(
            Shopper,
            group=tracking.Group.CONFIGURATION,
            noun=_("shopper"),
            ignore=("name", "key"),
            link=lambda row: reverse("mystery:shoppers"),
        )
        tracking.track(
            Visit,
            group=tracking.Group.RECORDS,
            noun=_("mystery visit"),
            ignore=("pending", "comment"),
            link=lambda row: reverse("mystery:visit", args=[row.visit_no]),
            about="employee_id",
            creations=False,
            concealed=lambda viewer: Visit.objects.concealed_from(viewer),
            hundredths=frozenset({"points", "out_of"}),
        )
        tracking.track(
            Questionnaire,
            group=tracking.Group.CONFIGURATION,
            noun=_("questionnaire"),
            label=lambda row: row.code,
            link=lambda row: reverse("mystery:questionnaire", args=[row.code]),
        )
        tracking.track(
            QuestionnaireVersion,
            group=tracking.Group.CONFIGURATION,
            noun=_("questionnaire version"),
            label=lambda row: f"{row.questionnaire.code} v{row.number}",
            link=lambda row: reverse(
                "mystery:questionnaire", args=[row.questionnaire.code]
            ),
            related=("questionnaire",),
            part_of="questionnaire",
        )
        tracking.track(
            Scenario,
            group=tracking.Group.CONFIGURATION,
            noun=_("scenario of visits"),
            label=lambda row: row.code,
            link=lambda row: reverse("mystery:scenario", args=[row.code]),
            concealed=lambda viewer: Scenario.objects.concealed_from(viewer),
        )
