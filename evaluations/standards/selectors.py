"""Reads of the standards that checks are taken and judged under."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from evaluations.standards.items import ItemDraft
from evaluations.standards.models import Draft, Item, Standard, StandardVersion
from evaluations.standards.rules import (
    ItemRule,
    Judged,
    Validity,
    applicable,
    in_force,
)
from outlets.places.models import Outlet


@dataclass(frozen=True, slots=True)
class Sheet:
    """One version as the arithmetic needs it: rules and row ids by item code."""

    standard: str
    standard_id: int
    version_id: int
    number: int
    rules: dict[str, ItemRule]
    item_ids: dict[str, int]

    def applicable(self, judged: Judged) -> dict[str, ItemRule]:
        """Return the rules that judge this subject, by code, in their order."""
        found = applicable(self.rules.values(), judged)
        return {rule.code: rule for rule in found}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Standards by code with all their versions, read with two queries."""

    versions: Mapping[str, tuple[Validity, ...]]
    sheets: Mapping[int, Sheet]

    def __contains__(self, code: str) -> bool:
        return code in self.versions

    def in_force(self, code: str, on: date) -> Sheet | None:
        """Return the sheet of a standard for a day; None: no such standard."""
        held = in_force(self.versions.get(code, ()), on)
        return None if held is None else self.sheets[held.version_id]


def sheets(version_ids: Collection[int]) -> dict[int, Sheet]:
    """Return these versions by id, with one query."""
    items = Item.objects.filter(version__in=version_ids)
    return _sheets(items.select_related("version__standard"))


def _sheets(items: Iterable[Item]) -> dict[int, Sheet]:
    found: dict[int, Sheet] = {}
    for item in items:
        version = item.version
        sheet = found.get(version.pk)
        if sheet is None:
            sheet = found[version.pk] = Sheet(
                standard=version.standard.code,
                standard_id=version.standard_id,
                version_id=version.pk,
                number=version.number,
                rules={},
                item_ids={},
            )
        sheet.rules[item.code] = item.rule
        sheet.item_ids[item.code] = item.pk
    return found


def catalogue() -> Catalogue:
    """Return every version of every standard; there are few of them."""
    versions: dict[str, list[Validity]] = defaultdict(list)
    rows = StandardVersion.objects.values_list(
        "standard__code", "pk", "number", "valid_from"
    )
    for code, pk, number, valid_from in rows:
        versions[code].append(Validity(pk, number, valid_from))
    items = Item.objects.select_related("version__standard")
    return Catalogue(
        {code: tuple(held) for code, held in versions.items()}, _sheets(items)
    )


@dataclass(frozen=True, slots=True)
class DraftChanges:
    """What a draft changes against the version that it began as: item codes."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def draft_changes(draft: Draft) -> DraftChanges:
    """Compare a draft with its base; what only moved is not named."""
    base = draft.based_on
    before = {i.code: ItemDraft.of(i) for i in base.items.all()} if base else {}
    after = {i.code: ItemDraft.of(i) for i in draft.items.order_by("position")}
    return DraftChanges(
        added=tuple(code for code in after if code not in before),
        changed=tuple(
            code for code, item in after.items() if before.get(code, item) != item
        ),
        removed=tuple(code for code in before if code not in after),
    )


def on_card(outlet: Outlet) -> list[Standard]:
    """Return the standards that the daily card of an outlet asks for, in its order."""
    return list(Standard.objects.asked_at(outlet))
