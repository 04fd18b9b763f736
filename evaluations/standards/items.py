"""An item as somebody wants it, before a version or a draft holds it."""

from dataclasses import dataclass

from evaluations.standards.models import ItemFields


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """One item as somebody wants it; fields as in `Item`."""

    title_en: str
    title_zh: str = ""
    guide_en: str = ""
    guide_zh: str = ""
    section: str = ""
    weight: int = 100
    critical: bool = False
    applies_to: str = ""
    who: str = ""
    posts: str = ""
    slots: str = ""
    evidence: str = ""
    area: str = ""
    dimension: str = ""
    local: bool = False
    overrides: str = ""

    @classmethod
    def of(cls, item: ItemFields) -> "ItemDraft":
        return cls(**{name: getattr(item, name) for name in cls.__slots__})
