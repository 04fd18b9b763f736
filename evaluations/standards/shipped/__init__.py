"""The standards that the product ships with, as plain data.

Codes are stable: records, spreadsheets and schemes name items by them. Changing a text
here does not change a running system; there, a new version is loaded.
"""

from typing import Any

from evaluations.standards.shipped.conduct import CONDUCT
from evaluations.standards.shipped.discipline import DISCIPLINE, DISCIPLINE_LOCAL
from evaluations.standards.shipped.environment import ENVIRONMENT
from evaluations.standards.shipped.grooming import GROOMING
from evaluations.standards.shipped.shape import ShippedItem

STANDARDS = (GROOMING, CONDUCT, DISCIPLINE, ENVIRONMENT, DISCIPLINE_LOCAL)


def install(standard_model: Any, version_model: Any, item_model: Any) -> None:
    """Write the shipped standards that are not there yet; safe to run twice.

    The models are passed in, so that a migration can give its own state of them.
    """
    for position, shipped in enumerate(STANDARDS, start=1):
        standard, created = standard_model.objects.get_or_create(
            code=shipped.code,
            defaults={
                "title_en": shipped.title_en,
                "title_zh": shipped.title_zh,
                "on_card": shipped.on_card,
                "slots": shipped.slots,
                "position": position,
            },
        )
        if not created:
            continue
        version = version_model.objects.create(standard=standard, number=1)
        item_model.objects.bulk_create(
            item_model(
                version=version,
                position=number,
                applies_to=shipped.applies_to,
                **{name: getattr(item, name) for name in ShippedItem.__slots__},
            )
            for number, item in enumerate(shipped.items, start=1)
        )
