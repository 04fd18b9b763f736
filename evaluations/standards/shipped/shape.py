"""What a shipped standard is made of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShippedItem:
    code: str
    section: str
    dimension: str
    title_en: str
    title_zh: str
    guide_en: str
    guide_zh: str
    who: str = ""
    critical: bool = False
    local: bool = False
    overrides: str = ""


@dataclass(frozen=True, slots=True)
class ShippedStandard:
    code: str
    title_en: str
    title_zh: str
    applies_to: str
    slots: str
    on_card: bool
    items: tuple[ShippedItem, ...]
