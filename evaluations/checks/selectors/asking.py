"""What an opened line asks: the items by section, those that usually fail first."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from django.db.models import Count
from django.utils.translation import gettext as _

from evaluations.checks.models import Check, CheckMark, CheckState, MarkKind
from evaluations.standards.models import Draft, Item, ItemFields, StandardVersion
from evaluations.standards.rules import Judged
from outlets.places.models import Outlet

AnyItem = TypeVar("AnyItem", bound=ItemFields)
USUAL_WEEKS = 8
USUAL_MOST = 4


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item as the opened line asks for it; `mark` is what was said so far."""

    item: ItemFields
    mark: str

    @property
    def failed(self) -> bool:
        return self.mark == MarkKind.FAILED


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    lines: tuple[ItemLine, ...]
    usual: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The codes that some lines are asked, in order; the first `usual` fail often."""

    codes: tuple[str, ...]
    usual: int


@dataclass(frozen=True, slots=True)
class Asked:
    """All items of a version, and which of them each group of lines is asked.

    `groups` goes by `group_key`; `usual` counts the failures of late by item code.
    """

    items: tuple[Item, ...]
    groups: Mapping[str, Group]
    usual: Mapping[str, int]

    @property
    def sections(self) -> list[Section]:
        """Every item there is, without marks: what the page copies lines from."""
        return _sections(self.items, {}, {})


def group_key(judged: Judged) -> str:
    """Return the name of all lines that are asked the same items."""
    return "-".join((judged.subject, judged.gender, judged.post, judged.slot))


def asked_on_card(
    version: StandardVersion | None,
    judged: Collection[Judged],
    outlet: Outlet,
    on: date,
) -> Asked:
    """Return what the lines of a card ask; two queries, however many lines."""
    if version is None or not judged:
        return Asked((), {}, {})
    items = tuple(version.items.order_by("position"))
    usual = usual_failures(version.standard_id, outlet, on)
    groups = {}
    for one in judged:
        sections = _sections(_applicable(items, one), {}, usual)
        groups[group_key(one)] = Group(
            tuple(line.item.code for held in sections for line in held.lines),
            sum(len(held.lines) for held in sections if held.usual),
        )
    return Asked(items, groups, usual)


def usual_failures(standard_id: int, outlet: Outlet, on: date) -> dict[str, int]:
    """Return how often items failed here in the eight weeks before `on`, by code."""
    first = on - timedelta(weeks=USUAL_WEEKS)
    marks = CheckMark.objects.filter(
        mark=MarkKind.FAILED,
        check_record__in=Check.objects.filter(
            outlet=outlet,
            standard=standard_id,
            on__range=(first, on - timedelta(days=1)),
            state=CheckState.STANDING,
        ),
    )
    counted = marks.values_list("item__code").annotate(times=Count("pk"))
    return dict(counted.order_by())


def sections_for(
    version: StandardVersion,
    judged: Judged,
    check: Check | None = None,
    usual: Mapping[str, int] | None = None,
    *,
    presumed: Collection[str] = (),
) -> list[Section]:
    """Return the items asked of this person or outlet, by section, in order.

    `presumed` are codes that are offered as failed where nobody has said anything yet.

    The few that failed most often by `usual` stand before all others, in a section of
    their own; ties go by position.
    """
    marks = {m.item_id: m.mark for m in check.marks.all()} if check else {}
    items = _applicable(version.items.order_by("position"), judged)
    if check is None:
        marks = {one.pk: MarkKind.FAILED for one in items if one.code in presumed}
    return _sections(items, marks, usual or {})


def sections_of_draft(draft: Draft, judged: Judged) -> list[Section]:
    """Return what a card would ask of this person or outlet after publication."""
    items = _applicable(draft.items.order_by("position"), judged)
    return _sections(items, {}, {})


def _applicable(items: Iterable[AnyItem], judged: Judged) -> list[AnyItem]:
    return [item for item in items if item.rule.applies(judged)]


def _sections(
    items: Iterable[ItemFields], marks: Mapping[int, str], usual: Mapping[str, int]
) -> list[Section]:
    lines = [ItemLine(item, marks.get(item.pk, "")) for item in items]
    failing = [line for line in lines if usual.get(line.item.code)]
    first = sorted(failing, key=lambda line: -usual[line.item.code])[:USUAL_MOST]
    grouped: dict[str, list[ItemLine]] = defaultdict(list)
    for line in lines:
        if line not in first:
            grouped[line.item.section_title].append(line)
    sections = [Section(title, tuple(held)) for title, held in grouped.items()]
    if not first:
        return sections
    return [Section(_("Often failed here"), tuple(first), usual=True), *sections]
