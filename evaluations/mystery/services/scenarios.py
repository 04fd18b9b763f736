"""Writing scenarios: what a shopper comes for."""

from django.db import transaction

from evaluations.mystery.models import Scenario
from evaluations.mystery.services.questionnaires import CodeInUse, require_planner
from outlets.exchange.acting import acting
from staffing.people.models import User


@transaction.atomic
def add_scenario(
    *,
    code: str,
    title_en: str,
    title_zh: str,
    brief_en: str,
    brief_zh: str,
    by: User,
) -> Scenario:
    """Add a scenario that waves may choose from now on.

    Raises:
        CodeInUse: another scenario has that code.
    """
    require_planner(by)
    words = {
        "title_en": title_en,
        "title_zh": title_zh,
        "brief_en": brief_en,
        "brief_zh": brief_zh,
    }
    with acting(by=by):
        made, created = Scenario.objects.get_or_create(code=code, defaults=words)
    if not created:
        raise CodeInUse(code=code)
    return made


@transaction.atomic
def change_scenario(
    *,
    scenario: Scenario,
    title_en: str,
    title_zh: str,
    brief_en: str,
    brief_zh: str,
    by: User,
) -> Scenario:
    """Let a scenario say something else: to visits already planned with it as well."""
    require_planner(by)
    row = Scenario.objects.select_for_update().get(pk=scenario.pk)
    row.title_en, row.title_zh = title_en, title_zh
    row.brief_en, row.brief_zh = brief_en, brief_zh
    with acting(by=by):
        row.save(update_fields=["title_en", "title_zh", "brief_en", "brief_zh"])
    return row


@transaction.atomic
def use_scenario(*, scenario: Scenario, active: bool, by: User) -> Scenario:
    """Stop offering a scenario to new waves, or offer it again."""
    require_planner(by)
    row = Scenario.objects.select_for_update().get(pk=scenario.pk)
    if row.active != active:
        row.active = active
        with acting(by=by):
            row.save(update_fields=["active"])
    return row
