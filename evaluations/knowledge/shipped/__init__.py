"""The bank that the product ships with: topics, an article and questions of each.

It asks for what the handbook says of grooming, conduct, the hall, complaints, the
Five Prohibitions and queues. Codes are stable: sittings and spreadsheets name
questions by them. Changing a text here does not change a running system.
"""

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TOPICS = (
    *("grooming", "conduct", "environment"),
    *("complaints", "red_lines", "customer_flow"),
)
_ARTICLE = ("title_en", "title_zh", "body_en", "body_zh")
_QUESTION = (
    *("kind", "text_en", "text_zh", "options_en", "options_zh"),
    *("answer", "weight", "explanation_en", "explanation_zh"),
)


def shipped(topic: str) -> dict[str, Any]:
    """Return what is shipped of one topic."""
    text = (HERE / f"{topic}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def install(models: Any) -> None:
    """Write what is shipped and not there yet; safe to run twice.

    `models` maps names to models, so that a migration can give its own state of them.
    """
    for position, name in enumerate(TOPICS, start=1):
        told = shipped(name)
        topic, _created = models["Topic"].objects.get_or_create(
            code=told["topic"]["code"], defaults=told["topic"] | {"position": position}
        )
        article, created = models["Article"].objects.get_or_create(
            code=told["article"]["code"], defaults={"topic": topic}
        )
        if created:
            models["ArticleVersion"].objects.create(
                article=article,
                number=1,
                **{field: told["article"][field] for field in _ARTICLE},
            )
        _install_questions(models, told["questions"], topic, article)


def _install_questions(
    models: Any, questions: list[dict[str, Any]], topic: Any, article: Any
) -> None:
    known = models["Question"].objects.values_list("code", flat=True)
    fresh = [one for one in questions if one["code"] not in set(known)]
    models["Question"].objects.bulk_create(
        models["Question"](code=one["code"]) for one in fresh
    )
    made = models["Question"].objects.in_bulk(
        [one["code"] for one in fresh], field_name="code"
    )
    models["QuestionVersion"].objects.bulk_create(
        models["QuestionVersion"](
            question=made[one["code"]],
            number=1,
            topic=topic,
            article=article,
            **{field: one[field] for field in _QUESTION if field in one},
        )
        for one in fresh
    )
