"""Standards made the way the product makes them: as versions with items."""

from datetime import date

from evaluations.standards.items import ItemDraft
from evaluations.standards.models import Item, Standard, StandardVersion
from evaluations.standards.services import publish_version
from evaluations.standards.shipped import install
from staffing.people.models import User


def ship_standards() -> None:
    """Put the shipped standards back where a flushed test database lost them."""
    install(Standard, StandardVersion, Item)


def make_standard(
    code="S", items=("S1", "S2"), *, slots="opening", **fields
) -> Standard:
    """Return a standard whose first version has these items, all about people.

    `items` are codes, or a mapping of codes to the fields of an `ItemDraft`.
    """
    standard = Standard.objects.create(
        code=code, title_en=f"Standard {code}", slots=slots, **fields
    )
    publish_items(standard, items, date(2026, 1, 1))
    return standard


def publish_items(
    standard: Standard, items, valid_from: date, by: User | None = None
) -> StandardVersion:
    given = dict.fromkeys(items, {}) if not isinstance(items, dict) else items
    drafts = {
        code: ItemDraft(**{"title_en": f"Item {code}", "applies_to": "person"} | fields)
        for code, fields in given.items()
    }
    return publish_version(
        standard=standard, items=drafts, valid_from=valid_from, by=by
    )
