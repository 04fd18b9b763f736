"""What the product ships with: a questionnaire from the customer's side, and scenarios.

It asks what a customer feels (domain.md 8.5), drawn from the handbook's sections on
conduct, environment, queues and red lines. Codes are stable: answers and waves name
questions and scenarios by them. Changing a text here changes no running system.
"""

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def shipped(name: str) -> Any:
    """Return what is shipped as `customer` or `scenarios`."""
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def install(models: Any) -> None:
    """Write what is shipped and not there yet; safe to run twice.

    `models` maps names to models, so that a migration can give its own state of them.
    """
    told = shipped("customer")
    named = told["questionnaire"]
    row, created = models["Questionnaire"].objects.get_or_create(
        code=named["code"], defaults=named
    )
    if created:
        version = models["QuestionnaireVersion"].objects.create(
            questionnaire=row, number=1
        )
        models["VisitQuestion"].objects.bulk_create(
            models["VisitQuestion"](version=version, position=position, **question)
            for position, question in enumerate(told["questions"], start=1)
        )
    for scenario in shipped("scenarios"):
        models["Scenario"].objects.get_or_create(
            code=scenario["code"], defaults=scenario
        )
