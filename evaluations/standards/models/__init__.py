"""Checklists as data: a standard, its immutable versions, their items, and drafts."""

from evaluations.standards.models.drafts import (
    Draft,
    DraftItem,
    DraftItemQuerySet,
    DraftQuerySet,
)
from evaluations.standards.models.standards import (
    Area,
    Dimension,
    Evidence,
    Immutable,
    Item,
    ItemFields,
    ItemQuerySet,
    Standard,
    StandardQuerySet,
    StandardVersion,
    Subject,
    VersionQuerySet,
    Who,
    in_language,
)

__all__ = [
    "Area",
    "Dimension",
    "Draft",
    "DraftItem",
    "DraftItemQuerySet",
    "DraftQuerySet",
    "Evidence",
    "Immutable",
    "Item",
    "ItemFields",
    "ItemQuerySet",
    "Standard",
    "StandardQuerySet",
    "StandardVersion",
    "Subject",
    "VersionQuerySet",
    "Who",
    "in_language",
]
