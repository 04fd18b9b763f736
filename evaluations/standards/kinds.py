"""Standards from spreadsheets."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from evaluations.standards.items import ItemDraft
from evaluations.standards.models import (
    Area,
    Evidence,
    Item,
    Standard,
    StandardVersion,
    Subject,
    Who,
)
from evaluations.standards.services import publish_version
from outlets.exchange.cells import Cells
from outlets.exchange.kinds import REGISTRY_POWERS, Column, Kind, Outcome
from staffing.people.models import Post

MOST_WEIGHT = 1000


class Standards(Kind):
    """One row is one item. What changed makes one new version per standard and load.

    Items that the file does not name are carried over; so is what it has no column for.
    """

    name = "standards"
    powers = REGISTRY_POWERS
    key_columns = ("standard", "item")
    columns = (
        Column("standard", required=True),
        Column("item", required=True),
        Column("title_en", required=True),
        Column("title_zh"),
        Column("section"),
        Column("weight"),
        Column("critical"),
        Column("applies_to"),
        Column("who"),
        Column("posts"),
        Column("slots"),
        Column("evidence"),
        Column("area"),
        Column("guide_en"),
        Column("guide_zh"),
    )

    def open(self) -> None:
        self._items: dict[str, dict[str, ItemDraft]] = {}
        self._changed: set[str] = set()

    def take(self, batch: Sequence[Cells]) -> list[Outcome]:
        self._read_standards({cells.text("standard") for cells in batch})
        return [self._take_one(cells) for cells in batch]

    def _read_standards(self, codes: set[str]) -> None:
        """Take the newest items of standards not met before as the state to change."""
        fresh = codes - self._items.keys()
        newest: dict[int, tuple[int, str]] = {}
        versions = StandardVersion.objects.filter(standard__code__in=fresh)
        for pk, standard_id, code in versions.order_by("number").values_list(
            "pk", "standard", "standard__code"
        ):
            newest[standard_id] = (pk, code)
        self._items |= {code: {} for code in fresh}
        code_of = dict(newest.values())
        for item in Item.objects.filter(version__in=code_of).order_by("position"):
            self._items[code_of[item.version_id]][item.code] = ItemDraft.of(item)

    def _take_one(self, cells: Cells) -> Outcome:
        standard, code = cells.code("standard"), cells.code("item")
        given = self._given(cells)
        if cells.bad:
            return Outcome.REJECTED
        items = self._items[standard]
        before = items.get(code)
        after = replace(before, **given) if before else ItemDraft(**given)
        if before == after:
            return Outcome.UNCHANGED
        items[code] = after
        self._changed.add(standard)
        return Outcome.UPDATED if before else Outcome.CREATED

    def _given(self, cells: Cells) -> dict[str, Any]:
        """Return what the file says about the item: only of columns that it has."""
        weight = cells.hundredths("weight", least=0, most=MOST_WEIGHT)
        values = {
            "title_en": cells.text("title_en", 200),
            "title_zh": cells.text("title_zh", 200),
            "section": cells.text("section", 80),
            "weight": 100 if weight is None else weight,
            "critical": bool(cells.flag("critical")),
            "applies_to": cells.choice("applies_to", Subject.values),
            "who": cells.choice("who", Who.values),
            "posts": " ".join(cells.codes("posts")),
            "slots": " ".join(cells.codes("slots")),
            "evidence": cells.choice("evidence", Evidence.values),
            "area": cells.choice("area", Area.values),
            "guide_en": cells.text("guide_en", 300),
            "guide_zh": cells.text("guide_zh", 300),
        }
        unknown = [post for post in cells.codes("posts") if post not in Post.values]
        if unknown:
            cells.fail("posts", _("%(post)s is no post") % {"post": unknown[0]})
        if " " in cells.text("item"):
            cells.fail("item", _("is no item code: it may not contain a space"))
        return {name: value for name, value in values.items() if name in self.present}

    def close(self) -> None:
        today = timezone.localdate()
        for code in sorted(self._changed):
            standard, _created = Standard.objects.get_or_create(
                code=code, defaults={"title_en": code}
            )
            publish_version(
                standard=standard, items=self._items[code], valid_from=today
            )
